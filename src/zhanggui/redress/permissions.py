"""What staff may do about losses."""

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import PermissionDenied

VIEW = "redress.view"
JUDGE = "redress.judge"
CHASE = "redress.chase"
CLAIM = "redress.claim"
GRANT = "redress.grant"
APPROVE = "redress.approve"
PLAYBOOK = "redress.playbook"

PERMISSIONS = {
    VIEW: Text("查看责任、追件、索赔与补偿", "See liability, chases, claims and compensations"),
    JUDGE: Text("判定责任", "Decide who answers for a loss"),
    CHASE: Text("追件与丢件处理", "Chase lost parcels"),
    CLAIM: Text("提交索赔并登记追回金额", "File claims and book what is recovered"),
    GRANT: Text("按手册给买家补偿", "Compensate buyers by the playbook"),
    APPROVE: Text("审批超额补偿", "Approve compensations beyond the limit"),
    PLAYBOOK: Text("编写安抚与补偿手册", "Write the playbook"),
}


def need(actor: Actor, permission: str) -> None:
    """Raises PermissionDenied, naming what is missing."""
    if not actor.may(permission):
        meaning = PERMISSIONS[permission]
        words = Text(f"您没有「{meaning.zh}」的权限", f"You are not allowed to: {meaning.en}")
        raise PermissionDenied(text=words, extra={"permission": permission})

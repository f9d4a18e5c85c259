"""What staff may do with goods that suppliers send.

None ends in `.view`: purchase prices are not everybody's business who may see the rest of the mall.
"""

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import PermissionDenied

READ = "dropship.read"
MANAGE = "dropship.manage"

PERMISSIONS = {
    READ: Text("查看代发单、代发供应商与其库存", "See orders that suppliers send, and what they hold"),
    MANAGE: Text(
        "设置代发商品与供应商，登记供应商的答复、库存与运单",
        "Set up dropshipped goods and suppliers; enter what suppliers answer, hold and send",
    ),
}


def need(actor: Actor, permission: str) -> None:
    """Raises PermissionDenied, naming what is missing."""
    if not actor.may(permission):
        meaning = PERMISSIONS[permission]
        words = Text(f"您没有「{meaning.zh}」的权限", f"You are not allowed to: {meaning.en}")
        raise PermissionDenied(text=words, extra={"permission": permission})

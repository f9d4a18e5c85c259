"""What staff may do about promises."""

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import PermissionDenied

VIEW = "promises.view"
TELL = "promises.tell"
ANSWER = "promises.answer"

PERMISSIONS = {
    VIEW: Text("查看发货时限与履约率", "See deadlines of dispatch and how they are kept"),
    TELL: Text("登记无法发货并询问买家", "Say that units cannot be sent, and ask their buyer"),
    ANSWER: Text("代买家答复缺货处理", "Answer for a buyer whose units cannot be sent"),
}


def need(actor: Actor, permission: str) -> None:
    """Raises PermissionDenied, naming what is missing."""
    if not actor.may(permission):
        meaning = PERMISSIONS[permission]
        words = Text(f"您没有「{meaning.zh}」的权限", f"You are not allowed to: {meaning.en}")
        raise PermissionDenied(text=words, extra={"permission": permission})

"""What staff may do with pickup points."""

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import PermissionDenied

VIEW = "pickup.view"
MANAGE = "pickup.manage"

PERMISSIONS = {
    VIEW: Text("查看自提点", "See pickup points"),
    MANAGE: Text("设置自提点", "Set up pickup points"),
}


def need(actor: Actor, permission: str) -> None:
    """Raises PermissionDenied, naming what is missing."""
    if not actor.may(permission):
        meaning = PERMISSIONS[permission]
        words = Text(f"您没有「{meaning.zh}」的权限", f"You are not allowed to: {meaning.en}")
        raise PermissionDenied(text=words, extra={"permission": permission})

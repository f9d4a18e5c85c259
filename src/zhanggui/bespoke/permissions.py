"""What staff roles can be allowed to do with what products ask for."""

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import PermissionDenied

EDIT = "bespoke.edit"

PERMISSIONS = {
    EDIT: Text("设置商品的定制项与每日产能", "Say what a product asks its buyer for, and how many are made a day"),
}


def need(actor: Actor, permission: str) -> None:
    """Raises PermissionDenied."""
    if not actor.may(permission):
        raise PermissionDenied()

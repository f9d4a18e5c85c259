"""What staff roles can be allowed to do in the workshop."""

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import PermissionDenied

VIEW = "workshop.view"
MAKE = "workshop.make"

PERMISSIONS = {
    VIEW: Text("查看制作单", "See what is to be made"),
    MAKE: Text("开始制作、登记做好", "Begin making, and say what is made"),
}


def need(actor: Actor, permission: str) -> None:
    """Raises PermissionDenied."""
    if not actor.may(permission):
        raise PermissionDenied()

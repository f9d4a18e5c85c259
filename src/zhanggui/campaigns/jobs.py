"""Background entries of campaigns."""

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.jobs import periodic


@periodic("* * * * *", name="campaigns.advance")
def advance(timestamp: int) -> None:
    """Start and end what the clock says."""
    from . import services

    services.advance(actor=SYSTEM)

"""The writes of dropshipping."""

from .flow import confirm, refuse, resend, ship, stop
from .following import follow, follow_missed
from .partners import change_partner, open_partner, renew_link
from .settling import set_prices, take_back
from .stock import set_supply, state_stock
from .watching import watch_late

__all__ = [
    "change_partner",
    "confirm",
    "follow",
    "follow_missed",
    "open_partner",
    "refuse",
    "renew_link",
    "resend",
    "set_prices",
    "set_supply",
    "ship",
    "state_stock",
    "stop",
    "take_back",
    "watch_late",
]

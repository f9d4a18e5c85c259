"""What can be done with prices and freight rules."""

from .freight import delete_freight_rule, save_freight_rule
from .prices import set_price, set_prices
from .schedule import apply_schedule, cancel_schedule, schedule_price
from .specials import set_specials

__all__ = [
    "apply_schedule",
    "cancel_schedule",
    "delete_freight_rule",
    "save_freight_rule",
    "schedule_price",
    "set_price",
    "set_prices",
    "set_specials",
]

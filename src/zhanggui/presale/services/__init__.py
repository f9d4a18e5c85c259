"""What can be done with presales. Each opens its own transaction unless it says that it needs one."""

from .deposits import apply_deposits, count_refund, start_deposit
from .ending import call_off_offer, cancel_reservation, end_unpaid, leave, release_unpaid, undo_called_off
from .offers import bind_prices, create_offer, end_offer, publish_offer, update_offer
from .reserving import reserve
from .telling import tell_balance_due

__all__ = [
    "apply_deposits",
    "bind_prices",
    "call_off_offer",
    "cancel_reservation",
    "count_refund",
    "create_offer",
    "end_offer",
    "end_unpaid",
    "leave",
    "publish_offer",
    "release_unpaid",
    "reserve",
    "start_deposit",
    "tell_balance_due",
    "undo_called_off",
    "update_offer",
]

"""What can be done with prices and freight rules."""

from ..guards import bind_lowest
from .bench import Changes, change_many, try_many
from .floors import delete_policy, save_policy, set_floors
from .freight import assign_template, delete_freight_rule, delete_template, save_freight_rule, save_template
from .prices import set_price, set_prices
from .requests import accept_request, propose_prices, propose_schedule, reject_request, withdraw_request
from .schedule import apply_schedule, cancel_schedule, schedule_price
from .specials import set_specials

__all__ = [
    "Changes",
    "accept_request",
    "apply_schedule",
    "assign_template",
    "bind_lowest",
    "cancel_schedule",
    "change_many",
    "delete_freight_rule",
    "delete_policy",
    "delete_template",
    "propose_prices",
    "propose_schedule",
    "reject_request",
    "save_freight_rule",
    "save_policy",
    "save_template",
    "schedule_price",
    "set_floors",
    "set_price",
    "set_prices",
    "set_specials",
    "try_many",
    "withdraw_request",
]

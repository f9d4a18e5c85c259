"""What can be done with carriers, lanes and waybills."""

from .accounts import add_numbers, delete_rule, save_account, save_rule
from .bills import accept_lines, add_bill, settle_bill
from .carriers import fill_usual, save_carrier, save_lanes
from .practice import practise
from .scores import set_scores
from .tracking import acknowledge, ask_for_news, knows, read_push
from .waybills import ask, ask_many, cancel, cost_of, drop, heard, retry, tell_services, use

__all__ = [
    "accept_lines",
    "acknowledge",
    "add_bill",
    "add_numbers",
    "ask",
    "ask_for_news",
    "ask_many",
    "cancel",
    "cost_of",
    "delete_rule",
    "drop",
    "fill_usual",
    "heard",
    "knows",
    "practise",
    "read_push",
    "retry",
    "save_account",
    "save_carrier",
    "save_lanes",
    "save_rule",
    "set_scores",
    "settle_bill",
    "tell_services",
    "use",
]

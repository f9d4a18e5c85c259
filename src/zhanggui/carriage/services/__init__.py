"""What can be done with carriers, lanes and waybills."""

from .accounts import add_numbers, delete_rule, save_account, save_rule
from .carriers import fill_usual, save_carrier, save_lanes
from .practice import practise
from .tracking import acknowledge, ask_for_news, knows, read_push
from .waybills import ask, ask_many, cancel, cost_of, drop, heard, retry, tell_services, use

__all__ = [
    "acknowledge",
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
    "tell_services",
    "use",
]

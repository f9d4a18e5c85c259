"""Looking over what the mall says, and paying back what became cheaper."""

from ..speakers import bind as bind_speakers
from .check import run_waiting, start_check
from .guarantee import claim_difference, claim_elsewhere, settle_differences
from .look_over import name_checker, tick
from .risks import explain, look_at_prices

__all__ = [
    "bind_speakers",
    "claim_difference",
    "claim_elsewhere",
    "explain",
    "look_at_prices",
    "name_checker",
    "run_waiting",
    "settle_differences",
    "start_check",
    "tick",
]

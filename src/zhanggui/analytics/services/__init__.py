"""Writes of analytics, and the report in every form."""

from ..render import report
from .collect import collect
from .rollup import purge, roll_up
from .spend import record_spend

__all__ = ["collect", "purge", "record_spend", "report", "roll_up"]

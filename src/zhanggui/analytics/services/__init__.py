"""Writes of analytics, and the report in every form."""

from ..render import report
from .collect import collect, collect_past
from .rollup import purge, roll_up
from .spend import record_spend
from .sums import forget_sums, sum_orders

__all__ = ["collect", "collect_past", "forget_sums", "purge", "record_spend", "report", "roll_up", "sum_orders"]

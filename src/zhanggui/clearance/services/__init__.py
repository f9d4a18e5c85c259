"""Writes of clearance."""

from .deciding import decide
from .figures import ask, refresh
from .seasons import add_step, close_plan, create_plan, finish_step

__all__ = ["add_step", "ask", "close_plan", "create_plan", "decide", "finish_step", "refresh"]

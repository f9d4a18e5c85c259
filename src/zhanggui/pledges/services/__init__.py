"""Looking over what the mall says."""

from ..speakers import bind as bind_speakers
from .check import run_waiting, start_check
from .look_over import name_checker, tick

__all__ = ["bind_speakers", "name_checker", "run_waiting", "start_check", "tick"]

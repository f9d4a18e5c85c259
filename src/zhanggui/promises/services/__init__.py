"""The writes of promises, by what they do."""

from .escalate import escalate
from .shortages import answer, cannot_ship, close_gone, end_silence, withdraw

__all__ = ["answer", "cannot_ship", "close_gone", "end_silence", "escalate", "withdraw"]

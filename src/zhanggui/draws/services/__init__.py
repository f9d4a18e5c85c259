"""The writes of draws."""

from .chances import take_chance
from .draws import create_draw, discard_draw, end_draw, end_overdue, publish_draw, update_draw

__all__ = [
    "create_draw",
    "discard_draw",
    "end_draw",
    "end_overdue",
    "publish_draw",
    "take_chance",
    "update_draw",
]

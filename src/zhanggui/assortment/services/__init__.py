"""The writes of the assortment, by what they do."""

from .matches import drop_match, move_match, put_match
from .plans import drop_plan, save_plan
from .renewal import decide, finish_review
from .roles import set_role

__all__ = ["decide", "drop_match", "drop_plan", "finish_review", "move_match", "put_match", "save_plan", "set_role"]

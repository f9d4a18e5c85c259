"""Writes of the service desk."""

from .days import sign_day
from .moderate import answer, hide, show
from .problems import add_photo, comment, give_up, hand_over, open_problem, reopen, set_due, solve, wait
from .reviews import add_to_review, keep_photo, post_review

__all__ = [
    "add_photo",
    "add_to_review",
    "answer",
    "comment",
    "give_up",
    "hand_over",
    "hide",
    "keep_photo",
    "open_problem",
    "post_review",
    "reopen",
    "set_due",
    "show",
    "sign_day",
    "solve",
    "wait",
]

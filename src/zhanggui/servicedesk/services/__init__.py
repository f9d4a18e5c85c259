"""Writes of the service desk."""

from .moderate import answer, hide, show
from .reviews import add_to_review, keep_photo, post_review

__all__ = ["add_to_review", "answer", "hide", "keep_photo", "post_review", "show"]

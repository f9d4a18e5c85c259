"""The writes of goods made for their buyers."""

from .forms import keep_photo, set_form

__all__ = ["keep_photo", "set_form"]

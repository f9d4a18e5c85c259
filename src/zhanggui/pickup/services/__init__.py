"""What can be done with pickup points."""

from .points import save_point

__all__ = ["save_point"]

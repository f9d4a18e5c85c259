"""What integrations do."""

from .imports import run_import

__all__ = ["run_import"]

"""What integrations do."""

from zhanggui.integrations.folders import Upload

from .imports import run_import
from .uploads import forget_imports, run_again, settle_import, start_upload, stop_import

__all__ = ["Upload", "forget_imports", "run_again", "run_import", "settle_import", "start_upload", "stop_import"]

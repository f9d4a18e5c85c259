"""Writes of content."""

from .pages import archive, create_page, reopen, restore, save_draft
from .pictures import keep_picture
from .publishing import bind_sales, publish, refresh_hot_sales, run_schedule, schedule, unpublish
from .site import put_site_part

__all__ = [
    "archive", "bind_sales", "create_page", "keep_picture", "publish", "put_site_part", "refresh_hot_sales", "reopen",
    "restore", "run_schedule", "save_draft", "schedule", "unpublish",
]  # fmt: skip

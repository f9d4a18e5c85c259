"""Photos of cases, in a folder of their own (kernel/photos.py). Whoever may see the case may see them."""

from pathlib import Path

from zhanggui.kernel import mall_settings, photos

FOLDER = "aftersales"


def keep(data: bytes) -> str:
    """Check and keep a photo; its name. Raises PictureRefused."""
    return photos.keep(FOLDER, data, most_bytes=mall_settings.get("aftersales.photo_bytes"))


def file_of(name: str) -> Path | None:
    """Where a photo lies; None for what is no name of one, or is not there."""
    return photos.file_of(FOLDER, name)

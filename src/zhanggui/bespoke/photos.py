"""Buyers' photos of what is to be made, in a folder of their own (kernel/photos.py); large enough to work from."""

from pathlib import Path

from zhanggui.kernel import mall_settings, photos

FOLDER, EDGE = "bespoke", 2400


def keep(data: bytes) -> str:
    """Check and keep a photo as a clean copy; its name. Raises PictureRefused."""
    return photos.keep(FOLDER, data, most_bytes=mall_settings.get("bespoke.photo_bytes"), edge=EDGE)


def file_of(name: str) -> Path | None:
    """Where a photo lies; None for what is no name of one, or is not there. Its name is what nobody can guess."""
    return photos.file_of(FOLDER, name)

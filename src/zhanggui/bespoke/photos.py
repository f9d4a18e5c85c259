"""Buyers' photos of what is to be made: kept outside the public pictures, because they are nobody else's business."""

import hashlib
import os
import re
from pathlib import Path

from django.conf import settings

from zhanggui.kernel import mall_settings
from zhanggui.kernel.pictures import clean_copy

EDGE, MOST_PIXELS = 2400, 50_000_000
NAME = re.compile(r"[0-9a-f]{64}\.jpg")


def keep(data: bytes) -> str:
    """Check and keep a photo as a clean copy; its name. Raises PictureRefused."""
    limit = mall_settings.get("bespoke.photo_bytes")
    copy = clean_copy(data, most_bytes=limit, most_pixels=MOST_PIXELS, edge=EDGE)
    name = f"{hashlib.sha256(copy).hexdigest()}.jpg"
    path = _place(name)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{name}.{os.getpid()}.part")
        draft.write_bytes(copy)
        os.replace(draft, path)  # never a half-written file under its final name
    return name


def file_of(name: str) -> Path | None:
    """Where a photo lies; None for what is no name of one, or is not there. Its name is what nobody can guess."""
    if not NAME.fullmatch(name):
        return None
    path = _place(name)
    return path if path.is_file() else None


def _place(name: str) -> Path:
    return Path(settings.DATA_DIR) / "private" / "bespoke" / name[:2] / name

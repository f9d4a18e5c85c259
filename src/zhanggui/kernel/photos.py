"""Photos that are nobody else's business (cases, problems, claims, what is to be made): kept outside the public pictures, a folder
for each use.

A photo is a clean copy of what was sent (`pictures.py`), named by its content. Who may see it is decided by whoever keeps its name.
"""

import hashlib
import os
import re
from pathlib import Path

from django.conf import settings

from .pictures import clean_copy

EDGE, MOST_PIXELS, MOST_BYTES = 1600, 50_000_000, 12 * 1024 * 1024
NAME = re.compile(r"[0-9a-f]{64}\.jpg")


def keep(folder: str, data: bytes, *, most_bytes: int = MOST_BYTES, edge: int = EDGE) -> str:
    """Check and keep a photo, no larger than `edge` pixels; its name. Raises PictureRefused."""
    copy = clean_copy(data, most_bytes=most_bytes, most_pixels=MOST_PIXELS, edge=edge)
    name = f"{hashlib.sha256(copy).hexdigest()}.jpg"
    path = _place(folder, name)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{name}.{os.getpid()}.part")
        draft.write_bytes(copy)
        os.replace(draft, path)  # never a half-written file under its final name
    return name


def file_of(folder: str, name: str) -> Path | None:
    """Where a photo lies; None for what is no name of one, or is not there."""
    if not NAME.fullmatch(name):
        return None
    path = _place(folder, name)
    return path if path.is_file() else None


def _place(folder: str, name: str) -> Path:
    return Path(settings.DATA_DIR) / "private" / folder / name[:2] / name

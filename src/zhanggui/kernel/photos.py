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
    return store(folder, clean_copy(data, most_bytes=most_bytes, most_pixels=MOST_PIXELS, edge=edge), "jpg")


def store(folder: str, kept: bytes, kind: str) -> str:
    """Keep bytes that were checked already; their name, which ends in `kind`."""
    name = f"{hashlib.sha256(kept).hexdigest()}.{kind}"
    path = _place(folder, name)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{name}.{os.getpid()}.part")
        draft.write_bytes(kept)
        os.replace(draft, path)  # never a half-written file under its final name
    return name


def file_of(folder: str, name: str, names: re.Pattern[str] = NAME) -> Path | None:
    """Where a photo lies; None for what is no name of one (`names`: those the folder has), or is not there."""
    if not names.fullmatch(name):
        return None
    path = _place(folder, name)
    return path if path.is_file() else None


def _place(folder: str, name: str) -> Path:
    return Path(settings.DATA_DIR) / "private" / folder / name[:2] / name

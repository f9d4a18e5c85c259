"""Files of qualification papers: kept in the private folder of the data directory, named by their content.

A picture becomes a clean copy (kernel/pictures.py); a PDF is kept as it is, and only ever handed out as a download.
"""

import hashlib
import os
import re
from pathlib import Path

from django.conf import settings

from zhanggui.kernel import mall_settings
from zhanggui.kernel.pictures import clean_copy
from zhanggui.kernel.problems import ValidationFailed

EDGE = 2400
MOST_PIXELS = 50_000_000
NAME = re.compile(r"[0-9a-f]{64}\.(jpg|pdf)")


def keep(data: bytes) -> str:
    """Check and keep a file; its name. Raises PictureRefused, ValidationFailed."""
    limit = mall_settings.get("procurement.paper_bytes")
    kind = "pdf" if data.startswith(b"%PDF-") else "jpg"
    if kind == "pdf" and len(data) > limit:
        told = f"文件不能超过 {limit} 字节", f"at most {limit} bytes"
        raise ValidationFailed.one("file", "too_large", *told)
    kept = data if kind == "pdf" else clean_copy(data, most_bytes=limit, most_pixels=MOST_PIXELS, edge=EDGE)
    name = f"{hashlib.sha256(kept).hexdigest()}.{kind}"
    path = _place(name)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{name}.{os.getpid()}.part")
        draft.write_bytes(kept)
        os.replace(draft, path)  # never a half-written file under its final name
    return name


def file_of(name: str) -> Path | None:
    """Where a file lies; None for what is no name of one, or is not there."""
    if not NAME.fullmatch(name):
        return None
    path = _place(name)
    return path if path.is_file() else None


def _place(name: str) -> Path:
    return Path(settings.DATA_DIR) / "private" / "procurement" / name[:2] / name

"""Files of qualification papers: kept in the private folder of the data directory, named by their content (kernel/photos.py).

A picture becomes a clean copy (kernel/pictures.py); a PDF is kept as it is, and only ever handed out as a download.
"""

import re
from pathlib import Path

from zhanggui.kernel import mall_settings, photos
from zhanggui.kernel.problems import ValidationFailed

FOLDER, EDGE = "procurement", 2400
NAME = re.compile(r"[0-9a-f]{64}\.(jpg|pdf)")


def keep(data: bytes) -> str:
    """Check and keep a file; its name. Raises PictureRefused, ValidationFailed."""
    limit = mall_settings.get("procurement.paper_bytes")
    if not data.startswith(b"%PDF-"):
        return photos.keep(FOLDER, data, most_bytes=limit, edge=EDGE)
    if len(data) > limit:
        told = f"文件不能超过 {limit} 字节", f"at most {limit} bytes"
        raise ValidationFailed.one("file", "too_large", *told)
    return photos.store(FOLDER, data, "pdf")


def file_of(name: str) -> Path | None:
    """Where a file lies; None for what is no name of one, or is not there."""
    return photos.file_of(FOLDER, name, NAME)

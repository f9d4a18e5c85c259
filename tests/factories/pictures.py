"""Pictures as people send them: sound ones, and one that would fill the memory."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 6), colour: int = 90) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (colour, 120, 30)).save(out, kind)
    return out.getvalue()


def bomb(side: int = 60_000) -> bytes:
    """A PNG header that promises far more pixels than anyone should unpack."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )

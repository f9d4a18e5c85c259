"""How the smaller editions of a stored picture are named, so that pages can offer a browser the one it needs.

A picture `ab/HASH.png` has `ab/HASH-320.webp`, `-640`, `-1200`: as wide as said, or as the original where that is less.
Whoever stores a picture makes them; the media address makes those that are missing.
"""

import re

WIDTHS = (320, 640, 1200)
_SIZED = re.compile(rf"(?P<stem>[0-9a-f]{{2}}/[0-9a-f]{{64}})-(?P<width>{'|'.join(map(str, WIDTHS))})\.webp")


def sized(name: str, width: int) -> str:
    """The file or address of a picture's edition of one of the `WIDTHS`; empty for no picture."""
    return f"{name.rpartition('.')[0]}-{width}.webp" if name else ""


def srcset(name: str) -> str:
    """The value of an `<img srcset>` for a stored picture's address; empty for no picture."""
    return ", ".join(f"{sized(name, width)} {width}w" for width in WIDTHS) if name else ""


def parse(name: str) -> tuple[str, int] | None:
    """The original's name without its ending, and the width, of an edition's name; None where it is none."""
    found = _SIZED.fullmatch(name)
    return (found["stem"], int(found["width"])) if found else None

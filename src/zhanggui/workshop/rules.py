"""Pure rules of the workshop."""

import re

_CODE = re.compile(r"([A-Z0-9]{3,40})-(\d{1,3})")


def code_of(text: str) -> tuple[str, int | None]:
    """Order and line of a scanned code: that of a sheet (order-line), or an order's number alone (None)."""
    word = re.sub(r"\s", "", text).upper()
    found = _CODE.fullmatch(word)
    return (found[1], int(found[2])) if found else (word[:40], None)

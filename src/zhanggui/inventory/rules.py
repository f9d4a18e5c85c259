"""Pure decisions about stock."""

from __future__ import annotations

import re
from datetime import date, timedelta

KINDS = ("pick", "bulk", "receiving", "quality", "damaged")
STATES = ("good", "damaged", "expired", "quality")
_CODE = re.compile(r"[A-Z0-9]{1,12}(-[A-Z0-9]{1,12}){0,4}")


def location_code(text: str) -> str | None:
    """A shelf's code as it is kept (`A-01-02-03`), or None for what is none."""
    code = re.sub(r"\s", "", text).upper().replace("－", "-").replace("—", "-")
    return code if len(code) <= 40 and _CODE.fullmatch(code) else None


def last_day(expires_on: date | None, unsold_days: int | None, setting: int) -> date | None:
    """The last day a batch is sold; None for ever."""
    return None if expires_on is None else expires_on - timedelta(setting if unsold_days is None else unsold_days)


def state_at(kind: str, state: str, sellable: bool) -> str:
    """The state of units once they lie on a shelf of a kind: shelves of damage and inspection keep from sale what lies there."""
    if kind == "damaged" or state == "damaged":
        return "damaged"
    if kind == "quality":
        return "quality"
    return "good" if sellable else "expired"

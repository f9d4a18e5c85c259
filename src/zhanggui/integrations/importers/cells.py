"""Cells to values: money from its text to minor units, exactly; whole numbers, weights, flags, times. Never a float."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from .drafts import CellError

AMOUNT_LIMIT = 10**10  # minor units: a hundred million of a currency with cents
QUANTITY_LIMIT = 10**9
WEIGHT_LIMIT = 10**9  # grams

_PLAIN = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,2})?")
_CURRENCY_WORDS = {
    "R$",
    "US$",
    "HK$",
    "NT$",
    "A$",
    "C$",
    "元",
    "圆",
    "円",
    "원",
    "kr",
    "zł",
    "Kč",
    "лв",
    "руб",
    "руб.",
    "Fr.",
}
_AFFIX = re.compile(r"[A-Z]{3}")
_SPACES = str.maketrans(dict.fromkeys("\xa0\u202f\u2009'’", " "))
_SPACED = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]*)?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}|[0-9]{1,4}(?:,[0-9]{4})+")


@lru_cache(maxsize=65536)
def amount(text: str, digits: int = 2) -> int:
    """`1,234.56`, `1.234,56`, `¥12`, `R$ 39,99` -> minor units of a currency with `digits` decimals.

    With both marks present the last one is the decimal mark. A lone comma before exactly three digits groups thousands
    (`1,234` is 1234); a lone point is always a decimal mark, so `1.234` is refused as finer than a cent rather than
    guessed at. Zeros beyond the smallest coin (`10.0000`) are fine.

    Raises CellError amount_unreadable, amount_too_precise, amount_absurd.
    """
    if digits == 2 and _PLAIN.fullmatch(text):
        whole, _, part = text.partition(".")
        return int(whole) * 100 + int(part.ljust(2, "0"))
    shown = text[:60]
    bare = unicodedata.normalize("NFKC", text).strip()
    negative, bare = _sign(bare)
    bare = _without_currency(bare)
    if not negative:
        negative, bare = _sign(bare)
    whole, part = _split_decimal(bare, shown)
    if len(whole) > 18:
        raise CellError("amount_absurd", value=shown)
    if part[digits:].strip("0"):
        raise CellError("amount_too_precise", value=shown)
    minor = int(whole + part[:digits].ljust(digits, "0"))
    if minor > AMOUNT_LIMIT:
        raise CellError("amount_absurd", value=shown)
    return -minor if negative else minor


def _sign(text: str) -> tuple[bool, str]:
    if text[:1] in ("-", "\u2212"):
        return True, text[1:].strip()
    if text.startswith("(") and text.endswith(")"):
        return True, text[1:-1].strip()
    if text[:1] == "+":
        return False, text[1:].strip()
    return (True, text[:-1].strip()) if text.endswith("-") else (False, text)


def _without_currency(text: str) -> str:
    """Without a currency sign, code or word before or after the number."""
    match = re.fullmatch(r"([^0-9.,+\-\u2212]*)([0-9.,+\-\u2212](?:.*[0-9.,])?)([^0-9]*)", text, re.DOTALL)
    if not match:
        return text
    before, number, after = (part.strip() for part in match.groups())
    for affix in (before, after):
        if affix and not _is_currency(affix):
            return text
    return number


def _is_currency(affix: str) -> bool:
    if affix in _CURRENCY_WORDS or _AFFIX.fullmatch(affix):
        return True
    return all(unicodedata.category(sign) == "Sc" for sign in affix)


def _split_decimal(text: str, shown: str) -> tuple[str, str]:
    text = text.translate(_SPACES)
    if _SPACED.fullmatch(text):
        text = text.replace(" ", "")
    if len(text) > 40 or not re.fullmatch(r"[0-9.,]*[0-9][0-9.,]*", text):
        raise CellError("amount_unreadable", value=shown)
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return text, ""
    mark, other = text[last], "," if text[last] == "." else "."
    if text.count(mark) > 1:  # only thousands: 1.234.567
        return _ungroup(text, mark, shown) if other not in text else _unreadable(shown), ""
    whole, part = text[:last], text[last + 1 :]
    if other in whole:
        return _ungroup(whole, other, shown), part
    if mark == "," and len(part) == 3 and re.fullmatch(r"[1-9][0-9]{0,2}", whole):
        return whole + part, ""
    return whole or "0", part


def _ungroup(text: str, mark: str, shown: str) -> str:
    """Digits of a grouped number: by three, by four (万), or by two and three (lakh)."""
    if not _GROUPED.fullmatch(text.replace(mark, ",")):
        _unreadable(shown)
    return text.replace(mark, "")


def _unreadable(shown: str) -> str:
    raise CellError("amount_unreadable", value=shown)


def price(text: str, field: str, digits: int) -> int | None:
    """A price cell: None when blank; never negative. Raises CellError."""
    if not text:
        return None
    try:
        value = amount(text, digits)
    except CellError as error:
        raise CellError(error.code, field, **error.params) from None
    if value < 0:
        raise CellError("amount_negative", field, value=text[:60])
    return value


def decimal(text: str, field: str) -> Decimal | None:
    """A plain number, blank as None; a comma may be its decimal mark. Raises CellError number_unreadable."""
    if not text:
        return None
    bare = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-")
    if "," in bare:
        bare = (
            bare.replace(",", "")
            if re.fullmatch(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?", bare)
            else bare.replace(",", ".")
        )
    if len(bare) > 40 or not re.fullmatch(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)", bare):
        raise CellError("number_unreadable", field, value=text[:60])
    return Decimal(bare)


def whole(text: str, field: str) -> int | None:
    """A whole number (`12`, `12.0000`), blank as None. Raises CellError."""
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    value = decimal(text, field)
    if value is None:
        return None
    if value != value.to_integral_value():
        raise CellError("not_whole", field, value=text[:60])
    if abs(value) > QUANTITY_LIMIT:
        raise CellError("number_absurd", field, value=text[:60])
    return int(value)


GRAMS = {
    "g": Decimal(1),
    "kg": Decimal(1000),
    "lb": Decimal("453.59237"),
    "lbs": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
}


def grams(text: str, field: str, unit: str = "g") -> int | None:
    """A weight in whole grams, half up; blank and zero both mean that it is not stated. Raises CellError."""
    if unit == "g" and text.isascii() and text.isdigit() and len(text) < 9:
        return int(text) or None
    value = decimal(text, field)
    if value is None or value == 0:
        return None
    if value < 0:
        raise CellError("number_negative", field, value=text[:60])
    weight = int((value * GRAMS.get(unit.lower(), Decimal(1))).to_integral_value(ROUND_HALF_UP))
    if weight > WEIGHT_LIMIT:
        raise CellError("number_absurd", field, value=text[:60])
    return weight or 1


_YES = {"1", "true", "yes", "y", "t", "是", "да", "ja", "oui", "sí", "si", "enabled"}
_NO = {"0", "false", "no", "n", "f", "否", "нет", "nein", "non", "-1", "2", "disabled", ""}


def flag(text: str, field: str, blank: bool) -> bool:
    """Yes or no. Raises CellError flag_unreadable."""
    word = text.strip().lower()
    if not word:
        return blank
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CellError("flag_unreadable", field, value=text[:60])


_TIMES = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d",
    "%m/%d/%Y %H:%M",
    "%m/%d/%y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y",
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y%m%d",
)


@lru_cache(maxsize=4096)
def moment(text: str, field: str, zone: ZoneInfo) -> datetime | None:
    """A time; one without a zone is wall-clock time in `zone`, so that a report for a date is the file's own date.

    `1/2/2011` is month first, `1-2-2011` and `1.2.2011` are day first. Blank is None. Raises CellError time_unreadable.
    """
    if not text:
        return None
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        value = _other_styles(text, field)
    return value if value.tzinfo else value.replace(tzinfo=zone)


def _other_styles(text: str, field: str) -> datetime:
    for style in _TIMES:
        try:
            return datetime.strptime(text.strip(), style)  # noqa: DTZ007  (`moment` gives it the mall's zone)
        except ValueError:
            continue
    raise CellError("time_unreadable", field, value=text[:60])

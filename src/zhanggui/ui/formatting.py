"""How money, counts and times are written. Also filters and globals of the templates."""

from __future__ import annotations

from datetime import date as Date
from datetime import datetime as DateTime
from decimal import ROUND_HALF_UP, Decimal

from zhanggui.kernel import clock
from zhanggui.kernel.money import Money, format_minor, minor_digits, symbol_of

from .language import t

NOTHING = "–"
MINUTE, HOUR, DAY = 60, 3600, 86_400

Number = int | float | Decimal


def money(amount: int | Money | None, currency: str = "CNY") -> str:
    """Minor units as people write them: `¥1,299.00`; nothing is a dash."""
    if amount is None:
        return NOTHING
    if isinstance(amount, Money):
        return money(amount.amount, amount.currency)
    sign = "-" if amount < 0 else ""
    return sign + "".join(price_parts(abs(amount), currency))


def price_parts(amount: int, currency: str = "CNY") -> tuple[str, str, str]:
    """Symbol, whole part with separators, and the rest with its point: `("¥", "1,299", ".00")`."""
    whole, point, rest = format_minor(amount, currency).partition(".")
    return symbol_of(currency), f"{int(whole):,}", point + rest if minor_digits(currency) else ""


def quantity(n: Number | None) -> str:
    """A count with separators: `12,345`; a broken one with what it needs: `1.5`."""
    if n is None:
        return NOTHING
    if isinstance(n, int):
        return f"{n:,}"
    exact = Decimal(str(n)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{exact:,f}".rstrip("0").rstrip(".")


def percent(ratio: Number | None, digits: int = 1) -> str:
    """A share of one: `0.1234` is `12.3%`."""
    if ratio is None:
        return NOTHING
    exact = (Decimal(str(ratio)) * 100).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{exact:,f}%"


def date(x: Date | DateTime | str | None) -> str:
    """`2026-11-26`, in the mall's zone."""
    found = _moment(x)
    if found is None:
        return NOTHING
    return (clock.local(found) if isinstance(found, DateTime) else found).strftime("%Y-%m-%d")


def datetime(x: DateTime | str | None) -> str:
    """`2026-11-26 15:04`, in the mall's zone."""
    return _written(x, "%Y-%m-%d %H:%M")


def time(x: DateTime | str | None) -> str:
    """`15:04`, in the mall's zone."""
    return _written(x, "%H:%M")


def iso(x: Date | DateTime | str | None) -> str:
    """For machines: the `datetime` attribute of a `<time>`."""
    found = _moment(x)
    return "" if found is None else found.isoformat(timespec="seconds") if isinstance(found, DateTime) else str(found)


def ago(x: DateTime | str | None) -> str:
    """`3 分钟前`; older than a week, the day."""
    found = _moment(x)
    if not isinstance(found, DateTime):
        return date(found)
    seconds = int((clock.now() - found).total_seconds())
    if seconds < 0 or seconds >= 7 * DAY:
        return date(found)
    if seconds < MINUTE:
        return t("刚刚", "just now")
    if seconds < HOUR:
        return t(f"{seconds // MINUTE} 分钟前", f"{seconds // MINUTE} min ago")
    if seconds < DAY:
        return t(f"{seconds // HOUR} 小时前", f"{seconds // HOUR} h ago")
    return t(f"{seconds // DAY} 天前", f"{seconds // DAY} d ago")


def left(until: DateTime | str | None) -> str:
    """What remains, without a word around it: `3 小时 20 分`; nothing left: `已到时`."""
    found = _moment(until)
    if not isinstance(found, DateTime):
        return NOTHING
    seconds = int((found - clock.now()).total_seconds())
    if seconds <= 0:
        return t("已到时", "time is up")
    days, hours, minutes = seconds // DAY, seconds % DAY // HOUR, seconds % HOUR // MINUTE
    if days:
        return t(f"{days} 天 {hours} 小时", f"{days} d {hours} h")
    if hours:
        return t(f"{hours} 小时 {minutes} 分", f"{hours} h {minutes} min")
    return t(f"{max(minutes, 1)} 分钟", f"{max(minutes, 1)} min")


def _written(x: DateTime | str | None, form: str) -> str:
    found = _moment(x)
    return clock.local(found).strftime(form) if isinstance(found, DateTime) else NOTHING


def _moment(x: Date | DateTime | str | None) -> Date | DateTime | None:
    """An instant or a day, also from ISO 8601; None for nothing."""
    if isinstance(x, str):
        if not x:
            return None
        x = DateTime.fromisoformat(x) if len(x) > 10 else Date.fromisoformat(x)
    if isinstance(x, DateTime) and x.tzinfo is None:
        return x.replace(tzinfo=clock.zone())
    return x

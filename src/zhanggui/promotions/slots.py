"""The slots of flash sales: when which SKU is sold at its flash price, how many pieces there are and how many are gone."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from zhanggui.kernel import clock, db

from .engine import KINDS, DailyWindow
from .rules import parse_audience, parse_daily
from .types import FlashGood, FlashSlot

_DAY = timedelta(days=1)
_QUOTA_KINDS = [name for name, kind in KINDS.items() if kind.quota]
#: With the moment until which another flash sale may have sold pieces of the SKU.
_SALES = """
select p.id, p.label_zh, p.label_en, p.kind, p.config, p.starts_at, p.ends_at, p.daily, p.audience, q.sku_id, q.stock, q.taken,
    (select max(least(coalesce(o.ends_at, 'infinity'), kernel_now())) from promotions_quota r
        join promotions_promotion o on o.id = r.promotion_id
        where r.sku_id = q.sku_id and r.promotion_id <> p.id and r.taken > 0) as sold_before
from promotions_promotion p join promotions_quota q on q.promotion_id = p.id
where p.state = 'live' and p.kind = any(%(kinds)s) and p.starts_at < %(end)s and (p.ends_at is null or p.ends_at > %(start)s)
order by q.id
"""


def flash_slots(start: datetime, end: datetime) -> list[FlashSlot]:
    """The slots of published flash sales that touch [start, end), by their beginning. One statement."""
    slots: dict[tuple[datetime, datetime | None], list[FlashGood]] = {}
    for row in db.rows(_SALES, {"kinds": _QUOTA_KINDS, "start": start, "end": end}):
        before = None
        for window in _windows(row, start, end):
            if window[1] is None or window[1] > start:
                slots.setdefault(window, []).append(_good(row, before))
            before = window[1]
    found = [FlashSlot(begins, ends, tuple(goods)) for (begins, ends), goods in slots.items()]
    return sorted(found, key=lambda slot: (slot.starts_at, slot.ends_at is None, slot.ends_at or slot.starts_at))


def _windows(row: Mapping[str, Any], start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime | None]]:
    """When it runs, in turn, up to `end`; of daily hours those of the days before `start` as well, for what was sold then."""
    daily = parse_daily(row["daily"])
    if not daily:
        yield row["starts_at"], row["ends_at"]
        return
    first = max(clock.business_date(row["starts_at"]), clock.business_date(start) - _DAY) - _DAY
    for day in _days(first, clock.business_date(end)):
        for begins, over in sorted(_of_day(day, daily)):
            begins = max(begins, row["starts_at"])
            over = over if row["ends_at"] is None else min(over, row["ends_at"])
            if begins < over and begins < end:
                yield begins, over


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _of_day(day: date, daily: Iterable[DailyWindow]) -> Iterator[tuple[datetime, datetime]]:
    """The hours that begin on a day of the mall; what ends at or before its start ends on the day after."""
    midnight = datetime.combine(day, time(), clock.zone())
    for window in daily:
        over = window.end if window.end > window.start else window.end + 1440
        yield midnight + timedelta(minutes=window.start), midnight + timedelta(minutes=over)


def _good(row: Mapping[str, Any], before: datetime | None) -> FlashGood:
    item = KINDS[row["kind"]].parse(row["config"])
    sold = [at for at in (row["sold_before"], before if row["taken"] else None) if at is not None]
    audience = parse_audience(row["audience"])
    return FlashGood(
        row["id"], row["sku_id"], item.goods[row["sku_id"]].price, row["stock"], row["taken"], item.per_buyer,
        audience is not None, max(sold, default=None),
    )  # fmt: skip

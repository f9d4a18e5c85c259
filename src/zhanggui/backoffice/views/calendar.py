"""The calendar of promotions, coupons, draws and planned prices of a month, as bars and as an agenda."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.draws import selectors as draws
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.pricing import selectors as pricing
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import PromotionView
from zhanggui.ui import formatting, page
from zhanggui.ui.language import say, t

from .. import offers
from ..access import actor, staff
from ..charts import weekday

HERE = "/office/promotions/calendar"
SHOWN = {
    "promotions": Text("促销", "Promotions"),
    "coupons": Text("优惠券", "Coupons"),
    "draws": Text("抽奖", "Draws"),
    "prices": Text("定时价格", "Planned prices"),
}
#: What needs more than the page itself.
PERMISSIONS = {"draws": "draws.view", "prices": "pricing.view"}
ICONS = {"promotions": "badge-percent", "coupons": "ticket-percent", "draws": "party-popper", "prices": "clock"}
LANES = 8
MOST = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """Something with a window; `ends_at` None has no end. `state` is (words, tone)."""

    kind: str
    title: str
    detail: str
    href: str
    starts_at: datetime
    ends_at: datetime | None
    state: tuple[Text, str]


@dataclass(frozen=True, slots=True)
class Bar:
    """An entry in one week: from column to column (1 to 7), in a lane of its own."""

    entry: Entry
    first: int
    last: int
    lane: int
    begins: bool
    ends: bool


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days, the bars that fit into them, and how many more there are on each day."""

    days: list[date]
    bars: list[Bar]
    more: list[int]

    @property
    def lanes(self) -> int:
        return max((bar.lane for bar in self.bars), default=1)


@staff("promotions.view", methods=("GET",))
def calendar(request: HttpRequest) -> HttpResponse:
    """A month (`month=2026-11`); the same few statements however much is planned."""
    first, now = _month(request.GET.get("month", "")), clock.now()
    following = (first + timedelta(days=32)).replace(day=1)
    days = _days(first, following)
    start, end = clock.day_bounds(days[0])[0], clock.day_bounds(days[-1])[1]
    offered = [name for name in SHOWN if name not in PERMISSIONS or actor(request).may(PERMISSIONS[name])]
    wanted = [name for name in request.GET.getlist("show") if name in offered] or offered
    entries = _promotions(start, end, wanted) if {"promotions", "coupons"} & set(wanted) else []
    if "draws" in wanted:
        entries += _draws(start, end)
    if "prices" in wanted:
        entries += _windows(start, end, now)
    entries.sort(key=lambda each: (each.starts_at, each.title))
    inside = [each for each in entries if _touches(each, first, following - timedelta(days=1))]
    chosen = "".join(f"&show={name}" for name in wanted) if len(wanted) < len(offered) else ""
    return page.render(
        request,
        "backoffice/calendar.html",
        first=first,
        name=t(f"{first.year} 年 {first.month} 月", f"{first:%B %Y}"),
        weeks=[_week(days[i : i + 7], entries) for i in range(0, len(days), 7)],
        entries=inside,
        heads=[weekday(n) for n in range(1, 8)],
        today=clock.business_date(),
        previous=f"{HERE}?month={first - timedelta(days=1):%Y-%m}{chosen}" if first.year > 2000 else "",
        next=f"{HERE}?month={following:%Y-%m}{chosen}" if first.year < 2199 else "",
        shows=[(name, say(SHOWN[name]), name in wanted) for name in offered],
        icons=ICONS,
        crowded=len(entries) >= MOST,
        most=MOST,
        here=HERE,
    )


def _month(given: str) -> date:
    """The first of the month in the address; this month for what makes no sense."""
    try:
        found = date.fromisoformat(f"{given[:7]}-01")
    except ValueError:
        found = clock.business_date().replace(day=1)
    return found if 2000 <= found.year <= 2199 else clock.business_date().replace(day=1)


def _days(first: date, following: date) -> list[date]:
    """Whole weeks, Monday first."""
    start = first - timedelta(days=first.weekday())
    count = -(-(following - start).days // 7) * 7
    return [start + timedelta(days=n) for n in range(count)]


def _promotions(start: datetime, end: datetime, wanted: Sequence[str]) -> list[Entry]:
    found = promotions.between(start, end, limit=MOST)
    return [_entry(view) for view in found if ("coupons" if view.draft.kind == "coupon" else "promotions") in wanted]


def _entry(view: PromotionView) -> Entry:
    draft = view.draft
    title = t(draft.label_zh, draft.label_en or draft.label_zh)
    kind = "coupons" if draft.kind == "coupon" else "promotions"
    detail = say(offers.KINDS.get(draft.kind, Text(draft.kind, draft.kind)))
    return Entry(
        kind, title, detail, f"/office/promotions/{view.id}", draft.starts_at, draft.ends_at, offers.STAGES[view.stage]
    )


def _draws(start: datetime, end: datetime) -> list[Entry]:
    found = draws.between(start, end, limit=MOST)
    return [
        Entry(
            "draws", say(view.label), say(SHOWN["draws"]), f"/office/draws/{view.id}", view.starts_at, view.ends_at,
            offers.STAGES["ended" if view.stage == "closing" else view.stage],
        )
        for view in found
    ]  # fmt: skip


def _windows(start: datetime, end: datetime, now: datetime) -> list[Entry]:
    """Planned prices; those of one product for the same time are one."""
    currency = mall_settings.get("mall.currency")
    found = pricing.windows_between(start, end, limit=MOST)
    owners = catalog.products_of([window.sku_id for window in found])
    groups: dict[tuple[int, datetime, datetime | None], list[int]] = {}
    for window in found:
        groups.setdefault((owners[window.sku_id][0], window.starts_at, window.ends_at), []).append(window.sale_price)
    titles = dict(owners.values())
    entries = []
    for (product_id, since, until), prices in groups.items():
        low = formatting.money(min(prices), currency)
        over = until is not None and until <= now
        state = offers.STAGES["scheduled" if since > now else "ended" if over else "running"]
        said = t(f"{low} 起", f"from {low}") if len(set(prices)) > 1 else low
        href = f"/office/products/{product_id}/prices#windows"
        entries.append(Entry("prices", f"{titles[product_id]} {said}", say(SHOWN["prices"]), href, since, until, state))
    return entries


def _span(entry: Entry) -> tuple[date, date]:
    """Its first and last day in the mall's time; an end at midnight does not begin another day."""
    last = date.max if entry.ends_at is None else clock.business_date(entry.ends_at - timedelta(microseconds=1))
    return clock.business_date(entry.starts_at), last


def _touches(entry: Entry, first: date, last: date) -> bool:
    begins, ends = _span(entry)
    return begins <= last and ends >= first


def _week(days: list[date], entries: Iterable[Entry]) -> Week:
    """Longer ones first into the first lane that is free; what finds none is counted."""
    bars: list[Bar] = []
    more = [0] * 7
    taken: list[set[int]] = [set() for _ in range(LANES)]
    here = [(entry, *_span(entry)) for entry in entries if _touches(entry, days[0], days[-1])]
    for entry, begins, ends in sorted(
        here, key=lambda each: (max(each[1], days[0]), -min(each[2], days[-1]).toordinal())
    ):
        first = max((begins - days[0]).days, 0)
        last = min((min(ends, days[-1]) - days[0]).days, 6)
        columns = set(range(first, last + 1))
        lane = next((n for n, used in enumerate(taken) if not used & columns), None)
        if lane is None:
            for column in columns:
                more[column] += 1
            continue
        taken[lane] |= columns
        bars.append(Bar(entry, first + 1, last + 1, lane + 1, begins >= days[0], ends <= days[-1]))
    return Week(days, bars, more)


urlpatterns = [path("promotions/calendar", calendar, name="office-promotions-calendar")]

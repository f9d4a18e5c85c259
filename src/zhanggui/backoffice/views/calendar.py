"""The calendar of campaigns, promotions, coupons, group offers, presales, draws and planned prices of a month or a week, as bars
and as an agenda; what sells the same goods as a campaign is marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.campaigns import selectors as campaigns
from zhanggui.campaigns.types import ENDED, CampaignRow
from zhanggui.catalog import selectors as catalog
from zhanggui.draws import selectors as draws
from zhanggui.groupbuy import selectors as groupbuy
from zhanggui.groupbuy.types import OfferView
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.presale import selectors as presale
from zhanggui.presale.types import PresaleView
from zhanggui.pricing import selectors as pricing
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import PromotionView
from zhanggui.ui import formatting, page
from zhanggui.ui.language import say, t

from .. import campaigning, offers, presaling
from ..access import actor, staff
from ..charts import weekday

HERE = "/office/promotions/calendar"
SHOWN = {
    "campaigns": Text("活动", "Campaigns"),
    "promotions": Text("促销", "Promotions"),
    "coupons": Text("优惠券", "Coupons"),
    "groups": Text("拼团", "Group offers"),
    "presales": Text("预售", "Presales"),
    "draws": Text("抽奖", "Draws"),
    "prices": Text("定时价格", "Planned prices"),
}
#: What needs more than the page itself.
PERMISSIONS = {
    "campaigns": "campaigns.view",
    "groups": "groupbuy.view",
    "presales": "presale.view",
    "draws": "draws.view",
    "prices": "pricing.view",
}
ICONS = {
    "campaigns": "megaphone",
    "promotions": "badge-percent",
    "coupons": "ticket-percent",
    "groups": "users-round",
    "presales": "calendar-clock",
    "balances": "calendar-clock",
    "draws": "party-popper",
    "prices": "clock",
}
LANES, WEEK_LANES = 8, 24
MOST = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """Something with a window; `ends_at` None has no end. `state` is (words, tone). `id` is that of its kind.

    `clash` says with what it has goods in common at the same time, "" with nothing.
    """

    kind: str
    title: str
    detail: str
    href: str
    starts_at: datetime
    ends_at: datetime | None
    state: tuple[Text, str]
    id: int = 0
    clash: str = ""


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
    """A month (`month=2026-11`), or with `view=week` the week of a `day`; the same few statements however much is planned."""
    now, weekly = clock.now(), request.GET.get("view") == "week"
    shown = _week_of(request.GET.get("day", "")) if weekly else _month_of(request.GET.get("month", ""))
    days = shown.days
    start, end = clock.day_bounds(days[0])[0], clock.day_bounds(days[-1])[1]
    offered = [name for name in SHOWN if name not in PERMISSIONS or actor(request).may(PERMISSIONS[name])]
    wanted = [name for name in request.GET.getlist("show") if name in offered] or offered
    entries = _promotions(start, end, wanted) if {"promotions", "coupons"} & set(wanted) else []
    if "groups" in wanted:
        entries += [_group(view) for view in groupbuy.offers_between(start, end, limit=MOST)]
    if "presales" in wanted:
        entries += [entry for view in presale.offers_between(start, end, limit=MOST) for entry in _presale(view)]
    if "draws" in wanted:
        entries += _draws(start, end)
    if "prices" in wanted:
        entries += _windows(start, end, now)
    if "campaigns" in wanted:
        entries = _marked([_campaign(row) for row in campaigns.between(start, end)], entries)
    entries.sort(key=lambda each: (each.starts_at, each.title))
    inside = [each for each in entries if _touches(each, shown.first, shown.last)]
    chosen = "".join(f"&show={name}" for name in wanted) if len(wanted) < len(offered) else ""
    return page.render(
        request,
        "backoffice/calendar.html",
        shown=shown,
        weekly=weekly,
        weeks=[_week(days[i : i + 7], entries, WEEK_LANES if weekly else LANES) for i in range(0, len(days), 7)],
        entries=inside,
        heads=[weekday(n) for n in range(1, 8)],
        today=clock.business_date(),
        previous=f"{HERE}?{shown.before}{chosen}" if shown.first.year > 2000 else "",
        next=f"{HERE}?{shown.after}{chosen}" if shown.last.year < 2199 else "",
        month=f"{HERE}?month={shown.first:%Y-%m}{chosen}",
        week=f"{HERE}?view=week&day={shown.first if weekly else _near(shown)}{chosen}",
        shows=[(name, say(SHOWN[name]), name in wanted) for name in offered],
        icons=ICONS,
        crowded=len(entries) >= MOST,
        most=MOST,
        here=HERE,
    )


@dataclass(frozen=True, slots=True)
class Span:
    """What is shown: whole weeks of `days`, of which first to last are meant; the addresses before and after it."""

    name: str
    days: list[date]
    first: date
    last: date
    before: str
    after: str


def _day_in(given: str) -> date:
    """The day in the address; today for what makes no sense."""
    try:
        found = date.fromisoformat(given[:10])
    except ValueError:
        found = clock.business_date()
    return found if 2000 <= found.year <= 2199 else clock.business_date()


def _month_of(given: str) -> Span:
    first = _day_in(f"{given[:7]}-01").replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    name = t(f"{first.year} 年 {first.month} 月", f"{first:%B %Y}")
    before, after = f"month={first - timedelta(days=1):%Y-%m}", f"month={following:%Y-%m}"
    return Span(name, _days(first, following), first, following - timedelta(days=1), before, after)


def _week_of(given: str) -> Span:
    day = _day_in(given)
    first = day - timedelta(days=day.weekday())
    days = [first + timedelta(days=n) for n in range(7)]
    last = days[6]
    chinese = f"{first.month} 月 {first.day} 日至 {last.month} 月 {last.day} 日"
    name = t(chinese, f"{first:%b} {first.day} to {last:%b} {last.day}")
    before, after = (f"view=week&day={first + timedelta(days=n)}" for n in (-7, 7))
    return Span(name, days, first, last, before, after)


def _near(shown: Span) -> date:
    """The day whose week is shown first: today where it is among those shown."""
    today = clock.business_date()
    return today if shown.first <= today <= shown.last else shown.first


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
        kind,
        title,
        detail,
        f"/office/promotions/{view.id}",
        draft.starts_at,
        draft.ends_at,
        offers.STAGES[view.stage],
        view.id,
    )


def _group(view: OfferView) -> Entry:
    draft = view.draft
    detail = t(f"{draft.size} 人团", f"group of {draft.size}")
    return Entry(
        "groups", say(view.label), detail, f"/office/groups/{view.id}", draft.starts_at, draft.ends_at,
        offers.STAGES[view.stage], view.id,
    )  # fmt: skip


def _presale(view: PresaleView) -> list[Entry]:
    """Two entries: while deposits are taken the goods are sold so; then only what was reserved is paid."""
    draft, detail = view.draft, t(f"{len(view.draft.articles)} 个 SKU", f"{len(view.draft.articles)} SKUs")
    windows = (
        ("presales", "deposits", t("定金", "deposits"), draft.deposit_from, draft.deposit_until),
        ("balances", "balances", t("尾款", "balances"), draft.balance_from, draft.balance_until),
    )
    return [
        Entry(
            kind, f"{say(view.label)} {words}", detail, f"/office/presales/{view.id}", since, until,
            presaling.window_state(window, view.stage), view.id,
        )
        for kind, window, words, since, until in windows
    ]  # fmt: skip


def _campaign(row: CampaignRow) -> Entry:
    detail = t(f"{row.goods} 个 SKU", f"{row.goods} SKUs")
    return Entry(
        "campaigns", say(row.theme), detail, f"{campaigning.HERE}/{row.id}", row.head.starts_at, row.head.ends_at,
        campaigning.STATES[row.state], row.id,
    )  # fmt: skip


#: What conflicts call the kinds of entries.
_CLASHING = {
    "campaigns": "campaign",
    "promotions": "promotion",
    "coupons": "promotion",
    "groups": "group",
    "presales": "presale",
}


def _marked(held: list[Entry], others: list[Entry]) -> list[Entry]:
    """Campaigns and the rest, each with what it clashes with; what is for the whole mall clashes with nothing in particular."""
    open_ = [each.id for each in held if each.state is not campaigning.STATES[ENDED]]
    names = {each.id: each.title for each in held}
    marks: dict[tuple[str, int], list[str]] = {}
    for campaign_id, found in (campaigns.conflicts(open_) if open_ else {}).items():
        for conflict in found:
            if not conflict.everything:
                marks.setdefault(("campaign", campaign_id), []).append(say(conflict.label))
            if not conflict.everything and conflict.kind in ("promotion", "group", "presale"):
                marks.setdefault((conflict.kind, conflict.id), []).append(names[campaign_id])

    def mark(entry: Entry) -> Entry:
        found = marks.get((_CLASHING.get(entry.kind, ""), entry.id))
        return replace(entry, clash=t("、", ", ").join(dict.fromkeys(found))) if found else entry

    return [mark(each) for each in (*held, *others)]


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


def _week(days: list[date], entries: Iterable[Entry], lanes: int) -> Week:
    """Longer ones first into the first lane that is free; what finds none is counted."""
    bars: list[Bar] = []
    more = [0] * 7
    taken: list[set[int]] = [set() for _ in range(lanes)]
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

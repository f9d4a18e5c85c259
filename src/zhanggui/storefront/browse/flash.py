"""秒杀会场: the flash sales of today and tomorrow by their slots, and the next of them as a strip of the home page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import SellableSku
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import EN, Text
from zhanggui.kernel.picture_sizes import srcset
from zhanggui.pricing import selectors as pricing
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import FlashGood, FlashSlot, RuleSet
from zhanggui.showcase import selectors as showcase
from zhanggui.showcase.selectors import Kept, Live
from zhanggui.ui import formatting

from . import addresses, schema
from .cards import Prices
from .sheets import Sheet, Shown, Visitor, write

PATH = "/flash"
kept: Kept[Sheet] = Kept(2 * 1024 * 1024)
#: What is gone of the pieces is as old as this at most.
SECONDS = 5.0
STRIP = 6
_TODAY, _TOMORROW = Text("今天", "Today"), Text("明天", "Tomorrow")
_RUNNING, _COMING = Text("进行中", "Now"), Text("即将开始", "Soon")


class Item(NamedTuple):
    """A SKU of a slot. `ordinary` is what it costs otherwise; `struck` only what may lawfully stand struck through beside it.

    `percent` of the pieces are gone; `state` is on, soon, gone (the pieces) or out (the goods).
    """

    title: str
    options: str
    href: str
    image: str
    srcset: str
    price: int
    ordinary: int
    struck: int | None
    stock: int
    percent: int
    per_buyer: int | None
    for_some: bool
    state: str


class Tab(NamedTuple):
    """A slot as one chooses it."""

    key: str
    href: str
    label: str
    day: str
    state: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Hall:
    """The slots that still have goods to sell cheaper than otherwise, with what is known of their SKUs."""

    at: datetime
    slots: Sequence[FlashSlot]
    skus: Mapping[int, SellableSku]
    names: Mapping[int, tuple[str, str]]

    @property
    def sku_ids(self) -> list[int]:
        return list(dict.fromkeys(good.sku_id for slot in self.slots for good in slot.goods))

    def worth(self, now: Live) -> list[FlashSlot]:
        """The slots with what is cheaper in them than it is anyway, those that have anything."""
        found = [slot._replace(goods=tuple(g for g in slot.goods if _cheaper(g, now))) for slot in self.slots]
        return [slot for slot in found if slot.goods]

    def items(self, slot: FlashSlot, now: Live) -> list[Item]:
        """The goods of a slot, those that can be had first. One statement."""
        lowest = pricing.lowest_asked([good.sku_id for good in slot.goods], slot.starts_at)
        items = [self._item(good, slot, now, lowest.get(good.sku_id)) for good in slot.goods]
        return sorted(items, key=lambda item: item.state in ("gone", "out"))

    def _item(self, good: FlashGood, slot: FlashSlot, now: Live, lowest: int | None) -> Item:
        sku = self.skus[good.sku_id]
        title, options = self.names.get(good.sku_id, (sku.title, sku.options))
        left = good.stock - good.taken
        percent = min(99, max(1, good.taken * 100 // good.stock)) if good.taken and left > 0 else 0 if left > 0 else 100
        state = "on" if slot.starts_at <= self.at else "soon"
        if left <= 0:
            state = "gone"
        elif now.free.get(good.sku_id, 0) <= 0:
            state = "out"
        return Item(
            title, options, f"{addresses.product(sku.slug)}?sku={addresses.quote(sku.code, safe='')}", sku.image,
            srcset(sku.image), good.price, now.prices[good.sku_id][0], _struck(good, slot, lowest), good.stock, percent,
            good.per_buyer, good.for_some, state,
        )  # fmt: skip


def _cheaper(good: FlashGood, now: Live) -> bool:
    return good.sku_id in now.prices and good.price < now.prices[good.sku_id][0]


def _struck(good: FlashGood, slot: FlashSlot, lowest: int | None) -> int | None:
    """What was really asked in the days before; where pieces went at a flash price in them, nothing may be struck through."""
    since = slot.starts_at - timedelta(days=mall_settings.get("pricing.struck_days"))
    if lowest is None or lowest <= good.price or (good.sold_before is not None and good.sold_before > since):
        return None
    return lowest


def read(lang: str, at: datetime) -> Hall:
    """The slots of today and tomorrow that are not over. One statement where there are none, else three (four in English)."""
    end = clock.day_bounds(clock.business_date(at) + timedelta(days=1))[1]
    slots = promotions.flash_slots(at, end)
    wanted = list({good.sku_id for slot in slots for good in slot.goods})
    if not wanted:
        return Hall(at, (), {}, {})
    skus = {
        sku.sku_id: sku for sku in catalog.sellable_by_code(list(catalog.sku_codes(wanted).values())) if sku.sellable
    }
    english = catalog.english_names(list(skus)) if lang == EN else {}
    names = {sku_id: (name.title, name.options) for sku_id, name in english.items() if name.title}
    there = [slot._replace(goods=tuple(g for g in slot.goods if g.sku_id in skus)) for slot in slots]
    return Hall(at, tuple(slot for slot in there if slot.goods), skus, names)


def minute() -> str:
    """Slots begin and end at full minutes: a page of them is kept for no longer than the minute it was made in."""
    return f"{clock.now():%H%M}"


@lru_cache(maxsize=256)
def _asked(query: str) -> str:
    found = dict(parse_qsl(query[:2000], errors="replace", max_num_fields=100)) if query.count("&") < 100 else {}
    return found.get("slot", "")[:30]


def page(query: str, who: Visitor) -> Shown:
    """`/flash`, a slot of it with `?slot=`."""
    slot = _asked(query)
    key = slot if slot.replace("-", "").isdigit() else ""
    return Shown(kept, ("flash", minute(), key, who), lambda rules: _page(key, who, rules), SECONDS)


def _page(key: str, who: Visitor, rules: RuleSet) -> Sheet:
    hall = read(who.lang, clock.now())
    prices = showcase.live(hall.sku_ids, hall.at)
    slots = hall.worth(prices)
    chosen = next((slot for slot in slots if _key(slot) == key), None) or next(iter(slots), None)
    crumbs = [(Text("首页", "Home").render(who.lang), "/"), (Text("限时秒杀", "Flash sales").render(who.lang), None)]
    return write(
        "storefront/flash.html", who, PATH, sku_ids=hall.sku_ids, now=prices, canonical=PATH, crumbs=crumbs,
        tabs=[_tab(slot, slot is chosen, hall.at, who.lang) for slot in slots], slot=chosen,
        items=hall.items(chosen, prices) if chosen else [], running=bool(chosen and chosen.starts_at <= hall.at),
        currency=mall_settings.get("mall.currency"), data=[schema.breadcrumbs(crumbs)],
        struck_days=mall_settings.get("pricing.struck_days"),
    )  # fmt: skip


def _key(slot: FlashSlot) -> str:
    ends = f"-{clock.local(slot.ends_at):%Y%m%d%H%M}" if slot.ends_at else ""
    return f"{clock.local(slot.starts_at):%Y%m%d%H%M}{ends}"


def _tab(slot: FlashSlot, chosen: bool, at: datetime, lang: str) -> Tab:
    running, day, today = slot.starts_at <= at, clock.business_date(slot.starts_at), clock.business_date(at)
    state = (_RUNNING if running else _COMING).render(lang)
    said = (_TODAY if day == today else _TOMORROW).render(lang) if day >= today else formatting.date(slot.starts_at)
    key = _key(slot)
    return Tab(key, f"{PATH}?slot={key}", formatting.time(slot.starts_at), said, state, chosen)


class Strip(NamedTuple):
    """The slot that runs or comes next, with a few of its goods."""

    tab: Tab
    slot: FlashSlot
    running: bool
    items: list[Item]


def strip(hall: Hall, prices: Prices, lang: str) -> Strip | None:
    """For the home page: None where nothing runs or comes. One statement where something does."""
    slot = next(iter(hall.worth(prices.now)), None)
    if slot is None:
        return None
    items = hall.items(slot, prices.now)[:STRIP]
    return Strip(_tab(slot, False, hall.at, lang), slot, slot.starts_at <= hall.at, items)

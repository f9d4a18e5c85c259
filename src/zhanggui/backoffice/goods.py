"""What the pages of goods share: states in words, and a product's prices and stock as its editors need them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import EnglishName, ListingFacts
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock
from zhanggui.kernel.i18n import EN, Text
from zhanggui.kernel.problems import FieldError
from zhanggui.pricing import selectors as pricing
from zhanggui.pricing.types import Proposed
from zhanggui.ui import language
from zhanggui.ui.forms import amount as amount
from zhanggui.ui.language import say

from .access import number_in

STATES: dict[str, tuple[Text, str]] = {
    "draft": (Text("草稿", "Draft"), "neutral"),
    "in_review": (Text("待审核", "In review"), "warn"),
    "approved": (Text("已审核", "Approved"), "info"),
    "listed": (Text("在售", "Listed"), "good"),
    "delisted": (Text("已下架", "Delisted"), "neutral"),
}


def names(sku_ids: Iterable[int | None]) -> dict[int, EnglishName]:
    """What English pages call these SKUs, where somebody has said. One statement for them, none for Chinese pages."""
    wanted = {sku_id for sku_id in sku_ids if sku_id}
    if language.current() != EN or not wanted:
        return {}
    return {sku_id: name for sku_id, name in catalog.english_names(list(wanted)).items() if name.title}


def called(orders: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same orders with the goods of their lines named in the language of the page. As `names` counts."""
    found = list(orders)
    known = names(line["sku_id"] for order in found for line in order["lines"])
    return (
        [{**order, "lines": [_called(line, known) for line in order["lines"]]} for order in found] if known else found
    )


def _called(line: dict[str, Any], known: Mapping[int, EnglishName]) -> dict[str, Any]:
    name = known.get(line["sku_id"])
    return {**line, "title": name.title, "options": name.options or line["options"]} if name else line


def listed(lines: Iterable[tuple[str, int]]) -> str:
    """Goods and how many of each, on one line."""
    return say(Text("、", ", ")).join(f"{title} ×{count}" for title, count in lines)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a SKU costs and how many there are, over all warehouses; `warehouses` are those that know it."""

    list_price: int | None
    sale_price: int | None
    cost: int | None
    on_hand: int
    free: int
    warehouses: tuple[int, ...] = ()


def shelves(sku_ids: Iterable[int]) -> dict[int, Shelf]:
    """Of each SKU. Two statements."""
    wanted = list(sku_ids)
    prices = pricing.base_prices(wanted)
    on_hand: dict[int, int] = dict.fromkeys(wanted, 0)
    free = dict(on_hand)
    houses: dict[int, tuple[int, ...]] = {}
    for level in inventory.levels(wanted):
        houses[level.sku_id] = (*houses.get(level.sku_id, ()), level.warehouse_id)
        on_hand[level.sku_id] += level.on_hand
        free[level.sku_id] += level.free
    found = {}
    for sku_id in wanted:
        price = prices.get(sku_id)
        found[sku_id] = Shelf(
            price.list_price if price else None,
            price.sale_price if price else None,
            price.cost if price else None,
            on_hand[sku_id],
            free[sku_id],
            houses.get(sku_id, ()),
        )
    return found


def facts(sku_ids: Iterable[int]) -> ListingFacts:
    """What the catalogue asks of SKUs before it lets a product go on sale (CAT-14). Two statements."""
    wanted = list(sku_ids)
    stock = inventory.available(wanted)
    return ListingFacts(
        priced_sku_ids=frozenset(pricing.effective_prices(wanted, clock.now())),
        stocked_sku_ids=frozenset(sku_id for sku_id, free in stock.items() if free > 0),
    )


def proposed(done: Proposed) -> Text:
    """What became of price changes: made, or waiting for somebody else."""
    made, asked = done.changed, len(done.requests)
    if not asked:
        return Text("价格已保存", "The prices are saved")
    waits = Text(f"{asked} 个改价幅度较大，已提交审批", f"{asked} are so large that they wait for approval")
    if not made:
        return waits
    return Text(f"已改 {made} 个价格；{waits.zh}", f"{made} prices are changed; {waits.en}")


def units(text: str, field: str, errors: list[FieldError]) -> int | None:
    """A number of units; None for nothing, and for what is none."""
    text = text.strip()
    if not text:
        return None
    number = number_in(text, 9)
    if number is None:
        errors.append(FieldError(field, "type", Text("请填写不小于 0 的整数", "a whole number, 0 or more")))
    return number


def instant(text: str, field: str, errors: list[FieldError]) -> datetime | None:
    """A local date and time as the browser's field gives it; None for nothing, and for what is none."""
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=clock.zone())
    except ValueError:
        errors.append(FieldError(field, "type", Text("请填写日期与时间", "enter a date and time")))
        return None


def differences(
    typed: Mapping[str, Any], stored: Mapping[str, Any], labels: Mapping[str, Text]
) -> list[tuple[Text, str, str]]:
    """Where a form and what is stored meanwhile disagree: the field, as stored, as typed."""
    found = []
    for name, label in labels.items():
        mine, theirs = str(typed.get(name, "")).strip(), str(stored.get(name, "")).strip()
        if mine.replace("\r\n", "\n") != theirs.replace("\r\n", "\n"):
            found.append((label, theirs, mine))
    return found

"""The cells of the grid of goods: what each shows, what is typed into it, and what whoever types has seen.

The page and the answers to edits are made from the same cells, so that a cell after an edit is the cell of a fresh page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import ProductRow
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.pricing import selectors as pricing
from zhanggui.ui import formatting
from zhanggui.ui.language import say, t

from .access import number_in
from .goods import Shelf, shelves

LABELS = {
    "title": Text("标题", "Title"),
    "sale": Text("售价", "Price"),
    "list": Text("划线价", "List price"),
    "stock": Text("在库", "On hand"),
}
RIGHTS = {"title": "catalog.edit", "sale": "pricing.change", "list": "pricing.change", "stock": "inventory.change"}


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` is what the editor starts with, `shown` how it reads, `seen` what the edit must still find there.

    `key` names it on the page; `href` leads to the form that changes it too; `editable` is whether this colleague may, here.
    """

    key: str
    field: str
    product_id: int
    sku_id: int
    value: str
    shown: str
    seen: str
    href: str
    label: str
    editable: bool
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of a SKU, by field, and its free units."""

    cells: Mapping[str, Cell]
    free: int


@dataclass(frozen=True, slots=True)
class Goods:
    """The cells of a product: its title's, those of its only SKU (else none), and what its SKUs come to."""

    title: Cell
    line: Line | None
    price: str
    listed: str
    on_hand: int
    free: int
    sku_ids: Sequence[int]

    @property
    def texts(self) -> dict[str, str]:
        """What stands on the product's own row beside its cells."""
        return {
            "price": self.price,
            "list": self.listed,
            "stock": formatting.quantity(self.on_hand),
            "free": formatting.quantity(self.free),
        }


def goods_of(rows: Sequence[ProductRow], who: Actor) -> dict[int, Goods]:
    """Of each product. Five statements."""
    currency = mall_settings.get("mall.currency")
    skus = catalog.skus_of([row.id for row in rows])
    wanted = [sku for ids in skus.values() for sku in ids]
    shelf = shelves(wanted)
    now = _planned(wanted)
    return {row.id: _goods(row, skus[row.id], shelf, now, currency, who) for row in rows}


def _planned(sku_ids: Sequence[int]) -> dict[int, int]:
    """What is asked for SKUs in a planned window just now."""
    found = pricing.effective_prices(sku_ids, clock.now())
    return {sku: price.sale_price for sku, price in found.items() if price.scheduled}


def _goods(
    row: ProductRow, ids: Sequence[int], shelf: Mapping[int, Shelf], now: Mapping[int, int], currency: str, who: Actor
) -> Goods:
    page = f"/office/products/{row.id}"
    title = Cell(
        f"title-{row.id}", "title", row.id, 0, row.title, row.title, row.title, page, say(LABELS["title"]),
        who.may(RIGHTS["title"]),
    )  # fmt: skip
    line = _line(row.id, ids[0], row.title, shelf[ids[0]], now.get(ids[0]), currency, who) if len(ids) == 1 else None
    return Goods(
        title,
        line,
        _span([shelf[i].sale_price for i in ids], currency),
        _span([shelf[i].list_price for i in ids], currency),
        sum(shelf[i].on_hand for i in ids),
        sum(shelf[i].free for i in ids),
        ids,
    )


def _span(prices: Sequence[int | None], currency: str) -> str:
    known = [price for price in prices if price is not None]
    if not known:
        return formatting.NOTHING
    low, high = (formatting.money(price, currency) for price in (min(known), max(known)))
    return low if low == high else f"{low}–{high}"


def lines_of(product_id: int, names: Mapping[int, str], who: Actor) -> dict[int, Line]:
    """The cells of a product's SKUs; `names` say what readers of the screen hear. Three statements."""
    currency = mall_settings.get("mall.currency")
    shelf, now = shelves(names), _planned(list(names))
    return {i: _line(product_id, i, names[i], shelf[i], now.get(i), currency, who) for i in names}


def _line(
    product_id: int, sku_id: int, name: str, shelf: Shelf, planned: int | None, currency: str, who: Actor
) -> Line:
    page = f"/office/products/{product_id}"

    def cell(field: str, value: str, shown: str, seen: str, href: str, able: bool = True, note: str = "") -> Cell:
        label = f"{name} {say(LABELS[field])}"
        may = able and who.may(RIGHTS[field])
        return Cell(f"{field}-{sku_id}", field, product_id, sku_id, value, shown, seen, href, label, may, note)

    def money(amount: int | None) -> tuple[str, str]:
        if amount is None:
            return "", formatting.NOTHING
        return format_minor(amount, currency), formatting.money(amount, currency)

    prices = as_seen(shelf.list_price, shelf.sale_price)
    note = (
        t(f"定时价 {money(planned)[1]} 生效中", f"{money(planned)[1]} now, as planned") if planned is not None else ""
    )
    at_prices = f"{page}/prices" if who.may("pricing.view") else page
    several = len(shelf.warehouses) > 1  # which of them is meant, only the stock page can ask
    units = formatting.quantity(shelf.on_hand)
    cells = {
        "sale": cell("sale", *money(shelf.sale_price), prices, f"{at_prices}#f-sale-{sku_id}", note=note),
        "list": cell("list", *money(shelf.list_price), prices, f"{at_prices}#f-list-{sku_id}"),
        "stock": cell("stock", str(shelf.on_hand), units, str(shelf.on_hand), page + f"#f-stock-{sku_id}", not several),
    }
    return Line(cells, shelf.free)


def as_seen(listed: int | None, sale: int | None) -> str:
    """Both prices as one word that travels with the page."""
    return f"{'' if listed is None else listed}/{'' if sale is None else sale}"


def from_seen(word: str) -> tuple[int | None, int | None] | None:
    """What `as_seen` wrote; None for anything else."""
    parts = word.split("/")
    prices = [number_in(part, 14) for part in parts]
    if len(parts) != 2 or any(part and price is None for part, price in zip(parts, prices, strict=True)):
        return None
    return prices[0], prices[1]

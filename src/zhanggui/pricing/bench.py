"""Many prices at once: SKUs with all that is known of their prices, by what is wrong with them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhanggui.kernel import db, paging
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.paging import Page, page

from .struck import struck_prices
from .types import Floor, Special

#: What prices can be looked through for.
FLAGS = {
    "below_floor": Text("低于底价", "Below the floor"),
    "thin": Text("毛利不足", "Margin too small"),
    "band": Text("超出价格带", "Outside the price band"),
    "struck": Text("划线价不可展示", "List price not shown"),
    "waiting": Text("有待审批", "Waits for approval"),
    "special": Text("有特殊价格", "Has special prices"),
}
_WRONG = {
    "below_floor": "least(f.sale_price, (select min((x ->> 3)::bigint) from jsonb_array_elements(p.specials) x)) < f.floor",
    "thin": "(f.sale_price - f.cost) * 10000 < f.min_margin * f.sale_price",
    "band": "f.sale_price < f.band_low or f.sale_price > f.band_high",
    "struck": "f.sale_price < f.list_price",
    "waiting": "exists (select 1 from pricing_pricerequest r where r.sku_id = f.sku_id and r.status = 'pending')",
    "special": "p.specials is not null",
}
_FLOOR = ", ".join(f"f.{name}" for name in Floor.__slots__)
_ROWS = """
with chosen as materialized (
    select s.id from catalog_sku s
    join catalog_product g on g.id = s.product_id
    join pricing_skuprice p on p.sku_id = s.id
    left join catalog_category c on c.id = g.category_id
    where s.active and (%(below)s::bigint is null or s.id < %(below)s)
        and (%(category)s::bigint is null or c.ancestors @> array[%(category)s]::bigint[])
        and (%(codes)s::text[] is null or s.code = any(%(codes)s))
        and (%(q)s = '' or g.title ilike %(like)s or g.code = %(q)s or s.code ilike %(like)s or s.barcode = %(q)s)
    order by s.id desc limit %(most)s
)
select {floor}, s.code, s.options_text, s.product_id, g.title, g.title_en, p.specials
from pricing_floors(array(select id from chosen)) f
join pricing_skuprice p on p.sku_id = f.sku_id
join catalog_sku s on s.id = f.sku_id
join catalog_product g on g.id = s.product_id
where {wrong}
order by f.sku_id desc limit %(limit)s
"""
#: How many SKUs are looked at for a page of those whose list price may not be shown.
_LOOK = 1_000


@dataclass(frozen=True, slots=True)
class BenchRow:
    """A SKU with its prices, and what its rules say of them."""

    floor: Floor
    code: str
    options: str
    product_id: int
    title: str
    title_en: str
    specials: tuple[Special, ...]

    @property
    def sku_id(self) -> int:
        return self.floor.sku_id

    @property
    def margin(self) -> int | None:
        """What is left of the price over the cost, in basis points; None where the cost is not known."""
        price, cost = self.floor.sale_price, self.floor.cost
        return None if cost is None or not price else (price - cost) * 10_000 // price

    def special(self, kind: str, key: str = "") -> int | None:
        """The special price of this name from one piece on."""
        return next((s.price for s in self.specials if s[:3] == (kind, key, 1)), None)


def bench(
    *,
    q: str = "",
    category_id: int | None = None,
    flag: str = "",
    codes: list[str] | None = None,
    at: datetime,
    cursor: str = "",
    limit: int = 50,
) -> Page[BenchRow]:
    """Active SKUs with a price, newest first; `flag` is one of FLAGS, `codes` names them. One statement; for struck ones two."""
    below = paging.decode(cursor, int)[0] if cursor else None
    struck = flag == "struck"
    values: dict[str, Any] = {
        "q": q, "like": "%" + q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%", "below": below,
        "category": category_id, "codes": codes, "most": None if flag else limit + 1,
        "limit": _LOOK if struck else limit + 1,
    }  # fmt: skip
    rows = db.rows(_ROWS.format(floor=_FLOOR, wrong=_WRONG.get(flag, "true")), values)
    found = [_row(row) for row in rows]
    if not struck:
        return page(found, limit, lambda row: row.sku_id)
    shown = struck_prices([row.sku_id for row in found], at)
    wrong = [row for row in found if row.sku_id not in shown]
    if len(wrong) > limit or len(found) < _LOOK:
        return page(wrong[: limit + 1], limit, lambda row: row.sku_id)
    return Page(wrong, paging.encode(found[-1].sku_id))


def _row(row: dict[str, Any]) -> BenchRow:
    floor = Floor(**{name: row[name] for name in Floor.__slots__})
    specials = tuple(Special(*one) for one in row["specials"] or ())
    return BenchRow(floor, row["code"], row["options_text"], row["product_id"], row["title"], row["title_en"], specials)

"""All figures computed anew, a few thousand SKUs at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock, db, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import PermissionDenied
from zhanggui.orders import selectors as orders
from zhanggui.pricing import selectors as pricing
from zhanggui.procurement import selectors as procurement
from zhanggui.replenishment import selectors as replenishment

from .. import jobs, locks, rules
from ..permissions import DECIDE
from ..settings import WEEKS, X_MOST, Y_MOST
from ..types import AGE_BOUNDS

#: SKUs at a time: bounds the memory of a night in a large mall.
PART = 4_000
#: A page may wait for so many.
AT_ONCE = 20_000
_COLUMNS = """sku_id bigint, product_id bigint, category_id bigint, supplier_id bigint, on_hand bigint, free bigint, opening bigint,
    cost bigint, price bigint, value bigint, retail bigint, units bigint, sales bigint, sold_cost bigint, variation int, abc text,
    xyz text, cover int, last_sold_at timestamptz, oldest_at timestamptz, aged bigint[]"""
_NAMES = ", ".join(part.split()[0] for part in _COLUMNS.split(","))


def refresh(*, actor: Actor) -> int:
    """Put new figures of all SKUs in the place of the old ones; how many. Own transaction, nine statements for 4,000 SKUs.

    Raises PermissionDenied.
    """
    if not actor.may(DECIDE):
        raise PermissionDenied()
    weeks = mall_settings.get(WEEKS)
    worth: dict[int, int] = {}
    houses: dict[int, list[int]] = defaultdict(lambda: [0] * 5)
    with transaction.atomic():
        locks.alone()
        db.execute("delete from clearance_figure")
        after, count = 0, 0
        while part := catalog.assortment.sku_homes(after, PART):
            rows = _part(part, weeks, houses)
            worth |= {row["sku_id"]: row["sales"] for row in rows if row["sales"] > 0}
            db.execute(
                f"insert into clearance_figure ({_NAMES}) select {_NAMES} from jsonb_to_recordset(%s) as r({_COLUMNS})",
                (db.Json(rows),),
            )
            after, count = part[-1][0], count + len(rows)
        letters = replenishment.classes(worth)
        better = [(sku, letter) for sku, letter in letters.items() if letter != "C"]
        db.execute(
            "update clearance_figure f set abc = u.abc from unnest(%s::bigint[], %s::text[]) as u(sku_id, abc)"
            " where f.sku_id = u.sku_id",
            ([sku for sku, _ in better], [letter for _, letter in better]),
        )
        db.execute(
            "insert into clearance_round (weeks, skus, houses, actor_label) values (%s, %s, %s, left(%s, 200))",
            (weeks, count, db.Json([[house, *sums] for house, sums in sorted(houses.items())]), actor.label),
        )
        db.execute("delete from clearance_round where id <= (select max(id) - 30 from clearance_round)")
    db.execute("analyze clearance_figure")
    return count


def ask(*, actor: Actor) -> int | None:
    """Compute anew: at once in a mall of up to 20,000 SKUs (how many there were), else soon by a worker (None).

    Raises PermissionDenied.
    """
    if not actor.may(DECIDE):
        raise PermissionDenied()
    last = db.row("select skus from clearance_round order by id desc limit 1")
    if last and last["skus"] > AT_ONCE:
        transaction.on_commit(jobs.refresh_soon)
        return None
    return refresh(actor=actor)


def _part(
    part: Sequence[tuple[int, int, int | None]], weeks: int, houses: dict[int, list[int]]
) -> list[dict[str, Any]]:
    now = clock.now()
    since = now - weeks * orders.turnover.WEEK
    skus = [sku for sku, _, _ in part]
    standing = inventory.analysis.standings(skus, since, AGE_BOUNDS)
    sold = orders.turnover.sku_sales(skus, weeks, now)
    last = orders.turnover.last_sales([sku for sku in standing if sku not in sold])
    prices = pricing.effective_prices(skus, now)
    suppliers = procurement.suppliers_of(skus)
    limits = mall_settings.get(X_MOST), mall_settings.get(Y_MOST)
    rows: list[dict[str, Any]] = []
    for sku, product, category in part:
        lying, moved, price = standing.get(sku), sold.get(sku), prices.get(sku)
        if lying is None and moved is None:
            continue
        on_hand, free = (lying.on_hand, lying.free) if lying else (0, 0)
        cost, paid = (price.cost, price.sale_price) if price else (None, None)
        units = moved.units if moved else 0
        varies = rules.variation(units, moved.squares, weeks) if moved else None
        rows.append(
            {
                "sku_id": sku, "product_id": product, "category_id": category,
                "supplier_id": suppliers[sku][0] if suppliers[sku] else None, "on_hand": on_hand, "free": free,
                "opening": lying.opening if lying else 0, "cost": cost, "price": paid, "value": on_hand * (cost or 0),
                "retail": on_hand * (paid or 0), "units": units, "sales": moved.sales if moved else 0,
                "sold_cost": moved.cost if moved else 0, "variation": varies, "abc": "C", "xyz": rules.xyz(varies, *limits),
                "cover": rules.cover(free, units, weeks * 7), "last_sold_at": moved.last_at if moved else last.get(sku),
                "oldest_at": lying.oldest_at if lying and on_hand else None,
                "aged": list(lying.aged) if lying else [0] * (len(AGE_BOUNDS) + 1),
            }
        )  # fmt: skip
    _count_houses(houses, inventory.analysis.by_house(skus, since), {row["sku_id"]: row for row in rows})
    return rows


def _count_houses(houses: dict[int, list[int]], found: Sequence[Any], rows: Mapping[int, dict[str, Any]]) -> None:
    """Warehouses' sums: SKUs with stock, units, value, retail, units shipped."""
    for one in found:
        row, sums = rows.get(one.sku_id), houses[one.warehouse_id]
        cost, price = (row["cost"] or 0, row["price"] or 0) if row else (0, 0)
        for place, amount in enumerate(
            (int(one.on_hand > 0), one.on_hand, one.on_hand * cost, one.on_hand * price, one.shipped)
        ):
            sums[place] += amount

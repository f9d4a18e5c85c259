"""What SKUs sold, for the analysis of stock: net units and sales of valid orders by week, the last sale, what cheaper prices did.

Net: what was refunded is taken off again. Amounts in minor units of each order's currency; a mall has one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from zhanggui.kernel import db

from .states import VALID

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SkuSales:
    """A SKU in a span of whole weeks. `squares` sums the squares of its weekly units; `cost` what the units had cost, where known."""

    sku_id: int
    units: int
    sales: int
    cost: int
    squares: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Uplift:
    """Weeks of SKUs sold at a reduction of `low` to below `high` basis points, beside their own weeks at the ordinary price.

    `units` were sold in those `weeks`; at the mean of each SKU's ordinary weeks it would have been `usual`.
    """

    low: int
    high: int
    weeks: int
    skus: int
    units: int
    usual: float


def sku_sales(sku_ids: Sequence[int], weeks: int, until: datetime) -> dict[int, SkuSales]:
    """Net sales of SKUs over `weeks` times seven days before `until`; what sold nothing is absent. One statement."""
    rows = db.rows(
        """with week as (
            select l.sku_id, floor(extract(epoch from (%(until)s - o.placed_at)) / 604800)::int as week,
                sum(l.quantity - l.refunded_quantity)::bigint as units, sum(l.payable - l.refunded_amount)::bigint as sales,
                sum((l.quantity - l.refunded_quantity) * coalesce(l.cost, 0))::bigint as cost, max(o.placed_at) as at
            from orders_orderline l join orders_order o on o.id = l.order_id
            where l.sku_id = any(%(skus)s::bigint[]) and o.placed_at >= %(since)s and o.placed_at < %(until)s
                and o.status = any(%(valid)s) and l.quantity > l.refunded_quantity
            group by 1, 2)
        select sku_id, sum(units)::bigint as units, sum(sales)::bigint as sales, sum(cost)::bigint as cost,
            sum(units * units)::bigint as squares, max(at) as last_at from week group by sku_id""",
        {"skus": list(sku_ids), "since": until - weeks * WEEK, "until": until, "valid": list(VALID)},
    )
    return {row["sku_id"]: SkuSales(**row) for row in rows}


def last_sales(sku_ids: Sequence[int]) -> dict[int, datetime]:
    """When each of these SKUs was last in a valid order; what never was is absent. One statement, none for none.

    It reads all lines of the SKUs: for those that sold nothing lately.
    """
    if not sku_ids:
        return {}
    rows = db.rows(
        "select l.sku_id, max(o.placed_at) as at from orders_orderline l join orders_order o on o.id = l.order_id"
        " where l.sku_id = any(%s::bigint[]) and o.status = any(%s) group by l.sku_id",
        (list(sku_ids), list(VALID)),
    )
    return {row["sku_id"]: row["at"] for row in rows}


def sold_between(spans: Sequence[tuple[int, int, datetime, datetime]]) -> dict[int, tuple[int, int]]:
    """(net units, net sales) by key of spans (key, SKU, since, until); every key is answered. One statement, none for none."""
    if not spans:
        return {}
    rows = db.rows(
        """select s.key, coalesce(sum(l.quantity - l.refunded_quantity), 0)::bigint as units,
            coalesce(sum(l.payable - l.refunded_amount), 0)::bigint as sales
        from unnest(%(keys)s::bigint[], %(skus)s::bigint[], %(since)s::timestamptz[], %(until)s::timestamptz[])
            as s(key, sku_id, since, until)
        left join lateral (select l.* from orders_orderline l join orders_order o on o.id = l.order_id
            where l.sku_id = s.sku_id and o.placed_at >= s.since and o.placed_at < s.until and o.status = any(%(valid)s)) l on true
        group by s.key""",
        {
            "keys": [span[0] for span in spans], "skus": [span[1] for span in spans], "since": [span[2] for span in spans],
            "until": [span[3] for span in spans], "valid": list(VALID),
        },
    )  # fmt: skip
    return {row["key"]: (row["units"], row["sales"]) for row in rows}


def uplifts(bounds: Sequence[int], weeks: int, until: datetime) -> list[Uplift]:
    """What the mall's own reductions did: bands between neighbouring `bounds` (basis points below the list price), over weeks in
    which a SKU sold; a week below the first bound is an ordinary one. Only SKUs with both kinds. One statement.
    """
    rows: list[dict[str, Any]] = db.rows(
        """with week as (
            select l.sku_id, floor(extract(epoch from (%(until)s - o.placed_at)) / 604800)::int as week,
                sum(l.quantity - l.refunded_quantity)::bigint as units,
                width_bucket((1 - sum(l.payable)::numeric / nullif(sum(l.quantity * l.list_price), 0)) * 10000,
                    %(bounds)s::numeric[]) as band
            from orders_orderline l join orders_order o on o.id = l.order_id
            where o.placed_at >= %(since)s and o.placed_at < %(until)s and o.status = any(%(valid)s) and l.sku_id is not null
                and l.quantity > l.refunded_quantity
            group by 1, 2
        ), usual as (select sku_id, avg(units) as units from week where band = 0 group by sku_id)
        select w.band, count(*)::int as weeks, count(distinct w.sku_id)::int as skus, sum(w.units)::bigint as units,
            sum(u.units)::float8 as usual
        from week w join usual u on u.sku_id = w.sku_id where w.band between 1 and %(last)s group by w.band order by w.band""",
        {
            "bounds": list(bounds), "last": len(bounds) - 1, "since": until - weeks * WEEK, "until": until,
            "valid": list(VALID),
        },
    )  # fmt: skip
    return [
        Uplift(bounds[row["band"] - 1], bounds[row["band"]], row["weeks"], row["skus"], row["units"], row["usual"])
        for row in rows
    ]

"""Facts of orders for reports: sums over the orders placed in a span of time. One statement each, by the index on `placed_at`.

`start` is inclusive, `end` exclusive. "Valid" (有效订单, ORD-08) is `states.VALID`: paid, neither cancelled nor wholly refunded
as of now. An order counts wholly or not at all: a partial refund changes none of these sums.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhanggui.kernel import db

from .states import VALID

#: Imported history may know that an order was fulfilled and not when it was paid.
_WAS_PAID = "(o.paid_at is not null or o.status = any(%(valid)s))"
_IN_SPAN = "o.placed_at >= %(start)s and o.placed_at < %(end)s"
_COUNTS = """count(*) as orders, count(*) filter (where o.status = any(%(valid)s)) as valid_orders,
    coalesce(sum(o.items_total - o.discount_total) filter (where o.status = any(%(valid)s)), 0)::bigint as sales"""


@dataclass(frozen=True, slots=True)
class OrderTotals:
    """Orders of one currency. `sales`: goods of valid orders after discounts, without freight, in minor units."""

    currency: str
    orders: int = 0
    paid_orders: int = 0
    valid_orders: int = 0
    buyers: int = 0
    sales: int = 0


@dataclass(frozen=True, slots=True)
class LineTotals:
    """Lines of valid orders. `cost` sums what is known; `lines_without_cost` says how much is not."""

    units: int
    lines: int
    lines_without_cost: int
    cost: int


@dataclass(frozen=True, slots=True)
class MemberBuyers:
    """Members with a valid order in the span, whatever the currency."""

    member_ids: tuple[int, ...]
    first_time: int  # their first valid order lies in the span
    repeat: int  # two or more valid orders up to the end of the span
    loyal: int  # at least `loyal_orders` valid orders since `loyal_since`


def first_placed_at() -> datetime | None:
    """When the oldest order was placed."""
    found = db.row("select min(placed_at) as at from orders_order")
    return found["at"] if found else None


def period_totals(start: datetime, end: datetime) -> list[OrderTotals]:
    """Totals by currency, most orders first. A buyer is a member, a guest as known to purchase limits, or else the order."""
    return [
        OrderTotals(**row)
        for row in db.rows(
            f"""select o.currency, {_COUNTS}, count(*) filter (where {_WAS_PAID}) as paid_orders,
                count(distinct coalesce('m' || o.member_id, 'h' || nullif(o.holder, ''), 'o' || o.id)) as buyers
            from orders_order o where {_IN_SPAN} group by o.currency order by orders desc, o.currency""",
            _span(start, end),
        )
    ]


def line_totals(start: datetime, end: datetime, currency: str) -> LineTotals:
    """Units sold and their cost at the time of sale."""
    return LineTotals(
        **db.rows(
            f"""select coalesce(sum(l.quantity), 0)::bigint as units, count(*) as lines,
                count(*) filter (where l.cost is null) as lines_without_cost,
                coalesce(sum(l.quantity * l.cost), 0)::bigint as cost
            from orders_order o join orders_orderline l on l.order_id = o.id
            where {_IN_SPAN} and o.currency = %(currency)s and o.status = any(%(valid)s)""",
            _span(start, end, currency=currency),
        )[0]
    )


def refunded_after_shipping(start: datetime, end: datetime, currency: str) -> list[str]:
    """Numbers of paid orders with more units given back than never left the shelf."""
    found = db.rows(
        f"""select o.number from orders_order o
        where {_IN_SPAN} and o.currency = %(currency)s and {_WAS_PAID}
            and exists (select from orders_orderline l where l.order_id = o.id
                and l.refunded_quantity > l.quantity - l.shipped_quantity)""",
        _span(start, end, currency=currency),
    )
    return [r["number"] for r in found]


def by_product(start: datetime, end: datetime, currency: str, limit: int) -> list[dict[str, Any]]:
    """Products of valid orders, best sales first; `cost` is None where any line's is unknown. History has no product id."""
    return db.rows(
        f"""select l.product_id, max(l.sku_code) filter (where l.product_id is null) as sku, max(l.title) as title,
            sum(l.quantity)::bigint as units, count(distinct o.id) as orders, sum(l.payable)::bigint as sales,
            case when bool_and(l.cost is not null) then sum(l.quantity * l.cost)::bigint end as cost,
            count(distinct coalesce('m' || o.member_id, 'h' || nullif(o.holder, ''), 'o' || o.id)) as buyers
        from orders_order o join orders_orderline l on l.order_id = o.id
        where {_IN_SPAN} and o.currency = %(currency)s and o.status = any(%(valid)s)
        group by l.product_id, case when l.product_id is null then l.sku_code end
        order by sales desc, units desc, l.product_id, sku limit %(limit)s""",
        _span(start, end, currency=currency, limit=limit),
    )


def by_hour(start: datetime, end: datetime, currency: str, timezone: str) -> list[dict[str, Any]]:
    """Hours of the local day in which orders were placed (ANA-17)."""
    return db.rows(
        f"""select extract(hour from o.placed_at at time zone %(zone)s)::int as hour, {_COUNTS} from orders_order o
        where {_IN_SPAN} and o.currency = %(currency)s group by 1 order by 1""",
        _span(start, end, currency=currency, zone=timezone),
    )


def by_region(start: datetime, end: datetime, currency: str) -> list[dict[str, Any]]:
    """Provinces orders go to, best sales first; empty where none is known."""
    return _by_column("province", start, end, currency)


def by_source(start: datetime, end: datetime, currency: str) -> list[dict[str, Any]]:
    """Traffic sources noted on orders, best sales first; empty where none is."""
    return _by_column("source", start, end, currency)


def _by_column(column: str, start: datetime, end: datetime, currency: str) -> list[dict[str, Any]]:
    return db.rows(
        f"""select o.{column} as name, {_COUNTS} from orders_order o
        where {_IN_SPAN} and o.currency = %(currency)s group by 1 order by sales desc, orders desc, name""",
        _span(start, end, currency=currency),
    )


def member_buyers(start: datetime, end: datetime, *, loyal_since: datetime, loyal_orders: int) -> MemberBuyers:
    """Who bought in the span and how often before; the history is read by the index on members."""
    found = db.rows(
        f"""with buyers as (select distinct o.member_id from orders_order o
            where {_IN_SPAN} and o.status = any(%(valid)s) and o.member_id is not null),
        history as (
            select b.member_id, min(o.placed_at) as first_at, count(*) as orders,
                count(*) filter (where o.placed_at >= %(loyal_since)s) as recent
            from buyers b join orders_order o on o.member_id = b.member_id
            where o.status = any(%(valid)s) and o.placed_at < %(end)s group by b.member_id)
        select coalesce(array_agg(member_id), '{{}}') as member_ids,
            count(*) filter (where first_at >= %(start)s) as first_time,
            count(*) filter (where orders >= 2) as repeat,
            count(*) filter (where recent >= %(loyal_orders)s) as loyal from history""",
        _span(start, end, loyal_since=loyal_since, loyal_orders=loyal_orders),
    )[0]
    return MemberBuyers(tuple(found["member_ids"]), found["first_time"], found["repeat"], found["loyal"])


def _span(start: datetime, end: datetime, **more: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "valid": list(VALID), **more}

"""Facts of orders for reports: sums over the orders placed in a span of time. One statement each, by the index on `placed_at`.

`start` is inclusive, `end` exclusive. "Valid" (有效订单, ORD-08) is `states.VALID`: paid, neither cancelled nor wholly refunded
as of now, and a sale. An order counts wholly or not at all: a partial refund changes none of these sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from zhanggui.kernel import clock, db

from .states import VALID

#: Imported history may know that an order was fulfilled and not when it was paid.
WAS_PAID = "(o.paid_at is not null or o.status = any(%(valid)s))"
#: Trials and replacements are orders and no sales.
IN_SPAN = "o.kind = 'sale' and o.placed_at >= %(start)s and o.placed_at < %(end)s"
BUYER = "coalesce('m' || o.member_id, 'h' || nullif(o.holder, ''), 'o' || o.id)"
#: More units were given back than never left the shelf.
CAME_BACK = """exists (select from orders_orderline l where l.order_id = o.id
    and l.refunded_quantity > l.quantity - l.shipped_quantity)"""
_COUNTS = """count(*) as orders, count(*) filter (where o.status = any(%(valid)s)) as valid_orders,
    coalesce(sum(o.items_total - o.discount_total) filter (where o.status = any(%(valid)s)), 0)::bigint as sales"""
_TOTALS = f"""o.currency, {_COUNTS}, count(*) filter (where {WAS_PAID}) as paid_orders,
    count(distinct {BUYER}) as buyers"""
_LINES = """coalesce(sum(l.quantity), 0)::bigint as units, count(*) as lines,
    count(*) filter (where l.cost is null) as lines_without_cost,
    coalesce(sum(l.quantity * l.cost), 0)::bigint as cost"""
#: Days as spans, each met by the index on `placed_at`.
_DAYS = """unnest(%(days)s::date[], %(starts)s::timestamptz[], %(ends)s::timestamptz[]) as d(day, since, until)
    cross join lateral (select * from orders_order p where p.kind = 'sale' and p.placed_at >= d.since
        and p.placed_at < d.until offset 0) o"""


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


NO_LINES = LineTotals(0, 0, 0, 0)


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
            f"""select {_TOTALS} from orders_order o where {IN_SPAN} group by o.currency order by orders desc, o.currency""",
            _span(start, end),
        )
    ]


def line_totals(start: datetime, end: datetime, currency: str) -> LineTotals:
    """Units sold and their cost at the time of sale."""
    return LineTotals(
        **db.rows(
            f"""select {_LINES}
            from orders_order o join orders_orderline l on l.order_id = o.id
            where {IN_SPAN} and o.currency = %(currency)s and o.status = any(%(valid)s)""",
            _span(start, end, currency=currency),
        )[0]
    )


def refunded_after_shipping(start: datetime, end: datetime, currency: str) -> list[str]:
    """Numbers of paid orders with more units given back than never left the shelf."""
    found = db.rows(
        f"""select o.number from orders_order o
        where {IN_SPAN} and o.currency = %(currency)s and {WAS_PAID} and {CAME_BACK}""",
        _span(start, end, currency=currency),
    )
    return [r["number"] for r in found]


def by_product(start: datetime, end: datetime, currency: str, limit: int) -> list[dict[str, Any]]:
    """Products of valid orders, best sales first; `cost` is None where any line's is unknown. History has no product id."""
    return db.rows(
        f"""select l.product_id, max(l.sku_code) filter (where l.product_id is null) as sku, max(l.title) as title,
            sum(l.quantity)::bigint as units, count(distinct o.id) as orders, sum(l.payable)::bigint as sales,
            case when bool_and(l.cost is not null) then sum(l.quantity * l.cost)::bigint end as cost,
            count(distinct {BUYER}) as buyers
        from orders_order o join orders_orderline l on l.order_id = o.id
        where {IN_SPAN} and o.currency = %(currency)s and o.status = any(%(valid)s)
        group by l.product_id, case when l.product_id is null then l.sku_code end
        order by sales desc, units desc, l.product_id, sku limit %(limit)s""",
        _span(start, end, currency=currency, limit=limit),
    )


def by_amount(start: datetime, end: datetime, currency: str, bounds: list[int]) -> list[dict[str, Any]]:
    """Valid orders by what was paid for their goods (ANA-09); `band` counts the bounds that the amount reaches."""
    return db.rows(
        f"""select width_bucket(o.items_total - o.discount_total, %(bounds)s::bigint[]) as band, count(*) as valid_orders,
            sum(o.items_total - o.discount_total)::bigint as sales
        from orders_order o where {IN_SPAN} and o.currency = %(currency)s and o.status = any(%(valid)s)
        group by 1 order by 1""",
        _span(start, end, currency=currency, bounds=bounds),
    )


def by_frequency(start: datetime, end: datetime, currency: str, most: int) -> list[dict[str, Any]]:
    """Buyers by how many valid orders they placed in the span (ANA-09); `times` ends at `most`, which stands for more too."""
    return db.rows(
        f"""with buyers as (select count(*) as times, sum(o.items_total - o.discount_total)::bigint as sales
            from orders_order o where {IN_SPAN} and o.currency = %(currency)s and o.status = any(%(valid)s)
            group by {BUYER})
        select least(times, %(most)s)::int as times, count(*) as buyers, sum(times)::bigint as valid_orders,
            sum(sales)::bigint as sales from buyers group by 1 order by 1""",
        _span(start, end, currency=currency, most=most),
    )


def goods_sold(start: datetime, end: datetime) -> list[tuple[int, int, int]]:
    """(product, units, sales) of valid orders, for the products of this catalogue."""
    found = db.rows(
        f"""select l.product_id, sum(l.quantity)::bigint as units, sum(l.payable)::bigint as sales
        from orders_order o join orders_orderline l on l.order_id = o.id
        where {IN_SPAN} and o.status = any(%(valid)s) and l.product_id is not null group by l.product_id order by 1""",
        _span(start, end),
    )
    return [(r["product_id"], r["units"], r["sales"]) for r in found]


def units_by_product(since: datetime, limit: int) -> list[tuple[int, int]]:
    """(product, units) of valid orders placed since an instant, whatever the currency; what sold most first."""
    rows = db.rows(
        """select l.product_id, sum(l.quantity - l.refunded_quantity)::bigint as units
        from orders_order o join orders_orderline l on l.order_id = o.id
        where o.placed_at >= %s and o.kind = 'sale' and o.status = any(%s) and l.product_id is not null
        group by l.product_id order by units desc, l.product_id limit %s""",
        (since, list(VALID), limit),
    )
    return [(r["product_id"], r["units"]) for r in rows]


@dataclass(frozen=True, slots=True)
class SkuWeek:
    """Units of a SKU in orders paid in the week from a Monday on, and what they were sold for in minor units."""

    sku_id: int
    week: date
    units: int
    sales: int


def units_by_week(start: datetime, end: datetime) -> list[SkuWeek]:
    """What SKUs that are still sold were bought in each week, whatever became of it later; cancelled orders apart.

    Demand, so goods that came back count. Rows by SKU and week; one statement that reads all lines of the span.
    """
    rows = db.rows(
        f"""select l.sku_id, date_trunc('week', o.placed_at at time zone %(zone)s)::date as week,
            sum(l.quantity)::bigint as units, sum(l.payable)::bigint as sales
        from orders_order o join orders_orderline l on l.order_id = o.id
        join catalog_sku s on s.id = l.sku_id and s.active
        where {IN_SPAN} and {WAS_PAID} and o.status <> 'cancelled' group by 1, 2 order by 1, 2""",
        _span(start, end, zone=clock.zone().key),
    )
    return [SkuWeek(**row) for row in rows]


def last_sold(sku_ids: Sequence[int]) -> dict[int, datetime]:
    """When each product of these SKUs was last in a valid order; what never was is absent. One statement, none for none.

    For goods that sell slowly: it reads all lines of the SKUs.
    """
    if not sku_ids:
        return {}
    rows = db.rows(
        "select l.product_id, max(o.placed_at) as at from orders_orderline l join orders_order o on o.id = l.order_id"
        " where l.sku_id = any(%s::bigint[]) and o.kind = 'sale' and o.status = any(%s) and l.product_id is not null group by l.product_id",
        (list(sku_ids), list(VALID)),
    )
    return {row["product_id"]: row["at"] for row in rows}


def by_hour(start: datetime, end: datetime, currency: str, timezone: str) -> list[dict[str, Any]]:
    """Hours of the local day in which orders were placed (ANA-17)."""
    return db.rows(
        f"""select extract(hour from o.placed_at at time zone %(zone)s)::int as hour, {_COUNTS} from orders_order o
        where {IN_SPAN} and o.currency = %(currency)s group by 1 order by 1""",
        _span(start, end, currency=currency, zone=timezone),
    )


def by_day(days: Sequence[date], currency: str) -> dict[date, tuple[OrderTotals, LineTotals]]:
    """Each of the days' totals and line totals; days without an order are absent. Two statements for any number of days."""
    values = _days(days, currency=currency)
    lines = {
        r.pop("day"): LineTotals(**r)
        for r in db.rows(
            f"""select d.day, {_LINES} from {_DAYS} join orders_orderline l on l.order_id = o.id
            where o.currency = %(currency)s and o.status = any(%(valid)s) group by d.day""",
            values,
        )
    }
    totals = {
        r.pop("day"): OrderTotals(**r)
        for r in db.rows(
            f"select d.day, {_TOTALS} from {_DAYS} where o.currency = %(currency)s group by d.day, o.currency", values
        )
    }
    return {day: (found, lines.get(day, NO_LINES)) for day, found in totals.items()}


def by_day_and_hour(days: Sequence[date], currency: str, timezone: str) -> list[dict[str, Any]]:
    """The hours of each of the days in which orders were placed. One statement for any number of days."""
    return db.rows(
        f"""select d.day, extract(hour from o.placed_at at time zone %(zone)s)::int as hour, {_COUNTS} from {_DAYS}
        where o.currency = %(currency)s group by 1, 2 order by 1, 2""",
        _days(days, currency=currency, zone=timezone),
    )


def days_of(numbers: Sequence[str], timezone: str) -> list[date]:
    """The local days on which these orders were placed."""
    found = db.rows(
        "select distinct (placed_at at time zone %s)::date as day from orders_order where number = any(%s) order by day",
        (timezone, list(numbers)),
    )
    return [r["day"] for r in found]


def by_region(start: datetime, end: datetime, currency: str) -> list[dict[str, Any]]:
    """Provinces orders go to, best sales first; empty where none is known."""
    return _by_column("province", start, end, currency)


def by_source(start: datetime, end: datetime, currency: str) -> list[dict[str, Any]]:
    """Traffic sources noted on orders, best sales first; empty where none is."""
    return _by_column("source", start, end, currency)


def _by_column(column: str, start: datetime, end: datetime, currency: str) -> list[dict[str, Any]]:
    return db.rows(
        f"""select o.{column} as name, {_COUNTS} from orders_order o
        where {IN_SPAN} and o.currency = %(currency)s group by 1 order by sales desc, orders desc, name""",
        _span(start, end, currency=currency),
    )


def member_buyers(start: datetime, end: datetime, *, loyal_since: datetime, loyal_orders: int) -> MemberBuyers:
    """Who bought in the span and how often before; the history is read by the index on members."""
    found = db.rows(
        f"""with buyers as (select distinct o.member_id from orders_order o
            where {IN_SPAN} and o.status = any(%(valid)s) and o.member_id is not null),
        history as (
            select b.member_id, min(o.placed_at) as first_at, count(*) as orders,
                count(*) filter (where o.placed_at >= %(loyal_since)s) as recent
            from buyers b join orders_order o on o.member_id = b.member_id
            where o.kind = 'sale' and o.status = any(%(valid)s) and o.placed_at < %(end)s group by b.member_id)
        select coalesce(array_agg(member_id), '{{}}') as member_ids,
            count(*) filter (where first_at >= %(start)s) as first_time,
            count(*) filter (where orders >= 2) as repeat,
            count(*) filter (where recent >= %(loyal_orders)s) as loyal from history""",
        _span(start, end, loyal_since=loyal_since, loyal_orders=loyal_orders),
    )[0]
    return MemberBuyers(tuple(found["member_ids"]), found["first_time"], found["repeat"], found["loyal"])


def _span(start: datetime, end: datetime, **more: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "valid": list(VALID), **more}


def _days(days: Sequence[date], **more: Any) -> dict[str, Any]:
    bounds = [clock.day_bounds(day) for day in days]
    starts, ends = [start for start, _ in bounds], [end for _, end in bounds]
    return {"days": list(days), "starts": starts, "ends": ends, "valid": list(VALID), **more}

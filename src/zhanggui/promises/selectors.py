"""Reads of promises. The board and the report read the orders, reviews and tasks below by SQL: one statement, however many rows."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from zhanggui.kernel import clock, db, mall_settings, paging
from zhanggui.kernel.paging import Page
from zhanggui.orders import selectors as orders

from . import rules
from .rules import REASONS as REASONS
from .rules import SOON, URGENCIES
from .settings import ANSWER_HOURS
from .types import Alternative, BoardRow, Kept, KeptReport, ShortageView, ShortLine, Task

#: Where an order can stand on the board: held in review, passed and in no wave, being picked or packed, short of units, its buyer asked.
STATES = ("held", "passed", "wave", "short", "asked")
BY = ("day", "warehouse", "carrier", "person", "reason", "supply")
MOST_DAYS = 92
#: Of each urgency no more are counted.
MOST_COUNTED = 1000
#: Asked of each order by itself, so that a list or a count that has enough stops there (an `exists` would be joined whole).
_OPEN = """o.status in ('paid', 'fulfilling') and o.dispatch_due_at is not null and (select true from orders_orderline l
    where l.order_id = o.id and l.shipped_quantity + l.refunded_quantity < l.quantity limit 1)"""
_BOARD = """
select o.id, o.number, o.status, o.member_id, o.delivery_method, o.currency, o.total, o.contact_name, o.contact_mobile, o.province,
    o.city, o.placed_at, o.paid_at, o.hold, o.dispatch_due_at, o.dispatch_latest_at, coalesce(r.state, '') as review,
    coalesce(r.findings, '[]') as findings, coalesce(s.number, '') as shortage,
    (select coalesce(jsonb_agg(jsonb_build_object('line', l.position, 'sku', l.sku_code, 'sku_id', l.sku_id, 'title', l.title,
        'options', l.options, 'image', l.image, 'quantity', l.quantity - l.shipped_quantity - l.refunded_quantity) order by l.position)
        filter (where l.shipped_quantity + l.refunded_quantity < l.quantity), '[]')
     from orders_orderline l where l.order_id = o.id) as lines,
    (select coalesce(jsonb_agg(jsonb_build_array(t.state, coalesce(w.number, ''), t.warehouse_id) order by t.id), '[]')
     from fulfilment_task t left join fulfilment_wave w on w.id = t.wave_id
     where t.order_number = o.number and t.state in ('picking', 'short', 'packing')) as tasks,
    array(select d.state from dropship_supplierorder d where d.order_number = o.number
        and d.state in ('sent', 'confirmed', 'refused', 'recalled') order by d.id) as suppliers
from orders_order o left join fulfilment_review r on r.order_number = o.number
left join promises_shortage s on s.order_number = o.number and s.state = 'asked'
"""
#: Few stand there at a time, each found by an index of its own.
_WHERE = {
    "held": "o.number in (select order_number from fulfilment_review where state = 'held')",
    "passed": "r.state = 'passed'",
    "wave": "o.number in (select order_number from fulfilment_task where state in ('picking', 'packing'))",
    "short": "o.number in (select order_number from fulfilment_task where state = 'short')",
    "asked": "o.number in (select order_number from promises_shortage where state = 'asked')",
    "supplier": "o.number in (select order_number from dropship_supplierorder where state in ('sent', 'confirmed'))",
    "refused": "o.number in (select order_number from dropship_supplierorder where state = 'refused')",
}
_IN_WAREHOUSE = """(%s = any(r.warehouses) or exists (select 1 from fulfilment_task h where h.order_number = o.number
    and h.warehouse_id = %s and h.state in ('picking', 'short', 'packing')))"""
#: A warehouse with no more than so many orders has them found first; of a busier one the most urgent come soon enough by looking.
_FEW = 2000
_OF_WAREHOUSE = """
select order_number from (select order_number from fulfilment_review where state in ('held', 'passed')
    and warehouses @> array[%(house)s]::bigint[] limit %(most)s) r
union select order_number from (select order_number from fulfilment_task where state in ('picking', 'short', 'packing')
    and warehouse_id = %(house)s limit %(most)s) t limit %(most)s
"""


def board(
    *, urgency: str = "", state: str = "", warehouse_id: int | None = None, cursor: str = "", limit: int = 50
) -> Page[BoardRow]:
    """Paid orders that have not left whole, the most urgent first. One statement, of a warehouse two."""
    now = clock.now()
    where = [_OPEN]
    params: list[Any] = []
    if urgency:
        condition, values = _span(urgency, now)
        where.append(condition)
        params += values
    if state:
        where.append(_WHERE.get(state, "false"))
    if warehouse_id is not None:
        few = db.rows(_OF_WAREHOUSE, {"house": warehouse_id, "most": _FEW + 1})
        if len(few) <= _FEW:
            where.append("o.number = any(%s)")
            params.append([row["order_number"] for row in few])
        else:
            where.append(_IN_WAREHOUSE)
            params += [warehouse_id, warehouse_id]
    if cursor:
        due, last = paging.decode(cursor, datetime, int)
        where.append("(o.dispatch_due_at, o.id) > (%s::timestamptz, %s)")
        params += [due, last]
    rows = db.rows(
        f"{_BOARD} where {' and '.join(where)} order by o.dispatch_due_at, o.id limit %s", (*params, limit + 1)
    )
    page = paging.page(rows, limit, lambda row: row["dispatch_due_at"].isoformat(), lambda row: row["id"])
    return Page([_row(row, now) for row in page.items], page.next_cursor)


def _row(row: dict[str, Any], now: datetime) -> BoardRow:
    due, latest = row["dispatch_due_at"], row["dispatch_latest_at"] or row["dispatch_due_at"]
    return BoardRow(
        row, due, latest, rules.urgency(due, latest, now, _end_of_day(now)), row["review"],
        tuple(finding["code"] for finding in row["findings"]), tuple(Task(*task) for task in row["tasks"]), row["shortage"],
        tuple(row["suppliers"]),
    )  # fmt: skip


def _end_of_day(now: datetime) -> datetime:
    return clock.day_bounds(clock.business_date(now))[1]


def _span(urgency: str, now: datetime) -> tuple[str, list[datetime]]:
    soon, night = now + SOON, max(now + SOON, _end_of_day(now))
    if urgency == "overdue":
        return "o.dispatch_due_at <= %s and o.dispatch_latest_at <= %s", [now, now]
    if urgency == "late":
        return "o.dispatch_due_at <= %s and o.dispatch_latest_at > %s", [now, now]
    if urgency == "soon":
        return "o.dispatch_due_at > %s and o.dispatch_due_at <= %s", [now, soon]
    if urgency == "today":
        return "o.dispatch_due_at > %s and o.dispatch_due_at < %s", [soon, night]
    if urgency == "later":
        return "o.dispatch_due_at > %s and o.dispatch_due_at >= %s", [soon, night]
    return "false", []


def counts(most: int = MOST_COUNTED) -> dict[str, int]:
    """How many orders of the board are how urgent, each counted up to `most`. One statement."""
    parts: list[str] = []
    params: list[Any] = []
    now = clock.now()
    for urgency in URGENCIES:
        condition, values = _span(urgency, now)
        parts.append(
            f"(select count(*)::int from (select 1 from orders_order o where {_OPEN} and {condition} limit %s) c) as {urgency}"
        )
        params += [*values, most]
    return dict(db.row(f"select {', '.join(parts)}", params) or {})


# --- shortages --------------------------------------------------------------------------------------------------------

_SHORTAGE = """
select id, number, order_number, state, reason, words, lines, wait_until, alternatives, asked_by, asked_at, reminded_at, answer,
    answer_sku, answered_by, answer_note, answered_at, case_number, over_reason from promises_shortage
"""


def shortage(number: str) -> ShortageView | None:
    """One statement."""
    row = db.row(_SHORTAGE + " where number = %s", (number,))
    return _view(row) if row else None


def shortages_of(order_number: str) -> list[ShortageView]:
    """An order's, newest first. One statement."""
    return [_view(row) for row in db.rows(_SHORTAGE + " where order_number = %s order by id desc", (order_number,))]


def shortages(*, cursor: str = "", limit: int = 50) -> Page[ShortageView]:
    """Those whose buyers are asked, longest waiting first. One statement."""
    at, last = paging.decode(cursor, datetime, int) if cursor else (None, None)
    rows = db.rows(
        _SHORTAGE + " where state = 'asked' and (%s::timestamptz is null or (asked_at, id) > (%s::timestamptz, %s))"
        " order by asked_at, id limit %s",
        (at, at, last, limit + 1),
    )
    page = paging.page(rows, limit, lambda row: row["asked_at"].isoformat(), lambda row: row["id"])
    return Page([_view(row) for row in page.items], page.next_cursor)


def attention(most: int) -> dict[str, int]:
    """Of the buyers who are asked how many have not answered in time, and how many may still. One statement."""
    found = db.row(
        "select count(*) filter (where reminded_at is not null)::int as silent, count(*) filter (where reminded_at is null)::int as asked"
        " from (select reminded_at from promises_shortage where state = 'asked' limit %s) s",
        (most,),
    )
    return dict(found or {})


def _view(row: dict[str, Any]) -> ShortageView:
    plain = {
        name: row[name] for name in ShortageView.__slots__ if name not in ("lines", "alternatives", "answer_until")
    }
    return ShortageView(
        **plain,
        lines=tuple(ShortLine(**line) for line in row["lines"]),
        alternatives=tuple(Alternative(**each) for each in row["alternatives"]),
        answer_until=row["asked_at"] + timedelta(hours=mall_settings.get(ANSWER_HOURS)),
    )


# --- how promises were kept -------------------------------------------------------------------------------------------

_KEPT = """
with sold as (
    select o.paid_at, o.shipped_at, (o.paid_at at time zone %(zone)s)::date as day,
        coalesce(t.warehouse_id, h.warehouse_id)::text as warehouse, coalesce(p.carrier_name, '') as carrier,
        coalesce(t.packer, '') as person, coalesce(s.reason, '') as reason,
        case when o.whole_hours is null then 'stocked' else coalesce((select max(l.supply_mode) from orders_orderline l
            where l.order_id = o.id and l.supply_mode <> 'stocked'), 'stocked') end as supply,
        -- goods with hours of their own are judged by the line due last
        o.paid_at + greatest(%(due)s, o.whole_hours * interval '1 hour') as due_at,
        o.paid_at + greatest(%(latest)s, o.whole_hours * interval '1 hour' + (%(latest)s - %(due)s)) as latest_at
    from orders_order o
    left join lateral (select warehouse_id, packer from fulfilment_task
        where order_number = o.number and state <> 'stopped' and state = 'packed' order by id limit 1) t on true
    left join lateral (select l.warehouse_id from inventory_reservation r join inventory_level l on l.id = r.level_id
        where r.order_number = o.number order by r.id limit 1) h on t.warehouse_id is null
    left join lateral (select carrier_name from fulfilment_parcel where order_number = o.number order by id limit 1) p on true
    left join lateral (select reason from promises_shortage where order_number = o.number order by id desc limit 1) s on true
    where o.paid_at >= %(start)s and o.paid_at < %(end)s and o.origin = '' and o.hold <> 'group' and o.delivery_method = 'express'
        and (o.shipped_at is not null or o.status in ('paid', 'fulfilling')))
select case when grouping(day) = 0 then 'day' when grouping(warehouse) = 0 then 'warehouse' when grouping(carrier) = 0 then 'carrier'
        when grouping(person) = 0 then 'person' when grouping(reason) = 0 then 'reason'
        when grouping(supply) = 0 then 'supply' else '' end as by,
    coalesce(day::text, warehouse, carrier, person, reason, supply, '') as key, count(*)::int as orders,
    count(*) filter (where shipped_at is not null or due_at <= %(now)s)::int as due,
    count(*) filter (where shipped_at <= due_at)::int as in_time,
    count(*) filter (where shipped_at is not null or latest_at <= %(now)s)::int as ended,
    count(*) filter (where shipped_at <= latest_at)::int as within_limit,
    count(*) filter (where shipped_at is null)::int as open, count(*) filter (where reason <> '')::int as asked,
    (extract(epoch from avg(shipped_at - paid_at)) / 3600)::float8 as hours
from sold group by grouping sets ((day), (warehouse), (carrier), (person), (reason), (supply), ())
order by 1, 2
"""


def kept(first: date, last: date) -> KeptReport:
    """How the promises of orders paid on these business days were kept, against the mall's hours of today. One statement.

    At most `MOST_DAYS` days, the last ones of the span. Orders that were cancelled before they left are not judged.
    """
    first = max(first, last - timedelta(days=MOST_DAYS - 1))
    rows = db.rows(
        _KEPT,
        {
            "start": clock.day_bounds(first)[0], "end": clock.day_bounds(last)[1], "now": clock.now(), "zone": clock.zone().key,
            "due": timedelta(hours=mall_settings.get(orders.PROMISE_HOURS)),
            "latest": timedelta(hours=mall_settings.get(orders.PROMISE_LATEST_HOURS)),
        },
    )  # fmt: skip
    by: dict[str, list[Kept]] = {name: [] for name in ("", *BY)}
    for row in rows:
        by[row.pop("by")].append(Kept(**row))
    for name in BY[1:]:
        by[name].sort(key=lambda each: (-each.orders, each.key))
    [whole] = by.pop("")
    return KeptReport(first, last, whole, {name: tuple(found) for name, found in by.items()})


def escalated(order_numbers: Sequence[str]) -> dict[str, str]:
    """The furthest stage that was told of each of these orders' present deadlines. One statement."""
    rows = db.rows(
        "select e.order_number, min(e.stage) as stage from promises_escalation e join orders_order o on o.number = e.order_number"
        " where e.order_number = any(%s) and e.deadline in (o.dispatch_due_at, o.dispatch_latest_at) group by e.order_number",
        (list(order_numbers),),
    )  # 'overdue' < 'warned'
    return {row["order_number"]: row["stage"] for row in rows}

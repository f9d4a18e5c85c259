"""Reads of clearance. Each public function names its number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any

from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock, db, mall_settings, paging
from zhanggui.kernel.problems import NotFound
from zhanggui.orders import selectors as orders
from zhanggui.pricing import selectors as pricing
from zhanggui.procurement import selectors as procurement

from . import rules
from .settings import ASSUMED, HORIZON, RETURN_DAYS
from .types import (
    Bought,
    DecisionView,
    Figure,
    Option,
    Overview,
    PlanLine,
    PlanRow,
    PlanView,
    RoundView,
    StepView,
    Sums,
)

SLOW, OVER = "slow", "over"
#: Receipts of so many days are looked at for what became of bought goods.
BOUGHT_DAYS = 180
_FIGURE = ", ".join(each.name for each in fields(Figure))
#: Goods are slow when nothing sold for so long, and the oldest unit lies there as long.
_SLOW = """on_hand > 0 and (last_sold_at is null or last_sold_at < %(slow)s) and (oldest_at is null or oldest_at < %(slow)s)"""
_OVER = "on_hand > 0 and cover > %(cover)s"
_SUMS = f"""count(*)::int as skus, count(*) filter (where on_hand > 0)::int as stocked, count(*) filter (where units > 0)::int as moved,
    count(*) filter (where on_hand > 0 or units > 0)::int as alive,
    count(*) filter (where on_hand > 0 and cost is null)::int as uncosted, coalesce(sum(on_hand), 0)::bigint as on_hand,
    coalesce(sum(value), 0)::bigint as value, coalesce(sum(retail), 0)::bigint as retail,
    coalesce(sum(opening * coalesce(cost, 0)), 0)::bigint as opening_value, coalesce(sum(units), 0)::bigint as units,
    coalesce(sum(sales), 0)::bigint as sales, coalesce(sum(sold_cost), 0)::bigint as sold_cost,
    count(*) filter (where {_SLOW})::int as slow, coalesce(sum(value) filter (where {_SLOW}), 0)::bigint as slow_value,
    count(*) filter (where {_OVER})::int as over, coalesce(sum(value) filter (where {_OVER}), 0)::bigint as over_value,
    array[{", ".join(f"coalesce(sum(aged[{n}] * coalesce(cost, 0)), 0)::bigint" for n in range(1, 6))}] as aged"""


def limits() -> dict[str, Any]:
    """Since when nothing sold (slow), and above how many days of cover stock is too much."""
    return {
        "slow": clock.now() - timedelta(days=mall_settings.get("assortment.slow_days")),
        "cover": mall_settings.get("inventory.cover_high_days"),
    }


def latest_round() -> RoundView | None:
    """One statement."""
    row = db.row("select at, weeks, skus, houses from clearance_round order by id desc limit 1")
    return (
        RoundView(row["at"], row["weeks"], row["skus"], tuple(tuple(each) for each in row["houses"])) if row else None
    )


def overview() -> Overview:
    """All figures added up: altogether, by cell of the matrix, by category and by supplier. Values by age are at cost. One statement."""
    rows = db.rows(
        f"select grouping(abc, category_id, supplier_id) as level, abc, xyz, category_id, supplier_id, {_SUMS} from clearance_figure"
        " group by grouping sets ((), (abc, xyz), (category_id), (supplier_id))",
        limits(),
    )
    whole, cells = Sums(), {}
    categories: dict[int | None, Sums] = {}
    suppliers: dict[int | None, Sums] = {}
    for row in rows:
        level, key = row.pop("level"), {name: row.pop(name) for name in ("abc", "xyz", "category_id", "supplier_id")}
        sums = Sums(**row | {"aged": tuple(row["aged"])})
        if level == 7:
            whole = sums
        elif level == 3:
            cells[key["abc"], key["xyz"]] = sums
        elif level == 5:
            categories[key["category_id"]] = sums
        else:
            suppliers[key["supplier_id"]] = sums
    return Overview(whole, cells, categories, suppliers)


def figures(
    *,
    view: str = "",
    cell: str = "",
    category_ids: Sequence[int] | None = None,
    supplier_id: int | None = None,
    cursor: str = "",
    limit: int = 50,
) -> paging.Page[Figure]:
    """SKUs by the money that lies in them, the most first: all, slow ones or those with too much; of a cell ("AX"). One statement."""
    before = paging.decode(cursor, int, int) if cursor else (None, None)
    where = {SLOW: _SLOW, OVER: _OVER}.get(view, "true")
    rows = db.rows(
        f"select {_FIGURE} from clearance_figure where {where} and (%(cell)s = '' or abc || xyz = %(cell)s)"
        " and (%(categories)s::bigint[] is null or category_id = any(%(categories)s))"
        " and (%(supplier)s::bigint is null or supplier_id = %(supplier)s)"
        " and (%(value)s::bigint is null or (-value, sku_id) > (-%(value)s::bigint, %(sku)s::bigint))"
        " order by -value, sku_id limit %(limit)s",
        limits()
        | {
            "cell": cell, "categories": list(category_ids) if category_ids is not None else None, "supplier": supplier_id,
            "value": before[0], "sku": before[1], "limit": limit + 1,
        },
    )  # fmt: skip
    return paging.page([_figure(row) for row in rows], limit, lambda row: row.value, lambda row: row.sku_id)


def figure(sku_id: int) -> Figure | None:
    """One statement."""
    row = db.row(f"select {_FIGURE} from clearance_figure where sku_id = %s", (sku_id,))
    return _figure(row) if row else None


def _figure(row: dict[str, Any]) -> Figure:
    return Figure(**row | {"aged": tuple(row["aged"])})


def learned() -> list[orders.turnover.Uplift]:
    """What reductions of the last half year did, by band. One statement."""
    return orders.turnover.uplifts(rules.BANDS, 26, clock.now())


def proposal(found: Figure) -> tuple[list[Option], int]:
    """Ways to clear a SKU, and the units it should sell within the horizon if nothing is done. Five statements."""
    now, days = clock.now(), _span()
    history = {
        rules.BANDS.index(one.low): (one.units / one.usual if one.usual else 0.0, one.weeks) for one in learned()
    }
    floor = pricing.floors([found.sku_id]).get(found.sku_id)
    since = found.last_sold_at or found.oldest_at
    pace = rules.Pace(
        free=max(0, found.free), units=found.units, days=days, idle=(now - since).days if since else days, price=found.price,
        cost=found.cost, floor=floor.floor if floor else None, horizon=mall_settings.get(HORIZON),
    )  # fmt: skip
    houses = inventory.analysis.by_house([found.sku_id], now - timedelta(days=days))
    selling = [one for one in houses if one.shipped > 0]
    still = [one for one in houses if not one.shipped and one.free > 0]
    offered = rules.options(
        pace,
        rules.factors(history, mall_settings.get(ASSUMED)),
        sources=_sources(found.sku_id, now),
        wanted_at=str(selling[0].warehouse_id) if selling and still else "",
        dead=found.last_sold_at is None and found.aged[-1] > 0,
    )
    return offered, round(pace.usual)


def _span() -> int:
    latest = latest_round()
    return latest.days if latest else 91


def _sources(sku_id: int, now: datetime) -> list[rules.Source]:
    """Orders of which something lies there still and may go back, the newest first; at most what is left of each."""
    days = mall_settings.get(RETURN_DAYS)
    taken = procurement.taken_in_of([sku_id], since=now - timedelta(days=days)) if days else []
    if not taken:
        return []
    left = {one.reference: one.remaining for one in inventory.analysis.layers([sku_id])}
    home = mall_settings.get("mall.currency")
    return [
        rules.Source(one.order_number, min(left.get(one.receipt, 0), one.units - one.returned), one.price)
        for one in taken
        if one.currency == home and min(left.get(one.receipt, 0), one.units - one.returned) > 0
    ]


def bought(*, supplier_id: int | None = None) -> tuple[list[Bought], list[Bought]]:
    """What became of goods taken in (动销率 of what was bought): by purchase order, newest first, and by supplier. Two statements."""
    taken = procurement.taken_in(since=clock.now() - timedelta(days=BOUGHT_DAYS), supplier_id=supplier_id)
    remaining: dict[tuple[str, int], int] = defaultdict(int)
    for layer in inventory.analysis.layers(sorted({one.sku_id for one in taken})):
        remaining[layer.reference, layer.sku_id] += layer.remaining
    orders_of: dict[str, list[Any]] = defaultdict(list)
    suppliers_of: dict[int, list[Any]] = defaultdict(list)
    for one in taken:
        left = min(one.units, remaining[one.receipt, one.sku_id])
        orders_of[one.order_number].append((one, left))
        suppliers_of[one.supplier_id].append((one, left))
    by_order = [_bought(number, rows) for number, rows in orders_of.items()]
    by_supplier = [_bought(str(supplier), rows) for supplier, rows in suppliers_of.items()]
    return by_order, sorted(by_supplier, key=lambda one: (one.sold_share, -one.value))


def _bought(key: str, rows: Sequence[tuple[Any, int]]) -> Bought:
    first = rows[0][0]
    return Bought(
        key, first.supplier_id, max(one.at for one, _ in rows), len({one.sku_id for one, _ in rows}),
        sum(one.units for one, _ in rows), sum(left for _, left in rows), sum(left * one.price for one, left in rows),
        first.currency,
    )  # fmt: skip


_DECISION = """id, sku_id, kind, step, price, on_hand, value, usual, expected_units, expected_money, reference, reason,
    actor_label as by, at, until"""


def decisions(*, sku_id: int | None = None, cursor: str = "", limit: int = 50) -> paging.Page[DecisionView]:
    """What was decided, newest first, with what was sold since (until the horizon's end at most). Two statements."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        f"select {_DECISION} from clearance_decision where (%s::bigint is null or sku_id = %s) and (%s::bigint is null or id < %s)"
        " order by id desc limit %s",
        (sku_id, sku_id, before, before, limit + 1),
    )
    sold = orders.turnover.sold_between([(row["id"], row["sku_id"], row["at"], row["until"]) for row in rows])
    found = [DecisionView(**row, sold=sold[row["id"]][0], brought=sold[row["id"]][1]) for row in rows]
    return paging.page(found, limit, lambda row: row.id)


def standing_decisions(sku_ids: Sequence[int]) -> dict[int, str]:
    """The kind of the newest decision about SKUs whose horizon is not over. One statement, none for none."""
    if not sku_ids:
        return {}
    rows = db.rows(
        "select distinct on (sku_id) sku_id, kind from clearance_decision where sku_id = any(%s::bigint[]) and until > %s"
        " order by sku_id, id desc",
        (list(sku_ids), clock.now()),
    )
    return {row["sku_id"]: row["kind"] for row in rows}


def plans() -> list[PlanRow]:
    """Open ones first, then by their last day. One statement."""
    rows = db.rows(
        "select p.id, p.title, p.starts_on, p.ends_on, p.owner, p.state,"
        " count(l.id)::int as skus, coalesce(sum(l.start), 0)::bigint as start, coalesce(sum(l.target), 0)::bigint as target,"
        " (select count(*)::int from clearance_planstep s where s.plan_id = p.id) as steps,"
        " (select count(*)::int from clearance_planstep s where s.plan_id = p.id and s.done_on is not null) as done"
        " from clearance_plan p left join clearance_planline l on l.plan_id = p.id group by p.id"
        " order by p.state desc, p.ends_on, p.id limit 200"
    )
    return [PlanRow(**row) for row in rows]


def plan(plan_id: int) -> PlanView:
    """One plan with its path. Four statements. Raises NotFound."""
    head = db.row("select * from clearance_plan where id = %s", (plan_id,))
    if head is None:
        raise NotFound()
    lines = db.rows(
        'select sku_id, start, target, "left" from clearance_planline where plan_id = %s order by id', (plan_id,)
    )
    steps = db.rows(
        "select id, week, what, owner, done_on, result from clearance_planstep where plan_id = %s order by week, id",
        (plan_id,),
    )
    skus, today = [line["sku_id"] for line in lines], clock.business_date()
    over = head["closed_at"]
    until = min(today, clock.business_date(over)) if over else today
    days = _weeks(head["starts_on"], head["ends_on"])
    past = [day for day in days if day < until]
    there = inventory.analysis.on_hand_at(skus, [*past, until] if until not in past else past)
    start, target = sum(line["start"] for line in lines), sum(line["target"] for line in lines)
    length = (head["ends_on"] - head["starts_on"]).days
    shown = sorted({*days, until})
    path = tuple(
        (
            day,
            start + (target - start) * min(length, (day - head["starts_on"]).days) // length,
            start if day == head["starts_on"] else sum(there[day].values()) if day in there else None,
        )
        for day in shown
    )
    return PlanView(
        plan_id, head["title"], head["starts_on"], head["ends_on"], head["owner"], head["note"], head["state"], head["result"],
        tuple(
            PlanLine(
                line["sku_id"], line["start"], line["target"],
                line["left"] if line["left"] is not None else there[until].get(line["sku_id"], 0),
            )
            for line in lines
        ),
        path, tuple(StepView(**step) for step in steps),
    )  # fmt: skip


def _weeks(first: date, last: date) -> list[date]:
    """The first day, every seventh after it, and the last."""
    return [first + timedelta(days=n) for n in range(0, (last - first).days, 7)] + [last]

"""Reads for the analysis of stock; entered through `selectors`. Stock of all own warehouses together, unless a warehouse is named;
what a supplier has, or what is still to be made, is none of it.

Age follows the order in which goods came: what lies there now is what came last (first in, first out). Goods come by receipts,
returns and counts that found more; a transfer makes nothing younger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from zhanggui.kernel import clock, db

_LAYERS = """
held as (
    select l.sku_id, sum(l.on_hand)::bigint as units
    from inventory_level l join inventory_warehouse w on w.id = l.warehouse_id and w.kind = 'own'
    where l.sku_id = any(%(skus)s::bigint[]) group by l.sku_id
), came as (
    select l.sku_id, m.id, m.at, m.delta, m.reference,
        coalesce(sum(m.delta) over (partition by l.sku_id order by m.at desc, m.id desc
                                    rows between unbounded preceding and 1 preceding), 0) as newer
    from inventory_movement m join inventory_level l on l.id = m.level_id
    join inventory_warehouse w on w.id = l.warehouse_id and w.kind = 'own'
    where l.sku_id = any(%(skus)s::bigint[]) and m.kind in ('receive', 'return', 'adjust') and m.delta > 0
), layer as (
    select c.sku_id, c.id, c.at, c.delta, c.reference, greatest(0, least(c.delta, h.units - c.newer))::bigint as remaining
    from came c join held h on h.sku_id = c.sku_id
)
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A SKU's stock: on hand, free, what lay there when the span began, units by age, and since when the oldest lies there.

    `aged[i]` are units of an age from bounds[i - 1] to below bounds[i] days; units nobody saw coming count as oldest.
    """

    sku_id: int
    on_hand: int
    free: int
    opening: int
    aged: tuple[int, ...]
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Layer:
    """Units of a SKU that came together, and how many of them still lie there."""

    sku_id: int
    reference: str
    at: datetime
    came: int
    remaining: int


@dataclass(frozen=True, slots=True)
class HouseStock:
    """A SKU in a warehouse, and how many units left it for buyers since a moment."""

    sku_id: int
    warehouse_id: int
    on_hand: int
    free: int
    shipped: int


def standings(sku_ids: Sequence[int], since: datetime, bounds: Sequence[int]) -> dict[int, Standing]:
    """Stock of SKUs with its ages; what never lay anywhere is absent. Two statements, none for none."""
    if not sku_ids:
        return {}
    values = {"skus": list(sku_ids), "since": since, "bounds": list(bounds), "now": clock.now()}
    levels = db.rows(
        "select l.sku_id, sum(l.on_hand)::bigint as on_hand,"
        " coalesce(sum(l.on_hand - l.reserved - l.withheld) filter (where w.active), 0)::bigint as free,"
        " (sum(l.on_hand) - coalesce(sum(m.moved), 0))::bigint as opening"
        " from inventory_level l join inventory_warehouse w on w.id = l.warehouse_id and w.kind = 'own'"
        " left join (select level_id, sum(delta) as moved from inventory_movement where at >= %(since)s"
        "     and level_id = any(array(select id from inventory_level where sku_id = any(%(skus)s::bigint[]))) group by level_id) m"
        "     on m.level_id = l.id"
        " where l.sku_id = any(%(skus)s::bigint[]) group by l.sku_id",
        values,
    )
    ages: dict[int, dict[int, int]] = {}
    oldest: dict[int, datetime] = {}
    for row in db.rows(
        f"with {_LAYERS} select sku_id, width_bucket(extract(epoch from (%(now)s - at)) / 86400, %(bounds)s::numeric[]) as age,"
        " sum(remaining)::bigint as units, min(at) as at from layer where remaining > 0 group by 1, 2",
        values,
    ):
        ages.setdefault(row["sku_id"], {})[row["age"]] = row["units"]
        oldest[row["sku_id"]] = min(row["at"], oldest.get(row["sku_id"], row["at"]))
    found = {}
    for row in levels:
        aged = [ages.get(row["sku_id"], {}).get(n, 0) for n in range(len(bounds) + 1)]
        aged[-1] += row["on_hand"] - sum(aged)
        found[row["sku_id"]] = Standing(**row, aged=tuple(aged), oldest_at=oldest.get(row["sku_id"]))
    return found


def layers(sku_ids: Sequence[int]) -> list[Layer]:
    """What came of SKUs by the reference it came under, used up or not, the oldest first. One statement, none for none."""
    if not sku_ids:
        return []
    rows = db.rows(
        f"with {_LAYERS} select sku_id, reference, min(at) as at, sum(delta)::bigint as came, sum(remaining)::bigint as remaining"
        " from layer group by sku_id, reference order by at, sku_id",
        {"skus": list(sku_ids)},
    )
    return [Layer(**row) for row in rows]


def by_house(sku_ids: Sequence[int], since: datetime) -> list[HouseStock]:
    """SKUs in each warehouse with what left for buyers since then. One statement, none for none."""
    if not sku_ids:
        return []
    rows = db.rows(
        "select l.sku_id, l.warehouse_id, l.on_hand, l.on_hand - l.reserved - l.withheld as free,"
        " coalesce((select -sum(m.delta) from inventory_movement m"
        "     where m.level_id = l.id and m.kind = 'ship' and m.at >= %(since)s), 0)::bigint as shipped"
        " from inventory_level l join inventory_warehouse w on w.id = l.warehouse_id and w.kind = 'own'"
        " where l.sku_id = any(%(skus)s::bigint[]) order by l.sku_id, l.warehouse_id",
        {"skus": list(sku_ids), "since": since},
    )
    return [HouseStock(**row) for row in rows]


def on_hand_at(sku_ids: Sequence[int], days: Sequence[date]) -> dict[date, dict[int, int]]:
    """Units on hand of SKUs at the end of days (of today: now). One statement, none for none."""
    if not sku_ids or not days:
        return {}
    ends = [clock.day_bounds(day)[1] for day in days]
    rows = db.rows(
        "select d.day, s.sku_id, (coalesce((select sum(l.on_hand) from inventory_level l"
        "     join inventory_warehouse w on w.id = l.warehouse_id and w.kind = 'own' where l.sku_id = s.sku_id), 0)"
        " - coalesce((select sum(m.delta) from inventory_movement m join inventory_level l on l.id = m.level_id"
        "     join inventory_warehouse w on w.id = l.warehouse_id and w.kind = 'own'"
        "     where l.sku_id = s.sku_id and m.at >= d.until), 0))::bigint as units"
        " from unnest(%(days)s::date[], %(ends)s::timestamptz[]) as d(day, until)"
        " cross join unnest(%(skus)s::bigint[]) as s(sku_id)",
        {"days": list(days), "ends": ends, "skus": list(sku_ids)},
    )
    found: dict[date, dict[int, int]] = {day: {} for day in days}
    for row in rows:
        found[row["day"]][row["sku_id"]] = row["units"]
    return found

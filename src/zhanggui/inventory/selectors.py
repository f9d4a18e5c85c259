"""Reads of stock. Rough by nature: only the admission promises anything."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from zhanggui.kernel import clock, db
from zhanggui.kernel.paging import Page, decode, page

from . import analysis as analysis  # how stock lies against time
from .alerting import alert_counts, alerts, category_limits, limits_of, sku_limits
from .counting import count, count_entries, count_files, count_lines, counts, counts_waiting, my_counts
from .reading import (
    batch,
    batches_near_expiry,
    batches_without_date,
    location,
    locations,
    pick_places,
    placement_moves,
    placements,
    sample,
    samples,
    serial_steps,
    serials,
    serials_of,
    states,
    stock_locks,
    tracking,
    transfer,
    transfers,
    zones,
)
from .types import EmptySpan, LevelFree, LevelView, MovementView, Pick, Piece, PromisedUnits, WarehouseView

__all__ = [
    "alert_counts",
    "alerts",
    "at_suppliers",
    "at_the_bench",
    "backlog",
    "picks_of",
    "with_serials",
    "bench",
    "available",
    "batch",
    "batches_near_expiry",
    "batches_without_date",
    "category_limits",
    "count",
    "count_entries",
    "count_files",
    "count_lines",
    "counts",
    "counts_waiting",
    "free_levels",
    "held",
    "level_page",
    "levels",
    "limits_of",
    "location",
    "locations",
    "movements",
    "my_counts",
    "pick_places",
    "placement_moves",
    "placements",
    "promised",
    "sample",
    "samples",
    "serial_steps",
    "serials",
    "serials_of",
    "short_counts",
    "sku_limits",
    "states",
    "stock_locks",
    "tracking",
    "transfer",
    "transfers",
    "warehouses",
    "zones",
]


def available(sku_ids: Iterable[int]) -> dict[int, int]:
    """Free units over all active warehouses; every SKU asked for is answered (0 where nothing lies). One statement."""
    wanted = list(sku_ids)
    found = {
        r["sku_id"]: int(r["free"]) for r in db.rows("select sku_id, free from inventory_free(%s::bigint[])", (wanted,))
    }
    return {sku: found.get(sku, 0) for sku in wanted}


def free_levels(sku_ids: Iterable[int]) -> list[LevelFree]:
    """Levels of active warehouses in shipping order (priority, then warehouse id), empty ones too. One statement."""
    rows = db.rows(
        "select level_id, sku_id, warehouse_id, free from inventory_free_levels(%s::bigint[]) order by place",
        (list(sku_ids),),
    )
    return [LevelFree(**r) for r in rows]


def levels(sku_ids: Iterable[int]) -> list[LevelView]:
    """On hand, reserved and withheld per warehouse (inactive ones too), by SKU and shipping order."""
    rows = db.rows(
        "select l.sku_id, l.warehouse_id, l.on_hand, l.reserved, l.withheld"
        " from inventory_level l join inventory_warehouse w on w.id = l.warehouse_id"
        " where l.sku_id = any(%s::bigint[]) order by l.sku_id, w.priority, w.id",
        (list(sku_ids),),
    )
    return [LevelView(**r) for r in rows]


def level_page(
    *,
    sku_ids: Sequence[int] | None = None,
    warehouse_id: int | None = None,
    free_at_most: int | None = None,
    cursor: str = "",
    limit: int = 50,
) -> Page[LevelView]:
    """Levels for staff by SKU and warehouse, a page at a time. One statement."""
    after = decode(cursor, int, int) if cursor else (0, 0)
    wanted = list(sku_ids) if sku_ids is not None else None
    rows = db.rows(
        "select sku_id, warehouse_id, on_hand, reserved, withheld from inventory_level"
        " where (%s::bigint[] is null or sku_id = any(%s)) and (%s::bigint is null or warehouse_id = %s)"
        " and (%s::bigint is null or on_hand - reserved - withheld <= %s) and (sku_id, warehouse_id) > (%s, %s)"
        " order by sku_id, warehouse_id limit %s",
        (wanted, wanted, warehouse_id, warehouse_id, free_at_most, free_at_most, *after, limit + 1),
    )
    return page([LevelView(**r) for r in rows], limit, lambda row: row.sku_id, lambda row: row.warehouse_id)


def short_counts(low: int, most: int = 1000) -> dict[str, int]:
    """Levels of active warehouses with nothing free (`out`) and with at most `low` units free (`low`), each counted up to
    `most`. One statement."""
    found = db.row(
        "select (select count(*)::int from (select 1 from inventory_level l join inventory_warehouse w on w.id = l.warehouse_id"
        "     where w.active and l.on_hand - l.reserved - l.withheld <= 0 limit %(most)s) a) as out,"
        " (select count(*)::int from (select 1 from inventory_level l join inventory_warehouse w on w.id = l.warehouse_id"
        "     where w.active and l.on_hand - l.reserved - l.withheld between 1 and %(low)s limit %(most)s) b) as low",
        {"low": low, "most": most},
    )
    return dict(found or {})


def warehouses(*, active_only: bool = False, own_only: bool = False) -> list[WarehouseView]:
    """All warehouses in shipping order; `own_only`: those where we pick, count and receive, not what suppliers hold. One statement."""
    rows = db.rows(
        "select id, code, name, region, priority, active, kind from inventory_warehouse"
        " where (active or not %s) and (kind = 'own' or not %s) order by priority, id",
        (active_only, own_only),
    )
    return [WarehouseView(**r) for r in rows]


def with_serials(sku_ids: Sequence[int]) -> set[int]:
    """Of these SKUs those whose units carry serial numbers. One statement, none for none."""
    if not sku_ids:
        return set()
    rows = db.rows(
        "select sku_id from inventory_tracking where serials and sku_id = any(%s::bigint[])", (list(sku_ids),)
    )
    return {row["sku_id"] for row in rows}


def picks_of(order_number: str, warehouse_id: int, serials: Mapping[int, Sequence[str]]) -> list[Pick]:
    """Where units with these serial numbers, by the order's line, lie in a warehouse: as they are picked. One statement."""
    rows = db.rows(
        "select w.line, s.number, s.location_id, s.batch_id from jsonb_to_recordset(%s) as w(line int, number text)"
        " join inventory_reservation r on r.order_number = %s and r.line = w.line join inventory_level l on l.id = r.level_id"
        " and l.warehouse_id = %s join inventory_serial s on s.sku_id = l.sku_id and s.number = w.number group by 1, 2, 3, 4",
        (db.Json([{"line": line, "number": number} for line, each in serials.items() for number in each]), order_number, warehouse_id),
    )  # fmt: skip
    spots: dict[tuple[int, int | None, int | None], list[str]] = {}
    for row in rows:
        spots.setdefault((row["line"], row["location_id"], row["batch_id"]), []).append(row["number"])
    return [
        Pick(order_number, line, warehouse_id, len(numbers), location, batch, tuple(sorted(numbers)))
        for (line, location, batch), numbers in sorted(spots.items(), key=str)
    ]


def at_the_bench(order_numbers: Sequence[str]) -> list[PromisedUnits]:
    """What these orders wait to have made, by line. One statement."""
    return _promised(order_numbers, " and w.kind = 'workshop'")


def backlog(product_ids: Sequence[int]) -> dict[int, int]:
    """Units of products that wait to be made, for orders that are paid or may still be. One statement, none for none."""
    if not product_ids:
        return {}
    rows = db.rows(
        "select s.product_id, sum(l.reserved)::int as units from inventory_level l join inventory_warehouse w"
        " on w.id = l.warehouse_id and w.kind = 'workshop' join catalog_sku s on s.id = l.sku_id"
        " where s.product_id = any(%s::bigint[]) group by 1",
        (list(product_ids),),
    )
    return {row["product_id"]: row["units"] for row in rows}


def bench(sku_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Places at the bench by SKU: all, and those taken. One statement, none for none."""
    if not sku_ids:
        return {}
    rows = db.rows(
        "select l.sku_id, l.on_hand, l.reserved from inventory_level l join inventory_warehouse w on w.id = l.warehouse_id"
        " where w.kind = 'workshop' and l.sku_id = any(%s::bigint[])",
        (list(sku_ids),),
    )
    return {row["sku_id"]: (row["on_hand"], row["reserved"]) for row in rows}


def at_suppliers(order_numbers: Sequence[str]) -> list[PromisedUnits]:
    """What these orders still hold of what suppliers have, by line. One statement."""
    return _promised(order_numbers, " and w.kind = 'supplier'")


def movements(
    *, sku_id: int | None = None, reference: str = "", before_id: int | None = None, limit: int = 50
) -> Page[MovementView]:
    """Newest first; the cursor is the last id."""
    rows = db.rows(
        "select m.id, l.sku_id, l.warehouse_id, m.delta, m.balance_after, m.kind, m.reference, m.reason,"
        " m.actor_kind || case when m.actor_label = '' then '' else ' ' || m.actor_label end as actor,"
        " to_char(m.at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') as at"
        " from inventory_movement m join inventory_level l on l.id = m.level_id"
        " where (%s::bigint is null or l.sku_id = %s) and (%s = '' or m.reference = %s)"
        " and (%s::bigint is null or m.id < %s) order by m.id desc limit %s",
        (sku_id, sku_id, reference, reference, before_id, before_id, limit + 1),
    )
    return page([MovementView(**r) for r in rows], limit, lambda row: row.id)


def held(order_number: str) -> list[Piece]:
    """What an order still holds, per SKU and warehouse."""
    rows = db.rows(
        "select l.sku_id, l.warehouse_id, sum(r.quantity - r.shipped - r.released)::bigint as quantity"
        " from inventory_reservation r join inventory_level l on l.id = r.level_id"
        " where r.order_number = %s and r.quantity > r.shipped + r.released group by l.sku_id, l.warehouse_id order by 1, 2",
        (order_number,),
    )
    return [Piece(**r) for r in rows]


def promised(order_numbers: Sequence[str]) -> list[PromisedUnits]:
    """What these orders still hold, by line and warehouse. One statement."""
    return _promised(order_numbers)


def _promised(order_numbers: Sequence[str], where: str = "") -> list[PromisedUnits]:
    rows = db.rows(
        "select r.order_number, r.line, l.sku_id, l.warehouse_id, w.kind, sum(r.quantity - r.shipped - r.released)::int as units"
        " from inventory_reservation r join inventory_level l on l.id = r.level_id"
        " join inventory_warehouse w on w.id = l.warehouse_id"
        f" where r.order_number = any(%s) and r.quantity > r.shipped + r.released{where}"
        " group by r.order_number, r.line, l.sku_id, l.warehouse_id, w.kind order by r.order_number, l.warehouse_id, r.line",
        (list(order_numbers),),
    )
    return [PromisedUnits(**r) for r in rows]


def empty_spans(sku_ids: Sequence[int], since: date) -> list[EmptySpan]:
    """Days in which nothing of a SKU lay in any warehouse, from its first movement on. One statement over all its movements."""
    zone = clock.zone().key
    rows = db.rows(
        "select s.sku_id, greatest(s.began, %(since)s) as first, coalesce(s.ended, %(today)s) as until from ("
        " select m.sku_id, m.have, (m.at at time zone %(zone)s)::date + 1 as began,"
        " (lead(m.at) over (partition by m.sku_id order by m.at, m.id) at time zone %(zone)s)::date as ended from ("
        " select l.sku_id, m.id, m.at, sum(m.delta) over (partition by l.sku_id order by m.at, m.id) as have"
        " from inventory_movement m join inventory_level l on l.id = m.level_id where l.sku_id = any(%(skus)s::bigint[])) m) s"
        " where s.have <= 0 and coalesce(s.ended, %(today)s) > greatest(s.began, %(since)s) order by 1, 2",
        {"skus": list(sku_ids), "since": since, "today": clock.business_date(), "zone": zone},
    )
    return [EmptySpan(**r) for r in rows]

"""Reads of the finer book; entered through `selectors`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from zhanggui.kernel import clock, db, mall_settings
from zhanggui.kernel.paging import Page, decode, page

from .rules import last_day, location_code
from .types import (
    BatchView,
    LocationView,
    LockView,
    PickPlace,
    PlacementMoveView,
    PlacementView,
    SampleView,
    SerialStepView,
    SerialView,
    StateView,
    TrackingView,
    TransferLineView,
    TransferView,
)

UNSOLD = "inventory.days_before_expiry_not_sold"

_PICKS = """
with supply as (
    select s.*, sum(s.units) over (partition by s.level_id order by s.place rows unbounded preceding) as upto from (
        select p.level_id, p.location_id, p.location, p.walk, p.batch_id, p.batch, p.expires_on, p.place,
               greatest(p.units - coalesce(a.units, 0), 0) as units
        from inventory_pickable(array(
            select distinct r.level_id from inventory_reservation r
            where r.order_number = any(%(numbers)s) and r.quantity > r.shipped + r.released), %(today)s, %(days)s) p
        join inventory_level l on l.id = p.level_id
        left join (select x.sku_id, x.warehouse_id, x.location_id, x.batch_id, sum(x.quantity)::bigint as units
                   from jsonb_to_recordset(%(already)s)
                       as x(sku_id bigint, warehouse_id bigint, location_id bigint, batch_id bigint, quantity bigint)
                   group by 1, 2, 3, 4) a
            on a.sku_id = l.sku_id and a.warehouse_id = l.warehouse_id and a.location_id is not distinct from p.location_id
            and a.batch_id is not distinct from p.batch_id) s
), demand as (
    select r.order_number, r.line, r.level_id, l.sku_id, l.warehouse_id, r.quantity - r.shipped - r.released as units,
           sum(r.quantity - r.shipped - r.released) over (
               partition by r.level_id order by array_position(%(numbers)s, r.order_number::text), r.line, r.id
               rows unbounded preceding) as upto
    from inventory_reservation r join inventory_level l on l.id = r.level_id
    where r.order_number = any(%(numbers)s) and r.quantity > r.shipped + r.released
), matched as (
    select d.order_number, d.line, d.sku_id, d.warehouse_id, s.location_id, s.location, s.walk, s.batch_id, s.batch,
           s.expires_on, s.place, least(d.upto, s.upto) - greatest(d.upto - d.units, s.upto - s.units) as quantity
    from demand d join supply s
        on s.level_id = d.level_id and s.units > 0 and s.upto - s.units < d.upto and d.upto - d.units < s.upto
)
select m.order_number, m.line, m.sku_id, m.warehouse_id, m.quantity::bigint, m.location_id, m.location, m.walk, m.batch_id, m.batch,
       m.expires_on, coalesce(t.serials, false) as serials,
       row_number() over (order by m.warehouse_id, m.location_id is null, m.walk, m.location, m.sku_id, m.place,
                          array_position(%(numbers)s, m.order_number::text), m.line)::int as place
from matched m left join inventory_tracking t on t.sku_id = m.sku_id
order by place
"""


def pick_places(order_numbers: Sequence[str], *, already: Iterable[PickPlace] = ()) -> list[PickPlace]:
    """Where to take what these orders still hold, in walking order: first expired first out, then shelves of picking.

    Orders given first are served first; `already` are suggestions that others follow, so that no unit is suggested twice.
    Batches past their last day of sale are left out: where less is answered than an order holds, that much cannot be
    picked. One statement.
    """
    told = [
        {
            "sku_id": each.sku_id, "warehouse_id": each.warehouse_id, "location_id": each.location_id,
            "batch_id": each.batch_id, "quantity": each.quantity,
        }
        for each in already
    ]  # fmt: skip
    rows = db.rows(
        _PICKS,
        {
            "numbers": list(order_numbers), "today": clock.business_date(), "days": mall_settings.get(UNSOLD),
            "already": db.Json(told),
        },
    )  # fmt: skip
    return [PickPlace(**row) for row in rows]


def states(sku_ids: Iterable[int], *, warehouse_id: int | None = None) -> list[StateView]:
    """All states of SKUs by warehouse, in shipping order; warehouses on their way to a first unit too. One statement."""
    wanted = list(sku_ids)
    rows = db.rows(
        "with way as (select t.target_id as warehouse_id, n.sku_id, sum(n.sent - n.received - n.missing)::bigint as units"
        "   from inventory_transferline n join inventory_transfer t on t.id = n.transfer_id"
        "   where t.state in ('sent', 'received') and n.sku_id = any(%(skus)s::bigint[]) group by 1, 2),"
        " named as (select l.sku_id, l.warehouse_id from inventory_level l where l.sku_id = any(%(skus)s::bigint[])"
        "   union select w.sku_id, w.warehouse_id from way w where w.units > 0)"
        " select n.sku_id, n.warehouse_id, coalesce(l.on_hand, 0) as on_hand, coalesce(l.reserved, 0) as reserved,"
        " k.units as locked, p.damaged, p.expired, p.quality,"
        " coalesce(l.on_hand - l.reserved - l.withheld, 0) as available, coalesce(y.units, 0) as in_transit, s.units as samples"
        " from named n join inventory_warehouse w on w.id = n.warehouse_id"
        " left join inventory_level l on l.sku_id = n.sku_id and l.warehouse_id = n.warehouse_id"
        " left join way y on y.sku_id = n.sku_id and y.warehouse_id = n.warehouse_id"
        " cross join lateral (select coalesce(sum(k.remaining), 0)::bigint as units from inventory_stocklock k"
        "   where k.level_id = l.id and k.remaining > 0) k"
        " cross join lateral (select coalesce(sum(p.quantity) filter (where p.state = 'damaged'), 0)::bigint as damaged,"
        "   coalesce(sum(p.quantity) filter (where p.state = 'expired'), 0)::bigint as expired,"
        "   coalesce(sum(p.quantity) filter (where p.state = 'quality'), 0)::bigint as quality"
        "   from inventory_placement p where p.level_id = l.id) p"
        " cross join lateral (select coalesce(sum(s.quantity - s.returned - s.kept), 0)::bigint as units from inventory_sample s"
        "   where s.level_id = l.id and not s.closed) s"
        " where %(house)s::bigint is null or n.warehouse_id = %(house)s order by n.sku_id, w.priority, w.id",
        {"skus": wanted, "house": warehouse_id},
    )
    return [StateView(**row) for row in rows]


def placements(
    *, sku_id: int | None = None, warehouse_id: int | None = None, location_id: int | None = None, limit: int = 1000
) -> list[PlacementView]:
    """Where units lie, by first expired first, then walking order; for a SKU also what has no place. One statement."""
    rows = db.rows(
        "select l.sku_id, l.warehouse_id, p.location_id, coalesce(o.code, '') as location, coalesce(o.kind, '') as kind,"
        " p.batch_id, coalesce(b.code, '') as batch, b.produced_on, b.expires_on, p.state, p.quantity"
        " from ((select level_id, location_id, batch_id, state, quantity from inventory_placement"
        "   where (%(place)s::bigint is null or location_id = %(place)s))"
        "  union all select id, null, null, 'good', on_hand - placed from inventory_level"
        "   where %(place)s::bigint is null and sku_id = %(sku)s and on_hand > placed) p"
        " join inventory_level l on l.id = p.level_id left join inventory_location o on o.id = p.location_id"
        " left join inventory_batch b on b.id = p.batch_id"
        " where (%(sku)s::bigint is null or l.sku_id = %(sku)s) and (%(house)s::bigint is null or l.warehouse_id = %(house)s)"
        " order by l.warehouse_id, p.location_id is null, o.walk, o.code, l.sku_id, b.expires_on nulls last, p.state limit %(limit)s",
        {"sku": sku_id, "house": warehouse_id, "place": location_id, "limit": limit},
    )
    return [PlacementView(**row) for row in rows]


def placement_moves(
    *, sku_id: int | None = None, location_id: int | None = None, before_id: int | None = None, limit: int = 50
) -> Page[PlacementMoveView]:
    """Changes of the finer book, newest first; the cursor is the last id."""
    rows = db.rows(
        "select m.id, l.sku_id, l.warehouse_id, coalesce(o.code, '') as location, coalesce(b.code, '') as batch, m.state, m.delta,"
        " m.kind, m.reference, m.reason,"
        " m.actor_kind || case when m.actor_label = '' then '' else ' ' || m.actor_label end as actor, m.at"
        " from inventory_placementmove m join inventory_level l on l.id = m.level_id"
        " left join inventory_location o on o.id = m.location_id left join inventory_batch b on b.id = m.batch_id"
        " where (%(sku)s::bigint is null or m.level_id = any(array(select id from inventory_level where sku_id = %(sku)s)))"
        " and (%(place)s::bigint is null or m.location_id = %(place)s) and (%(before)s::bigint is null or m.id < %(before)s)"
        " order by m.id desc limit %(limit)s",
        {"sku": sku_id, "place": location_id, "before": before_id, "limit": limit + 1},
    )
    return page([PlacementMoveView(**row) for row in rows], limit, lambda row: row.id)


def locations(
    warehouse_id: int,
    *,
    zone: str = "",
    kind: str = "",
    codes: Sequence[str] | None = None,
    cursor: str = "",
    limit: int = 100,
    active_only: bool = False,
) -> Page[LocationView]:
    """Shelves of a warehouse in walking order with what lies on them. One statement."""
    after = decode(cursor, int, str) if cursor else (-1, "")
    wanted = None if codes is None else [location_code(code) or "" for code in codes]
    rows = db.rows(
        "select o.id, o.warehouse_id, o.code, o.zone, o.kind, o.walk, o.active, p.units, p.skus"
        " from inventory_location o cross join lateral (select coalesce(sum(p.quantity), 0)::bigint as units,"
        "   count(distinct p.level_id)::int as skus from inventory_placement p where p.location_id = o.id) p"
        " where o.warehouse_id = %s and (%s = '' or o.zone = %s) and (%s = '' or o.kind = %s) and (o.active or not %s)"
        " and (%s::text[] is null or o.code = any(%s))"
        " and (o.walk, o.code) > (%s, %s) order by o.walk, o.code limit %s",
        (warehouse_id, zone, zone, kind, kind, active_only, wanted, wanted, *after, limit + 1),
    )
    return page([LocationView(**row) for row in rows], limit, lambda row: row.walk, lambda row: row.code)


def location(warehouse_id: int, code: str) -> LocationView | None:
    """A shelf by its code as scanned. One statement."""
    rows = db.rows(
        "select o.id, o.warehouse_id, o.code, o.zone, o.kind, o.walk, o.active, 0 as units, 0 as skus from inventory_location o"
        " where o.warehouse_id = %s and o.code = %s",
        (warehouse_id, location_code(code) or ""),
    )
    return LocationView(**rows[0]) if rows else None


def zones(warehouse_id: int) -> list[str]:
    """The zones of a warehouse."""
    rows = db.rows(
        "select distinct zone from inventory_location where warehouse_id = %s order by zone", (warehouse_id,)
    )
    return [row["zone"] for row in rows]


def tracking(sku_ids: Iterable[int]) -> dict[int, TrackingView]:
    """What the warehouse asks of SKUs; every SKU asked for is answered. One statement."""
    wanted = list(sku_ids)
    rows = db.rows(
        "select sku_id, batches, serials, unsold_days from inventory_tracking where sku_id = any(%s::bigint[])",
        (wanted,),
    )
    found = {row["sku_id"]: TrackingView(**row) for row in rows}
    return {sku: found.get(sku, TrackingView(sku)) for sku in wanted}


def stock_locks(
    *, sku_id: int | None = None, open_only: bool = True, before_id: int | None = None, limit: int = 50
) -> Page[LockView]:
    """Locks, newest first; the cursor is the last id."""
    rows = db.rows(
        "select k.id, l.sku_id, l.warehouse_id, k.quantity, k.remaining, k.reason, k.reference, k.until, k.actor_label as by, k.at"
        " from inventory_stocklock k join inventory_level l on l.id = k.level_id"
        " where (%s::bigint is null or l.sku_id = %s) and (k.remaining > 0 or not %s) and (%s::bigint is null or k.id < %s)"
        " order by k.id desc limit %s",
        (sku_id, sku_id, open_only, before_id, before_id, limit + 1),
    )
    return page([LockView(**row) for row in rows], limit, lambda row: row.id)


_TRANSFER = (
    "select t.id, t.number, t.source_id, t.target_id, t.state, t.note, t.made_at, t.sent_at, t.received_at, t.closed_at,"
    " (select coalesce(sum(n.quantity), 0)::bigint from inventory_transferline n where n.transfer_id = t.id) as units"
    " from inventory_transfer t"
)


def transfers(*, state: str = "", before_id: int | None = None, limit: int = 50) -> Page[TransferView]:
    """Transfers without their lines, newest first; the cursor is the last id. One statement."""
    rows = db.rows(
        f"{_TRANSFER} where (%s = '' or t.state = %s) and (%s::bigint is null or t.id < %s) order by t.id desc limit %s",
        (state, state, before_id, before_id, limit + 1),
    )
    ids = {row["number"]: row.pop("id") for row in rows}
    return page([TransferView(**row) for row in rows], limit, lambda row: ids[row.number])


def transfer(number: str) -> TransferView | None:
    """A transfer with its lines. Two statements."""
    row = db.row(f"{_TRANSFER} where t.number = %s", (number,))
    if row is None:
        return None
    lines = db.rows(
        "select n.position as line, n.sku_id, n.batch_id, coalesce(b.code, '') as batch, coalesce(o.code, '') as location, n.serials,"
        " n.quantity, n.sent, n.received, n.missing from inventory_transferline n"
        " left join inventory_batch b on b.id = n.batch_id left join inventory_location o on o.id = n.location_id"
        " where n.transfer_id = %s order by n.position",
        (row.pop("id"),),
    )
    return TransferView(**row, lines=tuple(TransferLineView(**n | {"serials": tuple(n["serials"])}) for n in lines))


def samples(
    *, open_only: bool = True, sku_id: int | None = None, before_id: int | None = None, limit: int = 50
) -> Page[SampleView]:
    """Samples, newest first; the cursor is the last id. One statement."""
    rows = db.rows(
        f"{_SAMPLE} where (not s.closed or not %s) and (%s::bigint is null or l.sku_id = %s)"
        " and (%s::bigint is null or s.id < %s) order by s.id desc limit %s",
        (open_only, sku_id, sku_id, before_id, before_id, limit + 1),
    )
    ids = {row["number"]: row.pop("id") for row in rows}
    return page([_sample(row) for row in rows], limit, lambda row: ids[row.number])


_SAMPLE = (
    "select s.id, s.number, l.sku_id, l.warehouse_id, coalesce(b.code, '') as batch, s.serials, s.quantity, s.returned, s.kept,"
    " s.taker, s.purpose, s.due_on, s.closed, s.at"
    " from inventory_sample s join inventory_level l on l.id = s.level_id left join inventory_batch b on b.id = s.batch_id"
)


def sample(number: str) -> SampleView | None:
    """A sample. One statement."""
    row = db.row(f"{_SAMPLE} where s.number = %s", (number,))
    if row is None:
        return None
    del row["id"]
    return _sample(row)


def _sample(row: dict[str, Any]) -> SampleView:
    return SampleView(**row | {"serials": tuple(row["serials"])})


def batches_near_expiry(days: int, *, cursor: str = "", limit: int = 50) -> Page[BatchView]:
    """Batches of which units lie somewhere and that expire within so many days (or have), first expired first. One statement."""
    after = decode(cursor, str, int) if cursor else ("0001-01-01", 0)
    rows = db.rows(
        "select b.id, b.sku_id, b.code, b.produced_on, b.expires_on, t.unsold_days,"
        " coalesce(sum(p.quantity) filter (where p.state = 'good'), 0)::bigint as good,"
        " coalesce(sum(p.quantity) filter (where p.state <> 'good'), 0)::bigint as withheld"
        " from inventory_batch b join inventory_placement p on p.batch_id = b.id"
        " left join inventory_tracking t on t.sku_id = b.sku_id"
        " where b.expires_on <= %s::date + %s::int and (b.expires_on, b.id) > (%s::date, %s)"
        " group by b.id, t.unsold_days order by b.expires_on, b.id limit %s",
        (clock.business_date(), days, *after, limit + 1),
    )
    return page([_batch(row) for row in rows], limit, lambda row: row.expires_on.isoformat(), lambda row: row.id)


def batches_without_date(*, cursor: str = "", limit: int = 50) -> Page[BatchView]:
    """Batches of which units lie somewhere and nobody has said when they expire, newest first. One statement."""
    before = decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        "select b.id, b.sku_id, b.code, b.produced_on, b.expires_on, t.unsold_days,"
        " coalesce(sum(p.quantity) filter (where p.state = 'good'), 0)::bigint as good,"
        " coalesce(sum(p.quantity) filter (where p.state <> 'good'), 0)::bigint as withheld"
        " from inventory_batch b join inventory_placement p on p.batch_id = b.id"
        " left join inventory_tracking t on t.sku_id = b.sku_id"
        " where b.expires_on is null and (%s::bigint is null or b.id < %s)"
        " group by b.id, t.unsold_days order by b.id desc limit %s",
        (before, before, limit + 1),
    )
    return page([_batch(row) for row in rows], limit, lambda row: row.id)


def _batch(row: dict[str, Any]) -> BatchView:
    unsold = row.pop("unsold_days")
    return BatchView(**row, last_day=last_day(row["expires_on"], unsold, mall_settings.get(UNSOLD)))


def batch(batch_id: int) -> BatchView | None:
    """A batch with what lies of it. One statement."""
    row = db.row(
        "select b.id, b.sku_id, b.code, b.produced_on, b.expires_on, t.unsold_days,"
        " coalesce(sum(p.quantity) filter (where p.state = 'good'), 0)::bigint as good,"
        " coalesce(sum(p.quantity) filter (where p.state <> 'good'), 0)::bigint as withheld"
        " from inventory_batch b left join inventory_placement p on p.batch_id = b.id"
        " left join inventory_tracking t on t.sku_id = b.sku_id where b.id = %s group by b.id, t.unsold_days",
        (batch_id,),
    )
    return _batch(row) if row else None


def serials(number: str, *, limit: int = 50) -> list[SerialView]:
    """Units that carry a serial number (of several SKUs, where they do). One statement."""
    rows = db.rows(
        "select s.id, s.sku_id, s.number, s.state, l.warehouse_id, coalesce(o.code, '') as location, coalesce(b.code, '') as batch,"
        " s.reference from inventory_serial s left join inventory_level l on l.id = s.level_id"
        " left join inventory_location o on o.id = s.location_id left join inventory_batch b on b.id = s.batch_id"
        " where s.number = %s order by s.sku_id limit %s",
        (number.strip(), limit),
    )
    return [SerialView(**row) for row in rows]


def serials_of(sku_id: int, *, warehouse_id: int | None = None, limit: int = 200) -> list[SerialView]:
    """Serial numbers of a SKU that lie in warehouses. One statement."""
    rows = db.rows(
        "select s.id, s.sku_id, s.number, s.state, l.warehouse_id, coalesce(o.code, '') as location, coalesce(b.code, '') as batch,"
        " s.reference from inventory_serial s join inventory_level l on l.id = s.level_id"
        " left join inventory_location o on o.id = s.location_id left join inventory_batch b on b.id = s.batch_id"
        " where l.sku_id = %s and (%s::bigint is null or l.warehouse_id = %s) order by s.number limit %s",
        (sku_id, warehouse_id, warehouse_id, limit),
    )
    return [SerialView(**row) for row in rows]


def serial_steps(serial_id: int) -> list[SerialStepView]:
    """Where a serial has been, newest first. One statement."""
    rows = db.rows(
        "select s.state, s.kind, s.warehouse_id, coalesce(o.code, '') as location, s.reference,"
        " s.actor_kind || case when s.actor_label = '' then '' else ' ' || s.actor_label end as actor, s.at"
        " from inventory_serialstep s left join inventory_location o on o.id = s.location_id"
        " where s.serial_id = %s order by s.id desc limit 200",
        (serial_id,),
    )
    return [SerialStepView(**row) for row in rows]

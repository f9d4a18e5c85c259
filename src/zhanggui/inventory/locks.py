"""The statements that lock and change stock (`sql/functions.sql`). All run in the caller's transaction."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor


@db.needs_transaction
def admit(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return db.rows("select draft, sku_id, available from inventory_admit(%s)", (db.Json(lines),))


@db.needs_transaction
def reserve(lines: list[dict[str, Any]]) -> None:
    db.execute("select inventory_reserve(%s)", (db.Json(lines),))


@db.needs_transaction
def release(order_numbers: list[str]) -> None:
    db.execute("select inventory_release(%s::text[])", (order_numbers,))


@db.needs_transaction
def release_lines(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return db.rows("select order_number, line, missing from inventory_release_lines(%s)", (db.Json(lines),))


@db.needs_transaction
def ship(lines: list[dict[str, Any]], actor: Actor) -> list[dict[str, Any]]:
    return db.rows(
        "select order_number, line, missing from inventory_ship(%s, %s)", (db.Json(lines), db.Json(actor.as_dict()))
    )


@db.needs_transaction
def change(rows: list[dict[str, Any]], actor: Actor) -> list[dict[str, Any]]:
    return db.rows(
        'select "row", problem, on_hand, reserved from inventory_change(%s, %s)',
        (db.Json(rows), db.Json(actor.as_dict())),
    )


@db.needs_transaction
def hold_levels(sku_ids: list[int], warehouse_ids: list[int]) -> dict[tuple[int, int], int]:
    """Units on hand by (SKU, warehouse), held until the transaction ends; in the order `inventory_change` takes."""
    rows = db.rows(
        "select sku_id, warehouse_id, on_hand from inventory_level"
        " where sku_id = any(%s::bigint[]) and warehouse_id = any(%s::bigint[]) order by id for no key update",
        (sku_ids, warehouse_ids),
    )
    return {(row["sku_id"], row["warehouse_id"]): row["on_hand"] for row in rows}


@db.needs_transaction
def warehouse(code: str) -> dict[str, Any] | None:
    return db.row(
        "select id, code, name, region, priority, active, kind from inventory_warehouse where code = %s for no key update",
        (code,),
    )


@db.needs_transaction
def hold(keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], dict[str, Any]]:
    """Levels by (SKU, warehouse), made where they are missing, held until the transaction ends."""
    wanted = sorted(set(keys))
    rows = db.rows(
        "select * from inventory_hold(%s::bigint[], %s::bigint[])", ([k[0] for k in wanted], [k[1] for k in wanted])
    )
    return {(row["sku_id"], row["warehouse_id"]): row for row in rows}


@db.needs_transaction
def hold_promised(order_numbers: list[str]) -> list[dict[str, Any]]:
    """Levels that orders are promised from, held; a row per line and level with the `units` still promised."""
    db.rows(
        "select id from inventory_level where id = any(array(select level_id from inventory_reservation"
        " where order_number = any(%s))) order by id for no key update",
        (order_numbers,),
    )
    return db.rows(
        "select r.order_number, r.line, r.level_id, l.sku_id, l.warehouse_id,"
        " sum(r.quantity - r.shipped - r.released)::bigint as units, coalesce(bool_or(t.serials), false) as serials"
        " from inventory_reservation r join inventory_level l on l.id = r.level_id"
        " left join inventory_tracking t on t.sku_id = l.sku_id"
        " where r.order_number = any(%s) group by r.order_number, r.line, r.level_id, l.sku_id, l.warehouse_id",
        (order_numbers,),
    )


@db.needs_transaction
def place(rows: list[dict[str, Any]], actor: Actor) -> list[dict[str, Any]]:
    """Change the finer book (`inventory_place`); what stands in the way, by row."""
    return db.rows(
        'select "row", problem, units from inventory_place(%s, %s)', (db.Json(rows), db.Json(actor.as_dict()))
    )


@db.needs_transaction
def withhold(level_id: int, units: int) -> bool:
    """Keep units of a held level from sale, or (negative) let them go; whether so many were free."""
    found = db.row("select inventory_withhold(%s, %s) as done", (level_id, units))
    return bool(found and found["done"])


@db.needs_transaction
def move_serials(rows: list[dict[str, Any]], sources: Sequence[str], actor: Actor) -> set[tuple[int, str]]:
    """Take serials {sku_id, number, state, level_id, location_id, batch_id, from_level, reference, kind} from one of the states
    `sources` (and from `from_level`, where given) to another; the (SKU, number) that went."""
    return _step(
        "update inventory_serial s set state = g.state, level_id = g.level_id, location_id = g.location_id,"
        " batch_id = coalesce(g.batch_id, s.batch_id), reference = left(coalesce(g.reference, ''), 80)"
        " from given g where s.sku_id = g.sku_id and s.number = g.number and s.state = any(%(sources)s)"
        " and (g.from_level is null or s.level_id = g.from_level)",
        rows,
        sources,
        actor,
    )


@db.needs_transaction
def add_serials(rows: list[dict[str, Any]], actor: Actor) -> set[tuple[int, str]]:
    """Serials that come in: new ones, or ones that had left for good; the (SKU, number) that came. The rest lie elsewhere."""
    return _step(
        "insert into inventory_serial as s (sku_id, number, state, level_id, location_id, batch_id, reference)"
        " select g.sku_id, g.number, g.state, g.level_id, g.location_id, g.batch_id, left(coalesce(g.reference, ''), 80)"
        " from given g order by g.sku_id, g.number"
        " on conflict (sku_id, number) do update set state = excluded.state, level_id = excluded.level_id,"
        " location_id = excluded.location_id, batch_id = coalesce(excluded.batch_id, s.batch_id),"
        " reference = excluded.reference where s.state = any(%(sources)s)",
        rows,
        ["shipped", "gone"],
        actor,
    )


def _step(statement: str, rows: list[dict[str, Any]], sources: Sequence[str], actor: Actor) -> set[tuple[int, str]]:
    done = db.rows(
        "with given as materialized (select * from jsonb_to_recordset(%(rows)s) as r(sku_id bigint, number text, state text,"
        " level_id bigint, location_id bigint, batch_id bigint, from_level bigint, reference text, kind text)), done as ("
        f"{statement} returning s.id, s.sku_id, s.number, s.state, s.level_id, s.location_id, s.reference), noted as ("
        " insert into inventory_serialstep"
        " (serial_id, state, kind, warehouse_id, location_id, reference, actor_kind, actor_id, actor_label)"
        " select d.id, d.state, g.kind, l.warehouse_id, d.location_id, d.reference, %(kind)s, %(id)s, left(%(label)s, 200)"
        " from done d join given g on g.sku_id = d.sku_id and g.number = d.number"
        " left join inventory_level l on l.id = d.level_id)"
        " select sku_id, number from done",
        {"rows": db.Json(rows), "sources": list(sources), "kind": actor.kind, "id": actor.id, "label": actor.label},
    )
    return {(row["sku_id"], row["number"]) for row in done}


@db.needs_transaction
def transfer(number: str) -> dict[str, Any] | None:
    """A transfer's row, held until the transaction ends. Before any level."""
    return db.row("select * from inventory_transfer where number = %s for no key update", (number,))


@db.needs_transaction
def sample(number: str) -> dict[str, Any] | None:
    """A sample's row with its SKU and warehouse, held until the transaction ends. Before any level."""
    return db.row(
        "select s.*, l.sku_id, l.warehouse_id from inventory_sample s join inventory_level l on l.id = s.level_id"
        " where s.number = %s for no key update of s",
        (number,),
    )


@db.needs_transaction
def stock_lock(lock_id: int) -> dict[str, Any] | None:
    """A lock's row, held until the transaction ends. Before any level."""
    return db.row(
        "select k.*, l.sku_id, l.warehouse_id from inventory_stocklock k join inventory_level l on l.id = k.level_id"
        " where k.id = %s for no key update of k",
        (lock_id,),
    )


@db.needs_transaction
def count(number: str, *, shared: bool = False) -> dict[str, Any] | None:
    """A stock-take's row, held until the transaction ends; `shared`: by all who count in it at once. Before its lines and any level."""
    how = "share" if shared else "no key update"
    return db.row(f"select * from inventory_count where number = %s for {how}", (number,))


@db.needs_transaction
def take_count(
    count_id: int, rows: list[dict[str, Any]], limit: int, replace: bool, actor: Actor
) -> list[dict[str, Any]]:
    """Take counted rows (`inventory_take_count`); those refused, by row."""
    return db.rows(
        'select "row", problem, said from inventory_take_count(%s, %s, %s, %s, %s)',
        (count_id, db.Json(rows), db.Json(actor.as_dict()), limit, replace),
    )


@db.needs_transaction
def post_count(count_id: int, today: date, days: int, actor: Actor) -> dict[str, Any]:
    found = db.row(
        "select lines, up, down, held from inventory_post_count(%s, %s, %s, %s)",
        (count_id, db.Json(actor.as_dict()), today, days),
    )
    assert found is not None
    return found


@db.needs_transaction
def next_count_file() -> dict[str, Any] | None:
    """The oldest file whose rows are not all taken, held; those another is at are passed over."""
    return db.row(
        "select * from inventory_countfile where done < total order by id limit 1 for no key update skip locked"
    )

"""The statements that lock and change stock (`sql/functions.sql`). All run in the caller's transaction."""

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
        "select id, code, name, region, priority, active from inventory_warehouse where code = %s for no key update",
        (code,),
    )

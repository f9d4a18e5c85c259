"""The statements that lock and change prices."""

from datetime import datetime
from typing import Any

from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor


@db.needs_transaction
def set_prices(
    rows: list[dict[str, Any]], currency: str, reason: str, actor: Actor, details: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    return db.rows(
        "select * from pricing_set(%s, %s, %s, %s, %s)",
        (db.Json(rows), currency, reason, db.Json(actor.as_dict()), db.Json(details) if details else None),
    )


@db.needs_transaction
def set_specials(rows: list[dict[str, Any]], reason: str, actor: Actor) -> list[dict[str, Any]]:
    return db.rows("select * from pricing_set_specials(%s, %s, %s)", (db.Json(rows), reason, db.Json(actor.as_dict())))


@db.needs_transaction
def set_floors(rows: list[dict[str, Any]], reason: str, actor: Actor) -> list[dict[str, Any]]:
    """Set floors; whoever calls holds the prices."""
    return db.rows("select * from pricing_set_floors(%s, %s, %s)", (db.Json(rows), reason, db.Json(actor.as_dict())))


@db.needs_transaction
def decide(request_id: int, outcome: str, reason: str, actor: Actor) -> bool:
    """Note what became of a request that waits; False where none does (any more)."""
    return bool(
        db.execute(
            "update pricing_pricerequest set status = %s, decided_by_id = %s, decided_by = %s, decision = %s,"
            " decided_at = kernel_now() where id = %s and status = 'pending'",
            (outcome, actor.id, actor.label[:200], reason[:200], request_id),
        )
    )


@db.needs_transaction
def hold_prices(sku_ids: list[int]) -> dict[int, tuple[int, int]]:
    """(list, sale) price of each SKU that has one, held until the transaction ends; in the order `pricing_set` takes."""
    rows = db.rows(
        "select sku_id, list_price, sale_price from pricing_skuprice where sku_id = any(%s::bigint[])"
        " order by sku_id for no key update",
        (sku_ids,),
    )
    return {row["sku_id"]: (row["list_price"], row["sale_price"]) for row in rows}


@db.needs_transaction
def hold_price(sku_id: int) -> dict[str, Any] | None:
    """The ordinary price of a SKU; plans for one SKU are made one after the other."""
    return db.row("select list_price, sale_price from pricing_skuprice where sku_id = %s for no key update", (sku_id,))


@db.needs_transaction
def cancel_window(window_id: int, now: datetime) -> dict[str, Any] | None:
    """End a window that has not ended; None when there is none (any more)."""
    return db.row(
        "update pricing_scheduledprice set cancelled_at = %s"
        " where id = %s and cancelled_at is null and (ends_at is null or ends_at > %s)"
        " returning id, sku_id, sale_price, starts_at, ends_at",
        (now, window_id, now),
    )


@db.needs_transaction
def passed_boundaries(now: datetime, limit: int) -> list[int]:
    """Mark the windows that began or ended since the lists were last told; their SKUs."""
    rows = db.rows(
        "with passed as (select id, case when ends_at <= %s then 2 else 1 end as reached from pricing_scheduledprice"
        " where cancelled_at is null and listed < 2 and starts_at <= %s and (listed = 0 or ends_at <= %s)"
        " order by id limit %s for update skip locked)"
        " update pricing_scheduledprice s set listed = passed.reached from passed where s.id = passed.id returning s.sku_id",
        (now, now, now, limit),
    )
    return sorted({row["sku_id"] for row in rows})

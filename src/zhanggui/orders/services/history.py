"""Orders of another system, as they were: no stock moves, no money moves, nobody is told order by order."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction

from zhanggui.kernel import audit, db, ids
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.outbox import record

from ..events import OrdersImported
from ..types import ImportedOrder

#: One statement for the batch. What is there already (same origin and external id) is left as it is.
_WRITE = """
with asked as (
    select * from jsonb_to_recordset(%(orders)s) as o(
        number text, origin text, external_id text, status text, member_id bigint, currency text, items_total bigint,
        shipping_total bigint, total bigint, paid_total bigint, refunded_total bigint, payment_provider text, province text,
        city text, address_line text, placed_at timestamptz, paid_at timestamptz, shipped_at timestamptz,
        delivered_at timestamptz, completed_at timestamptz, cancelled_at timestamptz, told jsonb)
), placed as (
    insert into orders_order (number, origin, external_id, channel, status, member_id, currency, items_total, shipping_total,
        total, paid_total, refunded_total, payment_provider, province, city, address_line, placed_at, paid_at, shipped_at,
        delivered_at, completed_at, cancelled_at, cancel_reason)
    select number, origin, external_id, 'import', status, member_id, currency, items_total, shipping_total, total, paid_total,
        refunded_total, payment_provider, province, city, address_line, placed_at, paid_at, shipped_at, delivered_at,
        completed_at, cancelled_at, case when status = 'cancelled' then 'imported' else '' end
    from asked order by origin, external_id
    on conflict (origin, external_id) where origin <> '' do nothing
    returning id, origin, external_id
), sold as (
    insert into orders_orderline (order_id, position, sku_id, product_id, sku_code, title, quantity, list_price, unit_price,
        cost, payable, shipped_quantity, refunded_quantity, refunded_amount)
    select p.id, l.position, l.sku_id, l.product_id, l.sku_code, l.title, l.quantity, l.unit_price, l.unit_price, l.cost,
        l.quantity * l.unit_price, l.shipped_quantity, l.refunded_quantity, l.refunded_amount
    from jsonb_to_recordset(%(lines)s) as l(origin text, external_id text, position int, sku_id bigint, product_id bigint,
        sku_code text, title text, quantity int, unit_price bigint, cost bigint, shipped_quantity int, refunded_quantity int,
        refunded_amount bigint)
    join placed p using (origin, external_id)
), told as (
    insert into orders_timelineentry (order_id, at, kind, actor_kind, actor_id, actor_label, public, data)
    select p.id, t.at, t.kind, %(actor_kind)s, %(actor_id)s, %(actor_label)s, t.public, t.data
    from asked a join placed p using (origin, external_id),
        jsonb_to_recordset(a.told) as t(at timestamptz, kind text, public boolean, data jsonb)
)
select id, origin, external_id from placed
"""


def import_history(orders: Sequence[ImportedOrder], *, actor: Actor) -> dict[tuple[str, str], int]:
    """Write orders as another system had them; the ids of those that were new, by (origin, external id).

    Opens a transaction. An order that is there already stays as it is: history is not rewritten. The payments are kept
    on the order and in its timeline; they never went through a provider of ours. One event for the batch.
    """
    if not orders:
        return {}
    with transaction.atomic():
        made = db.rows(
            _WRITE,
            {
                "orders": db.Json([_order(order) for order in orders]),
                "lines": db.Json([line for order in orders for line in _lines(order)]),
                "actor_kind": actor.kind,
                "actor_id": actor.id,
                "actor_label": actor.label[:200],
            },
        )
        ids_by_name = {(row["origin"], row["external_id"]): row["id"] for row in made}
        new = [order for order in orders if (order.origin, order.external_id) in ids_by_name]
        for origin in sorted({order.origin for order in new}):
            placed = sorted(order.placed_at for order in new if order.origin == origin)
            record(OrdersImported(origin, len(placed), placed[0].isoformat(), placed[-1].isoformat()))
            audit.record(
                actor=actor,
                action="orders.import",
                target_type="origin",
                target_id=origin,
                after={"created": len(placed)},
            )
    return ids_by_name


def _order(order: ImportedOrder) -> dict[str, Any]:
    items = sum(line.quantity * line.unit_price for line in order.lines)
    main = max(order.payments, key=lambda payment: payment.amount, default=None)
    back = [returned for line in order.lines for returned in line.returned]
    told: list[dict[str, Any]] = [
        {
            "at": order.placed_at, "kind": "imported", "public": False,
            "data": {"origin": order.origin, "external_id": order.external_id, "payments": [asdict(p) for p in order.payments]},
        }
    ]  # fmt: skip
    told += [
        {"at": one.at, "kind": "refunded", "public": True, "data": {"amount": one.amount, "document": one.document}}
        for one in sorted(back, key=lambda one: one.at)
    ]
    return {
        "number": order.number or ids.document_number("H", order.placed_at),
        "origin": order.origin,
        "external_id": order.external_id,
        "status": order.status,
        "member_id": order.member_id,
        "currency": order.currency,
        "items_total": items,
        "shipping_total": order.shipping_total,
        "total": items + order.shipping_total,
        "paid_total": sum(payment.amount for payment in order.payments) if order.paid_at else 0,
        "refunded_total": sum(one.amount for one in back),
        "payment_provider": main.method[:20] if main else "",
        "province": order.province[:40],
        "city": order.city[:40],
        "address_line": order.address_line[:300],
        "placed_at": order.placed_at,
        "paid_at": order.paid_at,
        "shipped_at": order.shipped_at,
        "delivered_at": order.delivered_at,
        "completed_at": (order.delivered_at or order.placed_at) if order.status == "completed" else None,
        "cancelled_at": order.cancelled_at,
        "told": told,
    }


def _lines(order: ImportedOrder) -> list[dict[str, Any]]:
    return [
        {
            "origin": order.origin,
            "external_id": order.external_id,
            "position": position,
            "sku_id": line.sku_id,
            "product_id": line.product_id,
            "sku_code": line.sku_code,
            "title": line.title[:300],
            "quantity": line.quantity,
            "unit_price": line.unit_price,
            "cost": line.cost,
            "shipped_quantity": line.quantity if order.shipped_at else 0,
            "refunded_quantity": sum(one.quantity for one in line.returned),
            "refunded_amount": sum(one.amount for one in line.returned),
        }
        for position, line in enumerate(order.lines, 1)
    ]

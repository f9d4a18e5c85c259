"""What holds rows of dropshipping. A supplier order comes before everything else of its order (docs/locking.md)."""

from collections.abc import Sequence
from typing import Any

from zhanggui.kernel import db

_ORDERS = """
select o.id, o.number, o.order_number, o.partner_id, o.state, o.due_at, o.refusal, o.currency, o.late, o.confirmed_at, o.shipped_at,
    p.supplier_id, p.warehouse_id, p.edition
from dropship_supplierorder o join dropship_partner p on p.id = o.partner_id where {} order by o.id for no key update of o
"""


@db.needs_transaction
def hold_partner(supplier_id: int) -> dict[str, Any] | None:
    """A partner, locked until the end of the transaction."""
    return db.row("select * from dropship_partner where supplier_id = %s for no key update", (supplier_id,))


@db.needs_transaction
def hold(number: str) -> dict[str, Any] | None:
    """A supplier order, locked until the end of the transaction."""
    return db.row(_ORDERS.format("o.number = %s"), (number,))


@db.needs_transaction
def hold_of_order(order_number: str) -> list[dict[str, Any]]:
    """All supplier orders of an order, locked, by id."""
    return db.rows(_ORDERS.format("o.order_number = %s"), (order_number,))


@db.needs_transaction
def lines(supplier_order_ids: Sequence[int]) -> list[dict[str, Any]]:
    """The lines of held supplier orders, by order and line."""
    return db.rows(
        "select supplier_order_id, id, line, sku_id, quantity, shipped, dropped, price from dropship_supplierline"
        " where supplier_order_id = any(%s::bigint[]) order by supplier_order_id, line",
        (list(supplier_order_ids),),
    )


@db.needs_transaction
def open_order(
    number: str, order_number: str, partner_id: int, currency: str, due_at: Any, lines: list[dict[str, Any]]
) -> int | None:
    """Insert a supplier order with its lines; None where there is one of this order and partner."""
    row = db.row(
        "insert into dropship_supplierorder (number, order_number, partner_id, currency, due_at) values (%s, %s, %s, %s, %s)"
        " on conflict (order_number, partner_id) do nothing returning id",
        (number, order_number, partner_id, currency, due_at),
    )
    if row is None:
        return None
    db.execute(
        "insert into dropship_supplierline (supplier_order_id, line, sku_id, supplier_code, quantity, price)"
        " select %s, r.line, r.sku_id, r.supplier_code, r.quantity, r.price from jsonb_to_recordset(%s)"
        " as r(line smallint, sku_id bigint, supplier_code text, quantity int, price bigint) order by r.line",
        (row["id"], db.Json(lines)),
    )
    return int(row["id"])


@db.needs_transaction
def hold_late(confirm_hours: int) -> list[dict[str, Any]]:
    """Orders whose supplier is silent or late and of which that was not told, locked; those somebody has in hand are left to him."""
    return db.rows(
        "select o.id, o.number, o.order_number, p.supplier_id, case when o.due_at <= kernel_now() then 'overdue' else 'silent' end as late"
        " from dropship_supplierorder o join dropship_partner p on p.id = o.partner_id"
        " where (o.state in ('sent', 'confirmed') and o.due_at <= kernel_now() and o.late <> 'overdue')"
        " or (o.state = 'sent' and o.late = '' and o.sent_at <= kernel_now() - %s * interval '1 hour')"
        " order by o.id for no key update of o skip locked",
        (confirm_hours,),
    )

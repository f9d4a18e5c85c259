"""What was sold of suppliers' goods becomes their orders, and follows what becomes of the sale.

`follow` makes what suppliers have been told equal to what orders hold at their places. It may be called at any time and again: twice
changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.db import transaction

from zhanggui.fulfilment import services as fulfilment
from zhanggui.inventory import selectors as inventory
from zhanggui.inventory import services as stock
from zhanggui.inventory.errors import StockBelowReserved
from zhanggui.inventory.types import PromisedUnits, StockRow
from zhanggui.kernel import clock, db, ids, outbox
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.procurement import selectors as procurement

from .. import locks
from ..events import SupplierOrderSent, SupplierOrderWithdrawn
from ..states import CANCELLED, OPEN, RECALLED, SHIPPED, TABLE
from .common import note

OUT = "out_of_stock"
_MISSED = """
select o.number from orders_order o where o.status in ('paid', 'fulfilling') and o.dispatch_due_at is not null and o.hold = ''
    and exists (select 1 from orders_orderline l where l.order_id = o.id and l.supply_mode = 'dropshipped'
        and l.shipped_quantity + l.refunded_quantity < l.quantity)
    and not exists (select 1 from dropship_supplierorder d where d.order_number = o.number)
union
select d.order_number from dropship_supplierorder d join orders_order o on o.number = d.order_number
where d.state in ('sent', 'confirmed', 'refused') and o.status not in ('paid', 'fulfilling')
limit %s
"""


def follow(order_numbers: Sequence[str], *, moved: bool = False, actor: Actor = SYSTEM) -> int:
    """Tell suppliers what these orders want of them now, if the review has passed them; how many orders were looked at.

    `moved`: their address is another one. Two statements where nothing of them is with a supplier; else a transaction for each.
    """
    numbers = sorted(set(order_numbers))
    if not numbers:
        return 0
    holding = {piece.order_number for piece in inventory.at_suppliers(numbers)}
    known = {
        row["order_number"]
        for row in db.rows(
            "select distinct order_number from dropship_supplierorder where order_number = any(%s) and state = any(%s)",
            (numbers, list(OPEN)),
        )
    }
    if fresh := sorted(holding - known):
        fulfilment.review(fresh, actor=actor)  # judged here or by its own timer, whoever comes first
    concerned = sorted(holding | known)
    for number in concerned:
        with transaction.atomic():
            _follow(number, moved, actor)
    return len(concerned)


def follow_missed(*, actor: Actor = SYSTEM, limit: int = 500) -> int:
    """The same for orders whose announcement was lost; how many."""
    return follow([row["number"] for row in db.rows(_MISSED, (limit,))], actor=actor)


@db.needs_transaction
def _follow(order_number: str, moved: bool, actor: Actor) -> None:
    held = locks.hold_of_order(order_number)
    passed = fulfilment.hold_passed(order_number, actor=actor)
    status = order_services.hold_status(order_number, actor=actor)
    wanted: dict[int, dict[int, PromisedUnits]] = defaultdict(dict)
    for piece in inventory.at_suppliers([order_number]):
        wanted[piece.warehouse_id][piece.line] = piece
    if passed and status in ("paid", "fulfilling"):
        told = {row["warehouse_id"] for row in held}
        for warehouse_id in sorted(set(wanted) - told):
            _send(order_number, warehouse_id, wanted[warehouse_id], actor)
    open_ones = [row for row in held if row["state"] in OPEN]
    lines: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for line in locks.lines([row["id"] for row in open_ones]) if open_ones else ():
        lines[line["supplier_order_id"]].append(line)
    for row in open_ones:
        _settle(row, lines[row["id"]], wanted[row["warehouse_id"]], actor)
    if moved and open_ones:
        db.execute(
            "update dropship_supplierorder set changed_at = kernel_now() where id = any(%s::bigint[]) and state in ('sent', 'confirmed')",
            ([row["id"] for row in open_ones],),
        )


@db.needs_transaction
def _send(order_number: str, warehouse_id: int, pieces: Mapping[int, PromisedUnits], actor: Actor) -> None:
    partner = db.row("select id, supplier_id from dropship_partner where warehouse_id = %s", (warehouse_id,))
    order = orders.find(order_number)
    assert partner is not None
    assert order is not None
    supplier_id = partner["supplier_id"]
    terms = procurement.terms(supplier_id, [piece.sku_id for piece in pieces.values()], clock.business_date())
    rows = [
        {
            "line": line, "sku_id": piece.sku_id, "supplier_code": terms[piece.sku_id].supplier_code, "quantity": piece.units,
            "price": terms[piece.sku_id].price(piece.units),
        }
        for line, piece in sorted(pieces.items())
    ]  # fmt: skip
    hours = {line["line"]: line["promise_hours"] for line in order["lines"]}
    ends = [orders.promised_from(order["paid_at"] or order["placed_at"], own=hours[line]).due for line in pieces]
    due = max(min(ends), order["dispatch_due_at"] or min(ends))
    number = ids.document_number("DF")
    currency = procurement.currencies([supplier_id])[supplier_id]
    if locks.open_order(number, order_number, partner["id"], currency, due, rows) is None:
        return
    fulfilment.take_elsewhere(order_number, warehouse_id, actor=actor)
    note(actor, "send", number, after={"order": order_number, "units": sum(row["quantity"] for row in rows)})
    outbox.record(SupplierOrderSent(number, order_number, supplier_id, due.isoformat()))


@db.needs_transaction
def _settle(
    held: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], wanted: Mapping[int, PromisedUnits], actor: Actor
) -> None:
    """Units that the order does not hold any more are not wanted: fewer of them, or none of it."""
    less = {
        line["line"]: missing
        for line in lines
        if (
            missing := line["quantity"]
            - line["shipped"]
            - line["dropped"]
            - (wanted[line["line"]].units if line["line"] in wanted else 0)
        )
        > 0
    }
    if not less:
        return
    db.execute(
        "update dropship_supplierline l set dropped = l.dropped + r.units from jsonb_to_recordset(%s) as r(line smallint, units int)"
        " where l.supplier_order_id = %s and l.line = r.line",
        (db.Json([{"line": line, "units": units} for line, units in less.items()]), held["id"]),
    )
    left = sum(line["quantity"] - line["shipped"] - line["dropped"] for line in lines) - sum(less.values())
    state = held["state"]
    if not left:
        shipped = any(line["shipped"] for line in lines)
        state = SHIPPED if shipped else TABLE.target(state, "withdraw") if state != RECALLED else state
    db.execute(
        "update dropship_supplierorder set state = %s, changed_at = kernel_now(), late = case when %s then '' else late end,"
        " ended_at = case when %s then kernel_now() end where id = %s",
        (state, not left, state in (SHIPPED, CANCELLED), held["id"]),
    )
    note(
        actor,
        "withdraw",
        held["number"],
        before={"state": held["state"]},
        after={"state": state, "units": sum(less.values())},
    )
    outbox.record(SupplierOrderWithdrawn(held["number"], held["order_number"], held["supplier_id"], state))
    if held["refusal"] == OUT:
        _not_there(held, lines, less, actor)


@db.needs_transaction
def _not_there(
    held: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], less: Mapping[int, int], actor: Actor
) -> None:
    """The supplier had none: what the order gave back is not for sale. Where it was sold again already, he is asked again."""
    rows = [
        StockRow(line["sku_id"], -less[line["line"]], held["warehouse_id"]) for line in lines if line["line"] in less
    ]
    with suppress(StockBelowReserved), transaction.atomic():
        stock.adjust(rows, actor=actor, reason="供应商缺货")

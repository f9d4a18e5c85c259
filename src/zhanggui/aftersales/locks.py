"""Conditional writes on cases. Whoever decides on an order's cases holds `order` first; it stands before all other locks."""

from typing import Any

from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import NotFound

from .errors import CaseWrongState
from .states import TABLE


@db.needs_transaction
def order(order_number: str) -> None:
    """One decision about an order's cases at a time (an advisory lock: the order itself belongs to another module)."""
    db.row("select pg_advisory_xact_lock(731002, hashtext(%s))", (order_number,))


@db.needs_transaction
def move(number: str, action: str, *, by: Actor = SYSTEM, **values: Any) -> dict[str, Any]:
    """Take a step of `states.TABLE`, setting `values`; the step before ends, by whom. Raises NotFound, CaseWrongState."""
    steps = [{"source": source, "target": TABLE.target(source, action)} for source in TABLE.sources(action)]
    sets = "".join(f", {name} = %s" for name in values)  # names are our own, values are parameters
    moved = db.row(
        f"with moved as (update aftersales_case c set state = m.target, due_at = null, overdue_at = null{sets}"
        " from jsonb_to_recordset(%s) as m(source text, target text) where c.number = %s and c.state = m.source"
        " returning c.id, c.number, c.order_number, c.kind, c.state, c.reason, c.currency, c.goods_amount, c.freight_amount,"
        " c.refunded_amount, c.reserved, c.replacement, c.verdict"
        "), ended as (update aftersales_step s set left_at = kernel_now(), left_by = %s from moved"
        " where s.case_id = moved.id and s.left_at is null returning s.id)"
        " select moved.* from moved",
        (*values.values(), db.Json(steps), number, by.kind),
    )
    if moved is None:
        found = db.row("select state from aftersales_case where number = %s", (number,))
        if found is None:
            raise NotFound()
        raise CaseWrongState(state=found["state"])
    open_step(moved["id"], moved["state"])
    return moved


@db.needs_transaction
def open_step(case_id: int, state: str) -> None:
    """The case stands here from now on."""
    db.execute("insert into aftersales_step (case_id, state) values (%s, %s)", (case_id, state))


@db.needs_transaction
def count_refund(number: str, amount: int) -> dict[str, Any] | None:
    """Money of a case reached the buyer; the case with its new sum, or None where it would be too much."""
    return db.row(
        "update aftersales_case set refunded_amount = refunded_amount + %s, problem = ''"
        " where number = %s and state = 'refunding' and refunded_amount + %s <= goods_amount + freight_amount"
        " returning number, goods_amount + freight_amount - refunded_amount as left",
        (amount, number, amount),
    )

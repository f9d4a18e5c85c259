"""Fix the amounts of a case and mark them on the order, exactly once."""

from typing import Any

from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services

from ..rules import freight_due, refund_amount, sellers_fault
from .request import freight_given


@db.needs_transaction
def reserve_cancel(case: dict[str, Any], *, actor: Actor) -> None:
    """Units that have not left are taken out of the order and given back to stock."""
    lines = _final_lines(case)
    order_services.give_up_units(case["order_number"], lines, actor=actor)
    _fix(case, lines)


@db.needs_transaction
def reserve_refund(case: dict[str, Any], *, actor: Actor) -> None:
    """Units that have left are marked as given back."""
    lines = _final_lines(case)
    order_services.reserve_refund(case["order_number"], lines, actor=actor)
    _fix(case, lines)


def _final_lines(case: dict[str, Any]) -> dict[int, tuple[int, int]]:
    """`{line: (quantity, amount)}`, worked out from what the order's lines have given back by now.

    Nobody else changes that meanwhile: every way to it holds `locks.order`.
    """
    order = orders.find(case["order_number"])
    assert order is not None
    known = {line["line"]: line for line in order["lines"]}
    answers = {}
    for row in db.rows(
        "select line, quantity from aftersales_caseline where case_id = %s and quantity > 0", (case["id"],)
    ):
        line = known[row["line"]]
        amount = refund_amount(
            line["payable"], line["quantity"], line["refunded_quantity"], line["refunded_amount"], row["quantity"]
        )
        answers[row["line"]] = (row["quantity"], amount)
    return answers


def _fix(case: dict[str, Any], lines: dict[int, tuple[int, int]]) -> None:
    order = orders.find(case["order_number"])
    assert order is not None
    whole = all(line["refunded_quantity"] == line["quantity"] for line in order["lines"])
    nothing_left = all(line["shipped_quantity"] == 0 for line in order["lines"])
    freight = freight_due(
        order["shipping_total"], freight_given(order["number"]), whole=whole, nothing_left=nothing_left,
        seller=sellers_fault(case["reason"]),
    )  # fmt: skip
    db.execute(
        "update aftersales_caseline l set amount = r.amount from jsonb_to_recordset(%s) as r(line int, amount bigint)"
        " where l.case_id = %s and l.line = r.line",
        (db.Json([{"line": line, "amount": amount} for line, (_, amount) in lines.items()]), case["id"]),
    )
    db.execute(
        "update aftersales_case set reserved = true, freight_amount = %s, goods_amount = %s where id = %s and not reserved",
        (freight, sum(amount for _, amount in lines.values()), case["id"]),
    )

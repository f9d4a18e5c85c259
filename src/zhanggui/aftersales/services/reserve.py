"""Fix the amounts of a case and mark them on the order, exactly once."""

from collections.abc import Mapping
from typing import Any

from zhanggui.kernel import db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services

from ..events import PriceGuaranteed
from ..rules import NO_BASE, freight_due, refund_amount, sellers_fault
from ..selectors import due_of, paid_of, spoken_for
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


@db.needs_transaction
def reserve_difference(case: dict[str, Any], *, actor: Actor) -> None:
    """Prices of lines are lowered for their buyer, as the case says; no unit is given back.

    What was paid down to a price meanwhile is paid no second time: the line then gives less, or nothing.
    """
    order = orders.find(case["order_number"])
    assert order is not None
    spoken = spoken_for(order["number"])
    known = {line["line"]: line for line in order["lines"]}
    asked = db.rows("select line, price from aftersales_caseline where case_id = %s", (case["id"],))
    due = {row["line"]: due_of(known[row["line"]], row["price"], spoken) for row in asked}
    lowered = [
        {
            "line": row["line"], "price": row["price"], "amount": due[row["line"]],
            "before": paid_of(line), "units": line["quantity"] - line["refunded_quantity"], "base_quantity": line["refunded_quantity"],
            "base_amount": line["refunded_amount"] + due[row["line"]],
        }
        for row in asked
        if due[row["line"]] and (line := known[row["line"]])
    ]  # fmt: skip
    order_services.reserve_refund(order["number"], {row["line"]: (0, row["amount"]) for row in lowered}, actor=actor)
    db.execute(
        "insert into aftersales_guarantee (case_id, order_number, line, before, price, units, amount, base_quantity, base_amount)"
        " select %s, %s, r.* from jsonb_to_recordset(%s) as r(line int, before bigint, price bigint, units int, amount bigint,"
        " base_quantity int, base_amount bigint)",
        (case["id"], order["number"], db.Json(lowered)),
    )
    _write(case, due, 0)
    total = sum(due.values())
    if total:
        outbox.record(
            PriceGuaranteed(case["number"], order["number"], case["reason"], sorted(due), total, case["currency"])
        )


def _final_lines(case: dict[str, Any]) -> dict[int, tuple[int, int]]:
    """`{line: (quantity, amount)}`, worked out from what the order's lines have given back by now.

    Nobody else changes that meanwhile: every way to it holds `locks.order`.
    """
    order = orders.find(case["order_number"])
    assert order is not None
    known = {line["line"]: line for line in order["lines"]}
    bases = spoken_for(case["order_number"]).bases
    answers = {}
    for row in db.rows(
        "select line, quantity from aftersales_caseline where case_id = %s and quantity > 0", (case["id"],)
    ):
        line = known[row["line"]]
        amount = refund_amount(
            line["payable"], line["quantity"], line["refunded_quantity"], line["refunded_amount"], row["quantity"],
            bases.get(row["line"], NO_BASE),
        )  # fmt: skip
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
    _write(case, {line: amount for line, (_, amount) in lines.items()}, freight)


def _write(case: dict[str, Any], amounts: Mapping[int, int], freight: int) -> None:
    db.execute(
        "update aftersales_caseline l set amount = r.amount from jsonb_to_recordset(%s) as r(line int, amount bigint)"
        " where l.case_id = %s and l.line = r.line",
        (db.Json([{"line": line, "amount": amount} for line, amount in amounts.items()]), case["id"]),
    )
    db.execute(
        "update aftersales_case set reserved = true, freight_amount = %s, goods_amount = %s where id = %s and not reserved",
        (freight, sum(amounts.values()), case["id"]),
    )

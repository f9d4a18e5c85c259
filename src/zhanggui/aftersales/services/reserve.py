"""Fix the amounts of a case and mark them on the order, exactly once."""

from collections.abc import Mapping
from typing import Any

from zhanggui.kernel import db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services

from ..asking import freight_of, reckon, reckoning_of
from ..events import PriceGuaranteed
from ..rules import sellers_fault
from ..spoken import due_of, paid_of, spoken_for
from ..types import Spoken
from .amounts import write_amounts


@db.needs_transaction
def reserve_cancel(case: dict[str, Any], *, actor: Actor) -> None:
    """Units that have not left are taken out of the order and given back to stock."""
    order_services.give_up_units(case["order_number"], _fix(case), actor=actor)


@db.needs_transaction
def reserve_refund(case: dict[str, Any], *, actor: Actor) -> None:
    """Units that have left are marked as given back."""
    order_services.reserve_refund(case["order_number"], _fix(case), actor=actor)


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
    _lower(case, lowered)
    _write(case, due, 0)
    total = sum(due.values())
    if total:
        order_services.tell_guaranteed(order["number"], total, case["number"], actor=actor)
        outbox.record(
            PriceGuaranteed(case["number"], order["number"], case["reason"], sorted(due), total, case["currency"])
        )


@db.needs_transaction
def reserve_exchange(case: dict[str, Any], *, actor: Actor) -> None:
    """The article that came instead cost less: the difference goes back for its units, which are worth so much less from now on.

    It is never more than is left of what was paid for them.
    """
    order = orders.find(case["order_number"])
    assert order is not None
    known = {line["line"]: line for line in order["lines"]}
    asked = db.rows(
        "select line, quantity, difference from aftersales_caseline where case_id = %s and difference > 0 and quantity > 0",
        (case["id"],),
    )
    lowered = []
    for row in asked:
        line = known[row["line"]]
        left = line["payable"] - line["refunded_amount"]
        amount = max(min(row["difference"] * row["quantity"], left - 1), 0)
        units = line["quantity"] - line["refunded_quantity"]
        if amount:
            lowered.append(
                {
                    "line": row["line"], "price": (paid_of(line) - amount) // units, "amount": amount, "before": paid_of(line),
                    "units": units, "base_quantity": line["refunded_quantity"], "base_amount": line["refunded_amount"] + amount,
                }
            )  # fmt: skip
    order_services.reserve_refund(order["number"], {row["line"]: (0, row["amount"]) for row in lowered}, actor=actor)
    _lower(case, lowered)
    _write(
        case,
        {row["line"]: row["amount"] for row in lowered}
        | {r["line"]: 0 for r in asked if r["line"] not in {x["line"] for x in lowered}},
        0,
    )


def _lower(case: dict[str, Any], lowered: list[dict[str, Any]]) -> None:
    db.execute(
        "insert into aftersales_guarantee (case_id, order_number, line, before, price, units, amount, base_quantity, base_amount)"
        " select %s, %s, r.* from jsonb_to_recordset(%s) as r(line int, before bigint, price bigint, units int, amount bigint,"
        " base_quantity int, base_amount bigint)",
        (case["id"], case["order_number"], db.Json(lowered)),
    )


def _fix(case: dict[str, Any]) -> dict[int, tuple[int, int]]:
    """Write the final amounts, worked out from what the order's lines have given back by now; `{line: (quantity, amount)}`.

    Nobody else changes that meanwhile: every way to it holds `locks.order`.
    """
    order = orders.find(case["order_number"])
    assert order is not None
    rows = db.rows("select line, quantity from aftersales_caseline where case_id = %s and quantity > 0", (case["id"],))
    units = {row["line"]: row["quantity"] for row in rows}
    known = spoken_for(order["number"])
    spoken = Spoken({}, known.bases, known.faulty)  # the units that other cases ask for may never come
    fault = sellers_fault(case["reason"])
    amounts, effect = reckon(order, spoken, reckoning_of(order, spoken), units, fault=fault)
    whole = all(line["refunded_quantity"] + units.get(line["line"], 0) == line["quantity"] for line in order["lines"])
    write_amounts(case["id"], order, units, amounts, effect, freight_of(order, whole=whole, seller=fault))
    db.execute("update aftersales_case set reserved = true where id = %s", (case["id"],))
    return {n: (units.get(n, 0), amounts.get(n, 0)) for n in sorted({*units, *amounts})}


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

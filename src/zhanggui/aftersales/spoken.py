"""What stands between an order's lines and a wish about them."""

from collections.abc import Mapping
from typing import Any

from zhanggui.kernel import db

from .rules import NO_BASE, REASONS, Base, difference, paid_for_kept, refund_amount, sellers_fault, worth_of
from .states import CANCEL, MONEY_KINDS, OPEN, RETURN_REFUND
from .types import Refundable, Spoken

_SPOKEN = """
select l.line, c.reserved, sum(l.quantity)::int as units, coalesce(sum(l.quantity) filter (where c.kind = any(%(money)s)), 0)::int
    as giving, coalesce(sum(l.quantity) filter (where c.reason = any(%(fault)s) and c.kind = any(%(money)s)), 0)::int
    as faulty, null::int as quantity, null::bigint as amount, null::bigint as price
from aftersales_caseline l join aftersales_case c on c.id = l.case_id
where c.order_number = %(number)s and ((not c.reserved and c.state = any(%(open)s))
    or (c.reserved and c.kind = any(%(money)s) and c.reason = any(%(fault)s)))
group by l.line, c.reserved
union all
(select distinct on (line) line, null, null, null, null, base_quantity, base_amount, price from aftersales_guarantee
where order_number = %(number)s order by line, id desc)
"""
_FAULTS = [reason for reason in REASONS if sellers_fault(reason)]


def spoken_for(order_number: str) -> Spoken:
    """Units per line held by open cases whose amounts are not on the order yet, those that came back (or are to) through the
    mall's fault, and prices that were lowered. One statement."""
    held: dict[int, int] = {}
    bases: dict[int, Base] = {}
    faulty: dict[int, int] = {}
    held_faulty: dict[int, int] = {}
    giving: dict[int, int] = {}
    asked = {"number": order_number, "open": list(OPEN), "fault": _FAULTS, "money": list(MONEY_KINDS)}
    for row in db.rows(_SPOKEN, asked):
        if row["units"] is None:
            bases[row["line"]] = Base(row["quantity"], row["amount"], row["price"])
            continue
        if row["units"] and not row["reserved"]:
            held[row["line"]] = row["units"]
            if row["giving"]:
                giving[row["line"]] = row["giving"]
        if row["faulty"]:
            (faulty if row["reserved"] else held_faulty)[row["line"]] = row["faulty"]
    return Spoken(held, bases, faulty, held_faulty, giving)


def refundable_lines(order: dict[str, Any], spoken: Spoken) -> list[Refundable]:
    """What may still be asked for, line by line, and what it gives back by its share; from what has been read."""
    answers = []
    if order["status"] in ("paid", "fulfilling"):
        kind = CANCEL
    elif order["status"] in ("shipped", "delivered", "completed"):
        kind = RETURN_REFUND
    else:
        return []
    for line in order["lines"]:
        taken = line["refunded_quantity"] + spoken.held.get(line["line"], 0)
        gone = line["shipped_quantity"] if kind == CANCEL else 0
        units = line["quantity"] - taken - gone
        if units > 0:
            answers.append(Refundable(line["line"], kind, units, estimate(line, spoken, units)))
    return answers


def estimate(line: dict[str, Any], spoken: Spoken, units: int) -> int:
    """What units of a line would give back if the cases before them come true."""
    giving, base = spoken.giving.get(line["line"], 0), spoken.bases.get(line["line"], NO_BASE)
    taken = line["refunded_quantity"] + giving
    before = worth_of(line["payable"], line["quantity"], taken, base) if giving else line["refunded_amount"]
    return refund_amount(line["payable"], line["quantity"], taken, before, units, base)


def due_of(line: Mapping[str, Any], price: int, spoken: Spoken) -> int:
    """What goes back for an order's line where a unit costs `price` now.

    Nothing while units of it are in an open case, and nothing down to a price that has been paid.
    """
    paid_to = spoken.bases.get(line["line"], NO_BASE).price
    if spoken.held.get(line["line"]) or (paid_to is not None and price >= paid_to):
        return 0
    return difference(
        line["payable"], _points(line), line["quantity"], line["refunded_quantity"], line["refunded_amount"], price
    )


def paid_of(line: Mapping[str, Any]) -> int:
    """What the units of an order's line that are still the buyer's have cost him, points included (minor units)."""
    return paid_for_kept(
        line["payable"], _points(line), line["quantity"], line["refunded_quantity"], line["refunded_amount"]
    )


def _points(line: Mapping[str, Any]) -> int:
    return sum(share["amount"] for share in line["discounts"] if share.get("kind") == "points")

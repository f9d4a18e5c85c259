"""Reads of cases."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from zhanggui.kernel import db, paging
from zhanggui.kernel.paging import Page
from zhanggui.orders import selectors as orders

from .photos import file_of
from .rules import GUARANTEE_REASONS as GUARANTEE_REASONS
from .rules import NO_BASE, Base, difference, paid_for_kept, refund_amount, worth_of
from .rules import REASONS as REASONS
from .rules import reason_words as reason_words
from .rules import sellers_fault as sellers_fault
from .states import CANCEL, OPEN, PRICE_GUARANTEE, REFUND_ONLY, REFUNDING, RETURN_REFUND
from .types import CaseLineView, CaseView, PaidDifference, Refundable, Spoken

_CASES = """
select c.id, c.number, c.order_number, c.member_id, c.currency, c.kind, c.state, c.reason, c.note, c.photos, c.goods_amount,
    c.freight_amount, c.refunded_amount, c.reserved, c.claimed_price, c.elsewhere, c.link, c.decision, c.problem,
    c.return_carrier, c.return_waybill, c.requested_by, c.requested_at, c.decided_at, c.received_at, c.refunding_at, c.closed_at,
    (select jsonb_agg(jsonb_build_array(l.line, l.sku_id, l.sku_code, l.title, l.quantity, l.amount, l.good, l.damaged, l.price,
        g.units, g.before) order by l.line) from aftersales_caseline l
        left join aftersales_guarantee g on g.case_id = l.case_id and g.line = l.line where l.case_id = c.id) as lines
from aftersales_case c
"""


def case(number: str) -> CaseView | None:
    """One case by its number. One statement."""
    row = db.row(_CASES + " where c.number = %s", (number,))
    return None if row is None else _view(row)


def cases_of(order_numbers: Iterable[str]) -> dict[str, list[CaseView]]:
    """Cases of orders, oldest first; every order asked for is answered. One statement."""
    wanted = list(order_numbers)
    found: dict[str, list[CaseView]] = {number: [] for number in wanted}
    for row in db.rows(_CASES + " where c.order_number = any(%s) order by c.id", (wanted,)):
        found[row["order_number"]].append(_view(row))
    return found


def of_member(member_id: int, *, cursor: str = "", limit: int = 20) -> Page[CaseView]:
    """A member's cases, newest first. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        _CASES + " where c.member_id = %s and (%s::bigint is null or c.id < %s) order by c.id desc limit %s",
        (member_id, before, before, limit + 1),
    )
    page = paging.page(rows, limit, lambda row: row["id"])
    return Page([_view(row) for row in page.items], page.next_cursor)


def as_it_stands(case: CaseView, order: Mapping[str, Any]) -> CaseView:
    """A price guarantee that is not paid yet, with what the units its buyer has now have cost; others as they are."""
    if case.kind != PRICE_GUARANTEE or case.reserved:
        return case
    sold = {line["line"]: line for line in order["lines"]}
    lines = []
    for line in case.lines:
        kept = sold[line.line]["quantity"] - sold[line.line]["refunded_quantity"]
        lines.append(replace(line, kept=kept or None, before=paid_of(sold[line.line]) if kept else None))
    return replace(case, lines=tuple(lines))


def photo(case: CaseView, name: str) -> Path | None:
    """The file of one of the case's photos; None for any other name."""
    return file_of(name) if name in case.photos else None


def open_counts(most: int = 1000) -> dict[str, int]:
    """How many cases that are not over stand where, each counted up to `most`. One statement."""
    rows = db.rows(
        "select s.state, (select count(*)::int from (select 1 from aftersales_case c where c.state = s.state limit %s) x)"
        " as n from unnest(%s::text[]) as s(state)",
        (most, [*OPEN, REFUNDING]),
    )
    return {row["state"]: row["n"] for row in rows}


def goods_kept(order_numbers: Iterable[str]) -> set[str]:
    """Those of the orders that had money back for goods the buyer kept, and sent none back. One statement."""
    rows = db.rows(
        "select order_number from aftersales_case where order_number = any(%s) and reserved group by order_number"
        " having bool_or(kind = %s) and not bool_or(kind = %s)",
        (list(order_numbers), REFUND_ONLY, RETURN_REFUND),
    )
    return {row["order_number"] for row in rows}


def cases(*, state: str = "", kind: str = "", cursor: str = "", limit: int = 50) -> Page[CaseView]:
    """Cases for staff, newest first. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        _CASES + " where (%s = '' or c.state = %s) and (%s = '' or c.kind = %s) and (%s::bigint is null or c.id < %s)"
        " order by c.id desc limit %s",
        (state, state, kind, kind, before, before, limit + 1),
    )
    page = paging.page(rows, limit, lambda row: row["id"])
    return Page([_view(row) for row in page.items], page.next_cursor)


def _view(row: dict[str, Any]) -> CaseView:
    fields = {name: row[name] for name in CaseView.__slots__ if name not in ("lines", "photos")}
    return CaseView(
        **fields, photos=tuple(row["photos"]), lines=tuple(CaseLineView(*line) for line in row["lines"] or ())
    )


_SPOKEN = """
select l.line, sum(l.quantity)::int as units, null::int as quantity, null::bigint as amount, null::bigint as price
from aftersales_caseline l join aftersales_case c on c.id = l.case_id
where c.order_number = %(number)s and not c.reserved and c.state = any(%(open)s) group by l.line
union all
(select distinct on (line) line, null, base_quantity, base_amount, price from aftersales_guarantee
where order_number = %(number)s order by line, id desc)
"""


def spoken_for(order_number: str) -> Spoken:
    """Units per line held by open cases whose amounts are not on the order yet, and prices that were lowered. One statement."""
    held: dict[int, int] = {}
    bases: dict[int, Base] = {}
    for row in db.rows(_SPOKEN, {"number": order_number, "open": list(OPEN)}):
        if row["units"] is None:
            bases[row["line"]] = Base(row["quantity"], row["amount"], row["price"])
        elif row["units"]:
            held[row["line"]] = row["units"]
    return Spoken(held, bases)


def paid_differences(order_number: str) -> list[PaidDifference]:
    """The differences of price that went back for an order, oldest first. One statement."""
    rows = db.rows(
        "select c.number as case, g.line, g.before, g.price, g.units, g.amount, g.at from aftersales_guarantee g"
        " join aftersales_case c on c.id = g.case_id where g.order_number = %s order by g.id",
        (order_number,),
    )
    return [PaidDifference(**row) for row in rows]


def refundable(order_number: str) -> list[Refundable]:
    """What may still be asked for, line by line: units that have not left (`cancel`), or units that have. Two statements."""
    order = orders.find(order_number)
    if order is None:
        return []
    return refundable_lines(order, spoken_for(order_number))


def refundable_lines(order: dict[str, Any], spoken: Spoken) -> list[Refundable]:
    """As `refundable`, from what has been read."""
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
    held, base = spoken.held.get(line["line"], 0), spoken.bases.get(line["line"], NO_BASE)
    taken = line["refunded_quantity"] + held
    before = worth_of(line["payable"], line["quantity"], taken, base) if held else line["refunded_amount"]
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

"""Reads of cases."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from zhanggui.kernel import clock, db, paging
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.paging import Page
from zhanggui.orders import selectors as orders

from . import policy
from .asking import look
from .asking import reckoning_of as reckoning_of
from .asking import refundable_with_amounts as refundable_with_amounts
from .asking import refused_by as refused_by
from .asking import terms_of as terms_of
from .deadlines import consequence as consequence
from .deadlines import remaining as remaining
from .deadlines import whose_turn as whose_turn
from .photos import file_of
from .rules import GUARANTEE_REASONS as GUARANTEE_REASONS
from .rules import REASONS as REASONS
from .rules import reason_words as reason_words
from .rules import sellers_fault as sellers_fault
from .spoken import due_of as due_of
from .spoken import paid_of as paid_of
from .spoken import refundable_lines as refundable_lines
from .spoken import spoken_for as spoken_for
from .states import MONEY_KINDS as MONEY_KINDS
from .states import OPEN, PRICE_GUARANTEE, REFUND_ONLY, REFUNDING, RETURN_REFUND, STATES
from .states import SERVICE_KINDS as SERVICE_KINDS
from .types import (
    CaseFact,
    CaseLineView,
    CaseView,
    Change,
    Effect,
    PaidDifference,
    Preview,
    PreviewLine,
    Refundable,
    RemarkView,
    StepTime,
    StepView,
    Wish,
)  # fmt: skip
from .wanting import choices as choices

_CASES = """
select c.id, c.number, c.order_number, c.member_id, c.currency, c.kind, c.state, c.reason, c.note, c.photos, c.goods_amount,
    c.freight_amount, c.refunded_amount, c.reserved, c.claimed_price, c.elsewhere, c.link, c.decision, c.problem,
    c.return_carrier, c.return_waybill, c.requested_by, c.requested_at, c.decided_at, c.received_at, c.refunding_at, c.closed_at,
    c.effect, c.asked_kind, c.replacement, c.verdict, c.back_carrier, c.back_waybill, c.sent_at, c.arrived_at, c.back_at, c.due_at,
    c.overdue_at, (select jsonb_agg(jsonb_build_array(l.line, l.sku_id, l.sku_code, l.title, l.quantity, l.amount, l.good, l.damaged,
        l.price, g.units, g.before, l.wanted_code, l.wanted_title, l.difference, l.kept,
        l.supplier) order by l.line) from aftersales_caseline l
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


def cases(
    *, state: str = "", kind: str = "", overdue: bool = False, by_due: bool = False, cursor: str = "", limit: int = 50
) -> Page[CaseView]:
    """Cases for staff, newest first; or those with a time, the one that is due first in front (`by_due`, `overdue` only those past it).
    One statement. Raises ValidationFailed."""
    where: list[str]
    values: list[Any]
    where, values = ["(%s = '' or c.state = %s)", "(%s = '' or c.kind = %s)"], [state, state, kind, kind]
    if overdue or by_due:
        where.append("c.due_at is not null")
        if overdue:
            where.append("c.due_at <= %s")
            values.append(clock.now())
        if cursor:
            due, last = paging.decode(cursor, datetime, int)
            where.append("(c.due_at, c.id) > (%s, %s)")
            values += [due, last]
        sql = _CASES + f" where {' and '.join(where)} order by c.due_at, c.id limit %s"
        page = paging.page(db.rows(sql, (*values, limit + 1)), limit, lambda row: row["due_at"], lambda row: row["id"])
        return Page([_view(row) for row in page.items], page.next_cursor)
    if cursor:
        where.append("c.id < %s")
        values.append(paging.decode(cursor, int)[0])
    sql = _CASES + f" where {' and '.join(where)} order by c.id desc limit %s"
    page = paging.page(db.rows(sql, (*values, limit + 1)), limit, lambda row: row["id"])
    return Page([_view(row) for row in page.items], page.next_cursor)


def overdue_count(most: int = 1000) -> int:
    """How many cases stand past their time, counted up to `most`. One statement."""
    row = db.row(
        "select count(*)::int as n from (select 1 from aftersales_case where due_at <= kernel_now() limit %s) x",
        (most,),
    )
    assert row is not None
    return int(row["n"])


def scanned(text: str) -> list[CaseView]:
    """The cases somebody means who scans the waybill of a return, a case's number, or an order's: those that wait for goods first. One
    statement."""
    code = "".join(text.split())[:40]
    rows = db.rows(
        _CASES
        + " where c.number = %s or (c.return_waybill = upper(%s) and c.return_waybill <> '') or c.order_number = %s"
        " order by c.state <> 'awaiting_return', c.id desc limit 20",
        (code, code, code),
    )
    return [_view(row) for row in rows]


def terms_of_category(path: Sequence[int]) -> policy.Terms:
    """What is offered now for articles of a category, by its path from the root. No statement."""
    return policy.of(path)


def standing_policy(category_id: int) -> Mapping[str, Any] | None:
    """The rule of a category as it is kept; None where it has none. No statement."""
    return policy.standing().get(category_id)


def standing_policies() -> set[int]:
    """The categories with rules of their own. No statement."""
    return set(policy.standing())


def of_replacement(order_number: str) -> CaseView | None:
    """The case whose replacement an order brings. One statement."""
    row = db.row(_CASES + " where c.replacement = %s and c.replacement <> ''", (order_number,))
    return None if row is None else _view(row)


def steps(number: str) -> list[StepView]:
    """Where a case stood, oldest first; cases from before this was kept have none. One statement."""
    rows = db.rows(
        "select s.state, s.at, s.due_at, s.left_at, s.left_by from aftersales_step s join aftersales_case c on c.id = s.case_id"
        " where c.number = %s order by s.id",
        (number,),
    )
    return [StepView(**row) for row in rows]


def thread(number: str, *, internal: bool) -> list[RemarkView]:
    """What was said on a case, oldest first; `internal`: with what staff write to each other. One statement."""
    rows = db.rows(
        "select r.at, r.by_kind as by, r.by_label as label, r.text, r.photos, r.internal from aftersales_remark r"
        " join aftersales_case c on c.id = r.case_id where c.number = %s and (%s or not r.internal) order by r.id",
        (number, internal),
    )
    return [RemarkView(**row | {"photos": tuple(row["photos"])}) for row in rows]


def said_photo(number: str, name: str, *, internal: bool) -> Path | None:
    """The file of a photo that was added to a case with words; None for any other name."""
    shown = any(name in each.photos for each in thread(number, internal=internal))
    return file_of(name) if shown else None


def opened(start: datetime, end: datetime) -> list[CaseFact]:
    """The cases asked for in [start, end), by time, as statistics read them. One statement."""
    rows = db.rows(
        "select c.number, c.order_number, c.kind, c.state, c.reason, c.requested_at, c.decided_at, c.arrived_at, c.received_at,"
        " c.closed_at, c.goods_amount, c.freight_amount, c.currency, coalesce(sum(l.quantity), 0)::int as units,"
        " coalesce(sum(l.good), 0)::int as good, coalesce(sum(l.damaged), 0)::int as faulty from aftersales_case c"
        " left join aftersales_caseline l on l.case_id = c.id where c.requested_at >= %s and c.requested_at < %s"
        " group by c.id order by c.requested_at, c.id",
        (start, end),
    )
    return [CaseFact(**row) for row in rows]


def step_times(start: datetime, end: datetime) -> list[StepTime]:
    """How long cases stood in each state they came into in [start, end). One statement."""
    rows = db.rows(
        "select state, count(left_at)::int as left, count(*) filter (where left_at > due_at)::int as late,"
        " count(*) filter (where left_by = 'system' and due_at is not null)::int as by_itself,"
        " (avg(extract(epoch from left_at - at)) / 3600)::float as hours, count(*) filter (where left_at is null)::int as open,"
        " count(*) filter (where left_at is null and due_at <= %s)::int as overdue"
        " from aftersales_step where at >= %s and at < %s group by state",
        (clock.now(), start, end),
    )
    return sorted((StepTime(**row) for row in rows), key=lambda time: STATES.index(time.state))


def inspection_hours(start: datetime, end: datetime) -> float | None:
    """The mean hours from arrival to inspection of what was received in [start, end); None where nothing was. One statement."""
    row = db.row(
        "select (avg(extract(epoch from received_at - arrived_at)) / 3600)::float8 as hours from aftersales_case"
        " where received_at >= %s and received_at < %s and arrived_at is not null",
        (start, end),
    )
    return round(row["hours"], 2) if row and row["hours"] is not None else None


def _view(row: dict[str, Any]) -> CaseView:
    fields = {name: row[name] for name in CaseView.__slots__ if name not in ("lines", "photos", "effect")}
    return CaseView(
        **fields, photos=tuple(row["photos"]), lines=tuple(CaseLineView(*line) for line in row["lines"] or ()),
        effect=_effect(row["effect"]),
    )  # fmt: skip


def _effect(stored: dict[str, Any] | None) -> Effect | None:
    if stored is None:
        return None
    changes = tuple(Change(c["kind"], c["ref"], Text(c["zh"], c["en"]), c["amount"]) for c in stored["changes"])
    return Effect(stored["policy"], stored["gift"], stored["told"], stored["share"], changes)


def paid_differences(order_number: str) -> list[PaidDifference]:
    """The differences of price that went back for an order, oldest first. One statement."""
    rows = db.rows(
        "select c.number as case, g.line, g.before, g.price, g.units, g.amount, g.at from aftersales_guarantee g"
        " join aftersales_case c on c.id = g.case_id where g.order_number = %s order by g.id",
        (order_number,),
    )
    return [PaidDifference(**row) for row in rows]


def refundable(order_number: str) -> list[Refundable]:
    """What may still be asked for, line by line: units that have not left (`cancel`), or units that have; and what all of a
    line's would give back were they asked for alone. Three statements."""
    order = orders.find(order_number)
    if order is None:
        return []
    spoken = spoken_for(order_number)
    return refundable_with_amounts(order, spoken, reckoning_of(order, spoken))


def preview(order_number: str, *, kind: str, reason: str, lines: Sequence[Wish] | None = None, actor: Actor) -> Preview:
    """What a case about these units would give back, were it opened and granted now. Five statements.

    Raises NotFound, ValidationFailed, NotEligible, TooManyUnits.
    """
    asked = look(order_number, kind, reason, lines, actor)
    shown = sorted({*asked.amounts, *(n for n, units in asked.units.items() if units)})
    rows = tuple(PreviewLine(n, asked.units.get(n, 0), asked.amounts.get(n, 0)) for n in shown)
    return Preview(rows, asked.effect, asked.goods, asked.freight, asked.goods + asked.freight)

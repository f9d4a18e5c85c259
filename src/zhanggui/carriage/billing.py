"""Reads of carriers' bills; entered through `selectors`."""

from __future__ import annotations

from zhanggui.kernel import db
from zhanggui.kernel.paging import Page, decode, page
from zhanggui.kernel.problems import NotFound

from .types import BillLineView, BillView

_BILLS = """
select b.id, b.carrier, b.name, b.at, b.added_by, b.settled_at, b.settled_by, b.note, l.lines, l.differ, l.amount, l.expected, l.accepted
from carriage_bill b cross join lateral (
    select count(*)::int as lines, count(*) filter (where found <> 'ok')::int as differ, coalesce(sum(amount), 0)::bigint as amount,
        coalesce(sum(own_cost) filter (where found <> 'twice'), 0)::bigint as expected, coalesce(sum(accepted), 0)::bigint as accepted
    from carriage_billline l where l.bill_id = b.id) l
"""


def bills(*, cursor: str = "", limit: int = 50) -> Page[BillView]:
    """Newest first. One statement."""
    before = decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        f"{_BILLS} where (%s::bigint is null or b.id < %s) order by b.id desc limit %s", (before, before, limit + 1)
    )
    return page([BillView(**row) for row in rows], limit, lambda row: row.id)


def bill(bill_id: int) -> BillView:
    """One statement. Raises NotFound."""
    row = db.row(f"{_BILLS} where b.id = %s", (bill_id,))
    if row is None:
        raise NotFound()
    return BillView(**row)


def bill_lines(bill_id: int, *, found: str = "", cursor: str = "", limit: int = 100) -> Page[BillLineView]:
    """Lines in their order: those found to be something, or all that differ ("differ"), or all (""). One statement."""
    after = decode(cursor, int)[0] if cursor else 0
    rows = db.rows(
        'select id, "row", number, weight_g, amount, own_weight, own_cost, found, accepted from carriage_billline'
        " where bill_id = %s and (%s = '' or found = %s or (%s = 'differ' and found <> 'ok')) and \"row\" > %s"
        ' order by "row" limit %s',
        (bill_id, found, found, found, after, limit + 1),
    )
    return page([BillLineView(**row) for row in rows], limit, lambda row: row.row)

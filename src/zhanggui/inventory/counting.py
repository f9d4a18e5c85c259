"""Reads of stock-takes; entered through `selectors`."""

from __future__ import annotations

from zhanggui.kernel import db
from zhanggui.kernel.paging import Page, decode, page

from .types import CountEntryView, CountFileView, CountLineView, CountView

_COUNT = """
select c.id, c.number, c.warehouse_id, c.state, c.scope, c.zones, c.sku_ids, c.blind, c.note, c.units, c.value, c.made_by,
       c.submitted_by, c.submitter, c.approved_by, c.made_at, c.submitted_at, c.approved_at, c.posted_at, n.*
from inventory_count c cross join lateral (
    select count(*)::int as lines, count(n.counted)::int as counted,
           count(*) filter (where n.counted <> n.book)::int as differences, count(*) filter (where n.again)::int as again,
           count(*) filter (where n.held <> '')::int as held,
           coalesce(sum(n.counted - n.book) filter (where n.counted > n.book), 0)::bigint as up,
           coalesce(sum(n.book - n.counted) filter (where n.counted < n.book), 0)::bigint as down
    from inventory_countline n where n.count_id = c.id) n
"""

_LINE = """
select n.id, n.sku_id, coalesce(o.code, '') as location, coalesce(o.walk, 0) as walk, coalesce(b.code, '') as batch, n.snapshot,
       n.counted, n.book, n.counted - n.book as difference, n.round, n.again, n.counter, n.counted_by, n.counted_at, n.reason,
       n.unit_value, n.posted, n.held
from inventory_countline n left join inventory_location o on o.id = n.location_id left join inventory_batch b on b.id = n.batch_id
"""

#: What of a stock-take is asked for, as a condition on its lines.
ONLY = {
    "": "true",
    "open": "n.counted is null",
    "counted": "n.counted is not null",
    "different": "n.counted <> n.book",
    "again": "n.again",
    "held": "n.held <> ''",
}


def counts(*, state: str = "", before_id: int | None = None, limit: int = 50) -> Page[CountView]:
    """Stock-takes, newest first; the cursor is the last id. One statement."""
    rows = db.rows(
        f"{_COUNT} where (%s = '' or c.state = %s) and (%s::bigint is null or c.id < %s) order by c.id desc limit %s",
        (state, state, before_id, before_id, limit + 1),
    )
    return page([CountView(**row) for row in rows], limit, lambda row: row.id)


def count(number: str) -> CountView | None:
    """One statement."""
    row = db.row(f"{_COUNT} where c.number = %s", (number,))
    return CountView(**row) if row else None


def count_lines(
    count_id: int, *, only: str = "", location: str = "", cursor: str = "", limit: int = 100
) -> Page[CountLineView]:
    """Lines in walking order, then by id; those without a location last. `only` is a key of ONLY. One statement."""
    after = decode(cursor, int, int, int) if cursor else (-1, -(10**9), 0)
    rows = db.rows(
        f"{_LINE} where n.count_id = %s and {ONLY[only]} and (%s = '' or o.code = %s)"
        " and ((n.location_id is null)::int, coalesce(o.walk, 0), n.id) > (%s, %s, %s)"
        " order by (n.location_id is null)::int, coalesce(o.walk, 0), n.id limit %s",
        (count_id, location, location, *after, limit + 1),
    )
    return page(
        [CountLineView(**row) for row in rows],
        limit,
        lambda row: int(not row.location),
        lambda row: row.walk,
        lambda row: row.id,
    )


def count_entries(line_id: int) -> list[CountEntryView]:
    """All counts of a line, the first first. One statement."""
    rows = db.rows(
        "select round, quantity, book, actor_label as actor, at from inventory_countentry where line_id = %s order by id",
        (line_id,),
    )
    return [CountEntryView(**row) for row in rows]


def my_counts(count_id: int, actor_kind: str, actor_id: int | None, limit: int = 8) -> list[CountLineView]:
    """The lines somebody has counted last, newest first. One statement."""
    rows = db.rows(
        f"{_LINE} where n.count_id = %s and n.counter = %s order by n.counted_at desc, n.id desc limit %s",
        (count_id, f"{actor_kind}:{actor_id or ''}", limit),
    )
    return [CountLineView(**row) for row in rows]


def count_files(count_id: int, limit: int = 5) -> list[CountFileView]:
    """Files of a stock-take, newest first. One statement."""
    rows = db.rows(
        "select id, name, total, done, taken, errors, at from inventory_countfile where count_id = %s order by id desc limit %s",
        (count_id, limit),
    )
    return [CountFileView(**row) for row in rows]


def counts_waiting(most: int = 1000) -> dict[str, int]:
    """Stock-takes that wait for approval (`review`), and those with lines that could not be posted (`partly`). One statement."""
    rows = db.rows(
        "select s.state, (select count(*)::int from (select 1 from inventory_count c where c.state = s.state limit %s) n) as n"
        " from unnest(array['review', 'partly']) s(state)",
        (most,),
    )
    return {row["state"]: row["n"] for row in rows}

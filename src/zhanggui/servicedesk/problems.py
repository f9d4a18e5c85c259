"""Reads of problem items and daily checks. Each names its number of statements; lists have the same number at any size."""

from datetime import date
from pathlib import Path
from typing import Any

from zhanggui.aftersales import selectors as aftersales
from zhanggui.kernel import clock, db, paging
from zhanggui.kernel import photos as store
from zhanggui.kernel.paging import Page
from zhanggui.orders import selectors as orders

from . import rules
from .types import DayAnswer, DayCheckView, ProblemEntryView, ProblemFigures, ProblemView

FOLDER = "problems"
_PROBLEM = f"select id, {', '.join(ProblemView.__slots__)} from servicedesk_problemitem"
_DUE = {"": "true", "today": "due_on = %(today)s", "overdue": "due_on < %(today)s", "pressing": "due_on <= %(today)s"}


def problem(number: str) -> ProblemView | None:
    """One by its number. One statement."""
    row = db.row(_PROBLEM + " where number = %s", (number,))
    return _view(row) if row else None


def entries(number: str) -> list[ProblemEntryView]:
    """What was done about one, oldest first. One statement."""
    rows = db.rows(
        "select e.at, e.by, e.action, e.words from servicedesk_problementry e join servicedesk_problemitem p on p.id = e.problem_id"
        " where p.number = %s order by e.id",
        (number,),
    )
    return [ProblemEntryView(**row) for row in rows]


def problems_of(order_number: str) -> list[ProblemView]:
    """Those of an order, newest first. One statement."""
    return [
        _view(row) for row in db.rows(_PROBLEM + " where order_number = %s order by id desc limit 50", (order_number,))
    ]


def problems(
    *,
    state: str = "",
    kind: str = "",
    due: str = "",
    owner_id: int | None = None,
    q: str = "",
    ended: bool = False,
    cursor: str = "",
    limit: int = 50,
) -> Page[ProblemView]:
    """Unsolved ones by their day, then those that ended, newest first.

    `state` "unsolved" for the former, `ended` for the latter; `q` is the number of an item, an order, a case or a parcel. One
    statement.
    """
    after = paging.decode(cursor, int, str, int) if cursor else (0, "1970-01-01", -(2**62))
    rows = db.rows(
        f"select * from (select p.*, (state <> all(%(open)s))::int as over, case when state = any(%(open)s) then due_on"
        f" else date '9999-12-31' end as day from ({_PROBLEM}) p) r"
        " where (%(state)s in ('', 'unsolved') or state = %(state)s) and (%(state)s <> 'unsolved' or over = 0)"
        f" and {_DUE.get(due, 'true')} and (%(due)s = '' or over = 0) and (%(kind)s = '' or kind = %(kind)s)"
        " and (%(owner)s::bigint is null or owner_id = %(owner)s)"
        " and (not %(ended)s or over = 1) and (%(q)s = '' or %(q)s in (number, order_number, case_number, parcel))"
        " and (over, day, -id) > (%(over)s, %(day)s::date, %(id)s) order by over, day, -id limit %(limit)s",
        {
            "open": list(rules.UNSOLVED), "state": state, "due": due, "kind": kind, "owner": owner_id, "ended": ended, "q": q.strip(),
            "today": clock.business_date(), "over": after[0], "day": after[1], "id": after[2], "limit": limit + 1,
        },
    )  # fmt: skip
    page = paging.page(rows, limit, lambda row: row["over"], lambda row: row["day"].isoformat(), lambda row: -row["id"])
    return Page([_view(row) for row in page.items], page.next_cursor)


def _view(row: dict[str, Any]) -> ProblemView:
    fields = {name: row[name] for name in ProblemView.__slots__}
    return ProblemView(**fields | {"photos": tuple(row["photos"])})


def problem_photo(view: ProblemView, name: str) -> Path | None:
    """The file of one of its photos; None for any other name."""
    return store.file_of(FOLDER, name) if name in view.photos else None


def problem_counts(owner_id: int | None = None, most: int = 1000) -> dict[str, int]:
    """Unsolved items: overdue, due today, and all; each counted up to `most`; of one owner, or everybody's. One statement."""
    where = "state = any(%(open)s) and (%(owner)s::bigint is null or owner_id = %(owner)s)"
    row = db.row(
        f"select (select count(*)::int from (select 1 from servicedesk_problemitem where {where} and due_on < %(today)s limit %(most)s) a)"
        f" as overdue, (select count(*)::int from (select 1 from servicedesk_problemitem where {where} and due_on = %(today)s"
        f" limit %(most)s) b) as today, (select count(*)::int from (select 1 from servicedesk_problemitem where {where} limit %(most)s) c)"
        " as unsolved",
        {"open": list(rules.UNSOLVED), "owner": owner_id, "today": clock.business_date(), "most": most},
    )
    return dict(row or {})


def problem_figures(first: date, last: date) -> dict[str, list[ProblemFigures]]:
    """Items of the business days from `first` to `last`: in all (""), by kind and by person; those with the most closed first.

    A person has what he opened, and closed what he ended. One statement.
    """
    rows = db.rows(
        """
        with spans as (
            select k.by, k.key, p.at, p.ended_at, p.due_on, k.counts_open, k.counts_end from servicedesk_problemitem p
            cross join lateral (values ('', '', true, true), ('kind', p.kind, true, true), ('person', p.opened_by, true, false),
                ('person', p.ended_by, false, true)) as k(by, key, counts_open, counts_end)
            where (p.at >= %(start)s and p.at < %(end)s) or (p.ended_at >= %(start)s and p.ended_at < %(end)s)
        )
        select by, key, count(*) filter (where counts_open and at >= %(start)s and at < %(end)s)::int as opened,
            count(*) filter (where counts_end and ended_at >= %(start)s and ended_at < %(end)s)::int as closed,
            count(*) filter (where counts_end and ended_at >= %(start)s and ended_at < %(end)s
                and (ended_at at time zone %(zone)s)::date <= due_on)::int as in_time,
            (avg(extract(epoch from ended_at - at) / 3600.0) filter (
                where counts_end and ended_at >= %(start)s and ended_at < %(end)s)
                )::float
                as hours
        from spans where by <> 'person' or key <> '' group by by, key order by closed desc, opened desc, key
        """,
        {"start": clock.day_bounds(first)[0], "end": clock.day_bounds(last)[1], "zone": clock.zone().key},
    )
    found: dict[str, list[ProblemFigures]] = {"": [], "kind": [], "person": []}
    for row in rows:
        found[row.pop("by")].append(ProblemFigures(**row))
    found[""] = found[""] or [ProblemFigures("", 0, 0, 0, None)]
    return found


# --- the daily check --------------------------------------------------------------------------------------------------


def day_answers(user_id: int) -> list[DayAnswer]:
    """What the mall answers today to the questions it can answer, for a colleague; the desk's own for refunds and urges.

    Four statements.
    """
    today = clock.business_date()
    start, end = clock.day_bounds(today)
    row = db.row(
        """
        select count(*) filter (where at >= %(start)s and opened_id = %(me)s)::int as recorded,
            count(*) filter (where kind = 'exchange' and at >= %(start)s)::int as exchanges,
            count(*) filter (where kind = 'photo' and owner_id = %(me)s
                and (state = any(%(open)s) or ended_at >= %(start)s))::int as photos,
            count(*) filter (where kind = 'photo' and owner_id = %(me)s and ended_at >= %(start)s)::int as photos_done,
            count(*) filter (where owner_id = %(me)s and due_on <= %(today)s
                and (state = any(%(open)s) or ended_at >= %(start)s))::int as due,
            count(*) filter (where owner_id = %(me)s and due_on <= %(today)s and ended_at >= %(start)s)::int as due_done
        from servicedesk_problemitem where state = any(%(open)s) or at >= %(start)s or ended_at >= %(start)s
        """,
        {"start": start, "me": user_id, "today": today, "open": list(rules.UNSOLVED)},
    )
    asked = db.row(
        "select count(*)::int as n from aftersales_case where kind in ('return_refund', 'exchange')"
        " and requested_at >= %s and requested_at < %s",
        (start, end),
    )
    assert row is not None
    assert asked is not None
    cases = aftersales.open_counts()
    refunds = cases.get("approved", 0) + cases.get("received", 0)
    urged = orders.urge_counts(1000)["urged"]
    returns = max(asked["n"], row["exchanges"])
    return [
        DayAnswer("recorded", row["recorded"], row["recorded"], True),
        DayAnswer("exchange", returns, returns, True),
        DayAnswer("photo", row["photos_done"], row["photos"], row["photos_done"] == row["photos"]),
        DayAnswer("due", row["due_done"], row["due"], row["due_done"] == row["due"]),
        DayAnswer("refund", 0, refunds, refunds == 0),
        DayAnswer("urge", 0, urged, urged == 0),
    ]


_CHECK = f"select {', '.join(DayCheckView.__slots__)} from servicedesk_daycheck"


def day_check(user_id: int, day: date) -> DayCheckView | None:
    """What a colleague signed of a day. One statement."""
    row = db.row(_CHECK + " where user_id = %s and day = %s", (user_id, day))
    return DayCheckView(**row | {"answers": tuple(row["answers"])}) if row else None


def day_checks(*, user_id: int | None = None, cursor: str = "", limit: int = 30) -> Page[DayCheckView]:
    """Days that were signed, newest first; of one colleague, or everybody. One statement."""
    after = paging.decode(cursor, date, int) if cursor else (date(9999, 12, 31), 2**62)
    rows = db.rows(
        _CHECK
        + " where (%s::bigint is null or user_id = %s) and (day, user_id) < (%s, %s) order by day desc, user_id desc limit %s",
        (user_id, user_id, *after, limit + 1),
    )
    page = paging.page(rows, limit, lambda row: row["day"].isoformat(), lambda row: row["user_id"])
    return Page([DayCheckView(**row | {"answers": tuple(row["answers"])}) for row in page.items], page.next_cursor)

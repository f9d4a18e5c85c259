"""Reads of trials. Each public function names its number of statements. No seed leaves here before its draw."""

from collections.abc import Sequence
from typing import Any

from zhanggui.kernel import clock, db, fairness, paging
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.paging import Page
from zhanggui.kernel.problems import NotFound, Problem
from zhanggui.members import selectors as members
from zhanggui.orders import selectors as orders

from .errors import ReportOwed, not_for_you
from .rules import message, stage_of
from .states import TRIAL
from .types import NEW, OLD, ApplicationView, MyApplication, Reports, TrialDraft, TrialView

_OWES = "a.state = 'won' and a.delivered_at is not null and a.reported_at is null and a.waived_at is null"
_APPLICATION = ", ".join(f"a.{name}" for name in ApplicationView.__slots__)
FILTERS = {
    "": "true",
    "applied": "a.state = 'applied'",
    "won": "a.state in ('won', 'lapsed')",
    "lost": "a.state = 'lost'",
    "owed": _OWES,
    "overdue": f"{_OWES} and a.report_due < kernel_now()",
    "reported": "a.reported_at is not null",
}


def trial(trial_id: int) -> TrialView:
    """One trial. One statement. Raises NotFound."""
    return _found(db.row("select * from trials_trial where id = %s", (trial_id,)))


def by_slug(slug: str) -> TrialView:
    """A published trial by the name of its page. One statement. Raises NotFound."""
    return _found(db.row("select * from trials_trial where slug = %s and state <> 'draft'", (slug,)))


def terms(trial_id: int) -> TrialDraft:
    """The terms of a trial as its editor gave them. One statement. Raises NotFound."""
    row = db.row("select * from trials_trial where id = %s", (trial_id,))
    if row is None:
        raise NotFound()
    return TrialDraft(**{name: row[name] for name in TrialDraft.__slots__})


def public(*, limit: int = 40, days: int = 60) -> list[TrialView]:
    """Published trials: those that can be applied for, then those to come, then those that were decided lately. One statement."""
    rows = db.rows(
        "select * from trials_trial where state = 'live' or (state = 'decided' and decided_at > kernel_now() - make_interval(days => %s))"
        " order by state <> 'live', ends_at <= kernel_now(), starts_at > kernel_now(), case when state = 'live' then ends_at end,"
        " decided_at desc, id desc limit %s",
        (days, limit),
    )
    return [_trial(row) for row in rows]


def trials(*, cursor: str = "", limit: int = 50) -> Page[TrialView]:
    """Newest first. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        "select * from trials_trial where %s::bigint is null or id < %s order by id desc limit %s",
        (before, before, limit + 1),
    )
    return paging.page([_trial(row) for row in rows], limit, lambda row: row.id)


def applications(
    trial_id: int | None = None, *, only: str = "", cursor: str = "", limit: int = 50
) -> Page[ApplicationView]:
    """Applications of a trial (or of all), the latest first; `only` as in `FILTERS`. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        f"select {_APPLICATION} from trials_application a where (%(trial)s::bigint is null or a.trial_id = %(trial)s)"
        f" and {FILTERS[only]} and (%(before)s::bigint is null or a.id < %(before)s) order by a.id desc limit %(limit)s",
        {"trial": trial_id, "before": before, "limit": limit + 1},
    )
    return paging.page([_application(row) for row in rows], limit, lambda row: row.id)


def application(application_id: int) -> ApplicationView:
    """One application. One statement. Raises NotFound."""
    row = db.row(f"select {_APPLICATION} from trials_application a where a.id = %s", (application_id,))
    if row is None:
        raise NotFound()
    return _application(row)


def mine(trial_id: int, member_id: int) -> ApplicationView | None:
    """A member's application for a trial. One statement."""
    row = db.row(
        f"select {_APPLICATION} from trials_application a where a.trial_id = %s and a.member_id = %s",
        (trial_id, member_id),
    )
    return _application(row) if row else None


def of_member(member_id: int, *, cursor: str = "", limit: int = 20) -> Page[MyApplication]:
    """A member's applications, the latest first, each with its trial. Two statements."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        f"select {_APPLICATION} from trials_application a where a.member_id = %s and (%s::bigint is null or a.id < %s)"
        " order by a.id desc limit %s",
        (member_id, before, before, limit + 1),
    )
    page = paging.page([_application(row) for row in rows], limit, lambda row: row.id)
    found = many({each.trial_id for each in page.items})
    return Page([MyApplication(found[each.trial_id], each) for each in page.items], page.next_cursor)


def many(trial_ids: set[int]) -> dict[int, TrialView]:
    """Trials by id. One statement, none for none."""
    if not trial_ids:
        return {}
    rows = db.rows("select * from trials_trial where id = any(%s::bigint[])", (sorted(trial_ids),))
    return {row["id"]: _trial(row) for row in rows}


def owed_by(member_id: int) -> ApplicationView | None:
    """The report a member has owed longest. One statement."""
    row = db.row(
        f"select {_APPLICATION} from trials_application a where a.member_id = %s and {_OWES} order by a.report_due, a.id limit 1",
        (member_id,),
    )
    return _application(row) if row else None


def why_not(view: TrialView, member_id: int) -> Problem | None:
    """What is in the way of a member's application beside time and an earlier one; None where nothing is.

    Two statements, one more each where it asks for new or old buyers and for points.
    """
    facts = members.buyer_facts([member_id]).get(member_id)
    if facts is None or (view.tiers and facts.tier not in view.tiers):
        return not_for_you("tier")
    if view.audience in (NEW, OLD):
        bought = bool(orders.bought_before([member_id], [])[0])
        if bought != (view.audience == OLD):
            return not_for_you(view.audience)
    if view.min_points and members.available([member_id]).get(member_id, 0) < view.min_points:
        return not_for_you("points")
    owed = owed_by(member_id)
    return ReportOwed(extra={"order": owed.order_number}) if owed else None


def reports(trial_ids: Sequence[int]) -> dict[int, Reports]:
    """How the reports of trials stand; each asked for is answered. One statement."""
    rows = db.rows(
        f"select a.trial_id, count(*) filter (where a.delivered_at is not null)::int as delivered,"
        f" count(a.reported_at)::int as given, count(*) filter (where {_OWES})::int as owed,"
        f" count(*) filter (where {FILTERS['overdue']})::int as overdue, round(avg(a.rating) * 100)::int as rating"
        " from trials_application a where a.trial_id = any(%s::bigint[]) group by a.trial_id",
        (list(trial_ids),),
    )
    found = {row.pop("trial_id"): Reports(**row) for row in rows}
    return {trial_id: found.get(trial_id, Reports()) for trial_id in trial_ids}


def overdue_count(most: int = 1000) -> int:
    """How many reports are overdue, counted up to `most`. One statement."""
    row = db.row(
        f"select count(*)::int as n from (select 1 from trials_application a where {FILTERS['overdue']} limit %s) x",
        (most,),
    )
    return int(row["n"]) if row else 0


def winners(trial_id: int, *, limit: int = 200) -> list[ApplicationView]:
    """Who got a piece, by number. One statement."""
    rows = db.rows(
        f"select {_APPLICATION} from trials_application a where a.trial_id = %s and a.state in ('won', 'lapsed')"
        " order by a.number limit %s",
        (trial_id, limit),
    )
    return [_application(row) for row in rows]


def recomputed(view: TrialView, found: Sequence[ApplicationView]) -> dict[int, str]:
    """The ranks of applications computed again from the published seed, by number; none before the draw. No statement."""
    if not view.seed:
        return {}
    return {each.number: fairness.digest(view.seed, message(view.id, each.number, each.word)).hex() for each in found}


def _found(row: dict[str, Any] | None) -> TrialView:
    if row is None:
        raise NotFound()
    return _trial(row)


def _trial(row: dict[str, Any]) -> TrialView:
    stage = stage_of(row, clock.now())
    actions = [each for each in TRIAL.actions(row["state"]) if each != "decide" or stage == "choosing"]
    plain = {
        name: row[name] for name in TrialView.__slots__ if name not in ("label", "notes", "stage", "tiers", "questions", "actions")
    }  # fmt: skip
    return TrialView(
        **plain, stage=stage, label=Text(row["label_zh"], row["label_en"] or row["label_zh"]),
        notes=Text(row["notes_zh"], row["notes_en"] or row["notes_zh"]), tiers=tuple(row["tiers"]),
        questions=tuple(row["questions"]), actions=tuple(actions),
    )  # fmt: skip


def _application(row: dict[str, Any]) -> ApplicationView:
    return ApplicationView(**{**row, "answers": tuple(row["answers"])})

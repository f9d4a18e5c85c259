"""A member applies for a piece: once, with a reason, while he owes no report."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from zhanggui.kernel import audit, clock, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import Problem
from zhanggui.members import selectors as members

from .. import locks, selectors
from ..errors import AlreadyApplied, not_open
from ..events import TrialApplied
from ..rules import clean_application
from ..types import ApplicationView, TrialView

_INSERT = """
insert into trials_application (trial_id, number, member_id, word, reason, answers, address)
values (%s, %s, %s, %s, %s, %s, %s) returning id
"""


def apply(
    slug: str, member_id: int, *, reason: str, answers: Sequence[str] = (), address_id: int, word: str, actor: Actor
) -> ApplicationView:
    """Apply for a piece. `word` is the member's own in the draw, `address_id` one of his addresses.

    Opens its own transaction. Raises NotFound, ValidationFailed, TrialNotOpen, TrialNotForYou, ReportOwed, AlreadyApplied.
    """
    view = selectors.by_slug(slug)
    word = word.strip()
    if view.stage != "open":
        raise _closed(view)
    if found := selectors.mine(view.id, member_id):
        raise AlreadyApplied(extra={"number": found.number})
    if reason_against := selectors.why_not(view, member_id):
        raise reason_against
    said, given = clean_application(reason, answers, word, view.questions)
    address = members.address(member_id, address_id).as_dict()
    kept = {name: address[name] for name in ("name", "mobile", "province", "city", "district", "line")}
    try:
        with transaction.atomic():
            held = locks.count_applied(view.id)
            if held is None:
                raise _closed(selectors.trial(view.id))
            row = db.row(_INSERT, (view.id, held["applied"], member_id, word, said, given, db.Json(kept)))
            assert row is not None
            audit.record(
                actor=actor,
                action="trials.apply",
                target_type="trial",
                target_id=view.id,
                after={"number": held["applied"]},
            )
            record(TrialApplied(view.id, member_id, held["applied"]))
    except IntegrityError as refused:
        if "application_member_once" not in str(refused):
            raise
        raise AlreadyApplied() from None
    return selectors.application(row["id"])


def _closed(view: TrialView) -> Problem:
    if view.stage == "called_off":
        return not_open("called_off")
    return not_open("not_started" if clock.now() < view.starts_at else "over")

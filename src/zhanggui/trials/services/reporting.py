"""What becomes of a piece: delivered, reported on, reminded of, let off, or never sent."""

from collections.abc import Sequence

from django.db import transaction

from zhanggui.kernel import db, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import WrongState

from .. import locks, selectors
from ..events import TrialReportDue, TrialReported
from .trials import may_manage, note

AT_ONCE = 200


def note_delivered(order_numbers: Sequence[str], *, actor: Actor = SYSTEM) -> int:
    """Orders have arrived: from now on reports are owed for the pieces among them. How many. Repeating it changes nothing."""
    return db.execute(
        "update trials_application a set delivered_at = kernel_now(), report_due = kernel_now() + make_interval(days => t.report_days)"
        " from trials_trial t where t.id = a.trial_id and a.order_number = any(%s) and a.order_number <> '' and a.state = 'won'"
        " and a.delivered_at is null",
        (list(order_numbers),),
    )


def note_cancelled(order_numbers: Sequence[str], *, actor: Actor = SYSTEM) -> int:
    """Orders were cancelled: pieces among them lapse. How many. Opens its own transaction."""
    with transaction.atomic():
        return len(locks.lapse(order_numbers))


def note_report(order_number: str, *, review_id: int, rating: int, actor: Actor = SYSTEM) -> bool:
    """An order was reviewed: where it brought a piece, that is its report. Whether it was. Opens its own transaction."""
    with transaction.atomic():
        row = db.row(
            "update trials_application set reported_at = kernel_now(), review_id = %s, rating = %s"
            " where order_number = %s and order_number <> '' and state = 'won' and reported_at is null"
            " returning trial_id, member_id, number",
            (review_id, rating, order_number),
        )
        if row is not None:
            record(TrialReported(row["trial_id"], row["member_id"], row["number"], order_number, rating))
    return row is not None


def waive_report(application_id: int, *, reason: str, actor: Actor) -> None:
    """Let a member off a report, for a reason. Opens its own transaction.

    Raises NotFound, ValidationFailed, WrongState, PermissionDenied.
    """
    may_manage(actor)
    reason = clean_text(reason, "reason", 300)
    with transaction.atomic():
        row = db.row(
            "update trials_application set waived_at = kernel_now(), waived_why = %s"
            " where id = %s and state = 'won' and reported_at is null and waived_at is null returning trial_id, number",
            (reason, application_id),
        )
        if row is None:
            found = selectors.application(application_id)
            raise WrongState(state="reported" if found.reported_at else found.state, action="waive")
        note(actor, "waive_report", row["trial_id"], after={"application": row["number"]}, reason=reason)


def remind(*, actor: Actor = SYSTEM) -> int:
    """Announce reports that are due soon, each once; how many. Opens its own transactions."""
    total = 0
    while True:
        with transaction.atomic():
            rows = locks.take_due(mall_settings.get("trials.remind_days"), AT_ONCE)
            for row in rows:
                record(
                    TrialReportDue(
                        row["trial_id"],
                        row["member_id"],
                        row["number"],
                        row["order_number"],
                        row["report_due"].isoformat(),
                    )
                )
        total += len(rows)
        if len(rows) < AT_ONCE:
            return total

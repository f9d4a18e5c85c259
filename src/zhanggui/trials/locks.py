"""Conditional writes of trials, and what holds their rows: the trial, then its applications by id (docs/locking.md)."""

from collections.abc import Sequence
from typing import Any

from zhanggui.kernel import db

from .states import APPLICATION


@db.needs_transaction
def hold_trial(trial_id: int) -> dict[str, Any] | None:
    """The trial's row, locked until the end of the transaction."""
    return db.row("select * from trials_trial where id = %s for no key update", (trial_id,))


@db.needs_transaction
def count_applied(trial_id: int) -> dict[str, Any] | None:
    """Number an application while the trial takes any; None where it does not."""
    return db.row(
        "update trials_trial set applied = applied + 1 where id = %s and state = 'live' and starts_at <= kernel_now()"
        " and kernel_now() < ends_at returning *",
        (trial_id,),
    )


@db.needs_transaction
def give(trial_id: int, pieces: int) -> bool:
    """Count pieces as given; False where there are not so many left or the trial is over."""
    return bool(
        db.execute(
            "update trials_trial set given = given + %s where id = %s and state = 'live' and given + %s <= pieces",
            (pieces, trial_id, pieces),
        )
    )


@db.needs_transaction
def settle(application_ids: Sequence[int], action: str, *, by: str, why: str) -> list[dict[str, Any]]:
    """Applications that wait take `action`; those that did, by id."""
    (source,) = APPLICATION.sources(action)
    return db.rows(
        "with held as (select id from trials_application where id = any(%(ids)s::bigint[]) and state = %(source)s"
        " order by id for no key update)"
        " update trials_application a set state = %(target)s, decided_at = kernel_now(), decided_by = %(by)s,"
        " decided_why = %(why)s, address = null from held where a.id = held.id returning a.*, old.address as sent_to",
        {
            "ids": list(application_ids), "source": source, "target": APPLICATION.target(source, action), "by": by[:200],
            "why": why,
        },
    )  # fmt: skip


@db.needs_transaction
def lapse(order_numbers: Sequence[str]) -> list[dict[str, Any]]:
    """Pieces whose order was cancelled; those that were still somebody's."""
    (source,) = APPLICATION.sources("lapse")
    return db.rows(
        "with held as (select id from trials_application where order_number = any(%s) and state = %s and order_number <> ''"
        " order by id for no key update)"
        " update trials_application a set state = %s from held where a.id = held.id returning a.*",
        (list(order_numbers), source, APPLICATION.target(source, "lapse")),
    )


@db.needs_transaction
def take_due(days: int, limit: int) -> list[dict[str, Any]]:
    """Reports that are due within so many days and whose members were not reminded, marked as reminded."""
    return db.rows(
        "update trials_application a set reminded_at = kernel_now() where id = any(array(select id from trials_application"
        " where state = 'won' and report_due is not null and reported_at is null and waived_at is null and reminded_at is null"
        " and report_due <= kernel_now() + make_interval(days => %s) order by id limit %s for no key update skip locked))"
        " returning *",
        (days, limit),
    )

"""Stored facts that must always hold, written once and used by `doctor`, the nightly job and the property tests."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module, util
from typing import Any

from django.apps import apps
from django.db import connection


@dataclass(frozen=True, slots=True)
class Invariant:
    """`sql` answers one row per violation; `meaning` is one sentence for the reader of `doctor`."""

    name: str
    sql: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Violation:
    invariant: Invariant
    count: int
    samples: tuple[dict[str, Any], ...]


def registered() -> list[Invariant]:
    """Every module's `invariants.INVARIANTS`, in the order of the installed modules."""
    found: list[Invariant] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.invariants"
        if config.name.startswith("zhanggui.") and config.name != "zhanggui.kernel" and util.find_spec(name):
            found.extend(import_module(name).INVARIANTS)
    found.extend(KERNEL)
    return found


def check(invariants: Iterable[Invariant] | None = None, samples: int = 5) -> list[Violation]:
    """Run the queries; an empty list means the books are right."""
    broken = []
    with connection.cursor() as cursor:
        for invariant in invariants if invariants is not None else registered():
            cursor.execute(invariant.sql)
            columns = [column[0] for column in cursor.description]
            rows = cursor.fetchall()
            if rows:
                shown = tuple(dict(zip(columns, row, strict=True)) for row in rows[:samples])
                broken.append(Violation(invariant, len(rows), shown))
    return broken


KERNEL = [
    Invariant(
        "kernel.outbox_not_stuck",
        "select id, name, aggregate, attempts, error from kernel_outboxevent where parked_at is not null",
        "No announcement is parked: every event reached its reactions.",
    ),
    Invariant(
        "kernel.outbox_moves",
        "select id, name, aggregate, created_at from kernel_outboxevent"
        " where delivered_at is null and parked_at is null and created_at < kernel_now() - interval '1 hour'",
        "No announcement waits longer than an hour.",
    ),
    Invariant(
        "kernel.audit_has_actor",
        "select id, action from kernel_auditrow where actor_kind = '' or action = ''",
        "Every audit row says who did what.",
    ),
]

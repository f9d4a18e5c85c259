"""Applicants and staff at the same moment, on real connections; each race has a twin without the guards that loses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories.shop import open_shop
from tests.factories.trials import ask, choosing, outlive, taster, trial
from tests.orders.racing import TRIES
from tests.support.races import Outcome, repeat_together, run_together
from zhanggui.kernel import db, invariants
from zhanggui.kernel.actor import SYSTEM
from zhanggui.trials import selectors, services

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 2


@pytest.fixture(autouse=True)
def _open(transactional_db: None) -> None:
    open_shop()


def answers(outcomes: list[Outcome]) -> Counter[str]:
    return Counter("done" if o.ok else type(o.error).__name__ for o in outcomes)


def test_the_last_piece_is_given_once() -> None:
    for _ in range(ROUNDS):
        view = choosing(pieces=1)
        asked = [ask(view) for _ in range(4)]
        outlive(view)
        outcomes = run_together([lambda one=one: services.choose(one.id, reason="好", actor=SYSTEM) for one in asked])
        assert answers(outcomes) == {"done": 1, "NoPieceLeft": 3}
        assert selectors.trial(view.id).left == 0
    assert not invariants.check()


def test_a_member_with_two_windows_applies_once() -> None:
    for _ in range(ROUNDS):
        view, who = trial(), taster()
        assert answers(repeat_together(4, lambda view=view, who=who: ask(view, who))) == {
            "done": 1,
            "AlreadyApplied": 3,
        }
        assert selectors.trial(view.id).applied == 1
    assert not invariants.check()


def test_a_trial_is_drawn_once() -> None:
    view = trial(pieces=1)
    for _ in range(3):
        ask(view)
    outlive(view)
    outcomes = repeat_together(3, lambda: services.draw_due(actor=SYSTEM))
    assert sum(o.value for o in outcomes) == 1
    assert selectors.trial(view.id).given == 1
    assert not invariants.check()


@pytest.fixture
def unguarded() -> Iterator[None]:
    """Takes the word of the database away from pieces and applications, and gives it back."""
    with connection.cursor() as cursor:
        cursor.execute("alter table trials_trial drop constraint trial_given_within")
        cursor.execute("alter table trials_application drop constraint application_member_once")
    yield
    with connection.cursor() as cursor:
        cursor.execute("truncate trials_application, trials_trial cascade")
        cursor.execute(
            "alter table trials_trial add constraint trial_given_within check (given >= 0 and given <= pieces)"
        )
        cursor.execute(
            "alter table trials_application add constraint application_member_once unique (trial_id, member_id)"
        )


def test_careless_programs_give_a_piece_twice_and_take_two_applications(unguarded: None) -> None:
    """Read, decide, write, and no constraint behind it: what the races above would be without their guards."""
    view, who = trial(pieces=1), taster()

    def give() -> bool:
        with transaction.atomic():
            if selectors.trial(view.id).left <= 0:
                return False
            db.row("select pg_sleep(0.02)")
            db.execute("update trials_trial set given = given + 1 where id = %s", (view.id,))
        return True

    def apply() -> bool:
        assert who.id is not None
        with transaction.atomic():
            if selectors.mine(view.id, who.id):
                return False
            db.row("select pg_sleep(0.02)")
            row = db.row("update trials_trial set applied = applied + 1 where id = %s returning applied", (view.id,))
            assert row is not None
            db.execute(
                "insert into trials_application (trial_id, number, member_id, word, reason, answers, address)"
                " values (%s, %s, %s, 'w', 'r', '{}', '{}')",
                (view.id, row["applied"], who.id),
            )
        return True

    for careless in (give, apply):
        for _ in range(TRIES):
            if sum(bool(o.value) for o in repeat_together(4, careless)) > 1:
                break
            db.execute("update trials_trial set given = 0 where id = %s", (view.id,))
        else:
            raise AssertionError(f"{careless.__name__} never went wrong; the race proves nothing")


def test_the_database_refuses_what_a_careless_program_does() -> None:
    view = trial(pieces=1)
    one = ask(view)
    with pytest.raises(IntegrityError, match="trial_given_within"):
        db.execute("update trials_trial set given = 2 where id = %s", (view.id,))
    with pytest.raises(IntegrityError, match="application_member_once"):
        db.execute(
            "insert into trials_application (trial_id, number, member_id, word, reason, answers, address)"
            " select trial_id, number + 1, member_id, word, reason, answers, address from trials_application where id = %s",
            (one.id,),
        )

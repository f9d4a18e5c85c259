"""Members at the same moment, on real connections; the race has a twin without the guards that gives too much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories.draws import coupon, draw, nothing, player, points, take
from tests.orders.racing import ROUNDS, TRIES, kinds
from tests.support.races import Outcome, repeat_together, run_together
from zhanggui.draws import selectors, services
from zhanggui.draws.types import THANKS
from zhanggui.kernel import db, invariants
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
RACERS = 8


def answers(outcomes: list[Outcome]) -> Counter[str]:
    """Kinds of prizes, and names of refusals."""
    return Counter(o.value.kind if o.ok else type(o.error).__name__ for o in outcomes)


def test_the_last_piece_is_won_once() -> None:
    for make_prize in (points, coupon):
        view = draw(make_prize(10_000, pieces=1), nothing(0))
        racers = [player() for _ in range(RACERS)]
        outcomes = run_together([lambda who=who, view=view: take(view, who) for who in racers])
        assert answers(outcomes) == {view.prizes[0].kind: 1, THANKS: RACERS - 1}
        assert sorted(o.value.sequence for o in outcomes) == list(range(1, RACERS + 1))
        services.end_draw(view.id, reason="race", actor=SYSTEM)
    assert not invariants.check()


def test_two_windows_of_a_member_with_one_chance_left_draw_once() -> None:
    for _ in range(ROUNDS):
        view, who = draw(points(10_000), nothing(0), per_day=1, price=10), player(held=100)
        outcomes = repeat_together(4, lambda view=view, who=who: take(view, who))
        assert answers(outcomes) == {"points": 1, "NoChancesLeft": 3}
    assert not invariants.check()


def test_points_pay_for_as_many_chances_as_there_are() -> None:
    view, who = draw(nothing(5000), points(5000, amount=1), price=10), player(held=25)
    outcomes = repeat_together(6, lambda: take(view, who))
    assert Counter(o.ok for o in outcomes) == {True: 2, False: 4}
    assert selectors.draw(view.id).taken == 2
    assert not invariants.check()


def test_a_key_sent_twice_at_once_draws_once() -> None:
    view, who = draw(), player()
    outcomes = repeat_together(4, lambda: take(view, who, key="once"))
    assert {o.value.sequence for o in outcomes} == {1}
    assert selectors.draw(view.id).taken == 1


def test_the_end_and_a_chance_agree_who_came_first() -> None:
    """What was drawn before the seed was told counts; nothing is drawn after."""
    for _ in range(ROUNDS):
        view = draw()
        racers = [player() for _ in range(4)]
        ends = lambda view=view: services.end_draw(view.id, reason="race", actor=SYSTEM)  # noqa: E731
        outcomes = run_together([*(lambda who=who, view=view: take(view, who) for who in racers), ends])
        assert outcomes[-1].ok
        assert set(kinds([o.error or o.value for o in outcomes[:-1]])) <= {"ChanceView", "DrawNotOpen"}
    assert not invariants.check()


@pytest.fixture
def unguarded() -> Iterator[None]:
    """Takes the word of the database away from pieces and turns, and gives it back."""
    with connection.cursor() as cursor:
        cursor.execute("alter table draws_prize drop constraint drawprize_given_within")
    yield
    with connection.cursor() as cursor:
        cursor.execute("truncate draws_chance, draws_prize, draws_draw cascade")
        cursor.execute(
            "alter table draws_prize add constraint drawprize_given_within"
            " check (given >= 0 and (pieces is null or given <= pieces))"
        )


def test_careless_pieces_are_given_twice(unguarded: None) -> None:
    """Read, decide, write, and no constraint behind it: what the race above would be without its guards."""
    for _ in range(TRIES):
        view = draw(points(10_000, pieces=1), nothing(0))

        def once(draw_id: int = view.id) -> bool:
            with transaction.atomic():
                prize = selectors.draw(draw_id).prizes[0]
                if prize.left == 0:
                    return False
                db.row("select pg_sleep(0.02)")
                db.execute(
                    "update draws_prize set given = given + 1 where draw_id = %s and place = %s", (draw_id, prize.place)
                )
            return True

        if sum(bool(o.value) for o in repeat_together(RACERS, once)) > 1:
            return
    raise AssertionError("the careless twin never gave too much; the race proves nothing")


def test_the_database_refuses_what_a_careless_program_does() -> None:
    view = draw(points(10_000, pieces=1), nothing(0), per_day=1)
    who = player()
    take(view, who)
    with pytest.raises(IntegrityError, match="drawprize_given_within"):
        db.execute("update draws_prize set given = given + 1 where draw_id = %s and place = 1", (view.id,))
    copy = (
        "insert into draws_chance (draw_id, sequence, member_id, nonce, key, roll, drawn_id, prize_id, turn, day, day_turn,"
        " day_allowed, price) select draw_id, sequence + %s, member_id, nonce, key || %s, roll, drawn_id, prize_id, turn + %s,"
        " day, day_turn + %s, day_allowed, price from draws_chance where draw_id = %s"
    )
    for step, key, turn, day_turn, constraint in (
        (0, "x", 1, 0, "chance_sequence_once"),
        (1, "", 1, 0, "chance_key_once"),
        (1, "x", 0, 0, "chance_turn_once"),
        (1, "x", 1, 0, "chance_day_turn_once"),
        (1, "x", 1, 1, "chance_within_day"),
    ):
        with pytest.raises(IntegrityError, match=constraint):
            db.execute(copy, (step, key, turn, day_turn, view.id))

"""Two hands on one compensation, and on one recovery."""

from __future__ import annotations

import pytest

from tests.factories.accounts import member
from tests.factories.aftersales import delivered
from tests.factories.shop import goods
from tests.redress.test_redress import BOSS, DESK
from tests.support.races import run_together
from zhanggui.kernel import db, invariants
from zhanggui.kernel.problems import Problem
from zhanggui.members import selectors as members
from zhanggui.members import services as member_services
from zhanggui.redress import selectors, services
from zhanggui.redress.types import PlayDraft

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_double_click_and_two_colleagues_give_once_and_the_bound_of_a_buyer_holds():
    (tea,) = goods(1000)
    who = member()
    assert who.id is not None
    option = ({"kind": "points", "usual": 100, "free": 100, "most": 100},)
    for n in range(3):
        services.save_play(f"p{n}", PlayDraft("late", "晚", "抱歉", options=option), actor=BOSS)
    numbers = [delivered((tea, 1), member_id=who.id) for _ in range(2)]
    outcomes = run_together(
        [lambda k=key: services.grant(numbers[0], "p0", "points", key=k, actor=DESK) for key in ("a", "a", "b")]
    )
    assert not [each.error for each in outcomes if each.error and not isinstance(each.error, Problem)]
    assert members.available([who.id])[who.id] == 100
    # the bound of an order is two: of two more at once, one has to be approved
    run_together([lambda c=code: services.grant(numbers[0], c, "points", key=c, actor=DESK) for code in ("p1", "p2")])
    assert sorted(each.state for each in selectors.grants_of(numbers[0])) == ["granted", "granted", "waiting"]
    waiting = next(each for each in selectors.grants_of(numbers[0]) if each.state == "waiting")
    run_together([lambda: services.decide_grant(waiting.number, True, actor=BOSS) for _ in range(2)])
    assert members.available([who.id])[who.id] == 300
    assert invariants.check() == []


def test_looked_at_first_and_given_then_it_is_given_twice():
    """The naive twin: who counts what was given and then gives, gives beside the other."""
    import threading

    who = member()
    assert who.id is not None
    both, buyer = threading.Barrier(2), who.id

    def naive() -> None:
        given = db.row("select count(*)::int as n from redress_grant where member_id = %s", (who.id,))
        assert given is not None
        both.wait(5)
        if given["n"] == 0:
            member_services.adjust(buyer, 100, reason="sorry", actor=BOSS)

    run_together([naive, naive])
    assert members.available([who.id])[who.id] == 200

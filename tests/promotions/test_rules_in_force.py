"""What is kept compiled in a process follows the clock and the version row, and costs no statement."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.factories.promotions import draft, live
from zhanggui.kernel import versions
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.clock import now
from zhanggui.promotions import locks, selectors, services
from zhanggui.promotions.types import Allowance, GoodsFacts

pytestmark = pytest.mark.django_db


def running(at: Any) -> list[int]:
    return [rule.rule.id for rule in selectors.live_rules(at).rules]


def test_starts_and_ends_to_the_moment() -> None:
    at = now()
    early = live(ends_at=at + timedelta(minutes=10))
    late = live(starts_at=at + timedelta(minutes=5))
    assert running(at) == [early]
    assert running(at + timedelta(minutes=5) - timedelta(microseconds=1)) == [early]
    assert running(at + timedelta(minutes=5)) == [early, late]
    assert running(at + timedelta(minutes=10)) == [late]
    assert running(at + timedelta(minutes=9)) == [early, late]
    assert running(at) == [early]


def test_no_statement_while_nothing_changed(django_assert_num_queries: Any) -> None:
    promotion_id, at = live(), now()
    selectors.live_rules(at)
    version = versions.get("promotions")
    with django_assert_num_queries(0):
        assert len(selectors.live_rules(at + timedelta(hours=5), version=version).rules) == 1
        found = selectors.badges([GoodsFacts(1, (2,), None, (3,))], at, version=version)
    assert [(badge.promotion_id, badge.text.zh) for badge in found[1]] == [
        (promotion_id, "满{threshold_figure}减{off_figure}")
    ]
    with django_assert_num_queries(1):
        selectors.live_rules(at)
    services.pause(promotion_id, actor=SYSTEM)
    assert selectors.badges([GoodsFacts(1, (2,), None, (3,))], at) == {1: []}


def test_a_preview_does_not_disturb_what_is_kept(django_assert_num_queries: Any) -> None:
    at = now()
    live()
    services.publish(services.create_promotion(draft(starts_at=at + timedelta(days=1)), actor=SYSTEM), actor=SYSTEM)
    version = versions.get("promotions")
    selectors.live_rules(at, version=version)
    assert running(at - timedelta(days=1)) == []
    with django_assert_num_queries(0):
        assert len(selectors.live_rules(at, version=version).rules) == 1


def test_allowances_tell_what_is_left_in_one_statement(django_assert_num_queries: Any) -> None:
    free = live()
    limited, once, budget = live(use_limit=1), live(per_holder_limit=1), live(budget=1500)
    at = now()
    for promotion_id in (limited, once, budget):
        use = {"draft": 0, "kind": "promotion", "id": promotion_id, "holder": "m:1", "amount": 900}
        locks.take([{**use, "order_number": f"A{promotion_id}"}])
    rules = selectors.live_rules(at)
    with django_assert_num_queries(1):
        found = selectors.allowances(rules, ["m:1", "p:2"])
    assert free not in found["m:1"]
    assert found == {
        "m:1": {limited: Allowance("used_up"), once: Allowance("holder_limit"), budget: Allowance("", 600)},
        "p:2": {limited: Allowance("used_up"), budget: Allowance("", 600)},
    }


def test_nothing_counted_asks_nothing(django_assert_num_queries: Any) -> None:
    live()
    rules = selectors.live_rules(now())
    with django_assert_num_queries(0):
        assert selectors.allowances(rules, ["m:1"]) == {"m:1": {}}

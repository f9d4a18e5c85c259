"""A promotion is looked over by the colleague named for it before it starts (PRC-10)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import accounts as people
from tests.factories import promotions
from zhanggui.kernel import audit, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.clock import now
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed
from zhanggui.pledges import selectors, services
from zhanggui.pledges.errors import NotTheChecker
from zhanggui.pledges.types import POINTS

pytestmark = pytest.mark.django_db


def soon() -> int:
    return promotions.live("limited_discount", {"off_basis_points": 1000}, starts_at=now() + timedelta(days=1))


def clerk() -> tuple[Actor, int]:
    who = people.staff("marketing")
    assert who.id is not None
    return who, who.id


def test_the_named_one_ticks_off_all_points_and_the_check_is_attached(mall):
    check = mall.check()
    promotion, (who, staff_id) = soon(), clerk()
    over = services.name_checker(promotion, staff_id, actor=people.staff("manager"))
    assert over.left == list(POINTS)
    for point in POINTS:
        over = services.tick(promotion, point, right=True, actor=who)
    assert over.left == []
    assert {(tick.by, tick.check_id) for tick in over.ticks} == {(who.label, check.id)}
    told = db.rows("select payload from kernel_outboxevent where name = 'pledges.promotion_looked_over'")
    assert [row["payload"]["promotion_id"] for row in told] == [promotion]
    assert len(audit.history(action="pledges.tick")) == len(POINTS)


def test_what_is_wrong_is_said_and_leaves_the_point_open(mall):
    promotion, (who, staff_id) = soon(), clerk()
    services.name_checker(promotion, staff_id, actor=who)
    with pytest.raises(ValidationFailed):
        services.tick(promotion, "price_tag", right=False, note=" ", actor=who)
    over = services.tick(promotion, "price_tag", right=False, note="详情页写的是 99", actor=who)
    assert "price_tag" in over.left
    assert services.tick(promotion, "price_tag", right=True, actor=who).left == list(POINTS)[1:]


def test_nobody_else_ticks(mall):
    promotion, (_, staff_id) = soon(), clerk()
    other, other_id = clerk()
    with pytest.raises(NotFound):
        services.tick(promotion, "plan", right=True, actor=other)
    services.name_checker(promotion, staff_id, actor=other)
    with pytest.raises(NotTheChecker):
        services.tick(promotion, "plan", right=True, actor=other)
    services.name_checker(promotion, other_id, actor=other)
    assert services.tick(promotion, "plan", right=True, actor=other).left == list(POINTS)[:-1]


def test_another_checker_looks_at_everything_anew(mall):
    promotion, (who, staff_id), (other, other_id) = soon(), clerk(), clerk()
    services.name_checker(promotion, staff_id, actor=who)
    services.tick(promotion, "plan", right=True, actor=who)
    assert services.name_checker(promotion, other_id, actor=other).ticks == ()
    assert selectors.look_overs([promotion])[promotion].checker_id == other_id


def test_a_right_is_needed_and_the_colleague_must_exist(mall):
    promotion, (who, staff_id) = soon(), clerk()
    with pytest.raises(PermissionDenied):
        services.name_checker(promotion, staff_id, actor=people.staff("warehouse"))
    with pytest.raises(ValidationFailed):
        services.name_checker(promotion, 10**9, actor=who)
    with pytest.raises(NotFound):
        services.name_checker(10**9, staff_id, actor=who)
    services.name_checker(promotion, staff_id, actor=who)
    with pytest.raises(ValidationFailed):
        services.tick(promotion, "colour", right=True, actor=who)

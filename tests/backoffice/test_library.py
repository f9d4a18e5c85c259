"""The library of promotions: goals, the kinds that serve them, and a word where too much runs."""

from __future__ import annotations

import pytest

from tests.factories import promotions as promo
from tests.support.pages import at_the_desk, statements
from zhanggui.backoffice import library, offers
from zhanggui.kernel import mall_settings
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def test_every_kind_advised_can_be_begun() -> None:
    desk = at_the_desk("marketing")
    for goal in library.GOALS:
        page = words(desk.get(f"/office/promotions/library?goal={goal.key}"))
        assert len({advice.kind for advice in goal.kinds}) == len(goal.kinds)
        for advice in goal.kinds:
            assert advice.kind in offers.KINDS or advice.kind in library.ELSEWHERE
            href = (
                library.ELSEWHERE[advice.kind][1]
                if advice.kind in library.ELSEWHERE
                else f"/office/promotions/new/{advice.kind}"
            )
            assert f'href="{href}"' in page
            assert advice.figures.zh in page
        assert library.SPEND.zh in page
    assert desk.get("/office/promotions/new/full_reduction").status_code == 200


def test_too_many_and_two_that_aim_at_the_same_are_said() -> None:
    desk = at_the_desk("marketing")
    one = promo.live()
    page = words(desk.get("/office/promotions/library"))
    assert "超过建议" not in page
    assert "瞄准同样商品" not in page
    two = promo.live()
    mall_settings.put("promotions.at_once_max", 1, actor=SYSTEM)
    page = words(desk.get("/office/promotions/library"))
    assert "现在有 2 个促销同时进行，超过建议的 1 个" in page
    assert f"/office/promotions/{one}" in page
    assert f"/office/promotions/{two}" in page


def test_whoever_may_not_begin_one_only_reads() -> None:
    page = words(at_the_desk("analyst").get("/office/promotions/library?goal=basket"))
    assert "为什么" in page
    assert "/office/promotions/new/" not in page
    assert at_the_desk("warehouse").get("/office/promotions/library").status_code == 403


def test_many_promotions_cost_no_more_statements() -> None:
    desk = at_the_desk("marketing")
    promo.live()
    few = statements(desk, "/office/promotions/library")
    for _ in range(5):
        promo.live()
    assert statements(desk, "/office/promotions/library") == few

"""Replenishment at the desk: begun, read, changed, ordered, dismissed; what is wrong is said and loses nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.factories import procurement as bought
from tests.factories.sales import Line, sell
from tests.replenishment.test_rounds import quick
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.procurement import selectors as procurement
from zhanggui.procurement import services as purchasing
from zhanggui.procurement.types import OfferingDraft
from zhanggui.replenishment import selectors
from zhanggui.replenishment.core.demand import monday_of
from zhanggui.replenishment.services import carrying_out

pytestmark = pytest.mark.django_db
HERE = "/office/replenishment"


def words(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def desk() -> Browser:
    return at_the_desk("purchasing")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying_out, "choose", quick)


def sold(count: int, *, offered: bool = True) -> list[int]:
    """SKUs that sell ten a week and have no stock."""
    skus = bought.goods(count)
    seller = bought.supplier()
    monday = monday_of(clock.business_date())
    for sku in skus:
        if offered:
            purchasing.put_offering(seller, OfferingDraft(sku, "X", 6, 6, None), actor=SYSTEM)
            bought.agree(seller, sku, (1, 4_000))
        for back in range(1, 10):
            at = datetime.combine(monday - timedelta(weeks=back), datetime.min.time(), clock.zone())
            sell(at + timedelta(hours=30), Line(10_000, 10, sku_id=sku))
    return skus


def forecast(desk: Browser) -> None:
    assert desk.post(f"{HERE}/begin", {}).status_code == 303
    carrying_out.run_waiting()


def test_from_nothing_to_an_order(desk: Browser) -> None:
    assert "还没有预测过" in words(desk.get(HERE))
    first, second = sold(2)
    forecast(desk)
    page = words(desk.get(HERE))
    assert "已完成" in page
    proposals = {each.sku_id: each for each in selectors.proposals().items}
    assert f'name="quantity-{proposals[first].id}"' in page
    answer = desk.post(f"{HERE}/order", {"ids": [str(proposals[first].id)], f"quantity-{proposals[first].id}": "42"})
    number = answer.headers["Location"].rsplit("/", 1)[1]
    assert [(line.sku_id, line.quantity) for line in procurement.order(number).lines] == [(first, 42)]
    assert selectors.proposal_of(first) is None
    detail = words(desk.get(f"{HERE}/{second}"))
    assert "目标库存" in detail
    assert "安全库存" in detail
    assert number in words(desk.get(f"{HERE}?state=ordered"))


def test_a_dismissal_says_why(desk: Browser) -> None:
    sku = sold(1)[0]
    forecast(desk)
    found = selectors.proposal_of(sku)
    assert found is not None
    assert desk.post(f"{HERE}/dismiss", {"ids": [str(found.id)], "reason": "季节已过"}).status_code == 303
    assert "季节已过" in words(desk.get(f"{HERE}?state=dismissed"))


def test_what_is_wrong_is_said_and_nothing_is_lost(desk: Browser) -> None:
    sku = sold(1, offered=False)[0]
    forecast(desk)
    found = selectors.proposal_of(sku)
    assert found is not None
    for given in (
        {"ids": [str(found.id)]},  # nobody sells it
        {"ids": [str(found.id)], f"quantity-{found.id}": "12.5"},
        {"ids": [str(found.id)], f"quantity-{found.id}": "-1"},
        {"ids": ["x", "99999999999999999999"]},
        {},
    ):
        answer = desk.post(f"{HERE}/order", given)
        assert answer.status_code == 303
        assert answer.headers["Location"] == HERE
    assert selectors.proposal_of(sku) == found
    assert desk.get(f"{HERE}/999999999").status_code == 404
    for query in ("?budget=abc", "?budget=-1", "?budget=1e99", "?cursor=nonsense", "?state=nonsense&abc=Z"):
        assert desk.get(HERE + query).status_code in (200, 404)


def test_a_budget_shows_what_it_pays_for(desk: Browser) -> None:
    sold(3)
    forecast(desk)
    cost = selectors.proposals().items[0].cost
    assert cost is not None
    page = words(desk.get(f"{HERE}?budget={cost / 100:.2f}"))
    assert page.count('name="quantity-') == 1


def test_only_who_may(desk: Browser) -> None:
    sold(1)
    forecast(desk)
    stranger = at_the_desk("service")
    assert stranger.post(f"{HERE}/begin", {}).status_code == 403
    assert stranger.post(f"{HERE}/order", {"ids": ["1"]}).status_code == 403
    assert at_the_desk("editor").get(HERE).status_code == 403


def test_as_many_statements_for_many_as_for_one(desk: Browser) -> None:
    sold(1)
    forecast(desk)
    one = statements(desk, HERE)
    sold(6)
    forecast(desk)
    assert statements(desk, HERE) <= one + 1

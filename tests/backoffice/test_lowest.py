"""The page of lowest reachable prices, and a promotion's own check."""

from __future__ import annotations

import pytest

from tests.factories.pricing import PRICER, priced
from tests.factories.promotions import draft, live
from tests.support.pages import at_the_desk, statements
from zhanggui.kernel.actor import SYSTEM
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import FloorRow
from zhanggui.promotions import services

pytestmark = pytest.mark.django_db


def test_the_whole_mall_with_its_carts_filters_and_file() -> None:
    owner = at_the_desk("manager")
    cheap, _ = priced(10000, 5000)
    live("limited_discount", {"off_basis_points": 2000}, label_zh="大促", scope={"skus": [cheap]})
    pricing.set_floors([FloorRow(cheap, 8500, None)], reason="守住", actor=PRICER)
    services.refresh(actor=SYSTEM)
    shown = owner.get("/office/lowest").content.decode()
    for part in ("80.00", "大促", "低于底价"):
        assert part in shown
    below = owner.get("/office/lowest?part=below").content.decode()
    assert "80.00" in below
    assert "50.00" not in below
    assert owner.get("/office/lowest?export=xlsx").status_code == 200


def test_its_statements_do_not_grow_with_the_mall() -> None:
    owner = at_the_desk("manager")
    priced(10000)
    services.refresh(actor=SYSTEM)
    few = statements(owner, "/office/lowest")
    priced(*range(1000, 1030))
    services.refresh(actor=SYSTEM)
    assert statements(owner, "/office/lowest") == few


def test_a_draft_shows_what_it_would_reach() -> None:
    owner = at_the_desk("manager")
    [sku] = priced(10000)
    pricing.set_floors([FloorRow(sku, 8500, None)], reason="守住", actor=PRICER)
    offer = services.create_promotion(draft("limited_discount", {"off_basis_points": 2000}), actor=SYSTEM)
    shown = owner.get(f"/office/promotions/{offer}/lowest").content.decode()
    for part in ("80.00", "1 个 SKU 会低于底价"):
        assert part in shown


def test_publishing_below_the_floor_asks_for_a_reason() -> None:
    owner = at_the_desk("manager")
    [sku] = priced(10000)
    pricing.set_floors([FloorRow(sku, 8500, None)], reason="守住", actor=PRICER)
    offer = services.create_promotion(draft("limited_discount", {"off_basis_points": 2000}), actor=SYSTEM)
    refused = owner.post(f"/office/promotions/{offer}/do/publish", {})
    assert refused.status_code == 422
    for part in ("最低到手价 80.00", "写明原因并发布"):
        assert part in refused.content.decode()
    assert owner.post(f"/office/promotions/{offer}/do/publish", {"reason": "清仓"}).status_code == 303

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


def terms(**changed: str) -> dict[str, str]:
    return {"label_zh": "让利", "scope": "all", "starts_at": "2026-01-01T00:00", **changed}


def test_the_form_shows_how_low_it_brings_prices_while_it_is_typed() -> None:
    owner = at_the_desk("manager")
    skus = priced(10000, 5000, 9000, 8000, 7000, 6000)
    live("full_reduction", {"steps": [{"threshold": 10000, "off": 1000}]}, label_zh="满百减十")
    pricing.set_floors([FloorRow(skus[0], 8500, None)], reason="守住", actor=PRICER)
    page = "/office/promotions/preview/limited_discount/lowest"
    shown = owner.post(page, terms(percent="20")).content.decode()
    for part in ("72.00", "让利、满百减十", "1 个 SKU 会低于底价", "全部 6 个 SKU", "最低的 5 个"):
        assert part in shown
    gentle = owner.post(page, terms(percent="5")).content.decode()
    assert "低于底价" not in gentle.replace("低于底价：", "")
    assert "还不能核对" in owner.post(page, terms(percent="x")).content.decode()
    assert "不从商品减钱" in owner.post("/office/promotions/preview/free_shipping/lowest", terms()).content.decode()


def test_the_form_of_a_stored_promotion_takes_its_place() -> None:
    owner = at_the_desk("manager")
    priced(10000)
    offer = live("limited_discount", {"off_basis_points": 5000}, label_zh="半价")
    shown = owner.post("/office/promotions/preview/limited_discount/lowest", terms(percent="20", promotion=str(offer)))
    assert "80.00" in shown.content.decode()


def test_changing_a_live_promotion_below_the_floor_asks_for_a_reason() -> None:
    owner = at_the_desk("manager")
    [sku] = priced(10000)
    pricing.set_floors([FloorRow(sku, 8500, None)], reason="守住", actor=PRICER)
    offer = live("limited_discount", {"off_basis_points": 1000}, label_zh="九折")
    refused = owner.post(f"/office/promotions/{offer}/save", terms(percent="20"))
    assert refused.status_code == 422
    for part in ("最低到手价 80.00", 'name="reason"', "低于底价的原因"):
        assert part in refused.content.decode()
    assert owner.post(f"/office/promotions/{offer}/save", terms(percent="20", reason="清仓")).status_code == 303

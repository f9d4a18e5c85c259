"""The price guarantee as buyers see it: promised on the product, told on the order, had back by one button, claimed elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.aftersales import delivered, money_arrives
from tests.factories.catalog import make_category
from tests.factories.pictures import picture
from tests.factories.pricing import PRICER
from tests.factories.promotions import live
from tests.factories.shop import goods, open_shop
from tests.storefront.buying import form_at, signed_in, text
from tests.support.pages import Browser
from zhanggui.aftersales import selectors as cases
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.selectors import access_token
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow

pytestmark = pytest.mark.django_db
CLAIM = {"line": "1", "price": "80.00", "place": "街角的店", "link": "https://a.example/tea"}


@pytest.fixture(autouse=True)
def _open(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    open_shop()
    say("guarantee", True)


def say(name: str, value: Any) -> None:
    mall_settings.put(f"pledges.{name}", value, actor=SYSTEM)


def sku_id(code: str) -> int:
    return catalog.sellable_by_code([code])[0].sku_id


def fall(code: str, price: int) -> None:
    pricing.set_prices([PriceRow(sku_id(code), list_price=10000, sale_price=price)], reason="sale", actor=PRICER)


def link(number: str, path: str = "") -> str:
    return f"/orders/{number}{path}?token={access_token(number)}"


def only(number: str) -> Any:
    [case] = cases.cases_of([number])[number]
    return case


def test_what_has_become_cheaper_is_had_back_by_one_button() -> None:
    (tea,) = goods(10000, title="龙井")
    number = delivered((tea, 2))
    browser = Browser()
    assert "目前没有降价" in text(browser.get(link(number)))
    fall(tea, 8000)
    page = browser.get(link(number))
    shown = text(page)
    assert "价保 7 天" in shown
    assert "¥100.00 → ¥80.00" in shown
    assert "退差价 ¥40.00" in shown
    case_page = browser.follow(browser.post(link(number, "/guarantee"), form_at(page, link(number, "/guarantee"))))
    assert "差价正按原支付方式退回" in text(case_page)
    assert only(number).amount == 4000
    money_arrives()
    after = text(browser.get(link(number)))
    assert "退差价 ¥" not in after
    assert "差价已退" in after
    assert "价保退差价" in after  # the case, with what went back
    assert "价保：买后降价，差价原路退回" in after  # told on the order, whether asked for or paid by itself
    assert "¥40.00" in after


def test_a_button_that_said_another_amount_pays_nothing() -> None:
    (tea,) = goods(10000)
    number = delivered((tea, 1))
    fall(tea, 8000)
    form = form_at(Browser().get(link(number)), link(number, "/guarantee"))
    fall(tea, 9000)
    refused = Browser().post(link(number, "/guarantee"), form)
    assert refused.status_code == 409
    assert "现在可退 10.00" in text(refused)
    assert cases.cases_of([number])[number] == []


def test_nobody_claims_for_anybody_else() -> None:
    (tea,) = goods(10000)
    mine, member_id = signed_in()
    number = delivered((tea, 1), member_id=member_id)
    fall(tea, 8000)
    other, _ = signed_in()
    for path in ("/guarantee", "/guarantee/elsewhere"):
        assert other.post(f"/orders/{number}{path}", {"expected": "2000"}).status_code == 404
    assert mine.post(f"/orders/{number}/guarantee", {"expected": "2000"}).status_code == 303
    english = Browser(language="en")
    assert "The price has fallen" not in text(english.get(link(number)))


def test_a_price_elsewhere_is_claimed_with_a_link_or_a_photo() -> None:
    tea, cup = goods(10000, 5000, title="龙井")
    number = delivered((tea, 1), (cup, 1))
    browser = Browser()
    address = link(number, "/guarantee/elsewhere")
    assert "比价退差" in text(browser.get(address))
    refused = browser.post(address, {**CLAIM, "price": "八十", "place": "某店"})
    assert refused.status_code == 422
    assert "请填写金额" in text(refused)
    assert 'value="某店"' in refused.content.decode()
    refused = browser.post(address, {**CLAIM, "link": "", "price": "120"})
    assert "请填写链接或上传照片" in text(refused)
    photo = SimpleUploadedFile("p.png", picture(), "image/png")
    refused = browser.post(address, {**CLAIM, "link": "", "price": "120", "photos": photo})
    assert "应低于您实付的单价 100.00" in text(refused)
    kept = form_at(refused, address)["kept"]
    case_page = browser.follow(browser.post(address, {**CLAIM, "link": "", "kept": kept}))
    assert "街角的店" in text(case_page)
    case = only(number)
    assert (case.state, case.amount, case.photos) == ("requested", 2000, (kept,))
    assert browser.post(link(number, f"/cases/{case.number}/withdraw")).status_code == 303


def test_where_no_claims_are_taken_nothing_leads_there() -> None:
    (tea,) = goods(10000)
    number = delivered((tea, 1))
    say("guarantee_elsewhere", False)
    assert "别处更便宜" not in text(Browser().get(link(number)))
    assert "没有可以比价的商品" in text(Browser().get(link(number, "/guarantee/elsewhere")))
    assert Browser().post(link(number, "/guarantee/elsewhere"), CLAIM).status_code == 409


def test_a_product_promises_it_only_where_it_holds() -> None:
    tea = make_category()
    (leaf,) = goods(10000, category=tea)
    (cup,) = goods(10000, category=make_category())
    pages = [f"/p/{catalog.sellable_by_code([code])[0].slug}" for code in (leaf, cup)]

    def promised() -> list[bool]:
        return ["7 天价保" in text(Browser().get(page)) for page in pages]

    assert promised() == [True, True]
    say("guarantee_excluded", tea.code)
    assert promised() == [False, True]
    live("flash_sale", {"goods": [{"sku": sku_id(cup), "price": 6000, "stock": 5}], "per_buyer": 2})
    assert promised() == [False, False]
    say("guarantee_flash_sales", True)
    assert promised() == [False, True]
    say("guarantee", False)
    assert promised() == [False, False]

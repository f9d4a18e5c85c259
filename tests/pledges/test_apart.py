"""Presales and groups: what pages, structured data and the API say of them is what is charged, and a sale that is closed is not offered."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from tests.factories import groups, presales
from tests.support.pages import Browser
from zhanggui.api.store import groups as api_groups
from zhanggui.api.store import presales as api_presales
from zhanggui.groupbuy import selectors as groupbuy
from zhanggui.kernel import db
from zhanggui.presale import selectors as presale
from zhanggui.presale.types import PresaleArticle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget() -> None:
    presale.forget()
    groupbuy.forget()


def sold(code: str, **more: Any) -> None:
    presales.offer({code: presales.article()}, **more)  # 65.00 in all


@pytest.mark.parametrize("closes", [True, False])
def test_a_mall_that_keeps_its_word(mall, product, closes: bool) -> None:
    sold(product[2], closes_sale=closes)
    groups.offer((product[2], 9_000))
    check = mall.check()
    assert (check.found, [(d.place, d.what, d.said, d.true) for d in mall.open()]) == (0, [])


def test_structured_data_tells_of_a_presale_alone(mall, product) -> None:
    sold(product[2])
    page = Browser().get(f"/p/{product[3]}").content.decode()
    (offer,) = [
        each["offers"]
        for text in re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.S)
        for each in [json.loads(text)]
        if isinstance(each, dict) and each.get("@type") == "Product"
    ]
    assert (offer["price"], offer["availability"]) == ("65.00", "https://schema.org/PreOrder")


def test_a_lie_about_a_presale_and_a_group_is_found_where_it_stands(mall, product, monkeypatch) -> None:
    sold(product[2], closes_sale=False)
    groups.offer((product[2], 9_000))
    shown, offered = presale.shown_offers, groupbuy.running_offers

    def cheaper(*args: Any, **kwargs: Any) -> Any:
        lie = {product[1]: PresaleArticle(8000, 10, 1000, counts_for=3000)}
        return [replace(view, draft=replace(view.draft, articles=lie)) for view in shown(*args, **kwargs)]

    def together(*args: Any, **kwargs: Any) -> Any:
        return [
            replace(view, draft=replace(view.draft, prices={product[1]: 8_888})) for view in offered(*args, **kwargs)
        ]

    monkeypatch.setattr(presale, "shown_offers", cheaper)
    monkeypatch.setattr(groupbuy, "running_offers", together)
    mall.check()
    assert mall.told() == {(place, what) for place in ("page", "api_offers") for what in ("presale", "group")}
    assert {(d.said, d.true) for d in mall.open()} == {(6000, 6500), (8888, 9000)}


def test_an_offer_that_is_shown_and_over(mall, product, monkeypatch) -> None:
    sold(product[2], closes_sale=False)
    presale.shown_offers(presales.clock.now())
    db.execute("update presale_offer set state = 'ended'")  # past the service: what is kept in memory does not know
    mall.check()
    assert mall.told() == {("page", "presale"), ("api_offers", "presale")}
    assert {d.holds.zh for d in mall.open()} == {"结算时不可购买"}


def test_the_api_says_another_price(mall, product, monkeypatch) -> None:
    sold(product[2], closes_sale=False)
    groups.offer((product[2], 9_000))
    for module, name in ((api_presales, "comes_to"), (api_groups, "price")):
        said = module.said

        def wrong(offers: Any, lang: str, said: Any = said, name: str = name) -> Any:
            found = said(offers, lang)
            for offer in found:
                for article in offer["articles"]:
                    article[name] = {"amount": 1, "currency": "CNY"}
            return found

        monkeypatch.setattr(module, "said", wrong)
    mall.check()
    assert mall.told() == {("api_offers", "presale"), ("api_offers", "group")}

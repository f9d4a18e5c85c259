"""Coupons at the shop: the claim centre and the wallet, what they say in every state, at a cost that does not grow."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from tests.factories import accounts as make
from tests.factories.catalog import make_category
from tests.factories.promotions import live_coupon, public_code
from tests.factories.shop import goods, open_shop
from tests.storefront.buying import signed_in, text
from tests.storefront.test_buying_budgets import cost
from tests.support.pages import Browser
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.clock import now
from zhanggui.promotions import selectors, services
from zhanggui.promotions.types import CouponDraft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(db: None) -> None:
    open_shop()


def open_coupon(label: str = "新人券", **more: Any) -> int:
    """A coupon anybody may claim; `issue_limit`, `per_member_limit`, `valid_days` and what a promotion has."""
    terms = {name: more.pop(name) for name in ("issue_limit", "per_member_limit", "valid_days") if name in more}
    return live_coupon(coupon=CouponDraft(claimable=True, **terms), label_zh=label, **more)


@pytest.mark.parametrize("number", [1, 12])
def test_what_the_pages_cost_however_many_there_are(number: int) -> None:
    browser, member_id = signed_in()
    for n in range(number):
        (sku,) = catalog.sellable_by_code(goods(5000))
        open_coupon(f"券{n}", scope={"categories": [make_category().id]})
        mine = open_coupon(scope={"products": [sku.product_id]})
        services.grant(mine, [member_id], actor=SYSTEM)
    assert cost(browser, "/coupons") == 2  # the offers, the way to goods
    assert cost(browser, "/account/coupons") == 3  # the wallet, what can be claimed, the way to goods
    assert cost(Browser(), "/coupons") == 1


def test_the_claim_centre_says_what_can_be_had_and_what_not() -> None:
    assert "现在没有可领的优惠券" in text(Browser().get("/coupons"))
    browser, member_id = signed_in()
    open_coupon("敞开领", valid_days=7)
    gone = open_coupon("手慢无", issue_limit=1)
    services.claim(gone, make.member().id or 0, actor=SYSTEM)
    open_coupon("明天见", starts_at=now() + timedelta(days=1))
    had = open_coupon("领过了")
    services.claim(had, member_id, actor=SYSTEM)
    seen = text(browser.get("/coupons"))
    for words in ("敞开领", "领取后 7 天内有效", "手慢无", "已领完", "明天见", "开抢", "未开始", "领过了", "去使用"):
        assert words in seen, words
    assert seen.count("立即领取") == 1
    english = text(browser.get("/coupons", **{"Accept-Language": "en"}))
    for words in ("Coupons to claim", "All gone", "Not yet", "Use it"):
        assert words in english, words


def test_claiming_wants_a_member_and_is_said_once_done() -> None:
    coupon_id = open_coupon("新人券", issue_limit=2)
    stranger = Browser().post("/coupons", {"take": coupon_id})
    assert (stranger.status_code, 'name="kept"' in text(stranger)) == (401, True)
    browser, member_id = signed_in()
    done = browser.follow(browser.post("/coupons", {"take": coupon_id}))
    assert "优惠券已放入您的账户" in text(done)
    assert len(selectors.wallet(member_id, now())) == 1
    again = browser.post("/coupons", {"take": coupon_id})
    assert again.status_code == 409
    assert "领" in text(again)
    for nothing in ("999999", "x", ""):
        assert browser.post("/coupons", {"take": nothing}).status_code == 404
    away = browser.post("/coupons", {"take": open_coupon(), "next": "https://example.org/"})
    assert away.headers["Location"] == "/coupons?said=claimed"


def test_the_last_one_is_gone_for_the_next() -> None:
    coupon_id = open_coupon("限量券", issue_limit=1)
    first, _ = signed_in()
    second, member_id = signed_in()
    assert first.post("/coupons", {"take": coupon_id}).status_code == 303
    late = second.post("/coupons", {"take": coupon_id})
    assert late.status_code == 409
    assert "已领完" in text(late)
    assert selectors.wallet(member_id, now()) == []


def test_the_wallet_keeps_what_can_be_used_apart_from_what_is_over() -> None:
    browser, member_id = signed_in()
    assert "用过" not in text(browser.get("/account/coupons"))
    soon = live_coupon(label_zh="快过期", ends_at=now() + timedelta(days=1))
    later = live_coupon(label_zh="慢慢用", ends_at=now() + timedelta(days=30))
    ended = live_coupon(label_zh="已结束券")
    for coupon_id in (later, soon, ended):
        services.grant(coupon_id, [member_id], actor=SYSTEM)
    services.end(ended, actor=SYSTEM)
    seen = text(browser.get("/account/coupons"))
    assert seen.index("快过期") < seen.index("慢慢用") < seen.index("已使用和过期") < seen.index("已结束券")


def test_a_code_is_kept_and_what_is_wrong_stands_at_its_field() -> None:
    browser, member_id = signed_in()
    public_code("ONCE", max_uses=1, label_zh="单次券")
    kept = browser.follow(browser.post("/account/coupons", {"code": " once "}))
    assert "单次券" in text(kept)
    for wrong, said in (("ONCE", ""), ("NOPE", "没有这个优惠码"), ("", "")):
        refused = browser.post("/account/coupons", {"code": wrong})
        assert refused.status_code == 409
        assert said in text(refused)
        assert f'value="{wrong}"' in text(refused)
    assert [coupon.code for coupon in selectors.wallet(member_id, now())] == ["ONCE"]
    assert Browser().get("/account/coupons").status_code == 303


def test_from_a_coupon_to_its_goods() -> None:
    browser, member_id = signed_in()
    (tea,) = goods(5000, title="龙井")
    sku = catalog.sellable_by_code([tea])[0]
    for scope in ({"all": True}, {"products": [sku.product_id]}):
        services.grant(live_coupon(scope=scope), [member_id], actor=SYSTEM)
    seen = text(browser.get("/account/coupons"))
    ways = re.findall(r'href="([^"]+)"[^>]*>去使用', seen)
    assert len(ways) == 2
    for way in ways:
        assert "龙井" in text(browser.get(unescape(way))), way

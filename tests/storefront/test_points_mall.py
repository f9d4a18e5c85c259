"""The points mall: what points buy, what is missing, one press one coupon, at a cost that does not grow."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.promotions import live_coupon
from tests.factories.shop import open_shop
from tests.storefront.buying import signed_in, text
from tests.support.pages import Browser
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.members import selectors as members
from zhanggui.members import services
from zhanggui.promotions import selectors
from zhanggui.promotions.types import CouponDraft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(db: None) -> None:
    open_shop()


def buyer(points: int) -> tuple[Browser, int]:
    browser, member_id = signed_in()
    if points:
        services.adjust(member_id, points, reason="开业礼", actor=SYSTEM)
    return browser, member_id


def offer(price: int, **more: Any) -> int:
    return live_coupon(
        label_zh=f"{price} 分券", label_en=f"For {price}", coupon=CouponDraft(points_price=price, **more)
    )


def test_what_can_be_had_and_what_is_missing() -> None:
    browser, _ = buyer(1_250)
    offer(500, valid_days=7, issue_limit=4)
    offer(1_370)
    seen = text(browser.get("/points"))
    for words in ("1,250", "还差 120 积分", "立即兑换", "兑换后 7 天内有效", "剩 4 张"):
        assert words in seen
    assert seen.count("立即兑换") == 1
    english = text(browser.get("/points", **{"Accept-Language": "en"}))
    for words in ("Points mall", "For 500", "120 points short", "Get it"):
        assert words in english


def test_one_press_is_one_coupon_and_pressing_twice_is_once() -> None:
    browser, member_id = buyer(1_000)
    coupon_id = offer(400, per_member_limit=2)
    asked = {"take": coupon_id, "points": 400, "key": "form-1"}
    answer = browser.post("/points", asked)
    assert answer.headers["Location"] == "/points?said=exchanged"
    assert "优惠券已放入您的账户" in text(browser.follow(answer))
    browser.post("/points", asked)
    assert members.available([member_id]) == {member_id: 600}
    [mine] = selectors.wallet(member_id, clock.now())
    assert mine.promotion_id == coupon_id
    assert "400 分券" in text(browser.get("/account/coupons"))
    assert "兑换" in text(browser.get("/account/points"))


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"points": "399"}, 409, "兑换所需积分已变为 400"),
        ({"take": "99999999"}, 404, "积分商城"),
        ({"take": "x"}, 404, "积分商城"),
        ({"key": ""}, 422, "积分商城"),
    ],
)
def test_bent_forms_take_nothing(change: dict[str, str], status: int, words: str) -> None:
    browser, member_id = buyer(1_000)
    asked = {"take": str(offer(400)), "points": "400", "key": "k"} | change
    answer = browser.post("/points", asked)
    assert (answer.status_code, members.available([member_id])) == (status, {member_id: 1_000})
    assert words in text(answer)


def test_who_has_too_little_is_told() -> None:
    browser, member_id = buyer(100)
    answer = browser.post("/points", {"take": offer(400), "points": 400, "key": "k"})
    assert (answer.status_code, members.available([member_id])) == (409, {member_id: 100})
    assert "还差 300 积分" in text(answer)


def test_guests_look_and_sign_in_to_take() -> None:
    coupon_id = offer(400)
    guest = Browser()
    seen = text(guest.get("/points"))
    assert "登录后用积分兑换" in seen
    assert "400 分券" in seen
    answer = guest.post("/points", {"take": coupon_id, "points": 400, "key": "k"})
    assert (answer.status_code, selectors.funnel(coupon_id).issued) == (401, 0)
    assert "登录" in text(answer)


def test_an_empty_mall_says_so() -> None:
    live_coupon(coupon=CouponDraft(claimable=True))
    for browser in (Browser(), buyer(0)[0]):
        assert "现在没有可以兑换的" in text(browser.get("/points"))


def test_the_rooms_lead_there() -> None:
    browser, _ = buyer(10)
    for room in ("/account", "/account/points", "/account/offers"):
        assert 'href="/points"' in text(browser.get(room))


@pytest.mark.parametrize("count", [1, 20])
def test_what_the_page_costs(count: int) -> None:
    browser, _ = buyer(1_000)
    for n in range(count):
        offer(100 + n)
    browser.get("/points")
    with CaptureQueriesContext(connection) as caught:
        assert browser.get("/points").status_code == 200
    asked = [q["sql"] for q in caught.captured_queries]
    mine = [sql for sql in asked if "kernel_version" not in sql and "accounts_accesstoken" not in sql]
    assert len(mine) == 3, mine  # the purse and its lots, the offers

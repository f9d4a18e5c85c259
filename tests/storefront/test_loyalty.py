"""The member's tier, points and offers, and paying with points at checkout."""

from __future__ import annotations

import pytest

from tests.factories.promotions import live
from tests.factories.shop import goods, open_shop
from tests.storefront.buying import number_in, order_form, place, put_in, signed_in, text
from tests.support.pages import Browser
from zhanggui.kernel.actor import SYSTEM
from zhanggui.members import selectors, services
from zhanggui.members.types import TierDraft
from zhanggui.orders import selectors as orders

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer() -> tuple[Browser, int]:
    open_shop()
    services.save_tier("basic", TierDraft("会员", 0, points_bp=10_000, birthday_points=88), actor=SYSTEM)
    gold = TierDraft(
        "金卡", 1, "Gold", growth_threshold=100_000, discount_bp=9_800, points_bp=15_000, free_shipping=True
    )
    services.save_tier("gold", gold, actor=SYSTEM)
    browser, member_id = signed_in()
    services.adjust(member_id, 1_250, reason="开业礼", actor=SYSTEM)
    return browser, member_id


@pytest.mark.parametrize("address", ["/account/points", "/account/offers", "/account/points?of=balance", "/account"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_members_see_where_they_stand(buyer: tuple[Browser, int], address: str, language: str) -> None:
    browser, _ = buyer
    seen = browser.get(address, **{"Accept-Language": language})
    assert seen.status_code == 200
    assert "¥1,000.00" in text(seen)  # missing to the next tier


def test_points_show_their_worth_their_end_and_every_move(buyer: tuple[Browser, int]) -> None:
    browser, member_id = buyer
    services.adjust(member_id, -50, reason="更正", actor=SYSTEM)
    seen = text(browser.get("/account/points"))
    for words in ("1,200", "可抵 ¥12.00", "开业礼", "更正", "即将过期", "9.8 折", "免运费"):
        assert words in seen
    assert browser.get("/account/points?cursor=nonsense").status_code < 500


def test_my_offers_gather_all_that_makes_buying_cheaper(buyer: tuple[Browser, int]) -> None:
    browser, _ = buyer
    live()
    seen = text(browser.get("/account/offers"))
    for words in ("生日礼 88 积分", "填写生日", "可抵 ¥12.50"):
        assert words in seen


def test_guests_sign_in_first() -> None:
    assert Browser().get("/account/points").status_code == 303


def test_points_pay_part_of_the_order(buyer: tuple[Browser, int]) -> None:
    browser, member_id = buyer
    (a,) = goods(10_000)
    put_in(browser, a)
    page = text(browser.get("/checkout"))
    assert "用 1,200 积分抵" in page
    refused = browser.post("/checkout", order_form(browser, do="points", spend="1150"))
    assert refused.status_code == 409
    assert "本单最多可用 1200 积分，以 100 为单位" in text(refused)
    assert browser.post("/checkout", order_form(browser, do="points", spend="很多")).status_code == 422
    seen = text(browser.post("/checkout", order_form(browser, do="points:1200")))
    assert "1200 积分抵扣" in seen
    assert "已用 1,200 积分" in seen
    number = number_in(place(browser).headers["Location"])
    sold = orders.find(number)
    assert sold is not None
    assert sold["discount_total"] == 1_200
    assert selectors.available([member_id]) == {member_id: 50}
    assert "1200 积分抵扣" in text(browser.get(f"/orders/{number}"))


def test_points_are_taken_off_again(buyer: tuple[Browser, int]) -> None:
    browser, _ = buyer
    put_in(browser, goods(10_000)[0])
    browser.post("/checkout", order_form(browser, do="points:500"))
    seen = text(browser.post("/checkout", order_form(browser, do="points:0")))
    assert "积分抵扣" not in seen

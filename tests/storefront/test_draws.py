"""Draws at the pages, without scripts: odds and commitment, drawing, what is refused, the seed and the check at the end."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.factories.draws import coupon, draw, nothing, over, player, points, take
from tests.factories.shop import open_shop
from tests.storefront.buying import form_at, signed_in, text
from tests.storefront.test_buying_budgets import cost
from tests.support.pages import Browser
from zhanggui.draws import fairness, selectors, services
from zhanggui.draws.types import DrawView
from zhanggui.kernel.actor import SYSTEM
from zhanggui.members import services as members

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(db: None) -> None:
    open_shop()


def draw_at(browser: Browser, view: DrawView, **over: str) -> Any:
    """The button is pressed as the page has it."""
    page = f"/draws/{view.slug}"
    return browser.post(page, form_at(browser.get(page), page) | over)


def test_everybody_sees_odds_rules_and_commitment() -> None:
    view = draw(coupon(50), points(2450), nothing(7500), price=20, notes_zh="请理性参与")
    guest = Browser()
    assert view.label.zh in text(guest.get("/draws"))
    page = text(guest.get(f"/draws/{view.slug}"))
    for said in (
        "0.5%",
        "24.5%",
        "75%",
        "0000–0049",
        "2500–9999",
        "5 / 5",
        view.commitment,
        "每次 20 积分",
        "请理性参与",
        "登录后抽奖",
    ):
        assert said in page, said
    assert guest.get("/draws/none-such").status_code == 404
    english = text(Browser("en").get(f"/draws/{view.slug}"))
    assert "Prizes and odds" in english
    main = english.split("<main")[1].split("</main")[0]
    assert not re.search("[\u4e00-\u9fff]", re.sub("10 元券|100 积分|谢谢参与|幸运抽奖|请理性参与", "", main))


def test_drawing_and_what_it_says() -> None:
    view = draw(points(10_000, pieces=1), nothing(0), per_day=2)
    browser, member_id = signed_in()
    answer = draw_at(browser, view, nonce="seven7")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/draws/{view.slug}?drawn=1#draw-box"
    page = text(browser.get(answer.headers["Location"].partition("#")[0]))
    assert "恭喜抽中" in page
    assert "seven7" in page
    assert "0 / 1" in page
    again = draw_at(browser, view)
    page = text(browser.get(again.headers["Location"].partition("#")[0]))
    assert "这次没有抽中" in page
    assert "“100 积分”已发完" in page
    assert "今天的抽奖机会已用完" in page
    assert view.label.zh in text(browser.get("/account/draws"))
    mine = selectors.chances_of(view.id, member_id)
    assert [chance.nonce for chance in mine][1] == "seven7"
    other, _ = signed_in("13800138111")
    assert "恭喜抽中" not in text(other.get(f"/draws/{view.slug}?drawn=1"))
    assert re.search(r"138\*\*\*\*\d{4}", text(other.get(f"/draws/{view.slug}")))


def test_a_form_sent_twice_draws_once() -> None:
    view = draw(per_day=5)
    browser, _ = signed_in()
    page = f"/draws/{view.slug}"
    form = form_at(browser.get(page), page)
    assert {browser.post(page, form).headers["Location"] for _ in range(3)} == {f"{page}?drawn=1#draw-box"}
    assert browser.post(page, form | {"nonce": "another"}).headers["Location"] == f"{page}?drawn=2#draw-box"


def test_what_cannot_be_is_said() -> None:
    view = draw(per_day=1, price=10)
    browser, member_id = signed_in()
    page = f"/draws/{view.slug}"
    assert "不够抽一次" in text(browser.get(page))
    poor = browser.post(page, {"key": "k", "nonce": "n"})
    assert poor.status_code == 409
    assert "可用积分或余额不足" in text(poor)
    members.adjust(member_id, 10, reason="test", actor=SYSTEM)
    wrong = draw_at(browser, view, nonce="不行")
    assert wrong.status_code == 422
    assert "1 到 32 个字母" in text(wrong)
    assert draw_at(browser, view).status_code == 303
    assert browser.post(page, {"key": "k2", "nonce": "n"}).status_code == 409
    assert Browser().post(page, {"key": "k", "nonce": "n"}).status_code == 401


def test_after_the_end_everybody_can_check() -> None:
    view = draw()
    who = player()
    for i in range(3):
        take(view, who, nonce=f"n{i}")
    guest = Browser()
    assert "公布种子后" in text(guest.get(f"/draws/{view.slug}/record"))
    ended = over(view)
    page = text(guest.get(f"/draws/{view.slug}"))
    assert ended.seed in page
    assert fairness.commitment(ended.seed) in page
    record = text(guest.get(f"/draws/{view.slug}/record"))
    for i in range(3):
        assert f"{fairness.roll(ended.seed, view.id, i + 1, f'n{i}'):04}" in record
    assert "已结束" in text(guest.get("/draws"))


def test_an_early_end_says_why() -> None:
    view = draw()
    services.end_draw(view.id, reason="奖品配置有误", actor=SYSTEM)
    assert "活动已提前结束：奖品配置有误" in text(Browser().get(f"/draws/{view.slug}"))


@pytest.mark.parametrize("count", [1, 12])
def test_what_the_pages_cost(count: int) -> None:
    view = draw(points(10_000), nothing(0))
    browser, member_id = signed_in()
    for i in range(count):
        services.take_chance(view.slug, member_id, nonce=f"n{i}", key=f"k{i}", actor=SYSTEM)
    take(view, player())
    assert cost(browser, f"/draws/{view.slug}") == 5  # the draw, chances left, own ones, winners and their numbers
    assert cost(browser, "/draws") == 1
    assert cost(browser, f"/draws/{view.slug}/record") == 3
    assert cost(browser, "/account/draws") == 2

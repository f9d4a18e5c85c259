"""The trial centre as buyers see it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.factories.shop import open_shop
from tests.factories.trials import WHY, arrive, ask, drawn, trial
from tests.storefront.test_draws import cost, form_at, signed_in, text
from tests.support.pages import Browser
from zhanggui.kernel import outbox
from zhanggui.kernel.actor import SYSTEM
from zhanggui.members import services as members
from zhanggui.members.types import AddressInput
from zhanggui.trials import selectors, services

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(db: None) -> None:
    open_shop()


def with_address() -> tuple[Browser, int]:
    browser, member_id = signed_in()
    address = AddressInput("李雷", "13800138000", "浙江省", "杭州市", "西湖区", "文三路 1 号")
    members.add_address(member_id, address, actor=SYSTEM)
    return browser, member_id


def test_everybody_sees_what_is_given_and_how() -> None:
    view = trial(label_en="Tea to try", freight=1_000, questions=("多久喝一次茶？",), notes_zh="送到为止")
    guest = Browser()
    assert view.label.zh in text(guest.get("/trials"))
    page = text(guest.get(f"/trials/{view.slug}"))
    for said in ("价值", "100.00", "10.00", view.commitment, "登录后申请", "14 天内写试用报告", "送到为止"):
        assert said in page, said
    assert guest.get("/trials/none-such").status_code == 404
    english = text(Browser("en").get(f"/trials/{view.slug}"))
    main = english.split("<main")[1].split("</main")[0]
    assert "Drawn in public" in main
    assert not re.search("[\u4e00-\u9fff]", re.sub("送到为止|测试商品[^<]*|商品[^<]*", "", main))


def test_applying_once_and_what_is_said_of_it() -> None:
    view = trial(questions=("多久喝一次茶？",))
    browser, _ = with_address()
    page = f"/trials/{view.slug}"
    form: Any = form_at(browser.get(page), page)
    short = browser.post(page, form | {"reason": "想要", "answer-0": "每天"})
    assert short.status_code == 422
    assert "至少写 10 个字" in text(short)
    lonely = browser.post(page, {k: v for k, v in form.items() if k != "address"} | {"reason": WHY, "answer-0": "每天"})
    assert "请选择收货地址" in text(lonely)
    full = form | {"reason": WHY, "answer-0": "每天"}
    assert browser.post(page, full).status_code == 303
    assert browser.post(page, full).status_code == 303  # sent twice: shown what there is
    assert selectors.trial(view.id).applied == 1
    seen = text(browser.get(page))
    assert "等待结果" in seen
    assert WHY in seen
    assert view.label.zh in text(browser.get("/account/trials"))
    assert Browser().post(page, full).status_code == 401


def test_whoever_has_no_address_is_led_to_one() -> None:
    view = trial()
    browser, _ = signed_in()
    assert "/account/addresses/new" in text(browser.get(f"/trials/{view.slug}"))
    hard = trial(min_points=10)
    assert "积分不够" in text(browser.get(f"/trials/{hard.slug}"))


def test_the_winner_reports_and_everybody_can_check() -> None:
    view = trial(pieces=1)
    browser, member_id = with_address()
    form: Any = form_at(browser.get(f"/trials/{view.slug}"), f"/trials/{view.slug}")
    browser.post(f"/trials/{view.slug}", form | {"reason": WHY})
    done = drawn(view)
    mine = selectors.mine(view.id, member_id)
    assert mine is not None
    arrive(mine)
    while outbox.relay_once():
        pass
    room = text(browser.get("/account/trials"))
    assert "待写报告" in room
    assert f"/orders/{mine.order_number}/review/1" in room
    assert "您还有试用报告没有写" in text(browser.get(f"/trials/{trial().slug}"))
    page = text(Browser().get(f"/trials/{view.slug}"))
    assert done.seed in page
    assert "138****" in page
    assert mine.rank[:12] in text(Browser().get(f"/trials/{view.slug}/record"))
    order = text(browser.get(f"/orders/{mine.order_number}"))
    assert "试用" in order


def test_one_called_off_says_why() -> None:
    view = trial()
    services.call_off(view.id, reason="批次有问题", actor=SYSTEM)
    assert "试用已取消：批次有问题" in text(Browser().get(f"/trials/{view.slug}"))


@pytest.mark.parametrize("count", [1, 6])
def test_what_the_pages_cost(count: int) -> None:
    views = [trial() for _ in range(count)]
    browser, _ = with_address()
    for _ in range(count):
        ask(views[0])
    assert cost(browser, "/trials") == 4  # the trials, where their goods stand, the goods, their prices
    assert cost(browser, f"/trials/{views[0].slug}/record") == 3
    assert cost(browser, f"/trials/{views[0].slug}") == 8
    assert cost(browser, "/account/trials") == 1

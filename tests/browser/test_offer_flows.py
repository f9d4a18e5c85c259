"""Offers from end to end in a browser: a presale from deposit to balance, a group joined by invitation, a campaign from plan to
announcement."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, fits
from tests.browser.live import LiveMall
from tests.browser.test_buying import fill_address, number_of, pay_at_the_cashier, place
from tests.support.live_calls import staff_call
from zhanggui.kernel import clock

pytestmark = pytest.mark.process


@pytest.fixture
def phone(visit: Visit, sign_in_member: Callable[[Page], Page]) -> Page:
    return sign_in_member(visit("/sign-in", device="phone"))


def buy(page: Page) -> str:
    """From the checkout as it stands to the payment that has arrived; the order's number."""
    if page.locator("[name=address][value=new]").count():
        page.locator("[name=address][value=new]").check()
    if page.locator("[name=line]").count():
        fill_address(page)
    page.check("[name=provider][value=alipay]")
    place(page)
    pay_at_the_cashier(page)
    page.wait_for_url("**/pay/**", timeout=20_000)
    expect(page.locator("h1")).to_contain_text(re.compile("付款成功|等待成团|拼团成功"), timeout=40_000)
    return number_of(page)


def test_a_presale_from_deposit_to_balance(phone: Page, live: LiveMall, axe: Callable[..., None]) -> None:
    phone.goto("/presales")
    phone.locator(".group-card-link").first.click()
    phone.locator("[name=agreed]").check()
    phone.get_by_role("button", name="付定金").click()
    phone.wait_for_url(re.compile(r"/presales/mine/"))
    number = phone.url.split("/mine/")[1].split("?")[0]
    phone.check("[name=provider][value=alipay]")
    phone.get_by_role("button", name="付定金").click()
    pay_at_the_cashier(phone)
    expect(phone.locator("h1")).to_contain_text("已付定金", timeout=40_000)
    assert fits(phone)
    axe(phone)
    expect(phone.get_by_role("button", name="付尾款")).to_have_count(0)  # its time has not come
    staff_call(live, "open_balance", number=number)
    phone.reload()
    phone.get_by_role("button", name="付尾款").click()
    assert fits(phone)
    axe(phone)
    assert buy(phone) == number, "the order bears the number of its reservation"
    phone.goto("/account/presales")
    expect(phone.locator("main")).to_contain_text(number)


def test_a_group_is_joined_by_invitation(phone: Page, visit: Visit, live: LiveMall, axe: Callable[..., None]) -> None:
    offer = staff_call(live, "group", percent=80)
    phone.goto(f"/groups/offers/{offer}")
    phone.get_by_role("button", name="付款开团").click()
    buy(phone)
    phone.locator("a[href^='/groups/']:not([href^='/groups/offers'])").first.click()
    expect(phone.locator("h1")).to_contain_text("还差 1 人成团")
    assert fits(phone)
    axe(phone)
    friend = visit(phone.url.split("?")[0], device="phone")
    expect(friend.locator("main")).not_to_contain_text("19900020001")  # who sits there is told to nobody in full
    friend.get_by_role("button", name="付款参团").click()
    buy(friend)
    phone.reload()
    expect(phone.locator("h1")).to_contain_text("拼团成功", timeout=20_000)
    axe(phone)


def test_a_campaign_from_plan_to_announcement(
    visit: Visit, sign_in: Callable[..., Page], live: LiveMall, axe: Callable[..., None]
) -> None:
    desk = sign_in(visit("/office/sign-in"), "manager")
    desk.goto("/office/campaigns/new")
    desk.fill("[name=theme_zh]", "春茶节")
    soon = (clock.now() + timedelta(days=20)).replace(second=0, microsecond=0)
    desk.fill("[name=starts_at]", soon.strftime("%Y-%m-%dT%H:%M"))
    desk.fill("[name=ends_at]", (soon - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"))
    desk.get_by_role("button", name="建立草稿").click()
    expect(desk.locator(".field-error, .alert-bad").first).to_be_visible()
    expect(desk.locator("[name=theme_zh]")).to_have_value("春茶节")
    desk.fill("[name=ends_at]", (soon + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M"))
    desk.get_by_role("button", name="建立草稿").click()
    expect(desk.locator("h1")).to_have_text("春茶节")
    expect(desk.locator(".badge").first).to_contain_text("草稿")
    axe(desk)
    desk.fill("#good [name=sku]", staff_call(live, "article"))
    desk.fill("#good [name=price]", "20.00")
    desk.fill("#good [name=stock]", "5")
    desk.get_by_role("button", name="保存商品").click()
    expect(desk.locator(".toast")).to_contain_text("商品已安排")
    desk.get_by_role("button", name="公布").first.click()
    desk.locator("dialog").get_by_role("button", name="确定").click()
    expect(desk.locator(".toast, .alert").filter(has_text="时间不再变动").first).to_be_visible()
    expect(desk.locator("[name=starts_at]")).to_have_attribute("readonly", "")
    axe(desk)

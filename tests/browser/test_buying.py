"""Buying in a real browser: a guest on a phone, a member with a coupon who returns an article; with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, fits
from tests.browser.live import LiveMall
from tests.factories.pictures import picture
from tests.support.live_calls import staff_call

pytestmark = pytest.mark.process
NUMBER = re.compile(r"/(?:pay|orders)/([A-Za-z0-9-]+)")


def choose_goods(page: Page) -> None:
    """From the home page to a product that can be bought."""
    page.goto("/search?in_stock=1")
    page.locator(".tile:not(.tile-gone) .tile-link").first.click()
    expect(page.locator("#buy-form")).to_be_visible()


def fill_address(page: Page, *, scripts: bool = True) -> None:
    page.fill("[name=name]", "韩梅梅")
    page.fill("[name=mobile]", "13900139000")
    page.select_option("[name=province]", "浙江省")
    if scripts:
        page.locator("select[name=city] option[value='杭州市']").wait_for(state="attached")
        page.select_option("[name=city]", "杭州市")
        page.select_option("[name=district]", "西湖区")
    else:
        page.fill("[name=city]", "杭州")
        page.fill("[name=district]", "西湖")
    page.fill("[name=line]", "文三路 1 号 2 单元")


def pay_at_the_cashier(page: Page) -> None:
    """On the gateway's own page."""
    expect(page.get_by_role("button", name="确认付款")).to_be_visible()
    page.get_by_role("button", name="确认付款").click()


def place(page: Page) -> None:
    """Press the button; confirm once more where the page asks because freight was not known before."""
    button = "button[value=place]:visible"
    page.locator(button).last.click()
    page.wait_for_load_state()
    if page.get_by_text("应付金额有变化").count():
        page.locator(button).last.click()
        page.wait_for_load_state()


def number_of(page: Page) -> str:
    found = NUMBER.search(page.url)
    assert found, page.url
    return found[1]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_guest_buys_on_a_phone(visit: Visit, axe: Callable[..., None], theme: str) -> None:
    page = visit("/", device="phone", theme=theme)
    choose_goods(page)
    page.locator(".bar-buy button", has_text="加入购物车").click()
    drawer = page.locator("dialog.drawer")
    expect(drawer).to_contain_text("已加入购物车")
    axe(page)
    drawer.get_by_role("link", name="查看购物车").click()
    expect(page.locator("h1")).to_contain_text("购物车")
    assert fits(page)
    axe(page)
    page.locator(".pay-bar a").click()
    fill_address(page)
    axe(page)
    assert fits(page)
    page.check("[name=provider][value=alipay]")
    place(page)
    pay_at_the_cashier(page)
    page.wait_for_url("**/pay/**", timeout=20_000)
    expect(page.locator("h1")).to_contain_text("付款成功", timeout=30_000)
    axe(page)
    page.get_by_role("link", name="查看订单").click()
    expect(page.locator("h1")).to_contain_text("已付款")
    assert fits(page)
    axe(page)
    page.go_back()
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("系统出错")


def test_a_guest_buys_without_scripts(visit: Visit) -> None:
    page = visit("/", device="phone", scripts=False)
    choose_goods(page)
    page.locator(".bar-buy button", has_text="立即购买").click()
    expect(page.locator("h1")).to_contain_text("确认订单")
    fill_address(page, scripts=False)
    page.check("[name=provider][value=alipay]")
    place(page)
    pay_at_the_cashier(page)
    page.wait_for_url("**/pay/**", timeout=20_000)
    expect(page.locator("h1")).to_contain_text("付款成功", timeout=40_000)


def test_the_cart_is_changed_where_it_stands_and_keeps_the_focus(visit: Visit) -> None:
    page = visit("/")
    choose_goods(page)
    page.locator("#buy button", has_text="加入购物车").click()
    expect(page.locator("dialog.drawer")).to_contain_text("已加入购物车")
    page.goto("/cart")
    page.evaluate("window.kept = true")
    page.get_by_role("button", name="加一").first.click()
    expect(page.locator(".cart-line input.stepper-input")).to_have_value("2")
    expect(page.locator("header [data-cart-count]").first).to_have_text("2")
    page.locator(".line-act", has_text="稍后再买").press("Enter")
    expect(page.locator(".later")).to_be_visible()
    assert page.evaluate("document.activeElement.closest('#cart') !== null")
    page.locator(".line-act", has_text="放回购物车").press("Enter")
    expect(page.locator(".later")).to_have_count(0)
    page.locator(".line-act", has_text="删除").press("Enter")
    expect(page.locator("#cart")).to_contain_text("已移除")
    assert page.evaluate("window.kept")  # never left the page


def test_a_page_from_before_the_payment_catches_up(visit: Visit) -> None:
    page = visit("/", device="phone")
    choose_goods(page)
    page.locator(".bar-buy button", has_text="立即购买").click()
    fill_address(page)
    page.check("[name=provider][value=alipay]")
    place(page)
    page.get_by_role("link", name="暂不付款").click()
    expect(page.locator("h1")).to_contain_text("等待付款")
    page.check("[name=provider][value=wechat]")
    page.get_by_role("button", name="立即付款").click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="模拟扫码").click()
    opened.value.get_by_role("button", name="确认付款").click()
    page.bring_to_front()
    expect(page.locator("h1")).to_contain_text("付款成功", timeout=30_000)
    page.go_back()
    expect(page.locator("h1")).to_contain_text("付款成功")
    assert fits(page)


def test_the_cashier_can_refuse_and_be_left(visit: Visit) -> None:
    page = visit("/")
    choose_goods(page)
    page.locator("#buy button", has_text="立即购买").click()
    fill_address(page)
    page.check("[name=provider][value=unionpay]")
    place(page)
    page.get_by_role("button", name="模拟付款失败").click()
    expect(page.get_by_role("alert")).to_contain_text("没有成功")
    page.get_by_role("link", name="暂不付款").click()
    expect(page.locator("h1")).to_contain_text("等待付款")
    page.check("[name=provider][value=wechat]")
    page.get_by_role("button", name="立即付款").click()
    expect(page.locator(".code svg")).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="模拟扫码").click()
    opened.value.get_by_role("button", name="确认付款").click()
    page.bring_to_front()
    expect(page.locator("h1")).to_contain_text("付款成功", timeout=30_000)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_member_buys_with_a_coupon_follows_and_returns_with_a_photo(
    visit: Visit, live: LiveMall, sign_in_member: Callable[[Page], Page], tmp_path: Path, scripts: bool
) -> None:
    code = staff_call(live, "coupon", label=f"测试券{int(scripts)}", off=100)
    page = sign_in_member(visit("/", scripts=scripts))
    choose_goods(page)
    page.locator("#buy button", has_text="立即购买").click()
    page.locator("details.coupon-box", has_text="优惠券").locator("summary").click()
    page.fill("#f-code", code)
    page.locator("button[value=coupon]").click()
    expect(page.locator(".coupon-on")).to_contain_text(code)
    if page.locator("[name=address][value=new]").count():
        page.locator("[name=address][value=new]").check()
    fill_address(page, scripts=scripts)
    page.check("[name=provider][value=alipay]")
    place(page)
    pay_at_the_cashier(page)
    page.wait_for_url("**/pay/**", timeout=20_000)
    expect(page.locator("h1")).to_contain_text("付款成功", timeout=40_000)
    number = number_of(page)
    staff_call(live, "deliver", number=number)
    page.goto(f"/orders/{number}")
    expect(page.locator("body")).to_contain_text("已签收")
    page.get_by_role("link", name="申请售后").first.click()
    page.locator("input.stepper-input").first.fill("1")
    page.check("[name=kind][value=return_refund]")
    page.select_option("[name=reason]", "quality")
    photo = tmp_path / "broken.png"
    photo.write_bytes(picture(size=(640, 480)))
    page.set_input_files("[name=photos]", str(photo))
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator("h1")).to_contain_text("等待商家处理")
    expect(page.locator(".photos img")).to_have_count(1)
    assert page.locator(".photos img").evaluate("image => image.complete && image.naturalWidth > 0")
    page.goto("/account/returns")
    expect(page.locator("body")).to_contain_text("退货退款")


@pytest.mark.parametrize("device", ["phone", "desktop"])
@pytest.mark.parametrize(
    "path",
    ["/cart", "/sign-in", "/sign-up", "/account", "/account/orders", "/account/returns", "/account/coupons",
     "/account/points", "/points", "/account/favourites", "/account/addresses", "/account/addresses/new", "/account/settings"],
)  # fmt: skip
def test_every_room_fits_and_can_be_read(
    visit: Visit, sign_in_member: Callable[[Page], Page], axe: Callable[..., None], path: str, device: str
) -> None:
    page: Any = visit(path, device=device)
    if not path.startswith("/sign"):
        sign_in_member(page)
        page.goto(path)
    assert fits(page)
    axe(page)

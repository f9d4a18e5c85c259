"""The manager reads the week and follows a number to its orders; a clerk works through the orders by keyboard alone."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tests.browser.conftest import Visit
from tests.browser.live import LiveMall
from tests.support.live_calls import staff_call


@pytest.fixture(scope="module")
def number(live: LiveMall) -> str:
    """An order of this week, whatever day it is."""
    return str(json.loads(staff_call(live, "orders", mobile=live.member, ages=[0]))[0])


@pytest.fixture
def desk(visit: Visit, sign_in: Callable[..., Page]) -> Page:
    return sign_in(visit("/office/sign-in"), "manager")


def figures(page: Page) -> dict[str, str]:
    """What the page says of every metric."""
    return {
        str(each.get_attribute("data-metric")): str(each.get_attribute("data-value"))
        for each in page.locator("main tr[data-metric]").all()
    }


def behind(page: Page) -> list[str]:
    """The numbers of the orders behind a figure, over all pages."""
    found: list[str] = []
    while True:
        found += page.locator("[data-row] a[href^='/office/orders/']").all_inner_texts()
        following = page.locator("a[rel=next][href*=cursor]")
        if not following.count():
            return found
        following.click()
        page.wait_for_load_state()


def test_a_number_of_the_week_is_followed_to_its_orders(desk: Page, number: str) -> None:
    desk.locator(".shell-nav a", has_text="报表").click()
    desk.get_by_role("link", name="周报").click()
    expect(desk.locator("h1")).to_have_text("经营周报")
    week = figures(desk)
    assert int(week["orders"]) > 0
    assert int(week["sales"]) > 0

    with desk.expect_download() as taken:
        desk.get_by_role("link", name="Excel").click()
    sheet = CalamineWorkbook.from_path(str(taken.value.path())).get_sheet_by_name("指标").to_python()
    book = {row[0]: row[2] for row in sheet}
    assert book["orders"] == int(week["orders"])
    assert round(float(str(book["sales"])) * 100) == int(week["sales"])

    desk.locator("tr[data-metric=orders] a").first.click()
    hero = desk.locator(".rp-hero")
    expect(hero).to_have_attribute("data-value", week["orders"])
    expect(desk.locator(".rp-definition p")).not_to_be_empty()
    found = behind(desk)
    assert len(found) == len(set(found)) == int(week["orders"])
    assert number in found
    desk.get_by_role("link", name=found[-1]).click()
    expect(desk.locator("h1")).to_contain_text(found[-1])
    expect(desk.locator("main")).to_contain_text("应付")


#: What has the focus and does not show it; the parts inside a date's field are drawn by the browser itself.
VISIBLE = """() => {
    const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
    const ring = style.outlineStyle !== "none" || style.boxShadow !== "none";
    const inside = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
    return at === document.body || at.type === "date" || (ring && inside) ? "" : at.outerHTML.slice(0, 200);
}"""


def tab_to(page: Page, selector: str) -> None:
    """By Tab alone; wherever the focus stands on the way, it can be seen."""
    wanted = page.locator(selector)
    for _ in range(80):
        page.keyboard.press("Tab")
        assert page.evaluate(VISIBLE) == ""
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab never comes to {selector}")


def test_an_order_is_cancelled_by_keyboard_alone(desk: Page, number: str) -> None:
    desk.goto(f"/office/orders?q={number}")
    desk.keyboard.press("Tab")
    skip = desk.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    desk.keyboard.press("Enter")
    expect(desk.locator("#main")).to_be_focused()
    tab_to(desk, f"[data-row] a[href$='{number}']")
    desk.keyboard.press("Enter")
    expect(desk.locator("h1")).to_contain_text(number)
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    tab_to(desk, "form[action$='/cancel'] [name=reason]")
    desk.keyboard.type("买家来电取消")
    tab_to(desk, "form[action$='/cancel'] button")
    desk.keyboard.press("Enter")
    dialog = desk.locator("dialog[open]")
    expect(dialog.get_by_role("button", name="取消")).to_be_focused()
    for _ in range(4):
        desk.keyboard.press("Tab")
        assert desk.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog[open]')"
        )
    desk.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(desk.locator("form[action$='/cancel'] button")).to_be_focused()
    desk.keyboard.press("Enter")
    tab_to(desk, "dialog[open] .btn-primary")
    desk.keyboard.press("Enter")
    expect(desk.locator(".toast")).to_contain_text("订单已取消")
    expect(desk.locator("main")).to_contain_text("买家来电取消")

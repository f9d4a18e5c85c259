"""The grid of goods by hand: click and keys, saved at once, taken back, and told where somebody was faster."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import fits

GRID = "/office/products"


def cells(page: Page, field: str):
    """The cells of products with one variant."""
    return page.locator(f"tr[data-row] [data-cell][data-field={field}]")


def open_cell(page: Page, field: str, n: int = 0):
    cell = cells(page, field).nth(n)
    cell.locator("[data-edit]").click()
    return cell, cell.locator("input")


def price(cell) -> str:
    return cell.locator("[data-shown]").inner_text()


@pytest.fixture
def grid(visit, sign_in) -> Page:
    page = sign_in(visit("/office/sign-in"), "manager")
    page.goto(GRID)
    return page


def test_a_click_edits_enter_saves_and_the_toast_takes_it_back(grid):
    cell, field = open_cell(grid, "sale")
    expect(field).to_be_focused()
    before = price(cell)
    field.fill("1234.5")
    field.press("Enter")
    expect(cell.locator("[data-shown]")).to_have_text("¥1,234.50")
    expect(cell.locator("[data-edit]")).to_be_focused()
    grid.locator(".toast button", has_text="撤销").click()
    expect(cell.locator("[data-shown]")).to_have_text(before)
    grid.reload()
    assert price(cells(grid, "sale").nth(0)) == before


def test_by_keys_alone(grid):
    """F2 and digits open, Esc gives up, Tab saves and goes on, arrows walk, Ctrl+Z takes back the last and the one before."""
    first = cells(grid, "sale").nth(0)
    before, listed = price(first), price(cells(grid, "list").nth(0))
    first.locator("[data-edit]").focus()
    grid.keyboard.press("F2")
    grid.keyboard.type("1")
    grid.keyboard.press("Escape")
    expect(first.locator("input")).to_have_count(0)
    assert price(first) == before
    expect(first.locator("[data-edit]")).to_be_focused()
    grid.keyboard.press("ArrowDown")
    expect(cells(grid, "sale").nth(1).locator("[data-edit]")).to_be_focused()
    grid.keyboard.press("ArrowUp")
    grid.keyboard.press("9")  # a digit begins anew
    grid.keyboard.type("99")
    grid.keyboard.press("Tab")
    expect(first.locator("[data-shown]")).to_have_text("¥999.00")
    following = cells(grid, "list").nth(0).locator("input")
    expect(following).to_be_focused()
    following.fill("1999")
    following.press("Enter")
    expect(cells(grid, "list").nth(0).locator("[data-shown]")).to_have_text("¥1,999.00")
    grid.keyboard.press("Control+z")
    expect(cells(grid, "list").nth(0).locator("[data-shown]")).not_to_have_text("¥1,999.00")
    grid.keyboard.press("Control+z")
    expect(first.locator("[data-shown]")).to_have_text(before)
    expect(cells(grid, "list").nth(0).locator("[data-shown]")).to_have_text(listed)


def test_what_is_wrong_stands_at_the_cell_and_stays_typed(grid, axe):
    cell, field = open_cell(grid, "sale")
    field.fill("十元")
    field.press("Enter")
    expect(cell.get_by_role("alert")).to_contain_text("请填写金额")
    expect(field).to_have_value("十元")
    expect(field).to_be_focused()
    axe(grid)
    field.press("Escape")
    expect(cell.get_by_role("alert")).to_have_count(0)


def test_who_was_faster_is_shown_and_not_overwritten_unasked(grid):
    other = grid.context.new_page()
    other.goto(GRID)
    cell, field = open_cell(other, "sale", 1)
    before = price(cell)
    field.fill("777")
    field.press("Enter")
    expect(cell.locator("[data-shown]")).to_have_text("¥777.00")
    mine, field = open_cell(grid, "sale", 1)
    field.fill("888")
    field.press("Enter")
    expect(mine.get_by_role("alert")).to_contain_text("¥777.00")
    field.press("Escape")
    expect(mine.locator("[data-shown]")).to_have_text("¥777.00")
    other.bring_to_front()
    other.keyboard.press("Control+z")
    expect(cell.locator("[data-shown]")).to_have_text(before)


def test_stock_and_title_with_the_reason_of_the_page(grid):
    grid.locator("[data-reason]").fill("浏览器盘点")
    cell, field = open_cell(grid, "stock", 2)
    units = int(price(cell).replace(",", ""))
    field.fill(str(units + 3))
    field.press("Enter")
    expect(cell.locator("[data-shown]")).to_have_text(str(units + 3))
    grid.keyboard.press("Control+z")
    expect(cell.locator("[data-shown]")).to_have_text(str(units))
    grid.goto("/office/stock/movements")
    expect(grid.locator("main")).to_contain_text("撤销：浏览器盘点")
    grid.goto(GRID)
    row = grid.locator("tr[data-row]").first
    row.hover()
    title = row.locator("[data-field=title]")
    before = title.locator("[data-shown]").inner_text()
    title.locator("[data-edit]").click()
    title.locator("input").fill(f"{before} 改")
    title.locator("input").press("Enter")
    expect(title.locator("[data-shown]")).to_have_text(f"{before} 改")
    grid.keyboard.press("Control+z")
    expect(title.locator("[data-shown]")).to_have_text(before)


def test_variants_open_below_and_are_edited_there(grid, axe):
    more = grid.locator("[data-variants]").first
    more.click()
    expect(more).to_have_attribute("aria-expanded", "true")
    row = grid.locator(".grid-variant").first
    cell = row.locator("[data-field=sale]")
    before = price(cell)
    cell.locator("[data-edit]").click()
    cell.locator("input").fill("3333")
    cell.locator("input").press("Enter")
    span = grid.locator(f"[data-text=price-{row.get_attribute('data-of')}]")
    expect(span).to_contain_text("¥3,333.00")
    axe(grid)
    grid.keyboard.press("Control+z")
    expect(cell.locator("[data-shown]")).to_have_text(before)
    more.click()
    expect(row).to_be_hidden()


def test_many_prices_with_a_look_before_and_a_way_back(grid, axe):
    shown = price(cells(grid, "sale").nth(0))
    grid.locator("tr[data-row]:has([data-field=sale])").first.locator("[data-pick]").check()
    grid.get_by_role("button", name="改价").click()
    grid.fill("[name=value]", "-10")
    grid.select_option("[name=rounding]", "90")
    grid.get_by_role("button", name="预览").click()
    expect(grid.locator("main")).to_contain_text("1 个规格会改变")
    axe(grid)
    grid.fill("[name=reason]", "大促")
    grid.get_by_role("button", name=re.compile("确认修改")).click()
    expect(grid.locator(".toast")).to_contain_text("已改 1 个规格的价格")
    assert price(cells(grid, "sale").nth(0)) != shown
    grid.locator(".toast-undo").click()
    expect(cells(grid, "sale").nth(0).locator("[data-shown]")).to_have_text(shown)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_the_pages_are_for_everybody(visit, sign_in, axe, device, theme):
    page = sign_in(visit("/office/sign-in", device=device, theme=theme), "manager")
    for address in (
        GRID,
        f"{GRID}/1/prices",
        "/office/promotions/calendar",
        f"{GRID}/reprice?ids=1&kind=percent&value=-5&target=sale",
    ):
        page.goto(address)
        assert fits(page), address
        axe(page)


def test_without_scripts_a_cell_leads_to_its_form(visit, sign_in):
    page = sign_in(visit("/office/sign-in", scripts=False), "manager")
    page.goto(GRID)
    expect(page.locator("[data-reason]")).to_be_hidden()
    cells(page, "sale").nth(0).locator("a").click()
    expect(page).to_have_url(re.compile(r"/office/products/\d+/prices#f-sale-\d+$"))
    expect(page.locator("input[name^=sale-]").first).to_be_visible()

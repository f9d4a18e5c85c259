"""The editor: another shop's file becomes goods on sale; two editors, and a session that ends, lose nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from time import time_ns

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Visit

HEAD = "Handle,Title,Body (HTML),Vendor,Type,Published,Variant SKU,Variant Price,Variant Inventory Qty\n"


@pytest.fixture
def desk(visit: Visit, sign_in: Callable[..., Page]) -> Page:
    return sign_in(visit("/office/sign-in"), "editor")


def over(page: Page) -> None:
    """The import has been carried out; its page says so by itself."""
    expect(page.locator("#import:not([hx-get])")).to_be_visible(timeout=60_000)


def test_goods_of_another_shop_are_tried_imported_completed_and_sold(desk: Page, visit: Visit) -> None:
    mark = f"T{time_ns() // 1000 % 10**9:09d}"
    rows = (
        f"{mark}-a,竹茶则 {mark},<p>手作竹器</p>,,,FALSE,{mark}-A,39.90,12\n"
        f"{mark}-b,竹茶针 {mark},,,,TRUE,{mark}-B,19.90,5\n"
        f"{mark}-c,竹茶夹 {mark},,,,TRUE,{mark}-C,九块九,5\n"
    )
    desk.locator(".shell-nav a", has_text="导入").click()
    desk.get_by_role("link", name="导入文件").first.click()
    file: FilePayload = {"name": "竹器.csv", "mimeType": "text/csv", "buffer": (HEAD + rows).encode("gb18030")}
    desk.set_input_files("[name=files]", [file])
    desk.get_by_role("button", name="试导入").click()
    expect(desk.locator("h1")).to_contain_text("试导入")
    over(desk)
    expect(desk.locator("#import")).to_contain_text("没有改动任何数据")
    expect(desk.locator("#import .import-files")).to_contain_text("竹器.csv")
    desk.get_by_role("button", name="正式导入").click()
    over(desk)
    expect(desk.locator(".import-state")).to_contain_text("部分未导入")
    expect(desk.locator(".import-counts div").first).to_have_text(re.compile(r"新增\s*2"))
    refused = desk.locator("[data-row]")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text("九块九")
    expect(refused.locator("[data-label='行']")).to_have_text("4")

    desk.get_by_role("link", name="查看商品").click()
    desk.fill("[name=q]", f"竹茶则 {mark}")
    desk.press("[name=q]", "Enter")
    desk.locator("main").get_by_role("link", name=f"竹茶则 {mark}").first.click()
    expect(desk.locator("h1")).to_have_text(f"竹茶则 {mark}")
    desk.fill("[name=subtitle]", "一把量两泡")
    desk.get_by_text("英文内容").click()
    desk.fill("[name=title_en]", f"Bamboo tea scoop {mark}")
    desk.get_by_role("button", name="保存", exact=True).click()
    expect(desk.locator(".toast")).to_contain_text("已保存")
    for words, state in (("提交审核", "待审核"), ("审核通过", "已审核"), ("上架", "在售")):
        desk.locator(".shell-actions").get_by_role("button", name=words, exact=True).click()
        expect(desk.locator(".shell-actions .badge")).to_have_text(state)
    shop = visit(desk.get_by_role("link", name="在商城中查看").get_attribute("href") or "", device="phone")
    expect(shop.locator("h1")).to_contain_text(f"竹茶则 {mark}")
    expect(shop.locator("main")).to_contain_text("一把量两泡")
    expect(shop.locator("main")).to_contain_text("39.9")
    shop.goto(f"/search?q={mark}")
    expect(shop.locator(".tile")).to_have_count(2)


def test_the_second_editor_is_told_and_decides(desk: Page, visit: Visit, sign_in: Callable[..., Page]) -> None:
    desk.goto("/office/products/1")
    before = desk.input_value("[name=subtitle]")
    other = sign_in(visit("/office/sign-in"), "manager")
    other.goto("/office/products/1")
    other.fill("[name=subtitle]", "店长先改的")
    other.get_by_role("button", name="保存", exact=True).click()
    expect(other.locator(".toast")).to_contain_text("已保存")
    desk.fill("[name=subtitle]", "编辑后改的")
    desk.fill("[name=tags]", "没有丢")
    desk.get_by_role("button", name="保存", exact=True).click()
    difference = desk.locator("table", has_text="已保存（他人）")
    expect(difference).to_contain_text("店长先改的")
    expect(difference).to_contain_text("编辑后改的")
    expect(desk.locator("[name=subtitle]")).to_have_value("编辑后改的")
    expect(desk.locator("[name=tags]")).to_have_value("没有丢")
    desk.fill("[name=subtitle]", before)
    desk.get_by_role("button", name="保存", exact=True).click()
    expect(desk.locator(".toast")).to_contain_text("已保存")
    other.reload()
    expect(other.locator("[name=subtitle]")).to_have_value(before)


def test_what_was_typed_survives_the_end_of_the_session(visit: Visit, sign_in: Callable[..., Page]) -> None:
    page = sign_in(visit("/office/sign-in"), "editor", anew=True)
    page.goto("/office/products/2")
    page.locator("[name=description_html] ~ * [contenteditable], zg-rich [contenteditable]").first.click()
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.insert_text("写了很久的一段“话” & 更多")
    elsewhere = page.context.new_page()
    elsewhere.goto("/office/me")
    elsewhere.locator(".shell-me").click()
    elsewhere.get_by_role("button", name="退出登录").click()
    elsewhere.wait_for_url("**/office/sign-in")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("main")).to_contain_text("已经保留")
    page.fill("[name=email]", "editor@zhanggui.local")
    page.fill("[name=password]", "lotus-tea-4821")
    page.get_by_role("button", name="登录").click()
    expect(page.locator("h1")).to_have_text("您填写的内容还在")
    page.get_by_role("button", name="继续提交").click()
    expect(page.locator(".toast")).to_contain_text("已保存")
    expect(page.locator("[name=description_html]")).to_have_value(re.compile("写了很久的一段“话” &(amp;)? 更多"))

"""Prices and offers by hand: the workbench by keys, the editor of promotions trying what is typed, a batch of codes, a
description as one sees it, and in the shop a draw and a presale on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, fits

#: Pages of the shop about offers that no menu leads past axe.
HALLS = (
    "/draws", "/presales", "/groups", "/flash", "/points", "/coupons", "/account/offers", "/account/draws", "/account/presales",
)  # fmt: skip


@pytest.fixture
def desk(visit: Visit, sign_in: Callable[..., Page]) -> Page:
    return sign_in(visit("/office/sign-in"), "manager")


@pytest.fixture
def phone(visit: Visit, sign_in_member: Callable[[Page], Page]) -> Page:
    return sign_in_member(visit("/sign-in", device="phone"))


def test_the_halls_of_offers_on_a_phone(phone: Page, axe: Callable[..., None]) -> None:
    for address in HALLS:
        answer = phone.goto(address)
        assert answer is not None
        assert (address, answer.status) == (address, 200)
        assert fits(phone), address
        axe(phone)


def test_a_chance_is_taken_on_a_phone(phone: Page, axe: Callable[..., None]) -> None:
    phone.goto("/draws")
    phone.locator(".draw-card").first.click()
    odds = phone.locator(".table-box:has(.draw-table)")
    assert odds.evaluate("box => box.scrollWidth <= box.clientWidth"), "the odds are read without scrolling sideways"
    phone.locator("button.draw-button").click()
    expect(phone.locator(".draw-result")).to_be_visible()
    expect(phone.locator("#draw-mine .draw-outcome").first).to_be_visible()
    assert fits(phone)
    axe(phone)


def test_a_deposit_is_asked_for_only_once_its_rule_is_read(phone: Page, axe: Callable[..., None]) -> None:
    phone.goto("/presales")
    phone.locator(".group-card-link").first.click()
    phone.get_by_role("button", name="付定金").click()
    expect(phone.locator(".alert-bad, .field-error").first).to_be_visible()
    axe(phone)
    phone.locator("[name=agreed]").check()
    phone.get_by_role("button", name="付定金").click()
    phone.wait_for_url(re.compile(r"/(presales/mine|pay)/"))
    assert fits(phone)
    axe(phone)


def test_the_editor_tries_what_is_typed(desk: Page, axe: Callable[..., None]) -> None:
    desk.goto("/office/promotions/new/full_reduction")
    expect(desk.locator("#preview")).to_contain_text("请至少填写一项")
    desk.fill("[name=label_zh]", "满减试算")
    desk.fill("[name=threshold-1]", "100")
    desk.fill("[name=off-1]", "10")
    expect(desk.locator("#preview")).to_contain_text("满100减10")
    expect(desk.locator("#preview")).to_contain_text("已减 10.00 元")
    expect(desk.locator("#lowest")).not_to_contain_text("填写后", timeout=60_000)
    axe(desk)
    desk.fill("[name=off-1]", "1e999999")
    expect(desk.locator("#preview")).to_contain_text("请填写金额")


def test_the_workbench_by_keys_says_what_is_missing_and_keeps_what_was_typed(
    desk: Page, axe: Callable[..., None]
) -> None:
    desk.goto("/office/prices")
    first = desk.locator(".bench-input").first
    first.focus()
    desk.keyboard.press("Tab")
    desk.keyboard.type("12.345")
    desk.keyboard.press("Enter")
    wrong = desk.locator(".bench-wrong")
    expect(wrong).to_have_value("12.345")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    assert "sale-" in str(wrong.get_attribute("name"))
    axe(desk)


def test_a_batch_of_codes_is_made_and_found(desk: Page, axe: Callable[..., None]) -> None:
    desk.goto("/office/coupons")
    desk.locator("main tbody a[href^='/office/coupons/']").first.click()
    desk.fill("[name=count]", "3")
    desk.locator("form[action$='/batches'] button").click()
    expect(desk.locator(".toast")).to_be_visible()
    axe(desk)


def test_a_description_is_written_as_it_looks(desk: Page, axe: Callable[..., None]) -> None:
    desk.goto("/office/products")
    desk.locator("main a[href^='/office/products/']:not(.btn)").first.click()
    desk.locator("label[for=f-description_html]").click()
    sheet = desk.locator("zg-rich .rich-sheet").first
    expect(sheet).to_be_focused()
    desk.keyboard.press("ControlOrMeta+End")
    desk.keyboard.press("Enter")
    desk.keyboard.type("头一句")
    desk.keyboard.press("Enter")
    desk.keyboard.type("后一句")
    desk.get_by_role("button", name="保存", exact=True).first.click()
    desk.wait_for_load_state()
    kept = desk.locator("#f-description_html").input_value()
    assert re.search(r"<p>头一句</p>\s*<p>后一句</p>", kept), kept[-200:]
    axe(desk)


def test_a_description_is_taken_away_whole(desk: Page) -> None:
    desk.goto("/office/products")
    desk.locator("main a[href^='/office/products/']:not(.btn)").first.click()
    sheet = desk.locator("zg-rich .rich-sheet").first
    sheet.evaluate("sheet => sheet.innerHTML = '<figure><img src=\"/x.webp\"></figure><p>话</p>'")
    sheet.focus()
    desk.keyboard.press("ControlOrMeta+A")
    desk.keyboard.press("Delete")
    assert desk.locator("#f-description_html").input_value() == "", "no frame of the first picture stays"
    desk.keyboard.type("新的")
    assert desk.locator("#f-description_html").input_value() == "<p>新的</p>"

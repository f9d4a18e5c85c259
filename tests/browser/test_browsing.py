"""Finding something on a phone: with scripts at once, without them as well; nothing an assistive reader stumbles over."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import fits

TILE = ".tile-link"


def first_category(page: Page) -> str:
    """The address of the first category of the shop's menu."""
    return str(page.locator(".top-menu a[href^='/c/']").first.get_attribute("href"))


def test_from_the_front_page_into_the_cart_on_a_phone(visit):
    page = visit("/", device="phone")
    page.locator(TILE).first.tap()
    expect(page).to_have_url(re.compile("/p/"))
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("#bar")).to_be_visible()
    page.locator("#bar button", has_text="加入购物车").tap()
    expect(page.locator("dialog.drawer")).to_be_visible()
    expect(page.locator(".bar [data-cart-count]")).to_have_text("1")
    assert fits(page)


def test_choices_narrow_a_list_without_leaving_it(visit):
    page = visit("/search", device="phone")
    before = page.locator(".tile").count()
    assert before > 1
    page.locator("[data-open=filters]").tap()
    expect(page.locator("#filters")).to_be_visible()
    page.locator("#facets .facet .option:visible").first.tap()
    expect(page.locator("#facets .option-on:visible").first).to_be_visible()
    expect(page.locator("#filters")).to_be_visible()  # more can be chosen
    page.locator("#filters .filters-done a").tap()
    expect(page.locator("#filters")).not_to_be_visible()
    expect(page.locator("#results .active .chip").first).to_be_visible()
    assert "?" in page.url
    page.go_back()
    expect(page.locator("#results .active")).to_have_count(0)


def test_a_variant_is_chosen_at_once(visit):
    page = visit("/search", device="phone")
    found = None
    for href in [a.get_attribute("href") for a in page.locator(TILE).all()][:24]:
        page.goto(href)
        if page.locator(".way:not(.way-on)").count():
            found = href
            break
    assert found, "the demo has goods with variants"
    way = page.locator(".way:not(.way-on)").first
    sku = re.search(r"sku=([^&]+)", way.get_attribute("href"))
    way.tap()
    expect(page).to_have_url(re.compile("sku="))
    expect(page.locator("#buy-form [name=sku]")).to_have_value(sku[1])
    assert fits(page)


def test_suggestions_follow_the_keys(visit):
    page = visit("/")
    title = page.locator(".tile-title").first.inner_text()
    page.fill("#q", title[:2])
    page.locator("#q").press("End")
    page.locator("#q").dispatch_event("input")
    expect(page.locator(".suggest a").first).to_be_visible()
    page.locator("#q").press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/(p|c|brands)/"))


def test_all_of_it_without_scripts(visit):
    page = visit("/search", device="phone", scripts=False)
    page.goto(page.url + "#filters")
    page.locator("#facets .facet .option:visible").first.click()
    expect(page.locator("#results .active .chip").first).to_be_visible()
    page.locator(TILE).first.click()
    expect(page).to_have_url(re.compile("/p/"))
    if page.locator(".way:not(.way-on)").count():
        page.locator(".way:not(.way-on)").first.click()
        expect(page).to_have_url(re.compile("sku="))
    page.locator("#bar button", has_text="加入购物车").click()
    expect(page).to_have_url(re.compile("/cart"))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_every_page_can_be_read_by_everybody(visit, axe, device, theme):
    page = visit("/", device=device, theme=theme)
    category = first_category(page)
    product = str(page.locator(TILE).first.get_attribute("href"))
    for path in (
        "/",
        category,
        product,
        f"{product}/reviews",
        "/search?q=zzzz",
        "/search?low=abc",
        "/help",
        "/articles",
        "/nowhere",
    ):
        page.goto(path)
        assert fits(page), path
        axe(page)

"""The frame of the shop, as people meet it: phone and desktop, light and dark, keyboard, without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import fits


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_the_front_page_is_for_everybody(visit, axe, device, theme):
    page = visit("/", device=device, theme=theme)
    expect(page.locator("header.top")).to_be_visible()
    assert fits(page)
    axe(page)


def test_a_first_visit_is_light(visit):
    """Under 100 kB travel without pictures, the page in one request; the shop's own scripts are small even unpacked."""
    travelled: dict[str, int] = {}
    scripts: list[int] = []
    page = visit("/nowhere", device="phone")

    def weigh(request):
        kind = request.resource_type
        if kind != "image":
            travelled[kind] = travelled.get(kind, 0) + request.sizes()["responseBodySize"]
        if kind == "script":
            scripts.append(len(request.response().body()))

    page.on("requestfinished", weigh)
    page.goto("/", wait_until="networkidle")
    assert travelled["document"] > 0
    assert sum(travelled.values()) < 100_000, travelled
    assert sum(scripts) < 40_000


def test_what_travels_is_packed(visit):
    page = visit("/")
    for selector, attribute in (("link[rel=stylesheet]", "href"), ("script[src]", "src")):
        address = page.locator(selector).first.get_attribute(attribute)
        answer = page.request.get(address, headers={"Accept-Encoding": "br"})
        assert answer.headers["content-encoding"] == "br"
        assert "immutable" in answer.headers["cache-control"]


def test_by_keyboard(visit):
    page = visit("/")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False])
def test_categories_open_on_a_phone(visit, scripts):
    page = visit("/", device="phone", scripts=scripts)
    page.locator(".bar a", has_text="分类").tap()
    sheet = page.locator("#all-categories")
    expect(sheet).to_be_visible()
    expect(sheet.locator("a.tree-head").first).to_be_visible()
    sheet.locator("[data-close]").tap()
    expect(sheet).to_be_hidden()


def test_light_and_dark_at_once(visit):
    page = visit("/")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    page.locator(".foot button[value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate(ground) != light
    page.wait_for_timeout(300)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_other_language(visit, scripts):
    page = visit("/nowhere", scripts=scripts)
    expect(page.locator("h1")).to_have_text("没有找到这个页面")
    page.locator(".foot button[value=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("This page is not here")


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_what_is_not_there_has_ways_on(visit, axe, device):
    page = visit("/nowhere", device=device)
    expect(page.get_by_role("link", name="回到首页")).to_be_visible()
    assert fits(page)
    axe(page)


def test_suggestions_by_keyboard(visit):
    page = visit("/")
    page.locator("#q").press_sequentially("茶")
    first = page.locator(".suggest a").first
    expect(first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".suggest")).to_be_hidden()

"""Every component in a browser: readable for everybody, usable by keyboard, alive where it should be."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import fits

PAGE = "/office/components"


@pytest.fixture
def components(visit, sign_in):
    def opened(**how):
        page = sign_in(visit("/office/sign-in", **how))
        page.goto(PAGE)
        return page

    return opened


@pytest.mark.parametrize(
    ("device", "theme", "language"),
    [
        ("desktop", "light", "zh-CN"),
        ("desktop", "dark", "en-US"),
        ("phone", "light", "zh-CN"),
        ("phone", "dark", "zh-CN"),
    ],
)
def test_every_component_is_for_everybody(components, axe, device, theme, language):
    page = components(device=device, theme=theme, language=language)
    page.wait_for_function("document.querySelectorAll('zg-chart svg').length >= 2")
    assert fits(page)
    axe(page)


def test_a_dialog_opens_and_gives_the_focus_back(components):
    page = components()
    opener = page.locator("[data-open=example-dialog]")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("#example-dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_menu_by_keyboard(components):
    page = components()
    menu = page.locator("article[aria-label=menu] details")
    menu.locator("summary").focus()
    page.keyboard.press("ArrowDown")
    expect(menu.locator("a").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(menu.locator("a").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu.locator("summary")).to_be_focused()
    expect(menu.locator(".menu-list")).to_be_hidden()


def test_a_stepper_stays_within_its_limits(components):
    page = components()
    stepper = page.locator("zg-stepper")
    more, less, count = stepper.get_by_label("加一"), stepper.get_by_label("减一"), stepper.locator("input")
    less.click()
    expect(count).to_have_value("1")
    expect(less).to_be_disabled()
    for _ in range(11):
        more.click()
    expect(count).to_have_value("12")
    expect(more).to_be_disabled()


def test_a_password_can_be_looked_at(components):
    page = components()
    field = page.locator("article[aria-label=field] [name=password]")
    page.locator("article[aria-label=field] [data-peek]").click()
    expect(field).to_have_attribute("type", "text")


def test_chosen_files_are_shown_and_taken_out(components):
    page = components()
    part = page.locator("article[aria-label=file]")
    files = [
        {"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG"},
        {"name": "b.csv", "mimeType": "text/csv", "buffer": b"x"},
    ]
    part.locator("input[type=file]").set_input_files(files)
    expect(part.locator(".drop-item")).to_have_count(2)
    part.get_by_role("button", name="移除 a.png").click()
    expect(part.locator(".drop-item")).to_have_count(1)
    assert part.locator("input[type=file]").evaluate("input => input.files[0].name") == "b.csv"


def test_a_chart_follows_the_theme_and_has_a_table(components):
    page = components()
    line = page.locator("#example-chart svg path[stroke^='rgb']").first
    light = line.get_attribute("stroke")
    page.emulate_media(color_scheme="dark")
    expect(line).not_to_have_attribute("stroke", light)
    page.locator("article[aria-label=chart] summary").click()
    expect(page.locator("article[aria-label=chart] td").first).to_have_text("¥8,120.00")


def test_a_countdown_runs(components):
    page = components()
    time = page.locator("article[aria-label=countdown] time")
    before = time.text_content()
    page.wait_for_timeout(1200)
    assert time.text_content() != before


def test_news_at_the_foot_of_the_page(components):
    page = components()
    page.evaluate("dispatchEvent(new CustomEvent('zg:toast', {detail: {text: '<b>已保存</b>', tone: 'good'}}))")
    expect(page.locator(".toast").last).to_have_text("<b>已保存</b>")


def test_a_form_is_sent_once_and_asked_before_leaving(components):
    page = components()
    page.evaluate(
        """() => {
          const form = document.createElement('form');
          form.method = 'post'; form.dataset.guard = ''; form.id = 'try'; form.target = 'nowhere';
          form.innerHTML = '<input name=a><button name=b value=1>Go</button>';
          document.querySelector('#main').append(form);
          window.sent = 0;
          form.addEventListener('submit', (e) => { window.sent += 1; });
        }"""
    )
    page.locator("#try input").fill("x")
    left = page.evaluate(
        "() => { const e = new Event('beforeunload', {cancelable: true}); dispatchEvent(e); return !e.defaultPrevented; }"
    )
    assert not left
    page.evaluate("() => { const b = document.querySelector('#try button'); b.click(); b.click(); }")
    page.wait_for_timeout(100)
    assert page.evaluate("window.sent") == 1
    expect(page.locator("#try button")).to_be_disabled()


def test_without_scripts_figures_can_be_read(visit, sign_in):
    page = sign_in(visit("/office/sign-in", scripts=False))
    page.goto(PAGE)
    expect(page.locator("#example-chart")).to_be_hidden()
    page.locator("article[aria-label=chart] summary").click()
    expect(page.locator("article[aria-label=chart] td").first).to_be_visible()
    page.locator("[href='#example-dialog']").click()
    expect(page.locator("#example-dialog")).to_be_visible()


def test_what_was_asked_is_done_though_the_page_has_moved_on(components):
    """A page that follows something puts a fresh form in place of the one whose question is still open."""
    page = components()
    page.evaluate(
        """() => document.querySelector("main").insertAdjacentHTML("beforeend", `<div id="follows"><form method="get"
            action="/office/keys"><button type="submit" data-confirm="really?">go</button></form></div>`)"""
    )
    page.locator("#follows button").click()
    page.evaluate("() => document.getElementById('follows').replaceChildren()")
    page.locator("dialog[open] .btn-primary").click()
    page.wait_for_url("**/office/keys*")


def test_charts_on_paper_are_light_and_fit(components):
    page = components(theme="dark")
    page.wait_for_function("document.querySelectorAll('zg-chart svg').length >= 2")
    colours = (
        '() => document.querySelector(\'zg-chart svg\').innerHTML.match(/(?:stroke|fill)="([^"]+)"/g).sort().join()'
    )
    dark = page.evaluate(colours)
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 900})
    assert page.evaluate(colours) != dark
    assert page.evaluate(
        """() => [...document.querySelectorAll("zg-chart")].every(chart =>
            chart.querySelector("svg").getBoundingClientRect().right <= chart.getBoundingClientRect().right + 1)"""
    )
    page.emulate_media(media="screen")
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(colours) == dark

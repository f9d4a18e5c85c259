"""Every page of the back office, narrow and wide, light and dark: readable for everybody, nothing sticks out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page, TimeoutError

from tests.browser.conftest import DEVICES, Visit
from tests.browser.live import LiveMall
from tests.support.live_calls import staff_call

#: Pages of one thing, by the list whose first row leads there.
OF_ONE = (
    "orders", "dispatch", "cases", "products", "promotions", "members", "categories", "brands", "attributes", "content", "staff", "roles",
    "coupons", "draws", "presales", "tiers", "trials", "sponsorships", "problems", "liabilities", "chases", "claims",
)  # fmt: skip
#: What a small demo need not have.
RARE = ("trials", "sponsorships", "problems", "liabilities", "chases", "claims")
MORE = (
    "products/new", "products/1/prices", "promotions/calendar", "imports/new", "reports/weekly", "reports/funnel",
    "reports/sellers", "reports/hours", "reports/regions", "reports/spend", "reports/metrics/sales?period=weekly", "stock/movements",
    "stock/sku/1", "stock/locations", "stock/transfers", "stock/transfers/new", "stock/samples", "stock/batches?days=900",
    "stock/serials?number=x", "stock/counts", "stock/counts/new", "stock/alerts",
    "promotions/new/full_gift", "promotions/new/coupon", "coupons/codes", "prices/requests", "prices/rules", "campaigns/new", "groups/new",
    "draws/new", "trials/new", "trials/reports", "promotions/library", "sponsorships/new",
    "playbook", "playbook/new", "playbook/late-sorry", "problems/figures", "problems?tab=ended", "service-figures?by=product",
    "presales/new", "tiers/new", "replays/new", "search?q=茶", "me", "me/duties", "keys", "orders?q=nothing-of-this-kind",
)  # fmt: skip


#: Rules whose answer depends on width and theme.
OF_LOOKS = ("color-contrast", "scrollable-region-focusable", "target-size")
#: Rows after the first few say nothing new; a colour on its way to another is no colour yet.
STILL = """() => {
    for (const row of document.querySelectorAll("main tbody tr:nth-child(n+7)")) row.remove();
    const still = new CSSStyleSheet();
    still.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important; }");
    document.adoptedStyleSheets.push(still);
}"""
#: What reaches beyond the window and is in nothing that scrolls.
BEYOND = """() => [...document.querySelectorAll("body *")].filter(one => {
    if (one.getBoundingClientRect().right <= document.documentElement.clientWidth + 1) return false;
    for (let box = one; box !== document.body; box = box.parentElement)
        if (/auto|scroll|hidden|clip/.test(getComputedStyle(box).overflowX)) return false;
    return true;
}).slice(0, 3).map(one => `${one.localName}.${one.className}`)"""
FITS = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
#: Both sizes and both themes; colours do not depend on the size.
LOOKS: tuple[tuple[str, Literal["light", "dark"]], ...] = (("desktop", "light"), ("phone", "dark"))


@pytest.fixture
def judge(ask_axe: Callable[..., list[str]]) -> Callable[[Page, list[str]], None]:
    """Each page is loaded once: the same document is shown wide and narrow, light and dark; the frame is judged once."""

    def all_of(page: Page, addresses: list[str]) -> None:
        page.emulate_media(reduced_motion="reduce")
        complaints: list[str] = []
        for address in addresses:
            within = "#main" if address is not addresses[0] else "html"
            answer = page.goto(address)
            assert answer is not None, address
            assert answer.status == 200, (address, answer.status)
            if page.locator("zg-chart").count():
                page.wait_for_function(
                    "() => [...document.querySelectorAll('zg-chart')].every(chart => chart.querySelector('svg'))"
                )
            page.evaluate(STILL)
            for device, theme in LOOKS:
                page.set_viewport_size(DEVICES[device]["viewport"])
                page.emulate_media(color_scheme=theme)
                found = ask_axe(page, within=within, only=OF_LOOKS if (device, theme) != LOOKS[0] else ())
                try:
                    page.wait_for_function(FITS, timeout=3_000)  # charts follow the width a moment later
                except TimeoutError:
                    found.append(f"sticks out: {page.evaluate(BEYOND)}")
                complaints += [f"{address} {device} {theme} {each}" for each in found]
        assert not complaints, "\n".join(complaints)

    return all_of


@pytest.fixture
def desk(visit: Visit, sign_in: Callable[..., Page]) -> Page:
    return sign_in(visit("/office/sign-in"), "manager")


def test_every_page_of_the_menu_is_for_everybody(desk: Page, judge: Callable[[Page, list[str]], None]) -> None:
    menu = [str(item.get_attribute("href")) for item in desk.locator(".shell-nav a").all()]
    assert len(menu) > 25
    judge(desk, menu)


def test_the_pages_of_one_thing_are_for_everybody(
    desk: Page, judge: Callable[[Page, list[str]], None], live: LiveMall
) -> None:
    staff_call(live, "case", mobile=live.member)
    found = []
    for name in OF_ONE:
        desk.goto(f"/office/{name}")
        first = desk.locator(f"main [href^='/office/{'orders' if name == 'dispatch' else name}/']:not(.btn)").first
        if first.count() or name not in RARE:
            found.append(str(first.get_attribute("href")))
    judge(desk, found)


def test_all_others_are_for_everybody(desk: Page, judge: Callable[[Page, list[str]], None]) -> None:
    judge(desk, [f"/office/{path}" for path in MORE])

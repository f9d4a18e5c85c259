"""Real pages in a real browser. Skipped, with the reason, on a machine without Chromium.

`live` is a furnished mall (`TEST_MALL_URL` names one that runs already, with the same accounts, and `TEST_MALL_DATA`
where its data lies);
`visit("/cart", device="phone")` opens a page of it; `sign_in(page, "warehouse")` goes to the desk,
`sign_in_member(page)` into the shop; `axe(page)` asks what readers of the screen would stumble over.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import live as malls
from tests.browser.live import LiveMall
from tests.cli.conftest import made
from tests.support.shared import ROOT

__all__ = ["made"]
HERE = ROOT / "tests" / "browser"
DEVICES: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
    "desktop": {"viewport": {"width": 1440, "height": 900}},
}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
#: Messages of the console that are no defect: the browser reports every answer from 400 up.
EXPECTED = ("Failed to load resource",)

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Patience for the start of the mall they share."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.process)
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="package")  # its event loop must not outlive these tests
def chromium() -> Iterator[Browser]:
    path = malls.chromium_path()
    if path is None:
        pytest.skip("there is no Chromium on this machine (apt install chromium fonts-noto-cjk)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def live(chromium: Browser, made: Path) -> Iterator[LiveMall]:
    running = os.environ.get("TEST_MALL_URL")
    if running:
        yield LiveMall(running.rstrip("/"), Path(os.environ.get("TEST_MALL_DATA", "")))
        return
    with malls.started(made) as mall:
        yield mall


@pytest.fixture
def visit(live: LiveMall, chromium: Browser) -> Iterator[Visit]:
    """Open an address in a browser of its own; a script that fails, or one that the policy stops, fails the test."""
    contexts = []
    complaints: list[str] = []

    def open_page(
        path: str = "/",
        *,
        device: str = "desktop",
        theme: str = "light",
        language: str = "zh-CN",
        scripts: bool = True,
    ) -> Page:
        asked = {"locale": language, "color_scheme": theme, "java_script_enabled": scripts, **DEVICES[device]}
        context = chromium.new_context(base_url=live.url, **asked)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: note(page, message))
        page.goto(path)
        return page

    def note(page: Page, message: Any) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED):
            complaints.append(f"{page.url}: {message.text}")

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture(scope="package")
def signed_in() -> dict[str, Any]:
    """The cookies of those who have signed in already: a password is typed once by each."""
    return {}


@pytest.fixture
def sign_in(live: LiveMall, signed_in: dict[str, Any]) -> Callable[..., Page]:
    def at_the_desk(page: Page, role: str = "manager", *, anew: bool = False) -> Page:
        """`anew`: a session of its own, for whoever is going to end it."""
        if role in signed_in and not anew:
            page.context.add_cookies(signed_in[role])
            page.goto("/office")
            return page
        page.goto("/office/sign-in")
        page.fill("[name=email]", live.email(role))
        page.fill("[name=password]", live.password)
        page.locator("form:has([name=password]) button[type=submit]").click()
        page.wait_for_url(re.compile(r"/office(?!/sign-in)"))
        if not anew:
            signed_in[role] = [each for each in page.context.cookies() if each["name"] == "zg_staff"]
        return page

    return at_the_desk


@pytest.fixture
def sign_in_member(live: LiveMall, signed_in: dict[str, Any]) -> Callable[[Page], Page]:
    def in_the_shop(page: Page) -> Page:
        if "member" in signed_in:
            page.context.add_cookies(signed_in["member"])
            page.goto("/account")
            return page
        page.goto("/sign-in")
        page.fill("[name=mobile]", live.member)
        page.fill("[name=password]", live.password)
        page.locator("form:has([name=password]) button[type=submit]").click()
        page.wait_for_url("**/account**")
        signed_in["member"] = [each for each in page.context.cookies() if each["name"] != "zg_count"]
        return page

    return in_the_shop


@pytest.fixture(scope="package")
def ask_axe() -> Callable[..., list[str]]:
    """What axe finds serious on a page as it stands, or inside `within`; `without` names rules that are not asked, `only`
    those that are."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed (no npm registry)")
    source = AXE.read_text(encoding="utf-8")

    def ask(page: Page, *without: str, only: Sequence[str] = (), within: str = "html") -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(source)
        options: dict[str, Any] = {
            "resultTypes": ["violations"],
            "rules": {rule: {"enabled": False} for rule in without},
        }
        if only:
            options["runOnly"] = list(only)
        found = page.evaluate(f"axe.run({json.dumps(within)}, {json.dumps(options)})")
        return [
            f"{wrong['id']}: {wrong['help']}: {node['html'][:160]} ({' '.join(map(str, node['target']))})"
            for wrong in found["violations"]
            if wrong["impact"] in ("serious", "critical")
            for node in wrong["nodes"][:3]
        ]

    return ask


@pytest.fixture
def axe(ask_axe: Callable[..., list[str]]) -> Callable[..., None]:
    """Fails where axe finds something serious; `without` names rules that do not hold here, with a reason beside."""

    def judge(page: Page, *without: str) -> None:
        page.wait_for_timeout(300)  # colours in transition are no colours yet
        serious = ask_axe(page, *without)
        assert not serious, "\n".join(serious)

    return judge


def fits(page: Page) -> bool:
    """Nothing sticks out to the right."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))

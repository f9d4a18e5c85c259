"""A buyer at the pages, without scripts: reads forms as a browser would and sends them back."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from tests.factories.accounts import PASSWORD, mobile
from tests.support.pages import Browser
from zhanggui.kernel.actor import SYSTEM
from zhanggui.members import services as members

_INPUT = re.compile(r"<input\b[^>]*>", re.S)
_TEXTAREA = re.compile(r'<textarea\b[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', re.S)
_SELECT = re.compile(r'<select\b[^>]*name="([^"]+)"[^>]*>(.*?)</select>', re.S)
ADDRESS = {
    "name": "韩梅梅", "mobile": "13900139000", "province": "浙江省", "city": "杭州市", "district": "西湖区", "line": "文三路 1 号",
}  # fmt: skip


def attribute(tag: str, name: str) -> str | None:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else None


def text(response: Any) -> str:
    return str(response.content.decode())


def form_at(response: Any, action: str) -> dict[str, Any]:
    """The fields a browser would send with the first form of this action, as the page fills them."""
    html = text(response)
    forms = re.findall(r"<form\b[^>]*>.*?</form>", html, re.S)
    form = next(f for f in forms if unescape(attribute(f.split(">", 1)[0], "action") or "") == action)
    values: dict[str, Any] = {}
    for tag in _INPUT.findall(form):
        name, kind = attribute(tag, "name"), attribute(tag, "type") or "text"
        if not name or kind in ("file", "submit"):
            continue
        if kind in ("radio", "checkbox") and " checked" not in tag:
            continue
        values[name] = attribute(tag, "value") or ""
    for name, content in _TEXTAREA.findall(form):
        values[name] = unescape(content).lstrip("\n")
    for name, content in _SELECT.findall(form):
        chosen = re.search(r'<option value="([^"]*)" selected', content)
        values[name] = unescape(chosen[1]) if chosen else ""
    return values


def put_in(browser: Browser, sku: str, quantity: int = 1) -> Any:
    return browser.post("/cart/add", {"sku": sku, "quantity": quantity})


def order_form(browser: Browser, **over: Any) -> dict[str, Any]:
    """The checkout form with an address, ready to be sent."""
    return form_at(browser.get("/checkout"), "/checkout") | ADDRESS | {"provider": "simulator", "do": "place"} | over


def place(browser: Browser, **over: Any) -> Any:
    """Press the button, and once more where the page asks because freight was not known before."""
    answer = browser.post("/checkout", order_form(browser, **over))
    if answer.status_code == 409 and "应付金额有变化" in text(answer):
        answer = browser.post("/checkout", form_at(answer, "/checkout") | {"do": "place"})
    return answer


def number_in(address: str) -> str:
    found = re.search(r"/(?:pay|orders)/([A-Za-z0-9-]+)", address)
    assert found, address
    return found[1]


def signed_in(number: str = "") -> tuple[Browser, int]:
    """A new member's browser after signing in at the page."""
    number = number or mobile()
    member_id = members.register(number, PASSWORD, actor=SYSTEM)
    browser = Browser()
    answer = browser.post("/sign-in", {"mobile": number, "password": PASSWORD})
    assert answer.status_code == 303, text(answer)
    return browser, member_id

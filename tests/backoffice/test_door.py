"""Getting in: the sign-in page, what it keeps, the second factor."""

from __future__ import annotations

import re
from html import unescape

import pyotp
import pytest

from tests.factories import accounts as make
from tests.support.pages import Browser, at_the_desk
from zhanggui.accounts import selectors, services
from zhanggui.kernel import mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor

pytestmark = pytest.mark.django_db


def fields(page: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    form = page[page.index('<form class="form"') :]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[: form.index("</form>")])
    return {name: unescape(value) for name, value in found}


def with_factor(*roles: str) -> tuple[Actor, pyotp.TOTP, list[str]]:
    """Somebody with a second factor, its generator and the recovery codes."""
    actor = make.staff(*roles)
    totp = pyotp.TOTP(services.offer_two_factor(actor=actor).secret)
    return actor, totp, services.confirm_two_factor(totp.now(), actor=actor)


def test_a_page_asks_who_is_there_and_leads_back() -> None:
    browser = Browser()
    asked = browser.get("/office?tab=1")
    assert asked.status_code == 401
    assert "登录掌柜后台" in asked.content.decode()
    back = fields(asked.content.decode())["next"]
    assert back == "/office?tab=1"
    who = make.staff("manager")
    done = browser.post("/office/sign-in", {"email": who.label, "password": make.PASSWORD, "next": back})
    assert done.headers["Location"] == "/office?tab=1"
    cookie = browser.cookies["zg_staff"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/office")
    assert browser.follow(done).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example", "/office//evil.example", "/office/\\evil", "/shop", "", "/office\n"],
)
def test_signing_in_leads_nowhere_else(address: str) -> None:
    who = make.staff()
    done = Browser().post("/office/sign-in", {"email": who.label, "password": make.PASSWORD, "next": address})
    assert done.headers["Location"] == "/office"


def test_a_wrong_password_keeps_the_address_and_says_so() -> None:
    who = make.staff()
    answer = Browser().post(
        "/office/sign-in", {"email": who.label, "password": "wrong password", "next": "/office/staff"}
    )
    page = answer.content.decode()
    assert answer.status_code == 401
    assert "账号或密码不正确" in page
    assert who.label in page
    assert "wrong password" not in page
    assert fields(page)["next"] == "/office/staff"


def test_what_was_typed_survives_the_end_of_the_session() -> None:
    browser = at_the_desk("manager")
    services.sign_out(browser.cookies["zg_staff"].value)
    typed = {"page": "orders", "name": "<b>急单</b>\n", "query": "status=paid", "next": "/office"}
    asked = browser.post("/office/filters", typed)
    page = asked.content.decode()
    assert asked.status_code == 401
    assert "已经保留" in page
    assert "急单" not in page  # sealed
    who = make.staff("manager")
    answer = browser.post("/office/sign-in", {"email": who.label, "password": make.PASSWORD, **fields(page)})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'action="/office/filters"' in page
    again = {
        name: unescape(value)
        for name, value in re.findall(r'<textarea name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.S)
    }
    assert again == typed
    assert browser.post("/office/filters", again).status_code == 303
    assert [f.name for f in selectors.saved_filters(who.id or 0, "orders")] == ["<b>急单</b>"]


def test_a_forged_form_is_not_shown() -> None:
    who = make.staff()
    done = Browser().post("/office/sign-in", {"email": who.label, "password": make.PASSWORD, "kept": "gAAAAA"})
    assert done.status_code == 303


def test_other_sites_cannot_send_forms() -> None:
    browser = at_the_desk("manager")
    for headers in ({"sec_fetch_site": "cross-site"}, {"sec_fetch_site": "same-site"}):
        assert browser.post("/office/sign-out", **headers).status_code == 403
    del browser.headers["sec-fetch-site"]
    assert browser.post("/office/sign-out").status_code == 403
    assert browser.post("/office/sign-out", origin="https://evil.example").status_code == 403
    assert browser.post("/office/sign-out", origin="null").status_code == 403
    assert browser.get("/office").status_code == 200
    assert browser.post("/office/sign-out", origin="http://testserver").status_code == 303
    assert browser.get("/office").status_code == 401


def test_the_second_factor_stands_between_password_and_session() -> None:
    who, totp, codes = with_factor("service")
    browser = Browser()
    asked = browser.post("/office/sign-in", {"email": who.label, "password": make.PASSWORD, "next": "/office/me"})
    assert "两步验证" in asked.content.decode()
    assert "zg_staff" not in browser.cookies
    carried = fields(asked.content.decode())
    wrong = browser.post("/office/sign-in/code", {**carried, "code": "000000"})
    assert (wrong.status_code, "zg_staff" in browser.cookies) == (401, False)
    used = browser.post("/office/sign-in/code", {**fields(wrong.content.decode()), "code": totp.now()})
    assert used.status_code == 401, "the code that turned it on has been used"
    done = browser.post("/office/sign-in/code", {**fields(used.content.decode()), "code": codes[0].upper()})
    assert done.headers["Location"] == "/office/me"


def test_a_role_can_require_it() -> None:
    mall_settings.put("accounts.two_factor_roles", ["finance"], actor=SYSTEM)
    who = make.staff("finance")
    browser = Browser()
    asked = browser.post("/office/sign-in", {"email": who.label, "password": make.PASSWORD}).content.decode()
    assert "您的角色需要两步验证" in asked
    assert "<svg" in asked
    secret = re.search(r"<span data-text>([A-Z2-7]{32})</span>", asked)
    assert secret
    wrong = browser.post("/office/sign-in/enrol", {**fields(asked), "code": "12"}).content.decode()
    assert secret[1] in wrong
    done = browser.post("/office/sign-in/enrol", {**fields(wrong), "code": pyotp.TOTP(secret[1]).now()})
    assert done.content.decode().count("<li>") == 10
    assert browser.get("/office").status_code == 200
    assert browser.post("/office/sign-in/go-on", fields(done.content.decode())).headers["Location"] == "/office"

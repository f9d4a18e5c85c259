"""What the shell's pages do: staff, roles, settings, tokens, filters, the log."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from tests.factories import accounts as make
from tests.support.pages import Browser, at_the_desk
from zhanggui.accounts import selectors, services
from zhanggui.backoffice import exports, tables
from zhanggui.kernel import audit, mall_settings, outbox
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.i18n import Text

pytestmark = pytest.mark.django_db


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, (answer.status_code, answer.content.decode()[-2000:])
    return str(answer.content.decode())


def undo(browser: Browser, done: Any) -> Any:
    """Press Undo in the toast of the next page."""
    page = text(browser.follow(done))
    form = re.search(r'<form method="post" action="([^"]+)">((?:<input[^>]+>)*)<button class="toast-undo"', page)
    assert form, page[-3000:]
    pairs = re.findall(r'name="([^"]+)" value="([^"]*)"', form[2])
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(unescape(value))
    return browser.post(unescape(form[1]), fields)


def test_a_toast_is_shown_once() -> None:
    browser = at_the_desk("manager")
    done = browser.post("/office/filters", {"page": "x", "name": "急单", "query": "a=1", "next": "/office/keys"})
    assert "已保存筛选「急单」" in text(browser.follow(done))
    assert "已保存筛选" not in text(browser.get("/office/keys"))


def test_a_colleague_is_added_changed_closed_and_opened_again() -> None:
    browser = at_the_desk("manager")
    made = browser.post("/office/staff/new", {"name": "<b>小王</b>", "email": "Wang@example.com", "roles": ["service"]})
    page = text(made)
    assert "wang@example.com" in page.lower()
    [wang] = selectors.staff_list(query="wang")
    page = text(browser.get(f"/office/staff/{wang.id}"))
    assert "&lt;b&gt;小王&lt;/b&gt;" in page
    assert "<b>小王" not in page
    done = browser.post(f"/office/staff/{wang.id}/roles", {"name": "小王", "roles": ["service", "editor"]})
    assert selectors.staff(wang.id).roles == ("editor", "service")
    undo(browser, done)
    assert (selectors.staff(wang.id).name, selectors.staff(wang.id).roles) == ("<b>小王</b>", ("service",))
    closed = browser.post(f"/office/staff/{wang.id}/active", {"active": "0"})
    assert not selectors.staff(wang.id).is_active
    undo(browser, closed)
    assert selectors.staff(wang.id).is_active


def test_a_refused_form_keeps_what_was_typed() -> None:
    browser = at_the_desk("manager")
    page = text(
        browser.post("/office/staff/new", {"name": "小李", "email": "not an address", "roles": ["editor"]}), 422
    )
    assert 'value="小李"' in page
    assert 'value="not an address"' in page
    assert re.search(r'value="editor" checked', page)
    assert "邮箱地址不正确" in page


def test_the_last_manager_stays() -> None:
    browser = at_the_desk("manager")
    me = selectors.authenticate(browser.cookies["zg_staff"].value)
    assert me is not None
    for other in selectors.staff_list():
        if other.id != me.id and "manager" in other.roles:
            services.set_active(other.id, False, actor=SYSTEM)
    page = text(browser.post(f"/office/staff/{me.id}/roles", {"name": "我", "roles": ["editor"]}), 409)
    assert "至少要保留一位可登录的店长" in page
    assert "至少要保留一位" in text(browser.post(f"/office/staff/{me.id}/active", {"active": "0"}), 409)
    assert me.id is not None
    assert selectors.staff(me.id).roles == ("manager",)


def matrix(browser: Browser) -> dict[str, list[str]]:
    """The matrix's form as a browser would send it."""
    page = text(browser.get("/office/roles"))
    fields: dict[str, list[str]] = {"grant": re.findall(r'name="grant" value="([^"]+)" checked(?! disabled)', page)}
    for name, value in re.findall(r'name="(was-[^"]+)" value="([^"]*)"', page):
        fields[name] = [value]
    return fields


def permissions(code: str) -> set[str]:
    return set(next(role.permissions for role in selectors.role_list() if role.code == code))


def test_the_matrix_changes_what_differs_and_can_be_taken_back() -> None:
    browser = at_the_desk("manager")
    before = permissions("editor")
    fields = matrix(browser)
    fields["grant"] = [g for g in fields["grant"] if g != "editor:catalog.edit"] + ["editor:orders.view"]
    done = browser.post("/office/roles", fields)
    assert permissions("editor") == (before - {"catalog.edit"}) | {"orders.view"}
    assert permissions("manager") == {"*"}
    undo(browser, done)
    assert permissions("editor") == before
    assert "没有改动" in text(browser.follow(browser.post("/office/roles", matrix(browser))))


def test_two_editors_of_the_matrix_do_not_undo_each_other() -> None:
    browser = at_the_desk("manager")
    fields = matrix(browser)
    services.put_role("editor", name_zh="编辑", name_en="Editor", permissions=["catalog.view"], actor=SYSTEM)
    fields["grant"].remove("editor:catalog.edit")
    page = text(browser.post("/office/roles", fields), 409)
    assert "刚被他人修改" in page
    assert permissions("editor") == {"catalog.view"}


def test_a_role_of_the_malls_own() -> None:
    browser = at_the_desk("manager")
    fields = {"code": "night", "name_zh": "夜班", "name_en": "Night shift"}
    assert browser.post("/office/roles/new", fields).status_code == 303
    text(browser.post("/office/roles/new", fields), 409)
    saved = browser.post(
        "/office/roles/night",
        {"name_zh": "夜班客服", "name_en": "Night", "text_zh": "值夜", "text_en": "", "factor": "1"},
    )
    assert saved.status_code == 303
    assert mall_settings.get("accounts.two_factor_roles") == ["night"]
    who = make.staff("night")
    [duty] = selectors.duties(who.id or 0)
    assert (duty.text_zh, duty.version) == ("值夜", 1)
    reader = Browser()
    reader.client.cookies["zg_staff"] = services.token_for_staff(who.label).token
    assert "值夜" in text(reader.get("/office/me/duties"))
    reader.post("/office/me/duties/night", {"version": "1"})
    assert selectors.duties(who.id or 0)[0].acknowledged_at
    refused = browser.follow(browser.post("/office/roles/night/delete"))
    assert "仍有员工使用这个角色" in text(refused)
    services.set_roles(who.id or 0, ["editor"], actor=SYSTEM)
    browser.post("/office/roles/night/delete")
    assert "night" not in {role.code for role in selectors.role_list()}


def test_settings_are_typed_bounded_and_taken_back() -> None:
    browser = at_the_desk("manager")
    key = "accounts.attempts_per_account"
    form = {"only": [key], key: "25"}
    done = browser.post("/office/settings/accounts", form)
    assert mall_settings.get(key) == 25
    [entry] = audit.history(target_type="setting", target_id=key)
    assert (entry["before"], entry["after"]) == (10, 25)
    undo(browser, done)
    assert mall_settings.get(key) == 10
    for wrong, said in (("2", "应在 3 到 1000 之间"), ("ten", "请填写整数"), ("", "请填写整数"), ("1e3", "请填写整数")):
        page = text(browser.post("/office/settings/accounts", {"only": [key], key: wrong}), 422)
        assert said in page
        assert f'value="{wrong}"' in page
    two = "accounts.two_factor_roles"
    assert "不是有效的 JSON" in text(browser.post("/office/settings/accounts", {"only": [two], two: "[oops"}), 422)
    assert text(browser.get("/office/settings/nowhere"), 404)


def test_a_token_is_shown_once_and_can_be_revoked() -> None:
    browser = at_the_desk("manager")
    assert "至少勾选一项权限" in text(browser.post("/office/tokens/new", {"name": "打单", "days": "30"}), 422)
    page = text(browser.post("/office/tokens/new", {"name": "打单", "days": "30", "scopes": ["orders.view"]}))
    secret = re.search(r"<span data-text>([\w-]{40,})</span>", page)
    assert secret
    actor = selectors.authenticate(secret[1])
    assert actor is not None
    assert actor.permissions == {"orders.view"}
    listed = text(browser.get("/office/tokens"))
    assert "打单" in listed
    assert secret[1] not in listed
    [token] = [t for t in selectors.tokens(kind="token") if t.name == "打单"]
    browser.post("/office/tokens/revoke", {"ids": [str(token.id), "x", "99999999"]})
    assert selectors.authenticate(secret[1]) is None


def test_the_log_says_who_changed_what_and_pages_by_key() -> None:
    browser = at_the_desk("manager")
    for n in range(60):
        mall_settings.put("mall.name", f"商城{n}", actor=SYSTEM)
    page = text(browser.get("/office/audit?action=settings."))
    assert "商城59" in page
    assert "商城8<" not in page
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    second = text(browser.get(unescape(following[1])))
    assert "商城8<" in second
    back = re.search(r'rel="prev" href="([^"]+)"', second)
    assert back
    assert "商城59" in text(browser.get(unescape(back[1])))
    rows = b"".join(browser.get("/office/audit?action=settings.&export=csv").streaming_content).decode()
    assert rows.count("settings.put") == 60
    book = browser.get("/office/audit?action=settings.&export=xlsx")
    assert b"".join(book.streaming_content)[:2] == b"PK"


def test_stuck_events_get_another_round() -> None:
    browser = at_the_desk("manager")
    assert "没有卡住的消息" in text(browser.get("/office/events"))
    assert outbox.parked_count() == 0
    assert "0 条消息将重新处理" in text(browser.follow(browser.post("/office/events/retry", {"ids": ["1", "no"]})))


def test_a_webhook_is_made_and_changed() -> None:
    browser = at_the_desk("manager")
    wrong = text(browser.post("/office/webhooks/new", {"url": "http://127.0.0.1/x", "events": "orders.*"}), 422)
    assert 'value="http://127.0.0.1/x"' in wrong


def test_what_an_address_asks_is_cleaned() -> None:
    class Request:
        path = "/office/x"
        GET = {
            "q": " a\0b ",
            "state": "nope",
            "day": "2026-13-01",
            "sort": "drop table",
            "cursor": "x" * 900,
            "flag": "on",
        }

    filters = (
        tables.Filter("q", Text("", "")),
        tables.Filter("state", Text("", ""), "choice", [("paid", "")]),
        tables.Filter("day", Text("", ""), "date"),
        tables.Filter("flag", Text("", ""), "flag"),
    )
    asked = tables.asked(Request(), filters, sorts=("total", "-total"), sort="-id")  # type: ignore[arg-type]
    assert dict(asked.values) == {"q": "ab", "state": "", "day": "", "flag": "1"}
    assert (asked.sort, len(asked.cursor)) == ("-id", 500)
    assert asked.href(q="") == "/office/x?flag=1&sort=-id"


def test_walking_forth_and_back() -> None:
    first = tables.Asked("/x", {})
    second = tables.Asked("/x", {}, cursor="A", trail=("0",))
    third = tables.Asked("/x", {}, cursor="B", trail=("0", "A"))
    assert (first.previous_href, first.next_href("A")) == ("", "/x?cursor=A&trail=0")
    assert (second.previous_href, second.next_href("B")) == ("/x", "/x?cursor=B&trail=0~A")
    assert third.previous_href == "/x?cursor=A&trail=0"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=x"])
def test_no_cell_becomes_a_formula(cell: str) -> None:
    assert exports.plain(cell).startswith("'")
    assert exports.plain(-5) == "-5"

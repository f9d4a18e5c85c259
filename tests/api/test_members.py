"""Members by API: from registration to an address book."""

from __future__ import annotations

import pytest

from tests.factories import accounts as make
from tests.support.api import Caller, ok, refused
from zhanggui.kernel import mall_settings
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db
HOME = {
    "name": "王小明", "mobile": "138 0013 8000", "province": "浙江省", "city": "杭州市", "district": "西湖区", "line": "文三路 1 号 😀",
}  # fmt: skip


def registered(mobile: str = "13800138000") -> Caller:
    made = ok(Caller().post("store/v1/members", {"mobile": mobile, "password": "correct horse"}), 201)
    return Caller(made["token"])


def test_a_buyer_registers_signs_in_and_out() -> None:
    body = {"mobile": "+86 138-0013-8000", "password": "correct horse", "nickname": "小明"}
    made = Caller().post("store/v1/members", body)
    assert made.headers["Cache-Control"] == "no-store"
    session = ok(made, 201)
    me = ok(Caller(session["token"]).get("store/v1/me"))
    assert (me["id"], me["mobile"], me["nickname"]) == (session["member_id"], "13800138000", "小明")
    again = ok(Caller().post("store/v1/sessions", {"mobile": "13800138000", "password": "correct horse"}), 201)
    ok(Caller(again["token"]).delete("store/v1/sessions/current"), 204)
    refused(Caller(again["token"]).get("store/v1/me"), 401, "not_signed_in")
    ok(Caller(session["token"]).get("store/v1/me"))


def test_what_cannot_be_registered() -> None:
    registered()
    refused(
        Caller().post("store/v1/members", {"mobile": "13800138000", "password": "correct horse"}), 409, "account_taken"
    )
    wrong = refused(
        Caller().post("store/v1/members", {"mobile": "12345", "password": "correct horse"}), 422, "validation_error"
    )
    assert wrong["errors"] == [
        {"loc": "mobile", "code": "mobile", "message": "give 11 digits, or + and the country code for numbers abroad"}
    ]


def test_guessing_is_refused_with_a_time_to_come_back() -> None:
    registered()
    mall_settings.put("accounts.attempts_per_account", 3, actor=SYSTEM)
    wrong = {"mobile": "13800138000", "password": "wrong password"}
    for _ in range(3):
        refused(Caller().post("store/v1/sessions", wrong), 401, "wrong_credentials")
    response = Caller().post("store/v1/sessions", wrong)
    refused(response, 429, "rate_limited")
    assert 0 < int(response.headers["Retry-After"]) <= 901


def test_registrations_from_one_address_are_limited() -> None:
    mall_settings.put("accounts.attempts_per_address", 3, actor=SYSTEM)
    for n in range(3):
        registered(f"1380013800{n}")
    body = {"mobile": "13800138009", "password": "correct horse"}
    refused(Caller().post("store/v1/members", body), 429, "rate_limited")


def test_profile_and_password() -> None:
    caller = registered()
    changed = ok(caller.patch("store/v1/me", {"nickname": "<b>名</b>", "email": "Me@Example.com"}))
    assert (changed["nickname"], changed["email"]) == ("<b>名</b>", "me@example.com")
    assert ok(caller.patch("store/v1/me", {}))["nickname"] == "<b>名</b>"
    wrong = {"current": "wrong password", "password": "another good one"}
    refused(caller.put("store/v1/me/password", wrong), 401, "wrong_credentials")
    ok(caller.put("store/v1/me/password", {"current": "correct horse", "password": "another good one"}), 204)
    refused(caller.get("store/v1/me"), 401, "not_signed_in")


def test_the_address_book() -> None:
    caller = registered()
    first = ok(caller.post("store/v1/me/addresses", HOME), 201)
    assert first == {**HOME, "id": first["id"], "mobile": "13800138000", "is_default": True}
    second = ok(caller.post("store/v1/me/addresses", {**HOME, "line": "公司", "is_default": True}), 201)
    assert [a["id"] for a in ok(caller.get("store/v1/me/addresses"))["items"]] == [second["id"], first["id"]]
    changed = ok(caller.put(f"store/v1/me/addresses/{first['id']}", {**HOME, "city": "宁波市"}))
    assert (changed["city"], changed["is_default"]) == ("宁波市", False)
    ok(caller.delete(f"store/v1/me/addresses/{second['id']}"), 204)
    assert ok(caller.get(f"store/v1/me/addresses/{first['id']}"))["is_default"] is True
    stranger = registered("13900139000")
    for response in (
        stranger.get(f"store/v1/me/addresses/{first['id']}"),
        stranger.put(f"store/v1/me/addresses/{first['id']}", HOME),
        stranger.delete(f"store/v1/me/addresses/{first['id']}"),
    ):
        refused(response, 404, "not_found")


def test_each_wrong_field_of_an_address_is_named() -> None:
    caller = Caller(make.member_token())
    body = {**HOME, "name": " ", "city": "x" * 10_000, "line": "a\nb", "is_default": "yes", "postcode": "1"}
    problem = refused(caller.post("store/v1/me/addresses", body), 422, "validation_error")
    assert {(e["loc"], e["code"]) for e in problem["errors"]} == {
        ("name", "pattern"), ("city", "length"), ("line", "pattern"), ("is_default", "type"), ("postcode", "unknown_field"),
    }  # fmt: skip

"""The frame: every answer is JSON, every refusal a problem in the caller's language, and nothing is a 500."""

from __future__ import annotations

from typing import Any

import orjson
import psycopg
import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import accounts as make
from tests.support.api import Caller, ok, refused
from zhanggui.accounts import selectors as accounts
from zhanggui.api import auth, health, middleware
from zhanggui.api.store import catalog
from zhanggui.kernel import fresh, mall_settings
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db
REGISTER = "store/v1/members"


def test_unknown_addresses_and_wrong_methods_are_problems() -> None:
    refused(Caller().get("nowhere"), 404, "not_found")
    refused(Caller().get("store/v1/nowhere"), 404, "not_found")
    page = Client().get("/nowhere")
    assert (page.status_code, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    wrong = Caller().put(REGISTER, {})
    refused(wrong, 405, "method_not_allowed")
    assert wrong.headers["Allow"] == "POST"
    hot = Caller().post("store/v1/products", {})
    refused(hot, 405, "method_not_allowed")
    assert hot.headers["Allow"] == "GET, HEAD"


def test_messages_follow_the_callers_language() -> None:
    body = {"mobile": "1", "password": "x", "more": 1}
    zh = refused(Caller(language="zh-CN,zh;q=0.9").post(REGISTER, body), 422, "validation_error")
    en = refused(Caller(language="en-GB").post(REGISTER, body), 422, "validation_error")
    other = refused(Caller(language="fr").post(REGISTER, body), 422, "validation_error")
    assert zh["errors"] == [
        {"loc": "password", "code": "length", "message": "至少 8 个字"},
        {"loc": "more", "code": "unknown_field", "message": "没有这个字段"},
    ]
    assert [e["message"] for e in en["errors"]] == ["at least 8 characters", "there is no such field"]
    assert other == zh


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "validation_error"),
        (b"{", 400, "invalid_json"),
        (b"\xff\xfe", 400, "invalid_json"),
        (b'{"mobile": "\xe4\xb8"}', 400, "invalid_json"),
        (b'{"mobile": "\\ud800"}', 400, "invalid_json"),
        (b'{"mobile": "\\u0000"}', 400, "invalid_characters"),
        (b'{"a\\u0000": 1}', 400, "invalid_characters"),
        (b'{"a": [{"b": "\\u0000"}]}', 400, "invalid_characters"),
        (b'{"mobile": NaN}', 400, "invalid_json"),
        (b"[" * 100_000, 400, "invalid_json"),
        (b"[]", 422, "validation_error"),
        (b"null", 422, "validation_error"),
        (b'"text"', 422, "validation_error"),
        (b'{"mobile": 1e308, "password": 99999999999999999999999999}', 422, "validation_error"),
        (b'{"mobile": "' + b"1" * 100_000 + b'", "password": "12345678"}', 422, "validation_error"),
    ],
)
def test_broken_bodies_are_refused_clearly(body: bytes, status: int, code: str) -> None:
    refused(Caller().post(REGISTER, body), status, code)


def test_an_escaped_backslash_is_not_a_nul() -> None:
    problem = refused(
        Caller().post(REGISTER, b'{"mobile": "\\\\u0000", "password": "12345678"}'), 422, "validation_error"
    )
    assert [e["loc"] for e in problem["errors"]] == ["mobile"]


def test_a_body_of_nothing_but_mistakes_is_not_answered_at_length() -> None:
    body = dict.fromkeys(map(str, range(5000)), 1)
    problem = refused(Caller().post(REGISTER, body), 422, "validation_error")
    assert len(problem["errors"]) == 100


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_other_media_types_are_refused(content_type: str) -> None:
    refused(Caller().post(REGISTER, b"{}", content_type=content_type), 415, "unsupported_media_type")


def test_a_body_that_is_too_large_is_refused_before_it_is_read() -> None:
    refused(Caller().post(REGISTER, b'"' + b"x" * 3_000_000 + b'"'), 413, "payload_too_large")


@pytest.mark.parametrize(
    "path", ["store/v1/products?q=%00", "store/v1/products/a%00b", "store/v1/carts/%00%00%00%00%00%00%00%00"]
)
def test_nul_characters_in_an_address_are_refused(path: str) -> None:
    refused(Caller().get(path), 400, "invalid_characters")


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_clearly(body: bytes) -> None:
    response = Caller().post(REGISTER, body)
    assert response.status_code in (400, 422)
    assert response.json()["code"] in ("invalid_json", "validation_error", "invalid_characters")


def test_a_misspelt_filter_is_refused_instead_of_ignored() -> None:
    boss = Caller(make.staff_token("manager"))
    for path in (
        "ops/v1/orders?statsu=paid",
        "ops/v1/members?q=1&limits=5",
        "store/v1/products?catgory=x",
        "store/v1/brands?a=1",
    ):
        problem = refused((boss if "ops" in path else Caller()).get(path), 422, "validation_error")
        assert [e["code"] for e in problem["errors"]] == ["unknown_field"]
    ok(Caller().get("store/v1/products?attr.colour=red&attr.="))


@given(st.text(max_size=100), st.text(max_size=100))
def test_any_query_is_answered(name: str, value: str) -> None:
    from urllib.parse import urlencode

    query = urlencode({name: value, "q": value, "page": value, "attr." + name: value}, errors="replace")
    assert Caller().get(f"store/v1/products?{query}").status_code in (200, 400, 422)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic eDp5", "bearer  x y z", "Bearer " + "x" * 5000, "Bearer \xff", "令牌"]
)
def test_any_authorization_header_is_understood_or_refused(header: str) -> None:
    response = Client().get("/api/store/v1/me", headers={"authorization": header.encode().decode("latin-1")})
    refused(response, 401, "not_signed_in")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_defect_is_a_clean_500_and_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("the secret recipe")

    monkeypatch.setattr(catalog.selectors, "brands", broken)
    problem = refused(Caller().get("store/v1/brands"), 500, "internal_error")
    assert "recipe" not in str(problem)
    assert len(problem["request_id"]) >= 10
    monkeypatch.setattr(catalog.listing, "page_bytes", broken)
    refused(Caller().get("store/v1/products"), 500, "internal_error")


def test_a_database_that_is_away_is_503_with_a_time_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError("connection refused")

    monkeypatch.setattr(catalog.selectors, "brands", away)
    response = Caller().get("store/v1/brands")
    refused(response, 503, "unavailable")
    assert response.headers["Retry-After"] == "2"
    fresh.forget()
    monkeypatch.setattr(fresh.db, "rows", away)
    refused(Caller().get("store/v1/brands"), 503, "unavailable")
    fresh.forget()


def test_health_says_when_the_mall_can_sell(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ok(Client().get("/healthz"))["status"] == "ok"

    def away(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError("connection refused")

    monkeypatch.setattr(health.db, "row", away)
    response = Client().get("/healthz")
    assert ok(response, 503) == {"status": "unavailable", "waiting_for": "database"}
    assert response.headers["Retry-After"] == "2"


def test_metrics_are_for_this_machine_or_the_holder_of_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    assert b"zhanggui_requests_total" in Client().get("/metrics").content
    far = Client(REMOTE_ADDR="192.0.2.1")
    refused(far.get("/metrics"), 404, "not_found")
    refused(Client().get("/metrics", headers={"x-forwarded-for": "192.0.2.1"}), 404, "not_found")
    monkeypatch.setenv("ZHANGGUI_METRICS_TOKEN", "sesame")
    refused(far.get("/metrics", headers={"authorization": "Bearer guess"}), 404, "not_found")
    assert far.get("/metrics", headers={"authorization": "Bearer sesame"}).status_code == 200


def test_the_document_and_its_page_need_no_other_host() -> None:
    document = ok(Caller().get("openapi.json"))
    assert document["openapi"].startswith("3.")
    assert all(
        "default" in operation["responses"] for path in document["paths"].values() for operation in path.values()
    )
    page = Client().get("/api/docs").content.decode()
    assert "http" not in page.replace("https://github.com", "")
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css"):
        assert f"/api/docs/{asset}" in page
        assert len(Client().get(f"/api/docs/{asset}").content) > 100_000
    refused(Caller().get("docs/..%2fsettings.py"), 404, "not_found")


def test_a_proxy_is_believed_only_where_there_is_one(rf: Any, settings: Any) -> None:
    request = rf.get("/", headers={"x-forwarded-for": "6.6.6.6, 192.0.2.7"})
    assert auth.client_address(request) == "127.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert auth.client_address(request) == "192.0.2.7"


def test_settings_and_tokens_changed_elsewhere_are_heard_within_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    from zhanggui.kernel import db

    token = make.staff_token("manager")
    ok(Caller(token).get("ops/v1/me"))
    # As another process would: straight into the tables, with the version moved.
    db.execute("insert into kernel_mallsetting (key, value) values ('mall.name', %s)", (db.Json("别处"),))
    db.execute(
        "insert into kernel_version (name, value) values ('settings', 9) on conflict (name) do update set value = 9"
    )
    db.execute("update accounts_accesstoken set revoked_at = now()")
    db.execute(
        "insert into kernel_version (name, value) values ('accounts', 9) on conflict (name) do update set value = 9"
    )
    assert accounts.authenticate(token) is not None
    fresh.forget()
    refused(Caller(token).get("ops/v1/me"), 401, "not_signed_in")
    assert mall_settings.get("mall.name") == "别处"


@pytest.mark.django_db(transaction=True)
def test_a_connection_the_server_has_closed_is_replaced_without_a_word() -> None:
    mall_settings.put("mall.name", "试", actor=SYSTEM)
    Caller().get("store/v1/brands")
    pid = connection.connection.info.backend_pid
    with psycopg.connect(_dsn()) as other:
        other.execute("select pg_terminate_backend(%s, 5000)", (pid,))
    assert not connection.connection.closed
    ok(Caller().get("store/v1/brands"))
    assert connection.connection.info.backend_pid != pid


def _dsn() -> str:
    wanted = connection.get_connection_params()
    return psycopg.conninfo.make_conninfo(
        "", **{k: wanted[k] for k in ("dbname", "user", "password", "host", "port") if wanted.get(k)}
    )


def test_requests_outside_the_api_pass_the_frame_untouched(rf: Any) -> None:
    answer = HttpResponse("not ours", status=404)
    assert middleware.ApiFrame(lambda request: answer)(rf.get("/page")) is answer
    assert middleware.ApiFrame(lambda request: answer)(rf.get("/api/x")).headers["Content-Type"] != "text/html"


def test_answers_are_plain_json() -> None:
    response = Caller().get("store/v1/brands")
    assert response.headers["Content-Type"] == "application/json"
    assert orjson.loads(response.content) == {"items": []}

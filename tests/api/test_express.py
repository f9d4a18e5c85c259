"""The express lane and the ordinary way answer alike, to the byte: the same requests through both, each undone again."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from tests.factories import accounts as make
from tests.factories.promotions import live, public_code
from tests.factories.shop import goods, open_shop
from zhanggui.accounts import services as accounts
from zhanggui.api import express
from zhanggui.api.store import listing, product
from zhanggui.checkout.services import carts, place_order
from zhanggui.config import middleware, rsgi
from zhanggui.kernel import clock, fresh, ids
from zhanggui.showcase import live as live_pages

pytestmark = pytest.mark.django_db
#: What only the ordinary way says: for pages (it has them, too); and what the server adds to the lane's answers itself.
ORDINARY_ONLY = {"Cross-Origin-Opener-Policy", "Content-Length"}
Answer = tuple[int, dict[str, str], bytes]
HOME = {
    "name": "李雷",
    "mobile": "13800138000",
    "province": "浙江省",
    "city": "杭州市",
    "district": "",
    "line": "文三路",
}
EXPRESS = {"method": "express", "address": HOME}


@dataclass(frozen=True)
class Ask:
    """A request; a body that is not bytes is sent as JSON. `{cart}` in the path is the first cart made."""

    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def sent(self) -> bytes:
        return b"" if self.body is None else self.body if isinstance(self.body, bytes) else orjson.dumps(self.body)


class Scope:
    """A request as the server hands it over."""

    proto, http_version, scheme, authority = "http", "1.1", "http", "mall.test"
    server, client = "127.0.0.1:8000", "127.0.0.1:50000"

    def __init__(self, ask: Ask, lang: str) -> None:
        self.method = ask.method
        self.path, _, self.query_string = ask.path.partition("?")
        self.headers = {"accept-language": lang, "content-type": "application/json"} | ask.headers
        if ask.body is None and "content-type" not in ask.headers:
            del self.headers["content-type"]


class Here(rsgi.Application):
    """Blocking work is done in this thread, whose transaction is the test's."""

    async def _blocking(self, function: Any, *arguments: Any) -> Any:
        return function(*arguments)


class Alone:
    """A group commit that waits for nobody."""

    def __init__(self, work: Callable[[Sequence[Any]], Sequence[Any]]) -> None:
        self._work = work

    def submit(self, item: Any) -> Any:
        answer = self._work([item])[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer

    async def submit_async(self, item: Any) -> Any:
        return self.submit(item)


def finished(work: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that has nothing to wait for."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waited")


@pytest.fixture
def application(monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    """Time stands still and tokens repeat, so that two runs of the same requests can be compared."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(ids, "document_number", lambda prefix="", at=None: f"{prefix}261124{next(_numbers):012d}")
    monkeypatch.setattr(ids, "token", lambda nbytes=24: f"token-{next(_tokens):06d}")
    monkeypatch.setattr(carts, "_gate", Alone(carts._work))
    monkeypatch.setattr(place_order, "_gate", Alone(place_order.place_orders))
    monkeypatch.setattr(live_pages, "gate", Alone(live_pages.look_many))
    monkeypatch.setattr(fresh, "SECONDS", 3600.0)
    monkeypatch.setattr(middleware, "SLOW_SECONDS", 3600.0)  # a slow answer carries the id of its log line
    # Between requests Django closes a connection that is in the middle of a transaction; here it is the test's.
    monkeypatch.setattr(connections[DEFAULT_DB_ALIAS], "close_if_unusable_or_obsolete", lambda: None)
    open_shop()
    yield Here()
    for kept in (listing.kept, product.kept):
        kept.forget()
    fresh.forget()


_numbers, _tokens = itertools.count(), itertools.count()


def begin_again() -> None:
    global _numbers, _tokens
    _numbers, _tokens = itertools.count(1), itertools.count(1)


def by_lane(application: Here, ask: Ask, lang: str) -> Answer:
    scope = Scope(ask, lang)
    run = express.operation(scope.method, scope.path)
    assert run is not None, f"{ask.method} {ask.path} does not take the lane"
    status, headers, body = finished(application._lane(express, run, scope, ask.sent))
    return status, dict(headers), body


def ordinarily(application: Here, ask: Ask, lang: str) -> Answer:
    status, headers, body = application._serve_django(Scope(ask, lang), ask.sent)
    return status, {name: value for name, value in headers if name not in ORDINARY_ONLY}, body


Way = Callable[[Here, Ask, str], Answer]


def walk(application: Here, way: Way, asks: Sequence[Ask], lang: str) -> list[Answer]:
    """The answers to these requests, one after the other; then it is as if they had never been."""
    begin_again()
    with transaction.atomic():
        answers = [way(application, ask, lang) for ask in asks]
        transaction.set_rollback(True)
    return answers


def told(answer: Answer) -> str:
    """`201`, or the status and code of a refusal."""
    status, headers, body = answer
    if status < 400:
        return str(status)
    assert headers["Content-Type"] == "application/problem+json"
    return f"{status} {orjson.loads(body)['code']}"


PRODUCTS, ORDERS, CARTS = "/api/store/v1/products", "/api/store/v1/orders", "/api/store/v1/carts"
CART = f"{CARTS}/token-000001"
KEY = {"idempotency-key": "k-1"}
NEW = Ask("POST", CARTS)


SHOWN = {"amount": 12600, "currency": "CNY"}  # two of TEA, 10 off


def purchase(*, lines: Any = None, **more: Any) -> dict[str, Any]:
    lines = lines if lines is not None else [{"sku": "TEA", "quantity": 2}]
    return {"lines": lines, "delivery": EXPRESS, "payment_provider": "simulator"} | more


def added(quantity: int = 2, sku: str = "TEA") -> Ask:
    return Ask("POST", f"{CART}/lines", {"sku": sku, "quantity": quantity})


def delivered() -> Ask:
    return Ask("PUT", f"{CART}/delivery", EXPRESS)


def buying(key: str = "k-1", **more: Any) -> Ask:
    return Ask("POST", f"{CART}/checkout", {"payment_provider": "simulator"} | more, {"idempotency-key": key})


def ordering(body: Any, headers: dict[str, str] | None = None) -> Ask:
    return Ask("POST", ORDERS, body, KEY if headers is None else headers)


#: Name, the requests, and what the last of them is told.
CASES: list[tuple[str, list[Ask], str]] = [
    ("list", [Ask("GET", PRODUCTS)], "200"),
    ("list kept", [Ask("GET", PRODUCTS), Ask("GET", PRODUCTS)], "200"),
    ("list searched", [Ask("GET", f"{PRODUCTS}?q=%E8%8C%B6&sort=-price&page_size=1")], "200"),
    ("list page", [Ask("GET", f"{PRODUCTS}?page=0")], "422 validation_error"),
    ("list sort", [Ask("GET", f"{PRODUCTS}?sort=magic")], "422 validation_error"),
    ("list nul", [Ask("GET", f"{PRODUCTS}?q=%00")], "400 invalid_characters"),
    ("detail", [Ask("GET", f"{PRODUCTS}/tea")], "200"),
    ("detail kept", [Ask("GET", f"{PRODUCTS}/tea"), Ask("GET", f"{PRODUCTS}/tea")], "200"),
    ("detail unknown", [Ask("GET", f"{PRODUCTS}/nothing")], "404 not_found"),
    ("buy", [ordering(purchase())], "201"),
    ("buy with coupon", [ordering(purchase(coupons=["FIVE"], note="谢谢"))], "201"),
    ("buy unpaid", [ordering(purchase(payment_provider="bank_transfer"))], "201"),
    ("buy again", [ordering(purchase()), ordering(purchase())], "201"),
    ("buy other", [ordering(purchase()), ordering(purchase(note="x"))], "409 idempotency_conflict"),
    ("buy without key", [ordering(purchase(), {})], "422 validation_error"),
    ("buy too much", [ordering(purchase(lines=[{"sku": "TEA", "quantity": 900}]))], "409 out_of_stock"),
    ("buy the unknown", [ordering(purchase(lines=[{"sku": "?", "quantity": 1}]))], "409 not_for_sale"),
    ("buy at old price", [ordering(purchase(expected_total=1))], "409 price_changed"),
    ("buy at the shown total", [ordering(purchase(expected_total=SHOWN))], "201"),
    ("buy in other money", [ordering(purchase(expected_total=SHOWN | {"currency": "USD"}))], "409 price_changed"),
    ("buy at no currency", [ordering(purchase(expected_total={"amount": 13600}))], "422 validation_error"),
    ("buy with wrong coupon", [ordering(purchase(coupons=["NONE"]))], "409 coupon_not_applicable"),
    ("buy by wrong provider", [ordering(purchase(payment_provider="shells"))], "409 payment_provider_unavailable"),
    ("buy nothing", [ordering(purchase(lines=[]))], "422 validation_error"),
    ("buy with points", [ordering(purchase(points=5))], "409 points_not_applicable"),
    ("buy nowhere", [ordering(purchase(delivery={"method": "express", "address": HOME | {"line": ""}}))],
     "422 validation_error"),
    ("buy with wrong mobile", [ordering(purchase(delivery={"method": "express", "address": HOME | {"mobile": "1"}}))],
     "422 validation_error"),
    ("buy unknown field", [ordering(purchase(more=1))], "422 validation_error"),
    ("buy a list", [ordering([])], "422 validation_error"),
    ("buy null", [ordering(b"null")], "422 validation_error"),
    ("buy no body", [ordering(None)], "422 validation_error"),
    ("buy broken", [ordering(b'{"lines": [')], "400 invalid_json"),
    ("buy nul", [ordering(b'{"note": "\\u0000"}')], "400 invalid_characters"),
    ("buy as form", [ordering(b"a=1", KEY | {"content-type": "application/x-www-form-urlencoded"})],
     "415 unsupported_media_type"),
    ("buy as nobody", [ordering(purchase(), KEY | {"authorization": "Bearer wrong"})], "401 not_signed_in"),
    ("cart", [NEW], "201"),
    ("cart with source", [Ask("POST", CARTS, {"source": "poster"})], "201"),
    ("cart unknown field", [Ask("POST", CARTS, {"more": 1})], "422 validation_error"),
    ("add", [NEW, added()], "200"),
    ("add again", [NEW, added(), added(3)], "200"),
    ("add too much", [NEW, added(900)], "409 out_of_stock"),
    ("add the unknown", [NEW, added(1, "?")], "409 not_for_sale"),
    ("add none", [NEW, added(0)], "422 validation_error"),
    ("add beyond all", [NEW, added(10_000)], "422 validation_error"),
    ("add nowhere", [added()], "404 not_found"),
    ("coupon", [NEW, added(), Ask("POST", f"{CART}/coupons", {"code": "five"})], "200"),
    ("coupon unknown", [NEW, added(), Ask("POST", f"{CART}/coupons", {"code": "NONE"})], "409 coupon_not_applicable"),
    ("coupon empty", [NEW, Ask("POST", f"{CART}/coupons", {"code": ""})], "422 validation_error"),
    ("deliver", [NEW, added(), delivered()], "200"),
    ("deliver nowhere", [NEW, Ask("PUT", f"{CART}/delivery", {"method": "express", "address": HOME | {"province": ""}})],
     "422 validation_error"),
    ("deliver by magic", [NEW, Ask("PUT", f"{CART}/delivery", {"method": "magic"})], "422 validation_error"),
    ("checkout", [NEW, added(), delivered(), buying()], "201"),
    ("checkout again", [NEW, added(), delivered(), buying(), buying()], "201"),
    ("checkout twice", [NEW, added(), delivered(), buying(), buying("k-2")], "409 cart_closed"),
    ("checkout other", [NEW, added(), delivered(), buying(), buying(note="x")], "409 idempotency_conflict"),
    ("checkout empty", [NEW, buying()], "409 cart_empty"),
    ("checkout undelivered", [NEW, added(), buying()], "409 delivery_missing"),
    ("checkout without key", [NEW, Ask("POST", f"{CART}/checkout", {"payment_provider": "simulator"})],
     "422 validation_error"),
    ("checkout nowhere", [buying()], "404 not_found"),
    ("closed", [NEW, added(), delivered(), buying(), added()], "409 cart_closed"),
]  # fmt: skip


@pytest.fixture
def shelf() -> None:
    goods(6800, title="龙井茶", slug="tea", skus=["TEA"])
    goods(4590, title="盖碗", slug="cup", skus=["CUP"])
    live()
    public_code("FIVE", {"off": 500})


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
@pytest.mark.parametrize(("asks", "expected"), [pytest.param(asks, told, id=name) for name, asks, told in CASES])
@pytest.mark.usefixtures("shelf")
def test_both_ways_answer_alike(application: Here, asks: list[Ask], expected: str, lang: str) -> None:
    lane = walk(application, by_lane, asks, lang)
    ordinary = walk(application, ordinarily, asks, lang)
    assert lane == ordinary
    assert told(lane[-1]) == expected


@pytest.mark.usefixtures("shelf")
def test_members_buy_either_way_and_staff_neither(application: Here) -> None:
    phone = make.mobile()
    person = make.member(phone)
    member = {"authorization": f"Bearer {accounts.token_for_member(phone).token}"}
    staff = {"authorization": f"Bearer {make.staff_token('manager')}"}
    for asks, expected in (
        ([ordering(purchase(), KEY | member)], "201"),
        ([ordering(purchase(), KEY | staff)], "403 permission_denied"),
        ([Ask("POST", CARTS, None, staff)], "403 permission_denied"),
        ([Ask("POST", CARTS, None, member), added()], "404 not_found"),  # a member's cart is no guest's
    ):
        lane = walk(application, by_lane, asks, "en")
        assert lane == walk(application, ordinarily, asks, "en")
        assert told(lane[-1]) == expected
    assert person.id is not None


@pytest.mark.parametrize("ways", [(by_lane, ordinarily), (ordinarily, by_lane)], ids=["lane first", "lane second"])
@pytest.mark.usefixtures("shelf")
def test_a_key_used_on_one_way_is_known_on_the_other(application: Here, ways: tuple[Way, Way]) -> None:
    begin_again()
    first, second = (way(application, ordering(purchase()), "en") for way in ways)
    assert (told(first), told(second)) == ("201", "201")
    assert orjson.loads(first[2])["number"] == orjson.loads(second[2])["number"]
    other = ways[1](application, ordering(purchase(note="x")), "en")
    assert told(other) == "409 idempotency_conflict"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("HEAD", PRODUCTS),
        ("POST", PRODUCTS),
        ("GET", f"{PRODUCTS}/a%20b"),
        ("GET", f"{PRODUCTS}/a/b"),
        ("GET", ORDERS),
        ("GET", CART),
        ("PATCH", f"{CART}/lines/1"),
        ("DELETE", f"{CART}/coupons/FIVE"),
        ("POST", f"{CARTS}/short/lines"),
        ("POST", f"{CARTS}x"),
    ],
)
def test_all_else_goes_the_ordinary_way(method: str, path: str) -> None:
    assert express.operation(method, path) is None


def test_the_server_has_decoded_the_path_and_nobody_does_it_again() -> None:
    given = rsgi.environ(Scope(Ask("GET", "/media/绿%41"), "zh"), b"")["PATH_INFO"]
    assert given.encode("latin-1").decode() == "/media/绿%41"

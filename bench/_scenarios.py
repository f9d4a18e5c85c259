"""What the buyers of the load generator do. Each takes the job and the buyer's number."""

import itertools
import json
import random
import secrets
from collections.abc import Generator
from typing import Any

Buyer = Generator[bytes | None, tuple[int, bytes] | None, None]
DELIVERY = {
    "method": "express",
    "address": {
        "name": "测试买家",
        "mobile": "13800138000",
        "province": "浙江省",
        "city": "杭州市",
        "district": "西湖区",
        "line": "文三路 1 号",
    },
}


def _page(path: str) -> bytes:
    """As a browser asks for a page."""
    head = f"GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: keep-alive\r\nAccept-Encoding: gzip, deflate, br\r\n\r\n"
    return head.encode()


def _request(method: str, path: str, body: Any = None, key: str = "") -> bytes:
    payload = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
    head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\nConnection: keep-alive\r\n"
    if body is not None:
        head += f"Content-Type: application/json\r\nContent-Length: {len(payload)}\r\n"
    if key:
        head += f"Idempotency-Key: {key}\r\n"
    return head.encode() + b"\r\n" + payload


def _keys(number: int) -> Generator[str, None, None]:
    run = secrets.token_hex(6)
    return (f"{run}-{number}-{i}" for i in itertools.count())


def purchase(job: dict[str, Any], number: int) -> Buyer:
    """One-call purchases of three lines with a coupon, paid by the simulator; an order is a unit when it is paid."""
    source = random.Random(number)
    for key in _keys(number):
        lines = [{"sku": sku, "quantity": 1} for sku in source.sample(job["skus"], 3)]
        body = {"lines": lines, "delivery": DELIVERY, "coupons": [job["coupon"]], "payment_provider": "simulator"}
        answer = yield _request("POST", "/api/store/v1/orders", body, key)
        if answer and answer[0] == 201 and b'"status":"paid"' in answer[1]:
            yield None


def flash(job: dict[str, Any], number: int) -> Buyer:
    """One unit of one SKU per order, everybody the same SKU; an order placed is a unit."""
    body = {"lines": [{"sku": job["sku"], "quantity": 1}], "delivery": DELIVERY, "payment_provider": "bank_transfer"}
    for key in _keys(number):
        answer = yield _request("POST", "/api/store/v1/orders", body, key)
        if answer and answer[0] == 201:
            yield None
        elif answer and answer[0] == 409 and job.get("until_sold_out"):
            return


def cart(job: dict[str, Any], number: int) -> Buyer:
    """The same purchase as a client with a cart makes it: five calls."""
    source = random.Random(number)
    for key in _keys(number):
        answer = yield _request("POST", "/api/store/v1/carts", {})
        if not answer or answer[0] != 201:
            continue
        base = "/api/store/v1/carts/" + json.loads(answer[1])["id"]
        lines = [{"sku": sku, "quantity": 1} for sku in source.sample(job["skus"], 3)]
        yield _request("POST", base + "/lines", {"lines": lines})
        yield _request("POST", base + "/coupons", {"code": job["coupon"]})
        yield _request("PUT", base + "/delivery", DELIVERY)
        answer = yield _request("POST", base + "/checkout", {"payment_provider": "simulator"}, key)
        if answer and answer[0] == 201 and b'"status":"paid"' in answer[1]:
            yield None


def products(job: dict[str, Any], number: int) -> Buyer:
    """List pages of 24, anywhere in the catalogue, by the sorts and categories buyers use."""
    source = random.Random(number)
    while True:
        query = source.choice(job["queries"])
        answer = yield _request("GET", f"/api/store/v1/products?{query}&page={source.randint(1, 10)}&page_size=24")
        if answer and answer[0] == 200:
            yield None


def product(job: dict[str, Any], number: int) -> Buyer:
    """Detail pages."""
    source = random.Random(number)
    while True:
        answer = yield _request("GET", "/api/store/v1/products/" + source.choice(job["slugs"]))
        if answer and answer[0] == 200:
            yield None


def home_page(job: dict[str, Any], number: int) -> Buyer:
    """The front page of the shop."""
    while True:
        answer = yield _page("/")
        if answer and answer[0] == 200:
            yield None


def category_page(job: dict[str, Any], number: int) -> Buyer:
    """Pages of categories, anywhere in them, by the sorts people use."""
    source = random.Random(number)
    while True:
        address = source.choice(job["category_pages"])
        sort = source.choice(("", "", "&sort=new", "&sort=price"))
        answer = yield _page(f"{address}?page={source.randint(1, 10)}{sort}")
        if answer and answer[0] == 200:
            yield None


def product_page(job: dict[str, Any], number: int) -> Buyer:
    """Pages of products. Each once, shared among the buyers; afterwards any of them."""
    source = random.Random(number)
    mine = job["slugs"][number :: job["buyers"]]
    for slug in itertools.chain(mine, iter(lambda: source.choice(job["slugs"]), None)):
        answer = yield _page("/p/" + slug)
        if answer and answer[0] == 200:
            yield None


def page(job: dict[str, Any], number: int) -> Buyer:
    """One address again and again, by somebody signed in."""
    head = f"GET {job['path']} HTTP/1.1\r\nHost: bench\r\nConnection: keep-alive\r\nCookie: {job['cookie']}\r\n\r\n".encode()
    while True:
        answer = yield head
        if answer and answer[0] == 200:
            yield None


def priced_cart(job: dict[str, Any], number: int) -> Buyer:
    """A filled cart asked for again and again: each answer prices it anew."""
    path = job["carts"][number % len(job["carts"])]
    while True:
        answer = yield _request("GET", path)
        if answer and answer[0] == 200:
            yield None


def form(job: dict[str, Any], number: int) -> Buyer:
    """The same form sent again and again, as a signed-in browser sends it; an answer that leads on is a unit."""
    body = job["body"]
    request = (
        f"POST {job['path']} HTTP/1.1\r\nHost: bench\r\nConnection: keep-alive\r\nCookie: {job['cookie']}\r\n"
        f"Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()
    for _ in range(job["times"]):
        answer = yield request
        if answer and answer[0] in (302, 303):
            yield None

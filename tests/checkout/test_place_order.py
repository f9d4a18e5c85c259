"""From a purchase to an order: what is sold is exact, paid once, and answered the same when asked again."""

import pytest

from tests.factories.promotions import live, public_code
from tests.factories.shop import attempt, buy, goods, wants
from zhanggui.checkout.errors import NotForSale, PriceChanged, ProviderUnavailable
from zhanggui.checkout.types import Purchase
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import db, invariants
from zhanggui.kernel.problems import IdempotencyConflict
from zhanggui.orders import selectors as orders
from zhanggui.orders.errors import OutOfStock
from zhanggui.promotions.errors import CouponNotApplicable

pytestmark = pytest.mark.django_db


def books_are_right() -> None:
    assert [(v.invariant.name, v.samples) for v in invariants.check()] == []


def test_three_lines_are_sold_paid_and_reserved() -> None:
    a, b, c = goods(10000, 2000, 333)
    number = buy((a, 1), (b, 2), (c, 3))
    order = orders.find(number)
    assert order is not None
    assert (order["status"], order["items_total"], order["total"], order["paid_total"]) == ("paid", 14999, 14999, 14999)
    assert [(line["sku"], line["quantity"], line["payable"]) for line in order["lines"]] == [
        (a, 1, 10000),
        (b, 2, 4000),
        (c, 3, 999),
    ]
    assert [entry["kind"] for entry in order["timeline"]] == ["placed", "paid"]
    held = {p.sku_id: p.quantity for p in inventory.held(number)}
    assert held == {line["sku_id"]: line["quantity"] for line in order["lines"]}
    books_are_right()


def test_discount_lands_on_lines_to_the_fen() -> None:
    a, b = goods(10000, 3333)
    live(config={"steps": [{"threshold": 10000, "off": 1000}]})
    public_code("SAVE5", {"off": 500})
    number = buy((a, 1), (b, 1), coupons=("save5",))
    order = orders.find(number)
    assert order is not None
    assert (order["items_total"], order["discount_total"], order["total"]) == (13333, 1500, 11833)
    assert sum(line["discount"] for line in order["lines"]) == 1500
    assert all(sum(d["amount"] for d in line["discounts"]) == line["discount"] for line in order["lines"])
    assert [d["amount"] for d in order["explanation"]] == [1000, 500]
    books_are_right()


def test_what_the_purchase_answers_is_what_the_order_says() -> None:
    (a,) = goods(10000)
    live()
    answer = attempt(wants((a, 2)))[0]
    assert isinstance(answer, Purchase)
    assert answer.order is not None
    stored = orders.find(answer.number)
    assert stored is not None
    for volatile in ("id", "external_id"):
        stored.pop(volatile)
    for entry in stored["timeline"]:
        entry["at"] = "…"
    told = dict(answer.order)
    told["timeline"] = [{**entry, "at": "…"} for entry in told["timeline"]]
    assert told == stored


def test_same_key_and_body_answers_the_same_order() -> None:
    (a,) = goods(10000, stock=1)
    command = wants((a, 1), key="once")
    first, second = attempt(command, command)
    assert isinstance(first, Purchase)
    assert isinstance(second, Purchase)
    third = attempt(command)[0]
    assert isinstance(third, Purchase)
    assert first.number == second.number == third.number
    assert (first.replayed, second.replayed, third.replayed) == (False, True, True)
    assert db.row("select count(*) as n from orders_order") == {"n": 1}


def test_same_key_with_another_body_is_a_conflict() -> None:
    a, b = goods(10000, 500)
    buy((a, 1), key="mine")
    assert isinstance(attempt(wants((b, 1), key="mine"))[0], IdempotencyConflict)


def test_a_refused_purchase_leaves_its_key_free() -> None:
    (a,) = goods(10000, stock=1)
    refused = attempt(wants((a, 2), key="again"))[0]
    assert isinstance(refused, OutOfStock)
    assert refused.extra == {"sku": a, "available": 1}
    assert buy((a, 1), key="again")


def test_batch_serves_first_come_first_and_exactly() -> None:
    a, b = goods(100, 100, stock=5)
    answers = attempt(wants((a, 3)), wants((a, 3), (b, 1)), wants((a, 2)), wants((a, 1)), wants((b, 4)))
    kinds = [type(answer).__name__ for answer in answers]
    assert kinds == ["Purchase", "OutOfStock", "Purchase", "OutOfStock", "Purchase"]
    books_are_right()


def test_expected_total_protects_against_another_price() -> None:
    (a,) = goods(10000)
    answer = attempt(wants((a, 1), expected_total=9999))[0]
    assert isinstance(answer, PriceChanged)
    assert answer.extra["total"] == {"amount": 10000, "currency": "CNY"}
    assert buy((a, 1), expected_total=10000)


def test_unknown_goods_and_coupons_and_providers_are_named() -> None:
    (a,) = goods(10000)
    unknown, coupon, provider = attempt(
        wants(("NO-SUCH", 1)), wants((a, 1), coupons=("NO-SUCH",)), wants((a, 1), provider="gold")
    )
    assert isinstance(unknown, NotForSale)
    assert unknown.extra == {"sku": "NO-SUCH"}
    assert isinstance(coupon, CouponNotApplicable)
    assert isinstance(provider, ProviderUnavailable)


def test_last_coupon_use_is_given_once() -> None:
    (a,) = goods(10000)
    public_code("LAST", {"off": 500}, max_uses=1)
    answers = attempt(wants((a, 1), coupons=("LAST",)), wants((a, 1), coupons=("LAST",)))
    assert [type(answer).__name__ for answer in answers] == ["Purchase", "CouponNotApplicable"]
    books_are_right()


def test_nothing_to_pay_is_paid_at_once() -> None:
    (a,) = goods(500)
    public_code("FREE", {"off": 500})
    number = buy((a, 1), coupons=("FREE",))
    order = orders.find(number)
    assert order is not None
    assert (order["status"], order["total"], order["payment_provider"]) == ("paid", 0, "")
    assert order["dispatch_due_at"] is not None
    books_are_right()

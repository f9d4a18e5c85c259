"""A cart is whatever its holder last made of it; it is priced on every call and bought at most once."""

import pytest

from tests.factories.promotions import live, public_code
from tests.factories.shop import HOME, attempt, goods
from zhanggui.checkout import services
from zhanggui.checkout.errors import CartClosed, CartEmpty, NotForSale
from zhanggui.checkout.services import CartCommand
from zhanggui.checkout.types import PlaceCommand, Purchase, Quote, QuoteRequest
from zhanggui.kernel.actor import GUEST
from zhanggui.kernel.problems import IdempotencyConflict, NotFound, ValidationFailed
from zhanggui.orders.errors import OutOfStock
from zhanggui.promotions.errors import CouponNotApplicable

pytestmark = pytest.mark.django_db


def do(command: CartCommand) -> tuple[str, Quote]:
    cart, quote = services.change_cart(command, actor=GUEST)
    return cart["id"], quote


def filled(*lines: tuple[str, int]) -> str:
    cart, _ = do(services.creating())
    do(services.adding(cart, lines))
    return cart


def lines_of(cart: str) -> list[tuple[str, int]]:
    return [(line.sku, line.quantity) for line in do(services.showing(cart))[1].lines]


def checkout(cart: str, *, key: str = "k", digest: str = "b") -> PlaceCommand:
    full = f"{key:0<32}{digest:0<32}"
    return PlaceCommand(QuoteRequest(()), "simulator", GUEST, "cart", cart, full, cart_id=cart)


def test_the_same_goods_add_up_and_quantities_change() -> None:
    a, b = goods(1000, 500)
    cart = filled((a, 1), (b, 1))
    do(services.adding(cart, [(a, 2)]))
    do(services.changing(cart, "2", 4))
    assert lines_of(cart) == [(a, 3), (b, 4)]
    do(services.changing(cart, "1", 0))
    assert lines_of(cart) == [(b, 4)]


def test_what_cannot_be_had_is_refused_and_leaves_the_cart_as_it_was() -> None:
    (a,) = goods(1000, stock=2)
    cart = filled((a, 1))
    with pytest.raises(OutOfStock) as short:
        do(services.adding(cart, [(a, 2)]))
    assert short.value.extra == {"sku": a, "available": 2}
    with pytest.raises(NotForSale):
        do(services.adding(cart, [("NO-SUCH", 1)]))
    with pytest.raises(ValidationFailed):
        do(services.changing(cart, "1", 1000))
    with pytest.raises(NotFound):
        do(services.changing(cart, "9", 1))
    assert lines_of(cart) == [(a, 1)]


def test_a_coupon_is_held_only_if_it_does_something() -> None:
    (a,) = goods(1000)
    public_code("TEN", {"off": 100, "threshold": 1500})
    cart = filled((a, 1))
    with pytest.raises(CouponNotApplicable):
        do(services.using_coupon(cart, "TEN"))
    do(services.adding(cart, [(a, 1)]))
    _, quote = do(services.using_coupon(cart, " ten "))
    assert quote.total == 1900
    do(services.dropping_coupon(cart, "TEN"))
    with pytest.raises(NotFound):
        do(services.dropping_coupon(cart, "TEN"))


def test_the_explanation_says_what_is_missing() -> None:
    (a,) = goods(7700)
    live(config={"steps": [{"threshold": 10000, "off": 2000}]})
    cart = filled((a, 1))
    (reason,) = do(services.showing(cart))[1].verdict.explanation
    assert (reason.applied, reason.params["missing_amount"]) == (False, 2300)


def test_a_members_cart_is_his_alone() -> None:
    cart, _ = do(services.creating())
    with pytest.raises(NotFound):
        do(services.showing("no-such-cart"))
    assert services.change_cart(services.showing(cart), actor=GUEST)


def test_commands_on_one_cart_in_one_batch_take_turns() -> None:
    (a,) = goods(1000)
    cart, _ = do(services.creating())
    answers = services.change_carts([services.adding(cart, [(a, 1)])] * 3, actor=GUEST)
    assert [isinstance(answer, tuple) for answer in answers] == [True, True, True]
    assert lines_of(cart) == [(a, 3)]


def test_a_cart_becomes_one_order() -> None:
    (a,) = goods(1000)
    cart = filled((a, 2))
    do(services.delivering(cart, HOME))
    first, again, other_body, other_key = attempt(
        checkout(cart), checkout(cart), checkout(cart, digest="c"), checkout(cart, key="l")
    )
    assert isinstance(first, Purchase)
    assert isinstance(again, Purchase)
    assert (again.number, again.replayed) == (first.number, True)
    assert isinstance(other_body, IdempotencyConflict)
    assert isinstance(other_key, CartClosed)
    assert other_key.extra == {"order": first.number}
    with pytest.raises(CartClosed):
        do(services.adding(cart, [(a, 1)]))


def test_an_empty_cart_buys_nothing() -> None:
    cart, _ = do(services.creating())
    assert isinstance(attempt(checkout(cart))[0], CartEmpty)

"""What a cart remembers beside its goods: prices seen, lines laid aside, and how two carts become one."""

import pytest

from tests.factories.accounts import member
from tests.factories.pricing import PRICER
from tests.factories.promotions import public_code
from tests.factories.shop import HOME, goods
from zhanggui.catalog import selectors as catalog
from zhanggui.checkout import selectors, services
from zhanggui.checkout.services import CartCommand
from zhanggui.kernel import mall_settings
from zhanggui.kernel.actor import GUEST, SYSTEM
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow

pytestmark = pytest.mark.django_db


def do(command: CartCommand) -> str:
    return str(services.change_cart(command, actor=GUEST)[0]["id"])


def filled(*lines: tuple[str, int], member_id: int | None = None) -> str:
    return do(services.adding(do(services.creating(member_id=member_id)), lines, member_id=member_id))


def lines(cart: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = selectors.carts([cart])[cart]["lines"]
    return found


def reprice(code: str, price: int) -> None:
    sku = catalog.sellable_by_code([code])[0].sku_id
    pricing.set_prices([PriceRow(sku, list_price=price, sale_price=price)], reason="test", actor=PRICER)


def test_a_line_remembers_the_price_it_was_put_in_at_until_the_buyer_accepts_another() -> None:
    (code,) = goods(1000)
    cart = filled((code, 1))
    reprice(code, 1200)
    do(services.changing(cart, "1", 2))
    assert lines(cart)[0]["seen"] == 1000
    do(services.accepting(cart))
    assert lines(cart)[0]["seen"] == 1200


def test_what_is_put_in_again_is_seen_at_todays_price() -> None:
    (code,) = goods(1000)
    cart = filled((code, 1))
    reprice(code, 900)
    do(services.adding(cart, [(code, 1)]))
    assert (lines(cart)[0]["seen"], lines(cart)[0]["quantity"]) == (900, 2)


def test_what_is_laid_aside_costs_nothing_and_comes_back() -> None:
    first, second = goods(1000, 300)
    cart = filled((first, 1), (second, 2))
    _, quote = services.change_cart(services.laying_aside(cart, "1", True), actor=GUEST)
    assert ([line.sku for line in quote.lines], quote.items_total) == ([second], 600)
    _, quote = services.change_cart(services.laying_aside(cart, "1", False), actor=GUEST)
    assert quote.items_total == 1600


def test_putting_in_what_was_laid_aside_takes_it_back_alone() -> None:
    (code,) = goods(1000)
    cart = filled((code, 5))
    do(services.laying_aside(cart, "1", True))
    do(services.adding(cart, [(code, 1)]))
    assert [(line["quantity"], line.get("later")) for line in lines(cart)] == [(1, None)]


def test_a_guests_cart_joins_the_members() -> None:
    first, second = goods(1000, 300)
    public_code("FIVE", {"off": 5})
    buyer = member().id
    assert buyer is not None
    mine = filled((first, 2), member_id=buyer)
    guests = filled((first, 1), (second, 4))
    do(services.using_coupon(guests, "FIVE"))
    do(services.delivering(guests, HOME))
    do(services.joining(mine, selectors.carts([guests])[guests], member_id=buyer))
    assert [(line["sku"], line["quantity"]) for line in lines(mine)] == [(first, 2), (second, 4)]
    kept = selectors.carts([mine])[mine]
    assert (kept["coupons"], kept["delivery"]["city"]) == (["FIVE"], HOME.city)
    assert selectors.open_cart_of(buyer) == mine


def test_what_was_laid_aside_outlives_the_purchase() -> None:
    first, second = goods(1000, 300)
    cart = filled((first, 1), (second, 1))
    do(services.laying_aside(cart, "2", True))
    fresh = do(services.joining("", selectors.carts([cart])[cart], later_only=True))
    assert [(line["sku"], line["later"]) for line in lines(fresh)] == [(second, True)]


def test_no_room_is_no_refusal(settings: object) -> None:
    mall_settings.put("checkout.max_lines", 1, actor=SYSTEM)
    first, second = goods(1000, 300)
    cart, other = filled((first, 1)), filled((second, 1))
    do(services.joining(cart, selectors.carts([other])[other]))
    assert len(lines(cart)) == 1

"""Carts: read as a whole, priced, written as a whole; each write is conditional on the version it read.

A change is priced before it is written, so what cannot be had is refused and leaves the cart as it was.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from zhanggui.kernel import db, ids, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Conflict, FieldError, NotFound, ValidationFailed
from zhanggui.pricing.errors import NotDelivered

from .. import selectors
from ..errors import CartClosed
from ..rules import request_of
from ..types import Delivery, Quote

_TRIES = 5
MAX_COUPONS = 10
Cart = dict[str, Any]
Priced = tuple[Cart, Quote]


def create_cart(*, actor: Actor, member_id: int | None = None, source: str = "") -> Priced:
    """An empty cart of the member, or of whoever holds its id."""
    cart = db.rows(
        f"insert into checkout_cart (id, member_id, source) values (%s, %s, %s) returning {selectors.CART_COLUMNS}",
        (ids.token(18), member_id, source[:40]),
    )[0]
    return cart, selectors.quote(request_of(cart))


def add_lines(cart_id: str, wanted: Sequence[tuple[str, int]], *, actor: Actor, member_id: int | None = None) -> Priced:
    """Put (sku, quantity) into the cart; the same SKU adds up.

    Raises NotFound, CartClosed, ValidationFailed, and NotForSale or OutOfStock for what was to be added.
    """

    def change(cart: Cart) -> None:
        for sku, quantity in wanted:
            line = next((line for line in cart["lines"] if line["sku"] == sku), None)
            if line is None:
                line = {"id": str(cart["next_line"]), "sku": sku, "quantity": 0}
                cart["next_line"] += 1
                cart["lines"].append(line)
            line["quantity"] += quantity
            _check_quantity(line["quantity"])
        _check_lines(cart["lines"])

    asked = {sku for sku, _ in wanted}
    return _change(cart_id, change, member_id, lambda quote: _refuse_goods(quote, asked))


def change_line(cart_id: str, line_id: str, quantity: int, *, actor: Actor, member_id: int | None = None) -> Priced:
    """Set a line's quantity; 0 takes it out. Raises NotFound, CartClosed, ValidationFailed, OutOfStock."""
    changed: set[str] = set()

    def change(cart: Cart) -> None:
        line = next((line for line in cart["lines"] if line["id"] == line_id), None)
        if line is None:
            raise NotFound()
        if quantity == 0:
            cart["lines"].remove(line)
            return
        _check_quantity(quantity)
        if quantity > line["quantity"]:
            changed.add(line["sku"])
        line["quantity"] = quantity

    return _change(cart_id, change, member_id, lambda quote: _refuse_goods(quote, changed))


def remove_line(cart_id: str, line_id: str, *, actor: Actor, member_id: int | None = None) -> Priced:
    """Take a line out. Raises NotFound, CartClosed."""
    return change_line(cart_id, line_id, 0, actor=actor, member_id=member_id)


def apply_coupon(cart_id: str, code: str, *, actor: Actor, member_id: int | None = None) -> Priced:
    """Use a coupon; the same code twice is once. Raises CouponNotApplicable with the reason where it does nothing here."""
    code = code.strip()

    def change(cart: Cart) -> None:
        if code.casefold() not in (held.casefold() for held in cart["coupons"]):
            cart["coupons"].append(code)
        if len(cart["coupons"]) > MAX_COUPONS:
            raise ValidationFailed.one(
                "code", "too_many", f"最多使用 {MAX_COUPONS} 张优惠券", f"at most {MAX_COUPONS} coupons"
            )

    return _change(cart_id, change, member_id, lambda quote: _refuse_coupon(quote, code))


def drop_coupon(cart_id: str, code: str, *, actor: Actor, member_id: int | None = None) -> Priced:
    """Take a coupon off. Raises NotFound if the cart does not hold it."""

    def change(cart: Cart) -> None:
        left = [held for held in cart["coupons"] if held.casefold() != code.strip().casefold()]
        if len(left) == len(cart["coupons"]):
            raise NotFound()
        cart["coupons"] = left

    return _change(cart_id, change, member_id)


def set_delivery(cart_id: str, delivery: Delivery, *, actor: Actor, member_id: int | None = None) -> Priced:
    """Say where to deliver. Raises NotFound, CartClosed, NotDelivered."""

    def change(cart: Cart) -> None:
        cart["delivery"] = asdict(delivery)

    return _change(cart_id, change, member_id, _refuse_place)


def close_carts(bought: Sequence[tuple[str, str]]) -> None:
    """Note on carts (id, order number) what they became. That a cart is bought once is the idempotency key's doing."""
    if bought:
        db.execute(
            "update checkout_cart c set order_number = b.number from unnest(%s::text[], %s::text[]) as b(id, number)"
            " where c.id = b.id",
            ([cart_id for cart_id, _ in bought], [number for _, number in bought]),
        )


def forget_carts(*, actor: Actor) -> int:
    """Delete carts nobody has touched for `checkout.cart_days`; the number deleted."""
    return db.execute(
        "delete from checkout_cart where updated_at < now() - %s * interval '1 day'",
        (mall_settings.get("checkout.cart_days"),),
    )


def _change(
    cart_id: str,
    change: Callable[[Cart], None],
    member_id: int | None,
    refuse: Callable[[Quote], None] = lambda quote: None,
) -> Priced:
    for _ in range(_TRIES):
        cart = selectors.cart(cart_id, member_id)
        if cart["order_number"]:
            raise CartClosed(extra={"order": cart["order_number"]})
        cart["member_id"] = cart["member_id"] or member_id
        change(cart)
        quote = selectors.quote(request_of(cart))
        refuse(quote)
        if _write(cart):
            return cart, quote
    raise Conflict()


def _write(cart: Cart) -> int:
    return db.execute(
        "update checkout_cart set lines = %s, coupons = %s, delivery = %s, next_line = %s, member_id = %s,"
        " version = version + 1, updated_at = now() where id = %s and version = %s and order_number = ''",
        (
            db.Json(cart["lines"]),
            db.Json(cart["coupons"]),
            db.Json(cart["delivery"]) if cart["delivery"] else None,
            cart["next_line"],
            cart["member_id"],
            cart["id"],
            cart["version"],
        ),
    )


def _refuse_goods(quote: Quote, skus: set[str]) -> None:
    for problem in quote.problems:
        if problem.extra.get("sku") in skus:
            raise problem


def _refuse_coupon(quote: Quote, code: str) -> None:
    for problem in quote.problems:
        if str(problem.extra.get("coupon", "")).casefold() == code.casefold():
            raise problem


def _refuse_place(quote: Quote) -> None:
    for problem in quote.problems:
        if isinstance(problem, NotDelivered):
            raise problem


def _check_quantity(quantity: int) -> None:
    most = mall_settings.get("checkout.max_quantity")
    if not 1 <= quantity <= most:
        raise ValidationFailed.one("quantity", "range", f"数量应在 1 到 {most} 之间", f"must be between 1 and {most}")


def _check_lines(lines: Sequence[Any]) -> None:
    most = mall_settings.get("checkout.max_lines")
    if len(lines) > most:
        raise ValidationFailed(
            errors=[
                FieldError(
                    "lines", "too_many", Text(f"一个购物车最多 {most} 种商品", f"at most {most} different goods")
                )
            ]
        )

"""Carts: read as a whole, written as a whole, each write conditional on the version it read."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from zhanggui.kernel import db, ids, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Conflict, FieldError, NotFound, ValidationFailed

from ..errors import CartClosed
from ..types import Delivery

_COLUMNS = "id, member_id, lines, coupons, delivery, source, next_line, version, order_number"
_TRIES = 5
Cart = dict[str, Any]


def create_cart(*, actor: Actor, member_id: int | None = None, source: str = "") -> Cart:
    """An empty cart of the member, or of whoever holds its id."""
    return db.rows(
        f"insert into checkout_cart (id, member_id, source) values (%s, %s, %s) returning {_COLUMNS}",
        (ids.token(18), member_id, source[:40]),
    )[0]


def add_lines(cart_id: str, wanted: Sequence[tuple[str, int]], *, actor: Actor, member_id: int | None = None) -> Cart:
    """Put (sku, quantity) into the cart; the same SKU adds up. Raises NotFound, CartClosed, ValidationFailed."""

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

    return _change(cart_id, change, member_id)


def change_line(cart_id: str, line_id: str, quantity: int, *, actor: Actor, member_id: int | None = None) -> Cart:
    """Set a line's quantity; 0 takes it out. Raises NotFound, CartClosed, ValidationFailed."""

    def change(cart: Cart) -> None:
        line = next((line for line in cart["lines"] if line["id"] == line_id), None)
        if line is None:
            raise NotFound()
        if quantity == 0:
            cart["lines"].remove(line)
            return
        _check_quantity(quantity)
        line["quantity"] = quantity

    return _change(cart_id, change, member_id)


def remove_line(cart_id: str, line_id: str, *, actor: Actor, member_id: int | None = None) -> Cart:
    """Take a line out. Raises NotFound, CartClosed."""
    return change_line(cart_id, line_id, 0, actor=actor, member_id=member_id)


def apply_coupon(cart_id: str, code: str, *, actor: Actor, member_id: int | None = None) -> Cart:
    """Hold a coupon to the cart; whether it applies is the quote's word. The same code twice is once."""

    def change(cart: Cart) -> None:
        if code not in cart["coupons"]:
            cart["coupons"].append(code)
        if len(cart["coupons"]) > MAX_COUPONS:
            raise ValidationFailed.one(
                "code", "too_many", f"最多使用 {MAX_COUPONS} 张优惠券", f"at most {MAX_COUPONS} coupons"
            )

    return _change(cart_id, change, member_id)


def drop_coupon(cart_id: str, code: str, *, actor: Actor, member_id: int | None = None) -> Cart:
    """Take a coupon off. Raises NotFound if the cart does not hold it."""

    def change(cart: Cart) -> None:
        if code not in cart["coupons"]:
            raise NotFound()
        cart["coupons"].remove(code)

    return _change(cart_id, change, member_id)


def set_delivery(cart_id: str, delivery: Delivery, *, actor: Actor, member_id: int | None = None) -> Cart:
    """Say where to deliver. Raises NotFound, CartClosed."""

    def change(cart: Cart) -> None:
        cart["delivery"] = asdict(delivery)

    return _change(cart_id, change, member_id)


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


MAX_COUPONS = 10


def _change(cart_id: str, change: Callable[[Cart], None], member_id: int | None) -> Cart:
    for _ in range(_TRIES):
        cart = db.row(f"select {_COLUMNS} from checkout_cart where id = %s", (cart_id,))
        if cart is None or not may_use(cart, member_id):
            raise NotFound()
        if cart["order_number"]:
            raise CartClosed(extra={"order": cart["order_number"]})
        change(cart)
        owner = cart["member_id"] or member_id
        written = db.execute(
            "update checkout_cart set lines = %s, coupons = %s, delivery = %s, next_line = %s, member_id = %s,"
            " version = version + 1, updated_at = now() where id = %s and version = %s and order_number = ''",
            (
                db.Json(cart["lines"]),
                db.Json(cart["coupons"]),
                db.Json(cart["delivery"]),
                cart["next_line"],
                owner,
                cart_id,
                cart["version"],
            ),
        )
        if written:
            cart["member_id"] = owner
            return cart
    raise Conflict()


def may_use(cart: Cart, member_id: int | None) -> bool:
    """A guest's cart belongs to whoever holds its id; a member's cart to that member alone."""
    return cart["member_id"] is None or cart["member_id"] == member_id


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

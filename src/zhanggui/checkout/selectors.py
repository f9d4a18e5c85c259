"""Reads of checkout."""

from typing import Any

from zhanggui.kernel import clock, db, mall_settings, versions
from zhanggui.kernel.problems import NotFound

from .quote import quote_many
from .services.carts import may_use
from .types import Delivery, Quote, QuoteRequest, WantedLine


def cart(cart_id: str, member_id: int | None = None) -> dict[str, Any]:
    """A cart by its id. Raises NotFound, also for another member's cart. One statement."""
    found = db.row(
        "select id, member_id, lines, coupons, delivery, source, next_line, version, order_number from checkout_cart where id = %s",
        (cart_id,),
    )
    if found is None or not may_use(found, member_id):
        raise NotFound()
    return found


def request_of(cart: dict[str, Any], holder: str = "") -> QuoteRequest:
    """A cart as something to be priced."""
    return QuoteRequest(
        lines=tuple(WantedLine(line["id"], line["sku"], line["quantity"]) for line in cart["lines"]),
        coupons=tuple(cart["coupons"]),
        delivery=Delivery(**cart["delivery"]) if cart["delivery"] else None,
        member_id=cart["member_id"],
        holder=holder or (f"m:{cart['member_id']}" if cart["member_id"] else ""),
    )


def quote(request: QuoteRequest) -> Quote:
    """What this would cost now."""
    with versions.seen_once():
        mall_settings.refresh()
        return quote_many([request], clock.now())[0]

"""Pure rules of checkout."""

import hashlib
from typing import Any

from .types import Delivery, QuoteRequest, WantedLine


def may_use(cart: dict[str, Any], member_id: int | None) -> bool:
    """A guest's cart belongs to whoever holds its id; a member's cart to that member alone."""
    return cart["member_id"] is None or cart["member_id"] == member_id


def holder_of(member_id: int | None, mobile: str) -> str:
    """Whose limits a purchase counts against: the member's, or the guest's by his mobile number; "" while unknown."""
    if member_id is not None:
        return f"m:{member_id}"
    return "p:" + hashlib.sha256(mobile.encode()).hexdigest() if mobile else ""


def request_of(cart: dict[str, Any]) -> QuoteRequest:
    """A cart as something to be priced."""
    delivery = Delivery(**cart["delivery"]) if cart["delivery"] else None
    return QuoteRequest(
        lines=tuple(WantedLine(line["id"], line["sku"], line["quantity"]) for line in cart["lines"]),
        coupons=tuple(cart["coupons"]),
        delivery=delivery,
        member_id=cart["member_id"],
        holder=holder_of(cart["member_id"], delivery.mobile if delivery else ""),
    )

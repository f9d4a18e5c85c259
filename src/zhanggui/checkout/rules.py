"""Pure rules of checkout."""

import hashlib
from collections.abc import Sequence
from typing import Any

from zhanggui.kernel import idempotency
from zhanggui.pricing.types import OWN_CHANNEL

from .types import Delivery, GroupWish, Quote, QuoteRequest, WantedLine


def may_use(cart: dict[str, Any], member_id: int | None) -> bool:
    """A guest's cart belongs to whoever holds its id; a member's cart to that member alone."""
    return cart["member_id"] is None or cart["member_id"] == member_id


def holder_of(member_id: int | None, mobile: str) -> str:
    """Whose limits a purchase counts against: the member's, or the guest's by his mobile number; "" while unknown."""
    if member_id is not None:
        return f"m:{member_id}"
    return "p:" + hashlib.sha256(mobile.encode()).hexdigest() if mobile else ""


def cart_digest(key: str, body: Any) -> str:
    """The client's key, then the body (docs/adr/0004): a cart's purchase can tell a repeat from a second one."""
    return hashlib.sha256(key.encode()).hexdigest()[:32] + idempotency.digest(body)[:32]


def wanted(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines that are to be bought now; the others were laid aside for later."""
    return [line for line in lines if not line.get("later")]


def note_prices(cart: dict[str, Any], quote: Quote) -> None:
    """Each line remembers what a piece cost when it was put in, so that the buyer can be told of a change."""
    for line, quoted in zip(wanted(cart["lines"]), quote.lines, strict=True):
        if quoted.unit_price:
            line.setdefault("seen", quoted.one_price)


def request_of(cart: dict[str, Any], channel: str = OWN_CHANNEL) -> QuoteRequest:
    """A cart as something to be priced where it is asked for now: prices are a channel's, the cart is nobody's."""
    delivery = Delivery(**cart["delivery"]) if cart["delivery"] else None
    joint = cart["joint"] or {}
    return QuoteRequest(
        lines=tuple(
            WantedLine(line["id"], line["sku"], line["quantity"], line.get("particulars"))
            for line in wanted(cart["lines"])
        ),
        coupons=tuple(cart["coupons"]),
        delivery=delivery,
        member_id=cart["member_id"],
        holder=holder_of(cart["member_id"], delivery.mobile if delivery else ""),
        channel=channel,
        gifts=tuple(cart["gifts"]),
        points=cart["points"] if cart["member_id"] is not None else 0,
        group=GroupWish(**joint) if "offer" in joint else None,
        presale=joint.get("reservation", ""),
    )

"""Pure rules of orders."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.crypto import constant_time_compare

from .states import PAID
from .types import GIFT, OrderDraft

BUYERS = ("member", "guest")


def access_token(number: str) -> str:
    """The secret by which a guest sees his order; derived, so that a repeated purchase answers the same one."""
    return hmac.digest(_access_key(settings.SECRET_KEY), number.encode(), "sha256").hex()[:40]


@lru_cache(4)
def _access_key(secret: str) -> bytes:
    """As Django's `salted_hmac` derives it, once instead of for every order."""
    return hashlib.sha256(b"zhanggui.orders.access" + secret.encode()).digest()


def may_see(number: str, token: str) -> bool:
    """Whether `token` is the one given with the order."""
    return constant_time_compare(access_token(number), token)


def as_placed(draft: OrderDraft) -> dict[str, Any]:
    """What `selectors.find` would read of an order just placed, without reading it."""
    order = draft.order
    timeline = [
        _entry(order.placed_at, "placed", order.actor_kind, "" if order.actor_kind in BUYERS else order.actor_label)
    ]
    paid = order.placed_at if order.status == PAID else None
    if paid and order.total:
        timeline.append(_entry(paid, "paid", "system", "payments"))
    return {
        "number": order.number,
        "kind": order.kind,
        "status": order.status,
        "hold": order.hold,
        "member_id": order.member_id,
        "channel": order.channel,
        "source": order.source,
        "origin": "",
        "currency": order.currency,
        "items_total": order.items_total,
        "discount_total": order.discount_total,
        "shipping_total": order.shipping_total,
        "total": order.total,
        "paid_total": order.total if paid else order.deposit,
        "deposit": order.deposit,
        "refunded_total": 0,
        "payment_provider": order.payment_provider,
        "explanation": order.explanation,
        "delivery_method": order.delivery_method,
        "contact_name": order.contact_name,
        "contact_mobile": order.contact_mobile,
        "province": order.province,
        "city": order.city,
        "district": order.district,
        "address_line": order.address_line,
        "buyer_note": order.buyer_note,
        "delivery": order.delivery,
        "placed_at": order.placed_at,
        "expires_at": order.expires_at,
        "paid_at": paid,
        "dispatch_due_at": order.dispatch_due_at,
        "dispatch_latest_at": order.dispatch_latest_at,
        "whole_hours": order.whole_hours,
        "shipped_at": None,
        "delivered_at": None,
        "completed_at": None,
        "cancelled_at": None,
        "cancel_reason": "",
        "lines": [
            {
                "line": line.line,
                "sku": line.sku_code,
                "sku_id": line.sku_id,
                "product_id": line.product_id,
                "title": line.title,
                "options": line.options,
                "image": line.image,
                "quantity": line.quantity,
                "list_price": line.list_price,
                "unit_price": line.unit_price,
                "discount": line.discount,
                "payable": line.payable,
                "discounts": line.discounts,
                "special": line.special,
                "supply_mode": line.supply_mode,
                "promise_hours": line.promise_hours,
                "particulars": line.particulars,
                "surcharge": line.surcharge,
                "shipped_quantity": 0,
                "refunded_quantity": 0,
                "refunded_amount": 0,
                "instead_of": None,
            }
            for line in draft.lines
        ],
        "timeline": timeline,
    }


def _entry(at: datetime, kind: str, actor: str, label: str) -> dict[str, Any]:
    return {"at": at, "kind": kind, "actor": actor, "actor_label": label, "public": True, "data": {}}


def is_gift(discounts: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a line with these discounts came with the order for nothing."""
    return any(share.get("kind") == GIFT for share in discounts)


def made_as(line: Mapping[str, Any], lang: str = "zh") -> str:
    """How a line made to order is to be made, in one line of words; "" where nothing was asked."""
    colon, between = ("：", "；") if lang == "zh" else (": ", "; ")
    said = [
        f"{one[lang]}{colon}{('见照片' if lang == 'zh' else 'see photo') if one['kind'] == 'photo' else one[f'said_{lang}']}"
        for one in line.get("particulars") or ()
    ]
    return between.join(said)


def is_customised(line: Mapping[str, Any]) -> bool:
    """Whether a line was made as its buyer asked: he may not send it back for no reason (消费者定作的商品)."""
    return bool(line.get("particulars"))


def points_due(lines: Iterable[Mapping[str, Any]]) -> int:
    """The points that units just given back were paid with (lines: quantity, points, units given back before and after).

    The first k of n units are worth floor(points × k / n) together, so that all of them give back exactly what was spent,
    whatever steps they go in.
    """
    return sum(
        line["points"] * line["after"] // line["quantity"] - line["points"] * line["before"] // line["quantity"]
        for line in lines
        if line["points"]
    )

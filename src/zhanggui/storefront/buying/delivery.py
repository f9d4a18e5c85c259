"""Where to: saved addresses, a new one, or a place to pick up, from what the checkout form says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from zhanggui.checkout.types import EXPRESS, PICKUP, Delivery
from zhanggui.kernel import fresh
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import ValidationFailed
from zhanggui.members.types import AddressView
from zhanggui.pickup import selectors as pickup
from zhanggui.pickup.types import PickupPoint

from .regions import FIELDS, read_address, read_contact
from .ways import first_way

METHODS = {EXPRESS: Text("快递配送", "Delivery"), PICKUP: Text("到店自提", "Pick up yourself")}


def offered_methods() -> list[str]:
    """Pickup only where there is somewhere to pick up."""
    return [EXPRESS, PICKUP] if offered_points() else [EXPRESS]


def offered_points() -> tuple[PickupPoint, ...]:
    """Where goods can be fetched, as of the request's look at what has changed. No statement while nothing has."""
    return pickup.points(version=fresh.pinned_or_known(pickup.VERSION))


def initial_values(request: HttpRequest, cart: Mapping[str, Any], saved: Sequence[AddressView]) -> dict[str, Any]:
    """The form before anybody has typed: the cart's own delivery, else the member's default address."""
    held = cart["delivery"] or {}
    values = {name: held.get(name, "") for name in FIELDS} if held.get("method") != PICKUP else {
        "name": held.get("name", ""), "mobile": held.get("mobile", "")
    }  # fmt: skip
    same = next((a for a in saved if all(getattr(a, name) == held.get(name) for name in FIELDS)), None)
    chosen = same or (saved[0] if saved and not held else None)
    method = held.get("method") if held.get("method") in offered_methods() else EXPRESS
    points = offered_points()
    at = held.get("point") or (points[0].code if points else "")
    return {
        **values,
        "method": method,
        "address": str(chosen.id) if chosen else "new",
        "point": at,
        "provider": first_way(),
        "remember": "1",
    }


def chosen_delivery(posted: Mapping[str, Any], saved: Sequence[AddressView]) -> Delivery:
    """What the form says. Raises ValidationFailed naming every wrong field."""
    method = str(posted.get("method", EXPRESS) or EXPRESS)
    if method not in offered_methods():
        raise ValidationFailed.one("method", "unknown", "请选择配送方式", "choose how the goods reach you")
    address = next((a for a in saved if str(a.id) == str(posted.get("address", ""))), None)
    if method == PICKUP:
        name, mobile = (address.name, address.mobile) if address else read_contact(posted)
        point = next((p for p in offered_points() if p.code == posted.get("point")), None)
        if point is None:
            raise ValidationFailed.one("point", "required", "请选择自提点", "choose where to pick up")
        return Delivery(PICKUP, name, mobile, point.province, point.city, point.district, point=point.code)
    given = address or read_address(posted)
    return Delivery(EXPRESS, given.name, given.mobile, given.province, given.city, given.district, given.line)

"""Group offers, and buyers who open and join groups. All through the services."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.factories.shop import HOME, attempt, wants
from zhanggui.catalog import selectors as catalog
from zhanggui.checkout.services import place_order
from zhanggui.checkout.types import GroupWish, PlaceCommand
from zhanggui.groupbuy import selectors, services
from zhanggui.groupbuy.types import GroupView, OfferDraft
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.clock import now


def sku_id(code: str) -> int:
    return int(catalog.sellable_by_code([code])[0].sku_id)


def offer_draft(*articles: tuple[str, int], **more: Any) -> OfferDraft:
    """Three buyers within a day, since an hour ago, unless told otherwise; articles are (SKU code, price)."""
    base = OfferDraft("三人团", {sku_id(code): price for code, price in articles}, 3, 24, now() - timedelta(hours=1))
    return replace(base, **more)


def offer(*articles: tuple[str, int], **more: Any) -> int:
    """A published offer."""
    offer_id = services.create_offer(offer_draft(*articles, **more), actor=SYSTEM)
    services.publish_offer(offer_id, actor=SYSTEM)
    return offer_id


def command(
    sku: str, offer_id: int, token: str = "", *, buyer: int = 0, quantity: int = 1, **more: Any
) -> PlaceCommand:
    """A purchase of a guest (by number) in a new group, or in that of `token`."""
    made = wants((sku, quantity), delivery=replace(HOME, mobile=f"138{buyer:08d}"), **more)
    return replace(made, request=replace(made.request, group=GroupWish(offer_id, token)))


def buy_in(sku: str, offer_id: int, token: str = "", *, later: bool = False, **more: Any) -> str:
    """One such purchase that must succeed, paid at once or `later`; the order's number."""
    at_once = place_order.AT_ONCE
    place_order.AT_ONCE = "nobody" if later else at_once
    try:
        answer = attempt(command(sku, offer_id, token, **more))[0]
    finally:
        place_order.AT_ONCE = at_once
    if isinstance(answer, BaseException):
        raise answer
    return answer.number


def group_of(number: str) -> GroupView:
    found = selectors.group_of_order(number)
    assert found is not None
    return found

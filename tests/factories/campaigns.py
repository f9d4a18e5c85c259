"""Campaigns as tests need them, made through services."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from zhanggui.campaigns import services
from zhanggui.campaigns.types import CampaignDraft, CampaignHead, Good, Offer, Resource
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.clock import now


def sku_id(code: str) -> int:
    return int(catalog.sellable_by_code([code])[0].sku_id)


def head(**more: Any) -> CampaignHead:
    """双十二, from in ten days for three, unless told otherwise."""
    start = now() + timedelta(days=10)
    asked: dict[str, Any] = {
        "theme_zh": "双十二",
        "theme_en": "12/12",
        "starts_at": start,
        "ends_at": start + timedelta(days=3),
    } | more
    return CampaignHead(**asked)


def good(code: str, price: int = 9_000, *, role: str = "traffic", stock: int = 10) -> Good:
    return Good(sku_id(code), role, price, stock)


def resource(**more: Any) -> Resource:
    """The first slide of the home page while the campaign runs; it needs a review."""
    at = head()
    asked: dict[str, Any] = {
        "form": "home", "position": "首页第一屏", "quantity": 1, "budget": 200_000, "starts_at": at.starts_at,
        "ends_at": at.ends_at, "needs_review": True,
    } | more  # fmt: skip
    return Resource(**asked)


def campaign(*codes: str, offers: tuple[Offer, ...] = (), resources: tuple[Resource, ...] = (), **more: Any) -> int:
    """A draft with these SKUs."""
    draft = CampaignDraft(head(**more), tuple(good(code) for code in codes), offers, resources)
    return services.create_campaign(draft, actor=SYSTEM)

"""Promotions and coupons as tests need them, made through services."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.clock import now
from zhanggui.promotions import services
from zhanggui.promotions.types import CouponDraft, PromotionDraft


def draft(kind: str = "full_reduction", config: dict[str, Any] | None = None, **more: Any) -> PromotionDraft:
    """满 100 减 10 on everything since an hour ago, unless told otherwise."""
    base = PromotionDraft(
        kind=kind, label_zh="活动", label_en="offer", starts_at=now() - timedelta(hours=1),
        config=config or {"steps": [{"threshold": 10000, "off": 1000}]},
    )  # fmt: skip
    return replace(base, **more)


def live(kind: str = "full_reduction", config: dict[str, Any] | None = None, **more: Any) -> int:
    """A published promotion."""
    promotion_id = services.create_promotion(draft(kind, config, **more), actor=SYSTEM)
    services.publish(promotion_id, actor=SYSTEM)
    return promotion_id


def live_coupon(config: dict[str, Any] | None = None, *, coupon: CouponDraft | None = None, **more: Any) -> int:
    """A published coupon, ten yuan off anything unless told otherwise; its codes are the test's."""
    return live("coupon", config or {"off": 1000}, coupon=coupon or CouponDraft(), **more)


def public_code(code: str, config: dict[str, Any] | None = None, *, max_uses: int | None = None, **more: Any) -> int:
    """A published coupon with a public code; the id of the coupon."""
    promotion_id = live_coupon(config, **more)
    services.add_code(promotion_id, code, max_uses=max_uses, actor=SYSTEM)
    return promotion_id

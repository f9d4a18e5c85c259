"""Promotions as a form has them: amounts as people type them, steps side by side; there and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from zhanggui.kernel import clock
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.promotions.types import CouponDraft, PromotionDraft

from . import goods
from .access import ids_in, signed_in

KINDS: dict[str, Text] = {
    "full_reduction": Text("满减", "Spend and save"),
    "limited_discount": Text("限时折扣", "Limited-time discount"),
    "coupon": Text("优惠券", "Coupon"),
}
STAGES: dict[str, tuple[Text, str]] = {
    "draft": (Text("草稿", "Draft"), "neutral"),
    "scheduled": (Text("未开始", "Scheduled"), "info"),
    "running": (Text("进行中", "Running"), "good"),
    "paused": (Text("已暂停", "Paused"), "warn"),
    "ended": (Text("已结束", "Ended"), "neutral"),
}
STEPS = 3
#: Where the catalogue of faults and the form's fields differ in name.
NAMES = {
    **{f"config.steps.{i}.{part}": f"{part}-{i + 1}" for i in range(STEPS) for part in ("threshold", "off")},
    "config.every.threshold": "threshold-1",
    "config.every.off": "off-1",
    "config.every.cap": "cap",
    "config.threshold": "threshold-1",
    "config.off": "off-1",
    "config.off_basis_points": "percent",
    "config.price": "price",
    "scope": "scope",
    **{f"coupon.{name}": name for name in ("per_member_limit", "issue_limit", "valid_days")},
}


def draft_of(given: Mapping[str, Any], kind: str, currency: str) -> PromotionDraft:
    """What the form wants. Raises ValidationFailed for what is no amount, number or time; the rest the service judges."""
    errors: list[FieldError] = []

    def money(name: str) -> int | None:
        return goods.amount(str(given.get(name, "")), name, currency, errors)

    def number(name: str) -> int | None:
        return goods.units(str(given.get(name, "")), name, errors)

    config = _config(given, kind, money, errors)
    coupon = None
    if kind == "coupon":
        coupon = CouponDraft(
            bool(given.get("claimable")), number("per_member_limit") or 1, number("issue_limit"), number("valid_days")
        )
    starts_at = goods.instant(str(given.get("starts_at", "")), "starts_at", errors) or clock.now()
    draft = PromotionDraft(
        kind=kind,
        label_zh=str(given.get("label_zh", "")),
        label_en=str(given.get("label_en", "")),
        config=config,
        starts_at=starts_at,
        ends_at=goods.instant(str(given.get("ends_at", "")), "ends_at", errors),
        scope=_scope(given),
        priority=_signed(given, "priority", errors),
        exclusive_group=str(given.get("exclusive_group", "")).strip(),
        use_limit=number("use_limit"),
        per_holder_limit=number("per_holder_limit"),
        budget=money("budget"),
        coupon=coupon,
    )
    if errors:
        raise ValidationFailed(errors=errors)
    return draft


def _config(given: Mapping[str, Any], kind: str, money: Any, errors: list[FieldError]) -> dict[str, Any]:
    percent = _percent(given, errors)
    if kind == "full_reduction":
        steps = []
        for i in range(1, STEPS + 1):
            threshold, off = money(f"threshold-{i}"), money(f"off-{i}")
            if threshold is not None or off is not None or i == 1:
                steps.append({"threshold": threshold or 0, "off": off or 0})
        if given.get("every"):
            every = {**steps[0], **({"cap": cap} if (cap := money("cap")) is not None else {})}
            return {"every": every}
        return {"steps": steps}
    if kind == "limited_discount":
        price = money("price")
        return {"price": price} if price is not None else {"off_basis_points": percent or 0}
    config: dict[str, Any] = {"threshold": money("threshold-1") or 0}
    if percent is not None:
        cap = money("cap")
        return {**config, "off_basis_points": percent, **({"cap": cap} if cap is not None else {})}
    return {**config, "off": money("off-1") or 0}


def _percent(given: Mapping[str, Any], errors: list[FieldError]) -> int | None:
    """Per cent off, as typed, in basis points; None for nothing."""
    text = str(given.get("percent", "")).strip().rstrip("%")
    if not text:
        return None
    try:
        value = Decimal(text) * 100
        if value.is_finite() and value == value.to_integral_value() and 0 < value < 10_000:
            return int(value)
    except InvalidOperation:
        pass
    errors.append(
        FieldError(
            "percent", "range", Text("应为 0 到 100 之间，最多两位小数", "between 0 and 100, at most two decimals")
        )
    )
    return None


def _scope(given: Mapping[str, Any]) -> dict[str, Any]:
    chosen = getattr(given, "getlist", lambda name: given.get(name, []))
    return {"categories": ids_in(map(str, chosen("categories")))} if given.get("scope") == "some" else {"all": True}


def _signed(given: Mapping[str, Any], name: str, errors: list[FieldError]) -> int:
    number = signed_in(str(given.get(name, "")).strip() or "0", 4)
    if number is None:
        errors.append(FieldError(name, "type", Text("应为 -1000 到 1000 的整数", "a whole number from -1000 to 1000")))
    return number or 0


def values_of(draft: PromotionDraft, currency: str) -> dict[str, Any]:
    """A stored promotion as the form shows it."""

    def typed(amount: int | None) -> str:
        return "" if amount is None else format_minor(amount, currency)

    config = draft.config
    found: dict[str, Any] = {
        "label_zh": draft.label_zh,
        "label_en": draft.label_en,
        "starts_at": _local(draft.starts_at),
        "ends_at": _local(draft.ends_at),
        "priority": str(draft.priority),
        "exclusive_group": draft.exclusive_group,
        "use_limit": draft.use_limit or "",
        "per_holder_limit": draft.per_holder_limit or "",
        "budget": typed(draft.budget),
        "scope": "some" if draft.scope.get("categories") else "all",
        "categories": [str(each) for each in draft.scope.get("categories", ())],
        "every": "1" if "every" in config else "",
    }
    steps = config.get("steps") or [config.get("every") or config]
    for i, step in enumerate(steps[:STEPS], 1):
        found |= {f"threshold-{i}": typed(step.get("threshold")), f"off-{i}": typed(step.get("off"))}
    found["cap"] = typed((config.get("every") or config).get("cap"))
    found["price"] = typed(config.get("price"))
    if "off_basis_points" in config:
        found["percent"] = f"{Decimal(config['off_basis_points']) / 100:g}"
    if draft.coupon:
        found |= {
            "claimable": "1" if draft.coupon.claimable else "",
            "per_member_limit": draft.coupon.per_member_limit,
            "issue_limit": draft.coupon.issue_limit or "",
            "valid_days": draft.coupon.valid_days or "",
        }
    return found


def _local(at: datetime | None) -> str:
    return clock.local(at).strftime("%Y-%m-%dT%H:%M") if at else ""


def editable(draft: PromotionDraft) -> bool:
    """Whether the form can hold all of it; what programs made finer (single goods, daily hours) it shows and leaves alone."""
    scope_simple = not draft.scope.get("exclude") and not any(
        draft.scope.get(name) for name in ("products", "brands", "skus")
    )
    steps = draft.config.get("steps") or ()
    return scope_simple and not draft.daily and len(steps) <= STEPS and draft.kind in KINDS

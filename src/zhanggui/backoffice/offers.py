"""Promotions as a form has them, there and back: whom, when and what for; the terms of each kind are in `terms.py`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.promotions.types import KINDS as ALL_KINDS
from zhanggui.promotions.types import CouponDraft, PromotionDraft

from . import goods, terms
from .access import ids_in, signed_in

#: By lane, as the menu of new promotions has them.
KINDS: dict[str, Text] = {
    name: kind.title
    for name, kind in sorted(ALL_KINDS.items(), key=lambda each: (each[1].by_code, each[1].lane, each[0]))
}
BY_CODE = frozenset(name for name, kind in ALL_KINDS.items() if kind.by_code)
LANES: dict[str, Text] = {
    "item": Text("单品优惠", "Offers on items"),
    "set": Text("组合优惠", "Offers on sets"),
    "order": Text("整单优惠", "Offers on the order"),
    "coupon": Text("优惠券", "Coupons"),
}
STAGES: dict[str, tuple[Text, str]] = {
    "draft": (Text("草稿", "Draft"), "neutral"),
    "scheduled": (Text("未开始", "Scheduled"), "info"),
    "running": (Text("进行中", "Running"), "good"),
    "paused": (Text("已暂停", "Paused"), "warn"),
    "ended": (Text("已结束", "Ended"), "neutral"),
}
HOURS = 3
_AUDIENCE = ("tiers", "tags", "regions", "channels")


def names(kind: str, given: Mapping[str, Any]) -> dict[str, str]:
    """Where faults of a draft stand in the form it was typed into."""
    return {
        **terms.names(kind, given),
        "scope": "scope",
        "scope.exclude": "exclude_skus",
        "scope.exclude.skus": "exclude_skus",
        "scope.skus": "skus",
        "daily": "daily-from-1",
        **{f"daily.{n}.{part}": f"daily-{part}-{n + 1}" for n in range(HOURS) for part in ("from", "to")},
        **{f"audience.{name}": name for name in _AUDIENCE},
        **{f"coupon.{name}": name for name in ("per_member_limit", "issue_limit", "valid_days", "points_price")},
    }


def draft_of(given: Mapping[str, Any], kind: str, currency: str) -> PromotionDraft:
    """What the form wants. Raises ValidationFailed for what is no amount, number or time; the rest the service judges."""
    errors: list[FieldError] = []

    def money(name: str) -> int | None:
        return goods.amount(str(given.get(name, "")), name, currency, errors)

    def number(name: str) -> int | None:
        return goods.units(str(given.get(name, "")), name, errors)

    config = terms.read(kind, given, currency, errors)
    coupon = None
    if kind in BY_CODE:
        each = number("per_member_limit")
        coupon = CouponDraft(
            claimable=bool(given.get("claimable")),
            per_member_limit=1 if each is None else each,
            issue_limit=number("issue_limit"),
            valid_days=number("valid_days"),
            points_price=number("points_price"),
        )
    starts_at = goods.instant(str(given.get("starts_at", "")), "starts_at", errors) or clock.now()
    draft = PromotionDraft(
        kind=kind,
        label_zh=str(given.get("label_zh", "")),
        label_en=str(given.get("label_en", "")),
        config=config,
        starts_at=starts_at,
        ends_at=goods.instant(str(given.get("ends_at", "")), "ends_at", errors),
        scope=_scope(given, errors),
        daily=_daily(given),
        priority=_signed(given, "priority", errors),
        exclusive_group=str(given.get("exclusive_group", "")).strip(),
        use_limit=number("use_limit"),
        per_holder_limit=number("per_holder_limit"),
        budget=money("budget"),
        audience=_audience(given),
        apart=tuple(name for name in _chosen(given, "apart") if name in LANES),
        coupon=coupon,
    )
    if errors:
        raise ValidationFailed(errors=errors)
    return draft


def _chosen(given: Mapping[str, Any], name: str) -> list[str]:
    """The values of checkboxes."""
    many = getattr(given, "getlist", None)
    return list(map(str, many(name) if many else given.get(name, [])))


def _listed(given: Mapping[str, Any], name: str) -> list[str]:
    """Words typed with spaces, commas or line ends between them, each once."""
    return list(dict.fromkeys(re.split(r"[\s,，、;；]+", str(given.get(name, "")).strip()))) if given.get(name) else []


def _scope(given: Mapping[str, Any], errors: list[FieldError]) -> dict[str, Any]:
    scope: dict[str, Any] = {"all": True}
    if given.get("scope") == "some":
        scope = {"categories": ids_in(_chosen(given, "categories"))}
        if skus := _skus(given, "skus", errors):
            scope["skus"] = skus
    if excluded := _skus(given, "exclude_skus", errors):
        scope["exclude"] = {"skus": excluded}
    return scope


def _skus(given: Mapping[str, Any], name: str, errors: list[FieldError]) -> list[int]:
    codes = _listed(given, name)
    known = terms.known_codes(codes)
    if missing := [code for code in codes if code not in known]:
        listed = "、".join(missing[:5])
        errors.append(FieldError(name, "unknown", Text(f"没有这些货号：{listed}", f"there are no such SKUs: {listed}")))
    return [known[code] for code in codes if code in known]


def _daily(given: Mapping[str, Any]) -> list[dict[str, str]]:
    typed = [(str(given.get(f"daily-from-{n}", "")), str(given.get(f"daily-to-{n}", ""))) for n in range(1, HOURS + 1)]
    return [{"from": start.strip()[:5], "to": end.strip()[:5]} for start, end in typed if start.strip() or end.strip()]


def _audience(given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {name: True for name in ("members", "employees", "birthday") if given.get(name)}
    if given.get("new") in ("new", "old"):
        found["new"] = given.get("new") == "new"
    for name in ("tiers", "regions"):
        if chosen := _chosen(given, name):
            found[name] = chosen
    for name in ("tags", "channels"):
        if typed := _listed(given, name):
            found[name] = typed
    return found


def _signed(given: Mapping[str, Any], name: str, errors: list[FieldError]) -> int:
    number = signed_in(str(given.get(name, "")).strip() or "0", 4)
    if number is None:
        errors.append(FieldError(name, "type", Text("应为 -1000 到 1000 的整数", "a whole number from -1000 to 1000")))
    return number or 0


def values_of(draft: PromotionDraft, currency: str) -> dict[str, Any]:
    """A stored promotion as the form shows it."""

    def typed(amount: int | None) -> str:
        return "" if amount is None else format_minor(amount, currency)

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
        "scope": "all" if draft.scope.get("all") else "some",
        "categories": [str(each) for each in draft.scope.get("categories", ())],
        "apart": list(draft.apart),
        **terms.shown(draft.kind, draft.config, currency),
        **_scope_shown(draft.scope),
        **_audience_shown(draft.audience),
    }
    for n, window in enumerate(draft.daily[:HOURS], 1):
        found |= {f"daily-from-{n}": window["from"], f"daily-to-{n}": window["to"]}
    if draft.coupon:
        found |= {
            "claimable": "1" if draft.coupon.claimable else "",
            "per_member_limit": draft.coupon.per_member_limit,
            "issue_limit": draft.coupon.issue_limit or "",
            "valid_days": draft.coupon.valid_days or "",
            "points_price": draft.coupon.points_price or "",
        }
    return found


def _scope_shown(scope: Mapping[str, Any]) -> dict[str, str]:
    named, excluded = list(scope.get("skus", ())), list((scope.get("exclude") or {}).get("skus", ()))
    codes = catalog.sku_codes([*named, *excluded]) if named or excluded else {}
    return {
        "skus": "\n".join(codes[i] for i in named if i in codes),
        "exclude_skus": "\n".join(codes[i] for i in excluded if i in codes),
    }


def _audience_shown(audience: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {name: "1" if audience.get(name) else "" for name in ("members", "employees", "birthday")}
    found["new"] = {True: "new", False: "old", None: ""}[audience.get("new")]
    found |= {name: list(audience.get(name, ())) for name in ("tiers", "regions")}
    return found | {name: " ".join(audience.get(name, ())) for name in ("tags", "channels")}


def _local(at: datetime | None) -> str:
    return clock.local(at).strftime("%Y-%m-%dT%H:%M") if at else ""


def editable(draft: PromotionDraft) -> bool:
    """Whether the form can hold all of it; what programs made finer (single products, brands) it shows and leaves alone."""
    excluded = draft.scope.get("exclude") or {}
    finer = any(draft.scope.get(name) for name in ("products", "brands")) or any(
        excluded.get(name) for name in ("products", "categories", "brands")
    )
    return not finer and len(draft.daily) <= HOURS and terms.fits(draft.kind, draft.config)

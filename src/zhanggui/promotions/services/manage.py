"""The life of a promotion: drafted, changed, published, paused, ended. Every change is in force in all workers at once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import audit, db, mall_settings, outbox, versions
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.clock import now
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError, NotFound, PermissionDenied, ValidationFailed, WrongState

from .. import events, locks, lowest
from ..engine import KINDS, Rule, Scope, Selection
from ..engine.fields import config_skus
from ..permissions import MANAGE, MANAGE_COUPONS
from ..rules import VERSION, check, slots_meet, to_rule
from ..states import DRAFT, ENDED, LIVE, TRANSITIONS
from ..types import CouponDraft, PromotionDraft
from .lowest import keep_above

StockSource = Callable[[list[int]], Mapping[int, int]]


def _nothing(_skus: list[int]) -> Mapping[int, int]:
    return {}


_free_pieces: StockSource = _nothing


def bind_stock(source: StockSource) -> None:
    """Tell where free pieces of SKUs are known. Called once, when the mall is wired."""
    global _free_pieces
    _free_pieces = source


_LIMITS = ("use_limit", "per_holder_limit", "budget")


def may_manage(actor: Actor, kind: str) -> None:
    """Raises PermissionDenied: coupons and promotions are two rights."""
    by_code = kind in KINDS and KINDS[kind].by_code
    if not actor.may(MANAGE_COUPONS if by_code else MANAGE):
        raise PermissionDenied()


def check_goods(scope: Scope, config: Mapping[str, Any]) -> None:
    """Raises ValidationFailed where a scope or a configuration names goods the catalogue does not have."""
    include, exclude = scope.include or Selection(), scope.exclude
    wanted = {
        name: (getattr(include, field), getattr(exclude, field))
        for name, field in zip(("products", "categories", "brands", "skus"), Selection._fields, strict=True)
    }
    known: dict[str, Callable[[list[int]], Iterable[int]]] = {
        "products": catalog.slugs,
        "categories": lambda _: [category.id for category in catalog.categories()],
        "brands": lambda _: [brand.id for brand in catalog.brands()],
        "skus": catalog.sku_codes,
    }
    faults = []
    named = list(config_skus(config))
    there = set(catalog.sku_codes([sku for _, sku in named])) if named else set()
    faults += [
        FieldError(loc, "unknown", Text(f"没有编号为 {sku} 的商品规格", f"there is no SKU {sku}"))
        for loc, sku in named
        if sku not in there
    ]
    for name, (included, excluded) in wanted.items():
        if included or excluded:
            there = set(known[name]([*included, *excluded]))
            for loc, ids in ((f"scope.{name}", included - there), (f"scope.exclude.{name}", excluded - there)):
                if ids:
                    strange = ", ".join(map(str, sorted(ids)[:5]))
                    faults.append(
                        FieldError(loc, "unknown", Text(f"没有这些编号：{strange}", f"there are no such: {strange}"))
                    )
    if faults:
        raise ValidationFailed(errors=faults)


def create_promotion(draft: PromotionDraft, *, actor: Actor) -> int:
    """Store a new promotion or coupon as a draft; its id. Opens its own transaction.

    Raises ValidationFailed with every fault, PermissionDenied.
    """
    may_manage(actor, draft.kind)
    rule = check(draft)
    check_goods(rule.scope, draft.config)
    check_gifts(draft, rule)
    with transaction.atomic():
        _check_slots(0, draft)
        row = db.row(
            "insert into promotions_promotion (kind, label_zh, label_en, config, scope, daily, starts_at, ends_at,"
            " priority, exclusive_group, use_limit, per_holder_limit, budget, audience, apart)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning id",
            (draft.kind, *_columns(draft)),
        )
        assert row is not None
        promotion_id = int(row["id"])
        if draft.coupon is not None:
            db.execute(
                "insert into promotions_coupon (promotion_id, claimable, per_member_limit, issue_limit, valid_days,"
                " points_price) values (%s, %s, %s, %s, %s, %s)",
                (promotion_id, *_handing_out(draft.coupon)),
            )
        _keep_quota(promotion_id, rule)
        _audit(actor, "create", promotion_id, after=asdict(draft))
    return promotion_id


def check_gifts(draft: PromotionDraft, rule: Rule) -> None:
    """Raises ValidationFailed where a gift is out of stock: nobody would get it."""
    gives = KINDS[rule.kind].gives
    gifts = set(gives(rule.terms)) if gives else set()
    if not gifts:
        return
    free = _free_pieces(sorted(gifts))
    message = Text("赠品没有库存，请先补货或换一件", "the gift is out of stock; restock it or choose another")
    gone = [loc for loc, sku in config_skus(draft.config) if sku in gifts and free.get(sku, 0) < 1]
    if gone:
        raise ValidationFailed(errors=[FieldError(loc, "no_stock", message) for loc in gone])


def check_worth(draft: PromotionDraft) -> None:
    """Raises ValidationFailed where goods are named with a price that is not below what they cost anyhow, now or in a
    planned window: it could never apply. One statement more, none where no price is named."""
    goods = draft.config.get("goods")
    named = [
        (f"config.goods.{position}.price", each["sku"], each["price"])
        for position, each in enumerate(goods if isinstance(goods, list) else ())
        if {"sku", "price"} <= each.keys()
    ]
    if not named:
        return
    ordinary = {
        each.sku_id: max((each.sale_price, *(window.price for window in each.windows)))
        for each in lowest.prices([sku for _, sku, _ in named])
    }
    wrong = [(loc, sku) for loc, sku, price in named if sku in ordinary and price >= ordinary[sku]]
    if not wrong:
        return
    codes, currency = catalog.sku_codes([sku for _, sku in wrong]), mall_settings.get("mall.currency")
    faults = []
    for loc, sku in wrong:
        code, shown = codes.get(sku, sku), format_minor(ordinary[sku], currency)
        message = Text(
            f"{code} 的活动价不低于售价 {shown}，永远不会生效，请填更低的价格",
            f"the offer of {code} is not below its price of {shown}, so it can never apply; name a lower one",
        )
        faults.append(FieldError(loc, "never", message))
    raise ValidationFailed(errors=faults)


def _check_slots(promotion_id: int, draft: PromotionDraft) -> None:
    """Raises ValidationFailed where another flash sale sells one of the SKUs at the same time; serialises such checks."""
    if draft.kind not in KINDS or KINDS[draft.kind].quota is None:
        return
    others = locks.hold_quota_slots(promotion_id)
    wanted = {sku: loc for loc, sku in config_skus(draft.config)}
    faults = []
    for other in others:
        shared = [sku for _, sku in config_skus(other["config"]) if sku in wanted]
        if shared and slots_meet(draft, other):
            label, english = other["label_zh"], other["label_en"] or other["label_zh"]
            message = Text(f"同一时段已在秒杀“{label}”中", f"at the same time it is in the flash sale “{english}”")
            faults += [FieldError(wanted[sku], "overlap", message) for sku in shared]
    if faults:
        raise ValidationFailed(errors=faults)


def _keep_quota(promotion_id: int, rule: Rule) -> None:
    """Write the pieces a promotion has to sell. Raises ValidationFailed below what is sold already."""
    quota = KINDS[rule.kind].quota
    if quota is None:
        return
    wanted = quota(rule.terms)
    short = locks.set_quotas(promotion_id, wanted.stock, wanted.per_holder)
    if short:
        places = list(wanted.stock)
        raise ValidationFailed(
            errors=[
                FieldError(
                    f"config.goods.{places.index(sku)}.stock" if sku in wanted.stock else "config.goods",
                    "below_used",
                    Text(f"不能低于已售出的 {taken}", f"must not be below the {taken} already sold"),
                )
                for sku, taken in short
            ]
        )


def _columns(draft: PromotionDraft) -> tuple[Any, ...]:
    """The editable columns but the kind, in the order of the statements above and below."""
    return (
        draft.label_zh.strip(), draft.label_en.strip(), db.Json(draft.config), db.Json(draft.scope),
        db.Json(list(draft.daily)), draft.starts_at, draft.ends_at, draft.priority, draft.exclusive_group,
        draft.use_limit, draft.per_holder_limit, draft.budget, db.Json(dict(draft.audience)), db.Json(list(draft.apart)),
    )  # fmt: skip


def _handing_out(coupon: CouponDraft) -> tuple[bool, int, int | None, int | None, int | None]:
    """The columns of a coupon, in the order of the statements above and below."""
    return coupon.claimable, coupon.per_member_limit, coupon.issue_limit, coupon.valid_days, coupon.points_price


def _audit(
    actor: Actor, action: str, promotion_id: int, *, before: Any = None, after: Any = None, reason: str = ""
) -> None:
    audit.record(
        actor=actor, action=f"promotions.{action}", target_type="promotion", target_id=promotion_id,
        before=before, after=after, reason=reason,
    )  # fmt: skip


def update_promotion(promotion_id: int, draft: PromotionDraft, *, actor: Actor, reason: str = "") -> None:
    """Replace the terms of a promotion that has not ended. Opens its own transaction.

    Once published, limits can be moved but not added or taken away (what was used before was not counted), and not
    below what is used. Raises ValidationFailed, NotFound, WrongState, PermissionDenied.
    """
    may_manage(actor, draft.kind)
    rule = check(draft)
    check_goods(rule.scope, draft.config)
    check_gifts(draft, rule)
    with transaction.atomic():
        _check_slots(promotion_id, draft)
        before = locks.hold(promotion_id)
        if before is None:
            raise NotFound()
        if before["state"] == ENDED:
            raise WrongState(state=ENDED)
        coupon = locks.hold_coupon(promotion_id)
        _check_change(before, coupon, draft)
        db.execute(
            "update promotions_promotion set label_zh = %s, label_en = %s, config = %s, scope = %s, daily = %s,"
            " starts_at = %s, ends_at = %s, priority = %s, exclusive_group = %s, use_limit = %s, per_holder_limit = %s,"
            " budget = %s, audience = %s, apart = %s, updated_at = %s where id = %s",
            (*_columns(draft), now(), promotion_id),
        )
        if draft.coupon is not None:
            db.execute(
                "update promotions_coupon set claimable = %s, per_member_limit = %s, issue_limit = %s, valid_days = %s,"
                " points_price = %s where promotion_id = %s",
                (*_handing_out(draft.coupon), promotion_id),
            )
        _keep_quota(promotion_id, rule)
        if before["state"] == LIVE:
            check_worth(draft)
            keep_above(promotion_id, field="config", reason=reason, actor=actor)
        _audit(actor, "update", promotion_id, before=_stored(before, coupon), after=asdict(draft), reason=reason)
        versions.bump(VERSION)
        if before["state"] != DRAFT:
            outbox.record(events.PromotionChanged(promotion_id, draft.kind))


def _stored(row: dict[str, Any], coupon: dict[str, Any] | None) -> dict[str, Any]:
    """A stored row in the shape of a draft."""
    held = None if coupon is None else CouponDraft(**{name: coupon[name] for name in CouponDraft.__slots__})
    return asdict(PromotionDraft(**{n: row[n] for n in PromotionDraft.__slots__ if n != "coupon"}, coupon=held))


def _check_change(before: dict[str, Any], coupon: dict[str, Any] | None, draft: PromotionDraft) -> None:
    faults = []
    if before["kind"] != draft.kind:
        faults.append(FieldError("kind", "fixed", Text("类型不能更改，请新建", "cannot change; make a new one")))
    for name in _LIMITS:
        if before["state"] != DRAFT and (before[name] is None) is not (getattr(draft, name) is None):
            message = Text("发布后不能增加或取消这项限制", "cannot be added or taken away once published")
            faults.append(FieldError(name, "fixed", message))
    used = {"use_limit": before["used"], "budget": before["budget_used"]}
    wanted = {"use_limit": draft.use_limit, "budget": draft.budget}
    if coupon is not None and draft.coupon is not None:
        used["coupon.issue_limit"], wanted["coupon.issue_limit"] = coupon["issued"], draft.coupon.issue_limit
    for name, limit in wanted.items():
        if limit is not None and limit < used[name]:
            message = Text(f"不能低于已使用的 {used[name]}", f"must not be below the {used[name]} already used")
            faults.append(FieldError(name, "below_used", message))
    if faults:
        raise ValidationFailed(errors=faults)


def _step(promotion_id: int, action: str, event: type[events.PromotionEvent], actor: Actor, reason: str) -> None:
    """One transition: a conditional write, whose row count decides."""
    with transaction.atomic():
        before = locks.hold(promotion_id)
        if before is None:
            raise NotFound()
        may_manage(actor, before["kind"])
        target = TRANSITIONS.target(before["state"], action)
        if target == "live" and before["ends_at"] is not None and before["ends_at"] <= now():
            raise ValidationFailed.one(
                "ends_at", "already_over", "结束时间已过，活动不会生效", "it is over: the end has passed"
            )
        if target == "live":
            stored = PromotionDraft(**{n: before[n] for n in PromotionDraft.__slots__ if n != "coupon"})
            check_gifts(stored, to_rule(before))
            check_worth(stored)
        db.execute(
            "update promotions_promotion set state = %s, updated_at = %s where id = %s and state = any(%s)",
            (target, now(), promotion_id, list(TRANSITIONS.sources(action))),
        )
        if target == "live":
            keep_above(promotion_id, field="", reason=reason, actor=actor)
        _audit(actor, action, promotion_id, before={"state": before["state"]}, after={"state": target}, reason=reason)
        versions.bump(VERSION)
        outbox.record(event(promotion_id, before["kind"]))


def publish(promotion_id: int, *, actor: Actor, reason: str = "") -> None:
    """Draft to live. Opens its own transaction. Raises NotFound, WrongState, ValidationFailed, PermissionDenied.

    What brings goods below their floor is refused; with `pricing.below_floor` it needs a reason.
    """
    _step(promotion_id, "publish", events.PromotionPublished, actor, reason)


def pause(promotion_id: int, *, actor: Actor, reason: str = "") -> None:
    """Live to paused, at once. Opens its own transaction. Raises NotFound, WrongState, PermissionDenied."""
    _step(promotion_id, "pause", events.PromotionPaused, actor, reason)


def resume(promotion_id: int, *, actor: Actor, reason: str = "") -> None:
    """Paused to live, as `publish`. Opens its own transaction. Raises NotFound, WrongState, ValidationFailed, PermissionDenied."""
    _step(promotion_id, "resume", events.PromotionPublished, actor, reason)


def end(promotion_id: int, *, actor: Actor, reason: str = "") -> None:
    """For good. Opens its own transaction. Raises NotFound, WrongState, PermissionDenied."""
    _step(promotion_id, "end", events.PromotionEnded, actor, reason)

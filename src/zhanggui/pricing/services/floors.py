"""Floors and least margins of SKUs, and the price rules of categories."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from django.db import transaction

from zhanggui.kernel import audit, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed

from .. import locks
from ..types import FloorRow, PolicyView
from .prices import MAX_PRICE

MAX_STEPS = 50
_COLUMNS = "category_id, band_low, band_high, steps, min_margin, spend_low, spend_high, max_change"


def set_floors(rows: Sequence[FloorRow], *, reason: str, actor: Actor) -> int:
    """Set the floor and the least margin of SKUs, all or none; how many changed. Opens its own transaction.

    A floor above today's price moves no price: it only forbids a lower one. Raises ValidationFailed naming the rows.
    """
    if not reason.strip():
        raise ValidationFailed.one("reason", "required", "请填写原因", "a reason is needed")
    errors = [error for i, row in enumerate(rows) for error in _row_errors(row, f"rows.{i}.")]
    seen: set[int] = set()
    for i, row in enumerate(rows):
        if row.sku_id in seen:
            text = Text("同一 SKU 出现了两次", "the same SKU appears twice")
            errors.append(FieldError(f"rows.{i}.sku_id", "duplicate", text))
        seen.add(row.sku_id)
    if errors:
        raise ValidationFailed(errors=errors)
    if not rows:
        return 0
    with transaction.atomic():
        held = locks.hold_prices([row.sku_id for row in rows])
        text = Text("该 SKU 还没有定价", "this SKU has no price yet")
        errors = [
            FieldError(f"rows.{i}.sku_id", "no_price", text) for i, row in enumerate(rows) if row.sku_id not in held
        ]
        if errors:
            raise ValidationFailed(errors=errors)
        changed = locks.set_floors([asdict(row) for row in rows], reason, actor)
        audit.record_many(
            audit.row(
                actor=actor, action="pricing.set_floor", target_type="sku", target_id=row["sku_id"], reason=reason,
                before={"floor": row["old_floor"], "min_margin": row["old_min_margin"]},
                after={"floor": row["floor"], "min_margin": row["min_margin"]},
            )
            for row in changed
        )  # fmt: skip
    return len(changed)


def _row_errors(row: FloorRow, prefix: str) -> Iterable[FieldError]:
    if row.floor is not None and not 0 <= row.floor <= MAX_PRICE:
        text = Text(f"应在 0 到 {MAX_PRICE} 分之间", f"must be between 0 and {MAX_PRICE} minor units")
        yield FieldError(f"{prefix}floor", "range", text)
    if row.min_margin is not None and not 0 <= row.min_margin < 10_000:
        yield FieldError(f"{prefix}min_margin", "range", _SHARE)


_SHARE = Text("毛利率应不小于 0 且小于 100%", "a margin is at least 0 and below 100%")


def save_policy(policy: PolicyView, *, reason: str, actor: Actor) -> PolicyView:
    """Set all the price rules of a category (0: of everything). Opens its own transaction. Raises ValidationFailed."""
    errors = list(_policy_errors(policy))
    if not reason.strip():
        errors.append(FieldError("reason", "required", Text("请填写原因", "a reason is needed")))
    if errors:
        raise ValidationFailed(errors=errors)
    with transaction.atomic():
        known = policy.category_id == 0 or db.row("select 1 from catalog_category where id = %s", (policy.category_id,))
        if not known:
            raise ValidationFailed.one("category_id", "not_found", "没有这个分类", "there is no such category")
        before = db.row(f"select {_COLUMNS} from pricing_pricepolicy where category_id = %s", (policy.category_id,))
        db.execute(
            f"insert into pricing_pricepolicy ({_COLUMNS}) values (%s, %s, %s, %s::bigint[], %s, %s, %s, %s)"
            " on conflict (category_id) do update set band_low = excluded.band_low, band_high = excluded.band_high,"
            " steps = excluded.steps, min_margin = excluded.min_margin, spend_low = excluded.spend_low,"
            " spend_high = excluded.spend_high, max_change = excluded.max_change, updated_at = kernel_now()",
            (
                policy.category_id, policy.band_low, policy.band_high, list(policy.steps), policy.min_margin,
                policy.spend_low, policy.spend_high, policy.max_change,
            ),
        )  # fmt: skip
        audit.record(
            actor=actor, action="pricing.save_policy", target_type="category", target_id=policy.category_id,
            before=before, after=asdict(policy), reason=reason,
        )  # fmt: skip
    return policy


def delete_policy(category_id: int, *, reason: str, actor: Actor) -> None:
    """The category has no rules of its own any more. Opens its own transaction. Raises NotFound."""
    with transaction.atomic():
        before = db.row(f"delete from pricing_pricepolicy where category_id = %s returning {_COLUMNS}", (category_id,))
        if before is None:
            raise NotFound()
        audit.record(
            actor=actor, action="pricing.delete_policy", target_type="category", target_id=category_id, before=before,
            reason=reason,
        )  # fmt: skip


def _policy_errors(policy: PolicyView) -> Iterable[FieldError]:
    money = Text(f"应在 0 到 {MAX_PRICE} 分之间", f"must be between 0 and {MAX_PRICE} minor units")
    for name in ("band_low", "band_high"):
        value = getattr(policy, name)
        if value is not None and not 0 <= value <= MAX_PRICE:
            yield FieldError(name, "range", money)
    if policy.band_low is not None and policy.band_high is not None and policy.band_low > policy.band_high:
        yield FieldError("band_high", "below_low", Text("上限不能低于下限", "must not be below the lower end"))
    if len(policy.steps) > MAX_STEPS:
        yield FieldError("steps", "too_many", Text(f"最多 {MAX_STEPS} 个价格点", f"at most {MAX_STEPS} price points"))
    if any(not 0 <= step <= MAX_PRICE for step in policy.steps):
        yield FieldError("steps", "range", money)
    elif list(policy.steps) != sorted(set(policy.steps)):
        yield FieldError("steps", "order", Text("价格点应从低到高且不重复", "price points rise, each once"))
    if policy.min_margin is not None and not 0 <= policy.min_margin < 10_000:
        yield FieldError("min_margin", "range", _SHARE)
    low, high = policy.spend_low, policy.spend_high
    if (low is None) != (high is None):
        missing = "spend_low" if low is None else "spend_high"
        yield FieldError(missing, "required", Text("上下限须一起填写", "both ends or neither"))
    elif low is not None and high is not None and not 0 <= low <= high <= 10_000:
        text = Text("应为 0 到 100% 之间的一段，下限不高于上限", "a span within 0 and 100%, the lower end first")
        yield FieldError("spend_high", "range", text)
    if policy.max_change is not None and not 0 < policy.max_change <= 1_000_000:
        yield FieldError("max_change", "range", Text("应大于 0", "must be above 0"))

"""Freight rules."""

from dataclasses import asdict

from django.db import transaction

from zhanggui.kernel import audit, db, versions
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound, ValidationFailed

from ..rules import METHOD_NAMES, province_key
from ..selectors import FREIGHT_VERSION
from ..types import FreightRuleView
from .prices import MAX_PRICE

_COLUMNS = "id, method, province, deliverable, fee, included_g, fee_per_kg, free_over"


def save_freight_rule(
    *,
    method: str,
    province: str = "",
    deliverable: bool = True,
    fee: int = 0,
    included_g: int = 0,
    fee_per_kg: int = 0,
    free_over: int | None = None,
    actor: Actor,
) -> FreightRuleView:
    """Create or replace the rule of a method and province ("" is everywhere else). Opens its own transaction.

    Raises ValidationFailed.
    """
    if method not in METHOD_NAMES:
        raise ValidationFailed.one("method", "unknown", "没有这种配送方式", f"must be one of {', '.join(METHOD_NAMES)}")
    if len(province) > 40:
        raise ValidationFailed.one("province", "too_long", "最多 40 个字符", "must be at most 40 characters")
    amounts = {"fee": fee, "fee_per_kg": fee_per_kg, "free_over": free_over or 0, "included_g": included_g}
    for name, value in amounts.items():
        if not 0 <= value <= (1_000_000_000 if name == "included_g" else MAX_PRICE):
            raise ValidationFailed.one(name, "range", "数值超出允许范围", "is out of range")
    key = province_key(province)
    with transaction.atomic():
        before = db.row(
            f"select {_COLUMNS} from pricing_freightrule where method = %s and province = %s", (method, key)
        )
        after = db.row(
            "insert into pricing_freightrule (method, province, deliverable, fee, included_g, fee_per_kg, free_over)"
            " values (%s, %s, %s, %s, %s, %s, %s) on conflict (method, province) do update set"
            " deliverable = excluded.deliverable, fee = excluded.fee, included_g = excluded.included_g,"
            f" fee_per_kg = excluded.fee_per_kg, free_over = excluded.free_over returning {_COLUMNS}",
            (method, key, deliverable, fee, included_g, fee_per_kg, free_over),
        )
        assert after is not None
        rule = FreightRuleView(**after)
        versions.bump(FREIGHT_VERSION)
        audit.record(
            actor=actor, action="pricing.save_freight_rule", target_type="freight_rule", target_id=rule.id, before=before,
            after=asdict(rule),
        )  # fmt: skip
    return rule


def delete_freight_rule(rule_id: int, *, actor: Actor) -> None:
    """Remove a rule. Opens its own transaction. Raises NotFound."""
    with transaction.atomic():
        before = db.row(f"delete from pricing_freightrule where id = %s returning {_COLUMNS}", (rule_id,))
        if before is None:
            raise NotFound()
        versions.bump(FREIGHT_VERSION)
        audit.record(
            actor=actor,
            action="pricing.delete_freight_rule",
            target_type="freight_rule",
            target_id=rule_id,
            before=before,
        )

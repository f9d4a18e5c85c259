"""The rules of a category are written: added, never changed."""

from collections.abc import Sequence

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, PermissionDenied, ValidationFailed

from .. import policy
from ..permissions import POLICY


def save_policy(
    category_id: int,
    *,
    no_reason_days: int | None = None,
    claim_days: int | None = None,
    kinds: Sequence[str] | None = None,
    way_back: str | None = None,
    zh: str = "",
    en: str = "",
    actor: Actor,
) -> None:
    """What holds of a category and all below it from now on; None and empty words: as above it. Opens its own transaction.

    Orders placed before keep what they were sold under. Raises PermissionDenied, ValidationFailed.
    """
    if not actor.may(POLICY):
        raise PermissionDenied()
    errors = []
    if category_id not in {category.id for category in catalog.categories()}:
        errors.append(FieldError("category", "unknown", Text("没有这个分类", "no such category")))
    for name, days in (("no_reason_days", no_reason_days), ("claim_days", claim_days)):
        if days is not None and not 0 <= days <= policy.MOST_DAYS:
            text = Text(f"应为 0 到 {policy.MOST_DAYS} 天", f"must be 0 to {policy.MOST_DAYS} days")
            errors.append(FieldError(name, "range", text))
    if kinds is not None and any(kind not in policy.OFFERED for kind in kinds):
        errors.append(
            FieldError("kinds", "unknown", Text("没有这种售后类型", f"must be of {', '.join(policy.OFFERED)}"))
        )
    if way_back is not None and way_back not in policy.PAYERS:
        errors.append(
            FieldError("way_back", "unknown", Text("请选择运费由谁承担", f"must be one of {', '.join(policy.PAYERS)}"))
        )
    zh, en = zh.strip(), en.strip()
    for name, words in (("zh", zh), ("en", en)):
        if len(words) > policy.MOST_WORDS:
            text = Text(f"最多 {policy.MOST_WORDS} 字", f"at most {policy.MOST_WORDS} characters")
            errors.append(FieldError(name, "too_long", text))
    if no_reason_days == 0 and not zh:
        errors.append(
            FieldError(
                "zh",
                "required",
                Text("不支持无理由退货时请写明原因，买家会看到", "say why it is an exception; buyers read it"),
            )
        )
    if errors:
        raise ValidationFailed(errors=errors)
    rule = {
        "category": category_id, "since": clock.now().isoformat(), "no_reason_days": no_reason_days, "claim_days": claim_days,
        "kinds": list(kinds) if kinds is not None else None, "way_back": way_back, "zh": zh, "en": en,
    }  # fmt: skip
    mall_settings.put(policy.POLICIES, [*mall_settings.get(policy.POLICIES), rule], actor=actor)

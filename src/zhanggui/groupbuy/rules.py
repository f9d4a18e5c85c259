"""Pure rules of group buying."""

from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed

from .types import OfferDraft

VERSION = "groupbuy"  # of kernel.versions: moves when an offer begins or ends by hand
MOST_ARTICLES, MOST_PRICE = 50, 10**13
BOUNDS = {
    "size": (2, 100),
    "hours": (1, 168),
    "most": (1, 999),
    "group_limit": (1, 1_000_000),
    "buyer_limit": (1, 1000),
}


def check(draft: OfferDraft) -> None:
    """Raises ValidationFailed with every fault of a draft."""
    faults: list[FieldError] = []
    for name, value in (("label_zh", draft.label_zh), ("label_en", draft.label_en or draft.label_zh)):
        try:
            clean_text(value, name, 80)
        except ValidationFailed as wrong:
            faults += wrong.errors
    for name, (low, high) in BOUNDS.items():
        value = getattr(draft, name)
        if value is not None and not low <= value <= high:
            faults.append(
                FieldError(name, "range", Text(f"应在 {low} 到 {high} 之间", f"must be between {low} and {high}"))
            )
    if not 1 <= len(draft.prices) <= MOST_ARTICLES:
        message = Text(f"请选择 1 到 {MOST_ARTICLES} 个商品规格", f"name 1 to {MOST_ARTICLES} SKUs")
        faults.append(FieldError("prices", "length", message))
    for place, price in enumerate(draft.prices.values()):
        if not 1 <= price <= MOST_PRICE:
            faults.append(FieldError(f"prices.{place}.price", "range", Text("拼团价须大于 0", "must be above 0")))
    for name in ("starts_at", "ends_at"):
        at = getattr(draft, name)
        if at is not None and at.utcoffset() is None:
            faults.append(FieldError(name, "offset", Text("时间须带时区", "give the time with its offset")))
    if not faults and draft.ends_at is not None and draft.ends_at <= draft.starts_at:
        faults.append(
            FieldError("ends_at", "before_start", Text("结束时间必须晚于开始时间", "must be after the start"))
        )
    if faults:
        raise ValidationFailed(errors=faults)

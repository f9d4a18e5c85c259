"""Pure rules of presales."""

from datetime import datetime

from zhanggui.kernel import clock
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed

from .states import CALLED_OFF, DRAFT, ENDED
from .types import PresaleArticle, PresaleDraft

VERSION = "presale"  # of kernel.versions: moves when an offer begins or ends by hand
MOST_ARTICLES, MOST_PRICE, MOST_PIECES = 50, 10**13, 1_000_000
_WINDOWS = ("deposit_from", "deposit_until", "balance_from", "balance_until")


def check(draft: PresaleDraft) -> None:
    """Raises ValidationFailed with every fault of a draft."""
    faults: list[FieldError] = []
    for name, value in (("label_zh", draft.label_zh), ("label_en", draft.label_en or draft.label_zh)):
        try:
            clean_text(value, name, 80)
        except ValidationFailed as wrong:
            faults += wrong.errors
    if draft.buyer_limit is not None and not 1 <= draft.buyer_limit <= MOST_PIECES:
        faults.append(_fault("buyer_limit", "range", "应在 1 到 1000000 之间", "must be between 1 and 1000000"))
    if not 1 <= len(draft.articles) <= MOST_ARTICLES:
        faults.append(
            _fault("articles", "length", f"请选择 1 到 {MOST_ARTICLES} 个商品规格", f"name 1 to {MOST_ARTICLES} SKUs")
        )
    for place, article in enumerate(draft.articles.values()):
        faults += _article(article, f"articles.{place}")
    faults += _times(draft)
    if faults:
        raise ValidationFailed(errors=faults)


def _article(article: PresaleArticle, at: str) -> list[FieldError]:
    if not 1 <= article.price <= MOST_PRICE:
        return [_fault(f"{at}.price", "range", "预售价须大于 0", "must be above 0")]
    faults = []
    if not 1 <= article.pieces <= MOST_PIECES:
        faults.append(_fault(f"{at}.pieces", "range", "名额应在 1 到 1000000 之间", "must be between 1 and 1000000"))
    if (article.deposit is None) == (article.share is None):
        told = "请填写定金金额或比例，只填一个", "give an amount or a share of the price, one of them"
        return [*faults, _fault(f"{at}.deposit", "one_of", *told)]
    if article.share is not None and not 1 <= article.share <= 100:
        return [*faults, _fault(f"{at}.share", "range", "比例应在 1 到 100 之间", "must be between 1 and 100")]
    if article.paid_first < 1:
        return [*faults, _fault(f"{at}.deposit", "range", "定金须大于 0", "must be above 0")]
    if article.paid_first > article.price:
        told = "定金不能高于预售价", "must not be above the price"
        return [*faults, _fault(f"{at}.deposit", "over_price", *told)]
    if article.counted < article.paid_first:
        told = "抵扣金额不能低于定金", "must not be below the deposit"
        faults.append(_fault(f"{at}.counts_for", "below_deposit", *told))
    if article.counted > article.price:
        told = "抵扣金额不能高于预售价", "must not be above the price"
        faults.append(_fault(f"{at}.counts_for", "over_price", *told))
    return faults


def _times(draft: PresaleDraft) -> list[FieldError]:
    faults = [
        _fault(name, "offset", "时间须带时区", "give the time with its offset")
        for name in _WINDOWS
        if getattr(draft, name).utcoffset() is None
    ]
    if faults:
        return faults
    if draft.deposit_until <= draft.deposit_from:
        told = "定金结束时间必须晚于开始时间", "must be after the start of the deposits"
        faults.append(_fault("deposit_until", "before_start", *told))
    if draft.balance_from < draft.deposit_until:
        told = "尾款开始时间不能早于定金结束时间", "must not be before the end of the deposits"
        faults.append(_fault("balance_from", "before_deposit_end", *told))
    if draft.balance_until <= draft.balance_from:
        told = "尾款结束时间必须晚于开始时间", "must be after the start of the balances"
        faults.append(_fault("balance_until", "before_start", *told))
    if draft.ships_on < clock.business_date(draft.balance_from):
        told = "发货日期不能早于尾款开始的日期", "must not be before the day on which balances begin"
        faults.append(_fault("ships_on", "before_balance", *told))
    return faults


def _fault(name: str, code: str, zh: str, en: str) -> FieldError:
    return FieldError(name, code, Text(zh, en))


def stage(state: str, draft: PresaleDraft, at: datetime) -> str:
    """Where an offer stands at a moment (`PresaleView.stage`)."""
    if state in (DRAFT, CALLED_OFF):
        return state
    if at < draft.deposit_until and state != ENDED:
        return "deposit" if at >= draft.deposit_from else "scheduled"
    if at < draft.balance_from:
        return "between"
    return "balance" if at < draft.balance_until else ENDED

"""What promotions refuse, each with a stable code."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem

from .engine import Explanation
from .engine.reasons import CODE_REASONS, REASONS
from .wording import words


class CouponNotApplicable(Problem):
    """A coupon the buyer wants does nothing for this cart; `reason` says why in words."""

    code = "coupon_not_applicable"
    status = 409
    message = Text("优惠券“{coupon}”不可用：{reason}", "Coupon “{coupon}” does not apply: {reason}")


class PurchaseLimit(Problem):
    """The buyer has had his share of a limited offer."""

    code = "purchase_limit"
    status = 409
    message = Text("已达到限购次数：{reason}", "The purchase limit is reached: {reason}")


class PromotionChangedMeanwhile(Problem):
    """A discount the quote relied on is gone (used up, budget spent, ended); a new quote tells the price without it."""

    code = "price_changed"
    status = 409
    message = Text(
        "优惠已变化：{reason}，请确认新的价格", "A discount has changed ({reason}); please confirm the new price"
    )


class CouponNotClaimable(Problem):
    code = "coupon_not_claimable"
    status = 409
    message = Text("现在不能领取这张优惠券：{reason}", "This coupon cannot be claimed now: {reason}")


class CouponNotExchangeable(Problem):
    """A coupon cannot be had for points now; `extra.reason` is one of the codes of claims."""

    code = "coupon_not_exchangeable"
    status = 409
    message = Text("现在不能兑换这张优惠券：{reason}", "This coupon cannot be had for points now: {reason}")


class PointsPriceChanged(Problem):
    """`extra.points`: what it costs now. Nothing was taken."""

    code = "points_price_changed"
    status = 409
    message = Text("兑换所需积分已变为 {points}，请确认后再兑换", "It costs {points} points now; confirm to go on")


def not_applicable(explanation: Explanation) -> CouponNotApplicable:
    """The refusal of a coupon, from the engine's or the selectors' explanation."""
    extra = {"coupon": explanation.coupon, "reason": explanation.code}
    return CouponNotApplicable(coupon=explanation.coupon, reason=_said(explanation.text, explanation), extra=extra)


def _said(text: Text, explanation: Explanation) -> Text:
    return Text(
        text.render("zh-Hans", **words(explanation.params, "zh-Hans")),
        text.render("en", **words(explanation.params, "en")),
    )


def refusal(code: str, ref: str) -> Problem:
    """The problem behind a row of `promotions_admit`."""
    source, _, name = ref.partition(":")
    extra = {source: name, "reason": code}
    if source == "coupon":
        reason = CODE_REASONS.get(code, CODE_REASONS["unknown"])
        return CouponNotApplicable(coupon=name, reason=reason, extra=extra)
    reason = REASONS.get(code, REASONS["ended"])
    if code == "holder_limit":
        return PurchaseLimit(reason=reason, extra=extra)
    return PromotionChangedMeanwhile(reason=reason, extra=extra)

"""Refusals of after-sales."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem, WrongState


class NotEligible(Problem):
    """The order (or its time) does not allow this kind of case; the message says why."""

    code = "aftersales_not_eligible"
    status = 409
    message = Text("该订单现在不能申请此类售后", "This kind of case is not possible for the order now")


class TooManyUnits(Problem):
    """More units than are left to be asked for; `errors` names the lines."""

    code = "aftersales_too_many_units"
    status = 409
    message = Text("申请数量超过可售后数量", "More units than can still be asked for")


class PhotosMissing(Problem):
    """A case names photos that were not uploaded, or are gone."""

    code = "aftersales_photos_missing"
    status = 409
    message = Text("请先上传照片", "Upload the photos first")


class NoDifference(Problem):
    """Nothing fell under what was paid, or it has been paid back."""

    code = "aftersales_no_difference"
    status = 409
    message = Text("现在没有可退的差价", "There is no difference to pay back now")


class DifferenceMoved(Problem):
    """Prices moved since the buyer was shown an amount; `extra.amount` is the present one (minor units)."""

    code = "aftersales_difference_moved"
    status = 409
    message = Text(
        "价格刚刚变了，现在可退 {amount}，请确认后再提交",
        "Prices moved: it is {amount} now; look at it and confirm again",
    )


class AmountMoved(Problem):
    """It gives back another amount than the buyer was shown; `extra.amount` is the present one (minor units)."""

    code = "aftersales_amount_moved"
    status = 409
    message = Text(
        "可退金额刚刚变了，现在是 {amount}，请确认后再提交",
        "The refund is {amount} by now; look at it and confirm again",
    )


class CaseWrongState(WrongState):
    """Another decision was made meanwhile."""

    message = Text("售后单当前状态为「{state}」，不能执行此操作", "The case is {state}; this is not possible")


class ExchangeDearer(Problem):
    """The article wanted in an exchange costs more than the one that comes back."""

    code = "aftersales_exchange_dearer"
    status = 409
    message = Text(
        "想换的商品比原商品贵，不能直接换；请退货退款后重新购买",
        "What is wanted costs more than what comes back: return it for a refund and buy the other",
    )


class ExchangeNotPossible(Problem):
    """These units cannot become another article; the message says why."""

    code = "aftersales_exchange_not_possible"
    status = 409
    message = Text("这件商品现在不能换", "This cannot be exchanged now")


class NoReplacement(Problem):
    """There is no piece to send instead; `extra.sku` names it."""

    code = "aftersales_no_replacement"
    status = 409
    message = Text("{sku} 库存不足，不能换货或补发；可以改为退款", "{sku} is not in stock; offer the money instead")


class ReplacementLeft(Problem):
    """The replacement is on its way: there is no refund instead of it any more."""

    code = "aftersales_replacement_left"
    status = 409
    message = Text("换货商品已经发出，不能改为退款", "The replacement has left; it is too late for a refund instead")

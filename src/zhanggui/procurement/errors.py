"""Refusals of procurement."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem, WrongState


class CannotSend(Problem):
    """Nothing may be sent to this supplier now; `extra.reason` is `not_approved` or `paper_expired`."""

    code = "supplier_cannot_be_sent_to"
    status = 409
    message = Text("不能向「{supplier}」发出采购单：{why}", "Nothing can be sent to {supplier}: {why}")


class NeedsAnother(Problem):
    """The draft is one's own, and above what one may approve oneself."""

    code = "needs_another_person"
    status = 403
    message = Text(
        "自己起草的采购单超过 {limit}，须由他人批准",
        "A draft of one's own above {limit} has to be approved by another person",
    )


class OverReceipt(Problem):
    """More good units than the order allows; `errors` names the lines."""

    code = "more_than_ordered"
    status = 409
    message = Text(
        "收货数量超过订购数量及允许的超收比例，请核对数量，或另下采购单",
        "More than was ordered and may be over: check the numbers, or order the rest",
    )


class MoreThanOwed(Problem):
    """`extra.owed` is what is owed, in minor units."""

    code = "more_than_owed"
    status = 409
    message = Text("付款金额超过应付余额 {owed}，请核对", "More than the {owed} that is owed; check the amount")


class AlreadyVoid(Problem):
    """The payment was voided before."""

    code = "payment_already_void"
    status = 409
    message = Text("付款 {payment} 已冲销", "Payment {payment} is void already")


class MoreThanKept(Problem):
    """More units should go back than came and stayed; `errors` names the lines."""

    code = "more_than_received"
    status = 409
    message = Text("退货数量超过已收且未退的数量", "More would go back than came and is still here")


class AgreementsOverlap(Problem):
    """`extra.agreement` is the one in the way."""

    code = "agreements_overlap"
    status = 409
    message = Text(
        "该 SKU 在这段时间已有协议价，请先结束原协议或改日期",
        "There is an agreement over this SKU in that time; end it first, or choose other dates",
    )


class StillSealed(Problem):
    code = "offers_sealed"
    status = 409
    message = Text("截止前报价密封，不能查看或定标", "Offers are sealed until the deadline")


class TenderOver(Problem):
    code = "tender_over"
    status = 409
    message = Text("报价已截止，不能再提交", "The deadline is over; no offers any more")


class LinkVoid(Problem):
    """The secret of a supplier's link is not, or no longer, right."""

    code = "supplier_link_void"
    status = 404
    message = Text(
        "链接无效或已更换，请向采购员索取新链接", "The link is not valid (any more); ask the buyer for a new one"
    )


class OrderWrongState(WrongState):
    """`state`: the order's state, said in words."""

    message = Text("采购单{state}，不能{action}", "The purchase order is {state}; {action} is not possible")

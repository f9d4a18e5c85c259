"""Refusals of dropshipping."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem, WrongState


class WrongStep(WrongState):
    """Not possible in the order's state, in words."""

    code = "supplier_order_wrong_state"
    message = Text("代发单{state}，不能{action}", "The supplier order is {state}: {action} is not possible")


class BuyerGone(Problem):
    """The buyer cancelled before the supplier began, or has his money back."""

    code = "buyer_cancelled"
    status = 409
    message = Text("买家已取消，请不要发货", "The buyer has cancelled: do not send it")


class NotPartner(Problem):
    """The supplier does not send for us (any more)."""

    code = "not_a_dropship_supplier"
    status = 409
    message = Text("「{supplier}」没有开通代发", "{supplier} does not send for us")


class NotSold(Problem):
    """`errors` names the rows whose goods he does not send for us: not in his list, or not marked as dropshipped."""

    code = "not_dropshipped"
    status = 422
    message = Text(
        "有商品不能由他代发：请先把商品设为代发，并在供应商的「供货商品」里登记",
        "He does not send all of these: mark the goods as dropshipped, and list them among what he sells",
    )


class NothingShipped(Problem):
    """More would come back than was sent."""

    code = "more_than_sent"
    status = 409
    message = Text("退回数量超过已发出且未退的 {left} 件", "More than the {left} units that were sent and kept")

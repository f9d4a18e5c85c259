"""What promises refuses, each with a stable code."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class AlreadyAnswered(Problem):
    """The buyer (or somebody for him) has chosen otherwise before; what was chosen first is carried out."""

    code = "shortage_answered"
    status = 409
    message = Text("已经选择了「{choice}」，不能再改", "“{choice}” has been chosen already and cannot be changed")


class NothingToAnswer(Problem):
    """The units have left after all, or the order is over."""

    code = "shortage_over"
    status = 409
    message = Text(
        "商品已经发出或订单已结束，不需要再选择", "The goods have left, or the order is over: nothing is to be chosen"
    )


class NothingShort(Problem):
    """No unit of the order is still to be sent."""

    code = "nothing_to_send"
    status = 409
    message = Text("这个订单没有待发的商品", "Nothing of this order is still to be sent")

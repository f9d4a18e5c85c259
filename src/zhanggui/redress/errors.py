"""What redress refuses, each with a stable code."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem, WrongState


class LiabilitySettled(Problem):
    """A claim on it was agreed: who answers is not moved any more."""

    code = "liability_settled"
    status = 409
    message = Text("已按此责任完成索赔，不能再改", "A claim on it was agreed; it cannot be changed any more")


class ClaimWrongState(WrongState):
    """Another step was taken meanwhile."""

    message = Text("索赔单当前为「{state}」，不能执行此操作", "The claim is: {state}; this is not possible")


class ChaseWrongState(WrongState):
    """Another step was taken meanwhile."""

    message = Text("追件单当前为「{state}」，不能执行此操作", "The chase is: {state}; this is not possible")


class GrantedBefore(Problem):
    """The order has had this compensation for this scenario, or it waits for approval."""

    code = "granted_before"
    status = 409
    message = Text(
        "这个订单已经给过（或正在审批）同样的补偿", "The order has had this compensation, or it waits for approval"
    )


class GrantWrongState(WrongState):
    """Somebody decided about it meanwhile."""

    message = Text("这笔补偿当前为「{state}」，不能执行此操作", "The compensation is: {state}; this is not possible")


class NothingToGrant(Problem):
    """What is to be given is not there: no member, a coupon had before, no freight paid."""

    code = "nothing_to_grant"
    status = 409
    message = Text("不能给这项补偿：{reason}", "This cannot be given: {reason}")


class RatedBefore(Problem):
    code = "rated_before"
    status = 409
    message = Text("已经评价过了，谢谢您", "It has been rated already. Thank you")


class NotRateable(Problem):
    """The case is not over yet, or was over too long ago."""

    code = "not_rateable"
    status = 409
    message = Text("售后结束后 30 天内可以评价", "It can be rated within 30 days of its end")

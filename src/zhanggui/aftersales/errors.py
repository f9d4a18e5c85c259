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


class CaseWrongState(WrongState):
    """Another decision was made meanwhile."""

    message = Text("售后单当前状态为「{state}」，不能执行此操作", "The case is {state}; this is not possible")

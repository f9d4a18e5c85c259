"""Refusals of pricing."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class ScheduleOverlap(Problem):
    """Another window of the SKU covers part of this one."""

    code = "price_schedule_overlap"
    status = 409
    message = Text("这段时间内该 SKU 已有定时价格", "This SKU already has a scheduled price in that time")


class NotDelivered(Problem):
    """The method does not reach the address."""

    code = "not_delivered_there"
    status = 409
    message = Text("{province}暂不支持{method_name}", "No {method_name} to {province}")

"""Refusals about the mall's word."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Conflict, Problem


class NotTheChecker(Conflict):
    code = "not_the_checker"
    message = Text(
        "这个促销由「{checker}」核对，请本人核对或先改指定核对人",
        "“{checker}” looks this promotion over; let them do it, or name somebody else first",
    )


class NotGuaranteed(Problem):
    """The order or the line is under no price guarantee (any more)."""

    code = "not_guaranteed"
    status = 409
    message = Text(
        "这件商品不在价保范围内，或价保期已过", "No price is guaranteed for this, or the time for it is over"
    )

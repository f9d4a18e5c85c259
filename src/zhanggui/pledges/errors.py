"""Refusals about the mall's word."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Conflict


class NotTheChecker(Conflict):
    code = "not_the_checker"
    message = Text(
        "这个促销由「{checker}」核对，请本人核对或先改指定核对人",
        "“{checker}” looks this promotion over; let them do it, or name somebody else first",
    )

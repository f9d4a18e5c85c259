"""Why there is no application or no piece; codes are stable (store-api contract)."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class TrialNotOpen(Problem):
    """`extra.reason`: not_started, over or called_off."""

    code = "trial_not_open"
    status = 409
    message = Text("{why}", "{why}")


class TrialNotForYou(Problem):
    """`extra.reason`: tier, new, old or points."""

    code = "trial_not_for_you"
    status = 409
    message = Text("{why}", "{why}")


class AlreadyApplied(Problem):
    """One application for each member and trial. `extra.number`: that of his."""

    code = "trial_already_applied"
    status = 409
    message = Text("您已经申请过这个试用", "You have applied for this trial already")


class ReportOwed(Problem):
    """A report of an earlier trial is owed. `extra.order`: of the piece it is about."""

    code = "trial_report_owed"
    status = 409
    message = Text(
        "您还有试用报告没有写，写完后再申请",
        "You owe the report of an earlier trial; write it, then apply",
    )


class NoPieceLeft(Problem):
    code = "trial_no_piece_left"
    status = 409
    message = Text("试用品已经全部给出", "All pieces are given")


class TrialUnpayable(Problem):
    """There is freight to pay and no way to pay it."""

    code = "trial_unpayable"
    status = 409
    message = Text("没有可用的支付方式，中选者无法支付运费", "There is no way to pay the freight: switch one on")


_OPEN = {
    "not_started": Text("申请还没有开始", "Applications have not begun"),
    "over": Text("申请已经截止", "Applications are closed"),
    "called_off": Text("这个试用已取消", "This trial was called off"),
}
_FOR = {
    "tier": Text("这个试用仅限部分等级的会员", "This trial is for members of certain tiers"),
    "new": Text("这个试用仅限没有买过的顾客", "This trial is for those who have not bought yet"),
    "old": Text("这个试用仅限买过的顾客", "This trial is for those who have bought before"),
    "points": Text("您的可用积分不够申请条件", "You do not hold the points it asks for"),
}


def not_open(reason: str) -> TrialNotOpen:
    return TrialNotOpen(why=_OPEN[reason], extra={"reason": reason})


def not_for_you(reason: str) -> TrialNotForYou:
    return TrialNotForYou(why=_FOR[reason], extra={"reason": reason})

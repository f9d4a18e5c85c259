"""Why a chance cannot be taken; codes are stable (store-api contract)."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class DrawNotOpen(Problem):
    """`extra.reason`: not_started or ended."""

    code = "draw_not_open"
    status = 409
    message = Text("抽奖{why}", "The draw {why}")


class DrawNotForYou(Problem):
    """It is for members of certain tiers."""

    code = "draw_not_for_you"
    status = 409
    message = Text("这个抽奖仅限部分等级的会员参加", "This draw is for members of certain tiers")


class NoChancesLeft(Problem):
    """`extra.reason`: day or all."""

    code = "draw_no_chances_left"
    status = 409
    message = Text("{why}", "{why}")


class DrawSuspended(Problem):
    """A coupon among the prizes is paused, ended or gone; nobody draws while a prize could not be handed out. Nothing was taken."""

    code = "draw_suspended"
    status = 409
    message = Text(
        "奖品暂时无法发放，抽奖先暂停，您的机会和积分没有扣除",
        "A prize cannot be handed out just now, so the draw pauses; your chance and points are untouched",
    )


NOT_OPEN = {
    "not_started": Text("还没有开始", "has not begun"),
    "ended": Text("已经结束", "is over"),
}
NONE_LEFT = {
    "day": Text("今天的抽奖机会已用完，明天再来", "You have used today's chances; come back tomorrow"),
    "all": Text("您的抽奖机会已全部用完", "You have used all your chances"),
}


def not_open(reason: str) -> DrawNotOpen:
    return DrawNotOpen(why=NOT_OPEN[reason], extra={"reason": reason})


def none_left(reason: str) -> NoChancesLeft:
    return NoChancesLeft(text=NONE_LEFT[reason], extra={"reason": reason})

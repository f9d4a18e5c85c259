"""Why a seat cannot be had; codes are stable (store-api contract)."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem

#: What the door answers. The codes are public.
REASONS = {
    "offer_over": Text("拼团活动未开始或已结束", "the offer has not begun, or is over"),
    "no_more_groups": Text("可开的团已开完，可以参加别人的团", "no more groups can be opened; join one that runs"),
    "unknown_group": Text("没有这个团", "there is no such group"),
    "group_full": Text("这个团已经满员，可以自己开一个", "this group is full; open one of your own"),
    "group_over": Text("这个团已经结束，可以自己开一个", "this group is over; open one of your own"),
    "joined_already": Text("您已经在这个团里", "you are in this group already"),
    "buyer_limit": Text("您参加此活动的次数已达上限", "you have been in as many of these groups as allowed"),
}


class SeatNotAvailable(Problem):
    """`extra.reason` is a key of `REASONS`."""

    code = "group_seat_not_available"
    status = 409
    message = Text("不能参加拼团：{why}", "No seat in a group: {why}")


class NotInGroupOffer(Problem):
    """What is wanted is not what the offer sells."""

    code = "not_in_group_offer"
    status = 409
    message = Text(
        "拼团每单只买一种活动商品，最多 {most} 件",
        "a group order takes one of the offer's articles, at most {most} of it",
    )


class GroupGoesAlone(Problem):
    """Group prices take no coupons and no points."""

    code = "group_goes_alone"
    status = 409
    message = Text("拼团价不与优惠券、积分同享", "A group price goes with no coupons or points")


def refusal(reason: str) -> SeatNotAvailable:
    """The problem behind a row of `groupbuy_admit`."""
    return SeatNotAvailable(why=REASONS[reason], extra={"reason": reason})

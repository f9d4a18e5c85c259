"""Why a presale cannot be had or paid; codes are stable (store-api contract)."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem, WrongState

REASONS = {
    "not_open": Text("不在付定金的时间内", "deposits are not taken now"),
    "not_in_offer": Text("这件商品不在此预售活动中", "the offer does not sell this article"),
    "no_more_pieces": Text("名额不足", "not enough pieces are left"),
    "buyer_limit": Text("超过每人限购数量", "you would have more than each buyer may"),
    "out_of_stock": Text("库存不足", "not enough stock is left"),
}


class NoReservation(Problem):
    """`extra.reason` is a key of `REASONS`; `extra.available` how many pieces could still be had, where that is known."""

    code = "presale_not_available"
    status = 409
    message = Text("不能预订：{why}", "No reservation: {why}")


class PresaleOnly(Problem):
    """`extra`: sku, and the presale's offer."""

    code = "presale_only"
    status = 409
    message = Text(
        "商品 {sku} 正在预售，请通过预售付定金购买", "{sku} is sold in a presale at present; pay its deposit to buy it"
    )


class BalanceNotPayable(Problem):
    """`extra.reason` is a key of `WHY_NOT`."""

    code = "presale_balance_not_payable"
    status = 409
    message = Text("现在不能付尾款：{why}", "The balance cannot be paid now: {why}")


WHY_NOT = {
    "unknown": Text("没有这笔预订", "there is no such reservation"),
    "no_deposit": Text("定金还没有付", "the deposit is not paid yet"),
    "too_early": Text("尾款还没有开始", "its time has not come"),
    "too_late": Text("尾款时间已过", "its time is over"),
    "ordered": Text("已经下单，请在订单里付款", "the order is made already; pay it there"),
    "over": Text("这笔预订已经结束", "the reservation is over"),
    "changed": Text("商品或数量与预订不符", "the goods are not those reserved"),
}


class PresaleGoesAlone(Problem):
    """Presale prices take no coupons, no points and no other goods."""

    code = "presale_goes_alone"
    status = 409
    message = Text(
        "预售尾款单独结算，不与优惠券、积分及其他商品合并",
        "A presale's balance is paid alone, without coupons, points or other goods",
    )


class ReservationWrongState(WrongState):
    """`state`: the reservation's state, said in words."""

    message = Text("预订当前状态为「{state}」，不能{action}", "The reservation is {state}; {action} is not possible")


WORDS = {
    "waiting": Text("待付定金", "waiting for the deposit"),
    "deposited": Text("已付定金", "paid for with a deposit"),
    "ordered": Text("已下尾款单", "an order"),
    "released": Text("未付定金，已释放", "released"),
    "forfeited": Text("定金不退，已结束", "forfeited"),
    "refunded": Text("已退定金", "refunded"),
}


def unavailable(reason: str, available: int | None = None) -> NoReservation:
    extra = {"reason": reason} | ({} if available is None else {"available": available})
    return NoReservation(why=REASONS[reason], extra=extra)


def not_payable(reason: str) -> BalanceNotPayable:
    return BalanceNotPayable(why=WHY_NOT[reason], extra={"reason": reason})


def wrong_state(state: str, action: Text) -> ReservationWrongState:
    return ReservationWrongState(state=WORDS[state], action=action)

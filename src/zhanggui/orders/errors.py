"""Why an order cannot be placed or changed; codes are stable (store-api contract)."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem, WrongState

from .states import WORDS


class OutOfStock(Problem):
    """`extra`: sku and available."""

    code = "out_of_stock"
    status = 409
    message = Text("库存不足：{sku} 只剩 {available} 件", "Not enough stock: {available} of {sku} left")


class OrderWrongState(WrongState):
    """`state`: the order's status, said in words."""

    message = Text("订单当前状态为「{state}」，不能{action}", "The order is {state}; {action} is not possible")

    def __init__(self, *, state: str, action: Text) -> None:
        super().__init__(state=WORDS.get(state, state), action=action)


class PriceMoved(Problem):
    """Somebody else has changed the price of the order meanwhile."""

    code = "order_price_moved"
    status = 409
    message = Text("订单金额已被改为 {total}，请核对后再改", "The order has come to {total} meanwhile; look again")


class DepositFixesPrice(Problem):
    """A presale's price was promised with its deposit."""

    code = "order_price_fixed_by_deposit"
    status = 409
    message = Text(
        "预售订单的价格在付定金时已经约定，不能改价；可以取消订单并全额退款",
        "A presale's price was promised with its deposit and does not change; the order can be cancelled with all money back",
    )


class PriceTooLow(Problem):
    """Below cost, or further down than the mall allows: only with a permission of its own."""

    code = "order_price_too_low"
    status = 403
    message = Text("{why}，需要「{permission}」权限", "{why}; this needs the permission: {permission}")


class OrderHeld(Problem):
    """Held back: not to be packed or shipped yet, nor refunded in part. `extra.hold` says what for."""

    code = "order_held"
    status = 409
    message = Text(
        "订单{hold}，在此之前不能发货，也不能部分退款；可以整单取消",
        "The order is {hold}: until then nothing of it is shipped or refunded in part; it can be cancelled as a whole",
    )


class TooSoon(Problem):
    """A reminder to pay, or a buyer's asking for his parcel, before it is time again. `extra.next_at`: when it is."""

    code = "too_soon"
    status = 409
    message = Text("{why}，{hours} 小时内不能重复", "{why}; not again within {hours} hours")


class TooLateToRemind(Problem):
    code = "too_late_to_remind"
    status = 409
    message = Text(
        "下单已超过 {hours} 小时，不再催付", "It was placed more than {hours} hours ago; its buyer is left alone"
    )


class NothingToShip(Problem):
    code = "nothing_to_ship"
    status = 409
    message = Text("订单行 {line} 没有 {quantity} 件可以发货", "Line {line} has no {quantity} units left to ship")


class TooMuchToRefund(Problem):
    code = "refund_exceeds_paid"
    status = 409
    message = Text("退款超过了已付金额", "The refund is more than was paid")

"""Why an order cannot be placed or changed; codes are stable (store-api contract)."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem, WrongState


class OutOfStock(Problem):
    """`extra`: sku and available."""

    code = "out_of_stock"
    status = 409
    message = Text("库存不足:{sku} 只剩 {available} 件", "Not enough stock: {available} of {sku} left")


class OrderWrongState(WrongState):
    message = Text("订单当前状态为「{state}」,不能{action}", "The order is {state}; {action} is not possible")


class NothingToShip(Problem):
    code = "nothing_to_ship"
    status = 409
    message = Text("订单行 {line} 没有 {quantity} 件可以发货", "Line {line} has no {quantity} units left to ship")


class TooMuchToRefund(Problem):
    code = "refund_exceeds_paid"
    status = 409
    message = Text("退款超过了已付金额", "The refund is more than was paid")

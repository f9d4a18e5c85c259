"""Refusals of inventory."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class StockBelowReserved(Problem):
    """Stock would fall below what is promised to orders; `errors` names the rows."""

    code = "stock_below_reserved"
    status = 409
    message = Text("库存不能少于已被订单占用的数量", "Stock cannot be less than what orders have reserved")


class StockChangedMeanwhile(Problem):
    """What lies there is not what the editor saw; `errors` names the rows, `extra.now` has the units by row."""

    code = "stock_changed_meanwhile"
    status = 409
    message = Text("库存已变动，请确认后再改", "The stock has changed meanwhile; look at it, then try again")


class NotReserved(Problem):
    """More units should leave than the order still holds; `errors` names the lines."""

    code = "stock_not_reserved"
    status = 409
    message = Text("发货数量超过订单仍占用的库存", "More would be shipped than the order still holds")


class OutOfStock(Problem):
    """`extra` carries the SKUs and what is available of each."""

    code = "out_of_stock"
    status = 409
    message = Text("库存不足", "Not enough stock")

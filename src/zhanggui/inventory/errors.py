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


class StockNotThere(Problem):
    """So many units do not lie at the spot named; `errors` names the rows."""

    code = "stock_not_there"
    status = 409
    message = Text("所填的位置没有这么多件", "There are not that many units at this spot")


class StockNotFree(Problem):
    """Units are wanted that are promised to orders or withheld already; `errors` names the rows."""

    code = "stock_not_free"
    status = 409
    message = Text("可动用的库存不足", "Not that many units are free")


class SerialElsewhere(Problem):
    """A serial number is not where it was said to be; `errors` names the rows."""

    code = "serial_elsewhere"
    status = 409
    message = Text("序列号不在这里", "A serial number is not here")


class SerialsNeeded(Problem):
    """Units with serial numbers leave and the numbers were not given; `errors` names the lines."""

    code = "serials_needed"
    status = 422
    message = Text("请扫描每一件的序列号", "Scan the serial number of each unit")


class BatchNotSellable(Problem):
    """A batch is past the last day it is sold."""

    code = "batch_not_sellable"
    status = 409
    message = Text(
        "批次 {batch} 已过最后可售日，不能发货", "Batch {batch} is past its last day of sale and cannot be shipped"
    )


class CountedAlready(Problem):
    """A line of a stock-take has been counted; `errors` names it and by whom. `replace` counts it anew."""

    code = "counted_already"
    status = 409
    message = Text("这一行已经盘过", "This line has been counted already")


class RecountBySomeoneElse(Problem):
    """The second count is for somebody who has not made the first."""

    code = "recount_by_someone_else"
    status = 409
    message = Text("差异较大，须由另一人复盘", "The difference is large: somebody else has to count once more")


class CountNotReady(Problem):
    """A stock-take cannot be handed in yet; `errors` says what is missing."""

    code = "count_not_ready"
    status = 409
    message = Text("盘点还不能提交", "The stock-take cannot be handed in yet")


class OwnCount(Problem):
    """Whoever counted or handed a stock-take in cannot approve it."""

    code = "own_count"
    status = 403
    message = Text("参与盘点或提交的人不能审批这次盘点", "Whoever counted or handed it in cannot approve it")

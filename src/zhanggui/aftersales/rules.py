"""What goes back. Pure."""

from zhanggui.kernel.i18n import Text

#: Why a buyer asks, and whether it is the seller's fault.
REASONS = {
    "no_reason": (Text("七天无理由", "Changed my mind"), False),
    "ordered_wrong": (Text("拍错或多拍", "Ordered by mistake"), False),
    "other": (Text("其他", "Other"), False),
    "quality": (Text("质量问题", "Defective"), True),
    "damaged": (Text("收到时破损", "Arrived damaged"), True),
    "wrong_item": (Text("发错货", "Wrong item"), True),
    "missing": (Text("少件漏发", "Units missing"), True),
    "not_as_described": (Text("与描述不符", "Not as described"), True),
    "not_received": (Text("未收到货", "Never arrived"), True),
    "late": (Text("未按时发货", "Not shipped in time"), True),
    "out_of_stock": (Text("商家缺货", "Out of stock"), True),
}


def sellers_fault(reason: str) -> bool:
    return REASONS[reason][1]


def refund_amount(payable: int, quantity: int, taken_quantity: int, taken_amount: int, units: int) -> int:
    """What `units` more of a line give back, after `taken_quantity` units gave back `taken_amount`.

    The first k of n units are worth floor(payable × k / n) together, whatever cases they are spread over; so the last case
    of a line brings the total to `payable` exactly, and no case is more than one fen from its proportional share.
    """
    return max(payable * (taken_quantity + units) // quantity - taken_amount, 0)


def freight_due(shipping_total: int, already: int, *, whole: bool, nothing_left: bool, seller: bool) -> int:
    """The freight that goes back with a case.

    With the last units of an order (`whole`) the freight goes back if nothing of it had ever left (`nothing_left`), or if the
    seller is at fault. A return because the buyer changed his mind gives back the goods only: the way there was travelled.
    """
    return shipping_total - already if whole and (nothing_left or seller) else 0

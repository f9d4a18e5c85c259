"""What goes back. Pure."""

from typing import NamedTuple

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


#: Why a buyer is paid a difference of price: ours fell, or somebody else asks less.
DROPPED, ELSEWHERE = "price_dropped", "price_elsewhere"
GUARANTEE_REASONS = {
    DROPPED: Text("买后降价", "Our price fell"),
    ELSEWHERE: Text("别处更便宜", "Cheaper elsewhere"),
}


#: Why a case of a kind can be opened at all; others for any reason.
ONLY_FOR = {
    "resend": ("missing", "not_received", "damaged", "wrong_item", "other"),
    "repair": ("quality", "damaged", "not_as_described", "other"),
}


def sellers_fault(reason: str) -> bool:
    return REASONS[reason][1]


def reason_words(reason: str) -> Text:
    """Why a case was opened, of whatever kind it is."""
    return GUARANTEE_REASONS[reason] if reason in GUARANTEE_REASONS else REASONS[reason][0]


class Base(NamedTuple):
    """What a line had given back when its price was last lowered for its buyer, to `price`: `quantity` units, `amount` in all."""

    quantity: int = 0
    amount: int = 0
    price: int | None = None


NO_BASE = Base()


def refund_amount(
    payable: int, quantity: int, taken_quantity: int, taken_amount: int, units: int, base: Base = NO_BASE
) -> int:
    """What `units` more of a line give back, after `taken_quantity` units and price guarantees gave back `taken_amount`.

    The first k of n units are worth floor(payable × k / n) together, whatever cases they are spread over; so the last case
    of a line brings the total to `payable` exactly, and no case is more than one fen from its proportional share. A price
    guarantee makes the units kept then cheaper alike: from it on the same is said of what was left of them.
    """
    return max(worth_of(payable, quantity, taken_quantity + units, base) - taken_amount, 0)


def worth_of(payable: int, quantity: int, taken_quantity: int, base: Base = NO_BASE) -> int:
    """What a line has given back in all once `taken_quantity` of its units are back."""
    left = payable - base.amount
    return base.amount + left * (taken_quantity - base.quantity) // (quantity - base.quantity)


def paid_for_kept(payable: int, points: int, quantity: int, taken_quantity: int, taken_amount: int) -> int:
    """What the units a buyer still has cost him by now. `points` is what points took off the line: they were his, too."""
    return payable - taken_amount + points - points * taken_quantity // quantity


def difference(payable: int, points: int, quantity: int, taken_quantity: int, taken_amount: int, price: int) -> int:
    """What goes back for the units a buyer still has where one of them costs `price` now.

    Money only: what was paid with points lowers it no further than to the last fen of the line, which stays, since an order
    all of whose money is back is over.
    """
    kept = quantity - taken_quantity
    paid = paid_for_kept(payable, points, quantity, taken_quantity, taken_amount)
    return max(min(paid - price * kept, payable - taken_amount - 1), 0)


def freight_due(shipping_total: int, already: int, *, whole: bool, nothing_left: bool, seller: bool) -> int:
    """The freight that goes back with a case.

    With the last units of an order (`whole`) the freight goes back if nothing of it had ever left (`nothing_left`), or if the
    seller is at fault. A return because the buyer changed his mind gives back the goods only: the way there was travelled.
    """
    return shipping_total - already if whole and (nothing_left or seller) else 0

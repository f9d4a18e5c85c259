"""The life of an order that a supplier sends himself. Each write is made on a held row (locks.py)."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.states import Transitions

SENT, CONFIRMED, SHIPPED, REFUSED, RECALLED, CANCELLED = (
    "sent",
    "confirmed",
    "shipped",
    "refused",
    "recalled",
    "cancelled",
)
WORDS = {
    SENT: Text("待供应商确认", "waiting for the supplier"),
    CONFIRMED: Text("待供应商发货", "confirmed"),
    REFUSED: Text("供应商拒单", "refused"),
    RECALLED: Text("待供应商拦截", "being called back"),
    SHIPPED: Text("已发货", "shipped"),
    CANCELLED: Text("已取消", "cancelled"),
}
STATES = tuple(WORDS)
#: Something is still to be done about it.
OPEN = (SENT, CONFIRMED, REFUSED, RECALLED)

TABLE = Transitions(
    {
        (SENT, "confirm"): CONFIRMED,
        (CONFIRMED, "confirm"): CONFIRMED,  # another day
        (SENT, "ship_part"): CONFIRMED,
        (CONFIRMED, "ship_part"): CONFIRMED,
        (SENT, "ship"): SHIPPED,
        (CONFIRMED, "ship"): SHIPPED,
        (SENT, "refuse"): REFUSED,
        (CONFIRMED, "refuse"): REFUSED,
        (REFUSED, "resend"): SENT,
        # the buyer does not want it any more: a supplier who has begun has to stop first
        (SENT, "withdraw"): CANCELLED,
        (REFUSED, "withdraw"): CANCELLED,
        (CONFIRMED, "withdraw"): RECALLED,
        (RECALLED, "stop"): CANCELLED,
    }
)

#: Why a supplier refuses.
REASONS = {
    "out_of_stock": Text("缺货", "Out of stock"),
    "price": Text("价格有误", "The price is wrong"),
    "address": Text("地址无法配送", "Cannot be delivered there"),
    "busy": Text("无法按时发出", "Cannot be sent in time"),
    "other": Text("其他", "Something else"),
}

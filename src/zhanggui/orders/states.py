"""The life of an order. The write is always conditional on the old state; whoever changes the row first wins."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.states import Transitions

PENDING, PAID, FULFILLING, SHIPPED = "pending_payment", "paid", "fulfilling", "shipped"
DELIVERED, COMPLETED, CANCELLED, REFUNDED = "delivered", "completed", "cancelled", "refunded"
#: What an order is: a sale, a piece given to try, or goods sent for others of an after-sales case. Only sales are counted as such.
SALE, TRIAL, REPLACEMENT = "sale", "trial", "replacement"
ORDER_KINDS = (SALE, TRIAL, REPLACEMENT)
WORDS = {
    PENDING: Text("待付款", "waiting for payment"),
    PAID: Text("已付款", "paid"),
    FULFILLING: Text("配货中", "being picked"),
    SHIPPED: Text("已发货", "shipped"),
    DELIVERED: Text("已送达", "delivered"),
    COMPLETED: Text("已完成", "completed"),
    CANCELLED: Text("已取消", "cancelled"),
    REFUNDED: Text("已退款", "refunded"),
}
STATUSES = (PENDING, PAID, FULFILLING, SHIPPED, DELIVERED, COMPLETED, CANCELLED, REFUNDED)

TABLE = Transitions(
    {
        (PENDING, "pay"): PAID,
        (PENDING, "cancel"): CANCELLED,
        (PENDING, "expire"): CANCELLED,
        (PAID, "cancel"): CANCELLED,
        (PAID, "claim"): FULFILLING,
        (PAID, "ship_part"): FULFILLING,
        (FULFILLING, "ship_part"): FULFILLING,
        (PAID, "ship"): SHIPPED,
        (FULFILLING, "ship"): SHIPPED,
        (SHIPPED, "deliver"): DELIVERED,
        (SHIPPED, "complete"): COMPLETED,
        (DELIVERED, "complete"): COMPLETED,
        # All its money went back; the goods may be anywhere.
        (PAID, "refund"): REFUNDED,
        (FULFILLING, "refund"): REFUNDED,
        (SHIPPED, "refund"): REFUNDED,
        (DELIVERED, "refund"): REFUNDED,
        (COMPLETED, "refund"): REFUNDED,
        (CANCELLED, "refund"): REFUNDED,
    }
)

#: What can hold a paid order back, and the steps it then may not take.
HELD_FOR_GROUP, HELD_TO_BE_MADE = "group", "making"
HOLDS = {
    HELD_FOR_GROUP: Text("等待成团", "waiting for its group"),
    HELD_TO_BE_MADE: Text("制作中", "being made"),
}
HELD_BACK = ("claim", "ship_part", "ship")

#: 有效订单: paid and not undone (ORD-08).
VALID = (PAID, FULFILLING, SHIPPED, DELIVERED, COMPLETED)

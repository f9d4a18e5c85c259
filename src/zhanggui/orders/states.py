"""The life of an order. The write is always conditional on the old state; whoever changes the row first wins."""

from zhanggui.kernel.states import Transitions

PENDING, PAID, FULFILLING, SHIPPED = "pending_payment", "paid", "fulfilling", "shipped"
DELIVERED, COMPLETED, CANCELLED, REFUNDED = "delivered", "completed", "cancelled", "refunded"
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

#: 有效订单: paid and not undone (ORD-08).
VALID = (PAID, FULFILLING, SHIPPED, DELIVERED, COMPLETED)

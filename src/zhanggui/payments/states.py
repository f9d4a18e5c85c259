"""The lives of an attempt to pay and of a refund."""

from zhanggui.kernel.states import Transitions

#: Money that arrives late is still money: a closed or failed attempt can be captured.
INTENT = Transitions(
    {
        ("pending", "capture"): "succeeded",
        ("closed", "capture"): "succeeded",
        ("failed", "capture"): "succeeded",
        ("pending", "close"): "closed",
        ("pending", "fail"): "failed",
    }
)

#: `processing` means the gateway may have been told; only its word (or finance staff's) ends it.
REFUND = Transitions(
    {
        ("pending", "send"): "processing",
        ("processing", "send"): "processing",
        ("pending", "succeed"): "succeeded",
        ("processing", "succeed"): "succeeded",
        ("failed", "succeed"): "succeeded",
        ("pending", "fail"): "failed",
        ("processing", "fail"): "failed",
        ("failed", "retry"): "pending",
    }
)

#: Outcomes of notifications that were not booked and wait for staff.
PARKED = ("unknown_trade", "amount_mismatch", "unknown_refund", "refund_conflict")

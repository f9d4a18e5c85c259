"""The life of a case. Approving and receiving are decisions; the money moves in a step of its own."""

from zhanggui.kernel.states import Transitions

CANCEL, REFUND_ONLY, RETURN_REFUND = "cancel", "refund_only", "return_refund"
PRICE_GUARANTEE = "price_guarantee"
#: About units that are given up, refunded or returned.
UNIT_KINDS = (CANCEL, REFUND_ONLY, RETURN_REFUND)
KINDS = (*UNIT_KINDS, PRICE_GUARANTEE)

REQUESTED, APPROVED, AWAITING_RETURN, RECEIVED = "requested", "approved", "awaiting_return", "received"
REFUNDING, CLOSED, REJECTED, WITHDRAWN = "refunding", "closed", "rejected", "withdrawn"
STATES = (REQUESTED, APPROVED, AWAITING_RETURN, RECEIVED, REFUNDING, CLOSED, REJECTED, WITHDRAWN)

TABLE = Transitions(
    {
        (REQUESTED, "approve"): APPROVED,
        (REQUESTED, "await_return"): AWAITING_RETURN,
        (REQUESTED, "reject"): REJECTED,
        (REQUESTED, "withdraw"): WITHDRAWN,
        (AWAITING_RETURN, "reject"): REJECTED,
        (AWAITING_RETURN, "withdraw"): WITHDRAWN,
        (AWAITING_RETURN, "receive"): RECEIVED,
        (APPROVED, "refund"): REFUNDING,
        (RECEIVED, "refund"): REFUNDING,
        (REFUNDING, "close"): CLOSED,
    }
)
#: While it stands here, a case holds its units against other cases.
OPEN = (REQUESTED, APPROVED, AWAITING_RETURN, RECEIVED)

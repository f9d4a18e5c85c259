"""Transition tables of inventory."""

from zhanggui.kernel.states import Transitions

DRAFT, SENT, RECEIVED, CLOSED, CANCELLED = "draft", "sent", "received", "closed", "cancelled"
TRANSFER_STATES = (DRAFT, SENT, RECEIVED, CLOSED, CANCELLED)
#: What has come can come in several parts; closing says what never will.
TRANSFER = Transitions(
    {
        (DRAFT, "send"): SENT,
        (DRAFT, "cancel"): CANCELLED,
        (SENT, "receive"): RECEIVED,
        (RECEIVED, "receive"): RECEIVED,
        (SENT, "close"): CLOSED,
        (RECEIVED, "close"): CLOSED,
    }
)

#: Where a unit with a serial number can be.
SERIAL_STATES = ("stock", "damaged", "shipped", "transit", "sample", "gone")

COUNTING, REVIEW, APPROVED, PARTLY, POSTED = "counting", "review", "approved", "partly", "posted"
COUNT_STATES = (COUNTING, REVIEW, APPROVED, PARTLY, POSTED, CANCELLED)
#: Small differences need no approval (`pass`); a line that cannot be posted is held and may be posted later (`hold`) or given up.
COUNT = Transitions(
    {
        (COUNTING, "submit"): REVIEW,
        (COUNTING, "pass"): APPROVED,
        (REVIEW, "approve"): APPROVED,
        (REVIEW, "recount"): COUNTING,
        (APPROVED, "recount"): COUNTING,
        (APPROVED, "post"): POSTED,
        (APPROVED, "hold"): PARTLY,
        (PARTLY, "post"): POSTED,
        (PARTLY, "hold"): PARTLY,
        (PARTLY, "close"): POSTED,
        (COUNTING, "cancel"): CANCELLED,
        (REVIEW, "cancel"): CANCELLED,
        (APPROVED, "cancel"): CANCELLED,
    }
)

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

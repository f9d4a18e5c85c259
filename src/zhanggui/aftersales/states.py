"""The life of a case. Approving and receiving are decisions; the money moves in a step of its own."""

from zhanggui.kernel.states import Transitions

CANCEL, REFUND_ONLY, RETURN_REFUND = "cancel", "refund_only", "return_refund"
EXCHANGE, REPAIR, RESEND = "exchange", "repair", "resend"
PRICE_GUARANTEE = "price_guarantee"
#: About units that are given up, refunded or returned for their money.
MONEY_KINDS = (CANCEL, REFUND_ONLY, RETURN_REFUND)
#: About units the buyer keeps in the end: another piece in their place, the same repaired, what was missing sent.
SERVICE_KINDS = (EXCHANGE, REPAIR, RESEND)
UNIT_KINDS = (*MONEY_KINDS, *SERVICE_KINDS)
#: The goods come back first.
COMES_BACK = (RETURN_REFUND, EXCHANGE, REPAIR)
KINDS = (*UNIT_KINDS, PRICE_GUARANTEE)

REQUESTED, APPROVED, AWAITING_RETURN, RECEIVED = "requested", "approved", "awaiting_return", "received"
REPLACING, RETURNING = "replacing", "returning"
REFUNDING, CLOSED, REJECTED, WITHDRAWN = "refunding", "closed", "rejected", "withdrawn"
STATES = (
    REQUESTED, APPROVED, AWAITING_RETURN, RECEIVED, REPLACING, RETURNING, REFUNDING, CLOSED, REJECTED, WITHDRAWN,
)  # fmt: skip

TABLE = Transitions(
    {
        (REQUESTED, "approve"): APPROVED,
        (REQUESTED, "await_return"): AWAITING_RETURN,
        (REQUESTED, "reject"): REJECTED,
        (REQUESTED, "withdraw"): WITHDRAWN,
        (AWAITING_RETURN, "reject"): REJECTED,
        (AWAITING_RETURN, "withdraw"): WITHDRAWN,
        (AWAITING_RETURN, "receive"): RECEIVED,
        # The mall was silent: it goes on as though the goods had been looked at.
        (AWAITING_RETURN, "go_on"): RECEIVED,
        (APPROVED, "refund"): REFUNDING,
        (RECEIVED, "refund"): REFUNDING,
        # Another piece is on its way; an exchange gives the difference back when it is there.
        (APPROVED, "replace"): REPLACING,
        (RECEIVED, "replace"): REPLACING,
        (REPLACING, "refund"): REFUNDING,
        (REPLACING, "close"): CLOSED,
        # There is no piece after all: money instead.
        (REPLACING, "fall_back"): APPROVED,
        (REPLACING, "take_back"): RECEIVED,
        # The very goods travel to the buyer again: repaired, or refused.
        (AWAITING_RETURN, "send_on"): RETURNING,
        (RECEIVED, "send_on"): RETURNING,
        (RETURNING, "close"): CLOSED,
        (RETURNING, "end"): REJECTED,
        (REFUNDING, "close"): CLOSED,
    }
)
#: While it stands here, a case holds its units against other cases.
OPEN = (REQUESTED, APPROVED, AWAITING_RETURN, RECEIVED, REPLACING, RETURNING)
#: Nothing more happens to it.
OVER = (CLOSED, REJECTED, WITHDRAWN)

#: Why goods travel to the buyer again.
REPAIRED, REFUSED = "repaired", "refused"
VERDICTS = ("", REPAIRED, REFUSED)

#: What becomes of a unit that came back: sold again, written off, kept as damaged, to go back to its supplier.
GOOD, SCRAPPED, KEPT, SUPPLIER = "good", "scrapped", "kept", "supplier"
FATES = (GOOD, SCRAPPED, KEPT, SUPPLIER)

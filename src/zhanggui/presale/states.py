"""The life of an offer, and of a reservation. Each write is conditional on the old state."""

from zhanggui.kernel.states import Transitions

DRAFT, LIVE, ENDED, CALLED_OFF = "draft", "live", "ended", "called_off"
OFFER_STATES = (DRAFT, LIVE, ENDED, CALLED_OFF)
#: A live offer keeps its terms: buyers have paid for what was promised. Ended, it takes no deposits and keeps its promises;
#: called off, every buyer gets back what he has paid.
OFFER = Transitions(
    {
        (DRAFT, "publish"): LIVE,
        (DRAFT, "end"): ENDED,
        (LIVE, "end"): ENDED,
        (LIVE, "call_off"): CALLED_OFF,
        (ENDED, "call_off"): CALLED_OFF,
    }
)

WAITING, DEPOSITED, ORDERED = "waiting", "deposited", "ordered"
RELEASED, FORFEITED, REFUNDED = "released", "forfeited", "refunded"
RESERVATION_STATES = (WAITING, DEPOSITED, ORDERED, RELEASED, FORFEITED, REFUNDED)
OVER = (RELEASED, FORFEITED, REFUNDED)
RESERVATION = Transitions(
    {
        (WAITING, "deposit"): DEPOSITED,
        (WAITING, "release"): RELEASED,  # no money has come
        (DEPOSITED, "order"): ORDERED,
        (DEPOSITED, "forfeit"): FORFEITED,
        (DEPOSITED, "refund"): REFUNDED,
        # its order was undone
        (ORDERED, "forfeit"): FORFEITED,
        (ORDERED, "refund"): REFUNDED,
    }
)

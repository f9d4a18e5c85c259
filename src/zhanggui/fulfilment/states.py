"""The life of a parcel, told by its events in the order in which they happened (not in which they were heard)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

SHIPPED, IN_TRANSIT, OUT_FOR_DELIVERY = "shipped", "in_transit", "out_for_delivery"
DELIVERED, EXCEPTION, RETURNED = "delivered", "exception", "returned"
STATES = (SHIPPED, IN_TRANSIT, OUT_FOR_DELIVERY, DELIVERED, EXCEPTION, RETURNED)

#: Of a review: held by a rule or by somebody; passed to the waves; taken by the warehouse; over (cancelled before that).
HELD, PASSED, TAKEN, OVER = "held", "passed", "taken", "over"
REVIEW_STATES = (HELD, PASSED, TAKEN, OVER)

#: Of a task: to be picked; units of it were not found; on the packing table; in its parcel; nothing of it is left to send.
PICKING, SHORT, PACKING, PACKED, STOPPED = "picking", "short", "packing", "packed", "stopped"
TASK_STATES = (PICKING, SHORT, PACKING, PACKED, STOPPED)

#: What carriers report, and the state it puts a parcel in (None: news that moves nothing).
STATUS_STATES = {
    "accepted": IN_TRANSIT,
    "in_transit": IN_TRANSIT,
    "arrived": IN_TRANSIT,
    "out_for_delivery": OUT_FOR_DELIVERY,
    "ready_for_pickup": OUT_FOR_DELIVERY,
    "delivered": DELIVERED,
    "exception": EXCEPTION,
    "returning": EXCEPTION,
    "returned": RETURNED,
    "info": None,
}
STATUSES = tuple(STATUS_STATES)


@dataclass(frozen=True, slots=True)
class Standing:
    state: str
    delivered_at: datetime | None


def standing(events: Iterable[tuple[datetime, str]]) -> Standing:
    """Where a parcel stands after events `(at, status)`, whatever the order and however often they are given.

    What was delivered stays delivered unless it came back; what came back stays so. Events of the same instant count in
    the order of `STATUSES`.
    """
    state, delivered_at = SHIPPED, None
    for at, status in sorted(set(events), key=lambda event: (event[0], STATUSES.index(event[1]))):
        told = STATUS_STATES[status]
        if told is None or state == RETURNED or (state == DELIVERED and told != RETURNED):
            continue
        state = told
        if told == DELIVERED:
            delivered_at = at
    return Standing(state, delivered_at)


#: Goods that are fetched (自提): on their way to the point, there and waiting, handed to the buyer, taken back unfetched.
COMING, READY, HANDED, BACK = "coming", "ready", "handed", "back"
COLLECTION_STATES = (COMING, READY, HANDED, BACK)

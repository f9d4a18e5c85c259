"""The money of a case."""

from django.db import transaction

from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import Actor
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.payments import services as payments

from .. import locks
from ..errors import CaseWrongState
from ..states import EXCHANGE, PRICE_GUARANTEE, SERVICE_KINDS
from ..types import CaseView
from .common import announce, keep, shown
from .reserve import reserve_difference, reserve_exchange, reserve_refund

KEY = "case:"


def refund(number: str, *, actor: Actor) -> CaseView:
    """Send back what the case is worth, the way it came. Opens its own transaction; the gateway is asked afterwards.

    Nothing to send (the goods were free) closes the case at once. Raises NotFound, CaseWrongState, TooMuchToRefund,
    RefundTooLarge.
    """
    with transaction.atomic():
        view = shown(number)
        locks.order(view.order_number)
        if view.kind in SERVICE_KINDS:  # they keep their units; an exchange's difference is sent when it has come
            raise CaseWrongState(state=view.state)
        return send_money(number, actor=actor)


@db.needs_transaction
def send_money(number: str, *, actor: Actor) -> CaseView:
    """As `refund`, in the transaction of a caller who holds the order's cases."""
    case = locks.move(number, "refund", by=actor, refunding_at=clock.now())
    if case["kind"] == PRICE_GUARANTEE:
        reserve_difference(case, actor=actor)
    elif case["kind"] == EXCHANGE:
        reserve_exchange(case, actor=actor)
    elif not case["reserved"]:
        reserve_refund(case, actor=actor)
    view = shown(number)
    if view.amount:
        payments.request_refund(
            view.order_number, view.amount, reason=f"after-sales {number}", request_key=KEY + number, actor=actor
        )
    else:
        locks.move(number, "close", by=actor, closed_at=clock.now())
        _end_free_order(view.order_number, actor)
    keep(actor, "refund", number, after={"amount": view.amount, "freight": view.freight_amount})
    announce(number)
    return shown(number)


def _end_free_order(order_number: str, actor: Actor) -> None:
    """An order that cost nothing has all its money back once all its units are."""
    order = orders.find(order_number)
    assert order is not None
    if not order["paid_total"] and all(line["refunded_quantity"] == line["quantity"] for line in order["lines"]):
        order_services.record_refund(order_number, 0, actor=actor)


def settle_refund(request_key: str, amount: int, *, actor: Actor) -> None:
    """Money asked for under `request_key` reached the buyer; the last of a case's closes it. Opens its own transaction.

    Keys that are not a case's are none of our business.
    """
    if not request_key.startswith(KEY):
        return
    with transaction.atomic():
        counted = locks.count_refund(request_key.removeprefix(KEY), amount)
        if counted is not None and counted["left"] == 0:
            locks.move(counted["number"], "close", by=actor, closed_at=clock.now())
            keep(actor, "close", counted["number"])
            announce(counted["number"])


def note_failed_refund(request_key: str, reason: str, *, actor: Actor) -> None:
    """The gateway refused for good: the case says so until the refund is tried again. Opens its own transaction."""
    if not request_key.startswith(KEY):
        return
    with transaction.atomic():
        number = request_key.removeprefix(KEY)
        told = db.execute(
            "update aftersales_case set problem = %s where number = %s and state = 'refunding'", (reason[:200], number)
        )
        if told:
            keep(actor, "refund_failed", number, reason=reason)
            announce(number)

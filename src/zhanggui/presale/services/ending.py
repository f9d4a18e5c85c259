"""How reservations end without goods: never paid, given up, run out, called off. State first, then everything they held."""

from typing import Any

from django.db import transaction

from zhanggui.inventory import services as inventory
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import Problem
from zhanggui.payments import services as payments

from .. import locks, selectors
from ..errors import wrong_state
from ..events import OfferCalledOff, ReservationEnded
from ..states import DEPOSITED, FORFEITED, OFFER, ORDERED, REFUNDED, WAITING
from ..types import How, ReservationView
from .offers import held_offer, may_manage, move_offer, note

CANCEL = Text("取消", "cancelling")


def cancel_reservation(number: str, *, actor: Actor, reason: str = "") -> None:
    """Give a reservation up before it is an order. Opens its own transaction.

    A buyer's deposit is kept or goes back by the rule of its time (`keeps_cancelled`); where the mall cancels, all of it goes
    back. Raises NotFound, ReservationWrongState (an order already, or over), PermissionDenied (staff).
    """
    buyer = actor.kind == "member"
    if not buyer:
        may_manage(actor)
    with transaction.atomic():
        locks.hold_by_numbers([number])
        view = selectors.reservation(number)
        if view.state not in (WAITING, DEPOSITED):
            raise wrong_state(view.state, CANCEL)
        _end(view, "buyer" if buyer else "mall", actor=actor)
        if not buyer:
            note(actor, "cancel", number, before={"state": view.state}, reason=reason[:200])


def call_off_offer(offer_id: int, *, actor: Actor, reason: str) -> int:
    """The mall cannot deliver: the offer is over and every buyer gets back what he has paid; how many reservations ended here.

    Orders made of reservations are undone by whoever made them, a moment later. Opens its own transactions. Raises NotFound,
    WrongState, PermissionDenied.
    """
    may_manage(actor)
    with transaction.atomic():
        held = held_offer(offer_id)
        target = OFFER.target(held["state"], "call_off")
        move_offer(held, target)
        note(actor, "call_off", offer_id, before={"state": held["state"]}, after={"state": target}, reason=reason[:200])
        record(OfferCalledOff(offer_id))
    return undo_called_off(actor=actor)


def undo_called_off(*, actor: Actor = SYSTEM, limit: int = 500) -> int:
    """End what is left of offers that were called off, each reservation in its own transaction; how many."""
    rows = db.rows(
        "select r.number from presale_reservation r join presale_article a on a.id = r.article_id"
        " join presale_offer o on o.id = a.offer_id where o.state = 'called_off' and r.state in ('waiting', 'deposited')"
        " order by r.id limit %s",
        (limit,),
    )
    return _each(rows, "mall", actor)


def release_unpaid(*, actor: Actor = SYSTEM, limit: int = 500) -> int:
    """End reservations whose deposit did not come in time, each in its own transaction; how many."""
    rows = db.rows(
        "select number from presale_reservation where state = 'waiting' and expires_at <= kernel_now()"
        " order by expires_at limit %s",
        (limit,),
    )
    return _each(rows, "unpaid", actor)


def end_unpaid(*, actor: Actor = SYSTEM, limit: int = 500) -> int:
    """End reservations whose balance did not come in time, each in its own transaction; how many.

    The deposit is kept, or goes back, by the rule of its time (`keeps_unpaid`).
    """
    rows = db.rows(
        "select number from presale_reservation where state = 'deposited' and balance_until <= kernel_now()"
        " order by balance_until limit %s",
        (limit,),
    )
    return _each(rows, "unpaid", actor)


def _each(rows: list[dict[str, Any]], how: How, actor: Actor) -> int:
    done = 0
    for row in rows:
        try:
            with transaction.atomic():
                locks.hold_by_numbers([row["number"]])
                view = selectors.reservation(row["number"])
                if view.state in (WAITING, DEPOSITED):
                    _end(view, how, actor=actor)
                    done += 1
        except Problem:
            continue  # somebody was faster; the next run sees
    return done


@db.needs_transaction
def _end(view: ReservationView, how: How, *, actor: Actor) -> None:
    """End a reservation that is no order and whose row is held: money, pieces, stock."""
    state = _move(view, how)
    payments.close_open_intents(view.number, actor=actor)
    if state == REFUNDED:
        payments.request_refund(
            view.number, view.paid, reason=f"presale deposit: {how}", request_key=f"presale:{view.number}", actor=actor
        )
    locks.free(view.number)
    inventory.release([view.number], actor=actor)


@db.needs_transaction
def leave(number: str, how: How, *, paid: bool, actor: Actor) -> int:
    """The order of a reservation is undone; how much of its money is kept. Needs a transaction; the order's row is held.

    Only a deposit is ever kept: of an order that was `paid` in full everything goes back. The pieces count until `presale_free`.
    """
    locks.hold_by_numbers([number])
    view = selectors.reservation(number)
    if view.state != ORDERED:
        return 0
    return view.paid if _move(view, "mall" if paid else how) == FORFEITED else 0


def _move(view: ReservationView, how: How) -> str:
    """The state in which the reservation ends, as it was seen while its row is held."""
    keeps = {"unpaid": view.keeps_unpaid, "buyer": view.keeps_cancelled, "mall": False}[how]
    action = "release" if view.state == WAITING else "forfeit" if keeps else "refund"
    ended = locks.move(view.number, action, stamp=f"ended_at = kernel_now(), reason = '{how}'", sources=[view.state])
    if ended is None:
        raise wrong_state(view.state, CANCEL)
    state: str = ended["state"]
    record(ReservationEnded(view.number, view.offer_id, view.member_id, view.paid, view.currency, state, how))
    return state

"""Urging, both ways: the mall reminds of payment (催付), the buyer asks for his parcel (催单). The order's page is the message."""

from datetime import timedelta

from django.db import transaction

from zhanggui.kernel import audit, clock, db, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import NotFound, PermissionDenied

from .. import locks
from ..errors import TooLateToRemind, TooSoon
from ..events import OrderPaymentReminded, OrderUrgeAnswered, OrderUrged
from ..permissions import PERMISSIONS
from ..states import FULFILLING, HELD_FOR_GROUP, PAID, PENDING
from ..urging import REMINDED

REMIND, ANSWER = "orders.remind", "orders.answer"
_EVER = "select max(at) as at from orders_timelineentry where order_id = %s and kind = %s"


def _need(actor: Actor, permission: str) -> None:
    if not actor.may(permission):
        meaning = PERMISSIONS[permission]
        words = Text(f"您没有「{meaning.zh}」的权限", f"You are not allowed to: {meaning.en}")
        raise PermissionDenied(text=words, extra={"permission": permission})


def remind_to_pay(number: str, *, actor: Actor) -> None:
    """The buyer of an unpaid order reads on it that the mall waits for his payment. Opens its own transaction.

    Once in `orders.remind_every_hours`, and not after `orders.remind_within_hours`. Raises NotFound, PermissionDenied,
    OrderWrongState (paid, over, or its time to pay has ended), TooSoon, TooLateToRemind.
    """
    _need(actor, REMIND)
    every, within = (mall_settings.get(f"orders.remind_{name}_hours") for name in ("every", "within"))
    with transaction.atomic():
        order = locks.hold(number)
        now, ends = clock.now(), order["expires_at"]
        if order["status"] != PENDING or (ends is not None and ends <= now):
            raise locks.refused(number, "remind")
        placed = db.row("select placed_at from orders_order where id = %s", (order["id"],))
        assert placed is not None
        if placed["placed_at"] + timedelta(hours=within) <= now:
            raise TooLateToRemind(hours=within)
        last = db.row(_EVER, (order["id"], REMINDED))
        if last and last["at"] and last["at"] + timedelta(hours=every) > now:
            again = last["at"] + timedelta(hours=every)
            raise TooSoon(
                why=Text("刚催付过", "The buyer was reminded already"),
                hours=every,
                extra={"next_at": again.isoformat()},
            )
        locks.tell(order["id"], REMINDED, actor=actor)
        record(OrderPaymentReminded(number, order["member_id"], ends.isoformat() if ends else ""))


def urge(number: str, text: str = "", *, actor: Actor) -> None:
    """The buyer of a paid order that has not left asks for it. The caller has made sure that it is his. Opens its own transaction.

    Once in `orders.urge_every_hours`, and not while an earlier word of his waits for an answer. Raises NotFound,
    OrderWrongState (it has left, is over, or unpaid), OrderHeld, TooSoon, ValidationFailed.
    """
    text = clean_text(text, "text", 200, required=False)
    every = mall_settings.get("orders.urge_every_hours")
    with transaction.atomic():
        order = locks.hold(number)
        if order["status"] not in (PAID, FULFILLING):
            raise locks.refused(number, "urge")
        if order["hold"] == HELD_FOR_GROUP:
            raise locks.refused(number, "claim")
        last = db.row("select at from orders_urge where order_id = %s order by at desc limit 1", (order["id"],))
        again = last["at"] + timedelta(hours=every) if last else None
        if again is not None and again > clock.now():
            raise TooSoon(
                why=Text("您已催过单，我们正在处理", "You have asked already, and we are on it"),
                hours=every,
                extra={"next_at": again.isoformat()},
            )
        # what still waits for an answer is the same word, said again
        again_said = db.execute(
            "update orders_urge set at = kernel_now(), text = %s where order_id = %s and answered_at is null",
            (text, order["id"]),
        )
        if not again_said:
            db.execute("insert into orders_urge (order_id, text) values (%s, %s)", (order["id"], text))
        locks.tell(order["id"], "urged", actor=actor, text=text)
        record(OrderUrged(number, order["member_id"]))


def answer_urge(number: str, answer: str, *, actor: Actor) -> None:
    """Tell a buyer who asked for his parcel what about it; he reads it on his order. Opens its own transaction.

    Raises NotFound (nobody asks), PermissionDenied, ValidationFailed.
    """
    _need(actor, ANSWER)
    answer = clean_text(answer, "answer", 500)
    with transaction.atomic():
        order = locks.hold(number)
        done = db.execute(
            "update orders_urge set answer = %s, answered_at = kernel_now(), answered_by = %s"
            " where order_id = %s and answered_at is null",
            (answer, actor.label[:200], order["id"]),
        )
        if not done:
            raise NotFound()
        locks.tell(order["id"], "urge_answered", actor=actor, text=answer)
        audit.record(
            actor=actor, action="orders.answer_urge", target_type="order", target_id=number, after={"reply": answer}
        )
        record(OrderUrgeAnswered(number, order["member_id"]))

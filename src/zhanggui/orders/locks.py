"""Conditional writes on orders: the only place that moves a status. The row count says who won."""

from collections.abc import Sequence
from typing import Any

from zhanggui.kernel import db, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound
from zhanggui.members import services as members

from .errors import OrderHeld, OrderWrongState
from .states import HELD_BACK, HOLDS, TABLE

ACTION_WORDS = {
    "cancel": Text("取消", "cancelling"),
    "change_price": Text("改价", "changing the price"),
    "change_receiver": Text("修改收货信息", "changing the address"),
    "remind": Text("催付", "reminding of payment"),
    "urge": Text("催单", "asking for the parcel"),
    "claim": Text("开始配货", "picking"),
    "ship": Text("发货", "shipping"),
    "deliver": Text("签收", "delivery"),
    "complete": Text("完成", "completing"),
    "make": Text("登记做好", "making"),
    "refund": Text("退款", "refunding"),
}

# No join: an update that has waited for the row judges it anew, but would keep the joined step of the state it saw before.
_MOVE = """
update orders_order o set status = %s::jsonb ->> o.status, {stamp}
where o.number = %s and o.status = any(%s) and (o.hold = '' or not %s)
returning o.id, o.number, o.status, o.member_id, o.total, o.paid_total, o.deposit, o.refunded_total, o.currency, o.origin, o.hold
"""


@db.needs_transaction
def move(number: str, action: str, *, stamp: str = "expires_at = null") -> dict[str, Any]:
    """Take the order along `action`, whatever allowed state it is in. Raises NotFound, OrderWrongState, OrderHeld.

    `stamp` is a constant assignment written by our own code (`cancelled_at = kernel_now()`), never a caller's text.
    """
    steps = {source: TABLE.target(source, action) for source in TABLE.sources(action)}
    moved = db.row(_MOVE.format(stamp=stamp), (db.Json(steps), number, list(steps), action in HELD_BACK))
    if moved is None:
        raise refused(number, action)
    return moved


def refused(number: str, action: str) -> Exception:
    """Why `move` found nothing to move."""
    found = db.row("select status, hold from orders_order where number = %s", (number,))
    if found is None:
        return NotFound()
    if found["hold"] and action in HELD_BACK and found["status"] in TABLE.sources(action):
        return OrderHeld(hold=HOLDS[found["hold"]], extra={"hold": found["hold"]})
    return OrderWrongState(state=found["status"], action=ACTION_WORDS.get(action, Text(action, action)))


@db.needs_transaction
def hold(number: str) -> dict[str, Any]:
    """Lock an order's row before touching its lines. Raises NotFound."""
    found = db.row(
        "select id, number, status, member_id, total, paid_total, deposit, refunded_total, currency, hold, expires_at"
        " from orders_order"
        " where number = %s for no key update",
        (number,),
    )
    if found is None:
        raise NotFound()
    return found


@db.needs_transaction
def give_back(number: str, *, coupons: bool = True, seat: bool = False, reserved: bool = False) -> None:
    """Free what an order still holds: counters, its seat in a group, its pieces of a presale, points, then stock (docs/locking.md).

    Repeating it changes nothing.
    """
    if coupons:
        give_back_coupons(number)
    if seat:
        db.row("select groupbuy_leave(%s)", ([number],))
    if reserved:
        db.row("select presale_free(%s)", ([number],))
    members.give_back_spent(number, key=f"{number}:rest", actor=SYSTEM)
    db.row("select inventory_release(%s)", ([number],))


@db.needs_transaction
def give_back_coupons(number: str) -> None:
    """Free the uses, pieces and coupons an order took. Repeating it changes nothing."""
    grace = mall_settings.get("promotions.coupon_grace_days")
    db.row("select promotions_return(%s, %s)", ([number], grace))


@db.needs_transaction
def tell(order_id: int, kind: str, *, actor: Actor, public: bool = True, **data: Any) -> None:
    """One timeline entry."""
    db.execute(
        "insert into orders_timelineentry (order_id, kind, actor_kind, actor_id, actor_label, public, data)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        (order_id, kind, actor.kind, actor.id, actor.label[:200], public, db.Json(data)),
    )


@db.needs_transaction
def hold_many(numbers: Sequence[str]) -> dict[str, str]:
    """The status of each of these orders; their rows are locked, by id."""
    rows = db.rows(
        "select number, status from orders_order where number = any(%s) order by id for no key update", (list(numbers),)
    )
    return {row["number"]: row["status"] for row in rows}


@db.needs_transaction
def claim_many(numbers: Sequence[str]) -> list[dict[str, Any]]:
    """Paid orders that nothing holds back become `fulfilling`; their ids and numbers. Their rows are held (`hold_many`)."""
    return db.rows(
        "update orders_order set status = 'fulfilling', expires_at = null"
        " where number = any(%s) and status = 'paid' and hold = '' returning id, number",
        (list(numbers),),
    )


@db.needs_transaction
def tell_many(order_ids: Sequence[int], kind: str, *, actor: Actor) -> None:
    """The same timeline entry for many orders."""
    db.execute(
        "insert into orders_timelineentry (order_id, kind, actor_kind, actor_id, actor_label, public, data)"
        " select o, %s, %s, %s, %s, true, '{}' from unnest(%s::bigint[]) o",
        (kind, actor.kind, actor.id, actor.label[:200], list(order_ids)),
    )


@db.needs_transaction
def let_go(numbers: Sequence[str], due_seconds: int, latest_seconds: int) -> list[int]:
    """Held orders that are paid may be shipped; the promise counts from now. Their ids."""
    rows = db.rows(
        "update orders_order set hold = '', dispatch_due_at = greatest(kernel_now() + %(due)s * interval '1 second',"
        " kernel_now() + promise_hours * interval '1 hour'), dispatch_latest_at = greatest(kernel_now() + %(latest)s * interval '1 second',"
        " kernel_now() + promise_hours * interval '1 hour' + (%(latest)s - %(due)s) * interval '1 second')"
        " where number = any(%(numbers)s) and hold = 'group' and status = 'paid' returning id",
        {"due": due_seconds, "latest": latest_seconds, "numbers": list(numbers)},
    )
    return sorted(row["id"] for row in rows)

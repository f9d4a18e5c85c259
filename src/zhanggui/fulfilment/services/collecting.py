"""Goods that are fetched (自提): they come to their point, wait for their buyer, and are handed over once, for his code."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from zhanggui.kernel import audit, clock, db, ids, mall_settings, outbox
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound, Problem, RateLimited, ValidationFailed
from zhanggui.orders import selectors as order_selectors
from zhanggui.pickup import selectors as pickup
from zhanggui.pickup.types import PickupPoint

from .. import locks
from ..collected import collections_of, point_of
from ..errors import NotHere, NotThere, OtherPoint, WrongCode
from ..events import PickupClosed, PickupReady, PickupReminder
from ..permissions import HAND_OVER, SHIP, need
from ..states import BACK, COMING, HANDED, READY
from ..types import CollectionView
from .tracking import tell

MOST = 500
MAX_DAYS = 30
_WINDOW = timedelta(minutes=10)
#: What a buyer's QR code says: the order and its code. Typed, the code is enough.
_QR = re.compile(r"ZGQH[:：]([A-Z0-9-]{1,40})[:：]([0-9]{6})")
_CODE = re.compile(r"[0-9]{6}")
_WHY = {
    COMING: Text("货还没有到店，请到店收件后再交付", "The goods have not arrived here yet"),
    READY: Text("保管期已过，请先延长保管或退回", "Its time here is over: keep it longer first, or send it back"),
    HANDED: Text("这一单已经取走，不能再交付", "This order has been fetched already"),
    BACK: Text("这一单已退回，不能交付", "This order was taken back"),
}
_ARRIVED = Text("已到自提点，等待买家取货", "At the pickup point, waiting for its buyer")
_FETCHED = Text("买家已取货", "Fetched by the buyer")
_RETURNED = Text("逾期未取，已退回", "Not fetched in time, sent back")


@db.needs_transaction
def begin(order: dict[str, Any]) -> None:
    """An order for a point leaves: its collection is there, with a code nobody else has there. Before its parcel is made."""
    code = point_of(order)
    for _ in range(50):
        if locks.open_collection(order["number"], code, ids.figures(6)):
            return
    raise ValidationFailed.one("point", "full", "这个自提点的待取件太多", "too many goods wait at this point")


@db.needs_transaction
def settle_at_home(order_number: str, parcel_number: str, warehouse_id: int | None, *, actor: Actor) -> None:
    """A parcel was packed in the house of its point: it is there already. After it was made."""
    row = locks.hold_collections([order_number]).get(order_number)
    point = pickup.point(row["point"]) if row else None
    if row and point is not None and point.warehouse_id is not None and point.warehouse_id == warehouse_id:
        tell([parcel_number], "ready_for_pickup", _ARRIVED.zh, point.name, actor=actor)
        _ready_if_all_there(row, point)


def arrived(order_numbers: Sequence[str], *, point: str, actor: Actor) -> list[str]:
    """Goods have come to their point: the orders of which all that was bought is there now wait for their buyers; these.

    Opens its own transaction. Raises PermissionDenied, NotFound (no such point), NotHere, ValidationFailed.
    """
    place = _mine(point, actor)
    numbers = list(dict.fromkeys(order_numbers))
    if not 0 < len(numbers) <= MOST:
        raise ValidationFailed.one("ids", "range", f"请选择 1 到 {MOST} 个订单", f"choose 1 to {MOST} orders")
    ready = []
    with transaction.atomic():
        held = locks.hold_collections(numbers)
        for number in numbers:
            row = held.get(number)
            if row is None or row["point"] != point or row["state"] != COMING:
                continue
            parcels = db.rows(
                "select number from fulfilment_parcel where order_number = %s and state = 'shipped' order by id",
                (number,),
            )
            tell([each["number"] for each in parcels], "ready_for_pickup", _ARRIVED.zh, place.name, actor=actor)
            if _ready_if_all_there(row, place):
                ready.append(number)
        audit.record(
            actor=actor, action="fulfilment.pickup_arrived", target_type="pickup_point", target_id=point,
            after={"orders": ready},
        )  # fmt: skip
    return ready


@db.needs_transaction
def _ready_if_all_there(row: dict[str, Any], point: PickupPoint) -> bool:
    number = row["order_number"]
    order = order_selectors.find(number)
    away = db.row(
        "select 1 as away from fulfilment_parcel where order_number = %s and state in ('shipped', 'in_transit', 'exception')",
        (number,),
    )
    if order is None or order["status"] != "shipped" or away is not None:
        return False
    until = clock.now() + timedelta(days=point.keep_days)
    changed = db.execute(
        "update fulfilment_collection set state = %s, ready_at = kernel_now(), keep_until = %s"
        " where order_number = %s and state = %s",
        (READY, until, number, COMING),
    )
    if changed:
        outbox.record(PickupReady(number, point.code, until))
    return bool(changed)


def look_up(said: str, *, point: str, actor: Actor) -> CollectionView:
    """Whose goods these are: what a clerk typed or scanned at a point. Nothing is handed over yet.

    Six figures, or the buyer's QR code. Wrong ones are counted (setting `fulfilment.pickup_tries`). Raises PermissionDenied, NotFound,
    NotHere, WrongCode, OtherPoint, NotThere, RateLimited, ValidationFailed.
    """
    _mine(point, actor)
    number, code = _read(said)
    _not_too_often(point, actor)
    refused: Problem | None = None
    with transaction.atomic():
        row = _found(number, code, point)
        if row is None:
            db.execute("insert into fulfilment_wrongcode (point, staff_id) values (%s, %s)", (point, actor.id))
            refused = _elsewhere(number, code, point) or WrongCode()
        else:
            refused = _refusal(row)
    if refused is not None:
        raise refused
    assert row is not None
    return collection(row["order_number"])


def give_out(said: str, *, point: str, actor: Actor) -> CollectionView:
    """The buyer has his goods: once, whoever asks at the same moment. Opens its own transaction. Raises as `look_up`."""
    found = look_up(said, point=point, actor=actor)
    with transaction.atomic():
        row = locks.hold_collections([found.order_number])[found.order_number]
        if row["state"] != READY:
            raise _refusal(row) or NotThere(why=_WHY[HANDED], extra={"state": row["state"]})
        _close(row, HANDED, actor)
        parcels = _parcels(found.order_number)
        tell(parcels, "delivered", _FETCHED.zh, _name(point), actor=actor)
        audit.record(
            actor=actor, action="fulfilment.pickup_handed", target_type="order", target_id=found.order_number,
            after={"point": point},
        )  # fmt: skip
    return collection(found.order_number)


def keep_longer(order_number: str, days: int, *, actor: Actor) -> None:
    """Goods wait so many days more from now. Opens its own transaction. Raises PermissionDenied, NotFound, NotHere, NotThere,
    ValidationFailed."""
    if not 1 <= days <= MAX_DAYS:
        raise ValidationFailed.one("days", "range", f"应在 1 到 {MAX_DAYS} 天之间", f"1 to {MAX_DAYS} days")
    with transaction.atomic():
        row = _held(order_number, actor)
        if row["state"] != READY:
            raise NotThere(why=_WHY[row["state"]], extra={"state": row["state"]})
        until = clock.now() + timedelta(days=days)
        db.execute(
            "update fulfilment_collection set keep_until = %s, reminded_at = null where order_number = %s",
            (until, order_number),
        )
        audit.record(
            actor=actor, action="fulfilment.pickup_kept", target_type="order", target_id=order_number,
            after={"days": days},
        )  # fmt: skip


def take_back(order_number: str, *, reason: str, actor: Actor) -> None:
    """Goods nobody fetched go back: the code is void, the parcel is on record as returned, and what becomes of the money is decided on
    the order (after-sales). Opens its own transaction. Raises PermissionDenied, NotFound, NotThere, ValidationFailed.
    """
    need(actor, SHIP)
    if not reason.strip():
        raise ValidationFailed.one("reason", "required", "请写明退回的原因", "say why it goes back")
    with transaction.atomic():
        row = locks.hold_collections([order_number]).get(order_number)
        if row is None:
            raise NotFound()
        if row["state"] != READY:
            raise NotThere(why=_WHY[row["state"]], extra={"state": row["state"]})
        _close(row, BACK, actor)
        tell(_parcels(order_number), "returned", _RETURNED.zh, _name(row["point"]), actor=actor)
        audit.record(
            actor=actor, action="fulfilment.pickup_back", target_type="order", target_id=order_number,
            reason=reason.strip()[:200], after={"point": row["point"]},
        )  # fmt: skip


def remind(*, actor: Actor = SYSTEM) -> int:
    """Tell, once each, the buyers whose goods go back soon; how many. Forgets old wrong codes. Opens its own transaction."""
    soon = clock.now() + timedelta(hours=mall_settings.get("fulfilment.pickup_remind_hours"))
    with transaction.atomic():
        rows = db.rows(
            "update fulfilment_collection set reminded_at = kernel_now() where state = 'ready' and reminded_at is null"
            " and keep_until <= %s returning order_number, point, keep_until",
            (soon,),
        )
        outbox.record(*[PickupReminder(row["order_number"], row["point"], row["keep_until"]) for row in rows])
        db.execute("delete from fulfilment_wrongcode where at < %s", (clock.now() - timedelta(days=1),))
    return len(rows)


def collection(order_number: str) -> CollectionView:
    """What is known of an order that is fetched. Raises NotFound."""
    found = collections_of([order_number]).get(order_number)
    if found is None:
        raise NotFound()
    return found


def _mine(point: str, actor: Actor) -> PickupPoint:
    """The point, where this colleague may receive and hand over there."""
    need(actor, HAND_OVER)
    place = pickup.point(point)
    if place is None:
        raise NotFound()
    if place.staff and actor.kind == "staff" and actor.id not in place.staff:
        raise NotHere()
    return place


@db.needs_transaction
def _held(order_number: str, actor: Actor) -> dict[str, Any]:
    row = locks.hold_collections([order_number]).get(order_number)
    if row is None:
        raise NotFound()
    _mine(row["point"], actor)
    return row


def _read(said: str) -> tuple[str, str]:
    """The order ("" where it is not said) and the code of what was typed or scanned."""
    plain = re.sub(r"\s", "", said).upper()
    if (scanned := _QR.fullmatch(plain)) is not None:
        return scanned[1], scanned[2]
    if not _CODE.fullmatch(plain):
        raise ValidationFailed.one(
            "code", "invalid", "请输入 6 位数字取货码，或扫描买家的二维码", "six figures, or the buyer's QR code"
        )
    return "", plain


def _not_too_often(point: str, actor: Actor) -> None:
    row = db.row(
        "select count(*)::int as n, min(at) as first from fulfilment_wrongcode where point = %s and at > %s"
        " and staff_id is not distinct from %s",
        (point, clock.now() - _WINDOW, actor.id),
    )
    if row and row["n"] >= mall_settings.get("fulfilment.pickup_tries"):
        wait = (row["first"] + _WINDOW - clock.now()).total_seconds()
        raise RateLimited(retry_after=max(1, round(wait)))


def _found(number: str, code: str, point: str) -> dict[str, Any] | None:
    """The newest order of the code at this point: one that waits before those that are over."""
    return db.row(
        "select order_number, point, state, keep_until from fulfilment_collection where point = %s and code = %s"
        " and (%s = '' or order_number = %s) order by state in ('handed', 'back'), id desc limit 1",
        (point, code, number, number),
    )


def _elsewhere(number: str, code: str, point: str) -> Problem | None:
    """Where the scanned order is to be fetched, if its code is right."""
    row = db.row(
        "select point from fulfilment_collection where order_number = %s and code = %s and point <> %s",
        (number, code, point),
    )
    if row is None:
        return None
    return OtherPoint(point=_name(row["point"]), extra={"point": row["point"]})


def _refusal(row: dict[str, Any]) -> Problem | None:
    if row["state"] == READY and row["keep_until"] > clock.now():
        return None
    return NotThere(why=_WHY[row["state"]], extra={"state": row["state"]})


@db.needs_transaction
def _close(row: dict[str, Any], state: str, actor: Actor) -> None:
    db.execute(
        "update fulfilment_collection set state = %s, closed_at = kernel_now(), closed_by = %s where order_number = %s",
        (state, actor.label[:200] or actor.kind, row["order_number"]),
    )
    outbox.record(PickupClosed(row["order_number"], row["point"], state))


def _parcels(order_number: str) -> list[str]:
    rows = db.rows("select number from fulfilment_parcel where order_number = %s order by id", (order_number,))
    return [row["number"] for row in rows]


def _name(point: str) -> str:
    found = pickup.point(point)
    return found.name if found else point

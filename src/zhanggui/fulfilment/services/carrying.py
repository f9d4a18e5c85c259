"""The waybills of boxes: who carries a box is chosen, its waybill is asked for, for one box or a whole wave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from zhanggui.carriage import selectors as carriage_reads
from zhanggui.carriage import services as carriage
from zhanggui.carriage.types import Party, Shipment, WaybillView
from zhanggui.kernel import audit, db, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import NotFound, Problem, ValidationFailed
from zhanggui.orders import selectors as orders

from .. import locks, warehouse
from ..carrying import Carried, boxes_of, carried
from ..permissions import PACK, WAVES, need
from ..types import TaskView
from .tracking import MAX_NEWS, record_push


def choose_carrier(task_id: int, carrier: str, *, reason: str, actor: Actor) -> None:
    """A box goes by this carrier, for this reason; "" gives it back to the rules. Opens its own transaction.

    An unused waybill of another carrier is cancelled. Raises PermissionDenied, NotFound, ValidationFailed (no such carrier, no reason,
    or the box has left).
    """
    need(actor, PACK)
    box = _box(task_id)
    reason = reason.strip()
    if carrier and carrier not in {
        each.code for each in carriage_reads.carriers() if each.code != carriage_reads.PICKUP
    }:
        raise ValidationFailed.one("carrier", "unknown", "没有这个承运商", "no such carrier")
    if carrier and not 0 < len(reason) <= 200:
        raise ValidationFailed.one("reason", "required", "请写明换承运商的原因", "say why another carrier is taken")
    with transaction.atomic():
        held = locks.hold_tasks([task.id for task in box.tasks])
        if any(task["state"] in ("packed", "stopped") for task in held):
            raise ValidationFailed.one("carrier", "over", "这一箱已发出或已取消", "this box has left, or is cancelled")
        db.execute(
            "update fulfilment_task set carrier = %s, carrier_reason = %s where id = any(%s)",
            (carrier, reason if carrier else "", [task["id"] for task in held]),
        )
        if box.waybill is not None and box.waybill.carrier != carrier:
            carriage.drop(box.reference, actor=actor)
        audit.record(
            actor=actor, action="fulfilment.choose_carrier", target_type="order", target_id=box.tasks[0].order_number,
            reason=reason, before={"carrier": box.choice.carrier}, after={"carrier": carrier},
        )  # fmt: skip


def ask_waybill(task_id: int, *, weight_g: int | None = None, actor: Actor) -> WaybillView:
    """The waybill of a box, asked of its carrier's label service; the same one however often it is asked for.

    Own transactions, none while the service is asked. Raises PermissionDenied, NotFound, ValidationFailed (nobody carries it there),
    and what `carriage.services.ask` refuses.
    """
    need(actor, PACK)
    box = _box(task_id)
    if box.waybill is not None and box.waybill.state == "issued":
        return box.waybill
    return carriage.ask(_shipment(box, _orders(box), weight_g), actor=actor)


def ask_for_wave(number: str, *, actor: Actor) -> tuple[int, dict[str, Problem]]:
    """Waybills for all boxes of a wave that have none; how many wait for the job, and by reference why the others do not.

    Opens its own transaction. Raises PermissionDenied, NotFound, ValidationFailed (no box of it is waiting).
    """
    need(actor, WAVES)
    boxes = boxes_of(warehouse.tasks_of(warehouse.wave(number).number))
    known = orders.to_pack(sorted({task.order_number for box in boxes for task in box}))
    wanted, refused = [], {}
    for box in carried([box for box in boxes if box[0].state != "packed"], known):
        if box.waybill is not None and box.waybill.state != "failed":
            continue
        try:
            wanted.append(_shipment(box, known, None))
        except Problem as problem:
            refused[box.reference] = problem
    if not wanted and not refused:
        raise ValidationFailed.one("wave", "nothing", "没有需要取号的箱子", "no box of it needs a waybill")
    waiting, more = carriage.ask_many(wanted, actor=actor)
    return waiting, refused | more


def pull_tracking(*, limit: int = 100) -> int:
    """News of parcels that have been quiet for long, asked of their services and recorded; how many entries were new.

    Own transactions; bounded in parcels, time and statements.
    """
    found = carriage.ask_for_news(limit=limit, actor=SYSTEM)
    new = 0
    for start in range(0, len(found), MAX_NEWS):
        said = record_push(found[start : start + MAX_NEWS], actor=SYSTEM)
        new += sum(each.outcome == "recorded" for each in said)
    return new


def _box(task_id: int) -> Carried:
    view = warehouse.box(task_id)
    return carried([view.tasks], {order["number"]: order for order in view.orders})[0]


def _orders(box: Carried) -> dict[str, dict[str, Any]]:
    return orders.to_pack(sorted({task.order_number for task in box.tasks}))


def _shipment(box: Carried, known: Mapping[str, Mapping[str, Any]], weight_g: int | None) -> Shipment:
    """Raises ValidationFailed where nobody carries it there."""
    if not box.choice.carrier:
        raise ValidationFailed.one("carrier", "none", box.choice.why.zh, box.choice.why.en)
    order = known.get(box.tasks[0].order_number)
    if order is None:
        raise NotFound()
    lines = [line for task in box.tasks for line in task.lines if line.wanted]
    receiver = Party(
        order["contact_name"],
        order["contact_mobile"],
        order["province"],
        order["city"],
        order["district"],
        order["address_line"],
    )
    return Shipment(
        box.reference, order["number"], box.choice.carrier, _sender(), receiver, _goods(box.tasks)[:60],
        max(1, sum(line.wanted for line in lines)), weight_g or box.freight.weight_g,
        remark=order["buyer_note"][:100], why=box.choice.why.zh,
    )  # fmt: skip


def _goods(tasks: tuple[TaskView, ...]) -> str:
    """A note of what is in it, as carriers want one."""
    lines = [line for task in tasks for line in task.lines if line.wanted]
    if not lines:
        return "商品"
    more = f" 等 {len(lines)} 种" if len(lines) > 1 else ""
    return f"{lines[0].title[:40]}{more}"


def _sender() -> Party:
    name = mall_settings.get("fulfilment.sender_name") or mall_settings.get("mall.name")
    phone, address = (mall_settings.get(f"fulfilment.sender_{part}") for part in ("phone", "address"))
    return Party(name, phone, "", "", "", address)

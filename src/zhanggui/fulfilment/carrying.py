"""Who carries which box, and the waybills of boxes: reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhanggui.carriage import selectors as carriage
from zhanggui.carriage.types import CarrierView, Choice, Freight, WaybillView
from zhanggui.kernel import clock, mall_settings, versions
from zhanggui.kernel.i18n import Text
from zhanggui.orders import selectors as orders

from . import rules
from .types import TaskView


@dataclass(frozen=True, slots=True)
class Carried:
    """A box with who carries it and why, and its waybill if it has one. `asks`: its carrier gives numbers when asked."""

    reference: str
    tasks: tuple[TaskView, ...]
    freight: Freight
    choice: Choice
    waybill: WaybillView | None
    asks: bool


def boxes_of(tasks: Iterable[TaskView]) -> list[tuple[TaskView, ...]]:
    """Tasks by the box they share, in their order; stopped ones are in none."""
    found: dict[str, list[TaskView]] = {}
    for task in tasks:
        if task.state != "stopped":
            found.setdefault(f"{task.wave}/{task.bundle}" if task.bundle else str(task.id), []).append(task)
    return [tuple(box) for box in found.values()]


def carried(boxes: Sequence[Sequence[TaskView]], known: Mapping[str, Mapping[str, Any]] | None = None) -> list[Carried]:
    """Who carries each of these boxes, in their order. `known`: their orders as `orders.to_pack` has them (asked for if not given).

    Two statements, and the version of the carriers' book.
    """
    if not boxes:
        return []
    if known is None:
        known = orders.to_pack(sorted({task.order_number for box in boxes for task in box}))
    now = clock.now()
    freights = [freight_of(box, known, now) for box in boxes]
    references = [reference_of(box) for box in boxes]
    waybills = carriage.living(references)
    version = versions.get(carriage.VERSION)
    chosen = carriage.choose_many(freights, version=version)
    names, asking = carriage.names(version=version), carriage.asking(version=version)
    found = []
    for box, freight, reference, choice in zip(boxes, freights, references, chosen, strict=True):
        taken = _by_hand(box, choice, names)
        found.append(Carried(reference, tuple(box), freight, taken, waybills.get(reference), taken.carrier in asking))
    return found


def reference_of(box: Sequence[TaskView]) -> str:
    return rules.box_reference([{"id": task.id, "order_number": task.order_number} for task in box])


def freight_of(box: Sequence[TaskView], known: Mapping[str, Mapping[str, Any]], now: datetime) -> Freight:
    """What is to be carried. The weight is the weighed one, else what it should weigh (0 where an article's is not known)."""
    numbers = sorted({task.order_number for task in box})
    mine = [known[number] for number in numbers if number in known]
    expected = rules.expected_grams(
        [(line.weight_g, line.wanted) for task in box for line in task.lines if line.wanted],
        mall_settings.get("fulfilment.packaging_grams"),
    )
    due = min((order["dispatch_due_at"] for order in mine if order["dispatch_due_at"]), default=None)
    hours = None if due is None else max(0, int((due - now).total_seconds() // 3600))
    return Freight(
        mine[0]["province"] if mine else "",
        next((task.weight_g for task in box if task.weight_g), None) or expected or 0,
        sum(order["total"] for order in mine),
        hours,
    )


def _by_hand(box: Sequence[TaskView], choice: Choice, names: Mapping[str, CarrierView]) -> Choice:
    """What somebody has chosen for the box stands before what was chosen for its wave, and both before the rules."""
    by_hand, reason = next(((task.by_hand, task.carrier_reason) for task in box if task.by_hand), ("", ""))
    wanted = by_hand or next((task.carrier for task in box if task.carrier), "")
    if not wanted:
        return choice
    known = names.get(wanted)
    name = Text(known.name, known.name_en or known.name) if known else Text(wanted, wanted)
    why = (
        Text(f"人工选定：{reason}", f"chosen by hand: {reason}") if by_hand else Text("波次指定", "the wave's carrier")
    )
    offer = next((each for each in choice.offers if each.carrier == wanted), None)
    cost = offer.cost if offer else None
    said = Text(f"{name.zh}：{why.zh}", f"{name.en}: {why.en}")
    return Choice(wanted, "hand", said, cost, choice.offers)

"""Waves (波次): passed orders of one warehouse that are picked together, and what was not found on the shelf."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors as inventory
from zhanggui.inventory.types import PromisedUnits
from zhanggui.kernel import audit, db, ids, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services

from .. import locks
from ..errors import NothingForWave
from ..events import PickedShort, WaveMade
from ..permissions import WAVES, need
from ..rules import allotted
from ..selectors import carriers
from ..states import PICKING, SHORT

MOST = 500
KINDS = ("single", "multi", "mixed")
_TASKS = """
insert into fulfilment_task (wave_id, order_number, warehouse_id, part, bundle, basket)
select %s, t.order_number, %s, t.part, t.bundle, t.basket
from jsonb_to_recordset(%s) as t(order_number text, part int, bundle text, basket int)
order by t.basket, t.order_number, t.part returning id, order_number, part
"""
_LINES = """
insert into fulfilment_taskline (task_id, line, sku_id, sku_code, barcode, title, options, image, weight_g, quantity)
select l.task_id, l.line, l.sku_id, l.sku_code, l.barcode, l.title, l.options, l.image, l.weight_g, l.quantity
from jsonb_to_recordset(%s) as l(task_id bigint, line int, sku_id bigint, sku_code text, barcode text, title text, options text,
    image text, weight_g int, quantity int)
"""


def make_wave(
    *,
    warehouse_id: int,
    kind: str = "mixed",
    carrier: str = "",
    paid_until: datetime | None = None,
    due_until: datetime | None = None,
    limit: int = 100,
    actor: Actor,
) -> str:
    """Choose up to `limit` passed orders of a warehouse, the most urgent first, and begin with them; the wave's number.

    `kind`: orders of a single article, of several, or all. `paid_until` is the cut-off time (截单), `due_until` keeps what has to
    leave by then. From now on cancelling such an order is an after-sales case; an order cancelled in this very moment is left
    out. Opens its own transaction; its statements do not grow with the number of orders. Raises PermissionDenied,
    ValidationFailed, NothingForWave.
    """
    need(actor, WAVES)
    if kind not in KINDS:
        raise ValidationFailed.one("kind", "unknown", "没有这种波次", f"one of {', '.join(KINDS)}")
    if not 0 < limit <= MOST:
        raise ValidationFailed.one("limit", "range", f"应在 1 到 {MOST} 之间", f"must be between 1 and {MOST}")
    if warehouse_id not in {warehouse.id for warehouse in inventory.warehouses(own_only=True)}:
        raise ValidationFailed.one("warehouse_id", "unknown", "没有这个仓库", "no such warehouse")
    if carrier and carrier not in {each.code for each in carriers()}:
        raise ValidationFailed.one("carrier", "unknown", "没有这个承运商", "no such carrier")
    with transaction.atomic():
        rows = locks.take_passed(warehouse_id, kind, paid_until, due_until, limit)
        begun = order_services.claim_many([row["order_number"] for row in rows], actor=actor) if rows else set()
        chosen = [row for row in rows if row["order_number"] in begun]
        asked = {"paid_until": paid_until, "due_until": due_until, "limit": limit}
        number = ids.document_number("W")
        made = _write(number, warehouse_id, kind, carrier, asked, chosen, actor)
        if not made:
            raise NothingForWave()
        locks.taken(made, warehouse_id)
        outbox.record(WaveMade(number, made))
        audit.record(
            actor=actor, action="fulfilment.make_wave", target_type="wave", target_id=number,
            after={"kind": kind, "orders": len(made)},
        )  # fmt: skip
    return number


@db.needs_transaction
def _write(
    number: str, warehouse_id: int, kind: str, carrier: str, asked: dict[str, Any], chosen: Sequence[Mapping[str, Any]],
    actor: Actor,
) -> list[str]:  # fmt: skip
    """The wave with its tasks; the orders in it."""
    pieces: dict[str, list[PromisedUnits]] = defaultdict(list)
    for piece in inventory.promised([row["order_number"] for row in chosen]):
        if piece.warehouse_id == warehouse_id:
            pieces[piece.order_number].append(piece)
    here = [row for row in chosen if pieces[row["order_number"]]]
    if not here:
        return []
    wave = db.row(
        "insert into fulfilment_wave (number, warehouse_id, kind, carrier, asked, made_by)"
        " values (%s, %s, %s, %s, %s, %s) returning id",
        (number, warehouse_id, kind, carrier, db.Json(asked), actor.label[:200]),
    )
    assert wave is not None
    baskets: dict[str, int] = {}
    wanted = []
    for row in here:
        basket = baskets.setdefault(row["bundle"] or row["order_number"], len(baskets) + 1)
        units = {piece.line: piece.units for piece in pieces[row["order_number"]]}
        parts = [{int(line): n for line, n in part.items()} for part in row["parts"]]
        for part, box in enumerate(allotted(units, parts), 1):
            wanted.append(
                {
                    "order_number": row["order_number"],
                    "part": part,
                    "bundle": row["bundle"],
                    "basket": basket,
                    "box": box,
                }
            )
    write_tasks(wave["id"], warehouse_id, wanted, actor=actor)
    return [row["order_number"] for row in here]


@db.needs_transaction
def write_tasks(wave_id: int | None, warehouse_id: int, wanted: Sequence[dict[str, Any]], *, actor: Actor) -> list[int]:
    """Tasks with their lines, as wanted: {order_number, part, bundle, basket, box: {line: units}}; their ids. Four statements."""
    known = {
        number: {line["line"]: line for line in order["lines"]}
        for number, order in orders.to_pack(sorted({each["order_number"] for each in wanted})).items()
    }
    plain = [{name: each[name] for name in ("order_number", "part", "bundle", "basket")} for each in wanted]
    made = {
        (row["order_number"], row["part"]): row["id"]
        for row in db.rows(_TASKS, (wave_id, warehouse_id, db.Json(plain)))
    }
    lines = []
    for each in wanted:
        for line, units in each["box"].items():
            sold = known[each["order_number"]][line]
            lines.append({"task_id": made[each["order_number"], each["part"]], "quantity": units, **_line(sold)})
    facts = catalog.packing_facts(sorted({line["sku_id"] for line in lines if line["sku_id"]}))
    for line in lines:
        line["barcode"], line["weight_g"] = facts.get(line["sku_id"], ("", 0))
    db.execute(_LINES, (db.Json(lines),))
    return list(made.values())


def _line(sold: Mapping[str, Any]) -> dict[str, Any]:
    title = f"【赠品】{sold['title']}" if orders.is_gift(sold["discounts"]) else sold["title"]
    return {"line": sold["line"], "sku_id": sold["sku_id"], "sku_code": sold["sku"], "title": title[:300],
            "options": " ".join(filter(None, (sold["options"], orders.made_as(sold))))[:300], "image": sold["image"]}  # fmt: skip


_OF_SKU = """
select l.id, l.line, l.quantity - l.short - l.scanned as wanted, t.id as task_id, t.order_number from fulfilment_taskline l
join fulfilment_task t on t.id = l.task_id
where t.wave_id = %s and t.state in ('picking', 'short') and l.sku_code = %s and l.quantity > l.short + l.scanned
order by t.basket desc, t.id desc, l.line desc
"""


def report_short(wave: str, sku_code: str, missing: int, *, actor: Actor) -> list[str]:
    """So many units of an article were not found while picking a wave; the orders that go short: those due last.

    Opens its own transaction. Each is announced. Raises PermissionDenied, NotFound, ValidationFailed (more than still wanted).
    """
    need(actor, WAVES)
    with transaction.atomic():
        held = locks.hold_wave(wave)
        if held is None:
            raise NotFound()
        tasks = [row["task_id"] for row in db.rows(_OF_SKU, (held["id"], sku_code))]
        locks.hold_tasks(tasks)
        lines = db.rows(_OF_SKU, (held["id"], sku_code))
        wanted = sum(line["wanted"] for line in lines)
        if not 0 < missing <= wanted:
            raise ValidationFailed.one(
                "missing",
                "range",
                f"应在 1 到 {wanted} 之间：还要拣 {wanted} 件",
                f"between 1 and {wanted}: so many are wanted",
            )
        short: dict[str, list[dict[str, int]]] = {}
        rows, touched, left = [], set(), missing
        for line in lines:
            if left <= 0:
                break
            units = min(left, line["wanted"])
            left -= units
            rows.append({"id": line["id"], "units": units})
            touched.add(line["task_id"])
            short.setdefault(line["order_number"], []).append({"line": line["line"], "quantity": units})
        db.execute(
            "update fulfilment_taskline l set short = l.short + r.units from jsonb_to_recordset(%s) as r(id bigint, units int)"
            " where l.id = r.id",
            (db.Json(rows),),
        )
        db.execute("update fulfilment_task set state = %s where id = any(%s)", (SHORT, sorted(touched)))
        outbox.record(*[PickedShort(number, sku_code, gone) for number, gone in short.items()])
        audit.record(
            actor=actor, action="fulfilment.report_short", target_type="wave", target_id=wave,
            after={"sku": sku_code, "missing": missing, "orders": sorted(short)},
        )  # fmt: skip
    return sorted(short)


def resume(task_id: int, *, found: bool, actor: Actor) -> None:
    """A task with missing units goes on: they were found, or the rest is to leave without them. Opens its own transaction.

    Raises PermissionDenied, NotFound, ValidationFailed (nothing is left to pack).
    """
    need(actor, WAVES)
    with transaction.atomic():
        tasks = locks.hold_tasks([task_id])
        if not tasks:
            raise NotFound()
        if tasks[0]["state"] != SHORT:
            return
        if found:
            db.execute("update fulfilment_taskline set short = 0 where task_id = %s", (task_id,))
        elif not db.row(
            "select 1 from fulfilment_taskline where task_id = %s and quantity > short limit 1", (task_id,)
        ):
            raise ValidationFailed.one(
                "", "nothing", "这一单没有可先发的商品", "nothing of this order is there to be sent"
            )
        db.execute("update fulfilment_task set state = %s where id = %s", (PICKING, task_id))
        audit.record(
            actor=actor, action="fulfilment.resume_task", target_type="order", target_id=tasks[0]["order_number"],
            after={"found": found},
        )  # fmt: skip

"""The bench of the workshop: how many units may be waiting to be made, and their way onto a shelf once they are.

The bench is a warehouse of kind `workshop`: what lies there are places, not goods. An order that is to be made holds places; what is
made is received elsewhere and held for the same line, and the places are free again.
"""

from collections.abc import Mapping

from django.db import transaction

from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound, ValidationFailed

from .. import locks
from ..types import WORKSHOP, ShipLine
from .orders import release_lines
from .shelf import refuse
from .stowing import MAX_QUANTITY
from .warehouses import save_warehouse

BENCH_CODE = "workshop"
_NOTE = "places at the bench"


def set_bench(places: Mapping[int, int], *, actor: Actor) -> None:
    """How many units of each SKU may wait to be made at once; never fewer than already do. Opens its own transaction.

    Raises ValidationFailed.
    """
    if not places:
        return
    if any(not 0 <= units <= MAX_QUANTITY for units in places.values()):
        raise ValidationFailed.one("bench", "range", f"应为 0 到 {MAX_QUANTITY}", f"from 0 to {MAX_QUANTITY}")
    with transaction.atomic():
        bench = _bench(actor)
        held = locks.hold([(sku, bench) for sku in places])
        rows = [
            {
                "row": n, "sku_id": sku, "warehouse_id": bench, "target": max(units, held[sku, bench]["reserved"]), "kind": "adjust",
                "reason": _NOTE,
            }
            for n, (sku, units) in enumerate(sorted(places.items()))
        ]  # fmt: skip
        refuse(locks.change(rows, actor), "target")


@db.needs_transaction
def receive_made(order_number: str, line: int, warehouse_id: int, *, actor: Actor) -> int:
    """What a line still holds at the bench is made: received in this warehouse and held there for the line; the units.

    Needs a transaction. Raises ValidationFailed (no warehouse of ours), NotFound (nothing of it is to be made).
    """
    if db.row("select 1 from inventory_warehouse where id = %s and kind = 'own' and active", (warehouse_id,)) is None:
        raise ValidationFailed.one("warehouse_id", "unknown", "没有这个仓库", "no such warehouse")
    pieces = db.rows(
        "select l.sku_id, l.warehouse_id from inventory_reservation r join inventory_level l on l.id = r.level_id"
        " join inventory_warehouse w on w.id = l.warehouse_id"
        " where r.order_number = %s and r.line = %s and w.kind = %s",
        (order_number, line, WORKSHOP),
    )
    if not pieces:
        raise NotFound()
    sku, bench = pieces[0]["sku_id"], pieces[0]["warehouse_id"]
    locks.hold([(sku, bench), (sku, warehouse_id)])
    held = [each for each in locks.hold_promised([order_number]) if each["line"] == line]
    units = sum(each["units"] for each in held if each["warehouse_id"] == bench)
    if units == 0:
        raise NotFound()
    release_lines([ShipLine(order_number, line, units)], actor=actor)
    refuse(
        locks.change(
            [
                {
                    "row": 0, "sku_id": sku, "warehouse_id": warehouse_id, "delta": units, "kind": "receive",
                    "reference": order_number, "reason": "made to order",
                }
            ],
            actor,
        )
    )  # fmt: skip
    locks.reserve(
        [{"order_number": order_number, "line": line, "sku_id": sku, "warehouse_id": warehouse_id, "quantity": units}]
    )
    return units


def _bench(actor: Actor) -> int:
    found = db.row("select id from inventory_warehouse where kind = %s order by id limit 1", (WORKSHOP,))
    if found is not None:
        return int(found["id"])
    return save_warehouse(code=BENCH_CODE, name="制作台（定制名额）", priority=9_999, kind=WORKSHOP, actor=actor)

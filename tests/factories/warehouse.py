"""Orders on their way through the warehouse, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from tests.factories.shop import HOME, attempt, wants
from zhanggui.checkout.types import Delivery
from zhanggui.fulfilment import selectors, services
from zhanggui.fulfilment.types import BoxView
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor

RIGHTS = frozenset(f"fulfilment.{right}" for right in ("review", "waves", "pack", "print", "inserts", "ship"))
FOREMAN = Actor("staff", 7, "foreman", RIGHTS | {"orders.change_receiver"})
ANN = Actor("staff", 8, "Ann", RIGHTS)
BOB = Actor("staff", 9, "Bob", RIGHTS)
_house = count(1)
_waybill = count(1)


def somewhere(**changes: Any) -> Delivery:
    """A delivery to a house nobody else has ordered to, by a buyer of its own."""
    n = next(_house)
    given = {"mobile": f"139{n:08d}", "line": f"文三路 {n} 号"} | changes
    return Delivery(**{name: given.get(name, getattr(HOME, name)) for name in HOME.__dataclass_fields__})


def paid(*lines: tuple[str, int], note: str = "", **more: Any) -> str:
    """A paid order to a house of its own."""
    command = wants(*lines, **({"delivery": somewhere()} | more))
    [made] = attempt(replace(command, note=note))
    assert not isinstance(made, BaseException), made
    return made.number


def reviewed(*lines: tuple[str, int], **more: Any) -> str:
    """A paid order the review has passed."""
    number = paid(*lines, **more)
    assert services.review([number]) == {number: "passed"}
    return number


def warehouse() -> int:
    return inventory.warehouses()[0].id


def wave(**asked: Any) -> str:
    """A wave of all that is passed, unless `asked` says otherwise."""
    return services.make_wave(warehouse_id=asked.pop("warehouse_id", 0) or warehouse(), actor=FOREMAN, **asked)


def orders_in(wave_number: str) -> list[str]:
    return [task.order_number for task in selectors.warehouse.tasks_of(wave_number)]


def scan_all(task_id: int, packer: Actor = ANN) -> BoxView:
    """Every article of a box, one after the other."""
    for task in selectors.warehouse.box(task_id).tasks:
        for line in task.lines:
            for _ in range(line.wanted - line.scanned):
                services.scan(task_id, line.sku_code, actor=packer)
    return selectors.warehouse.box(task_id)


def close(task_id: int, packer: Actor = ANN, **more: Any) -> list[str]:
    waybill = more.pop("waybill_no", "") or f"PK{next(_waybill):010d}"
    return services.close_box(task_id, carrier="SF", waybill_no=waybill, actor=packer, **more)


def pack(number: str, packer: Actor = ANN) -> list[str]:
    """An order from the shelf into its parcel; the parcels' numbers."""
    task_id = services.open_box(number, actor=packer)
    scan_all(task_id, packer)
    return close(task_id, packer)


def weigh(grams: int, skus: Sequence[str]) -> None:
    """So many grams a unit of these articles weighs."""
    db.execute("update catalog_sku set weight_g = %s where code = any(%s)", (grams, list(skus)))

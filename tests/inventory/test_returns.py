"""What comes back is booked by shelf, batch and serial number: sold again, kept as damaged, or written off."""

import pytest
from django.db import transaction

from tests.factories.inventory import KEEPER, main_warehouse, stocked, wish
from zhanggui.inventory import selectors, services
from zhanggui.inventory.errors import SerialElsewhere
from zhanggui.inventory.types import Pick, ReturnRow, ShipLine, StockRow
from zhanggui.kernel import db, invariants
from zhanggui.kernel.problems import ValidationFailed

pytestmark = pytest.mark.django_db


def back(*rows: ReturnRow) -> None:
    with transaction.atomic():
        services.return_to_stock(rows, reference="C1", actor=KEEPER)


def test_units_with_serials_and_batches_come_back_as_they_left():
    (sku,) = stocked(0)
    services.set_tracking(sku, batches=True, serials=True, actor=KEEPER)
    house = main_warehouse()
    services.receive(
        [StockRow(sku, 4, house, batch="B1", serials=("S1", "S2", "S3", "S4"))], actor=KEEPER, reference="R1"
    )
    services.reserve([wish("A", sku, 3)], actor=KEEPER)
    (batch,) = {row.batch_id for row in selectors.placements(sku_id=sku) if row.batch_id}
    with transaction.atomic():
        pick = Pick("A", 1, house, 3, None, batch, ("S1", "S2", "S3"))
        services.ship([ShipLine("A", 1, 3, "P1")], picks=[pick], actor=KEEPER)
    with pytest.raises(ValidationFailed):
        back(ReturnRow(sku, 1, batch="B1"))  # which one is it?
    with pytest.raises(SerialElsewhere):
        back(ReturnRow(sku, 1, batch="B1", serials=("S4",)))  # it never left
    back(
        ReturnRow(sku, 1, batch="B1", serials=("S1",)),
        ReturnRow(sku, 1, batch="B1", serials=("S2",), kept=True),
        ReturnRow(sku, 1, batch="B1", serials=("S3",), damaged=True),
    )
    (state,) = selectors.states([sku])
    assert (state.on_hand, state.damaged, state.available) == (3, 1, 2)
    states = {row["number"]: row["state"] for row in db.rows("select number, state from inventory_serial")}
    assert states == {"S1": "stock", "S2": "damaged", "S3": "gone", "S4": "stock"}
    assert invariants.check() == []

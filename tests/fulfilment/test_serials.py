"""Articles with serial numbers at the packing table: each scan is one very article, and the parcel knows which left."""

from __future__ import annotations

import pytest

from tests.factories.inventory import KEEPER, main_warehouse, track
from tests.factories.shop import goods
from tests.factories.warehouse import ANN, BOB, close, reviewed, wave
from zhanggui.catalog import selectors as catalog
from zhanggui.fulfilment import selectors, services
from zhanggui.fulfilment.errors import PackingStopped
from zhanggui.inventory import selectors as inventory
from zhanggui.inventory import services as stock
from zhanggui.inventory.types import StockRow
from zhanggui.kernel import invariants

pytestmark = pytest.mark.django_db


def stops(task: int, code: str, packer=ANN) -> str:
    with pytest.raises(PackingStopped) as stopped:
        services.scan(task, code, actor=packer)
    assert all("{" not in stopped.value.detail(lang) for lang in ("zh", "en"))
    return stopped.value.extra["stop"]


def test_each_scan_is_one_very_article_and_wrong_ones_stop():
    phone, tea, other = goods(1000, 2000, 3000, stock=0)
    ids = {each.code: each.sku_id for each in catalog.sellable_by_code([phone, tea, other])}
    house = main_warehouse()
    for code, serials in ((phone, ("P1", "P2", "P3", "P4")), (other, ("X1",))):
        track(ids[code], serials=True)
        stock.receive([StockRow(ids[code], len(serials), house, serials=serials)], actor=KEEPER)
    stock.receive([StockRow(ids[tea], 5, house)], actor=KEEPER)
    first, second = reviewed((phone, 2), (tea, 1)), reviewed((phone, 1))
    wave()
    task, later = services.open_box(first, actor=ANN), services.open_box(second, actor=BOB)
    assert stops(task, phone) == "serial_wanted"  # the article's code says not which one
    assert stops(task, "X1") == "serial_foreign"
    assert services.scan(task, "P2", actor=ANN).scanned == 1
    assert stops(task, "P2") == "serial_twice"
    assert stops(later, "P2", BOB) == "serial_gone"  # it lies in Ann's box
    assert services.scan(later, "P1", actor=BOB).scanned == 1
    close(later, BOB)
    assert stops(task, "P1") == "serial_gone"  # sold
    services.empty_box(task, actor=ANN)
    for code in ("P3", "P2", tea):
        services.scan(task, code, actor=ANN)
    assert stops(task, "P4") == "too_many"
    assert stops(task, "P9") == "wrong_item"
    [parcel] = close(task)
    assert selectors.serials_of(first) == {1: ["P2", "P3"]}
    assert selectors.parcel(parcel).lines[0].serials == ("P3", "P2")
    assert {each.number: each.state for each in (inventory.serials(n)[0] for n in ("P1", "P2", "P3", "P4"))} == {
        "P1": "shipped", "P2": "shipped", "P3": "shipped", "P4": "stock"
    }  # fmt: skip
    assert inventory.serials("P2")[0].reference == parcel
    assert invariants.check() == []

"""What sells and what does not: slow sellers in their order, however many sell; how much of the shop moves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories.catalog import make_product
from zhanggui.catalog import assortment, services
from zhanggui.catalog.types import SkuStock
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("at_first", [1, 40])
def test_slow_sellers_come_fewest_first_and_the_longest_listed_before_others(
    monkeypatch: pytest.MonkeyPatch, at_first: int
) -> None:
    monkeypatch.setattr(assortment, "AT_FIRST", at_first)
    now = clock.now()
    days = {"a": 90, "b": 80, "c": 70, "d": 60, "e": 50, "new": 3, "gone": 99}
    made = {name: make_product(name) for name in days}
    for name, product in made.items():
        db.execute(
            "update catalog_listing set listed_at = %s where product_id = %s",
            (now - timedelta(days=days[name]), product.id),
        )
    services.set_listing_stock(
        [SkuStock(sku.id, name != "gone") for name, p in made.items() for sku in p.skus], actor=SYSTEM
    )
    names = {product.id: name for name, product in made.items()}

    def slowest(units: dict[str, int], limit: int) -> list[tuple[str, int]]:
        found = assortment.slowest(
            {made[name].id: n for name, n in units.items()}, listed_before=now - timedelta(days=28), limit=limit
        )
        return [(names[row["product_id"]], row["units"]) for row in found]

    assert slowest({}, 3) == [("a", 0), ("b", 0), ("c", 0)]
    assert slowest({"a": 2, "c": 1}, 3) == [("b", 0), ("d", 0), ("e", 0)]
    everything = {"a": 2, "b": 2, "c": 1, "d": 7, "gone": 1, "new": 1}
    assert slowest(everything, 3) == [("e", 0), ("c", 1), ("a", 2)]
    assert slowest(everything, 9) == [("e", 0), ("c", 1), ("a", 2), ("b", 2), ("d", 7)]


def test_how_much_of_the_shop_moves() -> None:
    assert assortment.moving([1, 2]) == (0, 0)
    made = [make_product().id for _ in range(3)]
    assert assortment.moving([made[0], made[2], made[2] + 1, 10**12]) == (3, 2)

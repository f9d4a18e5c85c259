"""A mall with goods whose every word is true, and a check that runs in the test's own process."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import shop
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.pledges import selectors, services
from zhanggui.pledges.types import CheckView, DifferenceView


class Mall:
    """`check` looks the whole mall over, `open` is what differs now as (place, what)."""

    def check(self) -> CheckView:
        services.start_check(actor=SYSTEM)
        services.run_waiting()
        found = selectors.last_check()
        assert found is not None
        assert found.status == "finished", found.failure
        return found

    def open(self) -> list[DifferenceView]:
        return selectors.differences(state="open", limit=100).items

    def told(self) -> set[tuple[str, str]]:
        return {(each.place, each.what) for each in self.open()}


@pytest.fixture
def mall() -> Mall:
    shop.open_shop()
    return Mall()


@pytest.fixture
def product(mall: Mall):
    """A listed product with one SKU, at 100.00 since the day before yesterday: (product id, sku id, code, slug)."""
    with clock.at(clock.now() - timedelta(days=2)):
        code = shop.goods(10000)[0]
    sku = catalog.sellable_by_code([code])[0]
    return sku.product_id, sku.sku_id, code, catalog.slugs([sku.product_id])[sku.product_id]

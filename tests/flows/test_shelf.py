"""What stands on the shelf: listed by the clock when priced and stocked, off it when the last unit is sold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories.catalog import make_product
from tests.factories.inventory import put
from tests.factories.shop import buy, open_shop
from zhanggui.catalog import selectors, services
from zhanggui.catalog.types import SearchFilters
from zhanggui.kernel import clock, mall_settings, outbox
from zhanggui.kernel.actor import SYSTEM
from zhanggui.pricing import services as pricing

pytestmark = pytest.mark.django_db


def scheduled() -> tuple[int, int, str]:
    product = make_product("绿萝", listed=False)
    services.submit_review(product.id, actor=SYSTEM)
    services.approve(product.id, actor=SYSTEM)
    services.schedule(product.id, list_at=clock.now() - timedelta(minutes=1), delist_at=None, actor=SYSTEM)
    return product.id, product.skus[0].id, product.skus[0].code


def test_the_clock_lists_what_has_a_price_and_stock_and_nothing_else() -> None:
    open_shop()
    ready, sku_id, _ = scheduled()
    unready, _, _ = scheduled()
    pricing.set_price(sku_id, list_price=2500, sale_price=1900, reason="new", actor=SYSTEM)
    put({sku_id: 3})
    assert services.run_schedule(actor=SYSTEM) == (1, 0)
    item = selectors.search(SearchFilters(q="lvluo", in_stock=True)).items[0]
    assert (item.id, item.price, item.list_price) == (ready, 1900, 2500)
    assert selectors.product(unready).schedule_problem


def test_the_last_unit_sold_marks_the_list_and_delists_where_the_mall_wants_it() -> None:
    open_shop()
    _, sku_id, code = scheduled()
    pricing.set_price(sku_id, list_price=1900, reason="new", actor=SYSTEM)
    put({sku_id: 2})
    services.run_schedule(actor=SYSTEM)
    mall_settings.put("catalog.delist_sold_out", True, actor=SYSTEM)
    buy((code, 1))
    outbox.drain()
    assert selectors.search(SearchFilters(in_stock=True)).items
    buy((code, 1))
    outbox.drain()
    assert selectors.search(SearchFilters()).items == []
    assert selectors.sellable_by_code([code])[0].reason == "not_listed"

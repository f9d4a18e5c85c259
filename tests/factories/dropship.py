"""Suppliers who send for us, what they hold, and orders of it. All through the services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.factories import procurement as buying
from tests.factories import shop
from tests.factories.warehouse import paid
from zhanggui.catalog import selectors as catalog
from zhanggui.dropship import selectors, services
from zhanggui.dropship.types import ReturnTo, Stated, SupplierOrderView
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel.actor import SYSTEM
from zhanggui.procurement import services as procurement
from zhanggui.procurement.types import OfferingDraft

RETURNS = ReturnTo("退货部", "0571-88880000", "浙江省杭州市余杭区良渚街道 9 号")


def partner(**more: Any) -> int:
    """A supplier who sends for us; his id."""
    made = buying.supplier(mode="dropship", **more)
    services.open_partner(made, return_to=RETURNS, actor=SYSTEM)
    return made


def sends(supplier_id: int, *prices: int, stock: int = 10, agreed: int = 4000, hours: int | None = None) -> list[str]:
    """Goods at these prices that this supplier sends and has so many of; their codes."""
    codes = shop.goods(*prices, stock=0)
    skus = [buying.sku_id(code) for code in codes]
    products = [catalog.sellable_by_code([code])[0].product_id for code in codes]
    services.set_supply(products, "dropshipped", promise_hours=hours, actor=SYSTEM)
    for sku in skus:
        procurement.put_offering(supplier_id, OfferingDraft(sku, f"X{sku}"), actor=SYSTEM)
        if agreed:
            buying.agree(supplier_id, sku, (1, agreed))
    holds(supplier_id, codes, stock)
    return codes


def holds(supplier_id: int, codes: Sequence[str], units: int) -> list[tuple[int, int]]:
    """He says he has so many of each; what is missing of which SKU."""
    rows = [Stated(buying.sku_id(code), units) for code in codes]
    return [tuple(each) for each in services.state_stock(supplier_id, rows, actor=SYSTEM)]


def ordered(*lines: tuple[str, int], **more: Any) -> tuple[str, SupplierOrderView]:
    """A paid order, and what its first supplier was told of it."""
    number = paid(*lines, **more)
    services.follow([number])
    return number, selectors.of_order(number)[0]


def view(number: str) -> SupplierOrderView:
    return selectors.supplier_order(number)


def secret(supplier_id: int) -> str:
    found = selectors.partner(supplier_id)
    assert found is not None
    return selectors.desk_link(found).rpartition("/")[2]


def place_of(supplier_id: int) -> int:
    found = selectors.partner(supplier_id)
    assert found is not None
    return found.warehouse_id


def lying(code: str) -> tuple[int, int]:
    """(on hand, reserved) of a SKU over all places."""
    levels = inventory.levels([buying.sku_id(code)])
    return sum(level.on_hand for level in levels), sum(level.reserved for level in levels)

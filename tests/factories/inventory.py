"""Stock for tests."""

from __future__ import annotations

from tests.factories.skus import make_sku_ids
from zhanggui.inventory import services
from zhanggui.inventory.types import ReserveLine, StockRow
from zhanggui.kernel.actor import SYSTEM, Actor

KEEPER = Actor("staff", 1, "warehouse keeper")


def main_warehouse() -> int:
    return services.ensure_default_warehouse(actor=SYSTEM)


def make_warehouse(code: str, *, priority: int = 100, active: bool = True) -> int:
    return services.save_warehouse(code=code, name=f"Warehouse {code}", priority=priority, active=active, actor=KEEPER)


def stocked(*quantities: int, warehouse_id: int | None = None) -> list[int]:
    """New SKUs with so many units each; their ids."""
    skus = make_sku_ids(len(quantities))
    put(dict(zip(skus, quantities, strict=True)), warehouse_id=warehouse_id)
    return skus


def put(quantities: dict[int, int], *, warehouse_id: int | None = None) -> None:
    """Set what lies there, by SKU."""
    rows = [StockRow(sku, quantity, warehouse_id) for sku, quantity in quantities.items()]
    services.set_on_hand(rows, actor=KEEPER, reason="opening stock")


def wish(
    number: str, sku_id: int, quantity: int = 1, *, draft: int = 0, line: int = 1, warehouse_id: int | None = None
) -> ReserveLine:
    """An order's wish, from the main warehouse unless another is named."""
    return ReserveLine(
        number, line, sku_id, main_warehouse() if warehouse_id is None else warehouse_id, quantity, draft
    )

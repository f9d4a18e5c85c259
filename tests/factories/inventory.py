"""Stock for tests."""

from __future__ import annotations

from tests.factories.skus import make_sku_ids
from zhanggui.inventory import selectors, services
from zhanggui.inventory.types import LocationDraft, ReserveLine, StockRow
from zhanggui.kernel.actor import SYSTEM, Actor

KEEPER = Actor(
    "staff",
    1,
    "warehouse keeper",
    frozenset({"inventory.change", "inventory.warehouses", "inventory.transfer", "inventory.lock"}),
)


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


def make_locations(warehouse_id: int, **kinds: str) -> dict[str, int]:
    """Shelves by code (underscores for hyphens) and kind, walked in the order given; their ids by code."""
    drafts = [LocationDraft(code.replace("_", "-"), kind, walk) for walk, (code, kind) in enumerate(kinds.items())]
    services.save_locations(warehouse_id, drafts, actor=KEEPER)
    return {view.code: view.id for view in selectors.locations(warehouse_id).items}


def track(sku_id: int, *, batches: bool = False, serials: bool = False, unsold_days: int | None = None) -> None:
    services.set_tracking(sku_id, batches=batches, serials=serials, unsold_days=unsold_days, actor=KEEPER)


def lying(sku_id: int) -> dict[tuple[str, str, str], int]:
    """Units of a SKU by (shelf, batch, state), over all warehouses."""
    found: dict[tuple[str, str, str], int] = {}
    for view in selectors.placements(sku_id=sku_id):
        key = (view.location, view.batch, view.state)
        found[key] = found.get(key, 0) + view.quantity
    return found

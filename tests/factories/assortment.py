"""The assortment as tests need it, made through services."""

from __future__ import annotations

from tests.factories import shop
from zhanggui.assortment import services
from zhanggui.assortment.types import Band, Match, ShelfPlan
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel.actor import SYSTEM


def product_of(code: str) -> int:
    return int(catalog.sellable_by_code([code])[0].product_id)


def products(*prices: int, **more: object) -> list[int]:
    """Listed products with stock, at these prices."""
    return [product_of(code) for code in shop.goods(*prices, **more)]  # type: ignore[arg-type]


def give(role: str, *product_ids: int, reason: str = "开季") -> list[int]:
    return services.set_role(product_ids, role, given=True, reason=reason, actor=SYSTEM)


def match(product_id: int, other_id: int, reason: str = "", script: str = "", reason_en: str = "") -> None:
    services.put_match(product_id, Match(other_id, reason, reason_en, script), actor=SYSTEM)


def plan(category_id: int = 0, **more: object) -> ShelfPlan:
    """Half below 100, half from there on."""
    asked = {
        "breadth": 10,
        "depth": 2,
        "stock": 20,
        "bands": (Band(0, 10_000, 5_000), Band(10_000, None, 5_000)),
    } | more
    made = ShelfPlan(category_id, **asked)  # type: ignore[arg-type]
    services.save_plan(made, actor=SYSTEM)
    return made

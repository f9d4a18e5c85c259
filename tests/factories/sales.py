"""Orders as history: whole rows at any time and in any state, which the selling path could never make at will."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import count

from zhanggui.kernel import db

_number = count(1)
PAID_STATES = ("paid", "fulfilling", "shipped", "delivered", "completed", "refunded")


@dataclass(frozen=True, slots=True)
class Line:
    """Minor units; `cost` for each unit, None unknown."""

    unit_price: int
    quantity: int = 1
    cost: int | None = None
    discount: int = 0
    sku: str = "SKU-1"
    product_id: int | None = None
    sku_id: int | None = None
    title: str = "绿萝"
    shipped: int | None = None
    refunded: int = 0


def sell(
    at: datetime,
    *lines: Line,
    status: str = "completed",
    paid: bool | None = None,
    member_id: int | None = None,
    currency: str = "CNY",
    shipping: int = 0,
    province: str = "",
    source: str = "",
    holder: str = "",
) -> str:
    """One order placed at `at`; its number."""
    number = f"H{next(_number):08d}"
    items = sum(line.quantity * line.unit_price for line in lines)
    discount = sum(line.discount for line in lines)
    total = items - discount + shipping
    is_paid = status in PAID_STATES if paid is None else paid
    order = db.row(
        """insert into orders_order (number, status, member_id, holder, source, origin, external_id, currency, items_total,
            discount_total, shipping_total, total, paid_total, province, placed_at, paid_at)
        values (%s, %s, %s, %s, %s, 'test', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning id""",
        (number, status, member_id, holder, source, number, currency, items, discount, shipping, total,
         total if is_paid else 0, province, at, at if is_paid else None),
    )  # fmt: skip
    assert order is not None
    for position, line in enumerate(lines, start=1):
        shipped = line.shipped if line.shipped is not None else line.quantity if status in PAID_STATES[2:] else 0
        _insert_line(order["id"], position, line, shipped)
    return number


def _insert_line(order_id: int, position: int, line: Line, shipped: int) -> None:
    payable = line.quantity * line.unit_price - line.discount
    db.execute(
        """insert into orders_orderline (order_id, position, product_id, sku_id, sku_code, title, quantity, list_price, unit_price,
            cost, discount, payable, discounts, shipped_quantity, refunded_quantity, refunded_amount)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        (order_id, position, line.product_id, line.sku_id, line.sku, line.title, line.quantity, line.unit_price, line.unit_price,
         line.cost, line.discount, payable, db.Json([{"amount": line.discount}] if line.discount else []), shipped,
         line.refunded, payable * line.refunded // line.quantity),
    )  # fmt: skip

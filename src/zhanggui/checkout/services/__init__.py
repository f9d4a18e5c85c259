"""The writes of checkout."""

from .carts import (
    add_lines,
    apply_coupon,
    change_line,
    create_cart,
    drop_coupon,
    forget_carts,
    remove_line,
    set_delivery,
)
from .place_order import buy, buy_async, place_orders

__all__ = [
    "add_lines",
    "apply_coupon",
    "buy",
    "buy_async",
    "change_line",
    "create_cart",
    "drop_coupon",
    "forget_carts",
    "place_orders",
    "remove_line",
    "set_delivery",
]

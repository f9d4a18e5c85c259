"""The writes of checkout."""

from .carts import (
    CartCommand,
    adding,
    change_cart,
    change_cart_async,
    change_carts,
    changing,
    creating,
    delivering,
    dropping_coupon,
    forget_carts,
    showing,
    using_coupon,
)
from .place_order import buy, buy_async, place_orders

__all__ = [
    "CartCommand",
    "adding",
    "buy",
    "buy_async",
    "change_cart",
    "change_cart_async",
    "change_carts",
    "changing",
    "creating",
    "delivering",
    "dropping_coupon",
    "forget_carts",
    "place_orders",
    "showing",
    "using_coupon",
]

"""The writes of checkout."""

from .carts import (
    CartCommand,
    accepting,
    adding,
    change_cart,
    change_cart_async,
    change_carts,
    changing,
    creating,
    delivering,
    dropping_coupon,
    forget_carts,
    joining,
    laying_aside,
    showing,
    using_coupon,
    using_points,
)
from .place_order import buy, buy_async, place_orders

__all__ = [
    "CartCommand",
    "accepting",
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
    "joining",
    "laying_aside",
    "place_orders",
    "showing",
    "using_coupon",
    "using_points",
]

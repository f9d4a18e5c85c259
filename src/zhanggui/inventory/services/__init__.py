"""What can be done with stock. Each opens its own transaction unless it says that it needs one."""

from .orders import admit, release, release_lines, reserve, return_to_stock, ship
from .shelf import adjust, receive, send_back, set_on_hand, write_off
from .warehouses import ensure_default_warehouse, save_warehouse

__all__ = [
    "adjust",
    "admit",
    "ensure_default_warehouse",
    "receive",
    "release",
    "release_lines",
    "reserve",
    "return_to_stock",
    "save_warehouse",
    "send_back",
    "set_on_hand",
    "ship",
    "write_off",
]

"""What can be done with stock. Each opens its own transaction unless it says that it needs one."""

from .keeping import damage, date_batch, expire, mend, move, scrap
from .labels import print_locations
from .locations import name_serials, save_locations, set_tracking
from .orders import admit, release, release_lines, reserve, return_to_stock, ship
from .samples import return_sample, take_sample
from .shelf import adjust, receive, send_back, set_on_hand, write_off
from .stock_locks import lock, unlock, unlock_due
from .transfers import cancel_transfer, close_transfer, draft_transfer, receive_transfer, send_transfer
from .warehouses import ensure_default_warehouse, save_warehouse

__all__ = [
    "adjust",
    "admit",
    "cancel_transfer",
    "close_transfer",
    "damage",
    "date_batch",
    "draft_transfer",
    "ensure_default_warehouse",
    "expire",
    "lock",
    "mend",
    "move",
    "name_serials",
    "print_locations",
    "receive",
    "receive_transfer",
    "release",
    "release_lines",
    "reserve",
    "return_sample",
    "return_to_stock",
    "save_locations",
    "save_warehouse",
    "scrap",
    "send_back",
    "send_transfer",
    "set_on_hand",
    "set_tracking",
    "ship",
    "take_sample",
    "unlock",
    "unlock_due",
    "write_off",
]

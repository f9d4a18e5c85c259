"""What can be done with stock. Each opens its own transaction unless it says that it needs one."""

from .alerts import look_for_alerts, set_alert_limits
from .count_files import add_count_file
from .counts import (
    approve_count,
    bind_unit_values,
    cancel_count,
    close_count,
    count,
    count_rest_as_none,
    explain_count,
    post_count,
    reopen_count,
    start_count,
    submit_count,
)
from .keeping import damage, date_batch, expire, mend, move, scrap, send_damaged_back
from .labels import print_locations
from .locations import name_serials, save_locations, set_tracking
from .making import receive_made, set_bench
from .orders import admit, release, release_lines, reserve, return_to_stock, ship
from .samples import return_sample, take_sample
from .shelf import adjust, receive, send_back, set_on_hand, write_off
from .stock_locks import lock, unlock, unlock_due
from .transfers import cancel_transfer, close_transfer, draft_transfer, receive_transfer, send_transfer
from .warehouses import ensure_default_warehouse, save_warehouse

__all__ = [
    "add_count_file",
    "adjust",
    "admit",
    "approve_count",
    "bind_unit_values",
    "cancel_count",
    "cancel_transfer",
    "close_count",
    "close_transfer",
    "count",
    "count_rest_as_none",
    "damage",
    "date_batch",
    "draft_transfer",
    "ensure_default_warehouse",
    "expire",
    "explain_count",
    "lock",
    "look_for_alerts",
    "mend",
    "move",
    "name_serials",
    "post_count",
    "print_locations",
    "receive",
    "receive_made",
    "receive_transfer",
    "release",
    "release_lines",
    "reopen_count",
    "reserve",
    "return_sample",
    "return_to_stock",
    "save_locations",
    "save_warehouse",
    "scrap",
    "send_back",
    "send_damaged_back",
    "send_transfer",
    "set_alert_limits",
    "set_bench",
    "set_on_hand",
    "set_tracking",
    "ship",
    "start_count",
    "submit_count",
    "take_sample",
    "unlock",
    "unlock_due",
    "write_off",
]

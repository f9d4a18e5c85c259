"""What the warehouse does and the carriers tell."""

from .carriers import save_carrier
from .dispatch import hand_over, ship, start_picking
from .printing import print_labels, print_slips
from .tracking import hold_parcels, record_tracking, settle_delivery

__all__ = [
    "hand_over",
    "hold_parcels",
    "print_labels",
    "print_slips",
    "record_tracking",
    "save_carrier",
    "settle_delivery",
    "ship",
    "start_picking",
]

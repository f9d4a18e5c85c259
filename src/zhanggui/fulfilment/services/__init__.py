"""What the warehouse does and the carriers tell."""

from .carriers import save_carrier
from .dispatch import hand_over, ship, start_picking
from .tracking import record_tracking

__all__ = ["hand_over", "record_tracking", "save_carrier", "ship", "start_picking"]

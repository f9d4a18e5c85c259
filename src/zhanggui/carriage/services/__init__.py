"""What can be done with carriers, lanes and waybills."""

from .carriers import fill_usual, save_carrier, save_lanes

__all__ = ["fill_usual", "save_carrier", "save_lanes"]

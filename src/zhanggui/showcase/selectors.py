"""The door: what is shown as data, what an address asks for, and the memory for what was made of it."""

from .asking import asked
from .exhibits import as_exhibit, as_shelf, crumb, exhibit, shelf, tile
from .live import Kept, Live, Page, Price, cheapest

__all__ = [
    "Kept", "Live", "Page", "Price", "as_exhibit", "as_shelf", "asked", "cheapest", "crumb", "exhibit", "shelf", "tile",
]  # fmt: skip

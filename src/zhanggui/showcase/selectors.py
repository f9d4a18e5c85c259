"""The door: what is shown as data, what an address asks for, and the memory for what was made of it."""

from .asking import asked
from .company import bought_together, goes_with
from .exhibits import as_exhibit, as_shelf, bestsellers, crumb, exhibit, shelf, sponsored_spots, tile
from .live import Kept, Live, Page, Price, cheapest, live
from .offers import offer, struck_prices

__all__ = [
    "Kept", "Live", "Page", "Price", "as_exhibit", "as_shelf", "asked", "bestsellers", "bought_together", "cheapest", "crumb", "exhibit",
    "goes_with", "live", "offer", "shelf", "sponsored_spots", "struck_prices", "tile",
]  # fmt: skip

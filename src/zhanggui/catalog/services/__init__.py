"""Writes of the catalogue."""

from .facts import add_sales, refresh_sales, set_listing_prices, set_listing_stock, set_rating

__all__ = [
    "add_sales",
    "refresh_sales",
    "set_listing_prices",
    "set_listing_stock",
    "set_rating",
]

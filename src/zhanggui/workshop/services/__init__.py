"""The writes of the workshop."""

from .benches import keep_benches, make_to_order, sell_from_stock
from .making import finish, put_back, start
from .sheets import print_sheets

__all__ = ["finish", "keep_benches", "make_to_order", "print_sheets", "put_back", "sell_from_stock", "start"]

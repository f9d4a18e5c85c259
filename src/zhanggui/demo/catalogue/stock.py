"""All goods, in the order of the shelves."""

from . import (
    goods_kitchen,
    goods_paper,
    goods_plants,
    goods_scent,
    goods_snack,
    goods_storage,
    goods_tea,
    goods_textile,
)
from .model import Goods, Shelf
from .shop import SHELVES

GOODS: tuple[Goods, ...] = (
    *goods_tea.GOODS, *goods_plants.GOODS, *goods_kitchen.GOODS, *goods_textile.GOODS, *goods_paper.GOODS,
    *goods_scent.GOODS, *goods_snack.GOODS, *goods_storage.GOODS,
)  # fmt: skip
_BY_KEY = {shelf.key: shelf for shelf in SHELVES}


def top_shelf(key: str) -> Shelf:
    """The first-level category a shelf belongs to."""
    shelf = _BY_KEY[key]
    return _BY_KEY[shelf.parent] if shelf.parent else shelf

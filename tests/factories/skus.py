"""Bare SKUs for the modules that only need something to count."""

from __future__ import annotations

from tests.factories.catalog import make_product

FEW = 50


def make_sku_ids(count: int) -> list[int]:
    """SKUs of products that nobody has put on sale; their ids."""
    made: list[int] = []
    while len(made) < count:
        made += [sku.id for sku in make_product(skus=min(FEW, count - len(made)), listed=False).skus]
    return made

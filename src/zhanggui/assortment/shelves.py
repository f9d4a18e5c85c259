"""Shelves: what the categories hold beside what is planned for them."""

from collections.abc import Mapping, Sequence
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import db
from zhanggui.kernel.money import BASIS
from zhanggui.pricing import selectors as pricing

from . import rules
from .types import Band, BandCount, Shelf, ShelfPlan

_PLAN = "select category_id, breadth, depth, stock, bands, note from assortment_plan"


def plans() -> dict[int, ShelfPlan]:
    """Every plan by category (0: the whole mall's). One statement."""
    return {row["category_id"]: _plan(row) for row in db.rows(_PLAN)}


def plan(category_id: int) -> ShelfPlan | None:
    """The plan of a category, if there is one. One statement."""
    row = db.row(f"{_PLAN} where category_id = %s", (category_id,))
    return _plan(row) if row else None


def shelves() -> list[Shelf]:
    """Of the whole mall and of every category, without stock; bands only where they are planned. Two statements."""
    planned = plans()
    wanted = [0, *(category.id for category in catalog.categories())]
    bounds = {i: [band.low for band in planned[i].bands] if i in planned else [] for i in wanted}
    found = catalog.assortment.coverage(bounds)
    return [_shelf(i, planned.get(i), bounds[i], found[i], None) for i in wanted]


def shelf(category_id: int) -> Shelf:
    """One category's (0: the whole mall's), with stock, by price bands: its plan's, or those of its price rules.

    Five statements beside the tree. Raises NotFound.
    """
    path = catalog.category(category_id).ancestors if category_id else []
    own = plan(category_id)
    bounds = rules.bounds_of(own, pricing.policy_of([0, *path]))
    found = catalog.assortment.coverage({category_id: bounds})[category_id]
    skus = catalog.assortment.listed_skus(category_id)
    stock = sum(inventory.available(skus).values()) if skus else 0
    return _shelf(category_id, own, bounds, found, stock)


def _plan(row: Mapping[str, Any]) -> ShelfPlan:
    return ShelfPlan(
        row["category_id"],
        row["breadth"],
        row["depth"],
        row["stock"],
        tuple(Band(*each) for each in row["bands"]),
        row["note"],
    )


def _shelf(
    category_id: int,
    own: ShelfPlan | None,
    bounds: Sequence[int],
    found: Mapping[int | None, tuple[int, int]],
    stock: int | None,
) -> Shelf:
    """What costs less than where the first band begins stands in the first."""
    products = sum(n for n, _ in found.values())
    unpriced = found.get(None, (0, 0))[0]
    priced = products - unpriced
    bands = []
    for place, low in enumerate(bounds, 1):
        count = found.get(place, (0, 0))[0] + (found.get(0, (0, 0))[0] if place == 1 else 0)
        high = bounds[place] if place < len(bounds) else None
        share = own.bands[place - 1].share if own and own.bands else None
        bands.append(BandCount(low, high, share, count, count * BASIS // priced if priced else 0))
    return Shelf(
        category_id, own, products, sum(n for _, n in found.values()), stock, tuple(bands), unpriced if bounds else 0
    )

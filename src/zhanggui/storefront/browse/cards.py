"""Products as tiles of a page: what the catalogue says, with the offer of this moment and the units sold lately."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from zhanggui.kernel import clock
from zhanggui.kernel.picture_sizes import srcset
from zhanggui.showcase import selectors as showcase
from zhanggui.showcase.selectors import Live
from zhanggui.showcase.types import Offer, Tile

from . import addresses


@dataclass(frozen=True, slots=True)
class Card:
    """A tile as it is shown. `sold` units in the last days, where that is known and worth saying."""

    tile: Tile
    offer: Offer
    sold: int | None = None

    @property
    def href(self) -> str:
        return addresses.product(self.tile.slug)

    @property
    def srcset(self) -> str:
        return srcset(self.tile.image)


@dataclass(frozen=True, slots=True)
class Prices:
    """What is live for a whole page, asked once: two statements."""

    now: Live
    struck: Mapping[int, int]

    @classmethod
    def of(cls, sku_ids: Sequence[int], at: datetime | None = None) -> "Prices":
        at = at or clock.now()
        return cls(showcase.live(list(sku_ids), at), showcase.struck_prices(sku_ids, at))

    def offer(self, sku_ids: Sequence[int]) -> Offer:
        return showcase.offer(sku_ids, self.now, self.struck)

    def cards(self, tiles: Iterable[Tile], sold: Mapping[int, int] | None = None) -> list[Card]:
        sold = sold or {}
        return [Card(tile, self.offer(tile.sku_ids), sold.get(tile.id)) for tile in tiles]


def sku_ids_of(*shelves: Iterable[Tile]) -> list[int]:
    """Every SKU of some shelves, once."""
    return list(dict.fromkeys(sku_id for tiles in shelves for tile in tiles for sku_id in tile.sku_ids))

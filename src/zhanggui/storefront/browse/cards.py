"""Products as tiles of a page: what the catalogue says, with the offer of this moment and the units sold lately."""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from zhanggui.kernel import clock
from zhanggui.kernel.picture_sizes import srcset
from zhanggui.showcase import selectors as showcase
from zhanggui.showcase.selectors import Live
from zhanggui.showcase.types import Offer, Tile
from zhanggui.ui import environment, language

from . import addresses

#: Cards remembered as they are drawn, about a kilobyte each.
MOST_DRAWN = 2000
_drawn: "OrderedDict[Hashable, Markup]" = OrderedDict()
_lock = threading.Lock()


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
        now = showcase.live(list(sku_ids), at)
        # what costs its list price has none
        return cls(now, showcase.struck_prices([s for s, (price, listed) in now.prices.items() if price < listed], at))

    def offer(self, sku_ids: Sequence[int]) -> Offer:
        return showcase.offer(sku_ids, self.now, self.struck)

    def cards(self, tiles: Iterable[Tile], sold: Mapping[int, int] | None = None) -> list[Card]:
        sold = sold or {}
        return [Card(tile, self.offer(tile.sku_ids), sold.get(tile.id)) for tile in tiles]


def drawn(card: Card, currency: str, eager: bool, days: int) -> Markup:
    """A card's HTML, for templates. Remembered: what sells best in a category stands beside all else in it."""
    # all that is shown; a tile's tags and SKUs are not
    key = (language.current(), currency, eager, days, card.sold, card.offer, *card.tile[:10])
    found = _drawn.get(key)
    if found is None:
        macros: Any = environment.get().get_template("storefront/parts/tiles.html").module
        found = macros.drawn_anew(card, currency, eager, days)
        with _lock:
            _drawn[key] = found
            if len(_drawn) > MOST_DRAWN:
                _drawn.popitem(last=False)
    return found


def sku_ids_of(*shelves: Iterable[Tile]) -> list[int]:
    """Every SKU of some shelves, once."""
    return list(dict.fromkeys(sku_id for tiles in shelves for tile in tiles for sku_id in tile.sku_ids))

"""兑换券: the holder of a code gets one piece of the goods for nothing, or for a price.

Configuration, in minor units: `{}` or `{"price": 100}`. It is the piece that gets most cheaper, by what is left of it.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text

from ..depth import Deep, Piece, single
from ..fields import Reader
from ..kind import Badge, Goods, Kind, Offer
from ..pieces import pile_of
from ..values import Lane

_DONE = Text("兑换 1 件，已减 {off_amount} 元", "One piece exchanged: {off_amount} off")
_CHEAPER = Text("现价已不高于兑换价", "The price is already as low as the coupon's")


class Terms(NamedTuple):
    price: int


def parse(config: Mapping[str, Any]) -> Terms:
    """Raises ConfigFaults."""
    reader = Reader(config)
    reader.only(("price",))
    terms = Terms(reader.money("price", low=0) if reader.has("price") else 0)
    reader.done()
    return terms


def offer(terms: Terms, goods: Goods) -> Offer:
    dearest = pile_of(goods, range(len(goods.lines)))[0]
    off = dearest.value - terms.price
    if off <= 0:
        return Offer(0, "already_cheaper", {}, _CHEAPER)
    shares = [off if place == dearest.place else 0 for place in range(len(goods.lines))]
    return Offer(off, "applied", {"off_amount": off}, _DONE, shares)


def deepest(terms: Terms, piece: Piece) -> Deep:
    return single(piece.left, terms.price)


def badge(terms: Terms) -> Badge:
    if terms.price:
        return Badge(Text("{price_figure}元兑换券", "One for {price_figure}"), {"price_figure": terms.price})
    return Badge(Text("兑换券", "One free"), {})


KIND = Kind(
    "exchange_coupon",
    Lane.COUPON,
    Text("兑换券", "Exchange coupon"),
    parse,
    offer,
    badge,
    by_code=True,
    deepest=deepest,
)

"""N 元任选 M 件: any M pieces of the goods for one price.

Configuration, in minor units: `{"pieces": 3, "price": 9900}`; `times` bounds how often.

With more than M pieces in the cart the dearest go into the sets, as long as a set is cheaper than its pieces: no other
choice costs the buyer less. What comes off is spread over the pieces of the sets.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import allocate

from ..depth import NEVER, Deep, Piece, Reach
from ..fields import MOST_PIECES, Reader
from ..kind import Badge, Goods, Kind, Offer
from ..pieces import bundles, cut, pile_of, worth
from ..values import Lane

_SHORT = Text(
    "再选 {missing} 件，{price_figure} 元任选 {pieces} 件", "Pick {missing} more: any {pieces} for {price_figure}"
)
_DONE = Text(
    "{price_figure} 元任选 {pieces} 件，已减 {off_amount} 元", "Any {pieces} for {price_figure}: {off_amount} off"
)
_CHEAPER = Text("现价已不高于活动价", "The price is already as low as the offer")


class Terms(NamedTuple):
    """`times` 0: without bound."""

    pieces: int
    price: int
    times: int


def parse(config: Mapping[str, Any]) -> Terms:
    """Raises ConfigFaults."""
    reader = Reader(config)
    reader.only(("pieces", "price", "times"))
    terms = Terms(reader.integer("pieces", 2, MOST_PIECES), reader.money("price"), reader.times())
    reader.done()
    return terms


def offer(terms: Terms, goods: Goods) -> Offer:
    words = {"pieces": terms.pieces, "price_figure": terms.price}
    pieces = sum(line.quantity for line in goods.lines)
    if pieces < terms.pieces:
        return Offer(0, "pieces_short", {"missing": terms.pieces - pieces, **words}, _SHORT)
    found = bundles([(pile_of(goods, range(len(goods.lines))), terms.pieces)])
    amount, weights = cut(goods, found, terms.times or pieces, lambda picked: worth(picked) - terms.price)
    if not amount:
        return Offer(0, "already_cheaper", {}, _CHEAPER)
    return Offer(amount, "applied", {"off_amount": amount, **words}, _DONE, allocate(amount, weights))


def deepest(terms: Terms, piece: Piece) -> Deep:
    """Among the dearest goods, whose set is cut most; `others` of SKU 0 are such goods."""
    whole = terms.pieces * piece.largest
    if whole <= terms.price:
        return NEVER
    off = whole - terms.price
    return (Reach(off, whole, whole, off, others=((0, terms.pieces - 1),)),)


def badge(terms: Terms) -> Badge:
    params = {"pieces": terms.pieces, "price_figure": terms.price}
    return Badge(Text("{price_figure}元任选{pieces}件", "Any {pieces} for {price_figure}"), params)


KIND = Kind(
    "any_n_for", Lane.SET, Text("N 元任选 M 件", "Any so many for one price"), parse, offer, badge, deepest=deepest
)

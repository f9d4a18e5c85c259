"""限时折扣: for a time, goods cost a part of their price, or one fixed price, or so much less.

Configuration: `{"off_basis_points": 1500}` (15 % off, 8.5 折), `{"price": 990}` (fen a piece) or `{"off": 500}` (fen off each
piece). The price of one piece is rounded half up first and then multiplied, so that the tag and the bill agree.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import BASIS, portion

from ..depth import NEVER, Deep, Piece, Reach
from ..fields import Reader
from ..kind import Badge, Goods, Kind, Offer
from ..values import Lane
from ..wording import percent_words

_DONE = Text("限时折扣已减 {off_amount} 元", "{off_amount} off for a limited time")
_CHEAPER = Text("现价已不高于活动价", "The price is already as low as the offer")


class Terms(NamedTuple):
    """What remains of a price in basis points, the fixed price of a piece, or what comes `off` it."""

    keep_basis_points: int | None
    price: int
    off: int = 0


def parse(config: Mapping[str, Any]) -> Terms:
    """Raises ConfigFaults."""
    reader = Reader(config)
    reader.only(("off_basis_points", "price", "off"))
    form = reader.one_of("off_basis_points", "price", "off")
    if form == "price":
        terms = Terms(None, reader.money("price", low=0))
    elif form == "off":
        terms = Terms(None, 0, reader.money("off"))
    else:
        terms = Terms(BASIS - reader.basis_points("off_basis_points") if form else BASIS, 0)
    reader.done()
    return terms


def offer(terms: Terms, goods: Goods) -> Offer:
    """Per line: pieces times what one piece gets cheaper."""
    shares = []
    for line, left in zip(goods.lines, goods.left, strict=True):
        off = (line.unit_price - _price(terms, line.unit_price)) * line.quantity
        shares.append(min(off, left) if off > 0 else 0)
    total = sum(shares)
    if not total:
        return Offer(0, "already_cheaper", {}, _CHEAPER)
    return Offer(total, "applied", {"off_amount": total}, _DONE, shares)


def _price(terms: Terms, unit_price: int) -> int:
    if terms.off:
        return max(unit_price - terms.off, 0)
    return terms.price if terms.keep_basis_points is None else portion(unit_price, terms.keep_basis_points)


def deepest(terms: Terms, piece: Piece) -> Deep:
    off = min(piece.unit_price - _price(terms, piece.unit_price), piece.left)
    return (Reach(off, piece.left),) if off > 0 else NEVER


def badge(terms: Terms) -> Badge:
    if terms.off:
        return Badge(Text("直降 {off_figure} 元", "{off_figure} off"), {"off_figure": terms.off})
    if terms.keep_basis_points is None:
        return Badge(Text("限时价 {price_figure} 元", "Now {price_figure}"), {"price_figure": terms.price})
    return Badge(Text("限时{zhe}折", "{percent}% off"), percent_words(BASIS - terms.keep_basis_points))


KIND = Kind(
    "limited_discount", Lane.ITEM, Text("限时折扣", "Limited-time discount"), parse, offer, badge, deepest=deepest
)

"""限时折扣: for a time, goods cost a part of their price, or one fixed price.

Configuration: `{"off_basis_points": 1500}` (15 % off, 8.5 折) or `{"price": 990}` (fen a piece). The price of one
piece is rounded half up first and then multiplied, so that the tag and the bill agree.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import BASIS, portion

from ..fields import Reader
from ..kind import Badge, Goods, Kind, Offer
from ..values import Lane
from ..wording import percent_words

_DONE = Text("限时折扣已减 {off_amount} 元", "{off_amount} off for a limited time")
_CHEAPER = Text("现价已不高于活动价", "The price is already as low as the offer")


class Terms(NamedTuple):
    """Either what remains of a price in basis points, or the fixed price of a piece."""

    keep_basis_points: int | None
    price: int


def parse(config: Mapping[str, Any]) -> Terms:
    """Raises ConfigFaults."""
    reader = Reader(config)
    reader.only(("off_basis_points", "price"))
    form = reader.one_of("off_basis_points", "price")
    if form == "price":
        terms = Terms(None, reader.money("price", low=0))
    else:
        terms = Terms(BASIS - reader.basis_points("off_basis_points") if form else BASIS, 0)
    reader.done()
    return terms


def offer(terms: Terms, goods: Goods) -> Offer:
    """Per line: pieces times what one piece gets cheaper."""
    keep = terms.keep_basis_points
    shares = []
    for line, left in zip(goods.lines, goods.left, strict=True):
        price = terms.price if keep is None else portion(line.unit_price, keep)
        off = (line.unit_price - price) * line.quantity
        shares.append(min(off, left) if off > 0 else 0)
    total = sum(shares)
    if not total:
        return Offer(0, "already_cheaper", {}, _CHEAPER)
    return Offer(total, "applied", {"off_amount": total}, _DONE, shares)


def badge(terms: Terms) -> Badge:
    if terms.keep_basis_points is None:
        return Badge(Text("限时价 {price_figure} 元", "Now {price_figure}"), {"price_figure": terms.price})
    return Badge(Text("限时{zhe}折", "{percent}% off"), percent_words(BASIS - terms.keep_basis_points))


KIND = Kind("limited_discount", Lane.ITEM, Text("限时折扣", "Limited-time discount"), parse, offer, badge)

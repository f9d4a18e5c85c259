"""第二件半价, 第 N 件 X 折: of every N pieces one costs less.

Configuration: `{"nth": 2, "off_basis_points": 5000}` or `{"nth": 2, "price": 100}` (第二件 1 元); with `"same": true` only
pieces of one SKU count together, `times` bounds how often.

The pieces are laid out from the dearest to the cheapest; of each N in a row the last, the cheapest, is the one. That is
the most favourable for the buyer of all ways to lay them out. What comes off is spread over the pieces of the set.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import BASIS, allocate, portion

from ..depth import NEVER, Deep, Piece, Reach
from ..fields import MOST_PIECES, Reader
from ..kind import Badge, Goods, Kind, Offer
from ..pieces import bundles, cut, pile_of
from ..values import Lane
from ..wording import percent_words

_SHORT = Text("再买 {missing} 件，第 {nth} 件享 {zhe} 折", "Add {missing} more: number {nth} is {percent}% off")
_SHORT_PRICE = Text(
    "再买 {missing} 件，第 {nth} 件 {price_figure} 元", "Add {missing} more: number {nth} is {price_figure}"
)
_DONE = Text("第 {nth} 件优惠，已减 {off_amount} 元", "{off_amount} off for number {nth}")
_CHEAPER = Text("现价已不高于活动价", "The price is already as low as the offer")


class Terms(NamedTuple):
    """`off_basis_points` off the price of the nth piece, or its fixed `price`; `times` 0: without bound."""

    nth: int
    off_basis_points: int | None
    price: int
    same: bool
    times: int


def parse(config: Mapping[str, Any]) -> Terms:
    """Raises ConfigFaults."""
    reader = Reader(config)
    reader.only(("nth", "off_basis_points", "price", "same", "times"))
    nth = reader.integer("nth", 2, MOST_PIECES)
    form = reader.one_of("off_basis_points", "price")
    off = reader.basis_points("off_basis_points") if form == "off_basis_points" else None
    price = reader.money("price", low=0) if form == "price" else 0
    terms = Terms(nth, off, price, reader.flag("same"), reader.times())
    reader.done()
    return terms


def offer(terms: Terms, goods: Goods) -> Offer:
    groups: dict[int, list[int]] = {}
    for place, line in enumerate(goods.lines):
        groups.setdefault(line.sku_id if terms.same else 0, []).append(place)
    found = [
        (times, picked)
        for places in groups.values()
        for times, picked in bundles([(pile_of(goods, places), terms.nth)])
    ]
    if not found:
        most = max(sum(goods.lines[place].quantity for place in places) for places in groups.values())
        return _short(terms, terms.nth - most)
    found.sort(key=lambda bundle: -_off(terms, bundle[1][-1].value))  # stable: the dearest first where they are alike
    amount, weights = cut(goods, found, terms.times or MOST_PIECES**2, lambda picked: _off(terms, picked[-1].value))
    if not amount:
        return Offer(0, "already_cheaper", {}, _CHEAPER)
    params = {"nth": terms.nth, "off_amount": amount}
    return Offer(amount, "applied", params, _DONE, allocate(amount, weights))


def _off(terms: Terms, value: int) -> int:
    return value - terms.price if terms.off_basis_points is None else portion(value, terms.off_basis_points)


def _words(terms: Terms) -> Mapping[str, object]:
    words = {"price_figure": terms.price} if terms.off_basis_points is None else percent_words(terms.off_basis_points)
    return {"nth": terms.nth, **words}


def _short(terms: Terms, missing: int) -> Offer:
    text = _SHORT_PRICE if terms.off_basis_points is None else _SHORT
    return Offer(0, "pieces_short", {"missing": missing, **_words(terms)}, text)


def deepest(terms: Terms, piece: Piece) -> Deep:
    """What comes off is spread over the pieces of all sets, so the set that gives the largest part counts."""
    value = piece.largest if terms.off_basis_points is None else piece.smallest
    off = max(_off(terms, value), 0)
    if terms.off_basis_points is not None:  # half a fen more weighs most where there is least
        exact = terms.off_basis_points * piece.grain % BASIS == 0
        return (Reach(terms.off_basis_points, BASIS * terms.nth, pieces=terms.nth),) if exact else _half(terms, value)
    return (Reach(off, value * terms.nth, pieces=terms.nth),) if off else NEVER


def _half(terms: Terms, value: int) -> Deep:
    of = 2 * BASIS * value
    return (Reach(min(2 * (terms.off_basis_points or 0) * value + BASIS, of), of * terms.nth, pieces=terms.nth),)


def badge(terms: Terms) -> Badge:
    if terms.off_basis_points is None:
        text = Text("第{nth}件{price_figure}元", "No. {nth} for {price_figure}")
    elif (terms.nth, terms.off_basis_points) == (2, 5000):
        text = Text("第二件半价", "Second at half price")
    else:
        text = Text("第{nth}件{zhe}折", "No. {nth} {percent}% off")
    return Badge(text, _words(terms))


KIND = Kind("nth_discount", Lane.SET, Text("第 N 件优惠", "Second at half price"), parse, offer, badge, deepest=deepest)

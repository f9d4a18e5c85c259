"""换购: who buys for so much may add named goods at a special price.

Configuration, in minor units: `{"threshold": 9900, "goods": [{"sku": 9, "price": 990}], "pieces": 1}`. The goods to add are in
scope by themselves and do not count towards the threshold; `pieces` of them at most, those that get most cheaper first.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text

from ..depth import NEVER, Deep, Piece, single
from ..fields import MOST_PIECES, Reader
from ..kind import Badge, Goods, Kind, Offer
from ..pieces import pile_of
from ..values import Lane

_SHORT = Text(
    "再买 {missing_amount} 元可 {price_figure} 元起换购", "Add {missing_amount} more to add goods from {price_figure}"
)
_OPEN = Text("可 {price_figure} 元起换购 {pieces} 件", "You may add {pieces} from {price_figure}")
_DONE = Text("换购 {pieces} 件，已减 {off_amount} 元", "{pieces} added for less: {off_amount} off")
_CHEAPER = Text("换购商品现价已不高于换购价", "What can be added already costs no more")


class Terms(NamedTuple):
    """SKU → its price as an addition."""

    threshold: int
    goods: Mapping[int, int]
    pieces: int


def parse(config: Mapping[str, Any]) -> Terms:
    """Raises ConfigFaults."""
    reader = Reader(config)
    reader.only(("threshold", "goods", "pieces"))
    threshold = reader.money("threshold")
    goods: dict[int, int] = {}
    for item in reader.objects("goods", 50):
        item.only(("sku", "price"))
        sku = item.sku(goods)
        goods[sku] = item.money("price", low=0)
    pieces = reader.integer("pieces", 1, MOST_PIECES) if reader.has("pieces") else 1
    reader.done()
    return Terms(threshold, goods, pieces)


def offer(terms: Terms, goods: Goods) -> Offer:
    added = [place for place, line in enumerate(goods.lines) if line.sku_id in terms.goods]
    spent = goods.total - sum(goods.left[place] for place in added)
    price = {"price_figure": min(terms.goods.values())}
    if spent < terms.threshold:
        return Offer(0, "threshold_short", {"missing_amount": terms.threshold - spent, **price}, _SHORT)
    if not added:
        return Offer(0, "may_add", {"pieces": terms.pieces, **price}, _OPEN)
    pieces = [
        (piece.value - terms.goods[goods.lines[piece.place].sku_id], piece.place, piece.number)
        for piece in pile_of(goods, added)
    ]
    shares, left = [0] * len(goods.lines), terms.pieces
    for off, place, count in sorted(pieces, key=lambda piece: (-piece[0], piece[1])):
        taken = min(count, left)
        if off <= 0 or not taken:
            break
        left -= taken
        shares[place] += off * taken
    amount = sum(shares)
    if not amount:
        return Offer(0, "already_cheaper", {}, _CHEAPER)
    return Offer(amount, "applied", {"pieces": terms.pieces - left, "off_amount": amount}, _DONE, shares)


def deepest(terms: Terms, piece: Piece) -> Deep:
    """The amount the others have to be worth is on top of the piece."""
    if piece.sku_id not in terms.goods:
        return NEVER
    return tuple(
        reach._replace(total=piece.left + terms.threshold, taken=reach.off)
        for reach in single(piece.left, terms.goods[piece.sku_id])
    )


def badge(terms: Terms) -> Badge:
    params = {"threshold_figure": terms.threshold, "price_figure": min(terms.goods.values())}
    return Badge(Text("满{threshold_figure}换购", "Add-on from {threshold_figure}"), params)


def names(terms: Terms) -> Iterable[int]:
    return terms.goods


KIND = Kind(
    "add_on", Lane.SET, Text("换购", "Add-on purchase"), parse, offer, badge, stepped=True, names=names, deepest=deepest
)

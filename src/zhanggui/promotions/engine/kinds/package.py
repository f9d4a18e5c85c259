"""套餐: named goods together for one price.

Configuration: `{"items": [{"sku": 7, "quantity": 1}, {"sku": 9, "quantity": 2}], "price": 9900}`; `times` bounds how
often. The package is its own scope. What comes off is spread over the pieces of the packages.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import allocate

from ..depth import NEVER, Deep, Piece, Reach
from ..fields import MOST_PIECES, Reader
from ..kind import Badge, Goods, Kind, Offer
from ..pieces import bundles, cut, pile_of, worth
from ..values import Lane

_SHORT = Text(
    "再加 {missing} 件套餐商品，套餐价 {price_figure} 元", "Add {missing} more of the set: {price_figure} together"
)
_DONE = Text("套餐价 {price_figure} 元，已减 {off_amount} 元", "Set for {price_figure}: {off_amount} off")
_CHEAPER = Text("现价已不高于套餐价", "The goods already cost no more than the set")


class Terms(NamedTuple):
    """SKU → pieces in one package; `times` 0: without bound."""

    items: Mapping[int, int]
    price: int
    times: int


def parse(config: Mapping[str, Any]) -> Terms:
    """Raises ConfigFaults."""
    reader = Reader(config)
    reader.only(("items", "price", "times"))
    items: dict[int, int] = {}
    for item in reader.objects("items", 20):
        item.only(("sku", "quantity"))
        sku = item.sku(items)
        items[sku] = item.integer("quantity", 1, MOST_PIECES) if item.has("quantity") else 1
    if not reader.faults and sum(items.values()) < 2:
        reader.fault("items", "too_few", Text("套餐至少要有两件商品", "a set has at least two pieces"))
    terms = Terms(items, reader.money("price"), reader.times())
    reader.done()
    return terms


def offer(terms: Terms, goods: Goods) -> Offer:
    places: dict[int, list[int]] = {sku: [] for sku in terms.items}
    for place, line in enumerate(goods.lines):
        places[line.sku_id].append(place)
    had = {sku: sum(goods.lines[place].quantity for place in found) for sku, found in places.items()}
    missing = sum(max(quantity - had[sku], 0) for sku, quantity in terms.items.items())
    if missing:
        return Offer(0, "pieces_short", {"missing": missing, "price_figure": terms.price}, _SHORT)
    found = bundles([(pile_of(goods, places[sku]), quantity) for sku, quantity in terms.items.items()])
    amount, weights = cut(goods, found, terms.times or MOST_PIECES**2, lambda picked: worth(picked) - terms.price)
    if not amount:
        return Offer(0, "already_cheaper", {}, _CHEAPER)
    params = {"price_figure": terms.price, "off_amount": amount}
    return Offer(amount, "applied", params, _DONE, allocate(amount, weights))


def deepest(terms: Terms, piece: Piece) -> Deep:
    whole = sum(piece.most(sku) * quantity for sku, quantity in terms.items.items())
    if whole <= terms.price:
        return NEVER
    pieces = terms.items[piece.sku_id]
    others = tuple((sku, quantity) for sku, quantity in terms.items.items() if sku != piece.sku_id)
    off = whole - terms.price
    return (Reach(off, whole, whole, off, pieces, others),)


def badge(terms: Terms) -> Badge:
    return Badge(Text("套餐价{price_figure}元", "Set for {price_figure}"), {"price_figure": terms.price})


def names(terms: Terms) -> Iterable[int]:
    return terms.items


KIND = Kind(
    "package", Lane.SET, Text("套餐", "Set of goods"), parse, offer, badge, names=names, closed=True, deepest=deepest
)

"""秒杀: a fixed price for a number of pieces of each SKU, so many of them for each buyer.

Configuration, in minor units: `{"goods": [{"sku": 7, "price": 990, "stock": 100}], "per_buyer": 1}` (`per_buyer` is of each SKU and may be
left out). The goods are the scope; slots are the promotion's window and daily hours. Pieces above what the buyer may still
have cost the ordinary price.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text

from ..depth import NEVER, Deep, Piece, Reach
from ..fields import MOST_MONEY, MOST_PIECES, Reader
from ..kind import Badge, Goods, Kind, Offer, Quota
from ..values import Lane

_DONE = Text("秒杀 {pieces} 件，已减 {off_amount} 元", "{pieces} at the flash price: {off_amount} off")
_PART = Text(
    "秒杀 {pieces} 件，已减 {off_amount} 元，其余按原价",
    "{pieces} at the flash price: {off_amount} off; the rest at the ordinary price",
)
_GONE = Text("秒杀名额已用完", "The pieces at the flash price are gone")
_CHEAPER = Text("现价已不高于秒杀价", "The price is already as low as the flash price")


class Item(NamedTuple):
    price: int
    stock: int


class Terms(NamedTuple):
    """By SKU; `per_buyer` None: without bound."""

    goods: Mapping[int, Item]
    per_buyer: int | None


def parse(config: Mapping[str, Any]) -> Terms:
    """Raises ConfigFaults."""
    reader = Reader(config)
    reader.only(("goods", "per_buyer"))
    goods: dict[int, Item] = {}
    for item in reader.objects("goods", 200):
        item.only(("sku", "price", "stock"))
        sku = item.sku(goods)
        goods[sku] = Item(item.money("price", low=0), item.integer("stock", 1, MOST_MONEY))
    per_buyer = reader.integer("per_buyer", 1, MOST_PIECES) if reader.has("per_buyer") else None
    reader.done()
    return Terms(goods, per_buyer)


def offer(terms: Terms, goods: Goods) -> Offer:
    shares, pieces = [0] * len(goods.lines), [0] * len(goods.lines)
    taken: dict[int, int] = {}
    more = cheaper = False
    for place, line in enumerate(goods.lines):
        item = terms.goods[line.sku_id]
        off = line.unit_price - item.price
        if off <= 0:
            cheaper = True
            continue
        most = item.stock if goods.around.pieces is None else goods.around.pieces.get(line.sku_id, 0)
        if terms.per_buyer is not None:
            most = min(most, terms.per_buyer)
        count = min(line.quantity, max(most - taken.get(line.sku_id, 0), 0))
        taken[line.sku_id] = taken.get(line.sku_id, 0) + count
        more = more or count < line.quantity
        shares[place], pieces[place] = off * count, count
    amount = sum(shares)
    if not amount:
        return Offer(0, "quota_gone", {}, _GONE) if more or not cheaper else Offer(0, "already_cheaper", {}, _CHEAPER)
    params = {"pieces": sum(pieces), "off_amount": amount}
    return Offer(amount, "applied", params, _PART if more else _DONE, shares, pieces=pieces)


def deepest(terms: Terms, piece: Piece) -> Deep:
    off = min(piece.unit_price - terms.goods[piece.sku_id].price, piece.left)
    return (Reach(off, piece.left, alone=True),) if off > 0 else NEVER


def badge(terms: Terms) -> Badge:
    params = {"price_figure": min(item.price for item in terms.goods.values())}
    return Badge(
        Text(
            "秒杀价{price_figure}元" if len(terms.goods) == 1 else "秒杀{price_figure}元起", "Flash sale {price_figure}"
        ),
        params,
    )


def names(terms: Terms) -> Iterable[int]:
    return terms.goods


def quota(terms: Terms) -> Quota:
    return Quota({sku: item.stock for sku, item in terms.goods.items()}, terms.per_buyer)


KIND = Kind(
    "flash_sale",
    Lane.ITEM,
    Text("秒杀", "Flash sale"),
    parse,
    offer,
    badge,
    names=names,
    closed=True,
    quota=quota,
    deepest=deepest,
)

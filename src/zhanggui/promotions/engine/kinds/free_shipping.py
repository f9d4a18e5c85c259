"""包邮: from an amount or a number of pieces on, freight is free, or cheaper.

Configuration, in minor units: `{"threshold": 9900}`, `{"pieces": 3}` or neither (always); `off` takes so much off the freight
instead of all of it, `cap` bounds what is taken. Provinces are the audience's `regions`.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text

from ..fields import MOST_PIECES, Reader
from ..kind import Badge, Goods, Kind, Offer
from ..reasons import REASONS
from ..values import Lane

_SHORT = Text("再买 {missing_amount} 元包邮", "Add {missing_amount} more for free delivery")
_SHORT_OFF = Text(
    "再买 {missing_amount} 元运费减 {off_figure} 元", "Add {missing_amount} more to take {off_figure} off delivery"
)
_PIECES = Text("再买 {missing} 件包邮", "Add {missing} more for free delivery")
_PIECES_OFF = Text("再买 {missing} 件运费减 {off_figure} 元", "Add {missing} more to take {off_figure} off delivery")
_LATER = Text("填写收货地址后减免运费", "Taken off delivery once you say where it goes")
_DONE = Text("运费已减 {off_amount} 元", "{off_amount} off delivery")


class Terms(NamedTuple):
    """`off` None: all of the freight; `cap` None: however much that is."""

    threshold: int
    pieces: int
    off: int | None
    cap: int | None


def parse(config: Mapping[str, Any]) -> Terms:
    """Raises ConfigFaults."""
    reader = Reader(config)
    reader.only(("threshold", "pieces", "off", "cap"))
    if reader.has("threshold") and reader.has("pieces"):
        reader.one_of("threshold", "pieces")
    if reader.has("off") and reader.has("cap"):
        reader.one_of("off", "cap")
    threshold = reader.money("threshold", low=0) if reader.has("threshold") else 0
    pieces = reader.integer("pieces", 1, MOST_PIECES) if reader.has("pieces") else 0
    terms = Terms(threshold, pieces, reader.optional_money("off"), reader.optional_money("cap"))
    reader.done()
    return terms


def offer(terms: Terms, goods: Goods) -> Offer:
    words: dict[str, object] = {} if terms.off is None else {"off_figure": terms.off}
    if goods.total < terms.threshold:
        params = {"missing_amount": terms.threshold - goods.total, **words}
        return Offer(0, "threshold_short", params, _SHORT if terms.off is None else _SHORT_OFF)
    pieces = sum(line.quantity for line in goods.lines)
    if pieces < terms.pieces:
        params = {"missing": terms.pieces - pieces, **words}
        return Offer(0, "pieces_short", params, _PIECES if terms.off is None else _PIECES_OFF)
    freight = goods.around.freight
    if freight is None:
        return Offer(0, "freight_later", {}, _LATER)
    bounds = [bound for bound in (terms.off, terms.cap) if bound is not None]
    off = min([freight, *bounds])
    if not off:
        return Offer(0, "freight_free", {}, REASONS["freight_free"])
    return Offer(off, "applied", {"off_amount": off}, _DONE)


def badge(terms: Terms) -> Badge:
    what_zh, what_en = (
        ("包邮", "Free delivery") if terms.off is None else ("运费减{off_figure}", "{off_figure} off delivery")
    )
    off = {} if terms.off is None else {"off_figure": terms.off}
    if terms.threshold:
        params = {"threshold_figure": terms.threshold, **off}
        return Badge(Text("满{threshold_figure}" + what_zh, what_en + " from {threshold_figure}"), params)
    if terms.pieces:
        return Badge(Text("{pieces}件" + what_zh, what_en + " from {pieces}"), {"pieces": terms.pieces, **off})
    return Badge(Text(what_zh, what_en), off)


KIND = Kind("free_shipping", Lane.FREIGHT, Text("包邮", "Free delivery"), parse, offer, badge, stepped=True)

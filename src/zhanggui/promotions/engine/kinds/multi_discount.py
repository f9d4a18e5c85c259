"""N 件 X 折: the more pieces, the lower the price of all of them.

Configuration: `{"steps": [{"pieces": 2, "off_basis_points": 1000}, {"pieces": 3, "off_basis_points": 2000}]}` (2 件 9 折,
3 件 8 折). The highest step reached counts, for all goods in scope; the percentage is rounded half up once.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import portion

from ..depth import Deep, Piece, part
from ..fields import MOST_PIECES, Reader
from ..kind import Badge, Goods, Kind, Offer
from ..values import Lane
from ..wording import percent_words

_SHORT = Text("再买 {missing} 件可享 {zhe} 折", "Add {missing} more to get {percent}% off")
_DONE = Text("{pieces} 件 {zhe} 折，已减 {off_amount} 元", "{percent}% off {pieces} pieces: {off_amount} off")
_NOTHING = Text("金额太小，优惠不足一分", "The amount is too small for a discount")


class Step(NamedTuple):
    pieces: int
    off_basis_points: int


class Terms(NamedTuple):
    """Steps by rising number of pieces."""

    steps: tuple[Step, ...]


def parse(config: Mapping[str, Any]) -> Terms:
    """Raises ConfigFaults."""
    reader = Reader(config)
    reader.only(("steps",))
    steps: list[Step] = []
    for item in reader.objects("steps", 10):
        item.only(("pieces", "off_basis_points"))
        step = Step(item.integer("pieces", 1, MOST_PIECES), item.basis_points("off_basis_points"))
        if steps:
            item.rising("pieces", steps[-1].pieces, step.pieces)
            item.rising("off_basis_points", steps[-1].off_basis_points, step.off_basis_points)
        steps.append(step)
    reader.done()
    return Terms(tuple(steps))


def offer(terms: Terms, goods: Goods) -> Offer:
    pieces = sum(line.quantity for line in goods.lines)
    reached = [step for step in terms.steps if step.pieces <= pieces]
    if not reached:
        step = terms.steps[0]
        params = {"missing": step.pieces - pieces, **percent_words(step.off_basis_points)}
        return Offer(0, "pieces_short", params, _SHORT)
    off = reached[-1].off_basis_points
    amount = portion(goods.total, off)
    if not amount:
        return Offer(0, "too_small", {}, _NOTHING)
    return Offer(amount, "applied", {"pieces": pieces, "off_amount": amount, **percent_words(off)}, _DONE)


def deepest(terms: Terms, piece: Piece) -> Deep:
    step = terms.steps[-1]
    return (part(max(piece.least, 1), step.off_basis_points, None, piece.grain)._replace(total=0, pieces=step.pieces),)


def badge(terms: Terms) -> Badge:
    step = terms.steps[0]
    params = {"pieces": step.pieces, **percent_words(step.off_basis_points)}
    return Badge(Text("{pieces}件{zhe}折", "{percent}% off {pieces}"), params)


KIND = Kind(
    "multi_discount", Lane.SET, Text("N 件 X 折", "More pieces, lower price"), parse, offer, badge, deepest=deepest
)

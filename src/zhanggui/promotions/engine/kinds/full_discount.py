"""满折: spend so much, get a part of it off.

Configuration, in minor units: `{"steps": [{"threshold": 20000, "off_basis_points": 1000}, …], "cap": 5000}` (`cap` may be left
out). The highest step reached counts; the percentage of the goods is rounded half up once.
"""

from collections.abc import Mapping
from math import gcd
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import BASIS, portion

from ..depth import Deep, Piece, Reach, Stretch, part
from ..fields import Reader
from ..kind import Badge, Goods, Kind, Offer
from ..values import Lane
from ..wording import percent_words

_SHORT = Text("再买 {missing_amount} 元可享 {zhe} 折", "Add {missing_amount} more to get {percent}% off")
_DONE = Text("满折已减 {off_amount} 元", "{off_amount} off")
_NEXT = Text(
    "满折已减 {off_amount} 元，再买 {missing_amount} 元可享 {zhe} 折",
    "{off_amount} off; add {missing_amount} more to get {percent}% off",
)
_NOTHING = Text("金额太小，优惠不足一分", "The amount is too small for a discount")


class Step(NamedTuple):
    threshold: int
    off_basis_points: int


class Terms(NamedTuple):
    """Steps by rising threshold."""

    steps: tuple[Step, ...]
    cap: int | None


def parse(config: Mapping[str, Any]) -> Terms:
    """Raises ConfigFaults."""
    reader = Reader(config)
    reader.only(("steps", "cap"))
    steps: list[Step] = []
    for item in reader.objects("steps", 10):
        item.only(("threshold", "off_basis_points"))
        step = Step(item.money("threshold"), item.basis_points("off_basis_points"))
        if steps:
            item.rising("threshold", steps[-1].threshold, step.threshold)
            item.rising("off_basis_points", steps[-1].off_basis_points, step.off_basis_points)
        steps.append(step)
    cap = reader.optional_money("cap")
    reader.done()
    return Terms(tuple(steps), cap)


def offer(terms: Terms, goods: Goods) -> Offer:
    reached = [step for step in terms.steps if step.threshold <= goods.total]
    following = terms.steps[len(reached)] if len(reached) < len(terms.steps) else None
    ahead: dict[str, object] = {}
    if following is not None:
        ahead = {"missing_amount": following.threshold - goods.total, **percent_words(following.off_basis_points)}
    if not reached:
        return Offer(0, "threshold_short", ahead, _SHORT)
    off = portion(goods.total, reached[-1].off_basis_points)
    capped = terms.cap is not None and off >= terms.cap
    if terms.cap is not None and capped:
        off = terms.cap
    if not off:
        return Offer(0, "too_small", {}, _NOTHING)
    if following is None or capped:
        return Offer(off, "applied", {"off_amount": off}, _DONE)
    return Offer(off, "applied", {"off_amount": off, **ahead}, _NEXT)


def deepest(terms: Terms, piece: Piece) -> Deep:
    found: list[Reach] = []
    for step, above in zip(terms.steps, (*terms.steps[1:], None), strict=True):
        total = max(piece.least, step.threshold)
        if above is None or total < above.threshold:
            found.append(part(total, step.off_basis_points, terms.cap, piece.grain))
    return tuple(found)


def stretches(terms: Terms, _most: int) -> tuple[Stretch, ...]:
    return tuple(Stretch(step.threshold, 0, step.off_basis_points, terms.cap) for step in terms.steps)


def grain(terms: Terms, grain: int) -> int:
    parts = [divmod(step.off_basis_points * grain, BASIS) for step in terms.steps]
    return 1 if any(over for _, over in parts) else gcd(*(exact for exact, _ in parts), terms.cap or 0)


def badge(terms: Terms) -> Badge:
    step = terms.steps[0]
    params = {"threshold_figure": step.threshold, **percent_words(step.off_basis_points)}
    return Badge(Text("满{threshold_figure}享{zhe}折", "{percent}% off from {threshold_figure}"), params)


KIND = Kind(
    "full_discount",
    Lane.ORDER,
    Text("满折", "Spend for a percentage off"),
    parse,
    offer,
    badge,
    stepped=True,
    deepest=deepest,
    grain=grain,
    stretches=stretches,
)

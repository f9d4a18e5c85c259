"""优惠券: from a threshold on, an amount or a part off, for the holder of a code.

Configuration, in minor units: `{"threshold": 10000, "off": 1000}` or
`{"threshold": 0, "off_basis_points": 1000, "cap": 5000}` (`threshold` and `cap` may be left out).
"""

from collections.abc import Mapping
from math import gcd
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import BASIS, portion

from ..depth import Deep, Piece, Stretch, part, peaks
from ..fields import Reader
from ..kind import Badge, Goods, Kind, Offer
from ..values import Lane
from ..wording import percent_words

_DONE = Text("优惠券已减 {off_amount} 元", "The coupon takes {off_amount} off")
_SHORT = Text("再买 {missing_amount} 元可减 {off_figure} 元", "Add {missing_amount} more to take {off_figure} off")
_SHORT_PERCENT = Text("再买 {missing_amount} 元可享 {zhe} 折", "Add {missing_amount} more to get {percent}% off")
_NOTHING = Text("金额太小，优惠不足一分", "The amount is too small for a discount")


class Terms(NamedTuple):
    """`off` is an amount, or basis points where `is_percent`."""

    threshold: int
    off: int
    is_percent: bool
    cap: int | None
    words: Mapping[str, object]


def parse(config: Mapping[str, Any]) -> Terms:
    """Raises ConfigFaults."""
    reader = Reader(config)
    reader.only(("threshold", "off", "off_basis_points", "cap"))
    threshold = reader.money("threshold", low=0) if reader.has("threshold") else 0
    form = reader.one_of("off", "off_basis_points")
    is_percent = form == "off_basis_points"
    if is_percent:
        off, cap = reader.basis_points("off_basis_points"), reader.optional_money("cap")
    else:
        off, cap = reader.money("off") if form else 0, None
        if reader.has("cap"):
            reader.fault("cap", "only_percent", Text("只有折扣券才有封顶", "only a percentage coupon has a cap"))
        if 0 < threshold < off:
            reader.fault("off", "above_threshold", Text("减免不能超过门槛", "must not be above the threshold"))
    reader.done()
    return Terms(threshold, off, is_percent, cap, percent_words(off) if is_percent else {"off_figure": off})


def offer(terms: Terms, goods: Goods) -> Offer:
    total = goods.total
    if total < terms.threshold:
        text = _SHORT_PERCENT if terms.is_percent else _SHORT
        return Offer(0, "threshold_short", {"missing_amount": terms.threshold - total, **terms.words}, text)
    off = min(portion(total, terms.off) if terms.is_percent else terms.off, total)
    if terms.cap is not None and off > terms.cap:
        off = terms.cap
    if not off:
        return Offer(0, "too_small", {}, _NOTHING)
    return Offer(off, "applied", {"off_amount": off}, _DONE)


def deepest(terms: Terms, piece: Piece) -> Deep:
    total = max(piece.least, terms.threshold, 1)
    if terms.is_percent:
        return (part(total, terms.off, terms.cap, piece.grain),)
    return peaks({total}, lambda total: min(terms.off, total))


def stretches(terms: Terms, _most: int) -> tuple[Stretch, ...]:
    start = max(terms.threshold, 1)
    return (Stretch(start, 0, terms.off, terms.cap) if terms.is_percent else Stretch(start, terms.off),)


def grain(terms: Terms, grain: int) -> int:
    if not terms.is_percent:
        return gcd(terms.off, grain)
    exact, over = divmod(terms.off * grain, BASIS)
    return 1 if over else gcd(exact, terms.cap or 0)


def badge(terms: Terms) -> Badge:
    zh, en, over = (
        ("享{zhe}折券", "{percent}% off", " from") if terms.is_percent else ("减{off_figure}券", "{off_figure} off", "")
    )
    if not terms.threshold:
        return Badge(Text(zh, en), terms.words)
    params = {"threshold_figure": terms.threshold, **terms.words}
    return Badge(Text("满{threshold_figure}" + zh, en + over + " {threshold_figure}"), params)


KIND = Kind(
    "coupon",
    Lane.COUPON,
    Text("优惠券", "Coupon"),
    parse,
    offer,
    badge,
    by_code=True,
    stepped=True,
    deepest=deepest,
    grain=grain,
    stretches=stretches,
)

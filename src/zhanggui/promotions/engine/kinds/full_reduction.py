"""满减: spend so much, get so much off. Either steps (the highest one reached counts), or 每满: for every full amount.

Configuration, in minor units: `{"steps": [{"threshold": 20000, "off": 2000}, …]}` or
`{"every": {"threshold": 10000, "off": 1000, "cap": 5000}}` (`cap` may be left out).
"""

from collections.abc import Mapping
from math import gcd
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text

from ..depth import Deep, Piece, Stretch, peaks
from ..fields import Reader
from ..kind import Badge, Goods, Kind, Offer
from ..values import Lane

_SHORT = Text("再买 {missing_amount} 元可减 {off_figure} 元", "Add {missing_amount} more to take {off_figure} off")
_DONE = Text("已减 {off_amount} 元", "{off_amount} off")
_NEXT = Text(
    "已减 {off_amount} 元，再买 {missing_amount} 元可减 {next_figure} 元",
    "{off_amount} off; add {missing_amount} more to take {next_figure} off",
)


class Step(NamedTuple):
    threshold: int
    off: int


class Terms(NamedTuple):
    """Steps by rising threshold; or one step that repeats, up to `cap` in all."""

    steps: tuple[Step, ...]
    repeats: bool = False
    cap: int | None = None


def parse(config: Mapping[str, Any]) -> Terms:
    """Raises ConfigFaults."""
    reader = Reader(config)
    reader.only(("steps", "every"))
    form = reader.one_of("steps", "every")
    if form == "every":
        every = Reader(config["every"], "config.every", reader.faults)
        every.only(("threshold", "off", "cap"))
        step, cap = _step(every), every.optional_money("cap")
        if cap is not None and 0 < cap < step.off:
            every.fault(
                "cap",
                "below_off",
                Text("封顶不能低于每次减免", "must not be below `off`"),
            )
        terms = Terms((step,), True, cap)
    else:
        steps: list[Step] = []
        for item in reader.objects("steps", 10) if form else ():
            item.only(("threshold", "off"))
            step = _step(item)
            if steps and step.threshold and step.threshold <= steps[-1].threshold:
                item.fault("threshold", "not_rising", Text("门槛必须逐级升高", "must be above the step before"))
            if steps and step.off and step.off <= steps[-1].off:
                item.fault(
                    "off",
                    "not_rising",
                    Text("减免必须逐级增加", "must be above the step before"),
                )
            steps.append(step)
        terms = Terms(tuple(steps))
    reader.done()
    return terms


def _step(reader: Reader) -> Step:
    step = Step(reader.money("threshold"), reader.money("off"))
    if 0 < step.threshold < step.off:
        reader.fault("off", "above_threshold", Text("减免不能超过门槛", "must not be above the threshold"))
    return step


def offer(terms: Terms, goods: Goods) -> Offer:
    """The highest step the goods reach, and how far the next one is."""
    total = goods.total
    if terms.repeats:
        return _every(terms, total)
    reached: Step | None = None
    following: Step | None = None
    for step in terms.steps:
        if step.threshold > total:
            following = step
            break
        reached = step
    if reached is None:
        assert following is not None
        return _short(following.threshold - total, following.off)
    if following is None:
        return Offer(reached.off, "applied", {"off_amount": reached.off}, _DONE)
    params = {"off_amount": reached.off, "missing_amount": following.threshold - total, "next_figure": following.off}
    return Offer(reached.off, "applied", params, _NEXT)


def _every(terms: Terms, total: int) -> Offer:
    step = terms.steps[0]
    times = total // step.threshold
    if not times:
        return _short(step.threshold - total, step.off)
    off = times * step.off
    if terms.cap is not None and off > terms.cap:
        off = terms.cap
    return Offer(off, "applied", {"off_amount": off}, _DONE)


def _short(missing: int, off: int) -> Offer:
    return Offer(0, "threshold_short", {"missing_amount": missing, "off_figure": off}, _SHORT)


def deepest(terms: Terms, piece: Piece) -> Deep:
    if terms.repeats:
        threshold = terms.steps[0].threshold
        above = {max(-(-piece.least // threshold), 1) * threshold}
    else:
        above = {step.threshold for step in terms.steps if step.threshold >= piece.least}
    return peaks({piece.least, *above}, lambda total: _taken(terms, total))


def _taken(terms: Terms, total: int) -> int:
    if terms.repeats:
        off = total // terms.steps[0].threshold * terms.steps[0].off
        return off if terms.cap is None else min(off, terms.cap)
    return max((step.off for step in terms.steps if step.threshold <= total), default=0)


def stretches(terms: Terms, most: int) -> tuple[Stretch, ...]:
    """Of a step that repeats one for each time, until the cap or the first above `most`."""
    if not terms.repeats:
        return tuple(Stretch(step.threshold, step.off) for step in terms.steps)
    threshold, off = terms.steps[0]
    times = most // threshold + 1
    if terms.cap is not None:
        times = min(times, -(-terms.cap // off))
    return tuple(
        Stretch(n * threshold, n * off if terms.cap is None else min(n * off, terms.cap)) for n in range(1, times + 1)
    )


def grain(terms: Terms, _grain: int) -> int:
    return gcd(*(step.off for step in terms.steps), terms.cap or 0)


def badge(terms: Terms) -> Badge:
    step = terms.steps[0]
    params = {"threshold_figure": step.threshold, "off_figure": step.off}
    if terms.repeats:
        return Badge(Text("每满{threshold_figure}减{off_figure}", "{off_figure} off every {threshold_figure}"), params)
    return Badge(Text("满{threshold_figure}减{off_figure}", "{off_figure} off {threshold_figure}"), params)


KIND = Kind(
    "full_reduction",
    Lane.ORDER,
    Text("满减", "Spend and save"),
    parse,
    offer,
    badge,
    stepped=True,
    deepest=deepest,
    grain=grain,
    stretches=stretches,
)

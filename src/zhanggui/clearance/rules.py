"""Pure decisions: classes, cover, and what a way to clear should bring. The model is told in docs/stock-analysis.md.

It is simple on purpose. A SKU goes on selling at the pace of the span; one that sold nothing is taken to sell one unit in the
time it did not. A reduction multiplies the pace by what reductions of that band did to other goods of this mall, and where
there is no precedent by an assumption of the mall's settings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import BASIS, portion

from .types import ADD_ON, MARKDOWN, RETURN, STAFF, TRANSFER, WRITE_OFF, Option

#: Reductions that are proposed, and the bands of the past each is judged by.
STEPS = (1_000, 2_000, 3_000, 5_000)
BANDS = (500, 1_500, 2_500, 4_000, 7_000)
#: With fewer weeks than this a band has no precedent.
WEEKS_LEAST = 4


def variation(units: int, squares: int, weeks: int) -> int | None:
    """The coefficient of variation of weekly units in percent, empty weeks counted; None without a sale."""
    if units <= 0:
        return None
    mean = units / weeks
    return round(sqrt(max(0.0, squares / weeks - mean * mean)) / mean * 100)


def xyz(found: int | None, x_most: int, y_most: int) -> str:
    return "Z" if found is None or found > y_most else "X" if found <= x_most else "Y"


def cover(free: int, units: int, days: int) -> int | None:
    """Days that free units last at the pace of the span; None where nothing sold."""
    return max(0, free) * days // units if units > 0 else None


@dataclass(frozen=True, slots=True)
class Pace:
    """What is known of a SKU that shall be cleared. `idle` is since when (days) nothing sold, or it lies there."""

    free: int
    units: int
    days: int
    idle: int
    price: int | None
    cost: int | None
    floor: int | None
    horizon: int

    @property
    def usual(self) -> float:
        """Units it should sell within the horizon if nothing is done."""
        per_day = self.units / self.days if self.units > 0 else 1 / max(self.days, self.idle)
        return per_day * self.horizon


@dataclass(frozen=True, slots=True)
class Source:
    """Units that a supplier would take back, of which order, at what price."""

    order: str
    units: int
    price: int


def factors(learned: Mapping[int, tuple[float, int]], assumed: int) -> dict[int, tuple[float, bool]]:
    """By step: how many times the usual sales, and whether the mall's own past says so. `learned` is (times, weeks) by band."""
    found = {}
    for band, step in enumerate(STEPS):
        times, weeks = learned.get(band, (0.0, 0))
        if weeks >= WEEKS_LEAST and times > 0:
            found[step] = (times, True)
        else:
            found[step] = (1 + assumed * step / 1_000 / 100, False)
    return found


def options(
    pace: Pace, times: Mapping[int, tuple[float, bool]], *, sources: Sequence[Source] = (), wanted_at: str = "",
    dead: bool = False,
) -> list[Option]:  # fmt: skip
    """Ways to clear, the one that is proposed marked `best`. `wanted_at`: a warehouse where it sells; `dead`: it never sold."""
    found = _reductions(pace, times)
    if pace.price is not None:
        step = 2_000
        price, units = portion(pace.price, BASIS - step), min(pace.free, round(pace.usual * times[step][0]))
        found.append(
            Option(
                ADD_ON, units, units * price, step, price, _below(pace, price), times[step][1],
                Text("满额加价购，正价商品不动", "an addition to larger purchases; the price stays"),
            )
        )  # fmt: skip
        staff = max(portion(pace.price, BASIS - 3_000), pace.floor or 0)
        if staff < pace.price:
            found.append(
                Option(
                    STAFF, None, None, 3_000, staff, False, False,
                    Text("没有内购先例，效果无法估计", "no precedent: what it brings is not known"),
                )
            )  # fmt: skip
    if wanted_at:
        found.append(
            Option(
                TRANSFER, None, None, target=wanted_at,
                why=Text("那里近期有发货，这里没有", "it was shipped from there lately, and not from here"),
            )
        )  # fmt: skip
    for source in sources[:1]:
        units = min(pace.free, source.units)
        if units > 0:
            found.append(
                Option(
                    RETURN, units, units * source.price, price=source.price, learned=True, target=source.order,
                    why=Text("仍在约定退货期内，按进价退回", "within the days agreed; at the price that was paid"),
                )
            )  # fmt: skip
    if dead:
        found.append(
            Option(
                WRITE_OFF, pace.free, 0, learned=True,
                why=Text("从未售出且存放已久，腾出库位", "it never sold and lies there long; frees its place"),
            )
        )  # fmt: skip
    return _marked(found, pace)


def _reductions(pace: Pace, times: Mapping[int, tuple[float, bool]]) -> list[Option]:
    if pace.price is None:
        return []
    found = []
    for step in STEPS:
        price = portion(pace.price, BASIS - step)
        factor, learned = times[step]
        units = min(pace.free, round(pace.usual * factor))
        why = (
            Text(
                f"本店同档降价时销量为平时的 {factor:.1f} 倍",
                f"in this mall such reductions sold {factor:.1f} times as much",
            )
            if learned
            else Text(
                f"没有先例，假定销量为平时的 {factor:.1f} 倍", f"no precedent; {factor:.1f} times as much is assumed"
            )
        )
        found.append(Option(MARKDOWN, units, units * price, step, price, _below(pace, price), learned, why))
    return found


def _below(pace: Pace, price: int) -> bool:
    return pace.floor is not None and price < pace.floor


def _marked(found: list[Option], pace: Pace) -> list[Option]:
    """What goes back to the supplier is proposed first; else the smallest reduction that clears the stock in time, or the one of
    those above the floor that brings most; where none should sell a piece, the deepest of them."""
    back = [one for one in found if one.kind == RETURN]
    cuts = [one for one in found if one.kind == MARKDOWN and not one.approval]
    enough = [one for one in cuts if (one.units or 0) >= pace.free]
    best = (
        back[0] if back and (back[0].units or 0) * 2 >= pace.free
        else enough[0] if enough
        else max(cuts, key=lambda one: (one.units or 0, one.money or one.step)) if cuts
        else back[0] if back else None
    )  # fmt: skip
    return [replace(one, best=one is best) for one in found]

"""How much stock is enough, and what to buy for it.

Order-up-to levels with periodic review: what is bought now must last until the next review's goods arrive, the protection
time of lead time and review period (Silver, Pyke and Thomas, "Inventory and Production Management in Supply Chains", 2017,
chapter 7). Demand over it is taken as gamma distributed, which is never negative and leans to the right as sales do; its
variance joins the forecast's error as measured on the past with the lead time's own spread.
"""

from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

_NORMAL = NormalDist()
DAYS = 7


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is expected of a SKU: units a week, week after week, and the standard error of their sum over `horizon` weeks."""

    weeks: tuple[float, ...]
    error: float

    @property
    def horizon(self) -> int:
        return len(self.weeks)

    def over(self, days: float) -> float:
        """Units expected over the next days; beyond the horizon its mean goes on."""
        whole, total = days / DAYS, 0.0
        for units in self.weeks:
            if whole <= 0:
                return total
            total += units * min(1.0, whole)
            whole -= 1
        return total + max(0.0, whole) * (sum(self.weeks) / max(1, self.horizon))

    def deviation(self, days: float) -> float:
        """Standard deviation of demand over days: the error of the horizon, grown with the square root of time."""
        return self.error * sqrt(days / (DAYS * max(1, self.horizon)))


@dataclass(frozen=True, slots=True)
class Terms:
    """How a SKU is bought. Days; `pack` units to a box, `least` units to an order line (0: any), a review every `review` days."""

    lead: float
    spread: float = 0.0  # standard deviation of the lead time
    review: float = 7
    pack: int = 1
    least: int = 0


@dataclass(frozen=True, slots=True)
class Need:
    """What stock a SKU needs, and what follows. Units; `until` are the days the stock there is will last (None: for good)."""

    protection: float  # days
    expected: float  # units over the protection time
    safety: int
    target: int
    position: int  # free, and on the way
    wanted: int  # before pack and least order
    quantity: int
    until: float | None


def quantile(mean: float, deviation: float, level: float) -> float:
    """The `level` quantile of a gamma distribution with this mean and standard deviation (Wilson and Hilferty 1931)."""
    if mean <= 0:
        return 0.0
    if deviation <= mean * 1e-9:
        return mean
    shape = (mean / deviation) ** 2
    z = _NORMAL.inv_cdf(level)
    if shape < 0.3:  # so skewed that the cube root no longer straightens it: the normal's own, never below the mean
        return max(mean, mean + z * deviation)
    root = 1 - 1 / (9 * shape) + z / (3 * sqrt(shape))
    return float(mean * max(0.0, root) ** 3)


def need(outlook: Outlook, terms: Terms, position: int, service: float) -> Need:
    """What to buy so that stock suffices until the next order's goods are there with probability `service`."""
    protection = terms.lead + terms.review
    expected = outlook.over(protection)
    rate = expected / protection if protection else 0.0
    deviation = sqrt(outlook.deviation(protection) ** 2 + (rate * terms.spread) ** 2)
    target = ceil(quantile(expected, deviation, service) - 1e-9)
    wanted = max(0, target - position)
    return Need(
        protection=protection,
        expected=expected,
        safety=max(0, target - ceil(expected - 1e-9)),
        target=target,
        position=position,
        wanted=wanted,
        quantity=in_packs(wanted, terms.pack, terms.least),
        until=lasts(outlook, position),
    )


def in_packs(wanted: int, pack: int, least: int) -> int:
    """Units to order so that `wanted` come: whole packs, not fewer than the supplier sends. Nothing wanted is nothing."""
    if wanted <= 0:
        return 0
    pack = max(1, pack)
    return -(-max(wanted, least) // pack) * pack


def lasts(outlook: Outlook, position: int) -> float | None:
    """Days until what is there will be sold; None where nothing is expected to sell."""
    if position <= 0:
        return 0.0
    left = float(position)
    for number, units in enumerate(outlook.weeks):
        if units >= left > 0:
            return (number + left / units) * DAYS
        left -= units
    mean = sum(outlook.weeks) / max(1, outlook.horizon)
    return (outlook.horizon + left / mean) * DAYS if mean > 1e-9 else None


@dataclass(frozen=True, slots=True)
class Wish:
    """A proposal in want of money: `cost` of all of it, and how many of its units are expected to be missed without."""

    key: int
    cost: int
    urgency: float


def within(wishes: list[Wish], budget: int | None) -> set[int]:
    """Which proposals a budget (minor units) pays for: the most urgent first, smaller ones where a large one does not fit."""
    left, kept = budget, set()
    for wish in sorted(wishes, key=lambda w: (-w.urgency, w.cost, w.key)):
        if left is None or wish.cost <= left:
            kept.add(wish.key)
            left = None if left is None else left - wish.cost
    return kept

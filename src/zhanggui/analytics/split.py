"""The difference between two periods, split exactly over the factors of a figure (OWN-05). Pure.

Sales are visitors × conversion × order value, gross profit is that × margin. A factor's share is what the figure changes
by when this factor moves from the earlier to the later value, averaged over all orders in which the factors can move (the
Shapley value). The shares are fractions that sum to the whole difference; they become minor units by largest remainder, so
the parts sum to it to the fen and each lies within one unit of its exact share. A factor that does not exist in one of the
periods (the value of an order where there was none) is taken as unchanged: its share is nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial, floor, prod

from .metrics import BY_NAME, Facts, gross_profit
from .types import Value

Factor = Fraction | None


@dataclass(frozen=True, slots=True)
class Part:
    """A factor before and after, and what its move added to the whole in minor units."""

    factor: str
    previous: Value
    value: Value
    amount: int


@dataclass(frozen=True, slots=True)
class Split:
    """`metric` went from `previous` to `value`; the amounts of the parts sum to the difference."""

    metric: str
    previous: int
    value: int
    parts: tuple[Part, ...]

    @property
    def change(self) -> int:
        return self.value - self.previous


def divided(part: int | None, whole: int | None) -> Factor:
    """A factor as an exact fraction; None where there is nothing to divide by."""
    return None if part is None or not whole else Fraction(part, whole)


def shares(before: Sequence[Factor], after: Sequence[Factor]) -> list[Fraction]:
    """What each factor's move adds to the product, exactly; the shares sum to `prod(after) - prod(before)`."""
    old, new = _filled(before, after), _filled(after, before)
    count = len(old)
    found = []
    for place in range(count):
        others = [i for i in range(count) if i != place]
        share = Fraction(0)
        for size in range(count):
            weight = Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
            for moved in combinations(others, size):
                share += weight * prod((new[i] if i in moved else old[i] for i in others), start=Fraction(1))
        found.append(share * (new[place] - old[place]))
    return found


def _filled(values: Sequence[Factor], instead: Sequence[Factor]) -> list[Fraction]:
    return [
        value if value is not None else other if other is not None else Fraction(0)
        for value, other in zip(values, instead, strict=True)
    ]


def in_whole_units(parts: Sequence[Fraction]) -> list[int]:
    """Fractions with a whole sum as whole numbers with the same sum: largest remainder, ties to the earlier place."""
    units = [floor(part) for part in parts]
    left = int(sum(parts)) - sum(units)
    for place in sorted(range(len(parts)), key=lambda i: (units[i] - parts[i], i))[:left]:
        units[place] += 1
    return units


def split(metric: str, previous: int, value: int, factors: Sequence[tuple[str, Factor, Factor, Value, Value]]) -> Split:
    """The difference over (name, exact before, exact after, shown before, shown after); the products are the wholes."""
    amounts = in_whole_units(shares([f[1] for f in factors], [f[2] for f in factors]))
    parts = [Part(f[0], f[3], f[4], amount) for f, amount in zip(factors, amounts, strict=True)]
    return Split(metric, previous, value, tuple(parts))


def sales_split(before: Facts, now: Facts) -> Split | None:
    """Sales over visitors × conversion × order value; over orders × order value where visitors are not known in both.

    None where one of the periods has no record.
    """
    if before.orders is None or now.orders is None:
        return None
    return split("sales", before.orders.sales, now.orders.sales, _sales_factors(before, now))


def profit_split(before: Facts, now: Facts) -> Split | None:
    """Gross profit over the same and the margin; None where it is unknown, or cost was paid for goods given away."""
    earned, gained = gross_profit(before), gross_profit(now)
    if earned is None or gained is None or before.orders is None or now.orders is None:
        return None
    if (earned and not before.orders.sales) or (gained and not now.orders.sales):
        return None
    margin = (divided(earned, before.orders.sales), divided(gained, now.orders.sales))
    factors = [*_sales_factors(before, now), _factor("gross_margin_rate", margin, before, now)]
    return split("gross_profit", earned, gained, factors)


def _sales_factors(before: Facts, now: Facts) -> list[tuple[str, Factor, Factor, Value, Value]]:
    assert before.orders is not None
    assert now.orders is not None
    orders, later = before.orders, now.orders
    value = (divided(orders.sales, orders.valid_orders), divided(later.sales, later.valid_orders))
    found = [_factor("average_order_value", value, before, now)]
    if before.traffic is None or now.traffic is None:
        counts = (Fraction(orders.valid_orders), Fraction(later.valid_orders))
        return [_factor("valid_orders", counts, before, now), *found]
    seen, looked = before.traffic.visitors, now.traffic.visitors
    conversion = (divided(orders.valid_orders, seen), divided(later.valid_orders, looked))
    return [
        _factor("uv", (Fraction(seen), Fraction(looked)), before, now),
        _factor("conversion", conversion, before, now),
        *found,
    ]


def _factor(
    name: str, exact: tuple[Factor, Factor], before: Facts, now: Facts
) -> tuple[str, Factor, Factor, Value, Value]:
    metric = BY_NAME[name]
    return (name, *exact, metric.compute(before), metric.compute(now))

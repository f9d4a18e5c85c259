"""What a rule of ordering would have done: a past of sales played day by day against stock that the rule orders."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

#: (day, units on hand and on the way) → units to order that day.
Rule = Callable[[int, int], int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Units asked for and served, the mean stock at the end of a day, and how many orders were sent."""

    asked: int
    served: int
    stock: float
    orders: int

    @property
    def fill(self) -> float:
        """Share of what was asked for that was there (fill rate)."""
        return self.served / self.asked if self.asked else 1.0


def play(demand: Sequence[int], rule: Rule, *, lead: int, review: int, opening: int) -> Outcome:
    """Sell `demand` day by day; every `review` days the rule may order, which is there `lead` days later. What is missing is
    lost, not owed."""
    stock, held, served, orders = opening, 0, 0, 0
    coming: dict[int, int] = {}
    on_the_way = 0
    for day, wanted in enumerate(demand):
        arrived = coming.pop(day, 0)
        stock += arrived
        on_the_way -= arrived
        if day % review == 0 and (quantity := rule(day, stock + on_the_way)) > 0:
            coming[day + lead] = coming.get(day + lead, 0) + quantity
            on_the_way += quantity
            orders += 1
            if lead == 0:
                stock += coming.pop(day)
                on_the_way -= quantity
        sold = min(stock, wanted)
        stock -= sold
        served += sold
        held += stock
    return Outcome(sum(demand), served, held / max(1, len(demand)), orders)

"""What a price has to carry (PRC-02, PRC-03): from costs to a price, and from a price to what is left. Pure.

Amounts are minor units for one piece, shares basis points of the price. Every share is rounded up to the next fen, so that
the sum is never too kind.
"""

from dataclasses import dataclass

WHOLE = 10_000
#: What is spent on promotion is 10 percent of sales on average (PRC-03).
USUAL_SPEND = 1_000


@dataclass(frozen=True, slots=True)
class Costing:
    """What one piece costs: the goods, their way in and work on it; and the shares of the price that go to others."""

    goods: int
    freight_in: int = 0
    operating: int = 0
    spend: int = USUAL_SPEND
    platform: int = 0
    overhead: int = 0

    @property
    def fixed(self) -> int:
        return self.goods + self.freight_in + self.operating

    @property
    def shares(self) -> int:
        return self.spend + self.platform + self.overhead


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the price of one piece goes; the parts add up to it. `margin` is what is left of it, in basis points."""

    price: int
    fixed: int
    spend: int
    platform: int
    overhead: int
    profit: int

    @property
    def margin(self) -> int | None:
        return self.profit * WHOLE // self.price if self.price else None


def outcome(costing: Costing, price: int) -> Outcome:
    """What is left of a price once everything is paid."""
    spend, platform, overhead = (_share(price, of) for of in (costing.spend, costing.platform, costing.overhead))
    return Outcome(price, costing.fixed, spend, platform, overhead, price - costing.fixed - spend - platform - overhead)


def price_for_profit(costing: Costing, margin: int) -> int | None:
    """The least price that leaves `margin` of itself as profit; None where the shares leave nothing for the goods."""
    left = WHOLE - costing.shares - margin
    if left <= 0:
        return None
    price = -(-costing.fixed * WHOLE // left)
    while outcome(costing, price).profit * WHOLE < margin * price:
        price += 1  # a fen or two that rounding took
    return price


def on_step(price: int, steps: list[int]) -> int | None:
    """The lowest price point that is no less; None where all are lower."""
    return next((step for step in sorted(steps) if step >= price), None)


def _share(price: int, basis_points: int) -> int:
    return -(-price * basis_points // WHOLE)

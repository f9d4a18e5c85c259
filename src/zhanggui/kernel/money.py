"""Money is an integer count of minor units (fen, cents); every split gives back exactly what went in."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

HALF_UP = "half_up"
DOWN = "down"
BASIS = 10_000  # basis points in a whole: 9 折 is 9 000
MAX_AMOUNT = 10**13  # far above any shop, far below what adding many of them would overflow

#: Minor digits of ISO 4217 currencies that do not have two.
MINOR_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "KWD": 3, "BHD": 3}
SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "TWD": "NT$", "JPY": "JP¥", "KRW": "₩"}
__all__ = [
    "BASIS", "DOWN", "HALF_UP", "MAX_AMOUNT", "ROUND_HALF_EVEN", "ROUND_HALF_UP", "Money", "allocate", "json_money", "portion",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of an ISO 4217 currency."""

    amount: int
    currency: str = "CNY"

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.amount * times, self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add")

    def __str__(self) -> str:
        return f"{format_minor(self.amount, self.currency)} {self.currency}"


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` in proportion to `weights`, exactly (largest remainder; ties go to the earlier place).

    The parts sum to `total`, and each lies within one unit of its exact share. All-zero weights count as equal.
    Raises ValueError for an empty split of a non-zero total or a negative weight.
    """
    if not weights:
        if total:
            raise ValueError("nothing to split over")
        return []
    whole = sum(weights)
    if min(weights) < 0:
        raise ValueError("weights must not be negative")
    if whole == 0:
        weights, whole = [1] * len(weights), len(weights)
    sign, rest = (-1, -total) if total < 0 else (1, total)
    parts = [rest * weight // whole for weight in weights]
    left = rest - sum(parts)
    if left:
        order = sorted(range(len(weights)), key=lambda i: (-(rest * weights[i] % whole), i))
        for i in order[:left]:
            parts[i] += 1
    return parts if sign > 0 else [-part for part in parts]


def portion(amount: int, basis_points: int, rounding: str = HALF_UP) -> int:
    """`basis_points`/10 000 of `amount`, rounded half up (away from zero) or down (towards zero)."""
    product, half = amount * basis_points, BASIS // 2 if rounding == HALF_UP else 0
    return (product + half) // BASIS if product >= 0 else -((half - product) // BASIS)


def json_money(amount: int | None, currency: str) -> dict[str, int | str] | None:
    """The shape of money in every API answer."""
    return None if amount is None else {"amount": amount, "currency": currency}


def minor_digits(currency: str) -> int:
    return MINOR_DIGITS.get(currency, 2)


def symbol_of(currency: str) -> str:
    """What stands before an amount: `¥`; of a currency without one of its own, its code and a space."""
    return SYMBOLS.get(currency, currency + " ")


def format_minor(amount: int, currency: str = "CNY") -> str:
    """`1234` CNY -> `12.34`."""
    return f"{Decimal(amount).scaleb(-minor_digits(currency)):.{minor_digits(currency)}f}"


def to_minor(value: Decimal, currency: str = "CNY") -> int:
    """Major units to minor units; raises ValueError if the value is finer than the currency."""
    scaled = value.scaleb(minor_digits(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} is finer than {currency} allows")
    return int(scaled)

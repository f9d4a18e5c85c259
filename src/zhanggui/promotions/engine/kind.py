"""What a kind of promotion has to bring. A new kind is one new file in `kinds/` with a `KIND` in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from zhanggui.kernel.i18n import Text

from .values import CartLine, Lane

T = TypeVar("T")


class Goods(NamedTuple):
    """The lines a rule may work on, what earlier rules left of each (never negative), and the sum of that."""

    lines: list[CartLine]
    left: list[int]
    total: int


class Offer(NamedTuple):
    """What a rule would do: `amount` to take off (0: nothing) and the explanation for it.

    `shares`, where given, is the amount per line; otherwise the frame allots by what is left of each line.
    Never more than `goods.total`, nor a share above what its line has left.
    """

    amount: int
    code: str
    params: Mapping[str, object]
    text: Text
    shares: list[int] | None = None


class Badge(NamedTuple):
    """A few characters for a product tile: 满200减20."""

    text: Text
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """`parse` turns configuration into terms or raises `ConfigFaults`; `offer` judges goods; `badge` advertises.

    `by_code` kinds apply only to a buyer who holds a coupon code.
    """

    name: str
    lane: Lane
    title: Text
    parse: Callable[[Mapping[str, Any]], T]
    offer: Callable[[T, Goods], Offer]
    badge: Callable[[T], Badge]
    by_code: bool = False

"""What a kind of promotion has to bring. A new kind is one new file in `kinds/` with a `KIND` in it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar

from zhanggui.kernel.i18n import Text

from .depth import Deep, Piece, Stretch
from .values import CartLine, Lane

T = TypeVar("T")
_EMPTY: Mapping[int, int] = MappingProxyType({})


class Circumstances(NamedTuple):
    """What a kind may have to know beside the goods.

    `chosen` and `stock` as in `CartSnapshot`; `pieces` as in `Allowance`; `freight` where it is known and the rule is
    about it.
    """

    chosen: frozenset[int] = frozenset()
    stock: Mapping[int, int] = _EMPTY
    pieces: Mapping[int, int] | None = None
    freight: int | None = None


ORDINARY = Circumstances()


class Goods(NamedTuple):
    """The lines a rule may work on, what earlier rules left of each (never negative), and the sum of that."""

    lines: list[CartLine]
    left: list[int]
    total: int
    around: Circumstances = ORDINARY


class Offer(NamedTuple):
    """What a rule would do: `amount` to take off (0: nothing) and the explanation for it.

    `shares`, where given, is the amount per line; otherwise the frame allots by what is left of each line.
    Never more than `goods.total`, nor a share above what its line has left.

    `gifts` are (SKU, pieces, choices) to go with the order; `pieces` how many of each line are of a limited number. `worth` is what
    is beside the amount when combinations are compared: the value of gifts, as the mall states it.
    """

    amount: int
    code: str
    params: Mapping[str, object]
    text: Text
    shares: list[int] | None = None
    gifts: tuple[tuple[int, int, tuple[int, ...]], ...] = ()
    pieces: Sequence[int] = ()
    worth: int = 0


class Quota(NamedTuple):
    """How many pieces of each SKU there are in all, and for one buyer (None: without bound)."""

    stock: Mapping[int, int]
    per_holder: int | None


class Badge(NamedTuple):
    """A few characters for a product tile: 满200减20."""

    text: Text
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """`parse` turns configuration into terms or raises `ConfigFaults`; `offer` judges goods; `badge` advertises.

    `by_code` kinds apply only to a buyer who holds a coupon code. `stepped` kinds look at thresholds of money: what
    others take off first may cost the buyer a step. `gives` lists the SKUs that terms may give away, `names` those they
    name: they are in scope besides the promotion's own, or, where the kind is `closed`, are all of it. `quota` tells of a
    limited number of pieces, which are counted. `stretches` of kinds that take what the amount of all goods in scope says, and
    look at nothing else, up to an amount. Configurations call a SKU `sku`, wherever it stands.
    """

    name: str
    lane: Lane
    title: Text
    parse: Callable[[Mapping[str, Any]], T]
    offer: Callable[[T, Goods], Offer]
    badge: Callable[[T], Badge]
    by_code: bool = False
    stepped: bool = False
    gives: Callable[[T], Iterable[int]] | None = None
    deepest: Callable[[T, Piece], Deep] | None = None
    grain: Callable[[T, int], int] | None = None
    stretches: Callable[[T, int], tuple[Stretch, ...]] | None = None
    names: Callable[[T], Iterable[int]] | None = None
    closed: bool = False
    quota: Callable[[T], Quota] | None = None

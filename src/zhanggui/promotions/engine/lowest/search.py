"""The lowest reachable price of every SKU: a bound by analysis, and the cart that reaches it or comes nearest."""

from collections.abc import Iterable, Iterator, Mapping
from heapq import heapify, heappop, heappush
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

from ..kinds import get_kind
from .bound import Bounds, Way
from .mall import Choice, Mall
from .meeting import Who, instant
from .wares import Asked, Ware
from .witness import Cart, Witness, Witnesses

#: So many ways are tried for a cart, the lowest first, where the one before did not reach its price.
MOST_TRIES = 1
NO_TIERS: Mapping[str, int] = MappingProxyType({})


class Answer(NamedTuple):
    """No lawful cart brings a piece of the SKU below `bound`; `witness` brings it to `price`. `exact`: the two are the same."""

    sku_id: int
    price: int
    bound: int
    witness: Witness

    @property
    def exact(self) -> bool:
        return self.price == self.bound


class Lowest:
    """Answers for the goods of a mall, the lowest over all its buyers.

    `tiers`: what members of a tier pay of every ordinary and planned price, in basis points; those who pay all of it are not
    named. They and everybody else are looked at apart (`Mall.parted`).
    """

    def __init__(self, mall: Mall, tiers: Mapping[str, int] = NO_TIERS) -> None:
        self.mall = mall
        self._parts = [Part(each) for each in mall.parted(tiers)]
        self.labels = {c.rule.id: c.rule.label for c in mall.everything}

    def bound(self, sku_id: int) -> int:
        """What no cart brings a piece below."""
        return min(part.bound(sku_id) for part in self._parts)

    def answer(self, sku_id: int) -> Answer:
        """Raises KeyError for a SKU the mall does not have."""
        best: Answer | None = None
        bound = self.bound(sku_id)
        for part in sorted(self._parts, key=lambda part: part.bound(sku_id)):
            if best is not None and part.bound(sku_id) >= best.price:
                break
            found = part.answer(sku_id)
            if best is None or found.price < best.price:
                best = found
        assert best is not None
        return best._replace(bound=bound)

    def answers(self, sku_ids: Iterable[int] | None = None) -> Iterator[Answer]:
        """For some SKUs, or all of them."""
        for sku_id in [w.sku_id for w in self.mall.wares] if sku_ids is None else sku_ids:
            if sku_id in self.mall.place_of:
                yield self.answer(sku_id)

    def is_less(self, sku_id: int) -> bool:
        """Whether anybody can have it for less than its own prices say: by a rule, or because his tier pays a share."""
        return len(self._parts) > 1 or bool(self.mall.named[self.mall.place_of[sku_id]])

    def in_scope(self, rule_id: int) -> list[int]:
        """The SKUs a rule can take from."""
        rule = next((r for r in self.mall.rules if r.rule.id == rule_id), None)
        return [self.mall.wares[place].sku_id for place in rule.positions] if rule is not None else []

    @property
    def judged(self) -> int:
        """How many carts the engine was asked about."""
        return sum(part.witnesses.asked for part in self._parts)


class Part:
    """Answers among buyers who all find the same ordinary prices; what is alike is looked at once."""

    def __init__(self, mall: Mall) -> None:
        self.mall = mall
        self.witnesses = Witnesses(mall)
        self._named = sum(1 << k for k, c in enumerate(mall.compiled) if get_kind(c.rule.kind).names)
        self._against: dict[tuple[object, ...], int] = {}
        self.bounds = Bounds(mall)
        self._ways: dict[tuple[object, ...], Ways] = {}
        self._carts: dict[tuple[object, ...], tuple[int, int, Cart]] = {}

    def bound(self, sku_id: int) -> int:
        """What no cart brings a piece below."""
        return self.ways(self.mall.place_of[sku_id])[0][1].price

    def answer(self, sku_id: int) -> Answer:
        """Raises KeyError for a SKU the mall does not have."""
        place = self.mall.place_of[sku_id]
        ways = self.ways(place)
        bound = ways[0][1].price
        key = self._key(place)
        known = self._carts.get(key)
        best: tuple[Witness, Cart] | None = None
        winner = 0
        if known is not None:
            n, model, cart = known
            alike = {place if p == model else p: pieces for p, pieces in cart.items()} if place not in cart else None
            best = self.witnesses.best(place, *ways[n], alike or (cart if model == place else None))
            winner = n
        else:
            for n, (asked, way) in enumerate(islice(ways, MOST_TRIES)):
                if best is not None and way.price >= best[0].price:
                    break
                found = self.witnesses.best(place, asked, way)
                if best is None or found[0].price < best[0].price:
                    best, winner = found, n
        assert best is not None
        self._carts.setdefault(key, (winner, place, best[1]))
        return Answer(sku_id, best[0].price, bound, best[0])

    def ways(self, place: int) -> "Ways":
        """All ways down, the lowest first."""
        key = self._key(place)
        found = self._ways.get(key)
        if found is None:
            mall = self.mall
            choices = {
                (asked, choice): None
                for asked in mall.asked[place]
                for whole in mall.choices(mall.named[place] & ~self._strange(asked))
                for choice in mall.possible(place, asked.price, whole)
            }
            found = self._ways[key] = Ways(self.bounds, mall.wares[place], list(choices))
        return found

    def _key(self, place: int) -> tuple[object, ...]:
        ware, named = self.mall.wares[place], self.mall.named[place]
        return named, ware.prices, ware.sku_id if named & self._named else 0

    def _strange(self, asked: Asked) -> int:
        """The rules that never hold for whom and when the price is, as bits."""
        found = self._against.get(asked.limits)
        if found is None:
            mall, who = self.mall, Who().and_price(asked) or Who()
            found = 0
            for k, c in enumerate(mall.compiled):
                if (
                    who.and_rule(c.rule.audience) is None
                    or instant((c.rule,), asked.spans, mall.now, mall.zone) is None
                ):
                    found |= 1 << k
            self._against[asked.limits] = found
        return found


class Ways:
    """Ways down for goods alike, the lowest first; each is looked at closely only when it may be the next."""

    def __init__(self, bounds: Bounds, ware: Ware, choices: list[tuple[Asked, Choice]]) -> None:
        self._bounds, self._ware, self._choices = bounds, ware, choices
        #: (price, whether it is the way's and not only a bound, which choice, the way)
        self._heap = [(bounds.free(ware, *pair), 1, n, Way(0)) for n, pair in enumerate(choices)]
        heapify(self._heap)
        self._found: list[tuple[Asked, Way]] = []

    def __iter__(self) -> Iterator[tuple[Asked, Way]]:
        for n in range(len(self._choices)):
            yield self[n]

    def __getitem__(self, n: int) -> tuple[Asked, Way]:
        """Raises IndexError where there is none."""
        while len(self._found) <= n:
            _, loose, number, way = heappop(self._heap)
            asked, choice = self._choices[number]
            if loose:
                way = self._bounds.lowest(self._ware, asked, choice)
                heappush(self._heap, (way.price, 0, number, way))
            else:
                self._found.append((asked, way))
        return self._found[n]

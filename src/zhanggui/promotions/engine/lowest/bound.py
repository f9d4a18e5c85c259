"""How low one piece can come under rules that meet, by what the kinds say of themselves: never above what is paid.

Of a line of q pieces with L left it is known at every turn that L ≥ q × `left`, a whole number of fen. A rule that takes at
most the part ρ takes at most ⌈ρ·L⌉ (largest remainder), so ⌊(1 − ρ)·L⌋ ≥ q × ⌊(1 − ρ)·left⌋ stays, and in the end no piece's
share is below `left`. The larger the goods a rule looks at, the smaller its part; what bounds them from below is `least`:
the pieces themselves, goods of an earlier rule that are all in its scope, goods of a later rule that are all in its scope.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..depth import Deep, Piece, Reach
from ..kinds import get_kind
from ..values import Lane
from .chain import ALONE, Beside, Run, run_of, runs, smallest_after
from .mall import Choice, Mall
from .wares import Asked, Ware

#: So many rules of one choice may bound each other's goods; with more of them these bounds are not used.
MOST_COUPLED = 5


class Way(NamedTuple):
    """How the price comes about: the rules that take something, in turn, each with what it takes and what was left before it."""

    price: int
    rules: tuple[int, ...] = ()
    reaches: tuple[Reach, ...] = ()
    lefts: tuple[int, ...] = ()

    def by(self, k: int, reach: Reach) -> "Way":
        lower = self.price * (reach.of - reach.off) // reach.of
        return Way(lower, (*self.rules, k), (*self.reaches, reach), (*self.lefts, self.price))


class Bounds:
    """Prices under the rules of a mall; what was asked before is known."""

    def __init__(self, mall: Mall) -> None:
        self.mall = mall
        self._named = [bool(get_kind(rule.rule.kind).names) for rule in mall.rules]
        self._lower: list[dict[tuple[int, ...], int]] = [{} for _ in mall.rules]
        self._plans: dict[tuple[int, ...], Plan] = {}
        self._runs: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
        self._chains: dict[tuple[int, ...], Run | None] = {}
        self._leasts: dict[int, int] = {}

    def free(self, ware: Ware, asked: Asked, choice: Choice) -> int:
        """What stays if every rule takes its largest part, whatever the others need of the goods: never above `lowest`."""
        left = asked.price
        if not choice.every:
            for k in choice.rules:
                left = self._after(k, ware, asked, left)
            return left
        rules = self.mall.rules
        for lane in (Lane.ITEM, Lane.SET):  # one of each
            ones = [k for k in choice.rules if rules[k].compiled.lane == lane]
            left = min((self._after(k, ware, asked, left) for k in ones), default=left)
        for k in choice.rules:
            if rules[k].orderly:
                left = self._after(k, ware, asked, left)
        return left

    def _after(self, k: int, ware: Ware, asked: Asked, left: int) -> int:
        """The least that rule `k` leaves of a piece."""
        if not left:
            return 0
        if self.mall.rules[k].orderly:
            key: tuple[int, ...] = (left, asked.quantity)
        else:
            key = (left, asked.price, asked.quantity, ware.sku_id if self._named[k] else 0)
        kept = self._lower[k]
        lower = kept.get(key)
        if lower is None:
            reaches = _reaches(self.mall, ware, asked, k, left, left * asked.quantity)
            lower = min((left * (r.of - r.off) // r.of for r in reaches), default=left)
            kept[key] = lower
        return lower

    def lowest(self, ware: Ware, asked: Asked, choice: Choice) -> Way:
        """The way to the lowest price for a piece that is asked for at `asked`, under the rules of `choice`."""
        way = self._by_runs(ware, asked, choice)
        plan = self._plan(choice.rules)
        if not choice.every and len(plan.coupled) <= MOST_COUPLED and way.price < asked.price:
            other = self._by_steps(ware, asked, choice, plan)
            way = max(way, other, key=lambda each: each.price)
        return way

    def _by_steps(self, ware: Ware, asked: Asked, choice: Choice, plan: "Plan") -> Way:
        """Where the rules' goods bound one another's, step by step."""
        free = self.free(ware, asked, choice)
        best: Way | None = None
        for rules in plan.subsets:
            if best is not None and self.free(ware, asked, Choice(rules)) >= best.price:
                continue
            for way in _ways(self.mall, ware, asked, rules, self._plan(rules).needs):
                if best is None or way.price < best.price:
                    best = way
                if best.price == free:
                    return best
        assert best is not None
        return best

    def _by_runs(self, ware: Ware, asked: Asked, choice: Choice) -> Way:
        """Run by run, each as low as it can be whatever the others need of the goods."""
        sets = [k for k in choice.rules if self.mall.rules[k].compiled.lane == Lane.SET]
        if choice.every or not sets:
            return self._in_runs(ware, asked, choice, ALONE)
        others = Choice(tuple(k for k in choice.rules if k not in sets))
        ways = [self._in_runs(ware, asked, each, beside) for each, beside in ((choice, None), (others, ALONE))]
        return min(ways, key=lambda way: way.price)

    def _in_runs(self, ware: Ware, asked: Asked, choice: Choice, beside: Beside | None) -> Way:
        way, waiting = Way(asked.price), list[Way]()
        turns = self._runs.get(choice.rules)
        if turns is None:
            turns = self._runs[choice.rules] = runs(self.mall, choice.rules)
        for n, turn in enumerate(turns):
            least = way.price * asked.quantity
            if len(turn) > 1 and way.price and (run := self._run(turn)) is not None and least <= run.most:
                found = run.lowest(way.price, asked.quantity, beside or self._beside(turn, way))
                if found is not None:
                    price, course = found
                    for k, reach in zip(course.rules, course.reaches, strict=True):
                        way = way.by(k, reach)
                    way = way._replace(price=max(price, way.price))
                continue
            for k in turn:
                lane = self.mall.rules[k].compiled.lane
                reaches = (
                    _reaches(self.mall, ware, asked, k, way.price, way.price * asked.quantity) if way.price else ()
                )
                step = min((way.by(k, reach) for reach in reaches), key=lambda after: after.price, default=way)
                if choice.every and lane in (Lane.ITEM, Lane.SET):
                    waiting.append(step)
                    if n + 1 == len(turns) or self.mall.rules[turns[n + 1][0]].compiled.lane != lane:
                        way, waiting = min(waiting, key=lambda after: after.price), []
                else:
                    way = step
        return way

    def _beside(self, turn: tuple[int, ...], way: Way) -> Beside:
        """What a rule of sets that takes something in the way needs beside the piece, in scope of a turn."""
        rules = self.mall.rules
        for k, reach in zip(way.rules, way.reaches, strict=True):
            within = not rules[k].mask & ~rules[turn[0]].mask
            if rules[k].compiled.lane == Lane.SET and within and not get_kind(rules[k].rule.kind).names:
                if k not in self._leasts:
                    self._leasts[k] = smallest_after(self.mall, k)
                return Beside(reach.pieces, self._leasts[k])
        return ALONE

    def _run(self, rules: tuple[int, ...]) -> Run | None:
        if rules not in self._chains:
            self._chains[rules] = run_of(self.mall, rules)
        return self._chains[rules]

    def _plan(self, rules: tuple[int, ...]) -> "Plan":
        plan = self._plans.get(rules)
        if plan is None:
            coupled = _coupled(self.mall, rules)
            subsets = [rules]
            if 0 < len(coupled) <= MOST_COUPLED:
                outs = [
                    {k for n, k in enumerate(coupled) if not use >> n & 1}
                    for use in sorted(range(1 << len(coupled)), key=lambda use: -use.bit_count())
                ]
                subsets = [tuple(k for k in rules if k not in out) for out in outs]
            plan = self._plans[rules] = Plan(coupled, subsets, _needs(self.mall, rules))
        return plan


class Plan(NamedTuple):
    """Of rules that meet: those whose goods bound one another's, every choice of these, and what later ones need."""

    coupled: list[int]
    subsets: list[tuple[int, ...]]
    needs: dict[int, int]


def _coupled(mall: Mall, rules: tuple[int, ...]) -> list[int]:
    """The rules that bound the goods of another, or whose goods are bounded by another."""
    found: set[int] = set()
    for n, k in enumerate(rules):
        for i in rules[:n] if mall.rules[k].orderly else ():
            if i in mall.leads[k] or (mall.rules[i].orderly and mall.within(k, i)):
                found |= {i, k}
    return sorted(found)


def _ways(mall: Mall, ware: Ware, asked: Asked, rules: tuple[int, ...], needs: dict[int, int]) -> Iterator[Way]:
    """Every choice of steps, where each of the rules takes something."""

    def on(n: int, way: Way, after: dict[int, int]) -> Iterator[Way]:
        if n == len(rules) or way.price == 0:
            yield way
            return
        k = rules[n]
        least = max([way.price * asked.quantity, *(after[i] for i in mall.leads[k] if i in after)])
        takes = False
        for reach in _kept_for(mall, ware, asked, k, way.price, least, needs.get(k, 0)):
            takes = True
            further = {**after, k: reach.total - reach.taken} if reach.total else after
            yield from on(n + 1, way.by(k, reach), further)
        if not takes:
            yield from on(n + 1, way, after)

    yield from on(0, Way(asked.price), {})


def _kept_for(mall: Mall, ware: Ware, asked: Asked, k: int, left: int, least: int, need: int) -> Iterable[Reach]:
    """What rule `k` may take of the piece, where its goods are worth `least` at least before, and `need` after it."""
    for reach in _reaches(mall, ware, asked, k, left, least):
        if reach.total - reach.taken >= need or not mall.rules[k].orderly:
            yield reach
        else:
            yield from _reaches(mall, ware, asked, k, left, max(least, need + reach.taken))


def _reaches(mall: Mall, ware: Ware, asked: Asked, k: int, left: int, least: int) -> Deep:
    rule = mall.rules[k]
    return rule.ask(Piece(ware.sku_id, asked.price, left, least, rule.smallest, rule.largest, rule.grain, mall.most))


def _needs(mall: Mall, rules: tuple[int, ...]) -> dict[int, int]:
    """By rule what later ones need at least of goods that are all in its scope."""
    found: dict[int, int] = {}
    orderly = [k for k in rules if mall.rules[k].orderly]
    for n, k in enumerate(orderly):
        rule = mall.rules[k]
        first = rule.ask(Piece(0, 1, 1, 1, rule.smallest, rule.largest, rule.grain, mall.most))
        need = min((reach.total for reach in first), default=0)
        for i in orderly[:n]:
            if need > 1 and mall.within(k, i):
                found[i] = max(found.get(i, 0), need)
    return found

"""All goods and all rules side by side: which goods are in whose scope, what pieces can be worth, which rules can meet."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import cached_property
from math import gcd
from typing import NamedTuple

from ..compiler import CompiledRule
from ..depth import Deep, Piece, Reach
from ..kinds import get_kind
from ..values import Lane, Rule
from .meeting import bits, largest_sets, never_meet, one_per_line
from .wares import Ware, asked_of

#: So many sets of rules that can meet are looked at for goods alike; above that the answer is a bound.
MOST_SETS = 200
_LANES = (Lane.ORDER, Lane.COUPON)


class Placed(NamedTuple):
    """A rule at its place among the turns, with the goods in its scope (positions of wares, and the same as bits).

    `smallest`, `largest` and `grain` as in `depth.Piece`, for when its turn comes.
    """

    compiled: CompiledRule
    positions: Sequence[int]
    mask: int
    smallest: int
    largest: int
    grain: int
    ask: Callable[[Piece], Deep]

    @property
    def rule(self) -> Rule:
        return self.compiled.rule

    @property
    def orderly(self) -> bool:
        """Whether it looks at the amount of all goods in scope together."""
        return self.compiled.lane in _LANES


class Worth(NamedTuple):
    """What a piece of a ware can be worth after the item lane: the least above zero, the most, what divides all of it, and whether it
    can be nothing."""

    least: int
    most: int
    grain: int
    free: bool


class Choice(NamedTuple):
    """Rules that can take from one piece together, in turn; `every`: too many such sets, so all rules are in this one."""

    rules: tuple[int, ...]
    every: bool = False


class Mall:
    """Goods and rules from `now` on; what takes nothing off goods (freight, gifts) is only in `everything`.

    With `tier` all its buyers are of that tier.
    """

    def __init__(
        self, wares: Iterable[Ware], rules: Iterable[Rule], now: datetime, zone: tzinfo, tier: str = ""
    ) -> None:
        self.now, self.zone = now, zone
        self.wares = sorted(wares, key=lambda ware: ware.sku_id)
        self.place_of = {ware.sku_id: i for i, ware in enumerate(self.wares)}
        self.asked = [asked_of(ware, now) for ware in self.wares]
        if tier:
            self.asked = [[each._replace(tier=tier) for each in asked] for asked in self.asked]
        compiled = [CompiledRule(r) for r in rules if r.ends_at is None or r.ends_at > now]
        self.everything = compiled
        self.compiled = in_turn(c for c in compiled if c.lane != Lane.FREIGHT and _takes(c))
        scopes = self._scopes()
        masks = [_mask(scope, len(self.wares)) for scope in scopes]
        #: Per ware the rules in whose scope it is, as bits and in turn.
        self.named = [0] * len(self.wares)
        for i, scope in enumerate(scopes):
            bit = 1 << i
            for place in scope:
                self.named[place] |= bit
        self.values = self._values()
        self.rules = self._placed(scopes, masks)
        self.apart = any(rule.apart for rule in self.compiled)
        self._choices: dict[int, list[Choice]] = {}

    def parted(self, tiers: Mapping[str, int]) -> "list[Mall]":
        """One mall for the members of each tier that pays a share of all prices (basis points), before them that of all others.

        Within each everybody finds the same ordinary prices, as the lines of a cart do: what goods can be worth together is
        then as exact as in a mall without such tiers.
        """
        if not tiers:
            return [self]
        rules = [compiled.rule for compiled in self.everything]
        others = Mall(
            (ware.without_tiers(tiers) for ware in self.wares),
            (fitting for rule in rules if (fitting := _without_tiers(rule, tiers)) is not None),
            self.now,
            self.zone,
        )
        return [others] + [
            Mall(
                (ware.for_tier(tier, share) for ware in self.wares),
                (rule for rule in rules if rule.audience is None or tier in (rule.audience.tiers or (tier,))),
                self.now,
                self.zone,
                tier,
            )
            for tier, share in sorted(tiers.items())
        ]

    def _scopes(self) -> list[Sequence[int]]:
        wanted = {token for rule in self.compiled for token in (*(rule.include or ()), *rule.exclude)}
        index: dict[int, list[int]] = {}
        for place, ware in enumerate(self.wares):
            for token in ware.goods:
                if token in wanted:
                    index.setdefault(token, []).append(place)
        found: list[Sequence[int]] = []
        for rule in self.compiled:
            if rule.include is None:
                scope: set[int] | range = range(len(self.wares))
            else:
                scope = {place for token in rule.include for place in index.get(token, ())}
            if rule.exclude:
                out = {place for token in rule.exclude for place in index.get(token, ())}
                scope = {place for place in scope if place not in out}
            found.append(scope if isinstance(scope, range) else sorted(scope))
        return found

    def _values(self) -> list[Worth]:
        """Per ware what a piece can be worth after the item lane."""
        items = [i for i, rule in enumerate(self.compiled) if rule.lane == Lane.ITEM]
        in_items = sum(1 << i for i in items)
        kept: dict[tuple[int, ...], Worth] = {}
        found = []
        for place, ware in enumerate(self.wares):
            prices = tuple(asked.price for asked in self.asked[place])
            named = self.named[place] & in_items
            highest = max([ware.sale_price, *(w.price for w in ware.windows)])
            by_sku = any(get_kind(self.compiled[i].rule.kind).names for i in bits(named))
            key = (named, highest, *prices, ware.sku_id if by_sku else 0)
            if key not in kept:
                values = {highest, *prices, *(s.price for s in ware.specials)}
                for i in bits(named):
                    ask = _asker(self.compiled[i])
                    pieces = [Piece(ware.sku_id, price, price, price, 1, price, 1, _nothing) for price in values]
                    values |= {p.left * (r.of - r.off) // r.of for p in pieces for r in ask(p)}
                least = min((v for v in values if v), default=1)
                kept[key] = Worth(least, max(values), gcd(*values), 0 in values)
            found.append(kept[key])
        return found

    def _placed(self, scopes: Sequence[Sequence[int]], masks: Sequence[int]) -> list[Placed]:
        placed: list[Placed] = []
        amounts: list[int] = []
        for i, compiled in enumerate(self.compiled):
            values = [self.values[place] for place in scopes[i]]
            smallest = min((v[0] for v in values), default=1)
            largest = max((v[1] for v in values), default=0)
            grain = gcd(*(v[2] for v in values)) or 1
            if compiled.lane > Lane.ITEM:
                for j in range(i):
                    before = self.compiled[j]
                    if before.lane == Lane.ITEM or not masks[j] & masks[i]:
                        continue
                    smallest = 1
                    within = before.lane in _LANES and not masks[j] & ~masks[i]
                    grain = gcd(grain, amounts[j]) if within else 1
            kind = get_kind(compiled.rule.kind)
            amounts.append(kind.grain(compiled.rule.terms, grain) if kind.grain else 1)
            placed.append(Placed(compiled, scopes[i], masks[i], smallest, largest, grain, _asker(compiled)))
        return placed

    @cached_property
    def against(self) -> list[int]:
        """Per rule those that never take from the same piece as it does, as bits."""
        found = list(self.never)
        for i, a in enumerate(self.compiled):
            for j in range(i):
                if one_per_line(a, self.compiled[j]):
                    found[i] |= 1 << j
                    found[j] |= 1 << i
        return found

    @cached_property
    def never(self) -> list[int]:
        """Per rule those that are never in one cart with it, as bits."""
        found = [0] * len(self.compiled)
        for i, a in enumerate(self.compiled):
            for j in range(i):
                if never_meet(a.rule, self.compiled[j].rule, self.now, self.zone):
                    found[i] |= 1 << j
                    found[j] |= 1 << i
        return found

    @cached_property
    def firsts(self) -> list[int]:
        """Per item rule those for everybody, all day, without limit, that have their turn before it and are never given up."""
        found = [0] * len(self.compiled)
        items = [(k, c) for k, c in enumerate(self.compiled) if c.lane == Lane.ITEM]
        for k, c in items:
            for i, other in items:
                first = other.rule
                always = not (first.audience or first.daily or first.exclusive_group or first.counted or other.by_code)
                if always and first.priority > max(c.rule.priority, 0):
                    found[k] |= 1 << i
        return found

    def possible(self, place: int, price: int, choice: Choice) -> list[Choice]:
        """The choice, or what of it can be where another item rule takes the ware whenever all of it runs: the choice without
        its own item rule, or what of it runs before or after the other."""
        k = next((k for k in choice.rules if self.compiled[k].lane == Lane.ITEM), None)
        if k is None or choice.every:
            return [choice]
        rules = [self.compiled[i].rule for i in choice.rules]
        begin = max([self.now, *(rule.starts_at for rule in rules)])
        ends = [rule.ends_at for rule in rules if rule.ends_at is not None]
        for i in bits(self.firsts[k] & self.named[place]):
            first = self.compiled[i].rule
            lasts = first.ends_at is None or (ends and min(ends) <= first.ends_at)
            piece = Piece(self.wares[place].sku_id, price, price, price, 1, price, 1, _nothing)
            if first.starts_at > begin or not lasts or not self.rules[i].ask(piece):
                continue
            parts = [Choice(tuple(j for j in choice.rules if j != k))]
            if first.starts_at > self.now:
                before = tuple(j for j in choice.rules if self.compiled[j].rule.starts_at < first.starts_at)
                parts += self.possible(place, price, Choice(before))
            if first.ends_at is not None:
                after = tuple(j for j in choice.rules if _runs_on(self.compiled[j].rule, first.ends_at))
                parts += self.possible(place, price, Choice(after))
            return parts
        return [choice]

    @cached_property
    def leads(self) -> list[list[int]]:
        """Per orderly rule the earlier ones (sets too) that bound its amount from below: all their goods are in its scope,
        and nothing that could meet them takes from these goods in between."""
        found: list[list[int]] = []
        for k, rule in enumerate(self.rules):
            mine = []
            for i in range(k) if rule.orderly and not self.apart else ():
                lead = self.rules[i]
                if lead.compiled.lane > Lane.ITEM and not lead.mask & ~rule.mask and not any(
                    self.rules[m].mask & lead.mask and not (self.never[m] >> i | self.never[m] >> k) & 1
                    for m in range(i + 1, k)
                ):  # fmt: skip
                    mine.append(i)
            found.append(mine)
        return found

    def within(self, k: int, i: int) -> bool:
        """Whether all goods of rule `k`, which has its turn later, are goods of rule `i`."""
        return not self.apart and not self.rules[k].mask & ~self.rules[i].mask

    def choices(self, allowed: int) -> list[Choice]:
        """The sets of rules that can take from one piece together, to which none can be added."""
        found = self._choices.get(allowed)
        if found is None:
            sets = largest_sets(allowed, self.against, MOST_SETS)
            if sets is None:
                found = [Choice(tuple(bits(allowed)), True)]
            else:
                found = [Choice(tuple(bits(each))) for each in sets]
            self._choices[allowed] = found
        return found

    def most(self, sku_id: int) -> int:
        """The most a piece of a SKU can be worth; 0 where the mall does not have it."""
        place = self.place_of.get(sku_id)
        return 0 if place is None else self.values[place][1]

    def classes(self, mask: int) -> dict[int, list[int]]:
        """The wares among `mask` by the rules they are named by, each class by rising price."""
        found: dict[int, list[int]] = {}
        for place in bits(mask):
            found.setdefault(self.named[place], []).append(place)
        return found


def _without_tiers(rule: Rule, tiers: Collection[str]) -> Rule | None:
    """The rule as it is for buyers of none of these tiers; None where it is for these alone."""
    audience = rule.audience
    if audience is None or audience.tiers.isdisjoint(tiers):
        return rule
    left = audience.tiers.difference(tiers)
    return rule._replace(audience=audience._replace(tiers=left)) if left else None


def in_turn(compiled: Iterable[CompiledRule]) -> list[CompiledRule]:
    """By lane, priority and id; the rules of one lane, priority and exclusive group have their turn together."""
    first: dict[tuple[Lane, int, str], int] = {}
    ordered = sorted(compiled, key=lambda c: (c.lane, -c.rule.priority, c.rule.id))
    for c in ordered:
        if c.rule.exclusive_group:
            first.setdefault((c.lane, c.rule.priority, c.rule.exclusive_group), c.rule.id)

    def turn(c: CompiledRule) -> tuple[int, int, int, int]:
        group = (c.lane, c.rule.priority, c.rule.exclusive_group)
        return c.lane, -c.rule.priority, first.get(group, c.rule.id), c.rule.id

    return sorted(ordered, key=turn)


def _asker(compiled: CompiledRule) -> Callable[[Piece], Deep]:
    deepest, terms = get_kind(compiled.rule.kind).deepest, compiled.rule.terms
    if deepest is None:
        return everything
    judge = deepest
    return lambda piece: judge(terms, piece)


def everything(piece: Piece) -> Deep:
    """What a rule that says nothing about itself may do."""
    return (Reach(1, 1, max(piece.least, 1), max(piece.least, 1)),)


def _runs_on(rule: Rule, at: datetime) -> bool:
    return rule.ends_at is None or rule.ends_at > at


def _nothing(_sku_id: int) -> int:
    return 0


def _takes(compiled: CompiledRule) -> bool:
    """Whether it takes anything off any goods, not only gives some with them."""
    much = 10**9
    return not compiled.gives or bool(_asker(compiled)(Piece(0, much, much, much, 1, much, 1, _nothing)))


def _mask(scope: Sequence[int], size: int) -> int:
    if isinstance(scope, range):
        return (1 << size) - 1
    buffer = bytearray((size + 7) // 8)
    for place in scope:
        buffer[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(buffer, "little")

"""Makes a set of rules ready to be asked many times: kinds bound, goods indexed, turns in order. Done once per set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from datetime import datetime, tzinfo
from itertools import groupby
from typing import NamedTuple

from .kind import Goods, Offer
from .kinds import get_kind
from .reasons import REASONS
from .values import CartLine, Explanation, GoodsFacts, Lane, Rule, Selection


def _tokens(selection: Selection) -> frozenset[int]:
    """One number space for the four kinds of id, so that matching is a look-up of integers."""
    return frozenset(
        [
            *(i * 4 for i in selection.sku_ids),
            *(i * 4 + 1 for i in selection.product_ids),
            *(i * 4 + 2 for i in selection.category_ids),
            *(i * 4 + 3 for i in selection.brand_ids),
        ]
    )


def line_tokens(line: CartLine) -> list[int]:
    """What a line can be named by; the same numbers as in `_tokens`."""
    tokens = [line.sku_id * 4, line.product_id * 4 + 1]
    tokens += [i * 4 + 2 for i in line.category_ids]
    if line.brand_id is not None:
        tokens.append(line.brand_id * 4 + 3)
    return tokens


def goods_tokens(goods: GoodsFacts) -> list[list[int]]:
    """What each SKU of a product can be named by."""
    common = [goods.product_id * 4 + 1, *[i * 4 + 2 for i in goods.category_ids]]
    if goods.brand_id is not None:
        common.append(goods.brand_id * 4 + 3)
    return [[*common, sku * 4] for sku in goods.sku_ids]


class CompiledRule:
    """A rule with its kind bound to it."""

    __slots__ = (
        *("apart", "badge", "bit", "by_code", "exclude", "gives", "include", "lane", "needs_history", "no_goods"),
        *("offer", "rule", "selective", "stepped"),
    )

    def __init__(self, rule: Rule) -> None:
        kind = get_kind(rule.kind)
        terms, judge = rule.terms, kind.offer
        self.rule = rule
        self.lane: Lane = kind.lane
        self.by_code = kind.by_code
        self.stepped = kind.stepped
        self.gives: tuple[int, ...] = tuple(kind.gives(terms)) if kind.gives else ()
        self.needs_history = rule.audience is not None and rule.audience.new is not None
        self.bit = 1 << kind.lane
        self.apart = sum(1 << lane for lane in rule.apart)
        self.badge = kind.badge(rule.terms)
        self.include = None if rule.scope.include is None else _tokens(rule.scope.include)
        if kind.names and (kind.closed or self.include is not None):
            named = _tokens(Selection(sku_ids=frozenset(kind.names(terms))))
            self.include = named if kind.closed or self.include is None else self.include | named
        self.exclude = _tokens(rule.scope.exclude)
        self.selective = self.include is not None or bool(self.exclude)
        self.offer: Callable[[Goods], Offer] = lambda goods: judge(terms, goods)
        self.no_goods = explain(rule, "no_matching_goods")

    def within(self, starts_at: datetime, ends_at: datetime | None) -> CompiledRule:
        """The same rule with another window: that of one code."""
        twin = copy(self)
        twin.rule = self.rule._replace(starts_at=starts_at, ends_at=ends_at)
        return twin

    def takes(self, tokens: Sequence[int]) -> bool:
        """Whether goods named by these tokens are in the rule's scope."""
        if self.include is not None and self.include.isdisjoint(tokens):
            return False
        return not self.exclude or self.exclude.isdisjoint(tokens)


class HeldCoupon(NamedTuple):
    """A coupon the buyer presents: a code that is his to use. `code_id` is the counter the use is taken from."""

    rule: CompiledRule
    code: str
    code_id: int
    budget_left: int | None = None


def explain(rule: Rule, code: str, coupon: str = "", **params: object) -> Explanation:
    """Why a rule did nothing, for one of the frame's own reasons."""
    return Explanation(rule.id, rule.label, coupon, False, 0, code, params, REASONS[code])


class RuleSet:
    """Compiled rules in the order of their turns, with an index from goods to rules.

    `item_levels`: rules of the item lane by priority, as positions. `bundles`: the later lanes' turns; the rules of one
    bundle share priority and exclusive group, and the one that gives most is taken. `freight`: rules about the freight.
    `gifts`: the SKUs that may be given away. `needs_member`, `needs_history`: some rule asks who buys, and whether he has
    bought before. `zone`: where daily hours are told.
    """

    __slots__ = (
        *("bundles", "counted", "excluding", "freight", "gifts", "has_apart", "has_daily", "index", "item_levels"),
        *("needs_history", "needs_member", "rules", "unbound", "zone"),
    )

    def __init__(self, rules: tuple[CompiledRule, ...], zone: tzinfo) -> None:
        self.rules = rules
        self.zone = zone
        self.index: dict[int, list[int]] = {}
        for position, rule in enumerate(rules):
            for token in rule.include or ():
                self.index.setdefault(token, []).append(position)
        self.unbound = [rule.include is None for rule in rules]
        self.excluding = [position for position, rule in enumerate(rules) if rule.exclude]
        self.has_daily = any(rule.rule.daily for rule in rules)
        self.counted = tuple(rule.rule.id for rule in rules if rule.rule.counted)
        in_item_lane = [position for position, rule in enumerate(rules) if rule.lane == Lane.ITEM]
        self.item_levels = [list(level) for _, level in groupby(in_item_lane, lambda p: rules[p].rule.priority)]
        self.bundles = _bundles(rules)
        self.freight = [position for position, rule in enumerate(rules) if rule.lane == Lane.FREIGHT]
        self.gifts = frozenset(sku for rule in rules for sku in rule.gives)
        self.has_apart = any(rule.apart for rule in rules)
        self.needs_member = any(rule.rule.audience is not None for rule in rules)
        self.needs_history = any(rule.needs_history for rule in rules)

    def matches(self, lines: Sequence[CartLine]) -> list[list[int]]:
        """For each rule the places of the lines in its scope, ascending. The lists are shared: read only."""
        everything = list(range(len(lines)))
        found: list[list[int]] = [everything if free else [] for free in self.unbound]
        if not self.index and not self.excluding:
            return found
        named = [line_tokens(line) for line in lines]
        index = self.index
        for place, tokens in enumerate(named):
            for token in tokens:
                for position in index.get(token, ()):
                    hits = found[position]
                    if not hits or hits[-1] != place:
                        hits.append(place)
        for position in self.excluding:
            exclude = self.rules[position].exclude
            found[position] = [place for place in found[position] if exclude.isdisjoint(named[place])]
        return found

    def naming(self, goods: GoodsFacts) -> list[CompiledRule]:
        """The rules that have any SKU of a product in scope, in the order of their turns."""
        common = [goods.product_id * 4 + 1, *[i * 4 + 2 for i in goods.category_ids]]
        if goods.brand_id is not None:
            common.append(goods.brand_id * 4 + 3)
        skus = [i * 4 for i in goods.sku_ids]
        positions = {position for position, free in enumerate(self.unbound) if free}
        for token in (*common, *skus):
            positions.update(self.index.get(token, ()))
        rules = [self.rules[position] for position in sorted(positions)]
        return [rule for rule in rules if not rule.exclude or any(rule.takes([*common, sku]) for sku in skus)]


def _bundles(rules: tuple[CompiledRule, ...]) -> list[list[int]]:
    """Turns after the item lane: neighbours of one lane, priority and group together, ungrouped rules alone."""
    bundles: list[list[int]] = []
    places: dict[tuple[Lane, int, str], list[int]] = {}
    for position, compiled in enumerate(rules):
        rule = compiled.rule
        if compiled.lane in (Lane.ITEM, Lane.FREIGHT):
            continue
        key = (compiled.lane, rule.priority, rule.exclusive_group)
        if rule.exclusive_group and key in places:
            places[key].append(position)
        else:
            places[key] = [position]
            bundles.append(places[key])
    return bundles


def compile_rules(rules: Iterable[Rule], zone: tzinfo) -> RuleSet:
    """Order: lane, then higher priority, then lower id. Rules of `by_code` kinds belong to codes, see `HeldCoupon`.

    Raises KeyError for an unknown kind.
    """
    compiled = sorted((CompiledRule(rule) for rule in rules), key=lambda c: (c.lane, -c.rule.priority, c.rule.id))
    return RuleSet(tuple(compiled), zone)

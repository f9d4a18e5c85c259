"""The part of a mall that decides about some of its goods: they themselves, and of all others one of each sort.

Goods are of one sort where the rules name the same of what they are and every buyer finds the same prices. What a bound knows of
a rule's goods (how little, how much, and by what grain a piece can be worth; whether all of one rule's goods are another's) it
knows of sorts, so bounds in the part are those in the whole.
"""

from collections.abc import Container, Iterable

from ..compiler import CompiledRule
from ..kinds import get_kind
from ..values import Rule
from .wares import Ware


def in_scope(wares: Iterable[Ware], rule: Rule) -> list[int]:
    """The SKUs a rule names."""
    compiled = CompiledRule(rule)
    include, exclude = compiled.include, compiled.exclude
    return [
        ware.sku_id
        for ware in wares
        if (include is None or not include.isdisjoint(ware.goods)) and (not exclude or exclude.isdisjoint(ware.goods))
    ]


def narrowed(wares: Iterable[Ware], rules: Iterable[Rule], about: Container[int]) -> list[Ware]:
    """What decides about the SKUs `about` under these rules, or under fewer of them."""
    named: set[int] = set()
    for rule in rules:
        compiled, names = CompiledRule(rule), get_kind(rule.kind).names
        named |= compiled.exclude | (compiled.include or frozenset())
        if names:
            named.update(sku * 4 for sku in names(rule.terms))
    kept: list[Ware] = []
    sorts: set[tuple[object, ...]] = set()
    for ware in wares:
        sort = (*(token for token in ware.goods if token in named), ware.prices)
        if ware.sku_id in about:
            kept.append(ware)
        elif sort not in sorts:
            sorts.add(sort)
            kept.append(ware)
    return kept

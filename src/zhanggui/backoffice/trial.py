"""A draft of a promotion tried on three carts of real goods: one piece, just enough, and a big one. Nothing is stored."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import SearchFilters, SellableSku
from zhanggui.kernel import clock
from zhanggui.kernel.i18n import Text
from zhanggui.pricing import selectors as pricing
from zhanggui.pricing.types import Price
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import (
    KINDS,
    BuyerFacts,
    CartLine,
    CartSnapshot,
    Explanation,
    HeldCoupon,
    PromotionDraft,
    Rule,
    compile_rules,
    evaluate,
    relieve,
)

MOST = 300  # pieces that are tried until a rule applies
BIG = 5
FREIGHT = 1200  # what is assumed where a rule is about the freight


class TrialLine(NamedTuple):
    title: str
    quantity: int
    unit_price: int
    discount: int


class Trial(NamedTuple):
    """One cart under the draft alone. `off` comes off the goods, `freight_off` off an assumed freight."""

    name: Text
    lines: tuple[TrialLine, ...]
    total: int
    off: int
    freight_off: int
    gifts: tuple[tuple[str, int], ...]
    explanation: Explanation


Good = tuple[SellableSku, Price, int]  # with how many of it make one helping


def trials(draft: PromotionDraft) -> list[Trial]:
    """The three carts; the second is missing where no number of pieces is enough. Raises ValidationFailed.

    Empty where no goods of the scope are for sale. Audience, dates and hours are taken as met.
    """
    rule = promotions.check(draft)
    rule = rule._replace(id=1, starts_at=clock.now() - timedelta(days=1), ends_at=None, daily=(), audience=None)
    goods = _goods(rule)
    if not goods:
        return []
    enough = next((n for n in range(1, MOST + 1) if _applies(_try(rule, goods, n, Text("", "")))), None)
    found = [_try(rule, goods, 1, Text("一件", "One piece"))]
    if enough is not None and enough > 1:
        found.append(_try(rule, goods, enough, Text("刚好够", "Just enough")))
    found.append(_try(rule, goods, (enough or 1) * BIG, Text("大单", "A big one")))
    return found


def applies(found: list[Trial]) -> bool:
    """Whether the draft gives anything in any of them."""
    return any(_applies(trial) for trial in found)


def _applies(trial: Trial) -> bool:
    return bool(trial.off or trial.freight_off or trial.gifts)


def _goods(rule: Rule) -> list[Good]:
    """What goes into the carts: the goods a kind names, in its numbers, and one of the scope. Four statements at most."""
    kind = KINDS[rule.kind]
    named = list(kind.names(rule.terms)) if kind.names else []
    helpings = dict(getattr(rule.terms, "items", {})) if rule.kind == "package" else {}
    wanted = named[:1] if kind.quota else named
    if not kind.closed:
        wanted = [*_of_scope(rule, frozenset(named)), *wanted[:1]]
    codes = catalog.sku_codes(wanted)
    skus = {sku.sku_id: sku for sku in catalog.sellable_by_code([codes[i] for i in wanted if i in codes])}
    prices = pricing.effective_prices(skus, clock.now())
    return [(skus[i], prices[i], helpings.get(i, 1)) for i in wanted if i in skus and i in prices]


def _of_scope(rule: Rule, without: frozenset[int]) -> list[int]:
    """One SKU of the rule's own scope."""
    include = rule.scope.include
    if include is not None and include.sku_ids - without:
        return [min(include.sku_ids - without)]
    category = str(min(include.category_ids)) if include is not None and include.category_ids else ""
    barred = without | rule.scope.exclude.sku_ids
    items = catalog.search(SearchFilters(category=category, sort="sales", page_size=10)).items
    return [sku for item in items for sku in item.sku_ids if sku not in barred][:1]


def _try(rule: Rule, goods: list[Good], times: int, name: Text) -> Trial:
    compiled = compile_rules([rule], clock.zone())
    lines = tuple(
        CartLine(
            str(n), sku.sku_id, sku.product_id, tuple(sku.category_ids), sku.brand_id,
            helping * (times if n == 0 or KINDS[rule.kind].closed else 1), price.sale_price, price.list_price,
        )
        for n, (sku, price, helping) in enumerate(goods)
    )  # fmt: skip
    gives = compiled.rules[0].gives
    cart = CartSnapshot(lines, clock.now(), buyer=BuyerFacts(), stock=dict.fromkeys(gives, 10**6))
    held = [HeldCoupon(compiled.rules[0], "CODE", 1)] if KINDS[rule.kind].by_code else []
    rules = compile_rules([], clock.zone()) if held else compiled
    verdict = evaluate(rules, cart, held)
    relief = relieve(rules, cart, verdict, FREIGHT, held)
    titles = {sku.sku_id: sku.title for sku, _, _ in goods}
    named = _titles([gift.sku_id for gift in verdict.gifts])
    return Trial(
        name,
        tuple(
            TrialLine(titles[line.sku_id], line.quantity, line.unit_price, judged.discount)
            for line, judged in zip(lines, verdict.lines, strict=True)
        ),
        sum(line.amount for line in verdict.lines),
        verdict.discount_total,
        relief.amount,
        tuple((named.get(gift.sku_id, ""), gift.quantity) for gift in verdict.gifts),
        (*verdict.explanation, *relief.explanation)[0],
    )


def _titles(sku_ids: list[int]) -> dict[int, str]:
    return {sku: title for sku, (_, title) in catalog.products_of(sku_ids).items()} if sku_ids else {}

"""Which promotions and coupons could take from given goods in a span of time, whoever buys."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from zhanggui.kernel import db
from zhanggui.kernel.i18n import Text

from .engine.compiler import CompiledRule, goods_tokens
from .rules import to_rule
from .types import GoodsFacts, Lane

#: The category with all above it, and the brand, beside the product: as `catalog.selectors.goods_of` tells.
Facts = Mapping[int, tuple[int, tuple[int, ...], int | None]]


class Overlap(NamedTuple):
    """A promotion that has not ended with those of the goods it is for; `everything`: it is for the whole mall."""

    promotion_id: int
    label: Text
    starts_at: datetime
    ends_at: datetime | None
    everything: bool
    sku_ids: frozenset[int]


def overlapping(goods: Facts, start: datetime, end: datetime) -> list[Overlap]:
    """Drafts too; what is only about the freight is not among them. One statement, none for no goods."""
    if not goods:
        return []
    rows = db.rows(
        "select * from promotions_promotion where state <> 'ended' and starts_at < %s and (ends_at is null or ends_at > %s)"
        " order by starts_at, id",
        (end, start),
    )
    tokens = {sku: _tokens(sku, *facts) for sku, facts in goods.items()}
    found = []
    for rule in (CompiledRule(to_rule(row)) for row in rows):
        taken = frozenset(sku for sku, names in tokens.items() if rule.takes(names))
        if taken and rule.lane != Lane.FREIGHT:
            told = rule.rule
            found.append(Overlap(told.id, told.label, told.starts_at, told.ends_at, rule.include is None, taken))
    return found


def _tokens(sku_id: int, product_id: int, path: Iterable[int], brand_id: int | None) -> list[int]:
    """What a SKU can be named by."""
    (tokens,) = goods_tokens(GoodsFacts(product_id, tuple(path), brand_id, (sku_id,)))
    return tokens

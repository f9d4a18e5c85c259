"""Hits: products in the role held against the criteria of the hit zone, and who could be one. From the mall's own numbers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import GoodsCard
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock, db, mall_settings
from zhanggui.orders import selectors as orders
from zhanggui.pricing import selectors as pricing
from zhanggui.pricing.types import Price

from . import rules
from .settings import HIT_DAYS, HIT_EXCLUDED, HIT_MARGIN, HIT_UNITS, HIT_WEIGHT
from .types import HIT, HitBoard, HitRow

#: Best sellers that are looked at.
MOST_SOLD = 500
MOST_SHOWN = 50


def hit_board() -> HitBoard:
    """The hits, who could be one, and who lacks one criterion; the best sellers first. Six statements at any size."""
    days = mall_settings.get(HIT_DAYS)
    in_role = {row["product_id"] for row in db.rows("select product_id from assortment_role where role = %s", (HIT,))}
    # enough of them that every hit has its units and its rank, and nobody is ranked who sold nothing
    sold = [(p, n) for p, n in orders.facts.units_by_product(clock.now() - timedelta(days=days), 1_000_000) if n > 0]
    units = dict(sold)
    ranks = {product: place for place, (product, _) in enumerate(sold, 1)}
    pool = [product for product, _ in sold[:MOST_SOLD]]
    rows = _judge([*pool, *sorted(in_role.difference(pool))], in_role, units, ranks)
    hits = sorted((row for row in rows if row.hit), key=lambda row: (row.fits, row.rank or MOST_SOLD))
    others = [row for row in rows if not row.hit and row.listed]
    candidates = [row for row in others if row.fits][:MOST_SHOWN]
    near = [row for row in others if row.met == len(row.verdicts) - 1][:MOST_SHOWN]
    return HitBoard(tuple(hits), tuple(candidates), tuple(near), days)


def _judge(
    product_ids: Sequence[int], in_role: Iterable[int], units: Mapping[int, int], ranks: Mapping[int, int]
) -> list[HitRow]:
    """Each against the criteria, in the order given; what is no product is left out. Four statements at most."""
    cards = catalog.assortment.cards(product_ids)
    skus = [sku for card in cards.values() for sku in card.sku_ids]
    prices = pricing.effective_prices(skus, clock.now()) if skus else {}
    free: Mapping[int, int] = inventory.available(skus) if skus else defaultdict(int)
    excluded = rules.delivery(pricing.freight_rules())
    asked = {
        "excluded": mall_settings.get(HIT_EXCLUDED),
        "weight_g": mall_settings.get(HIT_WEIGHT),
        "units": mall_settings.get(HIT_UNITS),
        "margin": mall_settings.get(HIT_MARGIN) * 100,
    }
    roles = set(in_role)
    return [
        _row(cards[product], product in roles, units.get(product, 0), ranks.get(product), prices, free, excluded, asked)
        for product in product_ids
        if product in cards
    ]


def _row(
    card: GoodsCard,
    hit: bool,
    units: int,
    rank: int | None,
    prices: Mapping[int, Price],
    free: Mapping[int, int],
    excluded: int | None,
    asked: Mapping[str, int],
) -> HitRow:
    margin = rules.margin([prices.get(sku) for sku in card.sku_ids])
    found = rules.verdicts(excluded=excluded, weight_g=card.weight_g, units=units, margin_bp=margin, asked=asked)
    return HitRow(card.id, hit, card.listed, sum(free[sku] for sku in card.sku_ids), rank, found)

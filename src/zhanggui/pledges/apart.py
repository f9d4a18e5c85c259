"""Prices that go alone, of presales and groups, beside what the mall says of the same goods now: floor, cost and ordinary price.

They were held against these when they were published. Floors and prices move afterwards, and published terms do not: what has come
to stand wrong is told, as it is of promotions that run.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from zhanggui.groupbuy import selectors as groupbuy
from zhanggui.kernel import clock
from zhanggui.kernel.i18n import Text
from zhanggui.presale import selectors as presale
from zhanggui.pricing import selectors as pricing

from .types import GROUP, PRESALE, Apart

#: What is published further ahead is looked at when its time comes nearer.
AHEAD = timedelta(days=366)


def apart() -> list[Apart]:
    """All of them, the offers that begin first first. Four statements, two for none."""
    at = clock.now()
    found = list(_offered(at))
    if not found:
        return []
    skus = sorted({sku for *_, sku, _ in found})
    prices = pricing.effective_prices(skus, at)
    floors = pricing.floors(skus)
    return [
        Apart(
            kind, offer_id, label, sku, price, starts_at, ends_at, prices[sku].sale_price if sku in prices else None,
            floors[sku].floor if sku in floors else None, floors[sku].cost if sku in floors else None,
        )
        for kind, offer_id, label, starts_at, ends_at, sku, price in found
    ]  # fmt: skip


def wrong(rows: Iterable[Apart]) -> list[Apart]:
    """Those below their floor, or no advantage any more."""
    return [row for row in rows if row.below or row.idle]


def _offered(at: datetime) -> Iterator[tuple[str, int, Text, datetime, datetime | None, int, int]]:
    for sold in presale.offers_between(at, at + AHEAD):
        if sold.stage in ("scheduled", "deposit"):
            terms = sold.draft
            for sku, article in terms.articles.items():
                yield PRESALE, sold.id, sold.label, terms.deposit_from, terms.deposit_until, sku, article.comes_to
    for offered in groupbuy.offers_between(at, at + AHEAD):
        if offered.stage in ("scheduled", "running"):
            draft = offered.draft
            for sku, price in draft.prices.items():
                yield GROUP, offered.id, offered.label, draft.starts_at, draft.ends_at, sku, price

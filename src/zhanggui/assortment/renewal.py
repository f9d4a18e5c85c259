"""Renewal: what sells slowly, what was decided about it, what is new, and when it is looked at again."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock, db, mall_settings
from zhanggui.orders import selectors as orders

from . import rules
from .settings import REVIEW_DAYS, SLOW_DAYS, SLOW_FEW, SLOW_GRACE, SLOW_SHARE
from .types import Decision, NewItem, Renewal, Review, SlowSeller

#: Of everything in stock, so many that sold least are looked at.
MOST_SLOW, MOST_NEW = 300, 100
_REVIEW = (
    "select id, at, actor_label as actor, note, slow, undecided, new from assortment_review order by id desc limit %s"
)
_DECIDED = "select product_id, kind, until, reason, units, on_hand, actor_label as actor, at from assortment_decision"


def renewal() -> Renewal:
    """The slow sellers, those without a decision first, the new items beside them, and the day of the next review.

    Eight statements at any size.
    """
    now, last = clock.now(), last_review()
    days, grace = mall_settings.get(SLOW_DAYS), mall_settings.get(SLOW_GRACE)
    units = dict(orders.facts.units_by_product(now - timedelta(days=days), 1_000_000))
    stock = catalog.assortment.slowest(units, listed_before=now - timedelta(days=grace), limit=MOST_SLOW)
    slow = _slow(stock, days)
    since = last.at if last else now - timedelta(days=mall_settings.get(REVIEW_DAYS))
    new = catalog.assortment.newest(since, MOST_NEW)
    return Renewal(
        tuple(sorted(slow, key=lambda row: (not row.open, row.units, -row.on_hand, row.product_id))),
        tuple(NewItem(product, at, units.get(product, 0)) for product, at in new),
        since, due(last), last, len(stock) == MOST_SLOW and len(slow) == MOST_SLOW,
    )  # fmt: skip


def due(last: Review | None) -> date:
    """The day of the next review: today where there never was one."""
    if last is None:
        return clock.business_date()
    return clock.business_date(last.at) + timedelta(days=mall_settings.get(REVIEW_DAYS))


def review_due() -> bool:
    """Whether the next review is due today or overdue, where there are goods at all. One statement."""
    row = db.row(
        "select (select at from assortment_review order by id desc limit 1) as at,"
        " exists (select from assortment_plan) or exists (select from assortment_role) as used"
    )
    assert row is not None
    if row["at"] is None:
        return bool(row["used"])
    return clock.business_date(row["at"]) + timedelta(days=mall_settings.get(REVIEW_DAYS)) <= clock.business_date()


def reviews(limit: int = 12) -> list[Review]:
    """Finished ones, newest first. One statement."""
    return [Review(**row) for row in db.rows(_REVIEW, (limit,))]


def last_review() -> Review | None:
    """One statement."""
    return next(iter(reviews(1)), None)


def decisions(product_id: int, limit: int = 20) -> list[Decision]:
    """What was decided about a product, newest first. One statement."""
    rows = db.rows(f"{_DECIDED} where product_id = %s order by id desc limit %s", (product_id, limit))
    return [Decision(**row) for row in rows]


def figures(product_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """(units of the last `SLOW_DAYS` days, units on hand) of products in the shop; others are absent. Three statements."""
    units = dict(orders.facts.units_by_product(clock.now() - timedelta(days=mall_settings.get(SLOW_DAYS)), 1_000_000))
    listed = catalog.assortment.listed(list(product_ids))
    on_hand = _on_hand([sku for row in listed.values() for sku in row["sku_ids"]])
    return {i: (units.get(i, 0), sum(on_hand[sku] for sku in row["sku_ids"])) for i, row in listed.items()}


def _slow(stock: list[dict[str, Any]], days: int) -> list[SlowSeller]:
    """Those of the listings that are slow, with what is proposed and what was decided."""
    share, few = mall_settings.get(SLOW_SHARE) * 100, mall_settings.get(SLOW_FEW)
    on_hand = _on_hand([sku for row in stock for sku in row["sku_ids"]])
    held = {row["product_id"]: sum(on_hand[sku] for sku in row["sku_ids"]) for row in stock}
    slow = [row for row in stock if rules.is_slow(row["units"], held[row["product_id"]], share)]
    last = orders.facts.last_sold([sku for row in slow for sku in row["sku_ids"]])
    standing, today = _standing([row["product_id"] for row in slow]), clock.business_date()
    found = []
    for row in slow:
        product, units = row["product_id"], max(row["units"], 0)
        proposal = rules.propose(
            units=units, on_hand=held[product], listed_at=row["listed_at"], today=today, days=days, few=few
        )
        found.append(
            SlowSeller(
                product, row["listed_at"], units, held[product], rules.sell_through(units, held[product]),
                last.get(product), proposal, standing.get(product),
            )
        )  # fmt: skip
    return found


def _on_hand(sku_ids: list[int]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for level in inventory.levels(sku_ids) if sku_ids else ():
        found[level.sku_id] += level.on_hand
    return found


def _standing(product_ids: list[int]) -> dict[int, Decision]:
    """The decisions that hold until today or longer, of products that are (still) in the shop."""
    rows = db.rows(
        "select * from (select distinct on (product_id) product_id, kind, until, reason, units, on_hand,"
        " actor_label as actor, at from assortment_decision where product_id = any(%s::bigint[])"
        " order by product_id, id desc) d where d.until >= %s",
        (product_ids, clock.business_date()),
    )
    return {row["product_id"]: Decision(**row) for row in rows}

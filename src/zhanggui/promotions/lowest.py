"""The lowest reachable price of the mall's own goods: what the search needs, read together, and what it found before.

Prices and floors are another module's; they come through a port.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, db, paging
from zhanggui.kernel.money import BASIS
from zhanggui.members import selectors as members

from .engine import Rule
from .engine.lowest import Answer, Lowest, Mall, Ware, Witness
from .rules import check, to_rule
from .types import LowestPreview, LowestView, Priced, PromotionDraft

PriceSource = Callable[[Sequence[int], bool], Iterable[Priced]]
_source: PriceSource | None = None


def bind_prices(source: PriceSource) -> None:
    """Tell where prices are known, and floors where they are asked for. Called once, when the mall is wired."""
    global _source
    _source = source


def floors(priced: Iterable[Priced]) -> dict[int, int]:
    return {p.sku_id: p.floor for p in priced if p.floor is not None}


def sku_ids() -> list[int]:
    """The active SKUs. One statement."""
    return [row["id"] for row in db.rows("select id from catalog_sku where active order by id")]


def prices(skus: Sequence[int], *, with_floors: bool = True) -> list[Priced]:
    """The prices of SKUs; without `with_floors`, which cost most of it, no floor is known."""
    return list(_source(skus, with_floors)) if _source is not None else []


def rules_in_force(at: datetime, *, also: int | None = None, without: int | None = None) -> list[Rule]:
    """The published rules that are not over, with (or without) one more. One statement."""
    found = db.rows(
        "select * from promotions_promotion where (state = 'live' or id = %s) and id is distinct from %s"
        " and (ends_at is null or ends_at > %s) order by id",
        (also, without, at),
    )
    return [to_rule(row) for row in found]


def rules_of(promotion_ids: Sequence[int]) -> list[Rule]:
    """One statement."""
    found = db.rows("select * from promotions_promotion where id = any(%s::bigint[])", (list(promotion_ids),))
    return [to_rule(row) for row in found]


def wares(priced: Iterable[Priced]) -> list[Ware]:
    """One statement."""
    priced = list(priced)
    goods = catalog.goods_of([p.sku_id for p in priced])
    return [
        Ware(p.sku_id, *goods[p.sku_id], p.list_price, p.sale_price, p.specials, p.windows)
        for p in priced
        if p.sku_id in goods
    ]


def shares() -> dict[str, int]:
    """What members of a tier pay of all prices, in basis points, where that is less than all of it."""
    return {tier.code: tier.discount_bp for tier in members.tiers() if tier.discount_bp < BASIS}


def mall_of(
    priced: Iterable[Priced], rules: Iterable[Rule], at: datetime, tiers: Mapping[str, int] | None = None
) -> Lowest:
    """With the tiers' shares as they are now, or others."""
    return mall_with(wares(priced), rules, at, tiers)


def mall_with(
    goods: Iterable[Ware], rules: Iterable[Rule], at: datetime, tiers: Mapping[str, int] | None = None
) -> Lowest:
    return Lowest(Mall(goods, rules, at, clock.zone()), shares() if tiers is None else tiers)


def as_cart(witness: Witness) -> dict[str, Any]:
    """A witness as it is stored and shown."""
    buyer = witness.buyer
    return {
        "lines": [list(line) for line in witness.lines],
        "coupons": list(witness.coupons),
        "at": witness.at.isoformat(),
        "channel": witness.channel,
        "buyer": {
            "tier": buyer.tier, "new": buyer.is_new, "region": buyer.region, "tags": sorted(buyer.tags),
            "employee": buyer.employee, "birthday": buyer.birthday,
        },
    }  # fmt: skip


def row_of(answer: Answer, priced: Priced) -> dict[str, Any]:
    """What is kept of an answer."""
    witness = answer.witness
    return {
        "sku_id": answer.sku_id, "price": answer.price, "bound": answer.bound, "sale_price": priced.sale_price,
        "floor": priced.floor, "cost": priced.cost, "rules": list(witness.rules),
        "goods": [sku for sku, _, _ in witness.lines], "cart": as_cart(witness),
    }  # fmt: skip


_VIEW = "select sku_id, price, bound, sale_price, floor, cost, rules, cart, stale, at from promotions_lowestprice"
#: The parts of the list, each as the rows that are in it; a margin is thin below so many basis points of the price.
_PARTS: Mapping[str, str] = {
    "": "true",
    "below": "bound < floor",
    "thin": "cost is not null and (price - cost) * 10000 < price * %(thin)s::bigint",
    "loss": "cost is not null and bound < cost",
    "bound": "bound < price",
}


def lowest_page(
    *,
    part: str = "",
    thin: int = 1000,
    rule: int | None = None,
    skus: Sequence[int] | None = None,
    cursor: str = "",
    limit: int = 50,
) -> paging.Page[LowestView]:
    """By SKU. `part`: below (their floor), thin, loss or bound (not exact); `rule`: those it takes from. One statement."""
    after = paging.decode(cursor, int)[0] if cursor else None
    found = db.rows(
        f"{_VIEW} where {_PARTS[part]} and (%(rule)s::bigint is null or rules @> array[%(rule)s::bigint])"
        " and (%(skus)s::bigint[] is null or sku_id = any(%(skus)s)) and (%(after)s::bigint is null or sku_id > %(after)s)"
        " order by sku_id limit %(limit)s",
        {"thin": thin, "rule": rule, "skus": None if skus is None else list(skus), "after": after, "limit": limit + 1},
    )
    return paging.page([LowestView(**row) for row in found], limit, lambda row: row.sku_id)


def lowest_counts(thin: int) -> dict[str, int]:
    """How many SKUs are in each part, and how many wait to be looked at again (`stale`). One statement."""
    parts = ", ".join(
        f"count(*) filter (where {_PARTS[part]})::int as {part}" for part in ("below", "thin", "loss", "bound")
    )
    row = db.row(
        f"select count(*)::int as all, {parts}, count(*) filter (where stale)::int as stale from promotions_lowestprice",
        {"thin": thin},
    )
    return dict(row or {})


#: A promotion that is not stored yet, among those that are.
NEW = 0


def preview_lowest(promotion_id: int, *, limit: int = 20) -> LowestPreview:
    """What a promotion, a draft too, would bring its goods to were it live now. The statements do not grow with the mall."""
    at = clock.now()
    return _previewed(rules_in_force(at, also=promotion_id), promotion_id, at, limit)


def preview_draft(
    draft: PromotionDraft, promotion_id: int | None = None, *, most: int = 200, limit: int = 5
) -> LowestPreview:
    """The same for terms that are only being written, in place of those of `promotion_id` (None: a new one, `NEW` in the answer).

    Quick: of its goods the `most` that have least room above their floors are looked at. Raises ValidationFailed.
    """
    rule = check(draft)._replace(id=promotion_id or NEW)
    at = clock.now()
    return _previewed([*rules_in_force(at, without=promotion_id), rule], rule.id, at, limit, most)


def _previewed(
    rules: Iterable[Rule], promotion_id: int, at: datetime, limit: int, most: int | None = None
) -> LowestPreview:
    priced = {p.sku_id: p for p in prices(sku_ids())}
    found = mall_of(priced.values(), rules, at)
    scope = found.in_scope(promotion_id)

    def room(sku: int, amount: int) -> tuple[bool, float]:
        one = priced[sku]
        return one.floor is None, amount / max(1, one.sale_price if one.floor is None else one.floor)

    looked = sorted(scope, key=lambda sku: (room(sku, priced[sku].sale_price), priced[sku].sale_price))[:most]
    bounds = {sku: found.bound(sku) for sku in looked}
    below = sum(1 for sku, bound in bounds.items() if (floor := priced[sku].floor) is not None and bound < floor)
    views = []
    for sku in sorted(looked, key=lambda sku: room(sku, bounds[sku]))[:limit]:
        row = row_of(found.answer(sku), priced[sku])
        views.append(LowestView(**{name: row[name] for name in row if name != "goods"}, stale=False, at=at))
    return LowestPreview(len(scope), len(looked), below, views)

"""The Complete Journey data set (groceries of one retailer, 2017) as past sales and proposals for the replay.

One basket is one sale, a household its buyer, in US cents. The price of a line is the loyalty price, which nearly every household
had; coupons, and what the retailer added to them, are what "really" was taken off it, as promotions of these ids. The list
price is the tag's. Costs are not in the data.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from zhanggui.kernel.i18n import Text
from zhanggui.planning.core import Proposed, Sale, SoldLine
from zhanggui.promotions.selectors import check
from zhanggui.promotions.types import BuyerFacts, CartLine, PromotionDraft

COUPON, MATCH = 1, 2
REAL = {
    COUPON: Text("优惠券", "Coupons"),
    MATCH: Text("券加码", "Added to coupons"),
}
#: `household` may be without demographics; fuel is sold by volume, so that its pieces are thousands.
_SALES = """
with lines as (
    select t.basket_id, t.household_id, t.product_id, t.quantity, t.transaction_timestamp as moment,
        round(t.sales_value * 100)::bigint as paid, round(t.retail_disc * 100)::bigint as loyalty,
        round(t.coupon_disc * 100)::bigint as coupon, round(t.coupon_match_disc * 100)::bigint as added,
        p.department, p.product_category
    from read_parquet($transactions) t left join read_parquet($products) p using (product_id)
), firsts as (select household_id, min(moment) as first_at from lines group by all)
select basket_id, household_id, min(moment) as bought, min(moment) = any_value(first_at) as first_time,
    list({'p': product_id, 'q': quantity, 'paid': paid, 'l': loyalty, 'c': coupon, 'm': added,
        'd': department, 'k': product_category} order by product_id, paid, quantity) as lines
from lines join firsts using (household_id) group by basket_id, household_id order by 3, 1
"""


def sales(folder: Path, *, weeks: int | None = None, size: int = 1000) -> Iterator[Sale]:
    """Every basket by its time; with `weeks` only those of the first so many."""
    files = {
        "transactions": str(folder / "transactions_w01-40.parquet"),
        "products": str(folder / "products.parquet"),
    }
    campaigns = _tags(folder)
    departments: dict[str, int] = {}
    until = None
    with duckdb.connect() as connection:
        found = connection.execute(_SALES, files)
        while rows := found.fetchmany(size):
            for basket, household, at, first_time, lines in rows:
                until = until or (at + timedelta(weeks=weeks) if weeks else None)
                if until is not None and at >= until:
                    return
                yield _sale(basket, household, at, first_time, lines, campaigns, departments)


def _tags(folder: Path) -> dict[int, frozenset[str]]:
    """The campaigns each household was sent, as tags."""
    rows = duckdb.execute(
        "select household_id, list('campaign-' || campaign_id) from read_parquet($1) group by 1",
        [str(folder / "campaigns.parquet")],
    ).fetchall()
    return {household: frozenset(tags) for household, tags in rows}


def _sale(
    basket: int,
    household: int,
    at: datetime,
    first_time: bool,
    lines: list[dict[str, Any]],
    campaigns: dict[int, frozenset[str]],
    departments: dict[str, int],
) -> Sale:
    instant = at.replace(tzinfo=UTC)
    sold = [_line(i, line, departments) for i, line in enumerate(lines) if _price(line) > 0]
    buyer = BuyerFacts(household, first_time, tags=campaigns.get(household, frozenset()))
    return Sale(str(basket), instant, at.date(), buyer, tuple(sold), f"m:{household}", "shop")


def _price(line: dict[str, Any]) -> int:
    """What a line came to before coupons: sales count a coupon as received, and not what the retailer added to it."""
    return int(line["paid"] + line["m"])


def _line(position: int, line: dict[str, Any], departments: dict[str, int]) -> SoldLine:
    """Amounts that the pieces do not divide, and goods sold by volume, are one piece."""
    amount, pieces = _price(line), int(line["q"])
    if pieces < 1 or pieces > 1000 or amount % pieces:
        pieces = 1
    category = departments.setdefault(line["d"] or "", len(departments) + 1)
    cart = CartLine(
        str(position), line["p"], line["p"], (category,), None, pieces, amount // pieces, (amount + line["l"]) // pieces
    )
    given = ((COUPON, line["c"]), (MATCH, line["m"]))
    left, taken = amount, []
    for promotion_id, off in given:
        off = min(int(off), left)  # a few lines carry more coupon than price
        if off > 0:
            taken.append((promotion_id, off))
            left -= off
    return SoldLine(cart, None, tuple(taken))


def proposal(kind: str, config: dict[str, Any], promotion_id: int = 10, **more: Any) -> Proposed:
    """A promotion that runs all year."""
    base: dict[str, Any] = {"label_zh": "试算", "label_en": "Proposed", "starts_at": datetime(2016, 1, 1, tzinfo=UTC)}
    draft = PromotionDraft(kind=kind, config=config, **{**base, **more})
    return Proposed(
        check(draft)._replace(id=promotion_id), budget=draft.budget, per_holder_limit=draft.per_holder_limit
    )


def campaign_coupons(folder: Path) -> list[Proposed]:
    """Each campaign as an offer: within its days, to the households it was sent to, on its goods, what its coupons gave on the
    average where they were used; once for each household."""
    rows = duckdb.execute(
        """with used as (
            select r.campaign_id, avg(t.coupon_disc + t.coupon_match_disc) as off
            from read_parquet($redemptions) r
            join (select distinct campaign_id, coupon_upc, product_id from read_parquet($coupons)) c
                using (campaign_id, coupon_upc)
            join read_parquet($transactions) t on t.household_id = r.household_id and t.product_id = c.product_id
                and t.transaction_timestamp::date = r.redemption_date::date and t.coupon_disc > 0
            group by 1)
        select d.campaign_id, d.start_date, d.end_date, u.off, list(distinct c.product_id) as goods
        from read_parquet($descriptions) d join used u using (campaign_id)
        join read_parquet($coupons) c using (campaign_id)
        group by all order by 1""",
        {
            "redemptions": str(folder / "coupon_redemptions_to_w40.parquet"),
            "coupons": str(folder / "coupons.parquet"),
            "transactions": str(folder / "transactions_w01-40.parquet"),
            "descriptions": str(folder / "campaign_descriptions.parquet"),
        },
    ).fetchall()
    found = []
    for campaign, start, end, off, goods in rows:
        cents = max(1, round(off * 100))
        found.append(
            proposal(
                "full_reduction",
                {"steps": [{"threshold": cents, "off": cents}]},
                100 + campaign,
                label_zh=f"活动 {campaign}",
                label_en=f"Campaign {campaign}",
                starts_at=start.replace(tzinfo=UTC),
                ends_at=(end + timedelta(days=1)).replace(tzinfo=UTC),
                scope={"skus": sorted(goods)[:10_000]},
                audience={"tags": [f"campaign-{campaign}"]},
                per_holder_limit=1,
            )
        )
    return found

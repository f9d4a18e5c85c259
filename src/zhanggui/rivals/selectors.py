"""Reads of competitors' prices."""

from collections.abc import Sequence
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, db, paging
from zhanggui.kernel.problems import NotFound
from zhanggui.pricing import selectors as pricing

from .types import FindingView, PriceView, RivalView, RuleView

_FINDING = """select f.id, f.sku_id, r.name as rival, s.link, s.seen_on, s.price as theirs, f.ours, f.proposed, f.held, f.state,
    f.answered_price, f.request_id, f.reason, f.by, f.at, f.decided_at
from rivals_finding f join rivals_seenprice s on s.id = f.seen_id join rivals_rival r on r.id = s.rival_id"""


def rivals(*, active_only: bool = False) -> list[RivalView]:
    """Competitors by name, with how many prices are known of each. One statement."""
    rows = db.rows(
        "select r.id, r.name, r.site, r.note, r.active, (select count(*)::int from rivals_seenprice s where s.rival_id = r.id)"
        " as prices from rivals_rival r where r.active or not %s order by r.name",
        (active_only,),
    )
    return [RivalView(**row) for row in rows]


def prices(
    *, rival_id: int | None = None, sku_id: int | None = None, cursor: str = "", limit: int = 50
) -> paging.Page[PriceView]:
    """Prices seen, newest first, beside what the mall asks now. Two statements. Raises NoSuchPage."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        "select s.id, s.rival_id, r.name as rival, s.sku_id, s.price, s.seen_on, s.link, s.note, s.by from rivals_seenprice s"
        " join rivals_rival r on r.id = s.rival_id where (%(rival)s::bigint is null or s.rival_id = %(rival)s)"
        " and (%(sku)s::bigint is null or s.sku_id = %(sku)s) and (%(before)s::bigint is null or s.id < %(before)s)"
        " order by s.id desc limit %(limit)s",
        {"rival": rival_id, "sku": sku_id, "before": before, "limit": limit + 1},
    )
    ours = our_prices([row["sku_id"] for row in rows])
    return paging.page([PriceView(**row, ours=ours.get(row["sku_id"])) for row in rows], limit, lambda view: view.id)


def our_prices(sku_ids: Sequence[int]) -> dict[int, int]:
    """What anybody pays for SKUs now; those without a price are absent. One statement, none for none."""
    if not sku_ids:
        return {}
    found = pricing.effective_prices(sorted(set(sku_ids)), clock.now())
    return {sku: price.sale_price for sku, price in found.items()}


def rules() -> list[RuleView]:
    """The rules of response, everything's first. One statement."""
    rows = db.rows(
        "select category_id, answer, threshold, undercut, most_cut, fresh_days from rivals_rule order by category_id"
    )
    return [RuleView(**row) for row in rows]


def rules_of(sku_ids: Sequence[int]) -> dict[int, RuleView]:
    """The rule of each SKU: its nearest category's, else everything's, else what is shipped. Three statements at most."""
    stored = {rule.category_id: rule for rule in rules()}
    usual = stored.get(0, RuleView(0))
    if not stored.keys() - {0}:
        return dict.fromkeys(sku_ids, usual)
    paths = {sku: path for sku, (_, path, _) in catalog.goods_of(list(sku_ids)).items()}
    return {
        sku: next((stored[each] for each in reversed(paths.get(sku, ())) if each in stored), usual) for sku in sku_ids
    }


def findings(*, state: str = "open", cursor: str = "", limit: int = 50) -> paging.Page[FindingView]:
    """Findings of a state, newest first. One statement. Raises NoSuchPage."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        f"{_FINDING} where f.state = %s and (%s::bigint is null or f.id < %s) order by f.id desc limit %s",
        (state, before, before, limit + 1),
    )
    return paging.page([FindingView(**row) for row in rows], limit, lambda view: view.id)


def finding(finding_id: int) -> FindingView:
    """One finding. One statement. Raises NotFound."""
    row: dict[str, Any] | None = db.row(f"{_FINDING} where f.id = %s", (finding_id,))
    if row is None:
        raise NotFound()
    return FindingView(**row)


def waiting(most: int = 1000) -> int:
    """How many findings are open, counted up to `most`. One statement."""
    return int(db.one("select count(*) from (select from rivals_finding where state = 'open' limit %s) o", (most,))[0])

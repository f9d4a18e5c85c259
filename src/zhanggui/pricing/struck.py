"""Which price may stand struck through beside the present one. A lawful comparison is with what was really asked.

China lets a trader compare with the lowest price of the seven days before the reduction, the European Union with that of
thirty. The list price is somebody's wish; it counts only where it is lower than that.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from zhanggui.kernel import db, mall_settings

from .types import Span, Strike

#: Every span of time a price was in force, from the history that nobody can change. A window outlasts the price under it,
#: and the later of the two edges is where the present price began.
SPANS = """
with told as (
    select h.id, h.sku_id, h.kind, h.sale_price, h.starts_at, h.ends_at, h.at from pricing_pricehistory h
    where h.sku_id = any(%(skus)s::bigint[])
        and (h.kind in ('scheduled', 'cancelled') or h.kind = 'set' and h.old_sale_price is distinct from h.sale_price)
), spans as (
    select t.sku_id, t.sale_price, t.at as since, lead(t.at) over (partition by t.sku_id order by t.id) as until,
        false as planned
    from told t where t.kind = 'set'
    union all
    select t.sku_id, t.sale_price, greatest(t.starts_at, t.at), least(t.ends_at, c.at), true
    from told t left join lateral (
        select c.at from told c
        where c.kind = 'cancelled' and c.sku_id = t.sku_id and c.starts_at = t.starts_at and c.id > t.id order by c.id limit 1
    ) c on true
    where t.kind = 'scheduled'
), began as (
    select s.sku_id, coalesce(
        max(s.since) filter (where s.planned and s.since <= %(at)s and coalesce(s.until, 'infinity') > %(at)s),
        greatest(max(s.since) filter (where not s.planned and s.since <= %(at)s),
            max(s.until) filter (where s.planned and s.until <= %(at)s and s.until > s.since))
    ) as at
    from spans s group by s.sku_id
)
"""
_STRUCK = f"""{SPANS}
select e.sku_id, least(e.list_price, min(s.sale_price)) as struck
from pricing_effective(%(skus)s::bigint[], %(at)s) e
join began b on b.sku_id = e.sku_id and b.at > %(shown_since)s
join spans s on s.sku_id = e.sku_id and s.since < b.at and coalesce(s.until, 'infinity') > greatest(b.at - %(days)s, s.since)
group by e.sku_id, e.list_price, e.sale_price
having least(e.list_price, min(s.sale_price)) > e.sale_price
"""


_EXPLAINED = f"""{SPANS}
select e.list_price, e.sale_price, b.at as began_at, (select min(s.sale_price) from spans s
    where s.since < b.at and coalesce(s.until, 'infinity') > greatest(b.at - %(days)s, s.since)) as lowest
from pricing_effective(%(skus)s::bigint[], %(at)s) e left join began b on b.sku_id = e.sku_id
"""
_SPANS_OF_ONE = f"""{SPANS}
select s.sale_price as price, s.since, s.until, s.planned from spans s
where s.until is null or s.until > s.since order by s.since desc, s.planned limit %(limit)s
"""


def struck_prices(sku_ids: Sequence[int], at: datetime) -> dict[int, int]:
    """The price to strike through beside each SKU's price at `at`; absent where none may be shown. One statement.

    It is the lowest price asked in the days before the present one began (`pricing.struck_days`), and never above the
    list price. A price that has stood for `pricing.struck_shown_days` is no reduction any more.
    """
    shown = mall_settings.get("pricing.struck_shown_days")
    if not sku_ids or not shown:
        return {}
    rows = db.rows(
        _STRUCK,
        {
            "skus": list(sku_ids),
            "at": at,
            "days": timedelta(days=mall_settings.get("pricing.struck_days")),
            "shown_since": at - timedelta(days=shown),
        },
    )
    return {row["sku_id"]: row["struck"] for row in rows}


_LOWEST = f"""{SPANS}
select e.sku_id, least(e.list_price, min(s.sale_price)) as lowest
from pricing_effective(%(skus)s::bigint[], %(at)s) e
join spans s on s.sku_id = e.sku_id and s.since < %(at)s and coalesce(s.until, 'infinity') > greatest(%(at)s - %(days)s, s.since)
group by e.sku_id, e.list_price
"""


def lowest_asked(sku_ids: Sequence[int], at: datetime) -> dict[int, int]:
    """The lowest price really asked for each SKU in the days before `at` (`pricing.struck_days`), never above its list price.

    What a reduction that begins at `at` may be compared with; nothing where the mall strikes no prices. One statement.
    """
    if not sku_ids or not mall_settings.get("pricing.struck_shown_days"):
        return {}
    days = timedelta(days=mall_settings.get("pricing.struck_days"))
    rows = db.rows(_LOWEST, {"skus": list(sku_ids), "at": at, "days": days})
    return {row["sku_id"]: row["lowest"] for row in rows}


def strike(sku_id: int, at: datetime) -> Strike | None:
    """What `struck_prices` answers for a SKU at `at`, with its reason; None where it has no price. One statement."""
    days, shown = (mall_settings.get(f"pricing.struck_{name}") for name in ("days", "shown_days"))
    row = db.row(_EXPLAINED, {"skus": [sku_id], "at": at, "days": timedelta(days=days)})
    if row is None:
        return None
    price, listed, began, lowest = row["sale_price"], row["list_price"], row["began_at"], row["lowest"]
    until = began + timedelta(days=shown) if began else None
    if not shown:
        reason = "off"
    elif lowest is None:
        reason = "unchanged"
    elif until is None or until <= at:
        reason = "stood"
    elif lowest <= price:
        reason = "not_lower"
    elif listed <= price:
        reason = "not_listed"
    else:
        return Strike("shown", min(listed, lowest), price, listed, began, lowest, until)
    return Strike(reason, None, price, listed, began, lowest, None)


def spans(sku_id: int, at: datetime, *, limit: int = 400) -> list[Span]:
    """When which price was in force, is, or is planned to be, oldest first; the newest `limit` of them. One statement."""
    rows = db.rows(_SPANS_OF_ONE, {"skus": [sku_id], "at": at, "limit": limit})
    return [Span(**row) for row in reversed(rows)]

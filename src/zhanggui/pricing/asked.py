"""The lowest price really asked before the present one: a planned price while its window was open, else the ordinary one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from zhanggui.kernel import db, mall_settings

from .struck import SPANS

#: At every moment in which a price began or ended within what is asked for, and at its start, the price in force.
_LOWEST = """
, edges as (
    select a.sku_id, a.since as at from asks a
    union
    select a.sku_id, e.at from asks a join spans s on s.sku_id = a.sku_id
        cross join lateral (values (s.since), (s.until)) as e(at)
    where e.at > a.since and e.at < a.until
), prices as (
    select e.sku_id, coalesce(
        (select s.sale_price from spans s where s.sku_id = e.sku_id and s.planned and s.since <= e.at
            and coalesce(s.until, 'infinity') > e.at order by s.since desc limit 1),
        (select s.sale_price from spans s where s.sku_id = e.sku_id and not s.planned and s.since <= e.at
            and coalesce(s.until, 'infinity') > e.at order by s.since desc limit 1)
    ) as price
    from edges e
)
select p.sku_id, min(p.price) as price from prices p where p.price is not null group by p.sku_id
"""
_BEFORE = f"""{SPANS}, asks as (
    select b.sku_id, b.at - %(days)s as since, b.at as until from began b where b.at > %(shown_since)s
){_LOWEST}"""


def lawful_strikes(sku_ids: Sequence[int], at: datetime) -> dict[int, int]:
    """The most that may be struck through beside each SKU's price at `at`, told from the history alone. One statement.

    Absent: nothing may be. What pages strike through (`struck_prices`) is held against it.
    """
    shown = mall_settings.get("pricing.struck_shown_days")
    if not sku_ids or not shown:
        return {}
    days = timedelta(days=mall_settings.get("pricing.struck_days"))
    values = {"skus": list(sku_ids), "at": at, "days": days, "shown_since": at - timedelta(days=shown)}
    return {row["sku_id"]: row["price"] for row in db.rows(_BEFORE, values)}

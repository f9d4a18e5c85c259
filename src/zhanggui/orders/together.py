"""What is bought together: for each product the others that were in the same orders, most often first."""

from datetime import datetime
from typing import NamedTuple

from zhanggui.kernel import db

from .states import VALID

#: An order of very many different goods says nothing about any two of them.
MOST_GOODS = 20

_PAIRS = """
with goods as (
    select l.order_id, array_agg(distinct l.product_id) as ids
    from orders_order o join orders_orderline l on l.order_id = o.id
    where o.placed_at >= %(since)s and o.kind = 'sale' and o.status = any(%(valid)s) and l.product_id is not null
    group by l.order_id
), pairs as (
    select a as product_id, b as other_id, count(*) as orders
    from goods g cross join lateral unnest(g.ids) a cross join lateral unnest(g.ids) b
    where cardinality(g.ids) between 2 and %(most)s and a <> b
    group by a, b having count(*) >= %(least)s
)
select product_id, array_agg(other_id order by orders desc, other_id desc) as others
from (select p.*, row_number() over (partition by product_id order by orders desc, other_id desc) as place from pairs p) ranked
where place <= %(limit)s group by product_id
"""


class BoughtTogether(NamedTuple):
    product_id: int
    others: list[int]


def bought_together(since: datetime, *, limit: int = 12, least: int = 2) -> list[BoughtTogether]:
    """For products of valid orders since then up to `limit` others that shared at least `least` orders with them.

    One statement over all those orders: for a nightly job, not for a page.
    """
    given = {"since": since, "valid": list(VALID), "most": MOST_GOODS, "least": least, "limit": limit}
    return [BoughtTogether(**row) for row in db.rows(_PAIRS, given)]

"""The orders behind a sum of `facts`: the same conditions, row by row, newest first, a page at a time."""

from datetime import datetime
from typing import Any, Literal

from zhanggui.kernel import db, paging
from zhanggui.kernel.paging import Page

from .facts import BUYER, CAME_BACK, IN_SPAN, WAS_PAID
from .states import VALID

Which = Literal["placed", "valid", "paid", "returned", "members"]

_CONDITIONS: dict[Which, str] = {
    "placed": "true",
    "valid": "o.status = any(%(valid)s)",
    "paid": WAS_PAID,
    "returned": f"{WAS_PAID} and {CAME_BACK}",
    "members": "o.status = any(%(valid)s) and o.member_id is not null",
}

_ROWS = f"""
select o.id, o.number, o.status, o.placed_at, o.province, o.source, o.currency, o.member_id is not null as by_member,
    left(md5({BUYER}), 12) as buyer, o.status = any(%(valid)s) as valid, {WAS_PAID} as paid,
    case when o.status = any(%(valid)s) then o.items_total - o.discount_total else 0 end as sales, l.units, l.cost
from orders_order o
cross join lateral (select coalesce(sum(l.quantity), 0)::bigint as units,
        case when bool_and(l.cost is not null) then sum(l.quantity * l.cost)::bigint end as cost
    from orders_orderline l where l.order_id = o.id) l
where {IN_SPAN}
"""


def rows(
    start: datetime,
    end: datetime,
    which: Which,
    *,
    currency: str = "",
    province: str | None = None,
    source: str | None = None,
    cursor: str = "",
    limit: int = 50,
) -> Page[dict[str, Any]]:
    """Orders placed in the span: all of them, the valid or paid ones, those with goods sent back, the valid ones of members.

    `buyer` is the same for orders that count as one buyer's and says nothing else of them; `cost` is None where a line's
    is unknown. `province` and `source` keep those of one row of a report's table. One statement. Raises ValidationFailed.
    """
    where, values = [_CONDITIONS[which]], {"start": start, "end": end, "valid": list(VALID), "limit": limit + 1}
    for column, wanted in (("currency", currency or None), ("province", province), ("source", source)):
        if wanted is not None:
            where.append(f"o.{column} = %({column})s")
            values[column] = wanted
    if cursor:
        where.append("(o.placed_at, o.id) < (%(at)s::timestamptz, %(id)s)")
        values["at"], values["id"] = paging.decode(cursor, datetime, int)
    sql = f"{_ROWS} and {' and '.join(where)} order by o.placed_at desc, o.id desc limit %(limit)s"
    return paging.page(db.rows(sql, values), limit, lambda r: r["placed_at"], lambda r: r["id"])

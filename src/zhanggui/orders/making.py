"""What the workshop asks of orders: paid ones that wait until something of them is made. One statement each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from zhanggui.kernel import db

from .states import HELD_TO_BE_MADE

_TO_MAKE = """
select o.number, o.buyer_note, coalesce(o.paid_at, o.placed_at) as paid_at, o.dispatch_due_at as due_at, o.dispatch_latest_at as latest_at,
    l.position as line, l.sku_code, l.sku_id, l.product_id, l.title, l.options, l.image, coalesce(l.particulars, '[]') as particulars
from orders_order o join orders_orderline l on l.order_id = o.id and l.supply_mode = 'made_to_order'
where o.hold = %s and o.status = 'paid' and (%s::text[] is null or o.number = any(%s))
order by o.dispatch_due_at, o.id, l.position limit %s
"""


def to_make(numbers: Sequence[str] | None = None, *, limit: int = 500) -> list[dict[str, Any]]:
    """Lines made to order of paid orders that wait for it, the most urgent first; of these orders, or of all."""
    wanted = list(numbers) if numbers is not None else None
    return db.rows(_TO_MAKE, (HELD_TO_BE_MADE, wanted, wanted, limit))


def to_make_by(until: datetime, most: int = 1000) -> int:
    """Paid orders that wait to be made and are to leave by then, counted up to `most`. One statement."""
    row = db.row(
        "select count(*)::int as n from (select 1 from orders_order where hold = %s and status = 'paid' and dispatch_due_at < %s"
        " limit %s) o",
        (HELD_TO_BE_MADE, until, most),
    )
    return row["n"] if row else 0

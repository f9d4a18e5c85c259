"""Orders as they were sold, for replays: which ones a span holds, then whole orders by id, a batch at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhanggui.kernel import db

from .states import VALID

#: Whoever bought before: by member, else as known to purchase limits. Cancelled orders never count as bought.
_BUYER = "coalesce('m:' || o.member_id, nullif(o.holder, ''))"
_IDS = f"""
select o.id, coalesce(b.first_at < o.placed_at, false) as regular
from orders_order o left join (
    select {_BUYER} as buyer, min(o.paid_at) as first_at from orders_order o
    where o.paid_at < %(end)s and o.cancelled_at is null group by 1
) b on b.buyer = {_BUYER}
where o.placed_at >= %(start)s and o.placed_at < %(end)s and o.currency = %(currency)s
order by o.placed_at, o.id
"""
_PAST = """
select o.id, o.number, o.placed_at, o.status = any(%s) as valid, o.cancelled_at, o.member_id, o.holder, o.channel, o.province,
    o.shipping_total, o.explanation,
    (select jsonb_agg(jsonb_build_array(l.position, l.sku_id, l.product_id, l.quantity, l.list_price, l.unit_price, l.cost,
        l.payable, l.discounts) order by l.position) from orders_orderline l where l.order_id = o.id) as lines
from unnest(%s::bigint[]) with ordinality as wanted(id, place) join orders_order o on o.id = wanted.id
order by wanted.place
"""


@dataclass(frozen=True, slots=True)
class PastCount:
    """Orders placed in a span: in the currency asked for, and in others."""

    orders: int
    others: int


def count(start: datetime, end: datetime, currency: str) -> PastCount:
    """How many orders were placed in [start, end). One statement."""
    row = db.row(
        "select count(*) filter (where currency = %s)::int as orders, count(*) filter (where currency <> %s)::int as others"
        " from orders_order where placed_at >= %s and placed_at < %s",
        (currency, currency, start, end),
    )
    return PastCount(**row) if row else PastCount(0, 0)


def ids(start: datetime, end: datetime, currency: str, *, size: int) -> Iterator[list[tuple[int, bool]]]:
    """Orders placed in [start, end) by their time, in batches of (id, whether its buyer had bought before).

    One statement, kept open at the server: orders placed meanwhile are not among them, and nothing is held here.
    """
    span = {"start": start, "end": end, "currency": currency}
    for batch in db.batches(_IDS, span, size=size):
        yield [(row["id"], row["regular"]) for row in batch]


def whole(order_ids: Sequence[int]) -> list[dict[str, Any]]:
    """The orders with their lines, in this order. One statement.

    A line is [position, sku, product, quantity, list price, unit price, cost, payable, discounts]; `valid` as in ORD-08, as of now.
    """
    return db.rows(_PAST, (list(VALID), list(order_ids)))

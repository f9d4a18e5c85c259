"""Orders as they were sold, for replays: which ones a span holds, then whole orders by id, a batch at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhanggui.kernel import db

from .states import VALID

_IDS = """
select id from orders_order where placed_at >= %(start)s and placed_at < %(end)s and currency = %(currency)s and kind = 'sale'
order by placed_at, id
"""
#: Whether the buyer had another order then that was not cancelled yet: a member by his orders, a guest by those to his mobile.
_REGULAR = """case when o.member_id is not null then exists (select from orders_order p where p.member_id = o.member_id
        and p.placed_at < o.placed_at and (p.cancelled_at is null or p.cancelled_at >= o.placed_at))
    else o.contact_mobile <> '' and exists (select from orders_order p where p.contact_mobile = o.contact_mobile
        and p.contact_mobile <> '' and p.placed_at < o.placed_at and (p.cancelled_at is null or p.cancelled_at >= o.placed_at)) end"""
_PAST = f"""
select o.id, o.number, o.placed_at, o.status = any(%s) as valid, o.cancelled_at, o.member_id, o.holder, o.channel, o.province,
    o.shipping_total, o.explanation, o.deposit > 0 as reserved, {_REGULAR} as regular,
    (select jsonb_agg(jsonb_build_array(l.position, l.sku_id, l.product_id, l.quantity, l.list_price - l.surcharge,
        l.unit_price - l.surcharge, l.cost, l.payable - l.quantity * l.surcharge, l.discounts) order by l.position)
     from orders_orderline l where l.order_id = o.id) as lines
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
        " from orders_order where kind = 'sale' and placed_at >= %s and placed_at < %s",
        (currency, currency, start, end),
    )
    return PastCount(**row) if row else PastCount(0, 0)


def ids(start: datetime, end: datetime, currency: str, *, size: int) -> Iterator[list[int]]:
    """Orders placed in [start, end) by their time, in batches of ids.

    One statement, kept open at the server: orders placed meanwhile are not among them, and nothing is held here.
    """
    span = {"start": start, "end": end, "currency": currency}
    for batch in db.batches(_IDS, span, size=size):
        yield [row["id"] for row in batch]


def whole(order_ids: Sequence[int]) -> list[dict[str, Any]]:
    """The orders with their lines, in this order. One statement.

    A line is [position, sku, product, quantity, list price, unit price, cost, payable, discounts], all without what its
    particulars cost; `valid` as in ORD-08, as of now;
    `regular`: its buyer had bought before, as of then. `reserved`: it was made of a presale's reservation, at its price.
    """
    return db.rows(_PAST, (list(VALID), list(order_ids)))

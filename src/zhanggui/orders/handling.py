"""What the warehouse asks of orders: for the review, for picking and for the packing table. Each in one statement."""

from collections.abc import Sequence
from typing import Any

from zhanggui.kernel import db

from .states import VALID

_TO_REVIEW = """
select o.number, o.status, o.hold, o.member_id, o.contact_name, o.contact_mobile, o.province, o.city, o.district, o.address_line,
    o.buyer_note, o.total, o.currency, coalesce(o.paid_at, o.placed_at) as paid_at,
    coalesce(o.dispatch_due_at, o.paid_at, o.placed_at) as due_at, l.units, l.skus,
    (select count(*)::int from orders_timelineentry t where t.order_id = o.id and t.kind = 'note') as staff_notes
from orders_order o
cross join lateral (select coalesce(sum(l.quantity - l.shipped_quantity - l.refunded_quantity), 0)::int as units,
        count(distinct l.sku_code) filter (where l.shipped_quantity + l.refunded_quantity < l.quantity)::int as skus
    from orders_orderline l where l.order_id = o.id) l
where o.number = any(%s) and o.status in ('paid', 'fulfilling') and (o.delivery_method = 'express' or o.delivery -> 'point' is not null)
    and o.origin = ''
order by o.id
"""
_TO_PACK = """
select o.number, o.status, o.hold, o.member_id, o.total, o.paid_total, o.currency, o.contact_name, o.contact_mobile, o.province,
    o.city, o.district, o.address_line, o.buyer_note, o.delivery_method, o.delivery, o.dispatch_due_at, o.dispatch_latest_at,
    (select coalesce(jsonb_agg(jsonb_build_object('line', l.position, 'sku', l.sku_code, 'sku_id', l.sku_id, 'title', l.title,
        'options', l.options, 'image', l.image, 'discounts', l.discounts, 'supply_mode', l.supply_mode,
        'particulars', l.particulars,
        'open', l.quantity - l.shipped_quantity - l.refunded_quantity) order by l.position), '[]')
     from orders_orderline l where l.order_id = o.id) as lines,
    (select coalesce(jsonb_agg(jsonb_build_object('at', t.at, 'by', t.actor_label, 'text', t.data ->> 'text') order by t.id), '[]')
     from orders_timelineentry t where t.order_id = o.id and t.kind = 'note') as notes
from orders_order o where o.number = any(%s)
"""
_FIRST = """
select o.number from orders_order o where o.number = any(%s) and not exists (
    select 1 from orders_order e where e.member_id = o.member_id and e.id < o.id and e.status = any(%s))
and not exists (select 1 from orders_order e where o.contact_mobile <> '' and e.contact_mobile = o.contact_mobile and e.id < o.id
    and e.status = any(%s))
"""


def to_review(numbers: Sequence[str]) -> list[dict[str, Any]]:
    """Of these orders the paid ones that are sent, with what the review looks at."""
    return db.rows(_TO_REVIEW, (list(numbers),))


def paid_to_send(*, after: int = 0, limit: int = 1000) -> dict[str, int]:
    """Numbers and ids of paid orders that are sent and that nobody has begun, by id."""
    rows = db.rows(
        "select number, id from orders_order where status = 'paid' and (delivery_method = 'express' or delivery -> 'point' is not null)"
        " and origin = '' and id > %s order by id limit %s",
        (after, limit),
    )
    return {row["number"]: row["id"] for row in rows}


def to_pack(numbers: Sequence[str]) -> dict[str, dict[str, Any]]:
    """These orders with the units of each line that are still to leave, and what colleagues noted, oldest first."""
    return {row["number"]: row for row in db.rows(_TO_PACK, (list(numbers),))}


def first_of_buyers(numbers: Sequence[str]) -> set[str]:
    """Of these orders those before which their buyer (a member, or a mobile) had no valid one."""
    return {row["number"] for row in db.rows(_FIRST, (list(numbers), list(VALID), list(VALID)))}

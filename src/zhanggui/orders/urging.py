"""Reads of urging: unpaid orders whose buyers may be reminded, and buyers who ask for their parcels."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from zhanggui.kernel import clock, db, mall_settings, paging
from zhanggui.kernel.paging import Page

from .states import PENDING

REMINDED = "pay_reminder"  # the kind of the entry on the order
_LINES = """(select coalesce(jsonb_agg(jsonb_build_object('sku_id', l.sku_id, 'title', l.title, 'options', l.options,
    'quantity', l.quantity) order by l.position), '[]') from orders_orderline l where l.order_id = o.id) as lines"""
_UNPAID = f"""
select o.id, o.number, o.status, o.member_id, o.currency, o.total, o.deposit, o.payment_provider, o.contact_name, o.contact_mobile,
    o.placed_at, o.expires_at, coalesce(r.reminders, 0) as reminders, r.reminded_at, {_LINES}
from orders_order o
left join lateral (select count(*)::int as reminders, max(t.at) as reminded_at from orders_timelineentry t
    where t.order_id = o.id and t.kind = '{REMINDED}') r on true
where o.status = 'pending_payment' and o.expires_at > kernel_now()
    and (%s::timestamptz is null or (o.expires_at, o.id) > (%s::timestamptz, %s))
order by o.expires_at, o.id limit %s
"""
_URGED = f"""
select u.id as urge_id, u.at as urged_at, u.text as urge_text, o.id, o.number, o.status, o.member_id, o.currency, o.total,
    o.contact_name, o.contact_mobile, o.placed_at, o.paid_at, o.dispatch_due_at, o.dispatch_latest_at, {_LINES}
from orders_urge u join orders_order o on o.id = u.order_id
where u.answered_at is null and o.status in ('paid', 'fulfilling') and (%s::bigint is null or u.id > %s)
order by u.id limit %s
"""


@dataclass(frozen=True, slots=True)
class Urged:
    """What a buyer last said about an order that has not left, and what he was answered ("" yet). `next_at`: when he may again."""

    at: datetime
    text: str
    answer: str
    answered_at: datetime | None
    next_at: datetime


def unpaid(*, cursor: str = "", limit: int = 50) -> Page[dict[str, Any]]:
    """Unpaid orders, those whose time ends first: with `reminders`, `reminded_at`. One statement."""
    ends, last = paging.decode(cursor, datetime, int) if cursor else (None, None)
    rows = db.rows(_UNPAID, (ends, ends, last, limit + 1))
    return paging.page(rows, limit, lambda row: row["expires_at"], lambda row: row["id"])


def remindable(order: dict[str, Any], at: datetime) -> bool:
    """Whether the buyer of this order (a row of `unpaid`) may be reminded at that instant, by the mall's rules. No statement."""
    every, within = (mall_settings.get(f"orders.remind_{name}_hours") for name in ("every", "within"))
    last = order["reminded_at"]
    return (
        order["status"] == PENDING
        and order["placed_at"] + timedelta(hours=within) > at
        and (last is None or last + timedelta(hours=every) <= at)
    )


def urged(*, cursor: str = "", limit: int = 50) -> Page[dict[str, Any]]:
    """Orders that have not left whose buyers wait for an answer, who asked first first. One statement."""
    last = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(_URGED, (last, last, limit + 1))
    return paging.page(rows, limit, lambda row: row["urge_id"])


def urge_of(number: str) -> Urged | None:
    """The last time the buyer of an order asked for it. One statement."""
    row = db.row(
        "select u.at, u.text, u.answer, u.answered_at from orders_urge u join orders_order o on o.id = u.order_id"
        " where o.number = %s order by u.at desc limit 1",
        (number,),
    )
    if row is None:
        return None
    return Urged(**row, next_at=row["at"] + timedelta(hours=mall_settings.get("orders.urge_every_hours")))


def urge_counts(most: int = 1000) -> dict[str, int]:
    """How many buyers wait for an answer (`urged`), and how many orders wait for payment (`unpaid`), up to `most`. One statement."""
    found = db.row(
        "select (select count(*)::int from (select 1 from orders_urge u join orders_order o on o.id = u.order_id"
        " where u.answered_at is null and o.status in ('paid', 'fulfilling') limit %(most)s) a) as urged,"
        " (select count(*)::int from (select 1 from orders_order where status = 'pending_payment' and expires_at > %(at)s"
        " limit %(most)s) b) as unpaid",
        {"most": most, "at": clock.now()},
    )
    return dict(found or {})

"""Reads of orders. Each public function names its number of statements; lists have the same number at any size."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from zhanggui.kernel import db, paging
from zhanggui.kernel.paging import Page
from zhanggui.kernel.problems import ValidationFailed
from zhanggui.payments.types import OrderMoney
from zhanggui.presale import selectors as presale

from . import behind as behind  # the orders behind those sums
from . import facts as facts  # sums for reports are read through here
from . import past as past  # orders as they were sold, for replays
from . import turnover as turnover  # what SKUs sold, for the analysis of stock
from .handling import first_of_buyers as first_of_buyers
from .handling import paid_to_send as paid_to_send
from .handling import to_pack as to_pack
from .handling import to_review as to_review
from .making import to_make as to_make
from .making import to_make_by as to_make_by
from .personal import masked as masked
from .personal import sees_buyers as sees_buyers
from .promise import HOURS as PROMISE_HOURS  # noqa: F401
from .promise import LATEST_HOURS as PROMISE_LATEST_HOURS  # noqa: F401
from .promise import hours_from as promised_from  # noqa: F401
from .rules import access_token as access_token
from .rules import as_placed as as_placed
from .rules import is_customised as is_customised
from .rules import is_gift as is_gift
from .rules import made_as as made_as
from .rules import may_see as may_see
from .segments import members_matching as members_matching
from .spending import Spending as Spending
from .spending import goods_kept as goods_kept
from .spending import growth as growth
from .spending import members_of as members_of
from .spending import spending as spending
from .states import STATUSES
from .together import bought_together as bought_together
from .urging import Urged as Urged
from .urging import remindable as remindable
from .urging import unpaid as unpaid
from .urging import urge_counts as urge_counts
from .urging import urge_of as urge_of
from .urging import urged as urged

_BOUGHT = """
select m as member_id, null as mobile from unnest(%s::bigint[]) m
where exists (select 1 from orders_order o where o.member_id = m and o.status <> 'cancelled')
union all
select null, m from unnest(%s::text[]) m
where exists (select 1 from orders_order o where o.contact_mobile = m and o.contact_mobile <> '' and o.status <> 'cancelled')
"""


def bought_before(member_ids: Sequence[int], mobiles: Sequence[str]) -> tuple[list[int], list[str]]:
    """Of these members and mobile numbers those with an order that was not cancelled. One statement, none for none."""
    if not member_ids and not mobiles:
        return [], []
    found = db.rows(_BOUGHT, (list(member_ids), list(mobiles)))
    return (
        [row["member_id"] for row in found if row["member_id"] is not None],
        [row["mobile"] for row in found if row["mobile"] is not None],
    )


_ORDER = """
select o.id, o.number, o.kind, o.status, o.member_id, o.channel, o.source, o.origin, o.external_id, o.currency, o.items_total,
    o.discount_total, o.shipping_total, o.total, o.paid_total, o.deposit, o.refunded_total, o.payment_provider, o.explanation,
    o.delivery_method, o.contact_name, o.contact_mobile, o.province, o.city, o.district, o.address_line, o.buyer_note, o.delivery,
    o.placed_at, o.expires_at, o.paid_at, o.dispatch_due_at, o.dispatch_latest_at, o.whole_hours, o.shipped_at,
    o.delivered_at,
    o.completed_at, o.cancelled_at, o.cancel_reason, o.hold,
    (select coalesce(jsonb_agg(jsonb_build_object('line', l.position, 'sku', l.sku_code, 'sku_id', l.sku_id,
        'product_id', l.product_id, 'title', l.title, 'options', l.options, 'image', l.image, 'quantity', l.quantity,
        'list_price', l.list_price, 'unit_price', l.unit_price, 'discount', l.discount, 'payable', l.payable,
        'discounts', l.discounts, 'special', l.special, 'instead_of', l.instead_of,
        'supply_mode', l.supply_mode, 'promise_hours', l.promise_hours,
        'particulars', l.particulars, 'surcharge', l.surcharge, 'shipped_quantity', l.shipped_quantity,
        'refunded_quantity', l.refunded_quantity, 'refunded_amount', l.refunded_amount) order by l.position), '[]')
     from orders_orderline l where l.order_id = o.id) as lines,
    (select coalesce(jsonb_agg(jsonb_build_object('at', t.at, 'kind', t.kind, 'actor', t.actor_kind,
        'actor_label', t.actor_label, 'public', t.public, 'data', t.data) order by t.kind <> 'placed', t.at, t.id), '[]') from (
            select o.placed_at as at, 0 as id, 'placed' as kind, case when o.member_id is null then 'guest' else 'member' end
                as actor_kind, '' as actor_label, true as public, '{}'::jsonb as data
            where not exists (select 1 from orders_timelineentry p where p.order_id = o.id and p.kind = 'placed')
            union all
            select o.paid_at, 1, 'paid', 'system', 'payments', true, '{}' where o.paid_at is not null and o.paid_total > 0
            union all
            select e.at, e.id, e.kind, e.actor_kind, e.actor_label, e.public, e.data
            from orders_timelineentry e where e.order_id = o.id) t) as timeline
from orders_order o
"""

_LIST = """
select o.id, o.number, o.kind, o.status, o.member_id, o.channel, o.origin, o.currency, o.total, o.paid_total, o.deposit, o.refunded_total,
    o.payment_provider, o.delivery_method, o.contact_name, o.contact_mobile, o.province, o.city, o.placed_at, o.paid_at,
    o.expires_at, o.dispatch_due_at, o.dispatch_latest_at, o.hold,
    (select coalesce(jsonb_agg(jsonb_build_object('line', l.position, 'sku', l.sku_code, 'sku_id', l.sku_id,
        'title', l.title, 'options', l.options, 'image', l.image, 'quantity', l.quantity,
        'payable', l.payable, 'particulars', l.particulars)
        order by l.position), '[]')
     from orders_orderline l where l.order_id = o.id) as lines
from orders_order o
"""

#: Each part has an index of its own. Names are indexed from shipping on, so that selling writes nothing; before it, orders
#: are few and found by what they wait for.
_FOUND = """select id from orders_order where number = %s
    union all select id from orders_order where contact_mobile = %s and contact_mobile <> ''
    union all select id from orders_order where contact_name = %s and contact_name <> ''
        and status in ('shipped', 'delivered', 'completed', 'cancelled', 'refunded')
    union all select id from orders_order where status = 'pending_payment' and contact_name = %s
    union all select id from orders_order where status in ('paid', 'fulfilling') and contact_name = %s"""
#: By the SKU, or by the code alone where the article is not in this catalogue (imported history).
_OF_SKU = """select order_id from orders_orderline where sku_id = (select id from catalog_sku where code = %s)
    union all select order_id from orders_orderline where sku_id is null and sku_code = %s"""


def find(number: str) -> dict[str, Any] | None:
    """One order with its lines and timeline, or None. One statement."""
    return db.row(_ORDER + " where o.number = %s", (number,))


def terms(number: str) -> dict[str, Any] | None:
    """What a partial return of an order goes by, as it was kept with it; None: each unit gives back its share. One statement."""
    row = db.row("select terms from orders_order where number = %s", (number,))
    return row["terms"] if row else None


def find_many(numbers: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Orders by number. One statement."""
    return {r["number"]: r for r in db.rows(_ORDER + " where o.number = any(%s)", (list(numbers),))}


def sent_since(arrived: datetime, sent: datetime, *, after: int = 0, limit: int = 100) -> list[dict[str, Any]]:
    """Orders with an id above `after` that have wholly left, by id: arrived since the one instant, or else sent since the other.

    Imported history is not among them. One statement.
    """
    earliest = min(arrived, sent) - timedelta(days=90)  # no order takes longer to be sent and to arrive
    return db.rows(
        _ORDER
        + " where o.placed_at > %s and o.id > %s and o.status in ('shipped', 'delivered', 'completed') and o.origin = ''"
        " and case when coalesce(o.delivered_at, o.completed_at) is null then o.shipped_at > %s"
        " else coalesce(o.delivered_at, o.completed_at) > %s end order by o.id limit %s",
        (earliest, after, sent, arrived, limit),
    )


def of_member(
    member_id: int, *, statuses: Sequence[str] = (), cursor: str = "", limit: int = 20
) -> Page[dict[str, Any]]:
    """A member's orders, of some statuses or all, newest first. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        _LIST
        + " where o.member_id = %s and (%s::text[] = '{}' or o.status = any(%s)) and (%s::bigint is null or o.id < %s)"
        " order by o.id desc limit %s",
        (member_id, list(statuses), list(statuses), before, before, limit + 1),
    )
    return paging.page(rows, limit, lambda r: r["id"])


def counts_of_member(member_id: int) -> dict[str, int]:
    """How many of a member's orders stand where. One statement."""
    found = db.rows(
        "select status, count(*)::int as n from orders_order where member_id = %s group by status", (member_id,)
    )
    return {r["status"]: r["n"] for r in found}


def listing(
    *,
    status: str = "",
    q: str = "",
    sku: str = "",
    member_id: int | None = None,
    placed_from: datetime | None = None,
    placed_to: datetime | None = None,
    overdue: bool = False,
    cursor: str = "",
    limit: int = 50,
) -> Page[dict[str, Any]]:
    """Orders for staff, newest first (ORD-03). One statement.

    `q` is an order number, a mobile, a name or the code of a line, `sku` that code alone; `overdue` keeps the
    paid ones past their dispatch time.
    """
    where: list[str] = ["true"]
    params: list[Any] = []

    def need(condition: str, *values: Any) -> None:
        where.append(condition)
        params.extend(values)

    if status in STATUSES:
        need(f"o.status = '{status}'")  # a constant, so that the indexes of single states may serve
    elif status:
        need("false")
    if q:
        need(f"o.id in ({_FOUND} union all {_OF_SKU})", *[q] * 7)
    if sku:
        need(f"o.id in ({_OF_SKU})", sku, sku)
    if member_id is not None:
        need("o.member_id = %s", member_id)
    if placed_from:
        need("o.placed_at >= %s", placed_from)
    if placed_to:
        need("o.placed_at < %s", placed_to)
    if overdue:
        need("o.status in ('paid', 'fulfilling') and o.dispatch_due_at < kernel_now()")
    if cursor:
        need("o.id < %s", paging.decode(cursor, int)[0])
    rows = db.rows(_LIST + f" where {' and '.join(where)} order by o.id desc limit %s", (*params, limit + 1))
    return paging.page(rows, limit, lambda r: r["id"])


def awaiting_dispatch(
    *, due_before: datetime | None = None, latest_before: datetime | None = None, cursor: str = "", limit: int = 50
) -> Page[dict[str, Any]]:
    """Paid orders that have not left whole, by the time they are due (SHP-01). One statement."""
    due, last = _due_cursor(cursor) if cursor else (None, None)
    rows = db.rows(
        _LIST + " where o.status in ('paid', 'fulfilling') and o.dispatch_due_at is not null"
        " and exists (select 1 from orders_orderline l where l.order_id = o.id"
        "     and l.shipped_quantity + l.refunded_quantity < l.quantity)"
        " and (%s::timestamptz is null or o.dispatch_due_at <= %s) and (%s::timestamptz is null or o.dispatch_latest_at <= %s)"
        " and (%s::timestamptz is null or (o.dispatch_due_at, o.id) > (%s::timestamptz, %s))"
        " order by o.dispatch_due_at, o.id limit %s",
        (due_before, due_before, latest_before, latest_before, due, due, last, limit + 1),
    )
    return paging.page(rows, limit, lambda r: r["dispatch_due_at"].isoformat(), lambda r: r["id"])


def _due_cursor(cursor: str) -> tuple[datetime, int]:
    text, last = paging.decode(cursor, str, int)
    try:
        due = datetime.fromisoformat(text)
    except ValueError:
        due = None
    if due is None or due.tzinfo is None:
        raise ValidationFailed.one(
            "cursor", "invalid", "翻页标记无效，请从第一页开始", "not a valid cursor; start over"
        )
    return due, last


def named(q: str, *, limit: int = 6) -> list[dict[str, Any]]:
    """The orders somebody means by a number or a buyer's mobile, newest first. One statement, by index at any size."""
    return db.rows(
        _LIST + " where o.id in (select id from orders_order where number = %s union all"
        " (select id from orders_order where contact_mobile = %s and contact_mobile <> '' order by id desc limit %s))"
        " order by o.id desc limit %s",
        (q, q, limit, limit),
    )


def urgent_counts(at: datetime, *, soon: timedelta, most: int = 1000) -> dict[str, int]:
    """What waits for somebody, each counted up to `most`. One statement.

    Of the paid orders that have not left whole: `waiting`, of those `late` (past the promise), `overdue` (past the limit),
    `soon` (due within `soon`); and `expiring`, unpaid ones that run out within `soon`.
    """
    found = db.row(
        "with waiting as (select o.dispatch_due_at as due, o.dispatch_latest_at as latest from orders_order o"
        " where o.status in ('paid', 'fulfilling') and o.dispatch_due_at is not null"
        " and exists (select 1 from orders_orderline l where l.order_id = o.id"
        "     and l.shipped_quantity + l.refunded_quantity < l.quantity)"
        " order by o.dispatch_due_at limit %(most)s)"
        " select count(*)::int as waiting, count(*) filter (where due <= %(at)s and latest > %(at)s)::int as late,"
        " count(*) filter (where latest <= %(at)s)::int as overdue,"
        " count(*) filter (where due > %(at)s and due <= %(soon)s)::int as soon,"
        " (select count(*)::int from (select 1 from orders_order where status = 'pending_payment'"
        "     and expires_at > %(at)s and expires_at <= %(soon)s limit %(most)s) e) as expiring from waiting",
        {"at": at, "soon": at + soon, "most": most},
    )
    return dict(found or {})


def counts_by_status() -> dict[str, int]:
    """How many orders stand where. One statement."""
    return {r["status"]: r["n"] for r in db.rows("select status, count(*)::int as n from orders_order group by status")}


def money(start: datetime, end: datetime, references: Sequence[str]) -> list[OrderMoney]:
    """What orders and deposits believe was paid: what became paid in [start, end) and those named besides. Two statements."""
    found = db.rows(
        "select number, payment_provider, paid_total, currency from orders_order"
        " where origin = '' and paid_total > 0 and ((paid_at >= %s and paid_at < %s) or number = any(%s))",
        (start, end, list(references)),
    )
    ordered = [OrderMoney(r["number"], r["payment_provider"], r["paid_total"], r["currency"]) for r in found]
    return ordered + presale.money(start, end, references)

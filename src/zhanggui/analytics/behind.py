"""What is behind a figure: the orders, visits or records of spend it was computed from, newest first, a page at a time.

The rows add up: `tests/analytics/test_behind.py` computes every metric again from all its rows.
"""

from datetime import date, datetime
from typing import Any

from zhanggui.aftersales import selectors as aftersales
from zhanggui.kernel import db, paging
from zhanggui.kernel.paging import Page
from zhanggui.kernel.problems import NotFound
from zhanggui.orders.selectors import behind as orders_behind

from .facts import currency_of
from .metrics import BY_NAME
from .spending import spend_records
from .sums import orders_of
from .types import Behind, Period

#: Metric -> which orders. A rate has those of its whole, with marks for its part.
ORDERS: dict[str, orders_behind.Which] = {
    "orders": "placed",
    "order_conversion_rate": "placed",
    "order_validity_rate": "placed",
    "payment_conversion_rate": "placed",
    "valid_orders": "valid",
    "sales": "valid",
    "average_order_value": "valid",
    "gross_profit": "valid",
    "gross_margin_rate": "valid",
    "return_rate": "returned",
    "member_purchase_rate": "members",
    "new_member_purchase_rate": "members",
    "old_member_purchase_rate": "members",
    "repurchase_rate": "members",
    "loyalty_rate": "members",
}
VISITS = (
    "ip", "uv", "pv", "visit_seconds", "returning_visitor_share", "new_visitor_share", "pages_per_visit",
    "visit_depth_ratio", "visit_time_ratio",
)  # fmt: skip
SPEND = ("new_customer_cost", "return_on_investment")

#: A visit stands where its first page view of the period stands.
_VISITS = """
select v.day, v.at, v.view, v.kind, v.ref, s.source, s.pages, s.seconds, s.ordered, s.addresses,
    left(md5(v.visitor::text), 8) as visitor, k.first_day >= %(first)s as is_new
from analytics_pageview v
cross join lateral (
    select coalesce((array_agg(p.source order by p.at, p.view) filter (where p.source <> ''))[1], 'direct') as source,
        count(*) as pages, sum(p.seconds)::bigint as seconds, bool_or(p.kind = 'ordered') as ordered,
        array_agg(distinct left(md5(p.address::text), 8)) as addresses
    from analytics_pageview p where p.session = v.session and p.day between %(first)s and %(last)s) s
left join analytics_visitor k on k.visitor = v.visitor
where v.day between %(first)s and %(last)s
    and not exists (select from analytics_pageview e where e.session = v.session and e.day between %(first)s and %(last)s
        and (e.at, e.view) < (v.at, v.view))
    and (%(source)s::text is null or s.source = %(source)s)
    and (%(at)s::timestamptz is null or (v.day, v.at, v.view) < (%(day)s::date, %(at)s::timestamptz, %(view)s::bigint))
order by v.day desc, v.at desc, v.view desc limit %(limit)s
"""


def behind(
    metric: str,
    period: Period,
    *,
    province: str | None = None,
    source: str | None = None,
    cursor: str = "",
    limit: int = 50,
    costs: bool = True,
) -> Behind:
    """A page of what the metric's figure in the period is made of; `province` or `source` keep one row of a table.

    Without `costs` those of the orders are not told. Five statements at most, at any size. Raises NotFound (no such metric), NoSuchPage.
    """
    if metric not in BY_NAME:
        raise NotFound()
    currency = currency_of([total.currency for total in orders_of(period).totals])
    if metric in VISITS:
        return Behind("visits", currency, visits(period, source=source, cursor=cursor, limit=limit))
    if metric in SPEND:
        found = spend_records(first=period.first, last=period.last, currency=currency, cursor=cursor, limit=limit)
        return Behind("spend", currency, found)
    if metric not in ORDERS:
        return Behind("none", currency, Page([], None))
    which = ORDERS[metric]
    page = orders_behind.rows(
        *period.bounds, which, currency="" if which == "members" else currency, province=province, source=source,
        cursor=cursor, limit=limit,
    )  # fmt: skip
    if which == "returned" and page.items:
        kept = aftersales.goods_kept([row["number"] for row in page.items])
        page = Page([row for row in page.items if row["number"] not in kept], page.next_cursor)
    if not costs:
        page = Page([{**row, "cost": None} for row in page.items], page.next_cursor)
    return Behind("orders", currency, page)


def visits(period: Period, *, source: str | None = None, cursor: str = "", limit: int = 50) -> Page[dict[str, Any]]:
    """Visits of the period, newest first, as long as their page views are kept. One statement."""
    day_at_view = _cursor(cursor)
    found = db.rows(
        _VISITS, {"first": period.first, "last": period.last, "source": source, "limit": limit + 1, **day_at_view}
    )
    return paging.page(found, limit, lambda r: r["at"], lambda r: r["day"], lambda r: r["view"])


def _cursor(cursor: str) -> dict[str, Any]:
    at, day, view = paging.decode(cursor, datetime, date, int) if cursor else (None, None, None)
    return {"at": at, "day": day, "view": view}

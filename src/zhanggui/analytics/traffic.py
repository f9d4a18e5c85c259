"""Traffic facts of a period, counted from page views, or read from the sums once those are closed."""

from typing import Any

from django.conf import settings

from zhanggui.kernel import db, mall_settings

from .types import Period, Traffic

PRODUCTS_KEPT = 1_000

_TOTALS = """
with v as (select visitor, session, address, seconds from analytics_pageview where day between %(first)s and %(last)s),
visits as (select count(*) as pages, sum(seconds) as seconds from v group by session)
select (select count(*) from v) as views,
    (select count(distinct visitor) from v) as visitors,
    (select count(*) from analytics_visitor k where k.first_day >= %(first)s
        and k.visitor in (select visitor from v)) as new_visitors,
    (select count(distinct address) from v) as addresses,
    count(*) as visits,
    count(*) filter (where pages >= %(deep)s) as deep_visits,
    count(*) filter (where seconds >= %(long)s) as long_visits,
    coalesce(sum(seconds), 0)::bigint as seconds
from visits
"""

#: A visit's source is the first one from outside that it shows.
_SOURCES = """
with v as (select view, at, visitor, session, source, kind, seconds from analytics_pageview
    where day between %(first)s and %(last)s),
visits as (
    select session, min(visitor) as visitor, count(*) as pages, sum(seconds) as seconds,
        coalesce((array_agg(source order by at, view) filter (where source <> ''))[1], 'direct') as source,
        bool_or(kind = 'ordered') as ordered
    from v group by session)
select source, count(*) as visits, count(distinct visitor) as visitors, sum(pages)::bigint as views,
    sum(seconds)::bigint as seconds, count(*) filter (where pages >= %(deep)s) as deep_visits,
    count(distinct visitor) filter (where ordered) as ordered_visitors
from visits group by source order by visits desc, source
"""

_PAGES = """
with v as (select visitor, kind, ref, seconds from analytics_pageview where day between %(first)s and %(last)s),
ordered as (select distinct visitor from v where kind = 'ordered'),
pages as (select kind, case when kind in ('category', 'content') then ref else '' end as ref, visitor, seconds from v)
select kind, ref, count(*) as views, count(distinct visitor) as visitors, sum(seconds)::bigint as seconds,
    count(distinct visitor) filter (where visitor in (select visitor from ordered)) as ordered_visitors
from pages where kind <> 'ordered' group by kind, ref order by views desc, kind, ref limit 200
"""

_PRODUCTS = """
select ref, count(*) as views, count(distinct visitor) as visitors
from analytics_pageview where day between %(first)s and %(last)s and kind = 'product' and ref <> ''
group by ref order by views desc, ref limit %(products)s
"""

_HOURS = """
select extract(hour from at at time zone %(zone)s)::int as hour, count(*) as views, count(distinct visitor) as visitors
from analytics_pageview where day between %(first)s and %(last)s group by 1 order by 1
"""


def count_traffic(period: Period) -> Traffic:
    """Count a period's page views; one pass for each table of the report."""
    values: dict[str, Any] = {
        "first": period.first,
        "last": period.last,
        "deep": mall_settings.get("analytics.deep_visit_pages"),
        "long": mall_settings.get("analytics.long_visit_minutes") * 60,
        "products": PRODUCTS_KEPT,
        "zone": settings.TIME_ZONE,
    }
    totals = db.rows(_TOTALS, values)[0]
    if not totals["views"]:
        return Traffic(**totals)
    return Traffic(
        **totals,
        sources=db.rows(_SOURCES, values),
        pages=db.rows(_PAGES, values),
        products=db.rows(_PRODUCTS, values),
        hours=db.rows(_HOURS, values),
    )


def traffic_of(period: Period) -> Traffic | None:
    """The period's traffic; None when no page view of it is known."""
    kept = db.row("select facts from analytics_rollup where period = %s and first = %s", (period.name, period.first))
    traffic = Traffic(**kept["facts"]) if kept else count_traffic(period)
    return traffic if traffic.views else None

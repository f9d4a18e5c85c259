"""Traffic facts of a period, counted from page views, or read from the sums once those are closed."""

from collections.abc import Sequence
from datetime import date
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

#: How far visits of each source came. Who reached a step has reached those before it, by whatever way.
_PATHS = """
with v as (select view, at, session, source, kind from analytics_pageview where day between %(first)s and %(last)s),
visits as (
    select coalesce((array_agg(source order by at, view) filter (where source <> ''))[1], 'direct') as source,
        bool_or(kind in ('product', 'cart', 'checkout', 'ordered')) as product,
        bool_or(kind in ('cart', 'checkout', 'ordered')) as cart,
        bool_or(kind in ('checkout', 'ordered')) as checkout, bool_or(kind = 'ordered') as ordered
    from v group by session)
select source, count(*) as visits, count(*) filter (where product) as product_visits, count(*) filter (where cart) as cart_visits,
    count(*) filter (where checkout) as checkout_visits, count(*) filter (where ordered) as ordered_visits
from visits group by source order by visits desc, source
"""

#: Where visits begin, and what became of them.
_ENTRIES = """
with v as (select view, at, session, kind, ref from analytics_pageview where day between %(first)s and %(last)s),
visits as (
    select (array_agg(kind order by at, view))[1] as kind,
        (array_agg(case when kind in ('category', 'content', 'product') then ref else '' end order by at, view))[1] as ref,
        count(*) as pages, bool_or(kind = 'ordered') as ordered
    from v group by session)
select kind, ref, count(*) as visits, count(*) filter (where pages = 1) as single_visits,
    count(*) filter (where ordered) as ordered_visits
from visits group by kind, ref order by visits desc, kind, ref limit 50
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

_BY_DAY = """
with v as (select day, visitor, session, address, seconds from analytics_pageview where day = any(%(days)s)),
visits as (select day, count(*) as pages, sum(seconds) as seconds from v group by day, session),
people as (select day, count(*) as views, count(distinct visitor) as visitors, count(distinct address) as addresses from v group by day),
fresh as (select d.day, count(*) as n from (select distinct day, visitor from v) d
    join analytics_visitor k on k.visitor = d.visitor and k.first_day >= d.day group by d.day)
select p.day, p.views, p.visitors, coalesce(min(f.n), 0) as new_visitors, p.addresses, count(*) as visits,
    count(*) filter (where pages >= %(deep)s) as deep_visits, count(*) filter (where seconds >= %(long)s) as long_visits,
    coalesce(sum(seconds), 0)::bigint as seconds
from people p join visits t on t.day = p.day left join fresh f on f.day = p.day
group by p.day, p.views, p.visitors, p.addresses
"""

_HOURS_BY_DAY = """
select day, extract(hour from at at time zone %(zone)s)::int as hour, count(*) as views
from analytics_pageview where day = any(%(days)s) group by 1, 2
"""

_TOTAL_NAMES = ("views", "visitors", "new_visitors", "addresses", "visits", "deep_visits", "long_visits", "seconds")


def count_traffic(period: Period) -> Traffic:
    """Count a period's page views; one pass for each table of the report."""
    values = {"first": period.first, "last": period.last, "products": PRODUCTS_KEPT, **_values()}
    totals = db.rows(_TOTALS, values)[0]
    if not totals["views"]:
        return Traffic(**totals)
    return Traffic(
        **totals,
        sources=db.rows(_SOURCES, values),
        pages=db.rows(_PAGES, values),
        products=db.rows(_PRODUCTS, values),
        hours=db.rows(_HOURS, values),
        paths=db.rows(_PATHS, values),
        entries=db.rows(_ENTRIES, values),
    )


def traffic_of(period: Period) -> Traffic | None:
    """The period's traffic; None when no page view of it is known."""
    kept = db.row("select facts from analytics_rollup where period = %s and first = %s", (period.name, period.first))
    traffic = Traffic(**kept["facts"]) if kept else count_traffic(period)
    return traffic if traffic.views else None


def totals_by_day(days: Sequence[date]) -> dict[date, Traffic]:
    """Each day's totals, without tables; days without a page view are absent. Two statements for any number of days."""
    found = _kept(
        days, "select array(select (facts ->> n)::bigint from unnest(%(names)s::text[]) n)", names=list(_TOTAL_NAMES)
    )
    kept = {day: dict(zip(_TOTAL_NAMES, totals, strict=True)) for day, totals in found.items()}
    missing = [day for day in days if day not in kept]
    for row in db.rows(_BY_DAY, {"days": missing, **_values()}) if missing else []:
        kept[row.pop("day")] = row
    return {day: Traffic(**totals) for day, totals in kept.items() if totals["views"]}


def views_by_hour(days: Sequence[date]) -> dict[tuple[date, int], int]:
    """Page views of each day's hours. Two statements for any number of days."""
    kept = _kept(days, "select coalesce(facts -> 'hours', '[]')")
    found = {(day, row["hour"]): row["views"] for day, rows in kept.items() for row in rows}
    missing = [day for day in days if day not in kept]
    for row in db.rows(_HOURS_BY_DAY, {"days": missing, **_values()}) if missing else []:
        found[row["day"], row["hour"]] = row["views"]
    return found


def _kept(days: Sequence[date], part: str, **values: Any) -> dict[date, Any]:
    """A part of the days' kept sums; `part` is a constant of our own."""
    found = db.rows(
        f"select first, ({part}) as part from analytics_rollup where period = 'daily' and first = any(%(days)s)",
        {"days": list(days), **values},
    )
    return {row["first"]: row["part"] for row in found}


def _values() -> dict[str, Any]:
    return {
        "deep": mall_settings.get("analytics.deep_visit_pages"),
        "long": mall_settings.get("analytics.long_visit_minutes") * 60,
        "zone": settings.TIME_ZONE,
    }

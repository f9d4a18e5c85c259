"""Reads of analytics: the operations report and the metric definitions behind it."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from zhanggui.aftersales import selectors as aftersales
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, db, mall_settings
from zhanggui.kernel.problems import ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.orders.selectors import facts as order_facts

from .errors import UnknownReport
from .metrics import METRICS, Facts, MemberFacts, metrics_of, ratio
from .traffic import traffic_of
from .types import MetricValue, Period, Report, Traffic

Rows = list[dict[str, Any]]


def definitions() -> list[dict[str, str]]:
    """Name, kind, title and definition of every metric, both languages."""
    return [
        {
            "name": m.name, "kind": m.kind, "title_zh": m.title.zh, "title_en": m.title.en,
            "definition_zh": m.described().zh, "definition_en": m.described().en,
        }
        for m in METRICS
    ]  # fmt: skip


def period_of(period: str, day: date) -> Period:
    """The day, or the week Monday to Sunday that holds it. Raises UnknownReport, ValidationFailed."""
    if not 1970 <= day.year <= 2199:
        raise ValidationFailed.one("date", "range", "日期应在 1970 到 2199 年之间", "must lie between 1970 and 2199")
    if period == "daily":
        return Period.daily(day)
    if period == "weekly":
        return Period.weekly(day)
    raise UnknownReport(asked=period, known="daily, weekly")


def report(period: str, day: date) -> Report:
    """The operations report of a day or a week beside the one before it. Raises UnknownReport, ValidationFailed.

    In the mall's currency; if all orders of the period are in one other currency (imported history), in that one. With
    several, money and order figures are those of the mall's currency and the table `currencies` lists the others.
    """
    span = period_of(period, day)
    totals = order_facts.period_totals(*span.bounds) if _recorded(span) else []
    currency = _currency([t.currency for t in totals])
    now, notes = _facts(span, currency, totals)
    before, _ = _facts(span.previous, currency)
    metrics = [
        MetricValue(m.name, m.kind, m.title, m.described(), m.compute(now), m.compute(before))
        for m in metrics_of(span.name)
    ]
    return Report(span, settings.TIME_ZONE, currency, metrics, _rows(span, currency, now, totals, notes))


def _recorded(span: Period) -> bool:
    """False for a period that has not begun, or that ended before anything was recorded."""
    today = clock.business_date()
    if span.first > today:
        return False
    first_order = order_facts.first_placed_at()
    first_view = db.rows(
        "select least((select min(day) from analytics_pageview), (select min(first) from analytics_rollup)) as day"
    )[0]["day"]
    began = [today] + [clock.business_date(first_order)] * bool(first_order) + [first_view] * bool(first_view)
    return span.last >= min(began)


def _currency(found: list[str]) -> str:
    own: str = mall_settings.get("mall.currency")
    return found[0] if len(found) == 1 else own


def _facts(span: Period, currency: str, totals: list[order_facts.OrderTotals] | None = None) -> tuple[Facts, Rows]:
    """The facts of a period, and remarks on what is missing."""
    if not _recorded(span):
        return Facts(), [{"metric": "*", "note": "nothing_recorded"}]
    start, end = span.bounds
    found = order_facts.period_totals(start, end) if totals is None else totals
    own = next((t for t in found if t.currency == currency), order_facts.OrderTotals(currency))
    lines = order_facts.line_totals(start, end, currency)
    facts = Facts(
        traffic=traffic_of(span),
        orders=own,
        cost=None if lines.lines_without_cost else lines.cost,
        returned_orders=_returned(span, currency),
        members=_members(span) if span.name == "weekly" else None,
        spend=_spend(span, currency) if span.name == "weekly" else None,
    )
    notes: Rows = []
    if span.last >= clock.business_date():
        notes.append({"metric": "*", "note": "not_over"})
    if facts.traffic is None:
        notes.append({"metric": "pv", "note": "no_page_views"})
    if lines.lines_without_cost:
        notes.append(
            {"metric": "gross_profit", "note": "cost_unknown", "lines": lines.lines_without_cost, "of": lines.lines}
        )
    if span.name == "weekly" and facts.spend is None:
        notes.append({"metric": "new_customer_cost", "note": "no_spend_recorded"})
    if len(found) > 1:
        notes.append({"metric": "sales", "note": "several_currencies"})
    if currency != mall_settings.get("mall.currency"):
        notes.append({"metric": "sales", "note": "other_currency"})
    return facts, notes


def _members(span: Period) -> MemberFacts:
    start, end = span.bounds
    loyal_since = clock.day_bounds(span.last - timedelta(days=mall_settings.get("analytics.loyal_days") - 1))[0]
    buyers = order_facts.member_buyers(
        start, end, loyal_since=loyal_since, loyal_orders=mall_settings.get("analytics.loyal_orders")
    )
    return MemberFacts(
        members=members.registered(before=end),
        joined=members.registered(before=end, since=start),
        buyers=buyers,
        joined_buyers=members.registered(before=end, since=start, among=buyers.member_ids),
    )


def _returned(span: Period, currency: str) -> int:
    """Paid orders with goods that came back: refunds after shipping, but for those that left the goods with the buyer."""
    refunded = order_facts.refunded_after_shipping(*span.bounds, currency)
    return len(set(refunded) - aftersales.goods_kept(refunded)) if refunded else 0


def _spend(span: Period, currency: str) -> int | None:
    """What was recorded for the period's days; None without a record or when records took each other back."""
    found = db.rows(
        "select sum(amount)::bigint as amount from analytics_spend where day between %s and %s and currency = %s",
        (span.first, span.last, currency),
    )[0]["amount"]
    return found if found and found > 0 else None


def _rows(
    span: Period, currency: str, facts: Facts, totals: list[order_facts.OrderTotals], notes: Rows
) -> dict[str, Rows]:
    """The report's tables; those of orders stay empty where nothing is recorded."""
    traffic, bounds = facts.traffic, span.bounds
    known = facts.orders is not None
    sold = order_facts.by_product(*bounds, currency, mall_settings.get("analytics.product_rows")) if known else []
    tables: dict[str, Rows] = {}
    if span.name == "weekly":
        tables["sources"] = _sources(traffic, order_facts.by_source(*bounds, currency) if known else [])
    tables["content"] = _content(traffic)
    tables["products"] = _products(traffic, sold)
    tables["hours"] = _hours(traffic, order_facts.by_hour(*bounds, currency, settings.TIME_ZONE)) if known else []
    regions = order_facts.by_region(*bounds, currency) if known else []
    tables["regions"] = [{"region": r["name"], **_sums(r)} for r in regions]
    if len(totals) > 1:
        tables["currencies"] = [{"currency": t.currency, **_sums(asdict(t))} for t in totals]
    tables["notes"] = notes
    return tables


def _sums(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("orders", "valid_orders", "sales")}


def _sources(traffic: Traffic | None, sold: Rows) -> Rows:
    """Channel value: what each source's visitors look at and how many of them order; sales by the source noted on orders."""
    seen = {r["source"]: r for r in traffic.sources} if traffic else {}
    bought = {r["name"]: r for r in sold}
    table = []
    for source in [*seen, *(name for name in bought if name not in seen)]:
        visits, orders_ = seen.get(source), bought.get(source)
        table.append(
            {
                "source": source,
                "visits": visits["visits"] if visits else None,
                "visitors": visits["visitors"] if visits else None,
                "pages_per_visit": ratio(visits["views"], visits["visits"], 2) if visits else None,
                "visit_seconds": ratio(visits["seconds"], visits["visits"], 1) if visits else None,
                "visit_depth_ratio": ratio(visits["deep_visits"], visits["visits"]) if visits else None,
                "order_conversion_rate": ratio(visits["ordered_visitors"], visits["visitors"]) if visits else None,
                "orders": orders_["orders"] if orders_ else 0,
                "sales": orders_["sales"] if orders_ else 0,
            }
        )
    return table


def _content(traffic: Traffic | None) -> Rows:
    """Pages by kind, with the share of their visitors who placed an order in the period (purchase rate)."""
    return [
        {
            "kind": r["kind"],
            "ref": r["ref"],
            "views": r["views"],
            "visitors": r["visitors"],
            "view_seconds": ratio(r["seconds"], r["views"], 1),
            "purchase_rate": ratio(r["ordered_visitors"], r["visitors"]),
        }
        for r in (traffic.pages if traffic else [])
    ]


def _products(traffic: Traffic | None, sold: Rows) -> Rows:
    """Products sold, best first, with their detail page's visitors and the share of them who bought."""
    slugs = catalog.slugs([r["product_id"] for r in sold if r["product_id"] is not None])
    seen = {r["ref"]: r for r in traffic.products} if traffic else {}
    table = []
    for r in sold:
        page = seen.get(slugs.get(r["product_id"], ""))
        table.append(
            {
                "product": slugs.get(r["product_id"]) or r["sku"] or str(r["product_id"]),
                "title": r["title"],
                "units": r["units"],
                "orders": r["orders"],
                "sales": r["sales"],
                "gross_profit": None if r["cost"] is None else r["sales"] - r["cost"],
                "views": page["views"] if page else None,
                "visitors": page["visitors"] if page else None,
                "purchase_rate": ratio(r["buyers"], page["visitors"]) if page else None,
            }
        )
    return table


def _hours(traffic: Traffic | None, placed: Rows) -> Rows:
    """All 24 hours of the day; page views are None when none were collected in the period."""
    seen = {r["hour"]: r for r in traffic.hours} if traffic else {}
    sold = {r["hour"]: r for r in placed}
    none = {"orders": 0, "valid_orders": 0, "sales": 0}
    return [
        {
            "hour": hour,
            "views": seen.get(hour, {"views": 0})["views"] if traffic else None,
            "visitors": seen.get(hour, {"visitors": 0})["visitors"] if traffic else None,
            **_sums(sold.get(hour, none)),
        }
        for hour in range(24)
    ]

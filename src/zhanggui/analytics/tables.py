"""The report's tables: flat rows from the facts of a period. Unknown is None, never zero."""

from dataclasses import asdict
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import db
from zhanggui.kernel.money import minor_digits

from .answers import Answer
from .facts import Known
from .metrics import per_unit, ratio
from .split import Split
from .sums import BANDS
from .types import Period, Traffic

Rows = list[dict[str, Any]]


def rows_of(found: Known, splits: list[Split], answers: list[Answer]) -> dict[str, Rows]:
    """The tables of a report by name; those of orders stay empty where nothing is recorded."""
    traffic, weekly = found.facts.traffic, found.period.name == "weekly"
    sold = found.sums.tables(found.currency) if found.sums else None
    tables: dict[str, Rows] = {"split": [], "profit_split": []}
    for name, split in zip(("split", "profit_split"), splits, strict=False):
        tables[name] = _split(split)
    tables["answers"] = [{"question": a.question, "verdict": a.verdict, "answer": a.text} for a in answers]
    if weekly:
        tables["sources"] = _sources(traffic, sold["sources"] if sold else [])
        tables["paths"] = _paths(traffic)
        tables["entries"] = _entries(traffic)
    tables["content"] = _content(traffic)
    tables["products"] = _products(traffic, sold["products"], found.costs) if sold else []
    tables["hours"] = _hours(traffic, sold["hours"]) if sold else []
    tables["regions"] = [{"region": r["name"], **_sums(r)} for r in sold["regions"]] if sold else []
    if weekly:
        tables["amounts"] = _amounts(sold["amounts"], found.currency) if sold else []
        tables["frequency"] = [{n: r[n] for n in FREQUENCY} for r in sold["frequency"]] if sold else []
        tables["spend"] = _spend(found.period, found.currency, tables["sources"])
    totals = found.sums.totals if found.sums else []
    if len(totals) > 1:
        tables["currencies"] = [{"currency": t.currency, **_sums(asdict(t))} for t in totals]
    tables["notes"] = found.notes
    return tables


FREQUENCY = ("times", "buyers", "valid_orders", "sales")


def _split(split: Split) -> Rows:
    """The parts, and the whole they sum to."""
    parts = [{"factor": p.factor, "before": p.previous, "after": p.value, "amount": p.amount} for p in split.parts]
    return [*parts, {"factor": split.metric, "before": split.previous, "after": split.value, "amount": split.change}]


def _sums(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("orders", "valid_orders", "sales")}


def _paths(traffic: Traffic | None) -> Rows:
    """Source → behaviour → conversion (ANA-06): how far the visits of each source came."""
    return [
        {
            "source": r["source"],
            **{name: r[name] for name in STEPS},
            "visit_conversion_rate": ratio(r["ordered_visits"], r["visits"]),
        }
        for r in (traffic.paths if traffic else [])
    ]


#: A visit's way, step by step.
STEPS = ("visits", "product_visits", "cart_visits", "checkout_visits", "ordered_visits")


def _entries(traffic: Traffic | None) -> Rows:
    """Where visits begin, how many see one page only, and how many end with an order."""
    return [
        {
            "kind": r["kind"],
            "ref": r["ref"],
            "visits": r["visits"],
            "single_page_rate": ratio(r["single_visits"], r["visits"]),
            "visit_conversion_rate": ratio(r["ordered_visits"], r["visits"]),
        }
        for r in (traffic.entries if traffic else [])
    ]


def _amounts(sold: Rows, currency: str) -> Rows:
    """Orders by amount (ANA-09), every band; `from_amount` is where it begins, the last has no end."""
    found = {r["band"]: r for r in sold}
    scale = 10 ** minor_digits(currency)
    bounds = [0, *(bound * scale for bound in BANDS)]
    return [
        {
            "from_amount": bound,
            "to_amount": bounds[band + 1] if band + 1 < len(bounds) else None,
            "valid_orders": found[band]["valid_orders"] if band in found else 0,
            "sales": found[band]["sales"] if band in found else 0,
        }
        for band, bound in enumerate(bounds)
        if found
    ]


def _spend(period: Period, currency: str, sources: Rows) -> Rows:
    """Promotion spend of the period by source, beside what the source brought."""
    spent = db.rows(
        "select source, sum(amount)::bigint as spend from analytics_spend where day between %s and %s and currency = %s"
        " group by source having sum(amount) <> 0 order by spend desc, source",
        (period.first, period.last, currency),
    )
    brought = {r["source"]: r for r in sources}
    table = []
    for r in spent:
        source = brought.get(r["source"], {"visits": None, "orders": 0, "sales": 0})
        table.append(
            {
                "source": r["source"],
                "spend": r["spend"],
                "visits": source["visits"],
                "cost_per_visit": per_unit(r["spend"], source["visits"]),
                "orders": source["orders"],
                "sales": source["sales"],
                "return_on_investment": ratio(source["sales"], r["spend"], 4),
            }
        )
    return table


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


def _products(traffic: Traffic | None, sold: Rows, costs: bool) -> Rows:
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
                "gross_profit": None if r["cost"] is None or not costs else r["sales"] - r["cost"],
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

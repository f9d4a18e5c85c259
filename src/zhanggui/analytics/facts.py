"""The facts of a period from which every metric is computed, and remarks on what is missing."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from zhanggui.kernel import clock, db, mall_settings
from zhanggui.orders.selectors import facts as order_facts

from .metrics import Facts
from .sums import OrderSums, orders_of
from .traffic import traffic_of
from .types import Period

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Known:
    """A period's facts in one currency; `sums` is None where nothing was recorded, `costs` False where they are hidden."""

    period: Period
    currency: str
    facts: Facts
    sums: OrderSums | None = None
    notes: Rows = field(default_factory=list)
    costs: bool = True


def known(period: Period, currency: str = "") -> Known:
    """The facts of a period; without `currency` in the mall's, or in the only one its orders have (imported history)."""
    if not recorded(period):
        own: str = mall_settings.get("mall.currency")
        return Known(period, currency or own, Facts(), None, [{"metric": "*", "note": "nothing_recorded"}])
    sums = orders_of(period)
    shown = currency or currency_of([total.currency for total in sums.totals])
    weekly = period.name == "weekly"
    lines = sums.lines(shown)
    facts = Facts(
        traffic=traffic_of(period),
        orders=next((t for t in sums.totals if t.currency == shown), order_facts.OrderTotals(shown)),
        cost=None if lines.lines_without_cost else lines.cost,
        returned_orders=sums.returned(shown) if weekly else None,
        members=sums.members() if weekly else None,
        spend=spend_of(period, shown) if weekly else None,
    )
    return Known(period, shown, facts, sums, _notes(period, facts, sums, lines, shown))


def without_costs(found: Known) -> Known:
    """The same for a reader who may not see what goods cost: gross profit is unknown, and a note says why."""
    notes = [note for note in found.notes if note["note"] != "cost_unknown"]
    notes.append({"metric": "gross_profit", "note": "cost_hidden"})
    return replace(found, facts=replace(found.facts, cost=None), notes=notes, costs=False)


def recorded(period: Period) -> bool:
    """False for a period that has not begun, or that ended before anything was recorded."""
    return period.first <= clock.business_date() and period.last >= began()


def began() -> date:
    """The first day of which anything is recorded; today where nothing is. Two statements."""
    today = clock.business_date()
    first_order = order_facts.first_placed_at()
    first_view = db.rows(
        "select least((select min(day) from analytics_pageview),"
        " (select min(first) from analytics_rollup where period = 'daily')) as day"
    )[0]["day"]
    days = [today] + [clock.business_date(first_order)] * bool(first_order) + [first_view] * bool(first_view)
    return min(days)


def currency_of(found: list[str]) -> str:
    own: str = mall_settings.get("mall.currency")
    return found[0] if len(found) == 1 else own


def spend_of(period: Period, currency: str) -> int | None:
    """What was recorded for the period's days; None without a record or when records took each other back."""
    found = db.rows(
        "select sum(amount)::bigint as amount from analytics_spend where day between %s and %s and currency = %s",
        (period.first, period.last, currency),
    )[0]["amount"]
    return found if found and found > 0 else None


def _notes(period: Period, facts: Facts, sums: OrderSums, lines: order_facts.LineTotals, currency: str) -> Rows:
    notes: Rows = []
    if period.last >= clock.business_date():
        notes.append({"metric": "*", "note": "not_over"})
    if facts.traffic is None:
        notes.append({"metric": "pv", "note": "no_page_views"})
    if lines.lines_without_cost:
        notes.append(
            {"metric": "gross_profit", "note": "cost_unknown", "lines": lines.lines_without_cost, "of": lines.lines}
        )
    if period.name == "weekly" and facts.spend is None:
        notes.append({"metric": "new_customer_cost", "note": "no_spend_recorded"})
    if len(sums.totals) > 1:
        notes.append({"metric": "sales", "note": "several_currencies"})
    if currency != mall_settings.get("mall.currency"):
        notes.append({"metric": "sales", "note": "other_currency"})
    return notes

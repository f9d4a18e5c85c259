"""How carriers keep what they promise, and what they cost (SHP-04, SHP-09, SHP-13, PUR-08); entered through `selectors`.

Everything is about parcels that left in a span, by carrier and province (its short name). Formulas: docs/carrier-scores.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from zhanggui.carriage import selectors as carriage
from zhanggui.kernel import clock, db, mall_settings
from zhanggui.kernel.provinces import province_key

from .settings import COST_WEIGHT, LEAST_PARCELS, SAFETY_WEIGHT, SPEED_WEIGHT, TIME_WEIGHT

#: So many percent of parcels lost or damaged leave nothing of the score for safety.
WORST_SHARE = 5


@dataclass(frozen=True, slots=True)
class Performance:
    """Parcels of a carrier ("" province: of all together). `due` have arrived, or should have by the lane; of those `in_time` did.

    `days` and `days_p90` are calendar days from leaving to arriving, `hours` from leaving to the first news (medians). `cost` is
    that of `priced` parcels by their waybills, `charged` the freight buyers paid, `sales` the orders' totals, each order once.
    `faults` are parcels lost or damaged for which the carrier answers.
    """

    carrier: str
    province: str
    parcels: int
    delivered: int
    due: int
    in_time: int
    troubled: int
    days: float | None
    days_p90: float | None
    hours: float | None
    priced: int
    cost: int
    weight_g: int
    charged: int
    sales: int
    faults: int = 0
    score: int | None = None

    @property
    def on_time(self) -> int | None:
        """Basis points."""
        return self.in_time * 10_000 // self.due if self.due else None

    @property
    def each(self) -> int | None:
        """Cost of a parcel, in minor units."""
        return round(self.cost / self.priced) if self.priced else None


_PARCELS = """
with parcel as (
    select p.id, p.carrier, o.province as place, p.order_number, p.state, p.shipped_at, p.delivered_at, p.waybill_no,
        row_number() over (partition by p.order_number order by p.id) = 1 as first, o.shipping_total, o.total,
        (p.delivered_at at time zone %(zone)s)::date - (p.shipped_at at time zone %(zone)s)::date as days
    from fulfilment_parcel p join orders_order o on o.number = p.order_number
    where p.shipped_at >= %(since)s and p.shipped_at < %(until)s and p.lead_id is null and p.carrier <> %(pickup)s
)
"""
_FIGURES = """
, judged as (
    select k.*, g.province, g.days_max, k.days <= g.days_max as in_time,
        k.delivered_at is not null or (k.shipped_at at time zone %(zone)s)::date + g.days_max < %(today)s as due,
        extract(epoch from (select min(e.at) from fulfilment_trackingevent e where e.parcel_id = k.id and e.at > k.shipped_at)
            - k.shipped_at) / 3600 as hours
    from parcel k
    join unnest(%(carriers)s::text[], %(places)s::text[], %(provinces)s::text[], %(limits)s::int[])
        as g(carrier, place, province, days_max) on g.carrier = k.carrier and g.place = k.place
)
select j.carrier, coalesce(j.province, '') as province, count(*)::int as parcels, count(j.delivered_at)::int as delivered,
    count(*) filter (where j.due and j.days_max is not null)::int as due,
    count(*) filter (where j.due and j.in_time)::int as in_time,
    count(*) filter (where j.state in ('exception', 'returned'))::int as troubled,
    percentile_cont(0.5) within group (order by j.days)::float8 as days,
    percentile_cont(0.9) within group (order by j.days)::float8 as days_p90,
    percentile_cont(0.5) within group (order by j.hours)::float8 as hours,
    count(w.cost)::int as priced, coalesce(sum(w.cost), 0)::bigint as cost,
    coalesce(sum(w.weight_g), 0)::bigint as weight_g,
    coalesce(sum(j.shipping_total) filter (where j.first), 0)::bigint as charged,
    coalesce(sum(j.total) filter (where j.first), 0)::bigint as sales
from judged j left join carriage_waybill w on w.carrier = j.carrier and w.number = j.waybill_no and w.number <> ''
group by grouping sets ((j.carrier), (j.carrier, j.province)) order by parcels desc, j.carrier, province
"""


def performance(since: datetime, until: datetime, faults: Mapping[str, int] | None = None) -> list[Performance]:
    """Carriers with their provinces, the one with most parcels first. `faults`: lost or damaged parcels by carrier, of whoever knows.

    Where a carrier has no lane to a province nothing was promised, and its parcels there are never due. Two statements, and the
    version of the carriers' book.
    """
    values: dict[str, Any] = {
        "since": since, "until": until, "zone": clock.zone().key, "today": clock.business_date(), "pickup": carriage.PICKUP,
    }  # fmt: skip
    pairs = db.rows(f"{_PARCELS} select distinct carrier, place from parcel", values)
    lanes = carriage.book().lanes
    places = [(row["carrier"], row["place"], province_key(row["place"])) for row in pairs]
    limits = [
        lane.days_max if (lane := lanes.get((code, key)) or lanes.get((code, ""))) else None for code, _, key in places
    ]
    rows = db.rows(
        _PARCELS + _FIGURES,
        values
        | {
            "carriers": [code for code, _, _ in places], "places": [place for _, place, _ in places],
            "provinces": [key for _, _, key in places], "limits": limits,
        },
    )  # fmt: skip
    found = [Performance(**row) for row in rows]
    known = faults or {}
    whole = [replace(one, faults=known.get(one.carrier, 0)) for one in found if one.province == ""]
    scored = {one.carrier: one for one in scores(whole)}
    return [scored[one.carrier] if one.province == "" else one for one in found]


def scores(found: Iterable[Performance]) -> list[Performance]:
    """The same with their scores, 0 to 100; None below `fulfilment.score_least_parcels` parcels. Compared with one another."""
    rows = list(found)
    least = mall_settings.get(LEAST_PARCELS)
    judged = [one for one in rows if one.parcels >= least and one.on_time is not None]
    fastest = min((one.days for one in judged if one.days is not None), default=None)
    cheapest = min((one.each for one in judged if one.each), default=None)
    weights = [mall_settings.get(name) for name in (TIME_WEIGHT, SPEED_WEIGHT, SAFETY_WEIGHT, COST_WEIGHT)]
    return [replace(one, score=_score(one, fastest, cheapest, weights) if one in judged else None) for one in rows]


def _score(one: Performance, fastest: float | None, cheapest: int | None, weights: list[int]) -> int | None:
    """A mean of the parts that are known, by their weights."""
    parts = [
        (one.on_time or 0) / 100,
        None if one.days is None or fastest is None else 100 * max(fastest, 0.5) / max(one.days, 0.5),
        max(0.0, 100 - 100 * one.faults / one.parcels * 100 / WORST_SHARE),
        None if not one.each or not cheapest else 100 * cheapest / one.each,
    ]
    known = [(part, weight) for part, weight in zip(parts, weights, strict=True) if part is not None]
    total = sum(weight for _, weight in known)
    return round(sum(part * weight for part, weight in known) / total) if total else None

"""The hourly look at stock: what is too little, too much, near its date, lost, or going faster than usual."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from zhanggui.kernel import clock, db, mall_settings, outbox
from zhanggui.kernel.actor import Actor

from ..events import StockAlertRaised
from ..permissions import CHANGE
from . import stowing

WEEK = timedelta(days=7)
#: A week is a surge from so many units on, and so many times the usual week.
SURGE_UNITS, SURGE_TIMES = 10, 3

_FOUND = """
with moved as (
    select l.sku_id,
        coalesce(-sum(m.delta) filter (where m.kind = 'ship'), 0)::bigint as shipped,
        coalesce(-sum(m.delta) filter (where m.kind = 'ship' and m.at >= %(week)s), 0)::bigint as lately,
        coalesce(-sum(m.delta) filter (where m.kind in ('damage', 'adjust') and m.delta < 0), 0)::bigint as lost
    from inventory_movement m join inventory_level l on l.id = m.level_id
    where m.at >= %(since)s and m.delta < 0 group by l.sku_id
), stock as (
    select l.sku_id, sum(l.on_hand - l.reserved - l.withheld)::bigint as free
    from inventory_level l join inventory_warehouse w on w.id = l.warehouse_id and w.active and w.kind = 'own' group by l.sku_id
), each as (
    select s.sku_id, s.free, coalesce(m.shipped, 0) as shipped, coalesce(m.lately, 0) as lately, coalesce(m.lost, 0) as lost,
        (s.free * 28 / nullif(m.shipped, 0))::int as cover
    from stock s left join moved m on m.sku_id = s.sku_id
)
select e.sku_id, 'low' as kind, e.free as units, e.cover, e.shipped as pace from each e where e.cover < %(low)s
union all
select e.sku_id, 'high', e.free, e.cover, e.shipped from each e where e.cover > %(high)s
union all
select e.sku_id, 'loss', e.lost, null, e.shipped from each e where e.lost >= %(loss)s and %(loss)s > 0
union all
select e.sku_id, 'surge', e.lately, e.cover, ((e.shipped - e.lately) / 3)::bigint from each e
where e.lately >= %(surge)s and e.lately > %(times)s * (e.shipped - e.lately) / 3 and e.shipped > e.lately
union all
select b.sku_id, 'near', sum(p.quantity)::bigint, (min(b.expires_on) - %(today)s::date)::int, 0
from inventory_batch b join inventory_placement p on p.batch_id = b.id and p.state = 'good'
where b.expires_on <= %(today)s::date + %(near)s::int group by b.sku_id
"""


def look_for_alerts(*, actor: Actor) -> int:
    """Find what should be looked at now; how many are new. Own transaction, two statements. Announces StockAlertRaised.

    Raises PermissionDenied.
    """
    stowing.may(actor, CHANGE)
    now = clock.now()
    with transaction.atomic():
        new = db.rows(
            f"with found as materialized ({_FOUND}), gone as ("
            " delete from inventory_stockalert a where not exists"
            " (select 1 from found f where f.kind = a.kind and f.sku_id = a.sku_id))"
            " insert into inventory_stockalert as a (sku_id, kind, units, cover, pace)"
            " select sku_id, kind, units, cover, pace from found order by kind, sku_id"
            " on conflict (kind, sku_id) do update set units = excluded.units, cover = excluded.cover, pace = excluded.pace"
            " returning a.sku_id, a.kind, a.units, xmax = 0 as fresh",
            {
                "since": now - 4 * WEEK, "week": now - WEEK, "today": clock.business_date(),
                "low": mall_settings.get("inventory.cover_low_days"), "high": mall_settings.get("inventory.cover_high_days"),
                "loss": mall_settings.get("inventory.loss_units"), "near": mall_settings.get("inventory.near_expiry_days"),
                "surge": SURGE_UNITS, "times": SURGE_TIMES,
            },
        )  # fmt: skip
        fresh = [row for row in new if row["fresh"]]
        outbox.record(*(StockAlertRaised(row["sku_id"], row["kind"], row["units"]) for row in fresh))
    return len(fresh)

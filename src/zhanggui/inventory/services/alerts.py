"""The hourly look at stock: what is too little, too much, near its date, lost, or going faster than usual."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import audit, clock, db, mall_settings, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed

from ..events import AlertLimitsChanged, StockAlertRaised
from ..permissions import CHANGE, LIMITS
from ..types import AlertLimit
from . import stowing

#: Limits set in one call at most, and the largest of units and of days.
MOST_LIMITS, MOST_UNITS, MOST_DAYS = 20_000, 1_000_000_000, 3_650

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
), shelf as (  -- what the nearest category above says, for each category
    select c.id,
        (select x.low_days from inventory_alertlimit x where x.category_id = any(c.ancestors) and x.low_days is not null
            order by array_position(c.ancestors, x.category_id) desc limit 1) as low_days,
        (select x.high_days from inventory_alertlimit x where x.category_id = any(c.ancestors) and x.high_days is not null
            order by array_position(c.ancestors, x.category_id) desc limit 1) as high_days
    from catalog_category c
), each as (
    select s.sku_id, s.free, coalesce(m.shipped, 0) as shipped, coalesce(m.lately, 0) as lately, coalesce(m.lost, 0) as lost,
        (s.free * 28 / nullif(m.shipped, 0))::int as cover, o.low_units, o.high_units,
        coalesce(o.low_days, h.low_days, %(low)s) as low_days, coalesce(o.high_days, h.high_days, %(high)s) as high_days
    from stock s
    join catalog_sku k on k.id = s.sku_id
    join catalog_product p on p.id = k.product_id
    left join shelf h on h.id = p.category_id
    left join inventory_alertlimit o on o.sku_id = s.sku_id
    left join moved m on m.sku_id = s.sku_id
)
select e.sku_id, 'low' as kind, e.free as units, e.cover, e.shipped as pace, e.low_units as bound from each e
where case when e.low_units is null then e.cover < e.low_days else e.free < e.low_units end
union all
select e.sku_id, 'high', e.free, e.cover, e.shipped, e.high_units from each e
where case when e.high_units is null then e.cover > e.high_days else e.free > e.high_units end
union all
select e.sku_id, 'loss', e.lost, null, e.shipped, null from each e where e.lost >= %(loss)s and %(loss)s > 0
union all
select e.sku_id, 'surge', e.lately, e.cover, ((e.shipped - e.lately) / 3)::bigint, null from each e
where e.lately >= %(surge)s and e.lately > %(times)s * (e.shipped - e.lately) / 3 and e.shipped > e.lately
union all
select b.sku_id, 'near', sum(p.quantity)::bigint, (min(b.expires_on) - %(today)s::date)::int, 0, null
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
            " insert into inventory_stockalert as a (sku_id, kind, units, cover, pace, bound)"
            " select sku_id, kind, units, cover, pace, bound from found order by kind, sku_id"
            " on conflict (kind, sku_id) do update set units = excluded.units, cover = excluded.cover, pace = excluded.pace,"
            " bound = excluded.bound"
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


def set_alert_limits(limits: Sequence[AlertLimit], *, actor: Actor) -> int:
    """Say what is too little and too much of SKUs and in categories; all empty: as above it again. How many changed. Own transaction.

    Stock is held against them at the next hourly look. Announces AlertLimitsChanged. Raises PermissionDenied, ValidationFailed
    naming the rows.
    """
    stowing.may(actor, LIMITS)
    errors = [error for i, limit in enumerate(limits) for error in _limit_errors(limit, f"limits.{i}.")]
    if not 0 < len(limits) <= MOST_LIMITS:
        text = Text(f"一次请设置 1 到 {MOST_LIMITS} 个", f"1 to {MOST_LIMITS} at once")
        errors.append(FieldError("limits", "range", text))
    known = catalog.sku_codes([limit.sku_id for limit in limits if limit.sku_id])
    categories = {each.id for each in catalog.categories()}
    there: set[tuple[int | None, int | None]] = set()
    for i, limit in enumerate(limits):
        key = (limit.sku_id, limit.category_id)
        if not (limit.sku_id in known or limit.category_id in categories) or None not in key:
            errors.append(
                FieldError(f"limits.{i}.sku", "not_found", Text("没有这个 SKU 或分类", "no such SKU or category"))
            )
        elif key in there:
            errors.append(FieldError(f"limits.{i}.sku", "twice", Text("出现了两次", "is there twice")))
        there.add(key)
    if errors:
        raise ValidationFailed(errors=errors)
    rows = [
        {
            name: getattr(limit, name)
            for name in ("sku_id", "category_id", "low_units", "high_units", "low_days", "high_days")
        }
        for limit in limits
    ]
    with transaction.atomic():
        before = _kept_limits(limits)
        db.execute(
            "delete from inventory_alertlimit where sku_id = any(%s::bigint[]) or category_id = any(%s::bigint[])",
            ([limit.sku_id for limit in limits], [limit.category_id for limit in limits]),
        )
        db.execute(
            "insert into inventory_alertlimit (sku_id, category_id, low_units, high_units, low_days, high_days)"
            " select * from jsonb_to_recordset(%s) as r(sku_id bigint, category_id bigint, low_units bigint, high_units bigint,"
            " low_days int, high_days int) where coalesce(low_units, high_units, low_days, high_days) is not null",
            (db.Json(rows),),
        )
        changed = [limit for limit in limits if before.get((limit.sku_id, limit.category_id), _same(limit)) != limit]
        audit.record_many(
            audit.row(
                actor=actor, action="inventory.set_limits", target_type="sku" if limit.sku_id else "category",
                target_id=limit.sku_id or limit.category_id, after=_told(limit),
            )
            for limit in changed
        )  # fmt: skip
        if changed:
            outbox.record(AlertLimitsChanged(len(changed)))
    return len(changed)


def _kept_limits(limits: Sequence[AlertLimit]) -> dict[tuple[int | None, int | None], AlertLimit]:
    rows = db.rows(
        "select sku_id, category_id, low_units, high_units, low_days, high_days from inventory_alertlimit"
        " where sku_id = any(%s::bigint[]) or category_id = any(%s::bigint[])",
        ([limit.sku_id for limit in limits], [limit.category_id for limit in limits]),
    )
    return {(row["sku_id"], row["category_id"]): AlertLimit(**row) for row in rows}


def _same(limit: AlertLimit) -> AlertLimit:
    """What was not kept said nothing."""
    return AlertLimit(limit.sku_id, limit.category_id)


def _told(limit: AlertLimit) -> dict[str, int | None]:
    return {name: getattr(limit, name) for name in ("low_units", "high_units", "low_days", "high_days")}


def _limit_errors(limit: AlertLimit, prefix: str) -> list[FieldError]:
    errors = []
    for low, high, most in (("low_units", "high_units", MOST_UNITS), ("low_days", "high_days", MOST_DAYS)):
        for name in (low, high):
            value = getattr(limit, name)
            if value is not None and not 0 <= value <= most:
                text = Text(f"应在 0 到 {most} 之间", f"from 0 to {most}")
                errors.append(FieldError(prefix + name, "range", text))
        least, greatest = getattr(limit, low), getattr(limit, high)
        if least is not None and greatest is not None and greatest < least:
            errors.append(
                FieldError(prefix + high, "range", Text("上限不能小于下限", "must not be below the lower limit"))
            )
    if limit.category_id is not None and (limit.low_units is not None or limit.high_units is not None):
        text = Text("分类只能按天数设置", "categories have limits in days only")
        errors.append(FieldError(prefix + "low_units", "not_for_categories", text))
    return errors

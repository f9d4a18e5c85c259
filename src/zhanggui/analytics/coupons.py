"""What became of coupons and of the money set aside for promotions."""

from datetime import datetime, timedelta
from typing import Any

from zhanggui.kernel import clock, db
from zhanggui.kernel.problems import NotFound

#: Orders that stand on a coupon: `revenue` is what those that were paid came to (payable, less what went back).
_USES = """
select count(*)::int as used, coalesce(sum(r.amount), 0)::bigint as discount,
    coalesce(sum(o.paid_total - o.refunded_total), 0)::bigint as revenue, count(*) filter (where o.paid_total > 0)::int as orders
from promotions_redemption r left join orders_order o on o.number = r.order_number
where r.promotion_id = p.id and r.given_back_at is null
"""
_FUNNEL = f"""
select p.id, p.kind, p.label_zh, p.label_en, p.state, p.starts_at, p.ends_at, c.issued, c.issue_limit,
    (select coalesce(sum(h.held), 0)::bigint from promotions_couponholding h where h.coupon_id = p.id) as held, u.*
from promotions_coupon c join promotions_promotion p on p.id = c.promotion_id cross join lateral ({_USES}) u
"""


def coupon_funnels(*, before_id: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """Coupons, newest first: issued, held by members, used, the orders' revenue and the discount. One statement."""
    return db.rows(
        f"{_FUNNEL} where %s::bigint is null or p.id < %s order by p.id desc limit %s", (before_id, before_id, limit)
    )


def coupon_funnel(promotion_id: int) -> dict[str, Any]:
    """The same of one coupon. Raises NotFound. One statement."""
    row = db.row(f"{_FUNNEL} where p.id = %s", (promotion_id,))
    if row is None:
        raise NotFound()
    return row


def coupon_days(promotion_id: int, *, days: int = 30) -> list[dict[str, Any]]:
    """For each of the last days, in the mall's time: codes handed to members, uses, discount and revenue. One statement."""
    today = clock.local(clock.now()).date()
    first = today - timedelta(days=days - 1)
    zone = str(clock.zone())
    return db.rows(
        "select d.day::date as day, coalesce(k.held, 0)::int as held, coalesce(u.used, 0)::int as used,"
        " coalesce(u.discount, 0)::bigint as discount, coalesce(u.revenue, 0)::bigint as revenue"
        " from generate_series(%s::date, %s::date, interval '1 day') as d(day) left join ("
        " select (held_at at time zone %s)::date as day, count(*) as held from promotions_couponcode"
        " where coupon_id = %s and held_at >= %s::date - 1 group by 1) k on k.day = d.day::date left join ("
        " select (r.at at time zone %s)::date as day, count(*) as used, sum(r.amount) as discount,"
        " sum(o.paid_total - o.refunded_total) as revenue from promotions_redemption r"
        " left join orders_order o on o.number = r.order_number where r.promotion_id = %s and r.given_back_at is null"
        " and r.at >= %s::date - 1 group by 1) u on u.day = d.day::date order by 1",
        (first, today, zone, promotion_id, first, zone, promotion_id, first),
    )


def budgets() -> list[dict[str, Any]]:
    """Promotions and coupons with a budget that are not ended, what is spent of it most first. One statement.

    `ends_projected`: when the money is gone if it is spent as in the last seven days (None: not at that pace).
    """
    now = clock.now()
    rows = db.rows(
        "select p.id, p.kind, p.label_zh, p.label_en, p.state, p.starts_at, p.ends_at, p.budget, p.budget_used, coalesce(("
        " select sum(r.amount) from promotions_redemption r where r.promotion_id = p.id and r.given_back_at is null"
        " and r.at > %s), 0)::bigint as lately from promotions_promotion p"
        " where p.budget is not null and p.state <> 'ended' order by p.budget_used::numeric / p.budget desc, p.id limit 200",
        (now - timedelta(days=7),),
    )
    return [{**row, "ends_projected": _projected(row, now)} for row in rows]


def _projected(row: dict[str, Any], now: datetime) -> datetime | None:
    left = row["budget"] - row["budget_used"]
    days = min(7, max((now - row["starts_at"]).days, 1))
    if not row["lately"] or left <= 0:
        return None
    hours = left * days * 24 // row["lately"]
    return now + timedelta(hours=hours) if hours < 24 * 3650 else None

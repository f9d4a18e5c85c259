"""What must always hold of the mall's own numbers."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "analytics.rollup_equals_events",
        """select r.first, r.facts, v.views, v.visitors, v.addresses, v.visits, v.seconds from analytics_rollup r join (
            select day, count(*) as views, count(distinct visitor) as visitors, count(distinct address) as addresses,
                count(distinct session) as visits, sum(seconds) as seconds from analytics_pageview group by day) v
            on r.period = 'daily' and r.first = v.day
        where ((r.facts ->> 'views')::bigint, (r.facts ->> 'visitors')::bigint, (r.facts ->> 'addresses')::bigint,
               (r.facts ->> 'visits')::bigint, (r.facts ->> 'seconds')::bigint)
            is distinct from (v.views, v.visitors, v.addresses, v.visits, v.seconds)""",
        "A day's sums are the sums of its page views, as long as those are kept.",
    ),
    Invariant(
        "analytics.order_sums_equal_orders",
        """select s.first, t.currency, t.orders, t.valid_orders, t.sales, o.orders as counted, o.valid_orders as counted_valid,
            o.sales as counted_sales
        from analytics_ordersums s
        cross join lateral jsonb_to_recordset(s.facts -> 'totals')
            as t(currency text, orders bigint, valid_orders bigint, sales bigint)
        cross join lateral (select count(*) as orders, count(*) filter (where v) as valid_orders,
                coalesce(sum(goods) filter (where v), 0) as sales
            from (select items_total - discount_total as goods,
                    status in ('paid', 'fulfilling', 'shipped', 'delivered', 'completed') as v
                from orders_order where currency = t.currency and kind = 'sale'
                    and placed_at >= s.first::timestamp at time zone (s.facts #>> '{basis,timezone}')
                    and placed_at < (s.first + 1)::timestamp at time zone (s.facts #>> '{basis,timezone}')) one) o
        where s.period = 'daily' and (s.facts #>> '{basis,counts}')::int = 2
            and (t.orders, t.valid_orders, t.sales) is distinct from (o.orders, o.valid_orders, o.sales)
            and not exists (select from kernel_outboxevent where delivered_at is null)""",
        "A day's kept sums are those of its orders, unless news of a change is still on its way.",
    ),
    Invariant(
        "analytics.salts_are_deleted",
        "select week from analytics_salt where week < kernel_now()::date - 21",
        "The salt of network addresses is gone when its week is over (the nightly job runs).",
    ),
    Invariant(
        "analytics.visitors_known",
        "select visitor, min(day) from analytics_pageview p"
        " where not exists (select from analytics_visitor k where k.visitor = p.visitor and k.first_day <= p.day) group by visitor",
        "Every page view belongs to a visitor first seen on its day or before.",
    ),
]

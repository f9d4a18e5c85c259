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

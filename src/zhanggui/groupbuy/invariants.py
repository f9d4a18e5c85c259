"""What must always hold of groups. `doctor` runs these, and so do the tests."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "groupbuy.seats_within",
        """select g.id, g.state, g.size, count(s.id) as seats from groupbuy_group g
        left join groupbuy_seat s on s.group_id = g.id and s.freed_at is null group by g.id
        having count(s.id) > g.size or (g.state = 'full' and count(s.id) <> g.size) or (g.state = 'failed' and count(s.id) > 0)
            or (g.state = 'waiting' and count(s.id) <> 1)""",
        "A group never has more buyers than seats; a full one has exactly its size, a failed one none.",
    ),
    Invariant(
        "groupbuy.opened_counts",
        """select o.id, o.opened, count(g.id) as groups from groupbuy_offer o
        left join groupbuy_group g on g.offer_id = o.id and g.state <> 'failed' group by o.id having count(g.id) <> o.opened""",
        "An offer counts its groups that have not failed.",
    ),
    Invariant(
        "groupbuy.over_in_time",
        """select id, token, expires_at from groupbuy_group
        where state = 'open' and expires_at < kernel_now() - interval '1 hour'""",
        "No group is open an hour past its time.",
    ),
]

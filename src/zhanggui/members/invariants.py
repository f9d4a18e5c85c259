"""What must always hold of members' ledgers. `doctor` runs these, and so does every property test."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "members.purses_are_their_postings",
        """select q.member_id, q.asset, q.balance, coalesce(p.sum, 0) as postings from members_purse q
        left join (select member_id, asset, sum(case when target = 'member' then amount else -amount end) as sum
            from members_posting group by 1, 2) p on p.member_id = q.member_id and p.asset = q.asset
        where q.balance <> coalesce(p.sum, 0)""",
        "What a member holds is what came in less what went out.",
    ),
    Invariant(
        "members.purses_are_their_lots",
        """select q.member_id, q.asset, q.balance, coalesce(l.sum, 0) as lots from members_purse q
        left join (select member_id, asset, sum(remaining) as sum from members_lot group by 1, 2) l
            on l.member_id = q.member_id and l.asset = q.asset
        where q.balance <> coalesce(l.sum, 0)""",
        "What a member holds lies in lots.",
    ),
    Invariant(
        "members.lots_are_used_up",
        """select l.id, l.amount, l.remaining, coalesce(u.sum, 0) as used from members_lot l
        left join (select lot_id, sum(amount) as sum from members_lotuse group by 1) u on u.lot_id = l.id
        where l.amount - l.remaining <> coalesce(u.sum, 0)""",
        "What is missing of a lot was used.",
    ),
    Invariant(
        "members.postings_have_lots",
        """select p.id, p.kind, p.amount, coalesce(l.sum, 0) as lots, coalesce(u.sum, 0) as uses from members_posting p
        left join (select posting_id, sum(amount) as sum from members_lot group by 1) l on l.posting_id = p.id
        left join (select posting_id, sum(amount) as sum from members_lotuse group by 1) u on u.posting_id = p.id
        where p.amount <> case when p.target = 'member' then coalesce(l.sum, 0) else coalesce(u.sum, 0) end""",
        "What came in made lots, what went out came from lots.",
    ),
    Invariant(
        "members.given_back_within_spent",
        """select p.asset, p.key, coalesce(u.sum, 0) as returned, coalesce(b.sum, 0) as given_back from members_posting p
        left join (select posting_id, sum(returned) as sum from members_lotuse group by 1) u on u.posting_id = p.id
        left join (select asset, reference, sum(amount) as sum from members_posting where kind = 'give_back' group by 1, 2) b
            on b.asset = p.asset and b.reference = p.key
        where p.kind = 'spend' and coalesce(u.sum, 0) <> coalesce(b.sum, 0)""",
        "What came back of an order's spending is marked on it, and no more.",
    ),
]

"""What must always hold of trials. `doctor` runs these, and so do the tests."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "trials.counters_agree",
        """select t.id, t.slug, t.applied, t.given, count(a.id) as applications,
            count(a.id) filter (where a.state in ('won', 'lapsed')) as winners
        from trials_trial t left join trials_application a on a.trial_id = t.id group by t.id
        having t.applied <> count(a.id) or t.applied <> coalesce(max(a.number), 0)
            or t.given <> count(a.id) filter (where a.state in ('won', 'lapsed'))""",
        "A trial counts its applications, which are numbered from 1 without a gap, and the pieces it gave.",
    ),
    Invariant(
        "trials.pieces_are_put_aside",
        """select t.slug, t.state, t.pieces, t.given, coalesce(r.held, 0) as held from trials_trial t
        left join (select order_number, sum(quantity - shipped - released) as held from inventory_reservation
            group by order_number) r on r.order_number = t.reference and t.reference <> ''
        where coalesce(r.held, 0) <> case when t.state = 'live' then t.pieces - t.given else 0 end""",
        "The pieces a live trial has still to give are held in stock; a trial that is over holds none.",
    ),
    Invariant(
        "trials.winners_have_their_order",
        """select t.slug, a.number, a.state, a.order_number, o.status from trials_application a
        join trials_trial t on t.id = a.trial_id left join orders_order o on o.number = a.order_number
        where a.state in ('won', 'lapsed') and (o.id is null or o.member_id <> a.member_id or o.total <> t.freight
            or (select count(*) from orders_orderline l where l.order_id = o.id and l.sku_id = t.sku_id and l.quantity = 1
                and l.unit_price = 0 and l.special ->> 'kind' = 'trial') <> 1
            or (a.state = 'lapsed' and o.cancelled_at is null)
            or (a.state = 'won' and o.cancelled_at < kernel_now() - interval '1 hour'))""",
        "Each winner has one order of one piece that costs nothing but the freight that was told; it lapses with that order.",
    ),
    Invariant(
        "trials.draws_follow_the_seed",
        """select t.slug, a.number, a.rank, a.state from trials_trial t join trials_application a on a.trial_id = t.id
        cross join lateral trials_rank(t.seed, a.trial_id || ':' || a.number || ':' || a.word) r(rank)
        where t.state = 'decided' and t.selection = 'draw' and (a.rank <> r.rank
            or (a.state = 'lost') <> (t.given <= (select count(*) from trials_application b
                where b.trial_id = a.trial_id and b.rank < a.rank)))""",
        "Computed again from its published seed, the lowest ranks of a draw won, one for each piece, and no other.",
    ),
    Invariant(
        "trials.drawn_in_time",
        """select slug, ends_at from trials_trial
        where state = 'live' and selection = 'draw' and ends_at < kernel_now() - interval '1 hour'""",
        "No trial that is to be drawn waits an hour past its end.",
    ),
]

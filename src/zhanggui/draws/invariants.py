"""What must always hold of draws. `doctor` runs these, and so do the tests."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "draws.outcomes_follow_the_seed",
        """select d.slug, c.sequence, c.nonce, c.roll, r.roll as computed, p.place, l.place as line from draws_draw d
        cross join lateral draws_pads(d.seed) k
        join draws_chance c on c.draw_id = d.id
        cross join lateral draws_roll(k.inner_pad, k.outer_pad, c.draw_id || ':' || c.sequence || ':' || c.nonce) r(roll)
        join draws_prize p on p.id = c.drawn_id
        left join draws_lines l on l.draw_id = d.id and r.roll >= l.low and r.roll < l.high
        where d.state = 'ended' and (c.roll <> r.roll or p.draw_id <> d.id or p.place is distinct from l.place)""",
        "Computed again from its published seed, each outcome of a draw that is over is what it was said to be.",
    ),
    Invariant(
        "draws.seed_is_the_committed_one",
        """select id, slug from draws_draw
        where state = 'ended' and encode(sha256(convert_to(seed, 'UTF8')), 'hex') <> commitment""",
        "The seed a draw publishes is the one it committed to.",
    ),
    Invariant(
        "draws.prizes_go_in_turn",
        """select c.draw_id, c.sequence from (
            select c.*, row_number() over (partition by c.drawn_id order by c.sequence) as nth from draws_chance c) c
        join draws_prize p on p.id = c.drawn_id join draws_prize g on g.id = c.prize_id
        where (c.nth <= coalesce(p.pieces, c.nth)) <> (c.drawn_id = c.prize_id) or (c.drawn_id <> c.prize_id and g.kind <> 'thanks')
            or g.draw_id <> c.draw_id""",
        "Whoever draws a prize gets it while there are pieces, in the order of the chances; then it is the thanks.",
    ),
    Invariant(
        "draws.given_counts",
        """select p.id, p.draw_id, p.given, count(c.id) as chances from draws_prize p
        left join draws_chance c on c.prize_id = p.id group by p.id having count(c.id) <> p.given""",
        "A prize counts the chances that got it.",
    ),
    Invariant(
        "draws.sequences_have_no_gaps",
        """select d.id, d.slug, d.taken, count(c.id) as chances from draws_draw d left join draws_chance c on c.draw_id = d.id
        group by d.id having count(c.id) <> d.taken or coalesce(max(c.sequence), 0) <> d.taken""",
        "The chances of a draw are numbered from 1 without a gap: none was taken away.",
    ),
    Invariant(
        "draws.odds_add_up",
        """select d.id, d.slug, coalesce(sum(p.odds), 0) as odds from draws_draw d left join draws_prize p on p.draw_id = d.id
        where d.state <> 'draft' group by d.id having coalesce(sum(p.odds), 0) <> 10000""",
        "The odds of a published draw add up to the whole.",
    ),
    Invariant(
        "draws.over_in_time",
        "select id, slug, ends_at from draws_draw where state = 'live' and ends_at < kernel_now() - interval '1 hour'",
        "No draw keeps its seed an hour past its end.",
    ),
]

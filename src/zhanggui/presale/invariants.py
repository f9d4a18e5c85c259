"""What must always hold of presales. `doctor` runs these, and so do the tests."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "presale.pieces_count",
        """select a.id, a.taken, a.pieces, coalesce(sum(r.quantity), 0) as held from presale_article a
        left join presale_reservation r on r.article_id = a.id and r.freed_at is null
        group by a.id having a.taken <> coalesce(sum(r.quantity), 0) or a.taken > a.pieces""",
        "An article's pieces taken are those of its reservations, and never more than there are.",
    ),
    Invariant(
        "presale.buyers_within",
        """select h.offer_id, h.member_id, h.taken, h.allowed, coalesce(r.held, 0) as held from presale_holding h
        left join (select a.offer_id, r.member_id, sum(r.quantity) as held from presale_reservation r
            join presale_article a on a.id = r.article_id where r.freed_at is null group by 1, 2) r
            on r.offer_id = h.offer_id and r.member_id = h.member_id
        where h.taken <> coalesce(r.held, 0) or h.taken > h.allowed""",
        "What a buyer has of an offer is what his reservations hold, and never more than he may.",
    ),
    Invariant(
        "presale.freed_when_over",
        """select number, state, freed_at from presale_reservation
        where (state in ('released', 'forfeited', 'refunded')) <> (freed_at is not null)""",
        "The pieces of a reservation are free when it is over, and only then.",
    ),
    Invariant(
        "presale.deposit_agrees_with_payments",
        """select r.number, r.state, r.paid, r.refunded, coalesce(m.paid, 0) as captured, coalesce(m.claimed, 0) as claimed,
            coalesce(m.back, 0) as back
        from presale_reservation r left join (
            select i.reference, sum(i.captured) - sum(coalesce(f.surplus, 0)) as paid, sum(coalesce(f.claimed, 0)) as claimed,
                sum(coalesce(f.back, 0)) as back
            from payments_intent i left join (
                select intent_id, sum(amount) filter (where surplus) as surplus,
                    sum(amount) filter (where not surplus) as claimed,
                    sum(amount) filter (where not surplus and state = 'succeeded') as back
                from payments_refund group by intent_id) f on f.intent_id = i.id
            group by i.reference) m on m.reference = r.number
        where r.ordered_at is null and (r.paid <> coalesce(m.paid, 0)
            or coalesce(m.claimed, 0) <> case when r.state = 'refunded' then r.paid else 0 end
            or r.refunded > coalesce(m.back, 0) or (r.refunded < coalesce(m.back, 0) and not exists (
                select 1 from kernel_outboxevent e where e.delivered_at is null
                and e.name = 'payments.refund_succeeded' and e.aggregate = 'order:' || r.number)))""",
        "A deposit counted as paid was captured for it; it is on its way back where it is refunded, and nowhere else.",
    ),
    Invariant(
        "presale.stock_is_held",
        """select r.number, r.state, r.quantity, coalesce(h.held, 0) as held from presale_reservation r
        left join (select order_number, sum(quantity - shipped - released) as held from inventory_reservation
            group by order_number) h on h.order_number = r.number
        where r.ordered_at is null and coalesce(h.held, 0) <>
            case when r.state in ('waiting', 'deposited') then r.quantity else 0 end""",
        "A reservation's stock is held once until it is an order or over.",
    ),
    Invariant(
        "presale.nothing_lingers",
        """select number, state, expires_at, balance_until from presale_reservation
        where (state = 'waiting' and expires_at < kernel_now() - interval '1 hour')
            or (state = 'deposited' and balance_until < kernel_now() - interval '1 hour')""",
        "No reservation holds pieces an hour past its time.",
    ),
]

"""What must always hold of orders. `doctor` runs these, and so does every property test."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "orders.totals_add_up",
        """select o.number, o.items_total, o.discount_total, o.total, l.items, l.discount
        from orders_order o join (select order_id, sum(quantity * unit_price) items, sum(discount) discount
            from orders_orderline group by order_id) l on l.order_id = o.id
        where o.items_total <> l.items or o.discount_total <> l.discount""",
        "An order's totals are the sums of its lines.",
    ),
    Invariant(
        "orders.shares_add_up",
        """select l.id, l.discount from orders_orderline l
        where l.discount <> coalesce((select sum((d ->> 'amount')::bigint) from jsonb_array_elements(l.discounts) d), 0)""",
        "A line's discount is the sum of the shares of each promotion.",
    ),
    Invariant(
        "orders.has_lines",
        """select number from orders_order o where origin = ''
        and not exists (select 1 from orders_orderline l where l.order_id = o.id)""",
        "Every order of the shop has at least one line.",
    ),
    Invariant(
        "orders.paid_in_full",
        """select number, status, paid_total, deposit, total from orders_order
        where origin = '' and (paid_total <> case when paid_at is null then deposit else total end
            or (paid_at is null and status not in ('pending_payment', 'cancelled', 'refunded'))
            or (paid_at is not null and status = 'pending_payment') or (status = 'refunded' and paid_at is null and deposit = 0))""",
        "An order past payment has been paid exactly its total, a waiting one its presale's deposit or nothing, a cancelled one either.",
    ),
    Invariant(
        "orders.refunded_is_all_of_it",
        """select number, status, paid_total, refunded_total from orders_order
        where origin = '' and ((status = 'refunded' and refunded_total <> paid_total)
            or (status <> 'refunded' and refunded_total = paid_total and paid_total > 0))""",
        "An order is refunded when all it was paid went back, and only then.",
    ),
    Invariant(
        "orders.money_agrees_with_payments",
        """with money as (
            select i.reference, sum(i.captured) - sum(coalesce(r.surplus, 0)) as paid, sum(coalesce(r.back, 0)) as back
            from payments_intent i left join (
                select intent_id, sum(amount) filter (where surplus) as surplus,
                    sum(amount) filter (where not surplus and state = 'succeeded') as back
                from payments_refund group by intent_id) r on r.intent_id = i.id
            group by i.reference)
        select o.number, o.paid_total, o.refunded_total, m.paid, m.back
        from orders_order o left join money m on m.reference = o.number
        where o.origin = '' and (o.paid_total <> coalesce(m.paid, 0) or o.refunded_total > coalesce(m.back, 0)
            or (o.refunded_total < coalesce(m.back, 0) and not exists (
                select 1 from kernel_outboxevent e where e.delivered_at is null
                and e.name = 'payments.refund_succeeded' and e.aggregate = 'order:' || o.number)))""",
        "What an order counts as paid was captured for it and is not surplus; what it counts as refunded went back,"
        " as soon as the news of it is delivered.",
    ),
    Invariant(
        "orders.balances_agree_with_payments",
        """with ledger as (
            select reference, sum(amount) filter (where kind = 'spend') as paid,
                coalesce(sum(amount) filter (where kind = 'give_back'), 0) as back
            from members_posting where asset = 'balance' and kind in ('spend', 'give_back') group by reference
        ), money as (
            select i.gateway_trade_no as drawn_as, min(i.reference) as number, sum(i.captured) as paid, sum(i.refunded) as back,
                sum(i.refund_claimed) as claimed
            from payments_intent i where i.provider = 'balance' and i.captured > 0 group by i.gateway_trade_no)
        select coalesce(m.drawn_as, l.reference) as drawn_as, m.paid, m.back, l.paid as drawn, l.back as returned,
            o.payment_provider, r.provider as deposited_with
        from money m full join ledger l on l.reference = m.drawn_as
        left join orders_order o on o.number = m.drawn_as
        left join presale_reservation r on r.number || '-D' = m.drawn_as
        where m.paid is distinct from l.paid or l.back not between m.back and m.claimed
            or coalesce(r.provider, o.payment_provider) is distinct from 'balance'
            or m.number not in (o.number, r.number)""",
        "What an order or a deposit took from a balance is what it was paid with; what went back was refunded, or is about to be.",
    ),
    Invariant(
        "orders.stock_is_reserved",
        """select l.id, o.number, l.sku_id, l.quantity - l.shipped_quantity - l.refunded_quantity as open, coalesce(r.held, 0) as held
        from orders_orderline l join orders_order o on o.id = l.order_id
        left join (select order_number, line, sum(quantity - shipped - released) held from inventory_reservation
            group by order_number, line) r on r.order_number = o.number and r.line = l.position
        where o.origin = '' and coalesce(r.held, 0) <>
            case when o.status in ('pending_payment', 'paid', 'fulfilling')
                then l.quantity - l.shipped_quantity - l.refunded_quantity else 0 end""",
        "Units sold, not shipped and not given up are reserved; nothing is reserved for an order that is over.",
    ),
    Invariant(
        "orders.refunds_on_lines",
        """select o.number, o.status, o.refunded_total, o.shipping_total, sum(l.refunded_amount) as lines from orders_order o
        join orders_orderline l on l.order_id = o.id where o.origin = '' group by o.id
        having case when o.cancelled_at is null then o.refunded_total > sum(l.refunded_amount) + o.shipping_total
            else sum(l.refunded_quantity) > 0 end""",
        "What an order gave back was given back for its lines and its freight, unless it was cancelled as a whole.",
    ),
    Invariant(
        "orders.points_agree_with_the_ledger",
        """with lines as (
            select o.number, o.status, o.cancelled_at, (d ->> 'points')::bigint as points, l.quantity, l.refunded_quantity
            from orders_order o join orders_orderline l on l.order_id = o.id
            cross join lateral jsonb_array_elements(l.discounts) d where d ->> 'kind' = 'points'
        ), orders as (
            select number, sum(points) as spent, bool_or(status = 'refunded') as refunded,
                sum(case when cancelled_at is null then points * refunded_quantity / quantity else points end) as back
            from lines group by number
        ), ledger as (
            select reference as number, sum(amount) filter (where kind = 'spend') as spent,
                coalesce(sum(amount) filter (where kind = 'give_back'), 0) as back
            from members_posting where asset = 'points' and kind in ('spend', 'give_back') group by reference
        )
        select coalesce(o.number, p.number) as number, o.spent, p.spent as ledger, o.back, p.back as ledger_back
        from orders o full join ledger p on p.number = o.number
        where o.spent is distinct from p.spent
            or not coalesce(p.back = o.back or (o.refunded and p.back between o.back and o.spent), false)""",
        "The points on an order's lines were spent for it, and those of units given back came back.",
    ),
    Invariant(
        "orders.held_while_its_group_runs",
        """select o.number, o.status, o.hold, g.state from orders_order o
        left join groupbuy_seat s on s.order_number = o.number left join groupbuy_group g on g.id = s.group_id
        where (o.hold = 'group' or s.id is not null) and o.status in ('pending_payment', 'paid')
            and not coalesce((o.hold = 'group' and s.freed_at is null and g.state in ('waiting', 'open'))
                or (o.hold = '' and g.state = 'full')
                or (g.state = 'failed' and g.ended_at > kernel_now() - interval '1 hour'), false)""",
        "An order bought in a group is held back as long as its group runs, goes on with a full one, and does not survive one that failed.",
    ),
    Invariant(
        "orders.deposit_is_its_reservation",
        """select coalesce(o.number, r.number) as number, o.deposit, r.paid, o.status, r.state
        from (select * from orders_order where deposit > 0) o
        full join (select * from presale_reservation where ordered_at is not null) r on r.number = o.number
        where o.number is null or r.number is null or o.deposit <> r.paid
            or (r.state = 'ordered' and o.cancelled_at is not null) or (r.state <> 'ordered' and o.cancelled_at is null)
            or (r.state = 'forfeited' and (o.paid_at is not null or o.refunded_total > 0))
            or not exists (select 1 from orders_orderline l where l.order_id = o.id and l.quantity = r.quantity
                and l.unit_price = r.price and l.discount = (r.counts_for - r.deposit) * r.quantity)""",
        "An order with a deposit is made of the reservation of its number, at its price, and ends with it.",
    ),
    Invariant(
        "orders.held_while_it_is_made",
        """select o.number, o.status, o.hold from orders_order o
        where o.status in ('pending_payment', 'paid', 'fulfilling') and o.origin = '' and o.hold <> 'group'
            and (o.hold = 'making') <> exists (select 1 from inventory_reservation r join inventory_level l on l.id = r.level_id
                join inventory_warehouse w on w.id = l.warehouse_id and w.kind = 'workshop'
                where r.order_number = o.number and r.quantity > r.shipped + r.released)""",
        "An order is held back as being made exactly as long as something of it waits at the bench.",
    ),
    Invariant(
        "orders.held_are_not_shipped",
        """select o.number, o.status from orders_order o
        where o.hold <> '' and o.status not in ('pending_payment', 'paid', 'refunded')""",
        "Nothing that is held back was packed or shipped.",
    ),
    Invariant(
        "orders.unpaid_do_not_linger",
        """select number, expires_at from orders_order
        where status = 'pending_payment' and origin = '' and expires_at < kernel_now() - interval '1 hour'""",
        "No unpaid order holds stock an hour past its time.",
    ),
]

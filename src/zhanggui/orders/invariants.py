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
        """select number, status, paid_total, total from orders_order
        where origin = '' and ((status in ('paid', 'fulfilling', 'shipped', 'delivered', 'completed', 'refunded')
            and paid_total <> total) or (status = 'pending_payment' and paid_total <> 0))""",
        "An order past payment has been paid exactly its total; a waiting one nothing.",
    ),
    Invariant(
        "orders.money_agrees_with_payments",
        """select o.number, o.paid_total, o.refunded_total, p.captured, p.refunded from orders_order o
        left join (select reference, sum(captured) captured, sum(refunded) refunded from payments_intent group by reference) p
            on p.reference = o.number
        where o.origin = '' and o.paid_total - o.refunded_total > coalesce(p.captured - p.refunded, 0)
            + coalesce((select sum(r.amount) from payments_refund r join payments_intent i on i.id = r.intent_id
                where i.reference = o.number and r.state in ('pending', 'processing')), 0)""",
        "What an order counts as paid lies with payments.",
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
        """select o.number, o.refunded_total, sum(l.refunded_amount) from orders_order o
        join orders_orderline l on l.order_id = o.id where o.origin = ''
        group by o.id having sum(l.refunded_amount) > o.refunded_total and o.refunded_total > 0""",
        "What lines gave back is part of what the order gave back.",
    ),
    Invariant(
        "orders.unpaid_do_not_linger",
        """select number, expires_at from orders_order
        where status = 'pending_payment' and origin = '' and expires_at < now() - interval '1 hour'""",
        "No unpaid order holds stock an hour past its time.",
    ),
]

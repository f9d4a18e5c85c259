"""What must always hold of procurement. `doctor` runs these, and so do the tests."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "procurement.lines_are_their_receipts",
        """select l.id, l.good, l.rejected, l.returned, coalesce(sum(x.good) filter (where r.kind = 'receipt'), 0) as came,
            coalesce(sum(x.rejected), 0) as refused, coalesce(sum(x.good) filter (where r.kind = 'return'), 0) as back
        from procurement_orderline l left join procurement_receiptline x on x.line_id = l.id
        left join procurement_receipt r on r.id = x.receipt_id group by l.id
        having l.good <> coalesce(sum(x.good) filter (where r.kind = 'receipt'), 0) or l.rejected <> coalesce(sum(x.rejected), 0)
            or l.returned <> coalesce(sum(x.good) filter (where r.kind = 'return'), 0)""",
        "What a purchase order's lines count is what its receipts and returns say.",
    ),
    Invariant(
        "procurement.receipts_are_on_the_shelf",
        """select r.number, r.kind, x.units, coalesce(m.units, 0) as moved, coalesce(m.moves, 0) as moves from procurement_receipt r
        join (select receipt_id, sum(good) as units, count(*) filter (where good > 0) as lines from procurement_receiptline
            group by receipt_id) x on x.receipt_id = r.id
        left join (select reference, sum(delta) as units, count(*) as moves from inventory_movement
            where kind = 'receive' and reference <> '' group by reference) m on m.reference = r.number
        where coalesce(m.units, 0) <> case r.kind when 'receipt' then x.units else -x.units end or coalesce(m.moves, 0) <> x.lines""",
        "Every receipt moved stock once for each of its lines, every return took it off again.",
    ),
    Invariant(
        "procurement.receipts_are_owed_for",
        """select r.number, r.kind, x.amount, coalesce(p.amount, 0) as owed from procurement_receipt r
        join (select x.receipt_id, sum(x.good * l.price) as amount from procurement_receiptline x
            join procurement_orderline l on l.id = x.line_id group by x.receipt_id) x on x.receipt_id = r.id
        left join procurement_payable p on p.receipt_id = r.id
        where coalesce(p.amount, 0) <> case r.kind when 'receipt' then x.amount else -x.amount end""",
        "What is owed for a receipt is its good units at the order's price; a return is credited the same way.",
    ),
    Invariant(
        "procurement.settled_is_sum_of_settlements",
        """select p.id, p.amount, p.settled, coalesce(d.amount, 0) as by_settlements, coalesce(c.amount, 0) as as_credit
        from procurement_payable p
        left join (select payable_id, sum(amount) as amount from procurement_settlement group by 1) d on d.payable_id = p.id
        left join (select credit_id, sum(amount) as amount from procurement_settlement where credit_id is not null group by 1) c
            on c.credit_id = p.id
        where p.settled <> coalesce(d.amount, 0) - coalesce(c.amount, 0)""",
        "What is settled of a payable is the sum of its settlements.",
    ),
    Invariant(
        "procurement.payments_settle_whole",
        """select y.number, y.amount, coalesce(sum(s.amount), 0) as settled from procurement_payment y
        left join procurement_settlement s on s.payment_id = y.id left join procurement_paymentvoid v on v.payment_id = y.id
        group by y.id, v.payment_id
        having coalesce(sum(s.amount), 0) <> case when v.payment_id is null then y.amount else 0 end""",
        "Every payment settles exactly its amount, a void one nothing; nothing is paid that is not owed.",
    ),
    Invariant(
        "procurement.totals_add_up",
        """select o.number, o.total, coalesce(sum(l.quantity * l.price), 0) as lines from procurement_order o
        left join procurement_orderline l on l.order_id = o.id group by o.id
        having o.total <> coalesce(sum(l.quantity * l.price), 0)""",
        "The total of a purchase order is the sum of its lines.",
    ),
    Invariant(
        "procurement.states_follow_receipts",
        """select o.number, o.state, sum(l.good + l.rejected) as came, bool_and(l.good >= coalesce(l.confirmed, l.quantity)) as whole
        from procurement_order o join procurement_orderline l on l.order_id = o.id group by o.id
        having (o.state in ('draft', 'approved', 'sent', 'confirmed', 'cancelled') and sum(l.good + l.rejected) > 0)
            or (o.state = 'received' and not bool_and(l.good >= coalesce(l.confirmed, l.quantity)))
            or (o.state = 'part' and bool_and(l.good >= coalesce(l.confirmed, l.quantity)))""",
        "An order of which something came is not called off, and is whole when all of it came.",
    ),
    Invariant(
        "procurement.accounts_net_credits",
        """select supplier_id from procurement_payable group by supplier_id
        having coalesce(sum(amount - settled) filter (where amount > 0), 0) > 0
            and coalesce(sum(settled - amount) filter (where amount < 0), 0) > 0""",
        "While a supplier owes us, nothing is open that we owe him: credits settle debts at once.",
    ),
]

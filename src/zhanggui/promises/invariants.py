"""What must always hold of promises. `doctor` runs these, and so do the tests."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "promises.exchange_was_carried_out",
        """select s.number, s.answer_sku from promises_shortage s where s.answer = 'exchange' and not exists (
        select 1 from orders_orderline l join orders_order o on o.id = l.order_id
        where o.number = s.order_number and l.instead_of is not null
        and (l.sku_code = s.answer_sku or l.instead_of ->> 'case' <> s.number))""",
        "Whose buyer chose another article has it in his order.",
    ),
    Invariant(
        "promises.refund_was_carried_out",
        """select s.number, s.case_number from promises_shortage s
        left join aftersales_case c on c.number = s.case_number
            and (c.order_number = s.order_number and c.kind = 'cancel' or c.replacement = s.order_number)
        where s.answer = 'refund' and (c.id is null or not c.reserved)""",
        "A buyer who chose his money has a case that gave up the units.",
    ),
    Invariant(
        "promises.who_waits_is_promised_that_day",
        """select s.number, o.dispatch_due_at, s.wait_until from promises_shortage s join orders_order o on o.number = s.order_number
        where s.answer = 'wait' and (o.dispatch_due_at is null or o.dispatch_due_at < s.wait_until)
        and not exists (select 1 from promises_shortage n where n.order_number = s.order_number and n.id > s.id)""",
        "Whose buyer waits is promised no earlier than the day he agreed to.",
    ),
    Invariant(
        "promises.asked_of_orders_there_are",
        """select s.number, s.order_number from promises_shortage s left join orders_order o on o.number = s.order_number
        where o.id is null""",
        "Every shortage is of an order.",
    ),
]

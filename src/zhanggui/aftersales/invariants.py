"""Facts about cases that must always hold."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "aftersales.order_lines_agree",
        "select o.number, l.position, l.refunded_quantity, l.refunded_amount, coalesce(c.units, 0) as units,"
        " coalesce(c.amount, 0) as amount from orders_orderline l join orders_order o on o.id = l.order_id and o.origin = ''"
        " and o.kind <> 'replacement' left join (select c.order_number, cl.line, coalesce(sum(cl.quantity)"
        " filter (where c.kind in ('cancel', 'refund_only',"
        " 'return_refund')), 0) as units, sum(cl.amount) as amount"
        " from aftersales_caseline cl join aftersales_case c on c.id = cl.case_id and c.reserved"
        " group by c.order_number, cl.line) c on c.order_number = o.number and c.line = l.position"
        " where l.refunded_quantity <> coalesce(c.units, 0) or l.refunded_amount <> coalesce(c.amount, 0)",
        "What order lines gave back is what their cases say.",
    ),
    Invariant(
        "aftersales.amounts_add_up",
        "select c.number, c.goods_amount, sum(l.amount) as lines from aftersales_case c"
        " join aftersales_caseline l on l.case_id = c.id group by c.id having c.goods_amount <> sum(l.amount)",
        "A case's amount is the sum of its lines.",
    ),
    Invariant(
        "aftersales.effects_add_up",
        "select number, goods_amount, effect from aftersales_case where effect is not null and goods_amount <>"
        " (effect ->> 'share')::bigint + coalesce((select sum((c ->> 'amount')::bigint)"
        " from jsonb_array_elements(effect -> 'changes') c), 0)",
        "What a case gives back is the share of its units and what it says changes that.",
    ),
    Invariant(
        "aftersales.never_more_than_paid",
        "select o.number, o.paid_total, sum(c.goods_amount + c.freight_amount) as cases from aftersales_case c"
        " join orders_order o on o.number = c.order_number where c.reserved group by o.id"
        " having sum(c.goods_amount + c.freight_amount) > o.paid_total",
        "Cases never give back more than was paid.",
    ),
    Invariant(
        "aftersales.money_was_asked_for",
        "select c.number, c.state, c.goods_amount + c.freight_amount as amount, coalesce(r.amount, 0) as asked"
        " from aftersales_case c left join (select request_key, sum(amount) as amount from payments_refund"
        " where request_key like 'case:%' group by request_key) r on r.request_key = 'case:' || c.number"
        " where coalesce(r.amount, 0) <> case when c.state in ('refunding', 'closed')"
        " then c.goods_amount + c.freight_amount else 0 end",
        "A case being refunded has asked for exactly its money, and no other has.",
    ),
    Invariant(
        "aftersales.returns_are_booked",
        "select c.number, sum(l.good + l.damaged) as units, coalesce(m.units, 0) as booked from aftersales_case c"
        " join aftersales_caseline l on l.case_id = c.id left join (select reference, sum(delta) as units from inventory_movement"
        " where kind = 'return' group by reference) m on m.reference = c.number"
        " group by c.id, m.units having sum(l.good + l.damaged) <> coalesce(m.units, 0)",
        "What came back was booked in, once.",
    ),
    Invariant(
        "aftersales.guarantees_agree",
        "select c.number, l.line, l.amount, g.amount as guaranteed from aftersales_caseline l"
        " join aftersales_case c on c.id = l.case_id and c.kind in ('price_guarantee', 'exchange') and c.reserved"
        " full join aftersales_guarantee g on g.case_id = l.case_id and g.line = l.line"
        " where coalesce(l.amount, -1) <> coalesce(g.amount, 0) or (c.kind = 'price_guarantee' and coalesce(l.quantity, 0) <> 0)"
        " or (g.id is not null and (g.order_number <> c.order_number or g.price <> l.price))",
        "What a price guarantee or a cheaper article gave back is what its case says; no unit came back with a price guarantee.",
    ),
    Invariant(
        "aftersales.guarantees_go_down",
        "select a.order_number, a.line, a.price, b.price as later from aftersales_guarantee a join aftersales_guarantee b"
        " on b.order_number = a.order_number and b.line = a.line and b.id > a.id where b.price >= a.price",
        "A line's price is only ever lowered further.",
    ),
    Invariant(
        "aftersales.replacements_are_their_cases",
        "select coalesce(c.number, o.number) as number, c.state, o.status from aftersales_case c"
        " full join (select * from orders_order where kind = 'replacement') o on o.number = c.replacement"
        " where (c.replacement <> '' and o.id is null) or (o.id is not null and c.id is null)"
        " or (c.state = 'closed' and c.replacement <> '' and c.kind in ('exchange', 'resend')"
        " and o.status not in ('delivered', 'completed'))",
        "Every replacement is of one case, and a case it closed has it delivered.",
    ),
    Invariant(
        "aftersales.kept_units_are_not_given_back",
        "select o.number, l.position, l.quantity, l.refunded_quantity, h.units from orders_orderline l"
        " join orders_order o on o.id = l.order_id join (select c.order_number, cl.line, sum(cl.quantity) as units"
        " from aftersales_caseline cl join aftersales_case c on c.id = cl.case_id and not c.reserved"
        " and c.kind in ('exchange', 'repair', 'resend') and c.state not in ('closed', 'rejected', 'withdrawn') group by 1, 2) h"
        " on h.order_number = o.number and h.line = l.position where l.refunded_quantity + h.units > l.quantity",
        "Units that are being exchanged, repaired or sent have not been given back.",
    ),
    Invariant(
        "aftersales.receipts_agree",
        "select c.number, l.line, l.good, l.damaged, r.good as receipt_good, r.bad from aftersales_caseline l"
        " join aftersales_case c on c.id = l.case_id join (select case_id, line, sum(quantity) filter (where fate = 'good') as good,"
        " sum(quantity) filter (where fate <> 'good') as bad from aftersales_receipt group by 1, 2) r"
        " on r.case_id = l.case_id and r.line = l.line where l.good <> coalesce(r.good, 0) or l.damaged <> coalesce(r.bad, 0)",
        "What a case says came back is what the receipts say.",
    ),
    Invariant(
        "aftersales.stands_in_one_step",
        "select c.number, c.state, s.state as step from aftersales_case c join aftersales_step s on s.case_id = c.id"
        " and s.left_at is null where s.state <> c.state",
        "The step a case stands in is its state.",
    ),
    Invariant(
        "aftersales.put_aside_for_whom_it_waits",
        "select c.number, c.state, sum(r.quantity - r.shipped - r.released) as held from aftersales_case c"
        " join inventory_reservation r on r.order_number = c.number group by c.id"
        " having sum(r.quantity - r.shipped - r.released) <> 0 and (c.kind <> 'exchange' or c.state <> 'awaiting_return')",
        "Stock is put aside only for exchanges whose goods are awaited.",
    ),
]

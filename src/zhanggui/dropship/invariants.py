"""What must always hold of dropshipping. `doctor` runs these, and so do the tests."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "dropship.lines_are_their_shipments",
        """select l.supplier_order_id, l.line, l.shipped, coalesce(s.units, 0) as sent from dropship_supplierline l
        left join (select h.supplier_order_id, u.key::int as line, sum(u.value::int) as units from dropship_shipment h,
            jsonb_each_text(h.units) u group by 1, 2) s on s.supplier_order_id = l.supplier_order_id and s.line = l.line
        where l.shipped <> coalesce(s.units, 0)""",
        "What a supplier order's lines count as sent is what its shipments say.",
    ),
    Invariant(
        "dropship.shipments_left_in_parcels",
        """select h.parcel from dropship_shipment h left join fulfilment_parcel p on p.number = h.parcel where p.id is null
        union all
        select h.parcel from dropship_shipment h left join inventory_movement m on m.reference = h.parcel and m.kind = 'ship'
        group by h.parcel, h.units having coalesce(-sum(m.delta), 0)
            <> (select sum(u.value::int) from jsonb_each_text(h.units) u)""",
        "Every shipment of a supplier is a parcel of its order, and moved as many units of stock.",
    ),
    Invariant(
        "dropship.shipments_are_owed_for",
        """select h.parcel, h.amount, p.amount as owed from dropship_shipment h
        left join procurement_payable p on p.reference = h.parcel
        where coalesce(h.amount, 0) <> coalesce(p.amount, 0)""",
        "What is owed for a shipment is its units at the prices of the supplier order.",
    ),
    Invariant(
        "dropship.states_follow_lines",
        """select o.number, o.state from dropship_supplierorder o join dropship_supplierline l on l.supplier_order_id = o.id
        group by o.id having (o.state = 'shipped' and sum(l.quantity - l.shipped - l.dropped) > 0)
            or (o.state in ('sent', 'confirmed', 'refused') and sum(l.quantity - l.shipped - l.dropped) = 0)
            or (o.state in ('cancelled', 'recalled') and sum(l.shipped) > 0)""",
        "An order with a supplier is open while units are to come, shipped when all have left, and cancelled only if none did.",
    ),
]

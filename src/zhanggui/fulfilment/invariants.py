"""Facts about parcels that must always hold."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "fulfilment.parcels_are_what_orders_shipped",
        "select o.number, l.position, l.shipped_quantity, coalesce(p.units, 0) as in_parcels from orders_orderline l"
        " join orders_order o on o.id = l.order_id and o.origin = ''"
        " left join (select p.order_number, pl.line, sum(pl.quantity) as units from fulfilment_parcelline pl"
        " join fulfilment_parcel p on p.id = pl.parcel_id group by p.order_number, pl.line) p"
        " on p.order_number = o.number and p.line = l.position where l.shipped_quantity <> coalesce(p.units, 0)",
        "What an order shipped is what lies in its parcels.",
    ),
    Invariant(
        "fulfilment.parcels_left_the_shelf",
        "select p.number, p.units, coalesce(m.units, 0) as moved from (select p.number, sum(pl.quantity) as units"
        " from fulfilment_parcel p join fulfilment_parcelline pl on pl.parcel_id = p.id group by p.number) p"
        " left join (select reference, -sum(delta) as units from inventory_movement where kind = 'ship' group by reference) m"
        " on m.reference = p.number where p.units <> coalesce(m.units, 0)",
        "What lies in parcels left the shelf.",
    ),
    Invariant(
        "fulfilment.delivered_orders_are_told",
        "select o.number from orders_order o where o.status = 'shipped' and o.origin = ''"
        " and exists (select 1 from fulfilment_parcel p where p.order_number = o.number)"
        " and not exists (select 1 from fulfilment_parcel p where p.order_number = o.number and p.state <> 'delivered')",
        "An order whose parcels have all arrived is delivered.",
    ),
]

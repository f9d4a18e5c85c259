"""Facts about parcels that must always hold."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "fulfilment.parcels_are_what_orders_shipped",
        "select o.number, l.position, l.shipped_quantity, coalesce(p.units, 0) as in_parcels from (select order_id,"
        " coalesce((instead_of ->> 'parcel_line')::int, position) as position, sum(shipped_quantity) as shipped_quantity"
        " from orders_orderline group by 1, 2) l join orders_order o on o.id = l.order_id and o.origin = ''"
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
    Invariant(
        "fulfilment.packed_is_what_was_scanned",
        "select t.id, t.parcel, l.line, l.scanned, coalesce(p.quantity, 0) as in_parcel from (select t.parcel, l.line,"
        " sum(l.scanned) as scanned, min(t.id) as id from fulfilment_task t join fulfilment_taskline l on l.task_id = t.id"
        " where t.state = 'packed' group by t.parcel, l.line) l join fulfilment_task t on t.id = l.id"
        " left join fulfilment_parcel f on f.number = l.parcel"
        " left join fulfilment_parcelline p on p.parcel_id = f.id and p.line = l.line"
        " where l.scanned <> coalesce(p.quantity, 0)",
        "What was scanned at the packing table is what lies in the parcel.",
    ),
    Invariant(
        "fulfilment.tasks_are_begun",
        "select t.id, t.order_number, o.status from fulfilment_task t join orders_order o on o.number = t.order_number"
        " where t.state in ('picking', 'packing', 'short') and o.status in ('pending_payment', 'paid', 'cancelled')",
        "What the warehouse picks and packs is neither unpaid nor cancelled: it was claimed.",
    ),
    Invariant(
        "fulfilment.held_is_not_picked",
        "select r.order_number, r.state from fulfilment_review r join orders_order o on o.number = r.order_number"
        " where r.state = 'held' and o.status in ('fulfilling', 'shipped', 'delivered')"
        " and exists (select 1 from fulfilment_task t where t.order_number = r.order_number and t.state <> 'stopped')",
        "An order the review holds is in no wave.",
    ),
    Invariant(
        "fulfilment.inserts_within_their_number",
        "select r.id, r.label, r.most, count(*) as given from fulfilment_insertrule r join fulfilment_insert i on i.rule_id = r.id"
        " where r.most is not null group by r.id having count(*) > r.most",
        "No more small gifts are counted than there were.",
    ),
    Invariant(
        "fulfilment.fetched_goods_are_delivered",
        "select c.order_number, p.number, p.state from fulfilment_collection c join fulfilment_parcel p"
        " on p.order_number = c.order_number where (c.state = 'handed') <> (p.state = 'delivered')"
        " and c.state in ('coming', 'ready', 'handed')",
        "What was handed to its buyer at a pickup point is delivered, and what waits there is not.",
    ),
]

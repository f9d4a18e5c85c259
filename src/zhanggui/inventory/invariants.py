"""Facts about stock that must always hold."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "inventory.on_hand_is_sum_of_movements",
        "select l.id as level_id, l.sku_id, l.on_hand, coalesce(m.sum, 0) as movements from inventory_level l"
        " left join (select level_id, sum(delta) as sum from inventory_movement group by level_id) m on m.level_id = l.id"
        " where l.on_hand <> coalesce(m.sum, 0)",
        "What lies on the shelf is the sum of its movements.",
    ),
    Invariant(
        "inventory.reserved_is_sum_of_reservations",
        "select l.id as level_id, l.sku_id, l.reserved, coalesce(r.open, 0) as open from inventory_level l"
        " left join (select level_id, sum(quantity - shipped - released) as open from inventory_reservation group by level_id) r"
        " on r.level_id = l.id where l.reserved <> coalesce(r.open, 0)",
        "What is reserved is the sum of the open reservations.",
    ),
    Invariant(
        "inventory.reservation_has_level",
        "select r.id, r.order_number, r.level_id from inventory_reservation r"
        " where not exists (select 1 from inventory_level l where l.id = r.level_id)",
        "Every reservation names a level that exists.",
    ),
    Invariant(
        "inventory.never_oversold",
        "select id as level_id, sku_id, on_hand, reserved, withheld from inventory_level"
        " where reserved < 0 or withheld < 0 or reserved + withheld > on_hand",
        "No unit is promised twice or promised and withheld, and nothing is negative.",
    ),
    Invariant(
        "inventory.last_balance_is_on_hand",
        "select l.id as level_id, l.on_hand, m.balance_after from inventory_level l"
        " join lateral (select balance_after from inventory_movement where level_id = l.id order by id desc limit 1) m on true"
        " where m.balance_after <> l.on_hand",
        "The last movement of a level ends at what lies there.",
    ),
    Invariant(
        "inventory.placements_fit_the_level",
        "select l.id as level_id, l.sku_id, l.on_hand, l.placed, coalesce(p.units, 0) as placements from inventory_level l"
        " left join (select level_id, sum(quantity) as units from inventory_placement group by level_id) p on p.level_id = l.id"
        " where l.placed <> coalesce(p.units, 0) or l.placed > l.on_hand",
        "Units with a place, a batch or a state add up to what the level says, and never to more than lies there.",
    ),
    Invariant(
        "inventory.withheld_is_set_aside_and_locked",
        "select l.id as level_id, l.sku_id, l.withheld, coalesce(p.units, 0) as set_aside, coalesce(k.units, 0) as locked"
        " from inventory_level l"
        " left join (select level_id, sum(quantity) as units from inventory_placement where state <> 'good' group by level_id) p"
        " on p.level_id = l.id"
        " left join (select level_id, sum(remaining) as units from inventory_stocklock where remaining > 0 group by level_id) k"
        " on k.level_id = l.id where l.withheld <> coalesce(p.units, 0) + coalesce(k.units, 0)",
        "What is withheld from sale is what is damaged, expired, in inspection or locked.",
    ),
    Invariant(
        "inventory.placement_is_sum_of_moves",
        "select coalesce(p.level_id, m.level_id) as level_id, p.quantity, m.units from inventory_placement p"
        " full join (select level_id, location_id, batch_id, state, sum(delta) as units from inventory_placementmove"
        "   group by 1, 2, 3, 4 having sum(delta) <> 0) m"
        " on m.level_id = p.level_id and coalesce(m.location_id, 0) = coalesce(p.location_id, 0)"
        " and coalesce(m.batch_id, 0) = coalesce(p.batch_id, 0) and m.state = p.state"
        " where p.quantity is distinct from m.units",
        "What lies on a shelf is the sum of what was put there and taken away.",
    ),
    Invariant(
        "inventory.place_is_of_its_level",
        "select p.id from inventory_placement p join inventory_level l on l.id = p.level_id"
        " left join inventory_location o on o.id = p.location_id left join inventory_batch b on b.id = p.batch_id"
        " where o.warehouse_id <> l.warehouse_id or b.sku_id <> l.sku_id",
        "A level's units lie on shelves of its warehouse, and are of batches of its SKU.",
    ),
    Invariant(
        "inventory.serials_fit_the_level",
        "select l.id as level_id, l.sku_id, l.on_hand, count(*) as serials from inventory_serial s"
        " join inventory_level l on l.id = s.level_id group by l.id having count(*) > l.on_hand or bool_or(s.sku_id <> l.sku_id)",
        "No more serial numbers are in a warehouse than units lie there.",
    ),
    Invariant(
        "inventory.serial_is_where_its_last_step_says",
        "select s.id, s.state, x.state as said from inventory_serial s"
        " left join lateral (select state from inventory_serialstep where serial_id = s.id order by id desc limit 1) x on true"
        " where x.state is distinct from s.state",
        "A serial number is where its history ends.",
    ),
    Invariant(
        "inventory.transfers_agree_with_movements",
        "select t.number, n.sent, n.received, m.gone, m.came from inventory_transfer t"
        " join (select transfer_id, sum(sent) as sent, sum(received) as received from inventory_transferline group by 1) n"
        "   on n.transfer_id = t.id"
        " left join (select reference, -sum(delta) filter (where delta < 0) as gone, sum(delta) filter (where delta > 0) as came"
        "   from inventory_movement where kind = 'transfer' group by reference) m on m.reference = t.number"
        " where n.sent <> coalesce(m.gone, 0) or n.received <> coalesce(m.came, 0)",
        "What a transfer sent left one warehouse, what it brought came into the other.",
    ),
    Invariant(
        "inventory.samples_agree_with_movements",
        "select s.number, s.quantity, s.returned, m.units from inventory_sample s"
        " left join (select reference, sum(delta) as units from inventory_movement where kind = 'sample' group by reference) m"
        " on m.reference = s.number where s.returned - s.quantity <> coalesce(m.units, 0)",
        "What is out as a sample left the shelf, what came back is there again.",
    ),
    Invariant(
        "inventory.counts_agree_with_movements",
        "select c.number, n.posted, m.units from inventory_count c"
        " join (select count_id, sum(posted) as posted from inventory_countline group by 1) n on n.count_id = c.id"
        " left join (select reference, sum(delta) as units from inventory_movement where kind = 'adjust' group by reference) m"
        " on m.reference = c.number where coalesce(n.posted, 0) <> coalesce(m.units, 0)",
        "What a stock-take posted are its differences, once.",
    ),
    Invariant(
        "inventory.count_line_is_its_last_entry",
        "select n.id, n.counted, n.book, e.quantity, e.book as said from inventory_countline n"
        " left join lateral (select quantity, book from inventory_countentry where line_id = n.id order by id desc limit 1) e on true"
        " where n.counted is distinct from e.quantity or n.book is distinct from e.book",
        "What holds of a line is what was counted last.",
    ),
    Invariant(
        "inventory.posted_counts_are_complete",
        "select c.number, n.id from inventory_count c join inventory_countline n on n.count_id = c.id"
        " where (c.state in ('counting', 'review', 'approved', 'cancelled') and n.posted is not null)"
        " or (c.state = 'posted' and n.counted is not null and n.posted is null and n.held = '')",
        "Only approved stock-takes are in the book, and then every line is, or says why not.",
    ),
]

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
        "select id as level_id, sku_id, on_hand, reserved from inventory_level where reserved < 0 or reserved > on_hand",
        "No unit is promised twice, and nothing is negative.",
    ),
    Invariant(
        "inventory.last_balance_is_on_hand",
        "select l.id as level_id, l.on_hand, m.balance_after from inventory_level l"
        " join lateral (select balance_after from inventory_movement where level_id = l.id order by id desc limit 1) m on true"
        " where m.balance_after <> l.on_hand",
        "The last movement of a level ends at what lies there.",
    ),
]

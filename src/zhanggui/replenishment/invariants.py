"""What must always hold of replenishment. `doctor` runs these, and so do the tests."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "replenishment.ordered_was_ordered",
        """select p.id, p.order_number from replenishment_proposal p
        left join procurement_order o on o.number = p.order_number
        left join procurement_orderline l on l.order_id = o.id and l.sku_id = p.sku_id
        where p.state = 'ordered' and (o.id is null or (o.state <> 'draft' and l.id is null and o.state <> 'cancelled'))""",
        "A proposal that became an order stands in it.",
    ),
    Invariant(
        "replenishment.proposals_are_current",
        """select p.id, p.round_id from replenishment_proposal p
        where p.state = 'open' and p.round_id <> (select max(id) from replenishment_round where status = 'finished')""",
        "What is proposed comes of the latest round of forecasts.",
    ),
]

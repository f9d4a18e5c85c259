"""What must always hold of the workshop. `doctor` runs these, and so do the tests."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "workshop.made_was_ordered",
        """select j.order_number, j.line, j.units from workshop_job j
        left join orders_order o on o.number = j.order_number
        left join orders_orderline l on l.order_id = o.id and l.position = j.line
        where l.id is null or j.units > l.quantity""",
        "What was made was ordered, and no more of it than was ordered.",
    ),
]

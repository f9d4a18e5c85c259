"""What must always hold of clearance. `doctor` runs these, and so do the tests."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "clearance.figures_add_up",
        """select sku_id, on_hand, aged from clearance_figure
        where on_hand <> (select coalesce(sum(units), 0) from unnest(aged) as units) or value <> on_hand * coalesce(cost, 0)""",
        "The ages of a SKU's stock add up to what lies there, and its value is units times cost.",
    ),
    Invariant(
        "clearance.closed_plans_say_what_is_left",
        """select l.plan_id, l.sku_id from clearance_planline l join clearance_plan p on p.id = l.plan_id
        where (p.state = 'closed') <> (l."left" is not null)""",
        "What was left of each SKU is kept when a plan is closed, and not before.",
    ),
]

"""What must always hold of competitors' prices. `doctor` runs these, and so do the tests."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "rivals.findings_are_of_their_sku",
        "select f.id from rivals_finding f join rivals_seenprice s on s.id = f.seen_id where s.sku_id <> f.sku_id",
        "What is answered is a price seen for that very SKU.",
    ),
]

"""An order's goods became others before they left: what was planned of it follows."""

from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.orders import selectors as orders

from .. import locks
from ..states import PACKING, PICKING, SHORT, STOPPED
from .reviewing import judge_again

_OPEN = "select id from fulfilment_task where order_number = %s and state = any(%s) order by id"
_LINES = """
update fulfilment_taskline l set quantity = r.units, scanned = least(l.scanned, r.units),
    short = greatest(l.short - (l.quantity - r.units), 0)
from jsonb_to_recordset(%s) as r(id bigint, units int) where l.id = r.id
"""
_STATES = """
update fulfilment_task t set state = case when s.units = 0 then %s when t.state = %s and s.short = 0 then %s else t.state end
from (select task_id, sum(quantity) as units, sum(short) as short from fulfilment_taskline where task_id = any(%s) group by 1) s
where t.id = s.task_id
"""
BEGUN = [PICKING, SHORT, PACKING]


@db.needs_transaction
def hold_work(order_number: str, *, actor: Actor) -> None:
    """For who will change what an order sends: its tasks, review and parcels come before it in the order of locks."""
    locks.hold_tasks([row["id"] for row in db.rows(_OPEN, (order_number, BEGUN))])
    locks.hold_reviews([order_number])
    locks.parcels_of_orders([order_number])


@db.needs_transaction
def plan_again(order_number: str, *, actor: Actor) -> None:
    """Boxes hold no more of a line than is still to be sent of that article; an order nobody has begun is judged anew. What came
    instead is picked like what is left of any order. Needs a transaction and `hold_work`."""
    order = orders.to_pack([order_number])[order_number]
    open_units = {line["line"]: (line["sku"], line["open"]) for line in order["lines"]}
    tasks = [row["id"] for row in db.rows(_OPEN, (order_number, BEGUN))]
    lines = db.rows("select id, line, sku_code, quantity from fulfilment_taskline where task_id = any(%s)", (tasks,))
    changed = []
    for line in lines:
        sku, units = open_units.get(line["line"], ("", 0))
        wanted = min(line["quantity"], units) if sku == line["sku_code"] else 0
        if wanted != line["quantity"]:
            changed.append({"id": line["id"], "units": wanted})
    if changed:
        db.execute(_LINES, (db.Json(changed),))
        db.execute(_STATES, (STOPPED, SHORT, PICKING, tasks))
    judge_again(order_number)

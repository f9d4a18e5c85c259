"""Words and pure decisions of promises."""

from datetime import datetime, timedelta
from typing import Literal

from zhanggui.kernel.i18n import Text

#: A deadline that passed: the promise (warehouse looks), the limit (service and manager do).
WARNED, OVERDUE = "warned", "overdue"
STAGES = (WARNED, OVERDUE)

#: Of a shortage: its buyer is asked; he has answered; it is over without him (it left after all, or was cancelled).
ASKED, ANSWERED, OVER = "asked", "answered", "over"
STATES = (ASKED, ANSWERED, OVER)
WAIT, REFUND, EXCHANGE = "wait", "refund", "exchange"
CHOICES = (WAIT, REFUND, EXCHANGE)

#: Why units cannot be sent, in words the buyer reads.
REASONS: dict[str, Text] = {
    "out_of_stock": Text("库存不足", "Out of stock"),
    "not_found": Text("拣货时未找到", "Not found while picking"),
    "damaged": Text("出库检查发现破损", "Found damaged before dispatch"),
    "supplier_late": Text("供应商到货延迟", "Our supplier is late"),
    "supplier_refused": Text("供应商无法供货", "Our supplier cannot send it"),
    "no_delivery": Text("该地址暂时无法配送", "Cannot be delivered there at present"),
    "too_busy": Text("订单集中，来不及发出", "Too many orders at once"),
}

URGENCIES = ("overdue", "late", "soon", "today", "later")
Urgency = Literal["overdue", "late", "soon", "today", "later"]
SOON = timedelta(hours=4)


def urgency(due: datetime, latest: datetime, now: datetime, end_of_day: datetime) -> Urgency:
    """How pressing an order is: past its limit, past its promise, due within four hours, today, or later."""
    if now >= latest:
        return "overdue"
    if now >= due:
        return "late"
    if due <= now + SOON:
        return "soon"
    return "today" if due < end_of_day else "later"


def units_left(asked: dict[int, int], open_units: dict[int, int]) -> dict[int, int]:
    """Of the units that were asked about those that are still to be sent, by line."""
    return {line: left for line, units in asked.items() if (left := min(units, open_units.get(line, 0))) > 0}

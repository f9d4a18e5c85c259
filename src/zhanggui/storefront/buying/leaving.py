"""When what is left of an order leaves: each way of supply has its own promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel.i18n import Text
from zhanggui.orders import selectors as orders

FROM_US = Text("现货", "In stock")


@dataclass(frozen=True, slots=True)
class Leaving:
    """Lines of an order that leave by the same promise."""

    label: Text
    due: datetime
    lines: tuple[Mapping[str, Any], ...]


def leaving(order: Mapping[str, Any]) -> list[Leaving]:
    """What of a paid order has not left, by when it will, the first due first; empty where nothing is promised. No statement."""
    if order["paid_at"] is None or order["dispatch_due_at"] is None:
        return []
    groups: dict[tuple[str, int | None], list[Mapping[str, Any]]] = {}
    for line in order["lines"]:
        if line["quantity"] > line["shipped_quantity"] + line["refunded_quantity"]:
            groups.setdefault((line["supply_mode"], line["promise_hours"]), []).append(line)
    found = []
    for (mode, hours), lines in groups.items():
        words = catalog.supply_words(mode, hours)
        due = max(orders.promised_from(order["paid_at"], own=hours).due, order["dispatch_due_at"])
        found.append(Leaving(words.title if words else FROM_US, due, tuple(lines)))
    return sorted(found, key=lambda each: each.due)

"""Reads of the workshop. Each names its number of statements."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import db
from zhanggui.orders import selectors as orders

from .rules import code_of as code_of
from .types import TO_MAKE, Work

__all__ = ["code_of", "late", "made", "waiting", "work"]
_JOBS = """
select order_number, line, state, units, maker_id, maker, started_at, made_at from workshop_job where order_number = any(%s)
"""


def waiting(
    numbers: Sequence[str] | None = None, *, state: str = "", product_id: int | None = None, limit: int = 500
) -> list[Work]:
    """What is to be made or being made, the most urgent first; of these orders, or of all. Three statements."""
    rows = orders.to_make(numbers, limit=limit)
    wanted = sorted({row["number"] for row in rows})
    units = {(piece.order_number, piece.line): piece.units for piece in inventory.at_the_bench(wanted)}
    jobs = {(job["order_number"], job["line"]): job for job in (db.rows(_JOBS, (wanted,)) if wanted else ())}
    found = []
    for row in rows:
        key = (row["number"], row["line"])
        job = jobs.get(key)
        if key in units and (product_id is None or row["product_id"] == product_id):
            found.append(_work(row, units[key], job))
    return [each for each in found if not state or each.state == state]


def work(order_number: str, line: int) -> Work | None:
    """One line that waits to be made. Three statements."""
    return next((each for each in waiting([order_number]) if each.line == line), None)


def made(*, limit: int = 50) -> list[Work]:
    """What was made last. Two statements."""
    jobs = db.rows(
        "select order_number, line, state, units, maker_id, maker, started_at, made_at from workshop_job where state = 'made'"
        " order by made_at desc, id desc limit %s",
        (limit,),
    )
    known = orders.find_many(sorted({job["order_number"] for job in jobs}))
    found = []
    for job in jobs:
        order = known.get(job["order_number"])
        line = next((each for each in order["lines"] if each["line"] == job["line"]), None) if order else None
        if order is not None and line is not None:
            row = {
                **line, "number": order["number"], "sku_code": line["sku"], "buyer_note": order["buyer_note"],
                "paid_at": order["paid_at"], "due_at": order["dispatch_due_at"],
            }  # fmt: skip
            found.append(_work(row, job["units"], job))
    return found


def late(until: datetime, most: int = 1000) -> int:
    """Orders that wait to be made and are to leave by then, counted up to `most`. One statement."""
    return orders.to_make_by(until, most)


def _work(row: Mapping[str, Any], units: int, job: Mapping[str, Any] | None) -> Work:
    about = job or {}
    return Work(
        row["number"], row["line"], about.get("state", TO_MAKE), units, row["sku_code"], row["product_id"], row["title"],
        row["options"], row["image"], tuple(row["particulars"] or ()), row["buyer_note"], row["paid_at"], row["due_at"],
        about.get("maker", ""), about.get("maker_id"), about.get("started_at"), about.get("made_at"),
    )  # fmt: skip

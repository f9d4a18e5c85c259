"""What was taken in, line by line, for the analysis of stock; entered through `selectors`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zhanggui.kernel import db


@dataclass(frozen=True, slots=True)
class TakenIn:
    """Good units of a SKU in a receipt, what each cost (minor units of `currency`), and what went back since."""

    order_number: str
    position: int
    supplier_id: int
    receipt: str
    sku_id: int
    units: int
    returned: int
    price: int
    currency: str
    at: datetime


_ROWS = """
select o.number as order_number, l.position, o.supplier_id, r.number as receipt, l.sku_id, x.good as units, l.returned, l.price,
    o.currency, r.at
from procurement_receipt r
join procurement_receiptline x on x.receipt_id = r.id and x.good > 0
join procurement_orderline l on l.id = x.line_id
join procurement_order o on o.id = r.order_id
where r.kind = 'receipt'
"""


def taken_in(*, since: datetime, supplier_id: int | None = None, limit: int = 2_000) -> list[TakenIn]:
    """Receipts' lines since then (of one supplier), newest first. One statement."""
    rows = db.rows(
        f"{_ROWS} and r.at >= %s and (%s::bigint is null or o.supplier_id = %s) order by r.id desc, x.id limit %s",
        (since, supplier_id, supplier_id, limit),
    )
    return [TakenIn(**row) for row in rows]


def taken_in_of(sku_ids: Sequence[int], *, since: datetime) -> list[TakenIn]:
    """The same of some SKUs. One statement, none for none."""
    if not sku_ids:
        return []
    rows = db.rows(
        f"{_ROWS} and r.at >= %s and l.sku_id = any(%s::bigint[]) order by r.id desc, x.id", (since, list(sku_ids))
    )
    return [TakenIn(**row) for row in rows]

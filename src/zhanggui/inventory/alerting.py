"""Reads of stock alerts; entered through `selectors`."""

from __future__ import annotations

from zhanggui.kernel import db
from zhanggui.kernel.paging import Page, decode, page

from .types import AlertView

KINDS = ("low", "high", "near", "loss", "surge")


def alerts(*, kind: str = "", cursor: str = "", limit: int = 50) -> Page[AlertView]:
    """What the last look found, of the worst kind first, then by days of cover. One statement."""
    after = decode(cursor, int, int, int) if cursor else (0, -(10**9), 0)
    rows = db.rows(
        "select a.id, a.sku_id, a.kind, a.units, a.cover, a.pace, a.at from inventory_stockalert a"
        " where (%s = '' or a.kind = %s) and (array_position(%s::text[], a.kind::text), coalesce(a.cover, 0), a.id) > (%s, %s, %s)"
        " order by array_position(%s::text[], a.kind::text), coalesce(a.cover, 0), a.id limit %s",
        (kind, kind, list(KINDS), *after, list(KINDS), limit + 1),
    )
    return page(
        [AlertView(**row) for row in rows],
        limit,
        lambda row: KINDS.index(row.kind) + 1,
        lambda row: row.cover or 0,
        lambda row: row.id,
    )


def alert_counts() -> dict[str, int]:
    """How many SKUs each kind has. One statement."""
    rows = db.rows("select kind, count(*)::int as n from inventory_stockalert group by kind")
    return dict.fromkeys(KINDS, 0) | {row["kind"]: row["n"] for row in rows}

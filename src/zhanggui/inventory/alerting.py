"""Reads of stock alerts; entered through `selectors`."""

from __future__ import annotations

from collections.abc import Sequence

from zhanggui.kernel import db
from zhanggui.kernel.paging import Page, decode, page

from .types import AlertLimit, AlertView

KINDS = ("low", "high", "near", "loss", "surge")


def alerts(*, kind: str = "", cursor: str = "", limit: int = 50) -> Page[AlertView]:
    """What the last look found, of the worst kind first, then by days of cover. One statement."""
    after = decode(cursor, int, int, int) if cursor else (0, -(10**9), 0)
    rows = db.rows(
        "select a.id, a.sku_id, a.kind, a.units, a.cover, a.pace, a.at, a.bound from inventory_stockalert a"
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


_LIMIT = "sku_id, category_id, low_units, high_units, low_days, high_days"


def limits_of(sku_ids: Sequence[int]) -> dict[int, AlertLimit]:
    """The own limits of SKUs; what has none is absent. One statement, none for none."""
    if not sku_ids:
        return {}
    rows = db.rows(f"select {_LIMIT} from inventory_alertlimit where sku_id = any(%s::bigint[])", (list(sku_ids),))
    return {row["sku_id"]: AlertLimit(**row) for row in rows}


def sku_limits(*, cursor: str = "", limit: int = 50) -> Page[AlertLimit]:
    """SKUs with limits of their own, by id. One statement."""
    after = decode(cursor, int)[0] if cursor else 0
    rows = db.rows(
        f"select {_LIMIT} from inventory_alertlimit where sku_id > %s order by sku_id limit %s", (after, limit + 1)
    )
    return page([AlertLimit(**row) for row in rows], limit, lambda row: row.sku_id or 0)


def category_limits() -> dict[int, AlertLimit]:
    """Categories with limits. One statement."""
    rows = db.rows(f"select {_LIMIT} from inventory_alertlimit where category_id is not null")
    return {row["category_id"]: AlertLimit(**row) for row in rows}

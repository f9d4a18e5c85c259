"""Reads of goods that are fetched at pickup points. Their codes are told to nobody but their buyers."""

from collections.abc import Mapping, Sequence
from typing import Any

from zhanggui.kernel import clock, db
from zhanggui.orders import selectors as orders

from .types import CollectionView, OwnCollection

_COLLECTIONS = """
select order_number, point, state, made_at, ready_at, keep_until, reminded_at, closed_at, closed_by from fulfilment_collection
"""


def qr_text(order_number: str, code: str) -> str:
    """What the buyer's QR code says."""
    return f"ZGQH:{order_number}:{code}"


def point_of(order: Mapping[str, Any]) -> str:
    """The code of the point an order is fetched at; "" for none."""
    return str(((order.get("delivery") or {}).get("point") or {}).get("code", ""))


def collections_of(order_numbers: Sequence[str]) -> dict[str, CollectionView]:
    """What is known of orders that are fetched at a point, without their codes. Two statements."""
    rows = db.rows(f"{_COLLECTIONS} where order_number = any(%s)", (list(order_numbers),))
    return {view.order_number: view for view in _collections(rows)}


def collections_at(point: str, *, states: Sequence[str], limit: int = 200) -> list[CollectionView]:
    """Orders at a point in these states: what waits longest first, of what is over the latest. Two statements."""
    rows = db.rows(
        f"{_COLLECTIONS} where point = %s and state = any(%s)"
        " order by coalesce(closed_at, 'infinity') desc, keep_until nulls last, id limit %s",
        (point, list(states), limit),
    )
    return _collections(rows)


def collection_counts() -> dict[str, dict[str, int]]:
    """By point: how many are coming, ready, and ready beyond their time (overdue). One statement."""
    rows = db.rows(
        "select point, count(*) filter (where state = 'coming')::int as coming, count(*) filter (where state = 'ready')::int as ready,"
        " count(*) filter (where state = 'ready' and keep_until < %s)::int as overdue from fulfilment_collection"
        " where state in ('coming', 'ready') group by point",
        (clock.now(),),
    )
    return {row.pop("point"): row for row in rows}


def own_collection(order_number: str) -> OwnCollection | None:
    """An order's collection as its buyer sees it: his code only while the goods wait for him. One statement."""
    row = db.row(
        "select point, state, keep_until, case when state = 'ready' then code else '' end as code from fulfilment_collection"
        " where order_number = %s",
        (order_number,),
    )
    return OwnCollection(**row) if row else None


def _collections(rows: Sequence[dict[str, Any]]) -> list[CollectionView]:
    known = orders.to_pack([row["order_number"] for row in rows]) if rows else {}
    units = {
        row["order_number"]: row["n"]
        for row in db.rows(
            "select p.order_number, sum(l.quantity)::int as n from fulfilment_parcel p join fulfilment_parcelline l"
            " on l.parcel_id = p.id where p.order_number = any(%s) group by p.order_number",
            ([row["order_number"] for row in rows],),
        )
    } if rows else {}  # fmt: skip
    return [
        CollectionView(
            **row, name=known[row["order_number"]]["contact_name"], mobile=known[row["order_number"]]["contact_mobile"],
            units=units.get(row["order_number"], 0),
        )
        for row in rows
    ]  # fmt: skip

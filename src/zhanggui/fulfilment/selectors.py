"""Reads of parcels and of what waits to be shipped."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from zhanggui.carriage import selectors as carriage
from zhanggui.carriage.selectors import carriers as carriers
from zhanggui.kernel import clock, db, paging
from zhanggui.kernel.paging import Page
from zhanggui.orders import selectors as orders

from . import warehouse as warehouse
from .carrying import Carried as Carried
from .carrying import boxes_of as boxes_of
from .carrying import carried as carried
from .collected import collection_counts as collection_counts
from .collected import collections_at as collections_at
from .collected import collections_of as collections_of
from .collected import own_collection as own_collection
from .collected import point_of as point_of
from .collected import qr_text as qr_text
from .inserts import rules as insert_rules_of
from .performance import Performance as Performance
from .performance import performance as performance
from .rules import POLICY as POLICY
from .rules import WORDS
from .types import CarrierView, EventView, ParcelLineView, ParcelView, Waiting

FINDINGS = WORDS  # what the review can find, in words
insert_rules = insert_rules_of
_PARCELS = """
select p.id, p.number, p.order_number, p.carrier, p.carrier_name,
    case when p.lead_id is null then p.waybill_no
        else (select b.waybill_no from fulfilment_parcel b where b.id = p.lead_id) end as waybill_no, p.state, p.shipped_at, p.delivered_at,
    (select coalesce(jsonb_agg(jsonb_build_array(l.line, l.sku_code, l.title, l.quantity, l.serials) order by l.line), '[]')
     from fulfilment_parcelline l where l.parcel_id = p.id) as lines,
    (select coalesce(jsonb_agg(jsonb_build_array(e.at, e.status, e.text, e.location) order by e.at, e.id), '[]')
     from fulfilment_trackingevent e where e.parcel_id = coalesce(p.lead_id, p.id)) as events
from fulfilment_parcel p
"""


def parcels_of(order_numbers: Iterable[str]) -> dict[str, list[ParcelView]]:
    """Parcels of orders, oldest first; every order asked for is answered. One statement, and the version of the carriers' names."""
    wanted = list(order_numbers)
    found: dict[str, list[ParcelView]] = {number: [] for number in wanted}
    for view in _views(db.rows(_PARCELS + " where p.order_number = any(%s) order by p.id", (wanted,))):
        found[view.order_number].append(view)
    return found


def serials_of(order_number: str) -> dict[int, list[str]]:
    """Which serial numbers left with each line of an order. One statement."""
    rows = db.rows(
        "select l.line, jsonb_array_elements_text(l.serials) as serial from fulfilment_parcel p"
        " join fulfilment_parcelline l on l.parcel_id = p.id where p.order_number = %s order by p.id, l.line, 2",
        (order_number,),
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["line"], []).append(row["serial"])
    return found


def parcel(number: str) -> ParcelView | None:
    """One parcel by its number. One statement."""
    row = db.row(_PARCELS + " where p.number = %s", (number,))
    return None if row is None else _views([row])[0]


def by_waybill(carrier: str, waybill_no: str) -> ParcelView | None:
    """One parcel by its carrier and waybill. One statement."""
    row = db.row(_PARCELS + " where p.carrier = %s and p.waybill_no = %s", (carrier, waybill_no))
    return None if row is None else _views([row])[0]


def parcels(*, state: str = "", cursor: str = "", limit: int = 50) -> Page[ParcelView]:
    """Parcels for staff, newest first. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        _PARCELS + " where (%s = '' or p.state = %s) and (%s::bigint is null or p.id < %s) order by p.id desc limit %s",
        (state, state, before, before, limit + 1),
    )
    page = paging.page(rows, limit, lambda row: row["id"])
    return Page(_views(page.items), page.next_cursor)


def _views(rows: Sequence[dict[str, Any]]) -> list[ParcelView]:
    if not rows:
        return []
    known = carriage.names()
    return [_view(row, known.get(row["carrier"])) for row in rows]


def _view(row: dict[str, Any], carrier: CarrierView | None) -> ParcelView:
    fields = {name: row[name] for name in ParcelView.__slots__ if name not in ("lines", "events", "carrier_name_en")}
    fields["carrier_name_en"] = (carrier and carrier.name_en) or row["carrier_name"]
    lines = tuple(
        ParcelLineView(at, sku, title, units, tuple(serials)) for at, sku, title, units, serials in row["lines"]
    )
    events = tuple(EventView(datetime.fromisoformat(at), *rest) for at, *rest in row["events"])
    return ParcelView(**fields, lines=lines, events=events)


def waiting(
    *, stage: Literal["", "late", "overdue"] = "", cursor: str = "", limit: int = 50, at: datetime | None = None
) -> Page[Waiting]:
    """Paid orders that have not left whole, the most urgent first (SHP-01). One statement.

    `late` keeps those past the promise (24 h by default), `overdue` those past the limit (48 h).
    """
    now = at or clock.now()
    page = orders.awaiting_dispatch(
        due_before=now if stage == "late" else None,
        latest_before=now if stage == "overdue" else None,
        cursor=cursor,
        limit=limit,
    )
    return Page([_waiting(order, now) for order in page.items], page.next_cursor)


def _waiting(order: dict[str, Any], now: datetime) -> Waiting:
    due, latest = order["dispatch_due_at"], order["dispatch_latest_at"]
    stage: Literal["in_time", "late", "overdue"] = "overdue" if now >= latest else "late" if now >= due else "in_time"
    return Waiting(order, due, latest, max(due - now, timedelta()), stage)


def shipped_units(parcels: Sequence[ParcelView]) -> dict[int, int]:
    """Units per order line in parcels."""
    units: dict[int, int] = {}
    for view in parcels:
        for line in view.lines:
            units[line.line] = units.get(line.line, 0) + line.quantity
    return units

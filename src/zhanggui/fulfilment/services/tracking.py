"""The carrier's news: heard twice, late and out of order, it leads to the same state."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from zhanggui.carriage import services as carriage
from zhanggui.carriage.types import Track
from zhanggui.kernel import clock, db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.orders import selectors as order_selectors
from zhanggui.orders import services as orders

from .. import locks
from ..events import ParcelMoved
from ..states import DELIVERED, RETURNED, STATUSES, standing
from ..types import TrackingNews, TrackingResult

#: Clocks of carriers may go fast; more than this is an error in the data.
_FAST_CLOCK = timedelta(hours=24)
MAX_NEWS = 1000


def record_tracking(news: Sequence[TrackingNews], *, actor: Actor) -> list[TrackingResult]:
    """Store news and move parcels and orders where it says so; results in the order given. Opens its own transaction.

    Unknown waybills are answered, not refused. Raises ValidationFailed naming the entries; then nothing is stored.
    """
    _check(news)
    with transaction.atomic():
        known = _parcels(news)
        held = locks.parcels_of_orders(_orders_of(known.values()))
        results, touched = [], set()
        for entry in news:
            row = known.get((entry.carrier, entry.waybill_no.upper()))
            if row is None:
                results.append(TrackingResult("unknown_waybill"))
            elif _store(row["id"], entry):
                touched.add(row["id"])
                results.append(TrackingResult("recorded", row["number"]))
            else:
                results.append(TrackingResult("duplicate", row["number"]))
        _settle(held, touched, {row["id"]: key for key, row in known.items()}, actor)
    return results


def news_of(track: Track) -> TrackingNews:
    """What a label service said, as it is recorded here."""
    return TrackingNews(track.carrier, track.number, track.at, track.status, track.text, track.location)


def record_push(tracks: Sequence[Track], *, actor: Actor) -> list[TrackingResult]:
    """`record_tracking` for what a service has pushed or answered, of which only the news of parcels of ours are kept."""
    return record_tracking([news_of(track) for track in tracks], actor=actor)


def _parcels(news: Sequence[TrackingNews]) -> dict[tuple[str, str], dict[str, Any]]:
    rows = db.rows(
        "select distinct p.id, p.number, p.order_number, p.carrier, p.waybill_no from fulfilment_parcel p"
        " join jsonb_to_recordset(%s) as n(carrier text, waybill_no text)"
        " on n.carrier = p.carrier and n.waybill_no = p.waybill_no"
        " where p.waybill_no <> ''",
        (db.Json([{"carrier": n.carrier, "waybill_no": n.waybill_no.upper()} for n in news]),),
    )
    return {(row["carrier"], row["waybill_no"]): row for row in rows}


def _orders_of(parcels: Iterable[Mapping[str, Any]]) -> list[str]:
    """The orders of these parcels and of those that share their boxes."""
    rows = db.rows(
        "select distinct order_number from fulfilment_parcel where lead_id = any(%s)", ([row["id"] for row in parcels],)
    )
    return sorted({row["order_number"] for row in parcels} | {row["order_number"] for row in rows})


def _store(parcel_id: int, entry: TrackingNews) -> bool:
    words = f"{entry.at.timestamp():.6f}|{entry.status}|{entry.text}|{entry.location}"
    return bool(
        db.execute(
            "insert into fulfilment_trackingevent (parcel_id, at, status, text, location, fingerprint)"
            " values (%s, %s, %s, %s, %s, %s) on conflict (parcel_id, fingerprint) do nothing",
            (parcel_id, entry.at, entry.status, entry.text, entry.location, hashlib.sha256(words.encode()).hexdigest()),
        )
    )


def _settle(
    held: list[dict[str, Any]], touched: set[int], waybills: Mapping[int, tuple[str, str]], actor: Actor
) -> None:
    """Move the touched parcels, then the orders whose parcels have all arrived; tell carriage what was heard of which waybill."""
    if not touched:
        return
    events: dict[int, list[tuple[datetime, str]]] = {parcel_id: [] for parcel_id in touched}
    latest: dict[int, str] = {}
    for row in db.rows(
        "select parcel_id, at, status, text from fulfilment_trackingevent where parcel_id = any(%s) order by at, id",
        (sorted(touched),),
    ):
        events[row["parcel_id"]].append((row["at"], row["status"]))
        latest[row["parcel_id"]] = row["text"]
    over = {parcel_id: standing(events[parcel_id]).state in (DELIVERED, RETURNED) for parcel_id in touched}
    carriage.heard(
        (
            (*waybills[each], max(at for at, _ in events[each]), over[each])
            for each in sorted(touched & waybills.keys())
        ),
        actor=actor,
    )
    arrived = set()
    for parcel in held:
        told = parcel["lead_id"] or parcel["id"]  # who shares a box shares its news
        if told not in touched:
            continue
        now = standing(events[told])
        if locks.move(parcel["id"], now.state, now.delivered_at):
            parcel["state"] = now.state
            outbox.record(ParcelMoved(parcel["number"], parcel["order_number"], now.state, latest[told]))
            if now.state == DELIVERED:
                arrived.add(parcel["order_number"])
    for number in sorted(arrived):
        _deliver(number, [parcel for parcel in held if parcel["order_number"] == number], actor)


@db.needs_transaction
def tell(parcel_numbers: Sequence[str], status: str, text: str, location: str, *, actor: Actor) -> None:
    """News of our own of these parcels (those of pickup points have no carrier): recorded and acted on as a carrier's are.

    Needs a transaction.
    """
    rows = db.rows(
        "select id, order_number from fulfilment_parcel where number = any(%s) order by id", (list(parcel_numbers),)
    )
    held = locks.parcels_of_orders(sorted({row["order_number"] for row in rows}))
    now = clock.now()
    for row in rows:
        _store(row["id"], TrackingNews("", "", now, status, text, location))
    _settle(held, {row["id"] for row in rows}, {}, actor)


@db.needs_transaction
def hold_parcels(order_number: str, *, actor: Actor) -> None:
    """For who will change the order and may end its journey: its parcels come before it in the order of locks."""
    locks.parcels_of_orders([order_number])


@db.needs_transaction
def settle_delivery(order_number: str, *, actor: Actor) -> None:
    """An order of which nothing is left to ship is delivered if all its parcels are. Needs a transaction and `hold_parcels`."""
    _deliver(order_number, locks.parcels_of_orders([order_number]), actor)


def _deliver(order_number: str, parcels: list[dict[str, Any]], actor: Actor) -> None:
    if parcels and all(parcel["state"] == DELIVERED for parcel in parcels):
        order = order_selectors.find(order_number)
        if order is not None and order["status"] == "shipped":
            orders.record_delivery(order_number, actor=actor)


def _check(news: Sequence[TrackingNews]) -> None:
    if len(news) > MAX_NEWS:
        raise ValidationFailed.one("events", "too_many", f"一次最多 {MAX_NEWS} 条", f"at most {MAX_NEWS} at a time")
    errors = []
    fast = clock.now() + _FAST_CLOCK
    for i, entry in enumerate(news):
        if entry.status not in STATUSES:
            text = Text("没有这种物流状态", f"must be one of {', '.join(STATUSES)}")
            errors.append(FieldError(f"events.{i}.status", "unknown", text))
        if entry.at.tzinfo is None or entry.at > fast or entry.at.year < 2000:
            text = Text("时间须带时区，且不能在未来", "must carry a time zone and not lie in the future")
            errors.append(FieldError(f"events.{i}.at", "invalid", text))
        if len(entry.text) > 500 or len(entry.location) > 100:
            errors.append(FieldError(f"events.{i}.text", "too_long", Text("内容太长", "is too long")))
    if errors:
        raise ValidationFailed(errors=errors)

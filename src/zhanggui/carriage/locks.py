"""Locks and conditional writes of carriage. A waybill comes after its parcel in the order of locks."""

from typing import Any

from zhanggui.kernel import db


@db.needs_transaction
def hold_lanes(carrier: str) -> None:
    """One at a time writes a carrier's lanes ("": any)."""
    db.row("select pg_advisory_xact_lock(hashtext(%s))", (f"carriage.lanes:{carrier}",))


@db.needs_transaction
def open_waybill(values: dict[str, Any]) -> dict[str, Any] | None:
    """A requested waybill, unless its reference has a living one (a twin in flight is waited for); None then."""
    return db.row(
        "insert into carriage_waybill (carrier, service, reference, order_code, document, province, weight_g, cost, why, shipment,"
        " phone_tail, asked_by) values (%(carrier)s, %(service)s, %(reference)s, %(order_code)s, %(document)s, %(province)s,"
        " %(weight_g)s, %(cost)s, %(why)s, %(shipment)s, %(phone_tail)s, %(asked_by)s)"
        " on conflict (reference) where state in ('requested', 'issued') do nothing returning id",
        values,
    )


@db.needs_transaction
def living(reference: str) -> dict[str, Any] | None:
    """The requested or issued waybill of a reference, held."""
    return db.row(
        "select id, carrier, service, number, state, order_code, shipment is not null as told, used_at from carriage_waybill"
        " where reference = %s and state in ('requested', 'issued') for no key update",
        (reference,),
    )


@db.needs_transaction
def claim(waybill_id: int, seconds: int, *, at_once: bool) -> dict[str, Any] | None:
    """Whoever gets the row asks the service; None while somebody else does, or where there is nothing to ask.

    One that failed waits a little before a job asks again; a person asks `at_once`.
    """
    return db.row(
        "update carriage_waybill set busy_until = kernel_now() + make_interval(secs => %s), attempts = attempts + 1, error = ''"
        " where id = %s and state = 'requested' and shipment is not null"
        " and (busy_until is null or busy_until < kernel_now() or (%s and error <> ''))"
        " returning id, carrier, service, order_code, shipment, attempts",
        (seconds, waybill_id, at_once),
    )


@db.needs_transaction
def claim_due(limit: int, seconds: int) -> list[dict[str, Any]]:
    """Waybills for which a service has something to be told: to issue, to cancel, to subscribe; nobody else gets them meanwhile."""
    return db.rows(
        "update carriage_waybill w set busy_until = kernel_now() + make_interval(secs => %s)"
        " from (select id from carriage_waybill where (state = 'requested' or to_cancel or to_subscribe)"
        "     and (busy_until is null or busy_until < kernel_now()) and (to_cancel or to_subscribe or shipment is not null)"
        "     order by id limit %s for no key update skip locked) d where w.id = d.id"
        " returning w.id, w.carrier, w.service, w.number, w.order_code, w.state, w.to_cancel, w.to_subscribe, w.phone_tail,"
        " w.attempts",
        (seconds, limit),
    )


@db.needs_transaction
def claim_quiet(limit: int, hours: int) -> list[dict[str, Any]]:
    """Parcels on their way without news for long; each is asked about later and later."""
    return db.rows(
        "update carriage_waybill w set pull_at = kernel_now() + make_interval(hours => %s * (1 << least(w.pulls + 1, 4))),"
        " pulls = least(w.pulls + 1, 1000) from (select id from carriage_waybill where pull_at <= kernel_now()"
        "     order by pull_at limit %s for no key update skip locked) d where w.id = d.id"
        " returning w.id, w.carrier, w.service, w.number, w.phone_tail",
        (hours, limit),
    )


@db.needs_transaction
def take_number(carrier: str) -> str | None:
    """The next number of the carrier's oldest range that has any."""
    row = db.row(
        "update carriage_numbers n set next = n.next + 1 where n.id = (select id from carriage_numbers where carrier = %s"
        "     and next <= last order by id limit 1 for no key update)"
        " and n.next <= n.last returning n.prefix, n.width, n.next - 1 as number",
        (carrier,),
    )
    return None if row is None else f"{row['prefix']}{row['number']:0{row['width']}d}"


@db.needs_transaction
def hold_bill(bill_id: int) -> dict[str, Any] | None:
    """A carrier's bill, held until the transaction ends."""
    return db.row("select id, carrier, settled_at from carriage_bill where id = %s for no key update", (bill_id,))


@db.needs_transaction
def hold_bills(carrier: str) -> None:
    """One bill of a carrier is taken in at a time: two would not see that they bill the same parcel."""
    db.row("select pg_advisory_xact_lock(hashtext(%s))", (f"carriage.bills:{carrier}",))

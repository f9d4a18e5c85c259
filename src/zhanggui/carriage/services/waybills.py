"""Waybills: asked of label services, typed by hand, used by parcels, or cancelled.

Nothing here asks a service inside a transaction: a row says what is wanted, whoever claims it asks, and the answer is written
where the row still wants it. So a timeout, a crash or a second packer leads to the same waybill.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import IntegrityError, transaction

from zhanggui.kernel import audit, clock, db, mall_settings, outbox, versions
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem, ValidationFailed
from zhanggui.kernel.provinces import province_key

from .. import jobs, locks, providers, rules
from ..errors import (
    NoLabelAccount,
    NotServed,
    NumbersUsedUp,
    ServiceNonsense,
    ServiceRefused,
    ServiceUnreachable,
    WaybillBusy,
    WaybillTaken,
    WaybillUsed,
)
from ..events import WaybillCancelled, WaybillIssued
from ..permissions import WAYBILLS, need
from ..selectors import Book, account_of, book, names, waybill
from ..types import Issued, Party, Shipment, WaybillView

log = structlog.get_logger(__name__)
BUSY = 60  # seconds a service is given before another may ask for the same waybill
MOST_ATTEMPTS = 12
_SILENT = (ServiceUnreachable, ServiceNonsense)


def ask(shipment: Shipment, *, actor: Actor) -> WaybillView:
    """The waybill of a box, asked for now if it has none; the same one however often it is asked for.

    Asked for again with another carrier, the unused one is cancelled. Own transactions, none while the service is asked. Raises
    PermissionDenied, ValidationFailed, NotServed, NoLabelAccount, NumbersUsedUp, WaybillBusy, WaybillUsed, ServiceUnreachable,
    ServiceNonsense, ServiceRefused.
    """
    need(actor, WAYBILLS)
    with transaction.atomic():
        waybill_id = _wanted(shipment, actor)
    found = waybill(waybill_id)
    if found.state == "requested":
        _issue(waybill_id, patient=False)
        found = waybill(waybill_id)
    return found


def ask_many(shipments: Sequence[Shipment], *, actor: Actor) -> tuple[int, dict[str, Problem]]:
    """Waybills for many boxes (a wave), asked for soon by a job; how many wait, and by reference why the others do not.

    Opens its own transaction. Raises PermissionDenied.
    """
    need(actor, WAYBILLS)
    waiting, refused = 0, {}
    with transaction.atomic(), versions.seen_once():
        for shipment in shipments:
            try:
                with transaction.atomic():
                    _wanted(shipment, actor)
                waiting += 1
            except Problem as problem:
                refused[shipment.reference] = problem
    transaction.on_commit(jobs.tell_services_soon)
    return waiting, refused


@db.needs_transaction
def _wanted(shipment: Shipment, actor: Actor) -> int:
    """The living waybill of the reference, made where there is none (or one of another carrier, which is cancelled)."""
    known = locks.living(shipment.reference)
    if known is not None and known["carrier"] != shipment.carrier:
        if known["used_at"] is not None:
            raise WaybillUsed(number=known["number"])
        _end(known["id"], actor, "换承运商")
        known = None
    if known is not None:
        return int(known["id"])
    _check(shipment)
    service = account_of(shipment.carrier)
    if service is None:
        raise NoLabelAccount(carrier=_name(shipment.carrier))
    taken = db.row("select count(*) as n from carriage_waybill where reference = %s", (shipment.reference,))
    assert taken is not None
    made = locks.open_waybill(
        {
            "carrier": shipment.carrier,
            "service": service,
            "reference": shipment.reference,
            # a code that was cancelled or refused is never used again
            "order_code": shipment.reference if not taken["n"] else f"{shipment.reference}.{taken['n'] + 1}",
            "document": shipment.document,
            "province": province_key(shipment.receiver.province),
            "weight_g": shipment.weight_g,
            "cost": cost_of(shipment.carrier, shipment.receiver.province, shipment.weight_g),
            "why": shipment.why[:300],
            "shipment": db.Json(asdict(shipment)),
            "phone_tail": re.sub(r"\D", "", shipment.receiver.mobile)[-4:],
            "asked_by": actor.label[:200],
        }
    )
    if made is None:  # a twin was faster
        known = locks.living(shipment.reference)
        if known is None:
            raise WaybillBusy()
        return int(known["id"])
    return int(made["id"])


def _check(shipment: Shipment) -> None:
    if shipment.carrier not in names():
        raise ValidationFailed.one("carrier", "unknown", "没有这个承运商", "no such carrier")
    missing = [
        (name, text)
        for name, text in (
            ("sender_address", Text("请先在设置里填写面单寄件地址", "fill in the sender's address in the settings")),
            ("receiver", Text("收件人、电话或地址不完整", "the receiver's name, phone or address is not complete")),
        )
        if (name == "sender_address" and not shipment.sender.address)
        or (
            name == "receiver"
            and not (shipment.receiver.name and shipment.receiver.mobile and shipment.receiver.address)
        )
    ]
    if missing:
        name, text = missing[0]
        raise ValidationFailed.one(name, "required", text.zh, text.en)
    lane = rules.lane_to(book().lanes, shipment.carrier, province_key(shipment.receiver.province))
    if lane is not None and not lane.served:
        where = Text(shipment.receiver.province, shipment.receiver.province)
        raise NotServed(carrier=_name(shipment.carrier), province=where)


def cost_of(carrier: str, province: str, weight_g: int) -> int | None:
    """What the carrier charges, in minor units; None where it has no lane there."""
    lane = rules.lane_to(book().lanes, carrier, province_key(province))
    return rules.cost(lane, weight_g) if lane is not None and lane.served else None


def _name(carrier: str) -> Text:
    known = names().get(carrier)
    return Text(known.name, known.name_en or known.name) if known else Text(carrier, carrier)


def _issue(waybill_id: int, *, patient: bool) -> None:
    """Ask the service for a requested waybill. `patient`: nobody waits for it, so that being beaten to it is no refusal."""
    with transaction.atomic():
        claimed = locks.claim(waybill_id, BUSY, at_once=not patient)
    if claimed is None:
        if not patient and waybill(waybill_id).state == "requested":
            raise WaybillBusy()
        return
    shipment = _shipment(claimed["shipment"])
    if claimed["service"] == "numbers":
        _take_number(claimed, shipment)
        return
    try:
        issued = providers.service(claimed["service"]).issue(claimed["order_code"], shipment)
    except (*_SILENT, ServiceRefused) as problem:
        _not_issued(
            waybill_id, problem, over=isinstance(problem, ServiceRefused) or claimed["attempts"] >= MOST_ATTEMPTS
        )
        raise
    _write(waybill_id, issued)


def _take_number(claimed: Mapping[str, Any], shipment: Shipment) -> None:
    with transaction.atomic():
        for _ in range(50):
            number = locks.take_number(claimed["carrier"]) or locks.take_number(claimed["carrier"])
            if number is None:
                break
            if not db.row(
                "select 1 from carriage_waybill where carrier = %s and number = %s", (claimed["carrier"], number)
            ):
                _write(claimed["id"], Issued(number))
                return
    problem = NumbersUsedUp(carrier=_name(claimed["carrier"]))
    _not_issued(claimed["id"], problem, over=True)
    raise problem


def _write(waybill_id: int, issued: Issued) -> None:
    """The answer, where the row still wants it; a waybill given up meanwhile is cancelled at the service as well."""
    label = {"route": issued.route, "package": issued.package, "sorting": issued.sorting}
    try:
        with transaction.atomic():
            row = db.row(
                "update carriage_waybill set state = 'issued', number = %s, label = %s, issued_at = kernel_now(), error = '',"
                " busy_until = null, shipment = null where id = %s and state = 'requested'"
                " returning reference, document, carrier",
                (issued.number, db.Json(label), waybill_id),
            )
            if row is not None:
                outbox.record(WaybillIssued(row["reference"], row["document"], row["carrier"], issued.number))
            else:
                db.execute(
                    "update carriage_waybill set number = %s, to_cancel = true, busy_until = null"
                    " where id = %s and state = 'cancelled' and number = ''",
                    (issued.number, waybill_id),
                )
    except IntegrityError as twice:
        problem = WaybillTaken(number=issued.number, reference=Text("另一个包裹", "another parcel"))
        _not_issued(waybill_id, problem, over=True)
        raise problem from twice


def _not_issued(waybill_id: int, problem: Problem, *, over: bool) -> None:
    with transaction.atomic():
        db.execute(
            "update carriage_waybill set error = %s, busy_until = case when %s then null else kernel_now() + make_interval(secs =>"
            " least(attempts, 10) * 10) end, state = case when %s then 'failed' else state end,"
            " shipment = case when %s then null else shipment end where id = %s and state = 'requested'",
            (problem.detail()[:300], over, over, over, waybill_id),
        )


def _shipment(told: Mapping[str, Any]) -> Shipment:
    return Shipment(**{**told, "sender": Party(**told["sender"]), "receiver": Party(**told["receiver"])})


def retry(waybill_id: int, *, actor: Actor) -> WaybillView:
    """Ask again for one that waits. Own transactions. Raises as `ask`, and NotFound."""
    need(actor, WAYBILLS)
    if waybill(waybill_id).state == "requested":
        _issue(waybill_id, patient=False)
    return waybill(waybill_id)


def cancel(waybill_id: int, *, reason: str, actor: Actor) -> None:
    """It is not used; its service is told soon. Opens its own transaction.

    Raises PermissionDenied, NotFound, ValidationFailed (no reason), WaybillUsed.
    """
    need(actor, WAYBILLS)
    reason = reason.strip()
    if not 0 < len(reason) <= 200:
        raise ValidationFailed.one(
            "reason", "required", "请写明原因（最多 200 字）", "say why, in up to 200 characters"
        )
    with transaction.atomic():
        known = waybill(waybill_id)
        held = locks.living(known.reference)
        if held is None or held["id"] != waybill_id:
            return
        if held["used_at"] is not None:
            raise WaybillUsed(number=held["number"])
        _end(waybill_id, actor, reason)
    transaction.on_commit(jobs.tell_services_soon)


@db.needs_transaction
def drop(reference: str, *, actor: Actor, keep: str = "") -> None:
    """A box leaves, or is given up: its unused waybill, if it has one with another number than `keep`, is cancelled."""
    known = locks.living(reference)
    if known is not None and known["used_at"] is None and (not keep or known["number"] != keep):
        _end(known["id"], actor, "未使用")


@db.needs_transaction
def _end(waybill_id: int, actor: Actor, reason: str) -> None:
    row = db.row(
        "update carriage_waybill set state = 'cancelled', to_cancel = service <> 'numbers' and attempts > 0, shipment = null,"
        " busy_until = case when busy_until > kernel_now() then busy_until end where id = %s"
        " returning reference, document, carrier, number",
        (waybill_id,),
    )
    assert row is not None
    outbox.record(WaybillCancelled(row["reference"], row["document"], row["carrier"], row["number"]))
    audit.record(
        actor=actor, action="carriage.cancel_waybill", target_type="order", target_id=row["document"] or row["reference"],
        reason=reason, after={"carrier": row["carrier"], "waybill_no": row["number"]},
    )  # fmt: skip


@db.needs_transaction
def use(
    carrier: str,
    number: str,
    *,
    reference: str,
    documents: Iterable[str],
    province: str,
    weight_g: int,
    phone: str = "",
    free: bool = False,
    actor: Actor,
) -> None:
    """A parcel leaves with this waybill: one that was issued for one of these documents (orders), or one typed by hand.

    Its cost is that of the weight it leaves with; none where it is `free`, since somebody else pays its carrier. Needs a transaction.
    Raises WaybillTaken.
    """
    orders = list(documents)
    known = book()
    lane = rules.lane_to(known.lanes, carrier, province_key(province))
    cost = rules.cost(lane, weight_g) if lane is not None and lane.served and not free else None
    quiet = mall_settings.get("carriage.quiet_hours")
    row = db.row(
        "insert into carriage_waybill (carrier, number, reference, document, province, weight_g, cost, state, issued_at, used_at,"
        " pull_at, phone_tail, to_subscribe) values (%(carrier)s, %(number)s, %(reference)s, %(document)s, %(province)s,"
        " %(weight)s, %(cost)s, 'issued', kernel_now(), kernel_now(), kernel_now() + make_interval(hours => %(quiet)s), %(tail)s,"
        " %(subscribe)s) on conflict (carrier, number) where not (number = '') do update set used_at = excluded.used_at,"
        " pull_at = excluded.pull_at, weight_g = case when excluded.weight_g > 0 then excluded.weight_g"
        " else carriage_waybill.weight_g end, cost = case when excluded.weight_g > 0 then excluded.cost"
        " else carriage_waybill.cost end, to_subscribe = carriage_waybill.service <> 'kuaidi100' and excluded.to_subscribe"
        " where carriage_waybill.state = 'issued' and carriage_waybill.used_at is null"
        " and carriage_waybill.document = any(%(documents)s) returning id",
        {
            "carrier": carrier, "number": number, "reference": reference, "document": orders[0] if orders else "",
            "province": province_key(province), "weight": weight_g, "cost": cost,
            "quiet": quiet, "tail": re.sub(r"\D", "", phone)[-4:], "subscribe": bool(_tracking(known, carrier)), "documents": orders,
        },
    )  # fmt: skip
    if row is None:
        other = db.row(
            "select document, reference, state from carriage_waybill where carrier = %s and number = %s",
            (carrier, number),
        )
        whose = (other["document"] or other["reference"]) if other else ""
        said = Text(f"订单 {whose}", f"order {whose}")
        if other and other["state"] == "cancelled":
            said = Text(f"订单 {whose}（已取消的运单）", f"order {whose} (a cancelled waybill)")
        raise WaybillTaken(number=number, reference=said)


@db.needs_transaction
def heard(news: Iterable[tuple[str, str, datetime, bool]], *, actor: Actor) -> None:
    """News came of these waybills: (carrier, number, when the last of it happened, whether the parcel's way is over)."""
    told = [{"carrier": c, "number": n, "at": at, "over": over} for c, n, at, over in news]
    if told:
        db.execute(
            "update carriage_waybill w set heard_at = greatest(w.heard_at, r.at), pulls = 0,"
            " pull_at = case when r.over then null else kernel_now() + make_interval(hours => %s) end,"
            " over_at = case when r.over then coalesce(w.over_at, r.at) end, to_subscribe = w.to_subscribe and not r.over"
            " from jsonb_to_recordset(%s) as r(carrier text, number text, at timestamptz, over bool)"
            " where w.carrier = r.carrier and w.number = r.number and w.number <> ''",
            (mall_settings.get("carriage.quiet_hours"), db.Json(told)),
        )


def tracking_service(carrier: str) -> str:
    """Who tells news of this carrier's parcels: its own account's service, else the first online one of the mall; "" for nobody."""
    return _tracking(book(), carrier)


def _tracking(known: Book, carrier: str) -> str:
    accounts = known.accounts
    own = accounts.get(carrier)
    if own is not None and own[1] and own[0] in providers.ONLINE:
        return own[0]
    return next((service for service, active in accounts.values() if active and service in providers.ONLINE), "")


def tell_services(*, limit: int = 100, seconds: int = 45, actor: Actor = SYSTEM) -> int:
    """Ask for the waybills that wait, cancel unused ones, subscribe to news; how many were told. Own transactions.

    Each run is bounded in rows and time; a service that is silent three times in a row is left alone until the next run.
    """
    until = clock.now() + timedelta(seconds=seconds)
    with transaction.atomic():
        due = locks.claim_due(limit, BUSY)
    silent: dict[str, int] = {}
    told = 0
    for row in due:
        service = row["service"] or tracking_service(row["carrier"])
        if clock.now() >= until or silent.get(service, 0) >= 3:
            _free(row["id"])
            continue
        try:
            _tell(row, service)
            told += 1
            silent[service] = 0
        except _SILENT as problem:
            silent[service] = silent.get(service, 0) + 1
            log.warning("label_service_silent", service=service, code=problem.code)
        except Problem as problem:
            log.warning("label_service_refused", service=service, code=problem.code, waybill=row["id"])
    return told


def _tell(row: Mapping[str, Any], service: str) -> None:
    if row["to_cancel"]:
        try:
            if service in providers.ONLINE:
                providers.service(service).cancel(row["order_code"], row["carrier"], row["number"])
        except ServiceRefused as problem:  # it does not know it, or it is too late: nothing more can be done here
            _told(row["id"], "to_cancel", problem.detail())
            raise
        _told(row["id"], "to_cancel")
    elif row["state"] == "requested":
        _free(row["id"])
        _issue(row["id"], patient=True)
    elif row["to_subscribe"]:
        asked = tracking_service(row["carrier"])
        try:
            if asked:
                providers.service(asked).follow(row["carrier"], row["number"], row["phone_tail"])
        except ServiceRefused:
            _told(row["id"], "to_subscribe")
            raise
        _told(row["id"], "to_subscribe")


def _told(waybill_id: int, what: str, error: str = "") -> None:
    with transaction.atomic():
        db.execute(
            f"update carriage_waybill set {what} = false, busy_until = null, error = case when %s = '' then error else %s end"
            " where id = %s",
            (error[:300], error[:300], waybill_id),
        )


def _free(waybill_id: int) -> None:
    with transaction.atomic():
        db.execute("update carriage_waybill set busy_until = null where id = %s", (waybill_id,))

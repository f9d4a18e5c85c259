"""The chase of a parcel that does not arrive (追件): the carrier is asked, answers, finds it or has lost it; then the buyer is served."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction

from zhanggui.aftersales import selectors as cases
from zhanggui.aftersales import services as aftersales
from zhanggui.aftersales.types import Wish
from zhanggui.fulfilment import selectors as fulfilment
from zhanggui.kernel import clock, db, ids, mall_settings, outbox
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.problems import NotFound, ValidationFailed

from .. import locks, rules
from ..errors import ChaseWrongState
from ..events import ChaseMoved
from ..permissions import CHASE, need
from ..selectors import chase, chases_of
from ..settings import ASK_DAYS, SILENT_DAYS, STEP_DAYS
from ..types import ChaseView
from .common import due, keep, owner_of, tell
from .liability import propose

MAX_WORDS = 500


def open_chase(
    parcel: str, *, words: str = "", source: str = "hand", source_ref: str = "", actor: Actor
) -> ChaseView:  # fmt: skip
    """The carrier is asked where a parcel is; the chase that is open for it, where there is one. Opens its own transaction.

    Raises NotFound, PermissionDenied, ValidationFailed (it was delivered, or handed over at the counter).
    """
    need(actor, CHASE)
    words = clean_text(words, "words", MAX_WORDS, required=False, lines=True)
    found = fulfilment.parcel(parcel)
    if found is None:
        raise NotFound()
    if not found.waybill_no:
        raise ValidationFailed.one("parcel", "no_waybill", "这个包裹没有运单", "this parcel has no waybill")
    if source not in rules.SOURCES:
        raise ValidationFailed.one("source", "unknown", "来源不对", "there is no such source")
    number = ids.document_number("J")
    owner_id, owner = owner_of(actor)
    try:
        with transaction.atomic():
            db.execute(
                "insert into redress_chase (number, order_number, parcel, carrier_code, carrier_name, waybill_no, source, source_ref,"
                " owner_id, owner, due_on) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    number, found.order_number, parcel, found.carrier, found.carrier_name, found.waybill_no, source, source_ref[:40],
                    owner_id, owner, due(ASK_DAYS),
                ),
            )  # fmt: skip
            keep(number, "asked", actor=actor, words=words)
            tell(actor, "chase", "chase", number, after={"parcel": parcel, "order": found.order_number}, reason=words)
            return _announce(number)
    except IntegrityError:
        return next(
            each
            for each in chases_of([found.order_number])[found.order_number]
            if each.parcel == parcel and each.ended_at is None
        )


def note_answer(number: str, *, words: str, actor: Actor) -> ChaseView:
    """What the carrier said. Opens its own transaction. Raises NotFound, PermissionDenied, ValidationFailed, ChaseWrongState."""
    return _move(number, (rules.ASKED, rules.ANSWERED), rules.ANSWERED, words, actor, due_on=due(STEP_DAYS))


def declare_found(number: str, *, words: str, actor: Actor) -> ChaseView:
    """The parcel is there. Opens its own transaction. Raises NotFound, PermissionDenied, ValidationFailed, ChaseWrongState."""
    return _move(number, (rules.ASKED, rules.ANSWERED, rules.LOST), rules.FOUND, words, actor)


def declare_lost(number: str, *, words: str, actor: Actor) -> ChaseView:
    """It will not come: the carrier answers for it by rule, and the buyer is to be served. Opens its own transaction.

    Raises NotFound, PermissionDenied, ValidationFailed, ChaseWrongState.
    """
    view = _move(number, (rules.ASKED, rules.ANSWERED), rules.LOST, words, actor, due_on=due(STEP_DAYS))
    propose("parcel", view.parcel, loss="lost", actor=actor)
    return view


def serve_buyer(number: str, remedy: str, *, words: str = "", case_number: str = "", actor: Actor) -> ChaseView:
    """The buyer of a lost parcel has his money back, or is sent it again. Opens its own transaction.

    `refund` opens, grants and pays a case about the parcel's units, through after-sales; `resend` names the case by which it is
    sent again (`case_number`). Once: the same again changes nothing. Raises NotFound, PermissionDenied, ValidationFailed,
    ChaseWrongState, and what after-sales refuses.
    """
    need(actor, CHASE)
    words = clean_text(words, "words", MAX_WORDS, required=False, lines=True)
    if remedy not in ("refund", "resend"):
        raise ValidationFailed.one("remedy", "unknown", "请选择退款或补寄", "choose a refund, or to send it again")
    with transaction.atomic():
        held = _held(number, (rules.LOST, rules.CLAIMED))
        if held["remedy"]:
            if held["remedy"] == remedy:
                return _shown(number)
            raise ChaseWrongState(state=rules.CHASE_STATES[held["state"]], extra={"state": held["state"]})
        if remedy == "refund":
            case_number = _refund(held, words, actor)
        else:
            known = cases.case(case_number.strip()) if case_number.strip() else None
            if known is None or known.order_number != held["order_number"]:
                raise ValidationFailed.one(
                    "case_number",
                    "unknown",
                    "请填写本订单补寄的售后单号",
                    "name the case of this order by which it is sent again",
                )
            case_number = known.number
        db.execute(
            "update redress_chase set remedy = %s, case_number = %s where id = %s", (remedy, case_number, held["id"])
        )
        keep(number, remedy, actor=actor, words=words, data={"case": case_number})
        tell(actor, "serve", "chase", number, after={"remedy": remedy, "case": case_number}, reason=words)
        return _announce(number)


@db.needs_transaction
def _refund(held: dict[str, Any], words: str, actor: Actor) -> str:
    """A case about the parcel's units that are still the buyer's to be refunded, granted at once."""
    parcel = fulfilment.parcel(held["parcel"])
    assert parcel is not None
    left = {each.line: each.quantity for each in cases.refundable(held["order_number"])}
    wishes = [Wish(line.line, min(line.quantity, left[line.line])) for line in parcel.lines if left.get(line.line)]
    if not wishes:
        raise ValidationFailed.one(
            "remedy",
            "nothing",
            "这个包裹的商品都已退款或有售后在处理",
            "all of the parcel has been refunded, or is in a case",
        )
    case = aftersales.request(
        held["order_number"],
        kind="refund_only",
        reason="not_received",
        lines=wishes,
        note=words or f"丢件 {held['waybill_no']}",
        actor=actor,
    )
    aftersales.approve(case.number, actor=actor)
    aftersales.refund(case.number, actor=actor)
    return case.number


def close_chase(number: str, *, words: str, actor: Actor) -> ChaseView:
    """Nothing is claimed, for a reason that is said. Opens its own transaction.

    Raises NotFound, PermissionDenied, ValidationFailed, ChaseWrongState.
    """
    return _move(number, rules.CHASE_OPEN[:3], rules.CLOSED, words, actor)


def hand_chase(number: str, user_id: int, name: str, *, actor: Actor) -> ChaseView:
    """Another colleague follows it. Opens its own transaction. Raises NotFound, PermissionDenied, ChaseWrongState."""
    need(actor, CHASE)
    with transaction.atomic():
        held = _held(number, rules.CHASE_OPEN)
        db.execute(
            "update redress_chase set owner_id = %s, owner = %s where id = %s", (user_id, name[:200], held["id"])
        )
        keep(number, "handed", actor=actor, words=name)
        return _shown(number)


#: The last news of parcels on their way; those that nobody chases and that have been silent.
_SILENT = """
select p.number from fulfilment_parcel p
where p.state not in ('delivered', 'returned') and p.waybill_no <> '' and p.shipped_at < %(before)s and p.shipped_at > %(since)s
    and not exists (select 1 from fulfilment_trackingevent e where e.parcel_id = p.id and e.at >= %(before)s)
    and not exists (select 1 from redress_chase c where c.parcel = p.number)
order by p.shipped_at limit %(limit)s
"""


def chase_silent(*, actor: Actor = SYSTEM, limit: int = 100) -> int:
    """Parcels of the last 60 days without news for `redress.silent_days` are chased, once each; how many. Own transactions."""
    before = clock.now() - timedelta(days=mall_settings.get(SILENT_DAYS))
    rows = db.rows(_SILENT, {"before": before, "since": clock.now() - timedelta(days=60), "limit": limit})
    for row in rows:
        open_chase(row["number"], source="rule", actor=actor)
    return len(rows)


def note_delivered(parcels: Sequence[str], *, actor: Actor = SYSTEM) -> int:
    """Parcels that arrived are chased no longer; how many were. Opens its own transaction."""
    with transaction.atomic():
        rows = db.rows(
            "update redress_chase set state = %s, due_on = null, ended_at = kernel_now() where parcel = any(%s) and state = any(%s)"
            " returning number",
            (rules.FOUND, list(parcels), [rules.ASKED, rules.ANSWERED]),
        )
        for row in rows:
            keep(row["number"], "found", actor=actor)
            _announce(row["number"])
    return len(rows)


def _move(
    number: str, sources: Sequence[str], state: str, words: str, actor: Actor, *, due_on: Any = None
) -> ChaseView:
    need(actor, CHASE)
    words = clean_text(words, "words", MAX_WORDS, lines=True)
    with transaction.atomic():
        held = _held(number, sources)
        over = state not in rules.CHASE_OPEN
        if state == rules.FOUND and held["remedy"] == "refund":
            raise ChaseWrongState(state=rules.CHASE_STATES[held["state"]], extra={"state": held["state"]})
        db.execute(
            "update redress_chase set state = %s, due_on = %s, ended_at = case when %s then kernel_now() end where id = %s",
            (state, due_on, over, held["id"]),
        )
        keep(number, state, actor=actor, words=words)
        tell(actor, f"chase_{state}", "chase", number, reason=words)
        return _announce(number)


def _held(number: str, sources: Sequence[str]) -> dict[str, Any]:
    held = locks.hold_chase(number)
    if held is None:
        raise NotFound()
    if held["state"] not in sources:
        raise ChaseWrongState(state=rules.CHASE_STATES[held["state"]], extra={"state": held["state"]})
    return held


@db.needs_transaction
def _announce(number: str) -> ChaseView:
    view = _shown(number)
    outbox.record(ChaseMoved(number, view.parcel, view.order_number, view.state))
    return view


def _shown(number: str) -> ChaseView:
    found = chase(number)
    if found is None:
        raise NotFound()
    return found

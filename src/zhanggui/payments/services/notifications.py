"""News from gateways: verify, store in a transaction of its own, and only then let anything follow from it. HOT."""

from collections.abc import Sequence
from typing import Any

import structlog
from django.db import transaction

from zhanggui.kernel import audit, db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import NotFound

from .. import locks, states
from ..errors import BadNotification, ProviderOff
from ..providers import gateway, simulator
from ..types import Acknowledgement, Gateway, NoticeFacts, RawNotification, Received
from . import ports, refunds

log = structlog.get_logger(__name__)
_STORE = "select pos, id, fresh, applied from payments_store(%s)"
#: The headers that are part of the evidence; others may carry what is none of our business.
KEPT_HEADERS = ("content-type", "x-signature")


def receive(raw: Sequence[RawNotification], *, actor: Actor = SYSTEM) -> list[Received]:
    """Verify each notification and store the genuine ones, all in one statement and a transaction of its own.

    Answers in the order given: `stored`, `duplicate` (told before), `ignored` (genuine, but not about money) or `rejected`
    (not genuine: nothing is changed). Payment news not yet applied carries its id, for `orders.services.apply_payments`;
    news of refunds is applied here.
    """
    answers: list[Received | None] = [None] * len(raw)
    rows: list[dict[str, Any]] = []
    desks: dict[int, Gateway] = {}
    for pos, one in enumerate(raw):
        try:
            desks[pos] = gateway(one.provider)
            facts = desks[pos].verify_notification(one)
        except (BadNotification, ProviderOff) as refused:
            log.warning("notification_rejected", provider=one.provider[:40], reason=str(refused))
            told = (
                desks[pos].acknowledge(False)
                if pos in desks
                else Acknowledgement(404, "text/plain", "unknown provider")
            )
            answers[pos] = Received("rejected", told, reason=refused.code)
            continue
        if facts is None:
            answers[pos] = Received("ignored", desks[pos].acknowledge(True))
            continue
        rows.append(notice_row(pos, one.provider, facts, one.body, one.headers))
    if rows:
        stored = db.rows(_STORE, (db.Json(rows),))
        kinds = {row["pos"]: row["kind"] for row in rows}
        for s in stored:
            open_payment = not s["applied"] and not kinds[s["pos"]].startswith("refund")
            verdict = "stored" if s["fresh"] else "duplicate"
            told = desks[s["pos"]].acknowledge(True)
            answers[s["pos"]] = Received(verdict, told, s["id"] if open_payment else None)  # type: ignore[arg-type]
        _apply_refunds([s["id"] for s in stored if not s["applied"] and kinds[s["pos"]].startswith("refund")], actor)
    return [answer for answer in answers if answer is not None]


def take_notification(raw: RawNotification, *, actor: Actor = SYSTEM) -> Acknowledgement:
    """What the notification endpoint calls: receive, apply, and the answer the gateway wants.

    Once stored, the news is acknowledged even if applying it fails: `apply_stored` repeats that.
    """
    received = receive([raw], actor=actor)[0]
    if received.id is not None:
        try:
            ports.apply_payments([received.id])
        except Exception:  # whatever is broken above, the news is safe here
            log.exception("notification_not_applied", notice=received.id)
    return received.acknowledgement


def notice_row(pos: int, provider: str, facts: NoticeFacts, body: bytes, headers: Any) -> dict[str, Any]:
    """A row for `payments_store`. A merchant's account may be told of trades that are not ours: nothing may be too long."""
    kept = {name: value for name, value in headers.items() if name in KEPT_HEADERS or name.startswith("wechatpay-")}
    return {
        "pos": pos,
        "provider": provider,
        "notice_id": facts.notice_id[:128],
        "kind": facts.kind,
        "out_trade_no": facts.out_trade_no[:64],
        "out_refund_no": facts.out_refund_no[:64],
        "gateway_no": facts.gateway_no[:64],
        "amount": facts.amount,
        "currency": facts.currency[:3],
        "at": facts.at,
        "headers": kept,
        "body": body.decode("utf-8", "replace").replace("\x00", "�"),
    }


def store(provider: str, facts: NoticeFacts, body: bytes) -> dict[str, Any]:
    """Store one verified fact that did not come as a notification: its `id`, whether it is `fresh`, whether `applied`."""
    row = db.row(_STORE, (db.Json([notice_row(0, provider, facts, body, {})]),))
    assert row is not None
    return row


def simulate(trades: Sequence[tuple[str, int, str]]) -> list[RawNotification]:
    """The simulator's notifications for (out_trade_no, amount, currency): each trade is paid at once."""
    return [simulator.notification(*trade) for trade in trades]


def pay_at_once(trades: Sequence[tuple[str, int, str]]) -> list[dict[str, Any] | None]:
    """The simulator pays trades that are about to be opened: its verified news of each, for `payments_open`.

    None where it is not genuine, or of another amount: then the trade is opened like any other and waits for money.
    """
    desk = gateway(simulator.NAME)
    return [_news(desk, raw, trade) for raw, trade in zip(simulate(trades), trades, strict=True)]


def _news(desk: Gateway, raw: RawNotification, trade: tuple[str, int, str]) -> dict[str, Any] | None:
    try:
        facts = desk.verify_notification(raw)
    except (BadNotification, ProviderOff) as refused:
        log.warning("notification_rejected", provider=raw.provider, reason=str(refused))
        return None
    if facts is None or (facts.out_trade_no, facts.amount, facts.currency) != trade:
        return None
    row = notice_row(0, raw.provider, facts, raw.body, raw.headers)
    return {name: row[name] for name in ("notice_id", "kind", "gateway_no", "at", "headers", "body")}


def _apply_refunds(notice_ids: list[int], actor: Actor) -> None:
    for notice_id in notice_ids:
        try:
            apply_refund_notices([notice_id], actor=actor)
        except Exception:  # stored is stored; the job repeats it
            log.exception("refund_notice_not_applied", notice=notice_id)


def apply_refund_notices(notice_ids: Sequence[int], *, actor: Actor = SYSTEM) -> None:
    """Book what stored notifications say about refunds; each in its own transaction, a repeat changes nothing."""
    for notice_id in notice_ids:
        with transaction.atomic():
            notice = locks.hold_notice(notice_id)
            if notice is None or not notice["kind"].startswith("refund"):
                continue
            outcome = _book_refund(notice)
            db.execute(
                "update payments_notification set outcome = %s, applied_at = kernel_now(),"
                " parked_at = case when %s then kernel_now() end where id = %s",
                (outcome, outcome in states.PARKED, notice_id),
            )


def _book_refund(notice: dict[str, Any]) -> str:
    """The outcome of a notice about a refund: it must be ours, of the same provider and of the same amount."""
    refund = db.row(
        "select r.id, r.amount, i.currency from payments_refund r join payments_intent i on i.id = r.intent_id"
        " where r.out_refund_no = %s and i.provider = %s",
        (notice["out_refund_no"], notice["provider"]),
    )
    if refund is None:
        return "unknown_refund"
    if notice["amount"] is not None and (notice["amount"], notice["currency"]) != (
        refund["amount"],
        refund["currency"],
    ):
        return "amount_mismatch"
    if notice["kind"] == "refund_failed":
        return "refund_failed" if refunds.fail(refund["id"], "refused by the gateway") else "duplicate"
    return {True: "refunded", False: "duplicate", None: "refund_conflict"}[
        refunds.succeed(refund["id"], notice["gateway_no"])
    ]


def settle_notice(notice_id: int, *, actor: Actor, resolution: str) -> None:
    """Write down what staff did about a parked notification. Raises NotFound; opens its own transaction."""
    with transaction.atomic():
        done = db.execute(
            "update payments_notification set resolution = %s where id = %s and parked_at is not null",
            (resolution[:2000], notice_id),
        )
        if not done:
            raise NotFound()
        audit.record(
            actor=actor,
            action="payments.settle_notice",
            target_type="notice",
            target_id=notice_id,
            reason=resolution[:2000],
        )

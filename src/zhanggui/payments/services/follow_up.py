"""What makes lost things good: asking gateways about silent trades, and repeating what could not be applied."""

from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction

from zhanggui.kernel import clock, db, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import Problem

from .. import locks
from ..providers import gateway
from ..types import TradeStatus
from . import notifications, ports
from .refunds import trade_of

log = structlog.get_logger(__name__)
LEASE_SECONDS = 120
LONGEST_PAUSE = 3600
#: How long after its end a trade is still asked about when the gateway cannot say that it is closed.
PATIENCE = timedelta(days=1)
#: Rows younger than this may still be in the hands of the request that stored them, or not yet be visible.
SETTLED = timedelta(seconds=20)


def query_pending(*, actor: Actor = SYSTEM, limit: int = 50) -> int:
    """Ask gateways about attempts whose notification is overdue, and close what is over; the number of payments found.

    Opens transactions of its own around what it writes, none around what it asks.
    """
    found = 0
    for intent in locks.take_due_queries(limit, LEASE_SECONDS):
        try:
            found += _settle(intent, _ask(intent))
        except Problem as trouble:
            log.warning("query_postponed", trade=intent["out_trade_no"], reason=str(trouble))
            _later(intent)
    return found


def _ask(intent: dict[str, Any]) -> TradeStatus:
    """Query an attempt that may still be paid; close one that may not."""
    desk, trade = gateway(intent["provider"]), trade_of(intent)
    over = intent["state"] != "pending" or intent["expires_at"] <= clock.now()
    return desk.close(trade) if over else desk.query(trade)


def _settle(intent: dict[str, Any], status: TradeStatus) -> int:
    if status.state == "succeeded" and status.facts is not None:
        stored = notifications.store(intent["provider"], status.facts, status.raw)
        if not stored["applied"]:
            ports.apply_payments([stored["id"]])
        db.execute("update payments_intent set next_query_at = null where id = %s", (intent["id"],))
        return int(not stored["applied"])
    over = intent["state"] != "pending" or intent["expires_at"] <= clock.now()
    gone = status.state in ("closed", "absent") or intent["expires_at"] + PATIENCE <= clock.now()
    if status.state == "closed" or (over and gone):
        if not locks.close_intent(intent["id"]):
            db.execute("update payments_intent set next_query_at = null where id = %s", (intent["id"],))
    else:
        _later(intent)
    return 0


def _later(intent: dict[str, Any]) -> None:
    """Ask again after a pause that doubles, but not long past the attempt's end."""
    pause = min(mall_settings.get("payments.query_after_seconds") * 2 ** min(intent["queries"] - 1, 12), LONGEST_PAUSE)
    db.execute(
        "update payments_intent set next_query_at = case when expires_at > kernel_now()"
        " then least(kernel_now() + %s * interval '1 second', expires_at + interval '1 second')"
        " else kernel_now() + %s * interval '1 second' end where id = %s and next_query_at is not null",
        (pause, pause, intent["id"]),
    )


def apply_stored(*, actor: Actor = SYSTEM, limit: int = 500) -> int:
    """Apply stored notifications that were not (the process died, something above was broken); the number applied.

    A watermark stands where all earlier ones are known to be processed, so that each run reads only what is new.
    """
    until = clock.now() - SETTLED
    start = db.row("select notice_id from payments_watermark where name = 'applied'")
    begin = start["notice_id"] if start else 0
    waiting = db.rows(
        "select id, kind from payments_notification where id > %s and applied_at is null and received_at < %s order by id limit %s",
        (begin, until, limit),
    )
    done = sum(_apply_one(row) for row in waiting)
    _move_watermark(begin, until)
    return done


def _apply_one(row: dict[str, Any]) -> int:
    try:
        if row["kind"].startswith("refund"):
            notifications.apply_refund_notices([row["id"]])
        else:
            ports.apply_payments([row["id"]])
    except Exception:  # one that cannot be applied must not hold up the others
        log.exception("notification_not_applied", notice=row["id"])
        return 0
    return 1


def _move_watermark(begin: int, until: Any) -> None:
    with transaction.atomic():
        db.execute(
            "insert into payments_watermark (name, notice_id)"
            " select 'applied', coalesce(min(id) filter (where applied_at is null) - 1, max(id), %s)"
            " from payments_notification where id > %s and received_at < %s"
            " on conflict (name) do update set notice_id = greatest(payments_watermark.notice_id, excluded.notice_id)",
            (begin, begin, until),
        )

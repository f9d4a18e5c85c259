"""The only place with FOR UPDATE and conditional counters of payments. Order: notifications, refunds, intents; each by id."""

from typing import Any

from zhanggui.kernel import db

from .states import INTENT, REFUND

_INTENT = (
    "id, reference, provider, out_trade_no, amount, currency, state, captured, refunded, refund_claimed, gateway_trade_no,"
    " created_at, expires_at, paid_at"
)


@db.needs_transaction
def hold_intents(reference: str) -> list[dict[str, Any]]:
    """All attempts to pay a reference, held until the end of the transaction."""
    return db.rows(
        f"select {_INTENT}, next_query_at from payments_intent where reference = %s order by id for no key update",
        (reference,),
    )


@db.needs_transaction
def claim(intent_id: int, amount: int) -> bool:
    """Lay a hand on captured money that no other refund has: the one statement that makes a double refund impossible."""
    return bool(
        db.execute(
            "update payments_intent set refund_claimed = refund_claimed + %s where id = %s and captured - refund_claimed >= %s",
            (amount, intent_id, amount),
        )
    )


@db.needs_transaction
def let_go(intent_id: int, amount: int) -> None:
    """The refund came to nothing; the money may be claimed again."""
    db.execute("update payments_intent set refund_claimed = refund_claimed - %s where id = %s", (amount, intent_id))


@db.needs_transaction
def count_refunded(intent_id: int, amount: int) -> None:
    """A claimed amount has gone back (the CHECK keeps it within the claim)."""
    db.execute("update payments_intent set refunded = refunded + %s where id = %s", (amount, intent_id))


@db.needs_transaction
def move_refund(refund_id: int, action: str, **stamps: Any) -> dict[str, Any] | None:
    """Take a step of `states.REFUND`; the refund with its former state as `was`, or None if it was not in a state for it."""
    row = db.row("select id, state from payments_refund where id = %s for update", (refund_id,))
    if row is None or row["state"] not in REFUND.sources(action):
        return None
    sets = "".join(f", {name} = %s" for name in stamps)  # names are our own, values are parameters
    moved = db.row(
        f"update payments_refund set state = %s{sets} where id = %s"
        " returning id, intent_id, out_refund_no, amount, reason, request_key, surplus, state",
        (REFUND.target(row["state"], action), *stamps.values(), refund_id),
    )
    return {**moved, "was": row["state"]} if moved else None


def take_due_refunds(limit: int, lease_seconds: int) -> list[dict[str, Any]]:
    """Refunds whose turn it is, moved to `processing` and reserved for this worker until the lease is over."""
    return db.rows(
        "update payments_refund r set state = 'processing', attempts = r.attempts + 1,"
        " next_attempt_at = kernel_now() + %s * interval '1 second'"
        " where r.id = any(select id from payments_refund where state in ('pending', 'processing')"
        " and next_attempt_at <= kernel_now() order by next_attempt_at limit %s for update skip locked)"
        " returning r.id, r.intent_id, r.out_refund_no, r.amount, r.reason, r.attempts, r.created_at",
        (lease_seconds, limit),
    )


def take_due_queries(limit: int, lease_seconds: int) -> list[dict[str, Any]]:
    """Intents whose gateway should be asked, reserved for this worker until the lease is over."""
    columns = ", ".join(f"i.{name.strip()}" for name in _INTENT.split(","))
    return db.rows(
        "update payments_intent i set next_query_at = kernel_now() + %s * interval '1 second', queries = i.queries + 1"
        " where i.id = any(select id from payments_intent where next_query_at <= kernel_now() order by next_query_at limit %s"
        f" for update skip locked) returning {columns}, i.queries",
        (lease_seconds, limit),
    )


@db.needs_transaction
def hold_notice(notice_id: int) -> dict[str, Any] | None:
    """A notification that nobody has dealt with yet, held; None otherwise."""
    return db.row(
        "select id, provider, kind, out_refund_no, gateway_no, amount, currency from payments_notification"
        " where id = %s and applied_at is null for no key update",
        (notice_id,),
    )


def close_intent(intent_id: int) -> bool:
    """Give up an attempt that is still open; True if this call did it."""
    return bool(
        db.execute(
            "update payments_intent set state = %s, next_query_at = null where id = %s and state = any(%s)",
            (INTENT.target("pending", "close"), intent_id, list(INTENT.sources("close"))),
        )
    )


def fail_intent(intent_id: int) -> bool:
    """The gateway would not have this attempt (any more); it is asked at once why, for it may have been paid."""
    return bool(
        db.execute(
            "update payments_intent set state = %s, next_query_at = kernel_now() where id = %s and state = any(%s)",
            (INTENT.target("pending", "fail"), intent_id, list(INTENT.sources("fail"))),
        )
    )


@db.needs_transaction
def move_back_to_failed(refund_id: int) -> None:
    """Undo a `succeed` in the same transaction: its money turned out to be claimed by another refund."""
    db.execute("update payments_refund set state = 'failed' where id = %s", (refund_id,))

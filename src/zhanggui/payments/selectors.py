"""What can be read about money."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings

from zhanggui.kernel import db, paging

from .providers import merchant, offered
from .types import DiscrepancyView, IntentView, ParkedNotice, ReconciliationView, RefundView

_INTENT = (
    "id, reference, provider, out_trade_no, amount, currency, state, captured, refunded, refund_claimed, gateway_trade_no,"
    " created_at, expires_at, paid_at"
)
_REFUND = (
    "select r.id, r.out_refund_no, i.reference, i.provider, r.amount, i.currency, r.state, r.reason, r.surplus, r.created_at,"
    " r.succeeded_at, r.last_error from payments_refund r join payments_intent i on i.id = r.intent_id where "
)


def usable_providers() -> frozenset[str]:
    """The ways to pay that the mall offers now."""
    return frozenset(offered())


def practice_page(provider: str, qr_text: str) -> str:
    """Where the local gateway simulator lets one play the wallet that scans this code; "" with a real gateway."""
    if not settings.GATEWAY_URL or not merchant.practises(provider):
        return ""
    scheme, _, token = qr_text.partition("://wxpay/bizpayurl?pr=")
    return f"{settings.GATEWAY_URL}/pay/{token}" if scheme == "weixin" else qr_text


def intents_of(references: Sequence[str]) -> list[IntentView]:
    """All attempts to pay these references, oldest first."""
    return [
        IntentView(**row)
        for row in db.rows(
            f"select {_INTENT} from payments_intent where reference = any(%s) order by id", (list(references),)
        )
    ]


def refund_views(where: str, params: Sequence[Any]) -> list[RefundView]:
    """Refunds by a condition on `r` (refund) and `i` (intent), oldest first. For this module's own use."""
    return [RefundView(**row) for row in db.rows(f"{_REFUND}{where} order by r.id", params)]


def refunds_of(reference: str) -> list[RefundView]:
    return refund_views("i.reference = %s", (reference,))


def refund(refund_id: int) -> RefundView | None:
    found = refund_views("r.id = %s", (refund_id,))
    return found[0] if found else None


def refunds(*, state: str = "", cursor: str | None = None, limit: int = 50) -> paging.Page[RefundView]:
    """Refunds, newest first, of one state or all."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        f"{_REFUND}(%s = '' or r.state = %s) and (%s::bigint is null or r.id < %s) order by r.id desc limit %s",
        (state, state, before, before, limit + 1),
    )
    return paging.page([RefundView(**row) for row in rows], limit, lambda view: view.id)


def parked_notices(*, open_only: bool = True, cursor: str | None = None, limit: int = 50) -> paging.Page[ParkedNotice]:
    """Genuine news that could not be booked, newest first."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        "select id, provider, kind, out_trade_no, out_refund_no, amount, currency, received_at, outcome, resolution"
        " from payments_notification where parked_at is not null and (not %s or resolution = '')"
        " and (%s::bigint is null or id < %s) order by id desc limit %s",
        (open_only, before, before, limit + 1),
    )
    return paging.page([ParkedNotice(**row) for row in rows], limit, lambda view: view.id)


def open_counts(most: int = 1000) -> dict[str, int]:
    """Money matters that wait for somebody: unbooked news (`parked`), differences of the reconciliation
    (`discrepancies`), refunds that failed (`failed_refunds`), each counted up to `most`. One statement."""
    found = db.row(
        "select (select count(*)::int from (select 1 from payments_notification where parked_at is not null"
        "     and resolution = '' limit %(most)s) a) as parked,"
        " (select count(*)::int from (select 1 from payments_discrepancy where resolution = '' limit %(most)s) b)"
        "     as discrepancies,"
        " (select count(*)::int from (select 1 from payments_refund where state = 'failed' limit %(most)s) c)"
        "     as failed_refunds",
        {"most": most},
    )
    return dict(found or {})


def reconciliations(
    *, day: date | None = None, cursor: str | None = None, limit: int = 50
) -> paging.Page[ReconciliationView]:
    """Runs of the daily reconciliation, newest first."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        "select id, provider, day, state, bill_lines, paid, refunded, discrepancies, error, run_at"
        " from payments_reconciliation where (%s::date is null or day = %s) and (%s::bigint is null or id < %s)"
        " order by id desc limit %s",
        (day, day, before, before, limit + 1),
    )
    return paging.page([ReconciliationView(**row) for row in rows], limit, lambda view: view.id)


def discrepancies(reconciliation_id: int) -> list[DiscrepancyView]:
    """What a run found, by kind and number."""
    rows = db.rows(
        "select id, kind, number, reference, bill_amount, book_amount, order_amount, resolution, resolved_at"
        " from payments_discrepancy where reconciliation_id = %s order by kind, number",
        (reconciliation_id,),
    )
    return [DiscrepancyView(**row) for row in rows]


def references_of(notice_ids: Sequence[int]) -> dict[int, str]:
    """What stored notifications speak of, by notification; unknown trades are left out. One statement."""
    rows = db.rows(
        "select n.id, i.reference from payments_notification n join payments_intent i"
        " on i.out_trade_no = n.out_trade_no and i.provider = n.provider where n.id = any(%s)",
        (list(notice_ids),),
    )
    return {row["id"]: row["reference"] for row in rows}


def provider_of(notice_id: int) -> str:
    """Who sent a stored notification. One statement."""
    row = db.row("select provider from payments_notification where id = %s", (notice_id,))
    assert row is not None
    return str(row["provider"])

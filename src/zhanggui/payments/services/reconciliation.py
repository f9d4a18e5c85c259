"""The daily reconciliation: order ↔ payment ↔ gateway bill. A run can be repeated; it replaces its own earlier findings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import structlog
from django.db import transaction

from zhanggui.kernel import audit, clock, db, outbox
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import NotFound, Problem, ValidationFailed

from .. import rules
from ..events import DiscrepancyFound
from ..providers import gateway, offered
from ..types import BillEntry
from . import ports

log = structlog.get_logger(__name__)
EARLIEST = date(2000, 1, 1)


def reconcile(
    day: date,
    *,
    actor: Actor = SYSTEM,
    providers: Sequence[str] | None = None,
    statements: Mapping[str, Sequence[BillEntry]] | None = None,
) -> dict[str, int | None]:
    """Compare a bill day for each provider; the number of open discrepancies by provider, None where no bill could be had.

    `statements` brings bills that cannot be downloaded (a bank's). Providers without a bill are compared with the orders
    alone. Opens transactions of its own around what it writes, none around what it downloads. Raises ValidationFailed.
    """
    if not EARLIEST <= day <= clock.business_date() + timedelta(days=1):
        raise ValidationFailed.one("day", "range", "日期不在可对账的范围内", "there can be no bill for this day")
    answers: dict[str, int | None] = {}
    for provider in providers if providers is not None else offered():
        try:
            desk = gateway(provider)
            given = (statements or {}).get(provider)
            bill = list(given) if given is not None else desk.download_bill(day)
            window = desk.bill_window(day)
        except Problem as trouble:
            log.warning("reconciliation_failed", provider=provider, day=day.isoformat(), reason=str(trouble))
            _note_failure(provider, day, str(trouble))
            answers[provider] = None
            continue
        found = _compare(provider, window, bill)
        answers[provider] = _store(provider, day, bill or [], found)
    return answers


def _compare(provider: str, window: tuple[datetime, datetime], bill: list[BillEntry] | None) -> list[rules.Found]:
    found = []
    if bill is not None:
        trades = [line.out_trade_no for line in bill if line.kind == "payment"]
        refunds = [line.out_refund_no for line in bill if line.kind == "refund"]
        found += rules.compare_bill(bill, _payments(provider, window, trades), _refunds(provider, window, refunds))
    return found + _compare_orders(provider, window)


def _payments(provider: str, window: tuple[datetime, datetime], numbers: list[str]) -> list[rules.Booked]:
    """Captures of the window and those the bill names; one that another day's bill lists is not expected in this one."""
    rows = db.rows(
        "select i.out_trade_no as number, i.reference, i.captured as amount, i.paid_at >= %s and i.paid_at < %s and not exists"
        " (select 1 from payments_billline l join payments_reconciliation c on c.id = l.reconciliation_id"
        " where l.out_trade_no = i.out_trade_no and l.kind = 'payment' and c.provider = i.provider) as expected"
        " from payments_intent i where i.provider = %s and i.captured > 0"
        " and (i.out_trade_no = any(%s) or (i.paid_at >= %s and i.paid_at < %s))",
        (*window, provider, numbers, *window),
    )
    return [rules.Booked(**row) for row in rows]


def _refunds(provider: str, window: tuple[datetime, datetime], numbers: list[str]) -> list[rules.Booked]:
    rows = db.rows(
        "select r.out_refund_no as number, i.reference, r.amount, r.succeeded_at >= %s and r.succeeded_at < %s and not exists"
        " (select 1 from payments_billline l join payments_reconciliation c on c.id = l.reconciliation_id"
        " where l.out_refund_no = r.out_refund_no and l.kind = 'refund' and c.provider = i.provider) as expected"
        " from payments_refund r join payments_intent i on i.id = r.intent_id"
        " where i.provider = %s and r.state = 'succeeded'"
        " and (r.out_refund_no = any(%s) or (r.succeeded_at >= %s and r.succeeded_at < %s))",
        (*window, provider, numbers, *window),
    )
    return [rules.Booked(**row) for row in rows]


def _compare_orders(provider: str, window: tuple[datetime, datetime]) -> list[rules.Found]:
    """References this provider captured in the window, with all their money, against what the orders count as paid."""
    held = [
        rules.BookedReference(**row)
        for row in db.rows(
            "select i.reference, (sum(i.captured) - coalesce(sum(s.amount), 0))::bigint as net from payments_intent i"
            " left join lateral (select sum(amount) as amount from payments_refund r where r.intent_id = i.id and r.surplus"
            " and r.state <> 'failed') s on true where i.reference in (select p.reference from payments_intent p"
            " where p.provider = %s and p.captured > 0 and p.paid_at >= %s and p.paid_at < %s) group by i.reference",
            (provider, *window),
        )
    ]
    names = {entry.reference for entry in held}
    facts = [o for o in ports.order_facts(*window, sorted(names)) if o.provider == provider or o.reference in names]
    strangers = [o.reference for o in facts if o.reference not in names]
    # an order of this window may have been captured a moment outside it
    held += [
        rules.BookedReference(**row)
        for row in db.rows(
            "select reference, sum(captured)::bigint as net from payments_intent where reference = any(%s) group by reference",
            (strangers,),
        )
    ]
    return rules.compare_orders(held, facts)


def _note_failure(provider: str, day: date, error: str) -> None:
    db.execute(
        "insert into payments_reconciliation (provider, day, state, error) values (%s, %s, 'failed', %s)"
        " on conflict (provider, day) do update set error = excluded.error, run_at = kernel_now()",
        (provider, day, error[:500]),
    )


def _store(provider: str, day: date, bill: list[BillEntry], found: list[rules.Found]) -> int:
    """Write the run; what staff have resolved stays resolved. Answers the number still open."""
    kept = [
        {
            "kind": f.kind,
            "number": f.number[:64],
            "reference": f.reference,
            "bill_amount": f.bill,
            "book_amount": f.book,
            "order_amount": f.order,
        }
        for f in found
    ]
    with transaction.atomic():
        run = _run_row(provider, day, bill, len(kept))
        db.execute("delete from payments_billline where reconciliation_id = %s", (run,))
        db.execute(
            "insert into payments_billline (reconciliation_id, kind, out_trade_no, out_refund_no, gateway_no, amount, currency, at)"
            " select %s, l.kind, left(l.out_trade_no, 64), left(l.out_refund_no, 64), left(l.gateway_no, 64), l.amount, l.currency, l.at"
            " from jsonb_to_recordset(%s) as l(kind text, out_trade_no text, out_refund_no text, gateway_no text,"
            " amount bigint, currency text, at timestamptz)",
            (run, db.Json(bill)),
        )
        db.execute(
            "delete from payments_discrepancy d where reconciliation_id = %s and resolved_at is null and not exists (select 1"
            " from jsonb_to_recordset(%s) as f(kind text, number text) where f.kind = d.kind and f.number = d.number)",
            (run, db.Json(kept)),
        )
        new = db.rows(
            "insert into payments_discrepancy (reconciliation_id, kind, number, reference, bill_amount, book_amount, order_amount)"
            " select %s, f.* from jsonb_to_recordset(%s) as f(kind text, number text, reference text, bill_amount bigint,"
            " book_amount bigint, order_amount bigint) on conflict (reconciliation_id, kind, number) do nothing returning kind",
            (run, db.Json(kept)),
        )
        if new:
            kinds = dict(Counter(row["kind"] for row in new))
            outbox.record(DiscrepancyFound(provider=provider, date=day.isoformat(), kinds=kinds))
        left = db.row(
            "update payments_reconciliation c set discrepancies = (select count(*) from payments_discrepancy d"
            " where d.reconciliation_id = c.id and d.resolved_at is null) where id = %s returning discrepancies",
            (run,),
        )
    assert left is not None
    return int(left["discrepancies"])


def _run_row(provider: str, day: date, bill: list[BillEntry], found: int) -> int:
    paid = sum(line.amount for line in bill if line.kind == "payment")
    refunded = sum(line.amount for line in bill if line.kind == "refund")
    row = db.row(
        "insert into payments_reconciliation (provider, day, state, bill_lines, paid, refunded, discrepancies)"
        " values (%s, %s, 'done', %s, %s, %s, %s) on conflict (provider, day) do update set state = 'done', error = '',"
        " run_at = kernel_now(), bill_lines = excluded.bill_lines, paid = excluded.paid, refunded = excluded.refunded returning id",
        (provider, day, len(bill), paid, refunded, found),
    )
    assert row is not None
    return int(row["id"])


def resolve_discrepancy(discrepancy_id: int, *, actor: Actor, resolution: str) -> None:
    """Write down what staff found out about a discrepancy. Opens its own transaction. Raises NotFound."""
    with transaction.atomic():
        row = db.row(
            "update payments_discrepancy set resolution = %s, resolved_at = %s where id = %s"
            " returning reconciliation_id, kind, number",
            (resolution[:2000], clock.now(), discrepancy_id),
        )
        if row is None:
            raise NotFound()
        db.execute(
            "update payments_reconciliation c set discrepancies = (select count(*) from payments_discrepancy d"
            " where d.reconciliation_id = c.id and d.resolved_at is null) where id = %s",
            (row["reconciliation_id"],),
        )
        audit.record(
            actor=actor,
            action="payments.resolve_discrepancy",
            target_type="discrepancy",
            target_id=discrepancy_id,
            after={"kind": row["kind"], "number": row["number"]},
            reason=resolution[:500],
        )

"""Money: refunds, bank transfers, the daily reconciliation, news that could not be booked."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field, StringConstraints

from zhanggui.kernel.problems import NotFound
from zhanggui.payments import selectors, services
from zhanggui.payments.types import DiscrepancyView, IntentView, ParkedNotice, ReconciliationView, RefundView

from ..auth import Staff, actor
from ..describing import describe, listed, paged
from ..fields import MAX_AMOUNT, Answer, Body, Cursor, Day, Limit, PathId, Time, integer
from ..frame import nothing, reply
from .common import Made, Reason, show, show_list, show_page

router = Router()
VIEW, REFUND, TRANSFER, RECONCILE = (
    Staff(f"payments.{right}") for right in ("view", "refund", "confirm_transfer", "reconcile")
)
Reference = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9-]+$")]
BankNumber = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=64, pattern=r"^[A-Za-z0-9-]+$")]


class TransferIn(Body):
    """What the bank statement says. The bank's own number makes it count once."""

    reference: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=40, pattern=r"^[A-Za-z0-9-]+$")]
    amount: integer(1, MAX_AMOUNT)  # type: ignore[valid-type]
    bank_reference: BankNumber
    paid_at: Time | None = None


class BankRefundIn(Body):
    bank_reference: BankNumber


class ResolutionIn(Body):
    resolution: Reason


class ReconcileIn(Body):
    """Without `providers`, all of them."""

    day: Day
    providers: (
        Annotated[list[Literal["alipay", "wechat", "unionpay", "balance", "simulator"]], Field(max_length=10)] | None
    ) = None


class ReconcileOut(Answer):
    """Open discrepancies by provider; null where no bill could be had."""

    discrepancies: dict[str, int | None]


@router.get("/payments/{reference}", auth=VIEW, response=listed(IntentView), summary="All attempts to pay an order")
def payments(request: HttpRequest, reference: Reference) -> HttpResponse:
    found = selectors.intents_of([reference])
    if not found:
        raise NotFound()
    return show_list(request, found)


@router.post("/bank-transfers", auth=TRANSFER, response={201: Made}, summary="Confirm a transfer that came in")
def confirm_transfer(request: HttpRequest, body: TransferIn) -> HttpResponse:
    notice = services.confirm_bank_transfer(
        body.reference,
        amount=body.amount,
        bank_reference=body.bank_reference,
        paid_at=body.paid_at,
        actor=actor(request),
    )
    return reply({"id": notice}, status=201)


@router.get("/refunds", auth=VIEW, response=paged(RefundView), summary="Refunds, newest first")
def refunds(
    request: HttpRequest, state: Annotated[str, Query(max_length=20)] = "", cursor: Cursor = "", limit: Limit = 50
) -> HttpResponse:
    return show_page(request, selectors.refunds(state=state, cursor=cursor or None, limit=limit))


@router.get("/refunds/{refund_id}", auth=VIEW, response=describe(RefundView), summary="One refund")
def refund(request: HttpRequest, refund_id: PathId) -> HttpResponse:
    found = selectors.refund(refund_id)
    if found is None:
        raise NotFound()
    return show(request, found)


@router.post("/refunds/{refund_id}/retry", auth=REFUND, response=describe(RefundView), summary="Try a failed one again")
def retry(request: HttpRequest, refund_id: PathId) -> HttpResponse:
    return show(request, services.retry_refund(refund_id, actor=actor(request)))


@router.post(
    "/refunds/{refund_id}/confirm", auth=TRANSFER, response=describe(RefundView), summary="Sent back by the bank"
)
def confirm_refund(request: HttpRequest, refund_id: PathId, body: BankRefundIn) -> HttpResponse:
    done = services.confirm_bank_refund(refund_id, bank_reference=body.bank_reference, actor=actor(request))
    return show(request, done)


@router.get("/reconciliations", auth=VIEW, response=paged(ReconciliationView), summary="Daily runs, newest first")
def reconciliations(
    request: HttpRequest, day: Day | None = None, cursor: Cursor = "", limit: Limit = 50
) -> HttpResponse:
    return show_page(request, selectors.reconciliations(day=day, cursor=cursor or None, limit=limit))


@router.post(
    "/reconciliations", auth=RECONCILE, response=ReconcileOut, summary="Compare a day with the gateways' bills"
)
def reconcile(request: HttpRequest, body: ReconcileIn) -> HttpResponse:
    found = services.reconcile(body.day, providers=body.providers, actor=actor(request))
    return reply({"discrepancies": found})


@router.get(
    "/reconciliations/{run_id}/discrepancies", auth=VIEW, response=listed(DiscrepancyView), summary="What a run found"
)
def discrepancies(request: HttpRequest, run_id: PathId) -> HttpResponse:
    return show_list(request, selectors.discrepancies(run_id))


@router.post("/discrepancies/{discrepancy_id}/resolve", auth=RECONCILE, response={204: None}, summary="What it was")
def resolve(request: HttpRequest, discrepancy_id: PathId, body: ResolutionIn) -> HttpResponse:
    services.resolve_discrepancy(discrepancy_id, resolution=body.resolution, actor=actor(request))
    return nothing()


@router.get(
    "/payment-notices", auth=VIEW, response=paged(ParkedNotice), summary="Genuine news that could not be booked"
)
def notices(request: HttpRequest, open_only: bool = True, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    return show_page(request, selectors.parked_notices(open_only=open_only, cursor=cursor or None, limit=limit))


@router.post(
    "/payment-notices/{notice_id}/settle", auth=RECONCILE, response={204: None}, summary="What was done about it"
)
def settle(request: HttpRequest, notice_id: PathId, body: ResolutionIn) -> HttpResponse:
    services.settle_notice(notice_id, resolution=body.resolution, actor=actor(request))
    return nothing()

"""Presales and their reservations. Amounts are minor units."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from zhanggui.presale import selectors, services
from zhanggui.presale.types import PresaleArticle, PresaleDraft, PresaleView, ReservationView

from ..auth import Staff, actor
from ..describing import describe, paged
from ..fields import Amount, Body, Cursor, Day, Limit, PathId, Time, integer, line
from .common import OptionalReason, ReasonIn, SkuCode, show, show_page, sku_ids

router = Router()
VIEW, MANAGE = Staff("presale.view"), Staff("presale.manage")
Number = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9-]+$")]


class PresaleArticleIn(Body):
    """The whole price, the deposit as an amount or as a `share` (percent) of it, and what it counts for (null: itself)."""

    sku: SkuCode
    price: Amount
    pieces: integer(1, 1_000_000)  # type: ignore[valid-type]
    deposit: Amount | None = None
    share: integer(1, 100) | None = None  # type: ignore[valid-type]
    counts_for: Amount | None = None


class PresaleIn(Body):
    """When deposits and balances are paid, and the day by which the goods leave. A null `buyer_limit` bounds nothing.

    `closes_sale`: while deposits are taken, its articles are bought in no other way (`presale_only`).
    """

    label_zh: line(80)  # type: ignore[valid-type]
    label_en: line(80, required=False) = ""  # type: ignore[valid-type]
    articles: Annotated[list[PresaleArticleIn], Field(min_length=1, max_length=50)]
    deposit_from: Time
    deposit_until: Time
    balance_from: Time
    balance_until: Time
    ships_on: Day
    buyer_limit: integer(1, 1_000_000) | None = None  # type: ignore[valid-type]
    closes_sale: bool = True

    def draft(self) -> PresaleDraft:
        """Raises ValidationFailed for an unknown SKU."""
        skus = sku_ids([article.sku for article in self.articles], "articles.{}.sku")
        articles = {
            sku: PresaleArticle(**article.model_dump(exclude={"sku"}))
            for sku, article in zip(skus, self.articles, strict=True)
        }
        return PresaleDraft(articles=articles, **self.model_dump(exclude={"articles"}))


class PresaleReasonIn(Body):
    reason: OptionalReason = ""


PRESALE, RESERVATION = describe(PresaleView), describe(ReservationView)


@router.get("/presales", auth=VIEW, response=paged(PresaleView), summary="Presales, newest first")
def offers(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    return show_page(request, selectors.offers(cursor=cursor, limit=limit))


@router.post("/presales", auth=MANAGE, response={201: PRESALE}, summary="A new presale, as a draft")
def create(request: HttpRequest, body: PresaleIn) -> HttpResponse:
    return show(request, selectors.offer(services.create_offer(body.draft(), actor=actor(request))), 201)


@router.get("/presales/{offer_id}", auth=VIEW, response=PRESALE, summary="One presale")
def offer(request: HttpRequest, offer_id: PathId) -> HttpResponse:
    return show(request, selectors.offer(offer_id))


@router.put("/presales/{offer_id}", auth=MANAGE, response=PRESALE, summary="Replace the terms of a draft")
def update(request: HttpRequest, offer_id: PathId, body: PresaleIn) -> HttpResponse:
    """A published presale keeps its terms."""
    services.update_offer(offer_id, body.draft(), actor=actor(request))
    return show(request, selectors.offer(offer_id))


@router.post("/presales/{offer_id}/publish", auth=MANAGE, response=PRESALE, summary="Publish a draft")
def publish(request: HttpRequest, offer_id: PathId, body: PresaleReasonIn) -> HttpResponse:
    """What buyers pay in all is held against the floor; below it only with the permission `pricing.below_floor` and a reason."""
    services.publish_offer(offer_id, actor=actor(request), reason=body.reason)
    return show(request, selectors.offer(offer_id))


@router.post("/presales/{offer_id}/end", auth=MANAGE, response=PRESALE, summary="End it: no new reservations")
def end(request: HttpRequest, offer_id: PathId, body: PresaleReasonIn) -> HttpResponse:
    services.end_offer(offer_id, actor=actor(request), reason=body.reason)
    return show(request, selectors.offer(offer_id))


@router.post("/presales/{offer_id}/call-off", auth=MANAGE, response=PRESALE, summary="Call it off: all money goes back")
def call_off(request: HttpRequest, offer_id: PathId, body: ReasonIn) -> HttpResponse:
    """Reservations end at once; orders made of them and not begun to leave are undone within a minute."""
    services.call_off_offer(offer_id, actor=actor(request), reason=body.reason)
    return show(request, selectors.offer(offer_id))


@router.get(
    "/presales/{offer_id}/reservations", auth=VIEW, response=paged(ReservationView),
    summary="Reservations of a presale, newest first",
)  # fmt: skip
def reservations(
    request: HttpRequest,
    offer_id: PathId,
    state: Literal["", "waiting", "deposited", "ordered", "released", "forfeited", "refunded"] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    selectors.offer(offer_id)
    return show_page(request, selectors.of_offer(offer_id, state=state, cursor=cursor, limit=limit))


@router.post(
    "/presale-reservations/{number}/cancel", auth=MANAGE, response=RESERVATION,
    summary="Cancel a reservation: its deposit goes back in full",
)  # fmt: skip
def cancel(request: HttpRequest, number: Number, body: PresaleReasonIn) -> HttpResponse:
    """Before it is an order; an order of that number is cancelled as any other."""
    services.cancel_reservation(number, actor=actor(request), reason=body.reason)
    return show(request, selectors.reservation(number))

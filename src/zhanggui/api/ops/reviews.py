"""Reviews of bought goods: read, answer, hide."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from zhanggui.servicedesk import selectors, services
from zhanggui.servicedesk.types import StaffReview

from ..auth import Staff, actor
from ..describing import describe, paged
from ..fields import BIGINT, Body, Cursor, Limit, PathId, Search, text
from .common import ReasonIn, show, show_page

router = Router()
VIEW, HIDE = Staff("reviews.view"), Staff("reviews.hide")


class ReplyIn(Body):
    reply: text(1000, required=True)  # type: ignore[valid-type]


@router.get("/reviews", auth=VIEW, response=paged(StaffReview), summary="Reviews, newest first")
def reviews(
    request: HttpRequest,
    only: Literal["", "to_answer", "low", "flagged", "hidden"] = "",
    stars: Annotated[int | None, Query(ge=1, le=5)] = None,
    product_id: Annotated[int | None, Query(ge=1, le=BIGINT)] = None,
    q: Search = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """`q` is an order number, a SKU, or part of the words or the product's title."""
    page = selectors.reviews(only=only, stars=stars, product_id=product_id, q=q, cursor=cursor, limit=limit)
    return show_page(request, page)


@router.get("/reviews/{review_id}", auth=VIEW, response=describe(StaffReview), summary="One review")
def review(request: HttpRequest, review_id: PathId) -> HttpResponse:
    return show(request, selectors.review(review_id))


@router.put(
    "/reviews/{review_id}/reply", auth=Staff("reviews.answer"), response=describe(StaffReview), summary="Answer it"
)
def answer(request: HttpRequest, review_id: PathId, body: ReplyIn) -> HttpResponse:
    services.answer(review_id, body.reply, actor=actor(request))
    return show(request, selectors.review(review_id))


@router.post("/reviews/{review_id}/hide", auth=HIDE, response=describe(StaffReview), summary="Out of the shop")
def hide(request: HttpRequest, review_id: PathId, body: ReasonIn) -> HttpResponse:
    services.hide(review_id, reason=body.reason, actor=actor(request))
    return show(request, selectors.review(review_id))


@router.post("/reviews/{review_id}/show", auth=HIDE, response=describe(StaffReview), summary="Into the shop again")
def show_again(request: HttpRequest, review_id: PathId) -> HttpResponse:
    services.show(review_id, actor=actor(request))
    return show(request, selectors.review(review_id))

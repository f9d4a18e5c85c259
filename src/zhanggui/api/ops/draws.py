"""Lucky draws and their records. Amounts are minor units, odds basis points."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field, StringConstraints

from zhanggui.draws import selectors, services
from zhanggui.draws.types import ChanceView, DrawDraft, DrawView, PrizeDraft

from ..auth import Staff, actor
from ..describing import describe, paged
from ..fields import Amount, Body, Cursor, Int64, Limit, PathId, Time, integer, line, text
from .common import OptionalReason, show, show_page

router = Router()
VIEW, MANAGE = Staff("draws.view"), Staff("draws.manage")


class PrizeIn(Body):
    """A coupon by its promotion, points, or the thanks. `odds` of all lines add up to 10 000; the thanks have no pieces."""

    kind: Literal["coupon", "points", "thanks"]
    label_zh: line(40)  # type: ignore[valid-type]
    label_en: line(40, required=False) = ""  # type: ignore[valid-type]
    odds: integer(0, 10_000)  # type: ignore[valid-type]
    pieces: integer(1, 10_000_000) | None = None  # type: ignore[valid-type]
    promotion_id: Int64 | None = None
    points: integer(1, 10_000_000) | None = None  # type: ignore[valid-type]
    value: Amount = 0


class DrawIn(Body):
    """`tiers` empty: for all members. `price` of a chance in points. One of `per_day` and `per_member` is needed."""

    slug: Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$")]
    label_zh: line(80)  # type: ignore[valid-type]
    label_en: line(80, required=False) = ""  # type: ignore[valid-type]
    notes_zh: text(2000) = ""  # type: ignore[valid-type]
    notes_en: text(2000) = ""  # type: ignore[valid-type]
    prizes: Annotated[list[PrizeIn], Field(min_length=2, max_length=8)]
    starts_at: Time
    ends_at: Time
    tiers: Annotated[list[line(20)], Field(max_length=50)] = []  # type: ignore[valid-type]
    per_day: integer(1, 1000) | None = None  # type: ignore[valid-type]
    per_member: integer(1, 100_000) | None = None  # type: ignore[valid-type]
    price: integer(0, 1_000_000) = 0  # type: ignore[valid-type]

    def draft(self) -> DrawDraft:
        prizes = [PrizeDraft(**prize.model_dump()) for prize in self.prizes]
        return DrawDraft(prizes=prizes, **self.model_dump(exclude={"prizes"}))


class EndDrawIn(Body):
    reason: OptionalReason = ""


DRAW = describe(DrawView)


@router.get("/draws", auth=VIEW, response=paged(DrawView), summary="Draws, newest first")
def draws(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    return show_page(request, selectors.draws(cursor=cursor, limit=limit))


@router.post("/draws", auth=MANAGE, response={201: DRAW}, summary="A new draw, as a draft")
def create(request: HttpRequest, body: DrawIn) -> HttpResponse:
    return show(request, selectors.draw(services.create_draw(body.draft(), actor=actor(request))), 201)


@router.get("/draws/{draw_id}", auth=VIEW, response=DRAW, summary="One draw")
def draw(request: HttpRequest, draw_id: PathId) -> HttpResponse:
    return show(request, selectors.draw(draw_id))


@router.put("/draws/{draw_id}", auth=MANAGE, response=DRAW, summary="Replace the terms of a draft")
def update(request: HttpRequest, draw_id: PathId, body: DrawIn) -> HttpResponse:
    """A published draw keeps its terms."""
    services.update_draw(draw_id, body.draft(), actor=actor(request))
    return show(request, selectors.draw(draw_id))


@router.delete("/draws/{draw_id}", auth=MANAGE, response={204: None}, summary="Discard a draft")
def discard(request: HttpRequest, draw_id: PathId) -> HttpResponse:
    services.discard_draw(draw_id, actor=actor(request))
    return HttpResponse(status=204)


@router.post("/draws/{draw_id}/publish", auth=MANAGE, response=DRAW, summary="Publish a draft: it commits to its seed")
def publish(request: HttpRequest, draw_id: PathId) -> HttpResponse:
    services.publish_draw(draw_id, actor=actor(request))
    return show(request, selectors.draw(draw_id))


@router.post("/draws/{draw_id}/end", auth=MANAGE, response=DRAW, summary="End a draw: its seed is told")
def end(request: HttpRequest, draw_id: PathId, body: EndDrawIn) -> HttpResponse:
    """Before its time is over a reason is needed, which buyers see."""
    services.end_draw(draw_id, actor=actor(request), reason=body.reason)
    return show(request, selectors.draw(draw_id))


@router.get(
    "/draws/{draw_id}/chances", auth=VIEW, response=paged(ChanceView), summary="Chances taken in a draw, newest first"
)
def chances(
    request: HttpRequest, draw_id: PathId, won: bool = False, cursor: Cursor = "", limit: Limit = 50
) -> HttpResponse:
    selectors.draw(draw_id)
    return show_page(request, selectors.record(draw_id, won=won, cursor=cursor, limit=limit))

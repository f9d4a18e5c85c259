"""What the mall shows against what it charges: the differences, and the checks that found them."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from zhanggui.kernel.problems import NotFound
from zhanggui.pledges import selectors, services
from zhanggui.pledges.types import CheckView, DifferenceView, LookOver

from ..auth import Staff, actor
from ..describing import describe, paged
from ..fields import BIGINT, Body, Cursor, Limit, PathId, text
from .common import Made, show, show_page

router = Router()
VIEW, SIGN = Staff("pledges.view"), Staff("pledges.sign")


class CheckerIn(Body):
    staff_id: Annotated[int, Field(ge=1, le=BIGINT)]


class TickIn(Body):
    """`note` is needed where it is wrong."""

    right: bool
    note: text(500) = ""  # type: ignore[valid-type]


@router.get("/differences", auth=VIEW, response=paged(DifferenceView), summary="Where words and deeds differ")
def differences(
    request: HttpRequest,
    state: Literal["open", "gone", ""] = "open",
    place: Literal["", "list_copy", "tile", "page", "json_ld", "api_list", "api_detail", "badge", "block", "site"] = "",
    promotion_id: Annotated[int | None, Query(ge=1, le=BIGINT)] = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """`said` and `true` are minor units; where either is no amount, `says` and `holds` tell it in words."""
    page = selectors.differences(state=state, place=place, promotion_id=promotion_id, cursor=cursor, limit=limit)
    return show_page(request, page)


@router.get("/differences/checks", auth=VIEW, response=paged(CheckView), summary="Checks, newest first")
def checks(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    return show_page(request, selectors.checks(cursor=cursor, limit=limit))


@router.post(
    "/differences/checks", auth=Staff("pledges.check"), response={202: Made}, summary="Look the whole mall over now"
)
def check(request: HttpRequest) -> HttpResponse:
    """The one that waits or runs already is answered where there is one."""
    return show(request, {"id": services.start_check(actor=actor(request))}, status=202)


@router.get(
    "/promotions/{promotion_id}/look-over",
    auth=VIEW,
    response=describe(LookOver),
    summary="Who looks it over, and how far",
)
def look_over(request: HttpRequest, promotion_id: PathId) -> HttpResponse:
    found = selectors.look_overs([promotion_id]).get(promotion_id)
    if found is None:
        raise NotFound()
    return show(request, found)


@router.put(
    "/promotions/{promotion_id}/look-over", auth=SIGN, response=describe(LookOver), summary="Name who looks it over"
)
def name_checker(request: HttpRequest, promotion_id: PathId, body: CheckerIn) -> HttpResponse:
    """Points that somebody else has ticked are to be looked at anew."""
    return show(request, services.name_checker(promotion_id, body.staff_id, actor=actor(request)))


@router.put(
    "/promotions/{promotion_id}/look-over/{point}",
    auth=SIGN,
    response=describe(LookOver),
    summary="What was found of one point",
)
def tick(
    request: HttpRequest,
    promotion_id: PathId,
    point: Literal["price_tag", "free_shipping", "detail_page", "plan"],
    body: TickIn,
) -> HttpResponse:
    """Only the colleague named for it; a token that belongs to nobody cannot."""
    return show(request, services.tick(promotion_id, point, right=body.right, note=body.note, actor=actor(request)))

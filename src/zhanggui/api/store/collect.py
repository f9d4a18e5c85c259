"""The first-party collector: page views without personal data (see analytics)."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field, StringConstraints

from zhanggui.analytics import services
from zhanggui.analytics.types import PAGE_KINDS

from ..auth import actor_of, client_address
from ..fields import Answer, Body, integer
from ..frame import reply

router = Router()
RandomId = Annotated[str, StringConstraints(strict=True, min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
NO_NUL = r"^[^\x00]*$"
Short = Annotated[str, StringConstraints(strict=True, max_length=200, pattern=NO_NUL)]


class PageViewIn(Body):
    """`view`, `visitor`, `session` are random ids the client makes; send a view again with more `seconds`."""

    view: RandomId
    visitor: RandomId
    session: RandomId
    kind: Literal[PAGE_KINDS]  # type: ignore[valid-type]
    ref: Short = ""
    referrer: Annotated[str, StringConstraints(strict=True, max_length=2000, pattern=NO_NUL)] = ""
    utm_source: Short = ""
    utm_medium: Short = ""
    seconds: integer(0, 86_400) = 0  # type: ignore[valid-type]


class Batch(Body):
    events: Annotated[list[PageViewIn], Field(min_length=1, max_length=50)]


class CollectedOut(Answer):
    """`reason` says why views were left out: `bot`, `staff`, `off` or empty."""

    stored: int
    ignored: int
    reason: str


@router.post("/events", response={202: CollectedOut}, summary="Page views, for the reports")
def collect(request: HttpRequest, body: Batch) -> HttpResponse:
    taken = services.collect(
        [event.model_dump() for event in body.events],
        address=client_address(request),
        user_agent=request.headers.get("User-Agent", ""),
        host=request.get_host(),
        actor=actor_of(request),
    )
    return reply(taken, status=202)

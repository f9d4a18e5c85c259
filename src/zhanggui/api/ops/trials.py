"""Free trials, who applied and the reports that are owed. Amounts are minor units."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field, StringConstraints

from zhanggui.trials import selectors, services
from zhanggui.trials.types import ApplicationView, TrialDraft, TrialView

from ..auth import Staff, actor
from ..describing import describe, paged
from ..fields import Amount, Body, Cursor, Int64, Limit, PathId, Time, integer, line, text
from .common import ReasonIn, show, show_page

router = Router()
VIEW, MANAGE = Staff("trials.view"), Staff("trials.manage")


class TrialIn(Body):
    """`tiers` empty: for all members. `min_points` must be held and are not spent; `freight` is what a winner pays."""

    slug: Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$")]
    label_zh: line(80)  # type: ignore[valid-type]
    label_en: line(80, required=False) = ""  # type: ignore[valid-type]
    notes_zh: text(2000) = ""  # type: ignore[valid-type]
    notes_en: text(2000) = ""  # type: ignore[valid-type]
    sku_id: Int64
    pieces: integer(1, 2000)  # type: ignore[valid-type]
    starts_at: Time
    ends_at: Time
    selection: Literal["draw", "choice"] = "draw"
    freight: Amount = 0
    tiers: Annotated[list[line(20)], Field(max_length=50)] = []  # type: ignore[valid-type]
    audience: Literal["", "new", "old"] = ""
    min_points: integer(0, 10_000_000) = 0  # type: ignore[valid-type]
    questions: Annotated[list[line(100)], Field(max_length=3)] = []  # type: ignore[valid-type]
    report_days: integer(3, 90) = 14  # type: ignore[valid-type]

    def draft(self) -> TrialDraft:
        return TrialDraft(**self.model_dump())


TRIAL, APPLICATION = describe(TrialView), describe(ApplicationView)


@router.get("/trials", auth=VIEW, response=paged(TrialView), summary="Trials, newest first")
def trials(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    return show_page(request, selectors.trials(cursor=cursor, limit=limit))


@router.post("/trials", auth=MANAGE, response={201: TRIAL}, summary="A new trial, as a draft")
def create(request: HttpRequest, body: TrialIn) -> HttpResponse:
    return show(request, selectors.trial(services.create_trial(body.draft(), actor=actor(request))), 201)


@router.get("/trials/{trial_id}", auth=VIEW, response=TRIAL, summary="One trial")
def trial(request: HttpRequest, trial_id: PathId) -> HttpResponse:
    return show(request, selectors.trial(trial_id))


@router.put("/trials/{trial_id}", auth=MANAGE, response=TRIAL, summary="Replace the terms of a draft")
def update(request: HttpRequest, trial_id: PathId, body: TrialIn) -> HttpResponse:
    """A published trial keeps its terms."""
    services.update_trial(trial_id, body.draft(), actor=actor(request))
    return show(request, selectors.trial(trial_id))


@router.delete("/trials/{trial_id}", auth=MANAGE, response={204: None}, summary="Discard a draft")
def discard(request: HttpRequest, trial_id: PathId) -> HttpResponse:
    services.discard_trial(trial_id, actor=actor(request))
    return HttpResponse(status=204)


@router.post(
    "/trials/{trial_id}/publish", auth=MANAGE, response=TRIAL, summary="Publish a draft: its pieces are put aside"
)
def publish(request: HttpRequest, trial_id: PathId) -> HttpResponse:
    services.publish_trial(trial_id, actor=actor(request))
    return show(request, selectors.trial(trial_id))


@router.post("/trials/{trial_id}/finish", auth=MANAGE, response=TRIAL, summary="Nobody else is chosen")
def finish(request: HttpRequest, trial_id: PathId) -> HttpResponse:
    services.finish(trial_id, actor=actor(request))
    return show(request, selectors.trial(trial_id))


@router.post(
    "/trials/{trial_id}/call-off", auth=MANAGE, response=TRIAL, summary="Call a trial off, for a reason all see"
)
def call_off(request: HttpRequest, trial_id: PathId, body: ReasonIn) -> HttpResponse:
    services.call_off(trial_id, reason=body.reason, actor=actor(request))
    return show(request, selectors.trial(trial_id))


@router.get(
    "/trials/{trial_id}/applications", auth=VIEW, response=paged(ApplicationView), summary="Applications, newest first"
)
def applications(
    request: HttpRequest,
    trial_id: PathId,
    only: Literal["", "applied", "won", "lost", "owed", "overdue", "reported"] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    selectors.trial(trial_id)
    return show_page(request, selectors.applications(trial_id, only=only, cursor=cursor, limit=limit))


@router.post(
    "/trial-applications/{application_id}/choose",
    auth=MANAGE,
    response=APPLICATION,
    summary="Give a piece to an applicant",
)
def choose(request: HttpRequest, application_id: PathId, body: ReasonIn) -> HttpResponse:
    """Once the time to apply is over; the order of the piece is made at once."""
    services.choose(application_id, reason=body.reason, actor=actor(request))
    return show(request, selectors.application(application_id))


@router.post(
    "/trial-applications/{application_id}/waive", auth=MANAGE, response=APPLICATION, summary="Let a member off a report"
)
def waive(request: HttpRequest, application_id: PathId, body: ReasonIn) -> HttpResponse:
    services.waive_report(application_id, reason=body.reason, actor=actor(request))
    return show(request, selectors.application(application_id))

"""Webhooks: endpoints, the log of deliveries, replay, dead letters."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field, StringConstraints

from zhanggui.integrations.webhooks import selectors, services
from zhanggui.integrations.webhooks.types import AttemptView, DeliveryView, EndpointView, NewEndpoint

from ..auth import Staff, actor
from ..describing import describe, listed, paged, plain
from ..fields import BIGINT, Answer, Body, Cursor, Flag, Limit, PathId, line
from ..frame import nothing, reply
from .common import Count, Made, before, show, show_list, show_page

router = Router()
VIEW, MANAGE = Staff("webhooks.view"), Staff("webhooks.manage")
#: Documented as a pattern, judged by `webhooks.guard`, which says what is wrong.
Url = Annotated[
    str,
    StringConstraints(strict=True, max_length=500),
    Field(json_schema_extra={"pattern": r"^https://[^\s]+$"}),
]
EventName = Annotated[str, StringConstraints(strict=True, max_length=80, pattern=r"^(\*|[a-z_]+\.(\*|[a-z_]+))$")]


class EndpointIn(Body):
    """`events`: names such as `orders.order_paid`, `orders.*`, or `*`."""

    url: Url
    events: Annotated[list[EventName], Field(min_length=1, max_length=100)]
    description: line(200, required=False) = ""  # type: ignore[valid-type]
    active: Flag = True


class DeliveryDetail(Answer):
    delivery: describe(DeliveryView)  # type: ignore[valid-type]
    body: str
    attempts: list[describe(AttemptView)]  # type: ignore[valid-type]


@router.get("/webhooks", auth=VIEW, response=listed(EndpointView), summary="Endpoints and how they fare")
def endpoints(request: HttpRequest) -> HttpResponse:
    return show_list(request, selectors.endpoints())


@router.post(
    "/webhooks", auth=MANAGE, response={201: describe(NewEndpoint)}, summary="A new endpoint; its secret, once"
)
def create(request: HttpRequest, body: EndpointIn) -> HttpResponse:
    made = services.create_endpoint(body.url, body.events, description=body.description, actor=actor(request))
    if not body.active:
        _change(made.id, body, request)
    response = show(request, made, 201)
    response["Cache-Control"] = "no-store"
    return response


@router.get("/webhooks/deliveries", auth=VIEW, response=paged(DeliveryView), summary="The log, newest first")
def deliveries(
    request: HttpRequest,
    endpoint_id: Annotated[int | None, Query(ge=1, le=BIGINT)] = None,
    state: Literal["", "pending", "delivered", "dead"] = "",
    event: Annotated[str, Query(max_length=80)] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """`state=dead` are the dead letters."""
    page = selectors.deliveries(
        endpoint_id=endpoint_id, state=state, event=event, before_id=before(cursor), limit=limit
    )
    return show_page(request, page)


@router.get("/webhooks/deliveries/{delivery_id}", auth=VIEW, response=DeliveryDetail, summary="One delivery, each try")
def delivery(request: HttpRequest, delivery_id: PathId) -> HttpResponse:
    seen, body, attempts = selectors.delivery(delivery_id)
    return reply({"delivery": plain(seen), "body": body, "attempts": plain(attempts)})


@router.post("/webhooks/deliveries/{delivery_id}/replay", auth=MANAGE, response={204: None}, summary="Send it again")
def replay(request: HttpRequest, delivery_id: PathId) -> HttpResponse:
    services.replay(delivery_id, actor=actor(request))
    return nothing()


@router.get("/webhooks/{endpoint_id}", auth=VIEW, response=describe(EndpointView), summary="One endpoint")
def endpoint(request: HttpRequest, endpoint_id: PathId) -> HttpResponse:
    return show(request, selectors.endpoint(endpoint_id))


@router.put("/webhooks/{endpoint_id}", auth=MANAGE, response=describe(EndpointView), summary="Change an endpoint")
def change(request: HttpRequest, endpoint_id: PathId, body: EndpointIn) -> HttpResponse:
    _change(endpoint_id, body, request)
    return show(request, selectors.endpoint(endpoint_id))


def _change(endpoint_id: int, body: EndpointIn, request: HttpRequest) -> None:
    services.change_endpoint(
        endpoint_id,
        url=body.url,
        events=body.events,
        description=body.description,
        active=body.active,
        actor=actor(request),
    )


@router.delete("/webhooks/{endpoint_id}", auth=MANAGE, response={204: None}, summary="Delete it with its log")
def delete(request: HttpRequest, endpoint_id: PathId) -> HttpResponse:
    services.delete_endpoint(endpoint_id, actor=actor(request))
    return nothing()


@router.post("/webhooks/{endpoint_id}/secret", auth=MANAGE, response=describe(NewEndpoint), summary="A new secret")
def rotate(request: HttpRequest, endpoint_id: PathId) -> HttpResponse:
    """The former one signs along for a day."""
    response = show(request, services.rotate_secret(endpoint_id, actor=actor(request)))
    response["Cache-Control"] = "no-store"
    return response


@router.post("/webhooks/{endpoint_id}/ping", auth=MANAGE, response={201: Made}, summary="Send a trial event")
def ping(request: HttpRequest, endpoint_id: PathId) -> HttpResponse:
    return reply({"id": services.ping(endpoint_id, actor=actor(request))}, status=201)


@router.post(
    "/webhooks/{endpoint_id}/replay-dead", auth=MANAGE, response=Count, summary="Another round for dead letters"
)
def replay_dead(request: HttpRequest, endpoint_id: PathId) -> HttpResponse:
    return reply({"count": services.replay_dead(endpoint_id, actor=actor(request))})

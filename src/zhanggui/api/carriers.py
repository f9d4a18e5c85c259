"""Where label services tell us what has become of parcels."""

from typing import Annotated

import structlog
from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from zhanggui.carriage import services as carriage
from zhanggui.carriage.types import Acknowledgement, RawPush
from zhanggui.fulfilment import services as fulfilment
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound, Problem

from .errors import PayloadTooLarge

log = structlog.get_logger(__name__)
router = Router()
MAX_BODY = 512 * 1024


@router.post(
    "/{provider}/tracks",
    summary="A label service's signed push of tracks",
    openapi_extra={"requestBody": {"content": {"*/*": {"schema": {"type": "string", "maxLength": MAX_BODY}}}}},
    response={200: str, 400: str},
)
def tracks(request: HttpRequest, provider: Annotated[str, Path(max_length=20)]) -> HttpResponse:
    """Raw body, as the service signs it; the answer is the acknowledgement it expects.

    A wrong signature or nonsense is refused and changes nothing. Repeats, news out of order and of parcels that are not ours are
    acknowledged, so that the service does not repeat them for ever.
    """
    if not carriage.knows(provider):
        raise NotFound()
    body = request.body
    if len(body) > MAX_BODY:
        raise PayloadTooLarge()
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        said = carriage.read_push(RawPush(provider, headers, body))
        results = fulfilment.record_push(said, actor=Actor("system", None, provider))
    except Problem as problem:
        log.warning("track_push_refused", service=provider, code=problem.code)
        return _answer(carriage.acknowledge(provider, False, problem.detail()))
    unknown = sum(each.outcome == "unknown_waybill" for each in results)
    if unknown:
        log.info("track_push_of_unknown_parcels", service=provider, unknown=unknown, of=len(results))
    return _answer(carriage.acknowledge(provider, True))


def _answer(said: Acknowledgement) -> HttpResponse:
    return HttpResponse(said.body, content_type=said.content_type, status=said.status)

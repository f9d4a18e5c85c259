"""Where the payment gateways tell us their news."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from zhanggui.kernel.problems import NotFound
from zhanggui.payments import services
from zhanggui.payments.types import Provider, RawNotification

from .errors import PayloadTooLarge

router = Router()
MAX_BODY = 256 * 1024


@router.post(
    "/{provider}/notify",
    summary="A gateway's signed notification",
    openapi_extra={"requestBody": {"content": {"*/*": {"schema": {"type": "string", "maxLength": MAX_BODY}}}}},
    response={200: str, 400: str},
)
def notify(request: HttpRequest, provider: Annotated[str, Path(max_length=20)]) -> HttpResponse:
    """Raw body and headers, as the gateway signs them; the answer is the acknowledgement it expects.

    A wrong signature, a wrong amount or a repeat changes nothing.
    """
    if provider not in set(Provider):
        raise NotFound()
    body = request.body
    if len(body) > MAX_BODY:
        raise PayloadTooLarge()
    headers = {name.lower(): value for name, value in request.headers.items()}
    said = services.take_notification(RawNotification(provider, headers, body))
    return HttpResponse(said.body, content_type=said.content_type, status=said.status)

"""A page of buying: what all of them need beside their own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from zhanggui.kernel import mall_settings
from zhanggui.promotions.types import Explanation, say
from zhanggui.ui import language, page

from .who import buyer_of, forget_session


def render(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """As `ui.page.render`, with the promotions' sentences, the mall's promises, and whether somebody is signed in."""
    lang = language.of(request)
    currency = context.get("currency") or mall_settings.get("mall.currency")

    def sentence(explanation: Explanation) -> str:
        return say(explanation, lang, currency)

    given = {
        "sentence": sentence,
        "signed_in": buyer_of(request).member_id is not None,
        "return_days": mall_settings.get("aftersales.no_reason_days"),
        "dispatch_hours": mall_settings.get("orders.dispatch_hours"),
        "currency": currency,
    }
    response = page.render(request, template, status=status, **{**given, **context})
    if buyer_of(request).expired and request.method in ("GET", "HEAD"):
        forget_session(response)  # the header greets nobody any more
    return response

"""What an action has to say on the next page: a toast, with Undo where nothing irreversible happened.

It travels in a sealed cookie that lives a minute; nothing is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from zhanggui.kernel import sealing
from zhanggui.kernel.i18n import Text

COOKIE = "zg_toast"
PURPOSE, SECONDS = "backoffice.toast", 60
MOST_BYTES = 3000
Tone = Literal["good", "info", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Toast:
    text: Text
    tone: str = "good"
    undo_url: str = ""
    undo_fields: list[tuple[str, str]] = field(default_factory=list)


def flash(
    response: HttpResponse,
    text: Text,
    tone: Tone = "good",
    undo: tuple[str, Mapping[str, object]] | None = None,
) -> HttpResponse:
    """Let the next page show `text`; `undo` is the address and the fields of the form that takes the action back.

    A field whose value is a list is sent once for each.
    """
    fields: list[tuple[str, str]] = []
    for name, value in (undo[1] if undo else {}).items():
        fields += [(name, str(each)) for each in (value if isinstance(value, list | tuple) else [value])]
    said = {"zh": text.zh, "en": text.en, "tone": tone, "url": undo[0] if undo else "", "fields": fields}
    sealed = sealing.seal(said, PURPOSE)
    if len(sealed) > MOST_BYTES:  # too much to take back by a cookie: the word without the way back
        sealed = sealing.seal(said | {"url": "", "fields": [], "zh": text.zh[:300], "en": text.en[:300]}, PURPOSE)
    secure = settings.PUBLIC_URL.startswith("https://")
    response.set_cookie(COOKIE, sealed, max_age=SECONDS, path="/office", httponly=True, samesite="Lax", secure=secure)
    return response


def toasts(request: HttpRequest) -> list[Toast]:
    """What the request's cookie says; nothing if it was not ours."""
    sealed = request.COOKIES.get(COOKIE, "")
    said = sealing.unseal(sealed, PURPOSE, max_age=SECONDS) if sealed else None
    if not said:
        return []
    fields = [(name, value) for name, value in said["fields"]]
    return [Toast(Text(said["zh"], said["en"]), said["tone"], said["url"], fields)]


def clear(response: HttpResponseBase) -> None:
    """Shown once: forget it, unless this very response says something new."""
    if COOKIE not in response.cookies:
        response.delete_cookie(COOKIE, path="/office", samesite="Lax")

"""Pages for members: whoever is not signed in (any more) signs in first, and finds again what he had typed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from zhanggui.kernel.problems import NotSignedIn
from zhanggui.ui import page
from zhanggui.ui.forms import FormState

from ..buying.who import buyer_of, forget_session, see

_SALT = "zhanggui.storefront.kept"
AN_HOUR = 3600
MOST = 60_000
SECRET = ("password", "current", "again")
View = Callable[..., HttpResponseBase]


def member_only(view: View) -> View:
    """For signed-in members; everybody else is asked to sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if buyer_of(request).member_id is None:
            return ask_to_sign_in(request)
        return view(request, *args, **kwargs)

    return guarded


def owner_only(view: View) -> View:
    """For pages of an order, which guests see by a token: without one, signing in may help."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotSignedIn:
            return ask_to_sign_in(request, said="whose-order")

    return guarded


def member_of(request: HttpRequest) -> int:
    """The signed-in member (in views that are `member_only`)."""
    member_id = buyer_of(request).member_id
    assert member_id is not None
    return member_id


def ask_to_sign_in(request: HttpRequest, *, said: str = "") -> HttpResponse:
    """The sign-in page with the way back; a form that was sent is kept (signed, without secrets) until it can go on.

    `said`: what the page says about it, by its name in `buying/said.py`.
    """
    back = request.get_full_path()
    if request.method in ("GET", "HEAD"):
        response = see(f"/sign-in?next={quote(back, safe='/')}" + (f"&said={said}" if said else ""))
    else:
        response = page.render(
            request,
            "storefront/account/sign_in.html",
            status=401,
            form=FormState.of(),
            next=back,
            kept=pack(request),
            lost_files=bool(request.FILES),
        )
    if buyer_of(request).expired:
        forget_session(response)
    return response


def pack(request: HttpRequest) -> str:
    """What was sent, in a form that nobody else can make up; "" where it is too much to carry."""
    pairs = [(name, value) for name in request.POST for value in request.POST.getlist(name) if name not in SECRET]
    packed = signing.dumps([request.get_full_path(), pairs], salt=_SALT, compress=True)
    return packed if len(packed) <= MOST else ""


def unpack(packed: str) -> tuple[str, list[tuple[str, str]]] | None:
    """Where it was to go, and its fields; None for what is not ours or too old."""
    try:
        address, pairs = signing.loads(packed, salt=_SALT, max_age=AN_HOUR)
    except signing.BadSignature:
        return None
    return str(address), [(str(name), str(value)) for name, value in pairs]

"""In and out: signing in with password and second factor, setting the factor up where a role requires it, signing out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.accounts import selectors, services
from zhanggui.accounts.errors import SignInAgain
from zhanggui.accounts.types import SecondStep, SignIn
from zhanggui.kernel.problems import Problem
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState

from .. import qr
from ..access import COOKIE, COOKIE_PATH, client_address, kept_form, safe_next, see_other, typed

#: Longer than any session may live; the server decides.
COOKIE_SECONDS = 90 * 86_400


def sign_in(request: HttpRequest) -> HttpResponse:
    """Mail address and password."""
    if request.method == "GET":
        carried = {"next": safe_next(request.GET.get("next")), "kept": ""}
        if _signed_in(request):
            return _go(carried["next"])
        return _page(request, "sign_in", carried)
    if request.method != "POST":
        return _method(("GET", "POST"))
    carried = _carried(request)
    try:
        begun = services.begin_staff_sign_in(
            request.POST.get("email", ""), request.POST.get("password", ""), **_device(request)
        )
    except Problem as problem:
        return _page(request, "sign_in", carried, typed(request, problem), problem)
    if isinstance(begun, SecondStep):
        if not begun.enrolled:
            return _offer(request, begun.step, carried)
        return _page(request, "sign_in_code", carried, step=begun.step)
    return _enter(request, begun, carried)


def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The code of the second factor."""
    if request.method != "POST":
        return _go("/office/sign-in")
    carried, step = _carried(request), request.POST.get("step", "")
    try:
        session = services.finish_staff_sign_in(step, request.POST.get("code", ""), **_device(request))
    except SignInAgain as problem:
        return _page(request, "sign_in", carried, FormState.failed({}, problem, language.of(request)), problem)
    except Problem as problem:
        form = FormState.failed({}, problem, language.of(request))
        return _page(request, "sign_in_code", carried, form, problem, step=step)
    return _enter(request, session, carried)


def sign_in_enrol(request: HttpRequest) -> HttpResponse:
    """The first code of an app that has just been set up, because a role requires it."""
    if request.method != "POST":
        return _go("/office/sign-in")
    carried, step = _carried(request), request.POST.get("step", "")
    try:
        session, codes = services.finish_enrolling(step, request.POST.get("code", ""), **_device(request))
    except SignInAgain as problem:
        return _page(request, "sign_in", carried, FormState.failed({}, problem, language.of(request)), problem)
    except Problem as problem:
        return _offer(request, step, carried, problem)
    context: dict[str, Any] = {"codes": codes, "at_door": True, **carried}
    response = page.render(request, "backoffice/recovery_codes.html", **context)
    return _with_cookie(request, response, session)


def go_on(request: HttpRequest) -> HttpResponse:
    """After the recovery codes: on to where one wanted to go, with what had been typed."""
    if request.method != "POST" or not _signed_in(request):
        return _go("/office/sign-in")
    return _onwards(request, _carried(request))


def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    if request.method != "POST":
        return _go("/office")
    token = request.COOKIES.get(COOKIE, "")
    if token:
        services.sign_out(token)
    response = _go("/office/sign-in")
    response.delete_cookie(COOKIE, path=COOKIE_PATH, samesite="Lax")
    return response


def _page(
    request: HttpRequest,
    name: str,
    carried: dict[str, str],
    form: FormState | None = None,
    problem: Problem | None = None,
    **context: object,
) -> HttpResponse:
    given = {"form": form, "lost": False, "expired": False, **carried, **context}
    response = page.render(request, f"backoffice/{name}.html", status=problem.status if problem else 200, **given)
    if problem and problem.retry_after:
        response["Retry-After"] = str(problem.retry_after)
    response["Cache-Control"] = "no-store"
    return response


def _offer(request: HttpRequest, step: str, carried: dict[str, str], problem: Problem | None = None) -> HttpResponse:
    try:
        offer = services.offer_two_factor(actor=services.enrolling(step))
    except Problem as refusal:
        return _page(request, "sign_in", carried, FormState.failed({}, refusal, language.of(request)), refusal)
    form = FormState.failed({}, problem, language.of(request)) if problem else None
    picture = qr.svg(offer.uri)
    return _page(request, "sign_in_enrol", carried, form, problem, step=step, offer=offer, picture=picture)


def _enter(request: HttpRequest, session: SignIn, carried: dict[str, str]) -> HttpResponse:
    return _with_cookie(request, _onwards(request, carried), session)


def _onwards(request: HttpRequest, carried: dict[str, str]) -> HttpResponse:
    """Back to the page; where a form had been sent, to that form, ready to be sent."""
    form = kept_form(carried["kept"])
    if form is None:
        return _go(carried["next"])
    response = page.render(request, "backoffice/kept.html", kept=form, next=carried["next"])
    response["Cache-Control"] = "no-store"
    return response


def _with_cookie(request: HttpRequest, response: HttpResponse, session: SignIn) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response.set_cookie(
        COOKIE,
        session.token,
        max_age=COOKIE_SECONDS,
        path=COOKIE_PATH,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


def _carried(request: HttpRequest) -> dict[str, str]:
    return {"next": safe_next(request.POST.get("next")), "kept": request.POST.get("kept", "")}


def _device(request: HttpRequest) -> dict[str, str]:
    return {"address": client_address(request), "agent": request.headers.get("User-Agent", "")}


def _signed_in(request: HttpRequest) -> bool:
    token = request.COOKIES.get(COOKIE, "")
    actor = selectors.authenticate(token) if token else None
    return actor is not None and actor.kind == "staff"


def _go(address: str) -> HttpResponse:
    return see_other(address)


def _method(allowed: tuple[str, ...]) -> HttpResponse:
    return HttpResponse(status=405, headers={"Allow": ", ".join(allowed)})


urlpatterns = [
    path("sign-in", sign_in, name="office-sign-in"),
    path("sign-in/code", sign_in_code, name="office-sign-in-code"),
    path("sign-in/enrol", sign_in_enrol, name="office-sign-in-enrol"),
    path("sign-in/go-on", go_on, name="office-sign-in-go-on"),
    path("sign-out", sign_out, name="office-sign-out"),
]

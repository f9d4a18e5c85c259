"""My account: password, second factor, where I am signed in, and the duties of my roles."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.accounts import selectors, services
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem, ValidationFailed
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState

from .. import devices, qr
from ..access import COOKIE, COOKIE_PATH, actor, number_in, see_other, staff
from ..messages import flash


@staff(methods=("GET",))
def me(request: HttpRequest) -> HttpResponse:
    """Everything about the one who is here."""
    return _page(request)


def _page(request: HttpRequest, status: int = 200, **forms: FormState | None) -> HttpResponse:
    who = actor(request)
    status = 422 if status == 401 else status  # who is here is known; it is the form that is not right
    sessions = selectors.sessions(who.id or 0, token=request.COOKIES.get(COOKIE, ""))
    return page.render(
        request,
        "backoffice/me.html",
        status=status,
        person=selectors.staff(who.id or 0),
        roles={role.code: role for role in selectors.role_list()},
        factor=selectors.two_factor(who.id or 0),
        sessions=sessions,
        devices=devices,
        password_form=forms.get("password"),
        off_form=forms.get("off"),
        codes_form=forms.get("codes"),
    )


def _back(anchor: str = "") -> HttpResponse:
    return see_other(f"/office/me{anchor}")


def _failed(request: HttpRequest, problem: Problem, **options: Any) -> FormState:
    return FormState.failed({}, problem, language.of(request), **options)


@staff(methods=("POST",))
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password; every session ends, also this one."""
    form = request.POST
    try:
        if form.get("password") != form.get("again"):
            raise ValidationFailed.one("again", "different", "两次输入的密码不一致", "the two are not the same")
        services.change_own_password(form.get("current", ""), form.get("password", ""), actor=actor(request))
    except Problem as problem:
        typed = dict.fromkeys(("current", "password", "again"), "")
        state = FormState.failed(typed, problem, language.of(request))
        return _page(request, problem.status, password=state)
    response = see_other("/office/sign-in")
    response.delete_cookie(COOKIE, path=COOKIE_PATH, samesite="Lax")
    return response


@staff()
def two_factor(request: HttpRequest) -> HttpResponse:
    """Set the second factor up: a secret for the app, then its first code."""
    who = actor(request)
    form = None
    if request.method == "POST":
        try:
            codes = services.confirm_two_factor(request.POST.get("code", ""), actor=who)
        except Problem as problem:
            if problem.code == "two_factor_on":
                return _back("#factor")
            form = _failed(request, problem)
        else:
            return _show_codes(request, codes)
    try:
        offer = services.offer_two_factor(actor=who)
    except Problem as problem:
        return flash(_back("#factor"), problem.text, "info")
    context = {"form": form, "offer": offer, "picture": qr.svg(offer.uri)}
    response = page.render(request, "backoffice/two_factor.html", status=422 if form else 200, **context)
    response["Cache-Control"] = "no-store"
    return response


def _show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    response = page.render(request, "backoffice/recovery_codes.html", codes=codes, at_door=False)
    response["Cache-Control"] = "no-store"
    return response


@staff(methods=("POST",))
def new_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes for a good code."""
    try:
        codes = services.renew_recovery_codes(request.POST.get("code", ""), actor=actor(request))
    except Problem as problem:
        return _page(request, problem.status, codes=_failed(request, problem))
    return _show_codes(request, codes)


@staff(methods=("POST",))
def two_factor_off(request: HttpRequest) -> HttpResponse:
    """Turn it off, with the password."""
    try:
        services.drop_two_factor(request.POST.get("password", ""), actor=actor(request))
    except Problem as problem:
        return _page(request, problem.status, off=_failed(request, problem))
    return flash(_back("#factor"), Text("两步验证已关闭", "The second factor is off"))


@staff(methods=("POST",))
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign out somewhere else."""
    services.end_session(session_id, actor=actor(request))
    return flash(_back("#sessions"), Text("已退出该设备", "Signed out there"))


@staff(methods=("POST",))
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    n = services.sign_out_everywhere(actor=actor(request), but=request.COOKIES.get(COOKIE, ""))
    return flash(_back("#sessions"), Text(f"已退出其他 {n} 处登录", f"Signed out in {n} other places"))


@staff(methods=("GET",))
def duties(request: HttpRequest) -> HttpResponse:
    """The job descriptions of my roles."""
    return page.render(request, "backoffice/duties.html", duties=selectors.duties(actor(request).id or 0))


@staff(methods=("POST",))
def acknowledge(request: HttpRequest, code: str) -> HttpResponse:
    """I have read them."""
    number = number_in(request.POST.get("version", ""), 8) or 0
    response = see_other("/office/me/duties")
    try:
        services.acknowledge_duties(code, number, actor=actor(request))
    except Problem:
        return flash(response, Text("内容刚刚更新，请重新阅读", "They have just changed; read them again"), "warn")
    return flash(response, Text("已确认", "Acknowledged"))


urlpatterns = [
    path("me", me, name="office-me"),
    path("me/password", change_password, name="office-me-password"),
    path("me/two-factor", two_factor, name="office-me-two-factor"),
    path("me/two-factor/codes", new_codes, name="office-me-codes"),
    path("me/two-factor/off", two_factor_off, name="office-me-two-factor-off"),
    path("me/sessions/<int:session_id>/end", end_session, name="office-me-end-session"),
    path("me/sessions/end-others", end_others, name="office-me-end-others"),
    path("me/duties", duties, name="office-me-duties"),
    path("me/duties/<slug:code>", acknowledge, name="office-me-acknowledge"),
]

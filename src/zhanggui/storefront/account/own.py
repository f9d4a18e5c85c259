"""What members say of themselves: addresses, profile, password, and where they are signed in."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.accounts import services as accounts
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed
from zhanggui.members import selectors, services
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState

from ..buying.regions import FIELDS, choices, official, read_address
from ..buying.said import said
from ..buying.who import buyer_of, client_address, keep_session, safe_path, see
from .keeping import member_of, member_only
from .session import greet

BOOK = "/account/addresses"


# --- addresses -----------------------------------------------------------------------------------------------------


@require_GET
@member_only
def addresses(request: HttpRequest) -> HttpResponse:
    """`GET /account/addresses`."""
    found = selectors.addresses(member_of(request))
    return page.render(request, "storefront/account/addresses.html", addresses=found, said=said(request))


@require_http_methods(["GET", "HEAD", "POST"])
@member_only
def new_address(request: HttpRequest) -> HttpResponse:
    """`/account/addresses/new`."""
    if request.method != "POST":
        return _address_form(request, FormState.of(), None)
    try:
        address = read_address(request.POST, is_default=bool(request.POST.get("is_default")))
        services.add_address(member_of(request), address, actor=buyer_of(request).actor)
    except Problem as refused:
        return _address_form(request, _refused(request, refused), None, refused.status)
    return see(safe_path(request.POST.get("next", ""), f"{BOOK}?said=saved"))


@require_http_methods(["GET", "HEAD", "POST"])
@member_only
def address(request: HttpRequest, address_id: int) -> HttpResponse:
    """`/account/addresses/<id>`: change it; `do=default` makes it the default, `do=remove` forgets it."""
    member_id, actor = member_of(request), buyer_of(request).actor
    kept = selectors.address(member_id, address_id)
    if request.method != "POST":
        values = {name: getattr(kept, name) for name in FIELDS} | {"is_default": "1" if kept.is_default else ""}
        return _address_form(request, FormState.of(values), address_id)
    wish = request.POST.get("do", "save")
    if wish == "remove":
        services.remove_address(member_id, address_id, actor=actor)
        return see(f"{BOOK}?said=removed")
    try:
        if wish == "default":
            given = read_address(kept.as_dict(), is_default=True)
        else:
            given = read_address(request.POST, is_default=bool(request.POST.get("is_default")))
        services.change_address(member_id, address_id, given, actor=actor)
    except Problem as refused:
        return _address_form(request, _refused(request, refused), address_id, refused.status)
    return see(f"{BOOK}?said=saved")


def _address_form(request: HttpRequest, form: FormState, address_id: int | None, status: int = 200) -> HttpResponse:
    form = official(form)
    return page.render(
        request,
        "storefront/account/address.html",
        status=status,
        form=form,
        regions=choices(form),
        address_id=address_id,
        next=safe_path(request.GET.get("next", request.POST.get("next", "")), ""),
    )


def _refused(request: HttpRequest, refused: Problem) -> FormState:
    return FormState.failed(request.POST, refused, language.of(request))


# --- settings ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@member_only
def settings(request: HttpRequest) -> HttpResponse:
    """`/account/settings`: the profile."""
    if request.method != "POST":
        return _settings(request)
    member_id = member_of(request)
    try:
        services.update_profile(
            member_id,
            nickname=request.POST.get("nickname", ""),
            email=request.POST.get("email", ""),
            birthday=_day(request.POST.get("birthday", "")) or "",
            actor=buyer_of(request).actor,
        )
    except Problem as refused:
        return _settings(request, form=_refused(request, refused), status=refused.status)
    response = see("/account/settings?said=saved")
    greet(request, response, member_id)
    return response


def _day(text: str) -> date | None:
    """A day as a date field sends it. Raises ValidationFailed."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        wrong = Text("请按 年-月-日 填写", "write it as year-month-day")
        raise ValidationFailed(errors=[FieldError("birthday", "date", wrong)]) from None


def _settings(
    request: HttpRequest, *, form: FormState | None = None, password: FormState | None = None, status: int = 200
) -> HttpResponse:
    profile = selectors.profile(member_of(request))
    values = {"nickname": profile.nickname, "email": profile.email, "birthday": profile.birthday or ""}
    return page.render(
        request,
        "storefront/account/settings.html",
        status=status,
        said=said(request),
        profile=profile,
        form=form or FormState.of(values),
        password=password or FormState.of(),
    )


@require_POST
@member_only
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password ends all sessions; this one goes on with a new token."""
    fresh = request.POST.get("password", "")
    try:
        if fresh != request.POST.get("again", ""):
            raise ValidationFailed.one("again", "differs", "两次输入的新密码不一致", "the two new passwords differ")
        accounts.change_own_password(request.POST.get("current", ""), fresh, actor=buyer_of(request).actor)
        mobile = selectors.profile(member_of(request)).mobile
        session = services.sign_in(mobile, fresh, address=client_address(request))
    except Problem as refused:
        form = _refused(request, refused)
        if refused.code == "wrong_credentials":
            form = FormState(
                {}, {"current": [Text("当前密码不正确", "this is not your password").render(language.of(request))]}
            )
        return _settings(request, password=form, status=refused.status)
    response = see("/account/settings?said=saved")
    keep_session(request, response, session.token, session.expires_at)
    return response


@require_POST
@member_only
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """All other devices have to sign in anew."""
    buyer = buyer_of(request)
    accounts.sign_out_everywhere(actor=buyer.actor, but=buyer.token)
    return see("/account/settings?said=everywhere")

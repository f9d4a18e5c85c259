"""Signing in and out, and opening an account with a mobile and a password, no more (SFR-14)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from zhanggui.accounts import services as accounts
from zhanggui.accounts.types import SignIn
from zhanggui.checkout import selectors as carts
from zhanggui.checkout import services as checkout
from zhanggui.kernel.actor import GUEST, Actor
from zhanggui.kernel.contact import mask_mobile
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem, RateLimited
from zhanggui.members import selectors, services
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState

from .. import visitor
from ..buying.said import said
from ..buying.who import (
    MEMBER,
    Cart,
    buyer_of,
    client_address,
    forget_session,
    held_cart,
    keep_cart,
    keep_session,
    safe_path,
    see,
)
from .keeping import unpack

HOME = "/account"


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """`/sign-in`: mobile and password; then on to `next`, or on with the form that was kept."""
    if request.method != "POST":
        if buyer_of(request).member_id is not None:
            return see(safe_path(request.GET.get("next", ""), HOME))
        return _page(request, "sign_in", FormState.of())
    try:
        session = services.sign_in(
            request.POST.get("mobile", "")[:40], request.POST.get("password", ""), address=client_address(request)
        )
    except Problem as refused:
        return _page(request, "sign_in", _refused(request, refused), refused=refused)
    return _welcome(request, session)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """`/sign-up`: opens the account and signs in."""
    if request.method != "POST":
        if buyer_of(request).member_id is not None:
            return see(safe_path(request.GET.get("next", ""), HOME))
        return _page(request, "sign_up", FormState.of())
    mobile, password = request.POST.get("mobile", "")[:40], request.POST.get("password", "")
    try:
        accounts.limit_address("register", client_address(request))
        services.register(mobile, password, actor=GUEST)
        session = services.sign_in(mobile, password, address=client_address(request))
    except Problem as refused:
        return _page(request, "sign_up", _refused(request, refused), refused=refused)
    return _welcome(request, session, said_next="?said=welcome")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """`POST /sign-out`."""
    token = request.COOKIES.get(MEMBER, "")
    if token:
        accounts.sign_out(token)
    response = see("/sign-in?said=signed-out")
    forget_session(response)
    keep_cart(request, response, None)
    return response


def _page(request: HttpRequest, name: str, form: FormState, refused: Problem | None = None) -> HttpResponse:
    source = request.POST if request.method == "POST" else request.GET
    response = page.render(
        request,
        f"storefront/account/{name}.html",
        status=refused.status if refused else 200,
        form=form,
        refused=refused,
        said=said(request),
        next=safe_path(source.get("next", ""), ""),
        kept=request.POST.get("kept", ""),
        lost_files=bool(request.POST.get("lost_files")),
    )
    if isinstance(refused, RateLimited) and refused.retry_after:
        response["Retry-After"] = str(refused.retry_after)
    return response


def _refused(request: HttpRequest, refused: Problem) -> FormState:
    form = FormState.failed(request.POST, refused, language.of(request))
    if isinstance(refused, RateLimited) and refused.retry_after:
        minutes = -(-refused.retry_after // 60)
        text = Text(f"尝试次数过多，请 {minutes} 分钟后再试", f"Too many attempts; try again in {minutes} min")
        return FormState(form.values, {"": [text.render(language.of(request))]})
    return form


def _welcome(request: HttpRequest, session: SignIn, said_next: str = "") -> HttpResponse:
    """Signed in: the guest's cart comes along, and the way goes on where it was interrupted."""
    actor = Actor("member", session.user_id, f"member {session.user_id}")
    kept = unpack(request.POST.get("kept", "")) if request.POST.get("kept") else None
    if kept is not None:
        lost = bool(request.POST.get("lost_files"))
        response = page.render(
            request, "storefront/account/resume.html", action=kept[0], pairs=kept[1], lost_files=lost
        )
    else:
        response = see(safe_path(request.POST.get("next", ""), HOME + said_next))
    keep_session(request, response, session.token, session.expires_at)
    greet(request, response, session.user_id)
    keep_cart(request, response, _join_carts(request, actor))
    return response


def greet(request: HttpRequest, response: HttpResponse, member_id: int) -> None:
    """The header says the member's name."""
    profile = selectors.profile(member_id)
    visitor.show_name(response, profile.nickname or mask_mobile(profile.mobile), secure=request.is_secure())


def _join_carts(request: HttpRequest, actor: Actor) -> Cart | None:
    """What the guest had in his cart goes into the member's; with none of the member's, it becomes it."""
    assert actor.id is not None
    mine = carts.open_cart_of(actor.id)
    held = held_cart(request)
    guests = carts.carts([held]).get(held) if held and held != mine else None
    if guests is not None and (guests["order_number"] or guests["member_id"] is not None):
        guests = None
    nothing: Cart = {"lines": [], "coupons": [], "delivery": None, "source": ""}
    if guests is None:
        return carts.carts([mine]).get(mine) if mine else None
    wanted = (mine, guests) if mine else (held, nothing)
    try:
        return checkout.change_cart(checkout.joining(*wanted, member_id=actor.id), actor=actor)[0]
    except Problem:
        return None

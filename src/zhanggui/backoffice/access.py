"""Who may enter a page: `@staff("orders.view")` around every view of the back office.

Without a good session the answer is the sign-in page, with the address and, for a form, everything that was typed
(sealed, so that only this mall can read it): after signing in the form is there again, ready to be sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from zhanggui.accounts import selectors as accounts
from zhanggui.kernel import sealing
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound, PermissionDenied, Problem
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState

from . import messages
from .shell import Shell

COOKIE = "zg_staff"
COOKIE_PATH = "/office"
SAFE = ("GET", "HEAD", "OPTIONS")
KEPT_PURPOSE, KEPT_SECONDS = "backoffice.kept-form", 12 * 3600
#: Bytes of typed text a page can carry through the sign-in.
KEPT_MOST = 400_000

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form that was sent after the session had ended."""

    action: str
    fields: list[tuple[str, str]]
    files: list[str]


def staff(permission: str = "", *, post: str | None = None, methods: tuple[str, ...] = ("GET", "POST")) -> Any:
    """Only for signed-in staff who hold `permission` ("": any staff), for sending forms `post` where it is given.

    Sets `request.staff` (the Actor) and `request.shell` (what the frame around the page shows).
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            # views write words too, and files have no page that would choose the language
            language.use(language.of(request))
            token = request.COOKIES.get(COOKIE, "")
            actor = accounts.authenticate(token) if token else None
            if actor is None or actor.kind != "staff":
                return ask_to_sign_in(request)
            request.staff = actor  # type: ignore[attr-defined]
            request.shell = shell = Shell(request, actor)  # type: ignore[attr-defined]
            needed = permission if request.method in SAFE or post is None else post
            if needed and not actor.may(needed):
                return forbidden(request, needed)
            if request.method not in methods and request.method not in ("HEAD", "OPTIONS"):
                return HttpResponse(status=405, headers={"Allow": ", ".join(methods)})
            response = view(request, *args, **kwargs)
            if shell.toasts_shown:
                messages.clear(response)
            return response

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.post_permission = permission if post is None else post  # type: ignore[attr-defined]
        guarded.methods = methods  # type: ignore[attr-defined]
        return guarded

    return decorate


def actor(request: HttpRequest) -> Actor:
    """Whom the page's requirement has let in."""
    return request.staff  # type: ignore[attr-defined]


def forbidden(request: HttpRequest, permission: str) -> HttpResponse:
    """The page that says which permission is missing, and who can give it."""
    meaning = accounts.known_permissions().get(permission, Text(permission, permission))
    return page.render(request, "backoffice/forbidden.html", status=403, permission=permission, meaning=meaning)


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page in place of the one that was asked for; what was typed goes along."""
    if request.headers.get("HX-Request"):
        # A piece of a page: the page stays as it is, and says that one has to sign in (frontend/src/office).
        return HttpResponse(status=401)
    kept, lost = "", False
    if request.method not in SAFE:
        kept = keep(request)
        lost = not kept
    context = {
        "next": address_of(request),
        "kept": kept,
        "lost": lost,
        "form": None,
        "expired": COOKIE in request.COOKIES,
    }
    return page.render(request, "backoffice/sign_in.html", status=401, **context)


def address_of(request: HttpRequest) -> str:
    """Where to go after signing in: the page itself; for a form, the page it was on."""
    if request.method in SAFE:
        return safe_next(request.get_full_path())
    referer = request.headers.get("Referer", "")
    host = f"{request.scheme}://{request.get_host()}"
    return safe_next(referer.removeprefix(host)) if referer.startswith(host + "/") else safe_next(request.path)


def safe_next(address: str | None) -> str:
    """An address of the back office, whatever somebody has put there."""
    address = address or ""
    plain = address.startswith(("/office/", "/office?")) or address == "/office"
    inside = plain and "\\" not in address and "//" not in address.partition("?")[0] and address.isprintable()
    return address if inside and len(address) <= 2000 and not address.startswith("/office/sign-") else "/office"


def keep(request: HttpRequest) -> str:
    """The sent form, sealed; "" where it is too large to carry."""
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values if isinstance(value, str)]
        files = [file.name or name for name, files in request.FILES.lists() for file in files]
    except Exception:  # whatever is wrong with the body, signing in must work
        return ""
    if sum(len(name) + len(value) for name, value in fields) > KEPT_MOST:
        return ""
    return sealing.seal({"action": request.get_full_path(), "fields": fields, "files": files}, KEPT_PURPOSE)


def kept_form(sealed: str) -> KeptForm | None:
    """What `keep` has sealed; None for anything else, or after half a day."""
    found: Mapping[str, Any] | None = sealing.unseal(sealed, KEPT_PURPOSE, max_age=KEPT_SECONDS) if sealed else None
    if not found:
        return None
    return KeptForm(found["action"], [(name, value) for name, value in found["fields"]], found["files"])


def client_address(request: HttpRequest) -> str:
    """Where the request comes from; the proxy's word only where the mall is said to stand behind one."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip()
        if forwarded:
            return str(forwarded[:64])
    return str(request.META.get("REMOTE_ADDR") or "")


def need(request: HttpRequest, permission: str) -> None:
    """Inside a view: one of its actions needs more than the page. Raises PermissionDenied."""
    if not actor(request).may(permission):
        meaning = accounts.known_permissions().get(permission, Text(permission, permission))
        zh, en = f"您没有「{meaning.zh}」的权限", f"You are not allowed to: {meaning.en}"
        raise PermissionDenied(text=Text(zh, en), extra={"permission": permission})


def sees_costs(request: HttpRequest) -> bool:
    """Whether this colleague may know what goods cost, and with it gross profit."""
    return actor(request).may("pricing.view_cost")


def refused(request: HttpRequest, problem: Problem) -> HttpResponse:
    """A page for a refusal that belongs to no form."""
    missing = str(problem.extra.get("permission", ""))
    if missing:
        return forbidden(request, missing)
    return page.render(request, "backoffice/refused.html", status=problem.status, problem=problem)


def see_other(where: str) -> HttpResponse:
    """After a form: the page at `where` is asked for anew, so that back and reload never send twice."""
    return HttpResponse(status=303, headers={"Location": where})


def number_in(text: str, digits: int) -> int | None:
    """A whole number, 0 or more, as an address or a form has it; None for what is none, or has more than `digits` digits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None


def signed_in(text: str, digits: int) -> int | None:
    """The same, which may be below 0."""
    number = number_in(text.removeprefix("-"), digits)
    return -number if number and text.startswith("-") else number


def id_in(text: str) -> int | None:
    """An id as an address or a form has it; None for what is none, or fits no column."""
    return number_in(text, 18)


def ids_in(given: Iterable[str]) -> list[int]:
    """Chosen ids, each once; what is none is left out."""
    return list(dict.fromkeys(number for text in given if (number := id_in(text)) is not None))


def typed(request: HttpRequest, problem: Problem, **more: Any) -> FormState:
    """The form as it was typed, with what is wrong with it."""
    return FormState.failed(request.POST, problem, language.of(request), **more)


Refused = TypeVar("Refused", bound=HttpResponseBase)


def carry_out(
    request: HttpRequest,
    act: Callable[[], Any],
    done: Text | Callable[[Any], Text],
    *,
    where: str,
    refused: Callable[[Problem], Refused],
    **options: Any,
) -> HttpResponse | Refused:
    """Do it and go to `where`, which says that it is `done` (of what came of it, where that is asked; `options` of the toast);
    what was refused, `refused` shows.

    What is not there and what this colleague may not do have pages of their own.
    """
    try:
        came_of_it = act()
    except NotFound:
        raise
    except Problem as problem:
        if problem.extra.get("permission"):
            raise
        return refused(problem)
    return messages.flash(see_other(where), done(came_of_it) if callable(done) else done, **options)

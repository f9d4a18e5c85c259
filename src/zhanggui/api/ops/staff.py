"""Staff: signing in, who works here, roles, tokens."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from zhanggui.accounts import selectors, services
from zhanggui.accounts.types import ClientView, RoleView, StaffView, TokenView

from ..auth import Staff, actor, bearer, client_address
from ..describing import describe, listed, paged
from ..fields import (
    BIGINT,
    Answer,
    Body,
    Cursor,
    Email,
    Flag,
    Int64,
    Limit,
    NewPassword,
    Password,
    PathId,
    Search,
    integer,
    line,
)
from ..frame import language, nothing, reply
from .common import Code, before, cut, show, show_list, show_page

router = Router()
VIEW, MANAGE = Staff("accounts.view"), Staff("accounts.manage")
ANY_STAFF = Staff("")
Permission = line(80)


class SignInBody(Body):
    """`code`: of the authenticator app, or a recovery code, where the account has a second factor."""

    email: Email
    password: Password
    code: line(40, required=False) = ""  # type: ignore[valid-type]


class StaffSessionOut(Answer):
    token: str
    user_id: int
    expires_at: datetime | None


class MeOut(Answer):
    id: int
    label: str
    permissions: list[str]


class PasswordBody(Body):
    current: Password
    password: NewPassword


class StaffIn(Body):
    email: Email
    name: line(80)  # type: ignore[valid-type]
    password: NewPassword
    roles: list[Code]


class StaffPatch(Body):
    """Only what is given changes; a new `password` ends every session."""

    roles: list[Code] | None = None
    is_active: Flag | None = None
    password: NewPassword | None = None


class RoleIn(Body):
    name_zh: line(80)  # type: ignore[valid-type]
    name_en: line(80)  # type: ignore[valid-type]
    permissions: list[Permission]  # type: ignore[valid-type]


class TokenIn(Body):
    """For programs. `scopes` can only take away from what the owner may do."""

    user_id: Int64
    name: line(80)  # type: ignore[valid-type]
    scopes: list[Permission] | None = None  # type: ignore[valid-type]
    days: integer(1, 3650) | None = None  # type: ignore[valid-type]


class PermissionOut(Answer):
    code: str
    meaning: str


class PermissionList(Answer):
    items: list[PermissionOut]


@router.post("/sessions", response={201: StaffSessionOut}, summary="Sign in")
def sign_in(request: HttpRequest, body: SignInBody) -> HttpResponse:
    """`wrong_credentials` (401) whatever was wrong; `rate_limited` (429) after too many attempts; with the right
    password `second_factor_needed` or `wrong_code` (401)."""
    session = services.sign_in(
        "staff",
        body.email,
        body.password,
        code=body.code,
        address=client_address(request),
        agent=request.META.get("HTTP_USER_AGENT", ""),
    )
    response = show(request, session, 201)
    response["Cache-Control"] = "no-store"
    return response


@router.delete("/sessions/current", auth=ANY_STAFF, response={204: None}, summary="Sign out")
def sign_out(request: HttpRequest) -> HttpResponse:
    services.sign_out(bearer(request))
    return nothing()


@router.get("/me", auth=ANY_STAFF, response=MeOut, summary="Who I am and what I may do")
def me(request: HttpRequest) -> HttpResponse:
    caller = actor(request)
    return reply({"id": caller.id, "label": caller.label, "permissions": sorted(caller.permissions)})


@router.put("/me/password", auth=ANY_STAFF, response={204: None}, summary="Change my password; all my sessions end")
def change_password(request: HttpRequest, body: PasswordBody) -> HttpResponse:
    services.change_own_password(body.current, body.password, actor=actor(request))
    return nothing()


@router.get("/staff", auth=VIEW, response=paged(StaffView), summary="Staff")
def staff_list(request: HttpRequest, q: Search = "", cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    rows = selectors.staff_list(query=q, after_id=before(cursor) or 0, limit=limit + 1)
    return show_page(request, cut(rows, limit, lambda row: row.id))


@router.post("/staff", auth=MANAGE, response={201: describe(StaffView)}, summary="A new member of staff")
def create_staff(request: HttpRequest, body: StaffIn) -> HttpResponse:
    """Roles with rights beyond the caller's own are refused."""
    user_id = services.create_staff(
        body.email, name=body.name, roles=body.roles, password=body.password, actor=actor(request)
    )
    return show(request, selectors.staff(user_id), 201)


@router.get("/staff/{user_id}", auth=VIEW, response=describe(StaffView), summary="One member of staff")
def staff(request: HttpRequest, user_id: PathId) -> HttpResponse:
    return show(request, selectors.staff(user_id))


@router.patch("/staff/{user_id}", auth=MANAGE, response=describe(StaffView), summary="Roles, access, password")
def change_staff(request: HttpRequest, user_id: PathId, body: StaffPatch) -> HttpResponse:
    caller = actor(request)
    selectors.staff(user_id)
    if body.roles is not None:
        services.set_roles(user_id, body.roles, actor=caller)
    if body.password is not None:
        services.set_password(user_id, body.password, actor=caller)
    if body.is_active is not None:
        services.set_active(user_id, body.is_active, actor=caller)
    return show(request, selectors.staff(user_id))


@router.delete(
    "/staff/{user_id}/two-factor", auth=MANAGE, response={204: None}, summary="Take a lost second factor away"
)
def reset_two_factor(request: HttpRequest, user_id: PathId) -> HttpResponse:
    """Every session of theirs ends."""
    services.reset_two_factor(user_id, actor=actor(request))
    return nothing()


@router.get("/roles", auth=VIEW, response=listed(RoleView), summary="Roles and what they may do")
def roles(request: HttpRequest) -> HttpResponse:
    return show_list(request, selectors.role_list())


@router.put("/roles/{code}", auth=MANAGE, response=listed(RoleView), summary="Create or change a role")
def put_role(request: HttpRequest, code: Code, body: RoleIn) -> HttpResponse:
    services.put_role(
        code, name_zh=body.name_zh, name_en=body.name_en, permissions=body.permissions, actor=actor(request)
    )
    return show_list(request, selectors.role_list())


@router.delete("/roles/{code}", auth=MANAGE, response={204: None}, summary="Delete a role nobody holds")
def delete_role(request: HttpRequest, code: Code) -> HttpResponse:
    services.delete_role(code, actor=actor(request))
    return nothing()


@router.get("/permissions", auth=VIEW, response=PermissionList, summary="Every permission there is")
def permissions(request: HttpRequest) -> HttpResponse:
    lang = language(request)
    known = sorted(selectors.known_permissions().items())
    return reply({"items": [{"code": code, "meaning": meaning.render(lang)} for code, meaning in known]})


class ClientIn(Body):
    """`channel`: the code channel prices and offers for channels go by; `shop` sells at the shop's own prices."""

    channel: line(20)  # type: ignore[valid-type]
    name: line(80)  # type: ignore[valid-type]


class ClientOut(Answer):
    """`key` goes into the header `X-Client-Key` of every call of the program."""

    id: int
    channel: str
    key: str


@router.get("/clients", auth=VIEW, response=paged(ClientView), summary="Programs buyers shop with (never the key)")
def clients(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    rows = selectors.clients(before_id=before(cursor), limit=limit + 1)
    return show_page(request, cut(rows, limit, lambda row: row.id))


@router.post("/clients", auth=MANAGE, response={201: ClientOut}, summary="A program for a channel; its key, shown once")
def issue_client(request: HttpRequest, body: ClientIn) -> HttpResponse:
    response = show(request, services.issue_client(body.channel, name=body.name, actor=actor(request)), 201)
    response["Cache-Control"] = "no-store"
    return response


@router.delete("/clients/{client_id}", auth=MANAGE, response={204: None}, summary="A program sells no more")
def revoke_client(request: HttpRequest, client_id: PathId) -> HttpResponse:
    services.revoke_client(client_id, actor=actor(request))
    return nothing()


@router.get("/tokens", auth=VIEW, response=paged(TokenView), summary="Tokens of staff (never the secret)")
def tokens(
    request: HttpRequest,
    user_id: Annotated[int | None, Query(ge=1, le=BIGINT)] = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    rows = selectors.tokens(user_id=user_id, before_id=before(cursor), limit=limit + 1)
    return show_page(request, cut(rows, limit, lambda row: row.id))


@router.post("/tokens", auth=MANAGE, response={201: StaffSessionOut}, summary="A token for programs, shown once")
def issue_token(request: HttpRequest, body: TokenIn) -> HttpResponse:
    issued = services.issue_token(
        body.user_id, name=body.name, scopes=body.scopes, days=body.days, actor=actor(request)
    )
    response = show(request, issued, 201)
    response["Cache-Control"] = "no-store"
    return response


@router.delete("/tokens/{token_id}", auth=MANAGE, response={204: None}, summary="Revoke a token")
def revoke_token(request: HttpRequest, token_id: PathId) -> HttpResponse:
    services.revoke_token(token_id, actor=actor(request))
    return nothing()

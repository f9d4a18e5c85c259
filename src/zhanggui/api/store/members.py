"""Members: registration, sign-in, profile and addresses."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from zhanggui.accounts import services as accounts
from zhanggui.kernel.actor import GUEST
from zhanggui.members import selectors, services
from zhanggui.members.types import AddressInput, ProfileView

from ..auth import MEMBER, actor, bearer, client_address, member_id
from ..fields import Answer, Body, Flag, Mobile, NewPassword, OptionalEmail, Password, PathId, line
from ..frame import nothing, reply

router = Router()


class Credentials(Body):
    """`mobile`: 11 digits, or + and the country code."""

    mobile: Mobile
    password: Password


class Registration(Body):
    mobile: Mobile
    password: NewPassword
    nickname: line(80, required=False) = ""  # type: ignore[valid-type]


class SessionOut(Answer):
    """Send the token as `Authorization: Bearer …`; it is shown only here."""

    token: str
    member_id: int
    expires_at: datetime


class ProfileIn(Body):
    """Only what is given changes."""

    nickname: line(80, required=False) | None = None  # type: ignore[valid-type]
    email: OptionalEmail | None = None


class ProfileOut(Answer):
    id: int
    mobile: str
    nickname: str
    email: str
    created_at: datetime


class PasswordIn(Body):
    current: Password
    password: NewPassword


class SavedAddressIn(Body):
    name: line(80)  # type: ignore[valid-type]
    mobile: Mobile
    province: line(40)  # type: ignore[valid-type]
    city: line(40)  # type: ignore[valid-type]
    district: line(40, required=False) = ""  # type: ignore[valid-type]
    line: line(200)  # type: ignore[valid-type]
    is_default: Flag = False

    def as_input(self) -> AddressInput:
        return AddressInput(**self.model_dump())


class SavedAddressOut(Answer):
    id: int
    name: str
    mobile: str
    province: str
    city: str
    district: str
    line: str
    is_default: bool


class SavedAddressList(Answer):
    items: list[SavedAddressOut]


@router.post("/members", response={201: SessionOut}, summary="Register with mobile and password")
def register(request: HttpRequest, body: Registration) -> HttpResponse:
    """Opens an account and signs in. `account_taken` (409) for a mobile that has one."""
    address = client_address(request)
    accounts.limit_address("register", address)
    services.register(body.mobile, body.password, nickname=body.nickname, actor=GUEST)
    return _session(body.mobile, body.password, address, status=201)


@router.post("/sessions", response={201: SessionOut}, summary="Sign in")
def sign_in(request: HttpRequest, body: Credentials) -> HttpResponse:
    """`wrong_credentials` (401) whatever was wrong; `rate_limited` (429) after too many attempts."""
    return _session(body.mobile, body.password, client_address(request), status=201)


def _session(mobile: str, password: str, address: str, *, status: int) -> HttpResponse:
    session = services.sign_in(mobile, password, address=address)
    answer = {"token": session.token, "member_id": session.user_id, "expires_at": session.expires_at}
    response = reply(answer, status=status)
    response["Cache-Control"] = "no-store"
    return response


@router.delete("/sessions/current", auth=MEMBER, response={204: None}, summary="Sign out")
def sign_out(request: HttpRequest) -> HttpResponse:
    accounts.sign_out(bearer(request))
    return nothing()


@router.get("/me", auth=MEMBER, response=ProfileOut, summary="The member's profile")
def profile(request: HttpRequest) -> HttpResponse:
    return reply(_profile(selectors.profile(member_id(request))))


@router.patch("/me", auth=MEMBER, response=ProfileOut, summary="Change the profile")
def change_profile(request: HttpRequest, body: ProfileIn) -> HttpResponse:
    services.update_profile(member_id(request), nickname=body.nickname, email=body.email, actor=actor(request))
    return reply(_profile(selectors.profile(member_id(request))))


def _profile(seen: ProfileView) -> dict[str, Any]:
    return {
        "id": seen.id,
        "mobile": seen.mobile,
        "nickname": seen.nickname,
        "email": seen.email,
        "created_at": seen.created_at,
    }


@router.put("/me/password", auth=MEMBER, response={204: None}, summary="Change the password; all sessions end")
def change_password(request: HttpRequest, body: PasswordIn) -> HttpResponse:
    accounts.change_own_password(body.current, body.password, actor=actor(request))
    return nothing()


@router.get("/me/addresses", auth=MEMBER, response=SavedAddressList, summary="Addresses, the default first")
def addresses(request: HttpRequest) -> HttpResponse:
    return reply({"items": [asdict(a) for a in selectors.addresses(member_id(request))]})


@router.post("/me/addresses", auth=MEMBER, response={201: SavedAddressOut}, summary="Add an address")
def add_address(request: HttpRequest, body: SavedAddressIn) -> HttpResponse:
    return reply(asdict(services.add_address(member_id(request), body.as_input(), actor=actor(request))), status=201)


@router.get("/me/addresses/{address_id}", auth=MEMBER, response=SavedAddressOut, summary="One address")
def address(request: HttpRequest, address_id: PathId) -> HttpResponse:
    return reply(asdict(selectors.address(member_id(request), address_id)))


@router.put("/me/addresses/{address_id}", auth=MEMBER, response=SavedAddressOut, summary="Replace an address")
def change_address(request: HttpRequest, address_id: PathId, body: SavedAddressIn) -> HttpResponse:
    changed = services.change_address(member_id(request), address_id, body.as_input(), actor=actor(request))
    return reply(asdict(changed))


@router.delete("/me/addresses/{address_id}", auth=MEMBER, response={204: None}, summary="Remove an address")
def remove_address(request: HttpRequest, address_id: PathId) -> HttpResponse:
    services.remove_address(member_id(request), address_id, actor=actor(request))
    return nothing()

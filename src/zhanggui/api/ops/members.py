"""Members as staff see them: masked; unmasked only with its own permission, and on the record."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from zhanggui.members import selectors, services
from zhanggui.members.types import AddressView, ContactView, MemberRow, ProfileView

from ..auth import Staff, actor
from ..describing import describe, paged
from ..fields import Answer, Body, Cursor, Limit, PathId, Search, line, text
from .common import Reason, before, cut, show, show_page

router = Router()
VIEW = Staff("members.view")


class PersonalOut(Answer):
    profile: describe(ProfileView)  # type: ignore[valid-type]
    addresses: list[describe(AddressView)]  # type: ignore[valid-type]


class TagsIn(Body):
    tags: Annotated[list[line(40)], Field(max_length=50)]  # type: ignore[valid-type]


class ContactIn(Body):
    kind: Literal["note", "call", "message", "mail", "visit", "complaint"]
    text: text(2000, required=True)  # type: ignore[valid-type]


class StatusIn(Body):
    status: Literal["active", "blocked"]
    reason: Reason


@router.get("/members", auth=VIEW, response=paged(MemberRow), summary="Members, newest first, masked")
def members(
    request: HttpRequest,
    q: Search = "",
    tag: Annotated[str, Query(max_length=40)] = "",
    status: Literal["", "active", "blocked"] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """`q` is a whole mobile number, an id, or part of the nickname."""
    rows = selectors.member_list(query=q, tag=tag, status=status, before_id=before(cursor), limit=limit + 1)
    return show_page(request, cut(rows, limit, lambda row: row.id))


@router.get("/members/{member_id}", auth=VIEW, response=describe(MemberRow), summary="One member, masked")
def member(request: HttpRequest, member_id: PathId) -> HttpResponse:
    return show(request, selectors.member_row(member_id))


@router.get(
    "/members/{member_id}/personal",
    auth=Staff("members.view_personal"),
    response=PersonalOut,
    summary="Personal data; the reading is recorded",
)
def personal(request: HttpRequest, member_id: PathId) -> HttpResponse:
    profile, addresses = selectors.personal(member_id, actor=actor(request))
    response = show(request, {"profile": profile, "addresses": addresses})
    response["Cache-Control"] = "no-store"
    return response


@router.put(
    "/members/{member_id}/tags", auth=Staff("members.tag"), response=describe(MemberRow), summary="Set the tags"
)
def set_tags(request: HttpRequest, member_id: PathId, body: TagsIn) -> HttpResponse:
    services.set_tags(member_id, body.tags, actor=actor(request))
    return show(request, selectors.member_row(member_id))


@router.put(
    "/members/{member_id}/status", auth=Staff("members.block"), response=describe(MemberRow), summary="Block or let in"
)
def set_status(request: HttpRequest, member_id: PathId, body: StatusIn) -> HttpResponse:
    services.set_status(member_id, body.status, reason=body.reason, actor=actor(request))
    return show(request, selectors.member_row(member_id))


@router.get(
    "/members/{member_id}/contacts", auth=VIEW, response=paged(ContactView), summary="Notes and contacts, newest first"
)
def contacts(request: HttpRequest, member_id: PathId, cursor: Cursor = "", limit: Limit = 30) -> HttpResponse:
    selectors.member_row(member_id)
    return show_page(request, selectors.contacts(member_id, cursor=cursor, limit=limit))


@router.post(
    "/members/{member_id}/contacts",
    auth=Staff("members.note"),
    response={201: describe(ContactView)},
    summary="Keep a note or a contact",
)
def add_contact(request: HttpRequest, member_id: PathId, body: ContactIn) -> HttpResponse:
    return show(request, services.add_contact(member_id, body.kind, body.text, actor=actor(request)), 201)

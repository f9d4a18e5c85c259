"""Reads of members. What staff see is masked here, not in each page."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from zhanggui.kernel import audit, paging
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.contact import mask_email, mask_mobile, mask_name, normal_mobile
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed

from .ledger import accounts, available, balance_moves, holding, liability, points_value, postings
from .models import Address, Contact, Favourite, Member
from .regions import cities as cities
from .regions import districts as districts
from .regions import find as find_region
from .regions import provinces as provinces
from .regions import resolve as resolve_region
from .standing import (
    TIERS,
    any_discount,
    better_than,
    buyer_facts,
    spent,
    standing,
    stored_tiers,
    tier,
    tier_changes,
    tier_counts,
    tier_facts,
    tier_history,
    tiers,
    tiers_by_code,
)
from .types import AddressView, ContactView, FavouriteView, MemberRow, ProfileView

__all__ = [
    "TIERS",
    "accounts",
    "address",
    "addresses",
    "any_discount",
    "available",
    "better_than",
    "balance_moves",
    "buyer_facts",
    "cities",
    "contacts",
    "districts",
    "favourite_count",
    "favourites",
    "favourites_among",
    "find_region",
    "holding",
    "ids_by_external",
    "ids_of",
    "known_ids",
    "liability",
    "masked_address",
    "masked_addresses",
    "masked_mobiles",
    "member_list",
    "member_row",
    "personal",
    "points_value",
    "postings",
    "profile",
    "provinces",
    "resolve_region",
    "spent",
    "standing",
    "stored_tiers",
    "tier",
    "tier_changes",
    "tier_counts",
    "tier_facts",
    "tier_history",
    "tiers",
    "tiers_by_code",
]


def _rows() -> QuerySet[Any]:
    return Member.objects.annotate(mobile=F("user__mobile"))


def profile(member_id: int) -> ProfileView:
    """The member's own view. Raises NotFound. One statement."""
    found = _rows().filter(pk=member_id).first()
    if found is None:
        raise NotFound()
    return ProfileView(
        found.pk,
        found.mobile or "",
        found.email,
        found.nickname,
        found.status,
        tuple(found.tags),
        found.created_at,
        found.birthday,
    )


def personal(member_id: int, *, actor: Actor) -> tuple[ProfileView, list[AddressView]]:
    """Unmasked, for staff with `members.view_personal`; the reading is recorded. Raises NotFound, PermissionDenied."""
    if not actor.may("members.view_personal"):
        raise PermissionDenied()
    with transaction.atomic():
        seen = profile(member_id)
        audit.record(actor=actor, action="members.view_personal", target_type="member", target_id=member_id)
        return seen, addresses(member_id)


def member_row(member_id: int) -> MemberRow:
    """One member, masked. Raises NotFound."""
    found = _rows().filter(pk=member_id).first()
    if found is None:
        raise NotFound()
    return _masked(found)


def masked_mobiles(member_ids: Iterable[int]) -> dict[int, str]:
    """The mobile numbers of members, masked for all eyes (`138****8000`). One statement, none for none."""
    wanted = set(member_ids)
    if not wanted:
        return {}
    found = _rows().filter(pk__in=wanted).values_list("pk", "mobile")
    return {member_id: mask_mobile(mobile) for member_id, mobile in found}


def member_list(
    *, query: str = "", tag: str = "", status: str = "", tier: str = "", before_id: int | None = None, limit: int = 50
) -> list[MemberRow]:
    """Members, newest id first, masked; `query` is a whole mobile or mail address, an id, or part of the nickname.

    One statement.
    """
    rows = _rows().order_by("-pk")
    if query:
        match = Q(nickname__icontains=query)
        if query.isascii() and query.isdigit() and len(query) < 18:
            match |= Q(pk=int(query))
        with suppress(ValidationFailed):
            match |= Q(user__mobile=normal_mobile(query))
        if "@" in query:
            match |= Q(email=query.strip().lower())
        rows = rows.filter(match)
    if tag:
        rows = rows.filter(tags__contains=[tag])
    if status:
        rows = rows.filter(status=status)
    if tier:
        rows = rows.filter(tier=tier)
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    return [_masked(member) for member in rows[:limit]]


def _masked(member: Any) -> MemberRow:
    return MemberRow(
        member.pk,
        mask_mobile(member.mobile),
        mask_email(member.email),
        member.nickname,
        member.status,
        tuple(member.tags),
        member.source,
        member.created_at,
        member.tier,
        member.employee,
    )


def addresses(member_id: int) -> list[AddressView]:
    """The default first."""
    return [_view(a) for a in Address.objects.filter(member_id=member_id).order_by("-is_default", "id")]


def masked_addresses(member_id: int) -> list[AddressView]:
    """Where parcels go, without to whom: for staff who may not see personal data. One statement."""
    return [
        AddressView(**{**a.as_dict(), **masked_address({"name": a.name, "mobile": a.mobile, "line": a.line})})
        for a in addresses(member_id)
    ]


def contacts(member_id: int, *, cursor: str = "", limit: int = 30) -> paging.Page[ContactView]:
    """Notes and contacts, the newest first. One statement."""
    rows = Contact.objects.filter(member_id=member_id).order_by("-id")
    if cursor:
        rows = rows.filter(id__lt=paging.decode(cursor, int)[0])
    found = [ContactView(c.id, c.kind, c.text, c.actor_label, c.at) for c in rows[: limit + 1]]
    return paging.page(found, limit, lambda view: view.id)


def address(member_id: int, address_id: int) -> AddressView:
    """One of the member's own addresses; anybody else's does not exist. Raises NotFound."""
    found = Address.objects.filter(member_id=member_id, id=address_id).first()
    if found is None:
        raise NotFound()
    return _view(found)


def _view(a: Address) -> AddressView:
    return AddressView(a.id, a.name, a.mobile, a.province, a.city, a.district, a.line, a.is_default)


def masked_address(seen: dict[str, str]) -> dict[str, str]:
    """A delivery address as staff without `members.view_personal` see it: where to, not to whom."""
    masked = {"name": mask_name(seen.get("name")), "mobile": mask_mobile(seen.get("mobile")), "line": "***"}
    return {**seen, **{key: value for key, value in masked.items() if key in seen}}


def favourites(member_id: int, *, cursor: str = "", limit: int = 24) -> paging.Page[FavouriteView]:
    """What a member keeps, the newest first. One statement."""
    rows = Favourite.objects.filter(member_id=member_id).order_by("-id")
    if cursor:
        rows = rows.filter(id__lt=paging.decode(cursor, int)[0])
    found = [FavouriteView(f.id, f.product_id, f.price, f.created_at) for f in rows[: limit + 1]]
    return paging.page(found, limit, lambda view: view.id)


def favourites_among(member_id: int, product_ids: Iterable[int]) -> set[int]:
    """Those of the products that the member keeps. One statement."""
    rows = Favourite.objects.filter(member_id=member_id, product_id__in=list(product_ids))
    return set(rows.values_list("product_id", flat=True))


def favourite_count(member_id: int) -> int:
    """How many products the member keeps. One statement."""
    return Favourite.objects.filter(member_id=member_id).count()


def ids_by_external(source: str, external_ids: Iterable[str]) -> dict[str, int]:
    """Members imported from `source`, by their number there."""
    rows = Member.objects.filter(source=source, external_id__in=list(external_ids))
    return dict(rows.values_list("external_id", "pk"))


def ids_of(named: Iterable[str]) -> tuple[list[int], list[str]]:
    """The members whose mobile numbers or ids these are, and the words that are neither. One statement."""
    mobiles, ids, unknown = dict[str, str](), dict[int, str](), list[str]()
    for word in named:
        try:
            mobiles[normal_mobile(word)] = word
        except ValidationFailed:
            if word.isascii() and word.isdigit() and len(word) < 18:
                ids[int(word)] = word
            else:
                unknown.append(word)
    rows = Member.objects.filter(Q(pk__in=list(ids)) | Q(user__mobile__in=list(mobiles)))
    found = dict(rows.values_list("pk", "user__mobile"))
    there = set(found.values())
    unknown += [word for mobile, word in mobiles.items() if mobile not in there]
    unknown += [word for member_id, word in ids.items() if member_id not in found]
    return sorted(found), unknown


def known_ids(member_ids: Iterable[int]) -> set[int]:
    """Those of the ids that are members."""
    return set(Member.objects.filter(pk__in=list(member_ids)).values_list("pk", flat=True))


def registered(*, before: datetime, since: datetime | None = None, among: Iterable[int] | None = None) -> int:
    """How many members (or how many of the ids) registered before an instant, and since another. One statement."""
    rows = Member.objects.filter(created_at__lt=before)
    if since is not None:
        rows = rows.filter(created_at__gte=since)
    if among is not None:
        rows = rows.filter(pk__in=list(among))
    return rows.count()

"""Who members are: accounts, profiles, tags, addresses, favourites, contacts. Each write opens its own transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Literal, TypedDict

from django.db import transaction

from zhanggui.accounts import services as accounts
from zhanggui.accounts.types import SignIn
from zhanggui.kernel import audit, db, mall_settings, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.clock import business_date, now
from zhanggui.kernel.contact import clean_text, normal_email, normal_mobile
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed

from .. import locks
from ..errors import TooManyAddresses
from ..events import MemberRegistered, MemberStatusChanged
from ..models import Address, Contact, Favourite, Member
from ..permissions import EMPLOYEE
from ..types import CONTACT_KINDS, AddressInput, AddressView, ContactView

TAGS_MAX = 50
FAVOURITES_MAX = 1000


def register(mobile: str, password: str, *, nickname: str = "", actor: Actor) -> int:
    """A new member from mobile and password alone (SFR-14); its id. Raises ValidationFailed, AccountTaken."""
    nickname = clean_text(nickname, "nickname", 80, required=False)
    with transaction.atomic():
        member_id = accounts.create_member_account(mobile, password)
        Member.objects.create(pk=member_id, nickname=nickname)
        outbox.record(MemberRegistered(member_id, now().isoformat()))
        audit.record(actor=actor, action="members.register", target_type="member", target_id=member_id)
    return member_id


def sign_in(mobile: str, password: str, *, address: str = "") -> SignIn:
    """A member's session. Raises WrongCredentials, RateLimited."""
    return accounts.sign_in("member", mobile, password, address=address)


def update_profile(
    member_id: int,
    *,
    nickname: str | None = None,
    email: str | None = None,
    birthday: date | Literal[""] | None = None,
    actor: Actor,
) -> None:
    """Change what is given; "" forgets a birthday. Raises NotFound, ValidationFailed."""
    values: dict[str, Any] = {}
    if birthday is not None:
        values["birthday"] = check_birthday(birthday) if birthday else None
    if nickname is not None:
        values["nickname"] = clean_text(nickname, "nickname", 80, required=False)
    if email is not None:
        values["email"] = normal_email(email) if email.strip() else ""
    with transaction.atomic():
        if not (
            Member.objects.filter(pk=member_id).update(**values)
            if values
            else Member.objects.filter(pk=member_id).exists()
        ):
            raise NotFound()
        if values:
            audit.record(
                actor=actor,
                action="members.update_profile",
                target_type="member",
                target_id=member_id,
                after={"fields": sorted(values)},
            )


def check_birthday(birthday: date) -> date:
    """A day somebody alive can be born on. Raises ValidationFailed."""
    if not date(1900, 1, 1) <= birthday <= business_date():
        raise ValidationFailed.one("birthday", "range", "请填写真实的生日", "this is not a date of birth")
    return birthday


def set_status(member_id: int, status: str, *, reason: str, actor: Actor) -> None:
    """Block a member (all sessions end) or let it in again. Raises NotFound, ValidationFailed."""
    if status not in ("active", "blocked"):
        raise ValidationFailed.one("status", "unknown", "只能是 active 或 blocked", "must be active or blocked")
    reason = clean_text(reason, "reason", 500)
    with transaction.atomic():
        if not Member.objects.filter(pk=member_id).exclude(status=status).update(status=status):
            if not Member.objects.filter(pk=member_id).exists():
                raise NotFound()
            return
        accounts.set_member_active(member_id, status == "active")
        outbox.record(MemberStatusChanged(member_id, status))
        audit.record(
            actor=actor,
            action="members.set_status",
            target_type="member",
            target_id=member_id,
            after={"status": status},
            reason=reason,
        )


def set_employee(member_id: int, employee: bool, *, reason: str, actor: Actor) -> None:
    """Whether the member buys at employees' prices (内购). Raises NotFound, PermissionDenied, ValidationFailed."""
    if not actor.may(EMPLOYEE):
        raise PermissionDenied(extra={"permission": EMPLOYEE})
    reason = clean_text(reason, "reason", 500)
    with transaction.atomic():
        member = locks.hold_member(member_id)
        if member is None:
            raise NotFound()
        if member.employee == employee:
            return
        Member.objects.filter(pk=member_id).update(employee=employee)
        audit.record(
            actor=actor,
            action="members.set_employee",
            target_type="member",
            target_id=member_id,
            before={"employee": member.employee},
            after={"employee": employee},
            reason=reason,
        )


def set_tags(member_id: int, tags: Iterable[str], *, actor: Actor) -> None:
    """Replace a member's tags. Raises NotFound, ValidationFailed."""
    wanted = sorted({clean_text(tag, "tags", 40) for tag in tags})
    if len(wanted) > TAGS_MAX:
        raise ValidationFailed.one("tags", "too_many", f"最多 {TAGS_MAX} 个标签", f"at most {TAGS_MAX} tags")
    with transaction.atomic():
        member = locks.hold_member(member_id)
        if member is None:
            raise NotFound()
        Member.objects.filter(pk=member_id).update(tags=wanted)
        audit.record(
            actor=actor,
            action="members.set_tags",
            target_type="member",
            target_id=member_id,
            before={"tags": member.tags},
            after={"tags": wanted},
        )


# --- addresses ---------------------------------------------------------------------------------------------------


def check_address(address: AddressInput) -> AddressInput:
    """The address in normal form. Raises ValidationFailed naming the first wrong field."""
    return AddressInput(
        name=clean_text(address.name, "name", 80),
        mobile=normal_mobile(address.mobile),
        province=clean_text(address.province, "province", 40),
        city=clean_text(address.city, "city", 40),
        district=clean_text(address.district, "district", 40, required=False),
        line=clean_text(address.line, "line", 200),
        is_default=address.is_default,
    )


def add_address(member_id: int, address: AddressInput, *, actor: Actor) -> AddressView:
    """The first address becomes the default. Raises NotFound, ValidationFailed, TooManyAddresses."""
    address = check_address(address)
    limit = mall_settings.get("members.addresses_max")
    with transaction.atomic():
        _lock(member_id)
        count = Address.objects.filter(member_id=member_id).count()
        if count >= limit:
            raise TooManyAddresses(limit=limit)
        if address.is_default:
            _no_default(member_id)
        values = {**asdict(address), "is_default": address.is_default or count == 0}
        kept = Address.objects.create(member_id=member_id, **values)
        _address_audit(actor, "members.add_address", member_id, kept.id)
    return AddressView(id=kept.id, **values)


def change_address(member_id: int, address_id: int, address: AddressInput, *, actor: Actor) -> AddressView:
    """Replace one of the member's own addresses. Raises NotFound, ValidationFailed."""
    address = check_address(address)
    with transaction.atomic():
        _lock(member_id)
        kept = Address.objects.filter(member_id=member_id, id=address_id).first()
        if kept is None:
            raise NotFound()
        if address.is_default:
            _no_default(member_id)
        # The default stays the default until another one takes its place.
        values = {**asdict(address), "is_default": address.is_default or kept.is_default}
        Address.objects.filter(id=address_id).update(**values)
        _address_audit(actor, "members.change_address", member_id, address_id)
    return AddressView(id=address_id, **values)


def remove_address(member_id: int, address_id: int, *, actor: Actor) -> None:
    """Remove one of the member's own addresses; the oldest of the rest becomes the default. Raises NotFound."""
    with transaction.atomic():
        _lock(member_id)
        kept = Address.objects.filter(member_id=member_id, id=address_id).first()
        if kept is None:
            raise NotFound()
        kept.delete()
        if kept.is_default:
            heir = Address.objects.filter(member_id=member_id).order_by("id").first()
            if heir is not None:
                Address.objects.filter(id=heir.id).update(is_default=True)
        _address_audit(actor, "members.remove_address", member_id, address_id)


def _lock(member_id: int) -> None:
    """One change of a member's addresses at a time: exactly one default, never more than allowed."""
    if locks.hold_member(member_id) is None:
        raise NotFound()


def _no_default(member_id: int) -> None:
    Address.objects.filter(member_id=member_id, is_default=True).update(is_default=False)


def _address_audit(actor: Actor, action: str, member_id: int, address_id: int) -> None:
    audit.record(actor=actor, action=action, target_type="member", target_id=member_id, after={"address": address_id})


# --- favourites --------------------------------------------------------------------------------------------------


def keep_favourite(member_id: int, product_id: int, *, price: int | None = None, actor: Actor) -> bool:
    """Keep a product, once; False where it was kept before. Raises NotFound, ValidationFailed (too many)."""
    with transaction.atomic():
        _lock(member_id)
        if Favourite.objects.filter(member_id=member_id, product_id=product_id).exists():
            return False
        if Favourite.objects.filter(member_id=member_id).count() >= FAVOURITES_MAX:
            raise ValidationFailed.one(
                "product", "too_many", f"最多收藏 {FAVOURITES_MAX} 件商品", f"at most {FAVOURITES_MAX} favourites"
            )
        Favourite.objects.create(member_id=member_id, product_id=product_id, price=price)
    return True


def drop_favourite(member_id: int, product_id: int, *, actor: Actor) -> bool:
    """Keep a product no longer; whether it was kept."""
    with transaction.atomic():
        return bool(Favourite.objects.filter(member_id=member_id, product_id=product_id).delete()[0])


# --- contacts ----------------------------------------------------------------------------------------------------


def add_contact(member_id: int, kind: str, text: str, *, actor: Actor) -> ContactView:
    """Keep a note, or that the mall and the member spoke. Raises NotFound, ValidationFailed."""
    if kind not in CONTACT_KINDS:
        raise ValidationFailed.one("kind", "unknown", "没有这种联系方式", "there is no such kind of contact")
    text = clean_text(text, "text", 2000, lines=True)
    with transaction.atomic():
        if not Member.objects.filter(pk=member_id).exists():
            raise NotFound()
        made = Contact.objects.create(
            member_id=member_id, kind=kind, text=text, actor_id=actor.id, actor_label=actor.label[:200], at=now()
        )
        audit.record(
            actor=actor,
            action="members.add_contact",
            target_type="member",
            target_id=member_id,
            after={"contact": made.id, "kind": kind},
        )
    return ContactView(made.id, kind, text, made.actor_label, made.at)


def record_export(filters: dict[str, str], *, actor: Actor) -> None:
    """That a list of members was taken out of the mall, and which. Raises PermissionDenied."""
    if not actor.may("members.export"):
        raise PermissionDenied()
    with transaction.atomic():
        audit.record(
            actor=actor, action="members.export", target_type="member", target_id="list", after={"filters": filters}
        )


# --- imports -----------------------------------------------------------------------------------------------------


class ImportedMember(TypedDict, total=False):
    """A buyer from another platform's file. `external_id` is its number there; a wrong mobile or mail is left out."""

    external_id: str
    mobile: str
    email: str
    nickname: str
    joined_at: datetime


def import_members(rows: Sequence[ImportedMember], *, source: str, actor: Actor) -> dict[str, int]:
    """Members for imported buyers, set-based: `{external_id: member id}` for every row, known ones included.

    Importing again changes nothing. A mobile that is a member's already answers that member.
    """
    wanted = {row["external_id"][:80]: row for row in rows}
    with transaction.atomic():
        # Two imports of one source take turns: the second sees what the first made.
        db.execute("select pg_advisory_xact_lock(hashtext(%s))", (f"members.import:{source}",))
        known = dict(
            Member.objects.filter(source=source, external_id__in=list(wanted)).values_list("external_id", "pk")
        )
        fresh = [(key, row) for key, row in wanted.items() if key not in known]
        if not fresh:
            return known
        ids = accounts.open_accounts(
            [{"mobile": _mobile_or_none(row.get("mobile")), "created_at": row.get("joined_at")} for _key, row in fresh]
        )
        made = db.execute(
            "insert into members_member (id, nickname, email, tags, source, external_id, created_at)"
            " select r.id, r.nickname, r.email, '{}', %s, r.external_id, coalesce(r.created_at, kernel_now())"
            " from jsonb_to_recordset(%s)"
            " as r(id bigint, nickname text, email text, external_id text, created_at timestamptz)"
            " on conflict do nothing",
            (
                source,
                db.Json([_import_row(member_id, key, row) for member_id, (key, row) in zip(ids, fresh, strict=True)]),
            ),
        )
        audit.record(
            actor=actor, action="members.import", target_type="source", target_id=source, after={"created": made}
        )
    return known | {key: member_id for member_id, (key, _row) in zip(ids, fresh, strict=True)}


def _import_row(member_id: int, external_id: str, row: ImportedMember) -> dict[str, object]:
    return {
        "id": member_id,
        "external_id": external_id,
        "nickname": (row.get("nickname") or "").replace("\0", "").strip()[:80],
        "email": _email_or_empty(row.get("email")),
        "created_at": row.get("joined_at"),
    }


def _mobile_or_none(text: str | None) -> str | None:
    try:
        return normal_mobile(text) if text else None
    except ValidationFailed:
        return None


def _email_or_empty(text: str | None) -> str:
    try:
        return normal_email(text) if text else ""
    except ValidationFailed:
        return ""

"""Tiers (会员等级): what they are, and who has which.

A member's tier follows from what was paid and kept within the window, from single orders that open a tier at once
(满额免费入会), and from what staff granted until a day. Nobody else sets it: it is judged anew when an order is paid, refunded or
cancelled, and every night, so that it also falls.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, timedelta

from django.db import transaction

from zhanggui.kernel import audit, clock, db, outbox, versions
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import BASIS, MAX_AMOUNT
from zhanggui.kernel.problems import FieldError, NotFound, PermissionDenied, ValidationFailed

from .. import guards, locks, selectors
from ..errors import TierInUse
from ..events import MemberTierChanged
from ..growth import growth
from ..models import Member, Tier
from ..permissions import TIERS
from ..types import BASE_TIER, TierDraft, TierView

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")
CHUNK = 1_000
RATE_MOST = 100 * BASIS
POINTS_MOST = 1_000_000


def save_tier(code: str, draft: TierDraft, *, reason: str = "", actor: Actor) -> TierView:
    """Make a tier or change one. Members move at their next order, all others in the night.

    A share of all prices that brings goods below their floor is refused, but to whoever may go there and says why (`reason`).
    Raises PermissionDenied, ValidationFailed.
    """
    _allow(actor)
    with transaction.atomic():
        locks.tiers()
        known = {tier.code: tier for tier in selectors.stored_tiers()}
        _check(code, draft, known)
        shares = _shares(known.values())
        Tier.objects.update_or_create(code=code, defaults=asdict(draft))
        versions.bump(selectors.TIERS)
        guards.keep_above_floors(code, shares, reason, actor)
        before = known.get(code)
        audit.record(
            actor=actor,
            action="members.save_tier",
            target_type="tier",
            target_id=code,
            before=asdict(before) if before else None,
            after={"code": code, **asdict(draft)},
            reason=reason[:200],
        )
    return TierView(code=code, **asdict(draft))


def _shares(tiers: Iterable[TierView]) -> dict[str, int]:
    """What members of a tier pay of all prices, where that is less than all of it."""
    return {tier.code: tier.discount_bp for tier in tiers if tier.discount_bp < BASIS}


def _check(code: str, draft: TierDraft, known: dict[str, TierView]) -> None:
    """Raises ValidationFailed with everything that is wrong."""
    errors: list[FieldError] = []

    def wrong(loc: str, kind: str, zh: str, en: str) -> None:
        errors.append(FieldError(loc, kind, Text(zh, en)))

    if not _CODE.fullmatch(code):
        wrong("code", "invalid", "1 到 20 位小写字母、数字或连字符", "1 to 20 small letters, digits or hyphens")
    for loc in ("name_zh", "name_en"):
        try:
            clean_text(getattr(draft, loc), loc, 40, required=loc == "name_zh")
        except ValidationFailed as refused:
            errors += refused.errors
    base = code == BASE_TIER
    if base != (draft.rank == 0) or not 0 <= draft.rank <= 100:
        wrong("rank", "range", "起始等级为 0，其他等级为 1 到 100", "the first tier has 0, every other 1 to 100")
    elif any(tier.rank == draft.rank and tier.code != code for tier in known.values()):
        wrong("rank", "taken", "已有等级用了这个级别", "another tier has this rank")
    if base and (draft.growth_threshold is not None or draft.entry_amount is not None):
        wrong(
            "growth_threshold",
            "base",
            "起始等级人人都有，不设门槛",
            "everybody has the first tier; it asks for nothing",
        )
    for loc in ("growth_threshold", "entry_amount"):
        amount = getattr(draft, loc)
        if amount is not None and not 1 <= amount <= MAX_AMOUNT:
            wrong(loc, "range", "应大于 0；不需要请留空", "must be above 0, or left out")
    if draft.growth_threshold is not None and not base:
        for tier in known.values():
            other = tier.growth_threshold
            if tier.code != code and other and (tier.rank < draft.rank) != (other < draft.growth_threshold):
                zh, en = "级别越高门槛应越高，与「%s」矛盾", "a higher tier asks for more; this contradicts %s"
                wrong("growth_threshold", "order", zh % tier.name_zh, en % (tier.name_en or tier.name_zh))
                break
    if not 1_000 <= draft.discount_bp <= BASIS:
        wrong(
            "discount_bp",
            "range",
            "应在 10% 到 100% 之间：98 即 98 折，100 为不打折",
            "must be between 10 and 100 percent of the price: 98 is 2% off, 100 nothing off",
        )
    if not 0 <= draft.points_bp <= RATE_MOST:
        wrong("points_bp", "range", "每元积分应在 0 到 100 之间", "must be between 0 and 100 points")
    if not 0 <= draft.birthday_points <= POINTS_MOST:
        wrong("birthday_points", "range", f"应在 0 到 {POINTS_MOST} 之间", f"must be between 0 and {POINTS_MOST}")
    if errors:
        raise ValidationFailed(errors=errors)


def remove_tier(code: str, *, actor: Actor) -> None:
    """Remove a tier nobody has. Raises PermissionDenied, NotFound, TierInUse."""
    _allow(actor)
    with transaction.atomic():
        locks.tiers()
        kept = Tier.objects.filter(code=code).first()
        if kept is None:
            raise NotFound()
        holders = Member.objects.filter(tier=code).count()
        if code == BASE_TIER or holders:
            raise TierInUse(count=holders)
        shares = _shares(selectors.stored_tiers())
        kept.delete()
        versions.bump(selectors.TIERS)
        guards.keep_above_floors(code, shares, "", actor)
        audit.record(actor=actor, action="members.remove_tier", target_type="tier", target_id=code)


def grant_tier(member_id: int, tier: str, *, until: date | None, reason: str, actor: Actor) -> str:
    """Let a member have a tier until a day ("" takes the grant back); the tier they have now.

    Raises NotFound, PermissionDenied, ValidationFailed.
    """
    _allow(actor)
    reason = clean_text(reason, "reason", 500)
    if tier and tier not in {known.code for known in selectors.tiers()}:
        raise ValidationFailed.one("tier", "unknown", "没有这个等级", "there is no such tier")
    today = clock.business_date()
    if tier and (until is None or not today <= until <= today + timedelta(days=3_650)):
        raise ValidationFailed.one(
            "until", "range", "请填写今天起十年以内的日期", "give a day within the next ten years"
        )
    with transaction.atomic():
        member = locks.hold_member(member_id)
        if member is None:
            raise NotFound()
        before = {"tier": member.granted_tier, "until": str(member.granted_until or "")}
        member.granted_tier, member.granted_until = tier, until if tier else None
        member.save(update_fields=["granted_tier", "granted_until"])
        audit.record(
            actor=actor,
            action="members.grant_tier",
            target_type="member",
            target_id=member_id,
            before=before,
            after={"tier": tier, "until": str(until or "") if tier else ""},
            reason=reason,
        )
        _judge({member_id: "grant"}, actor)
        return Member.objects.values_list("tier", flat=True).get(pk=member_id)


def judge_tiers(causes: Mapping[int, str], *, actor: Actor) -> int:
    """Judge members anew, each for a cause (an order's number, `night`); how many moved. Two statements, and one to tell.

    None of it while the mall has only the first tier.
    """
    if not causes or len(selectors.tiers()) == 1:
        return 0
    with transaction.atomic():
        return _judge(causes, actor)


def judge_all_tiers(*, actor: Actor) -> int:
    """Judge everybody, a thousand at a time, each in its own transaction; how many moved."""
    moved, last = 0, 0
    while ids := list(Member.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        moved += judge_tiers(dict.fromkeys(ids, "night"), actor=actor)
        last = ids[-1]
    return moved


def _judge(causes: Mapping[int, str], actor: Actor) -> int:
    facts = [fact._asdict() for fact in growth(list(causes))]
    moved = db.rows(
        "select * from members_judge_tiers(%s::bigint[], %s::text[], %s, %s, %s, %s, %s)",
        (
            list(causes), [cause[:60] for cause in causes.values()], db.Json(facts), clock.business_date(),
            actor.kind, actor.id, actor.label[:200],
        ),
    )  # fmt: skip
    at = clock.now().isoformat()
    outbox.record(*(MemberTierChanged(r["member_id"], r["before"], r["after"], at) for r in moved))
    return len(moved)


def _allow(actor: Actor) -> None:
    if not actor.may(TIERS):
        raise PermissionDenied(extra={"permission": TIERS})

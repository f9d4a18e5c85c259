"""Sponsorships: agreed, on other terms, cancelled, and shown and finished by the clock. Each write of somebody's is a transaction
of its own; whatever changes what is marked bumps the version by which pages are kept.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import audit, clock, db, versions
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import FieldError, NotFound, PermissionDenied, ValidationFailed

from .. import locks
from ..events import SponsorshipAgreed, SponsorshipEvent, SponsorshipOver, SponsorshipShown
from ..permissions import SPONSOR
from ..rules import check_sponsorship, sponsored_state
from ..selectors import SPONSORED_VERSION
from ..states import AGREED, SHOWN, SPONSORSHIP
from ..types import SponsorshipDraft

_FIELDS = tuple(SponsorshipDraft.__slots__)


def agree_sponsorship(draft: SponsorshipDraft, *, actor: Actor) -> int:
    """Write down what was agreed, also afterwards; its id. Raises ValidationFailed, PermissionDenied."""
    _may(actor)
    draft = _cleaned(draft)
    with transaction.atomic():
        _hold_place(draft)
        state = sponsored_state(draft, clock.now())
        row = db.row(
            f"insert into campaigns_sponsorship ({', '.join(_FIELDS)}, state)"
            f" values ({', '.join(['%s'] * (len(_FIELDS) + 1))}) returning id",
            (*_values(draft), state),
        )
        assert row is not None
        made = int(row["id"])
        _write_down(actor, "agree", made, after=asdict(draft))
        record(SponsorshipAgreed(made))
        if state == SHOWN:
            record(SponsorshipShown(made))
            versions.bump(SPONSORED_VERSION)
    return made


def change_sponsorship(sponsorship_id: int, draft: SponsorshipDraft, *, actor: Actor) -> None:
    """Other terms of one that is not over. Raises ValidationFailed, NotFound, WrongState, PermissionDenied."""
    _may(actor)
    draft = _cleaned(draft)
    with transaction.atomic():
        _hold_place(draft)
        before = _held(sponsorship_id)
        SPONSORSHIP.target(before["state"], "cancel")  # what is over stands as it was
        state = sponsored_state(draft, clock.now())
        db.execute(
            f"update campaigns_sponsorship set {', '.join(f'{name} = %s' for name in _FIELDS)}, state = %s where id = %s",
            (*_values(draft), state, sponsorship_id),
        )
        _write_down(
            actor, "change", sponsorship_id, before={name: before[name] for name in _FIELDS}, after=asdict(draft)
        )
        record(SponsorshipAgreed(sponsorship_id))
        if state != before["state"] and state != AGREED:
            record((SponsorshipShown if state == SHOWN else SponsorshipOver)(sponsorship_id))
        if SHOWN in (state, before["state"]):
            versions.bump(SPONSORED_VERSION)


def cancel_sponsorship(sponsorship_id: int, *, actor: Actor, reason: str) -> None:
    """It does not take place, or no longer. Raises ValidationFailed without a reason, NotFound, WrongState, PermissionDenied."""
    _may(actor)
    if not reason.strip():
        raise ValidationFailed.one("reason", "required", "请写明原因", "say why")
    with transaction.atomic():
        _move(_held(sponsorship_id), "cancel", SponsorshipOver, actor, reason.strip()[:200])


def advance_sponsorships(*, actor: Actor) -> int:
    """Show and finish what the clock says; how many. In the caller's transaction."""
    found = locks.hold_sponsorships_due()
    for row in found:
        if row["ends_at"] <= clock.now():
            _move(row, "finish", SponsorshipOver, actor, "")
        else:
            _move(row, "show", SponsorshipShown, actor, "")
    return len(found)


def _move(before: Mapping[str, Any], action: str, event: type[SponsorshipEvent], actor: Actor, reason: str) -> None:
    target = SPONSORSHIP.target(before["state"], action)
    db.execute(
        "update campaigns_sponsorship set state = %s where id = %s and state = %s",
        (target, before["id"], before["state"]),
    )
    _write_down(actor, action, before["id"], before={"state": before["state"]}, after={"state": target}, reason=reason)
    record(event(before["id"]))
    if SHOWN in (target, before["state"]):
        versions.bump(SPONSORED_VERSION)


def _may(actor: Actor) -> None:
    if not actor.may(SPONSOR):
        raise PermissionDenied()


def _held(sponsorship_id: int) -> dict[str, Any]:
    found = locks.hold_sponsorship(sponsorship_id)
    if found is None:
        raise NotFound()
    return found


def _cleaned(draft: SponsorshipDraft) -> SponsorshipDraft:
    """Raises ValidationFailed with every fault."""
    faults = check_sponsorship(draft)
    if draft.sku_id is not None and draft.sku_id not in catalog.sku_codes([draft.sku_id]):
        faults.append(FieldError("sku", "unknown", Text("没有这个 SKU", "there is no such SKU")))
    if draft.resource_id is not None and draft.campaign_id is None:
        faults.append(FieldError("campaign", "required", Text("请选择活动", "choose the campaign")))
    if faults:
        raise ValidationFailed(errors=faults)
    told: dict[str, Any] = asdict(draft)
    told |= {name: told[name].strip() for name in ("sponsor", "spot", "goods", "note")}
    return SponsorshipDraft(**told)


def _hold_place(draft: SponsorshipDraft) -> None:
    """Lock its campaign, so that its placement stays while it is written. Raises ValidationFailed."""
    if draft.campaign_id is None:
        return
    if locks.hold(draft.campaign_id) is None:
        raise ValidationFailed.one("campaign", "unknown", "没有这个活动", "there is no such campaign")
    if draft.resource_id is not None and not db.row(
        "select 1 as there from campaigns_resource where id = %s and campaign_id = %s",
        (draft.resource_id, draft.campaign_id),
    ):
        raise ValidationFailed.one(
            "resource", "unknown", "这个活动没有这项推广资源", "the campaign has no such placement"
        )


def _values(draft: SponsorshipDraft) -> tuple[Any, ...]:
    return tuple(getattr(draft, name) for name in _FIELDS)


def _write_down(
    actor: Actor, action: str, sponsorship_id: int, *, before: Any = None, after: Any = None, reason: str = ""
) -> None:
    audit.record(
        actor=actor, action=f"campaigns.sponsorship_{action}", target_type="sponsorship", target_id=sponsorship_id, before=before,
        after=after, reason=reason,
    )  # fmt: skip

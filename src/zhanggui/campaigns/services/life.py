"""The life of a campaign: announced by somebody, started and ended by the clock, or called off."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import ValidationFailed

from .. import locks
from ..errors import CampaignsMeet
from ..events import CampaignAnnounced, CampaignEnded, CampaignEvent, CampaignStarted
from ..selectors import conflicts
from ..states import CAMPAIGN
from .holding import held, may, write_down
from .sponsoring import advance_sponsorships


def announce(campaign_id: int, *, actor: Actor, reason: str = "") -> None:
    """From now on its dates stand. Opens its own transaction.

    Raises ValidationFailed where it is over or has no goods, CampaignsMeet where its goods are in other campaigns at the same
    time and no reason is given; NotFound, WrongState, PermissionDenied.
    """
    may(actor)
    with transaction.atomic():
        locks.hold_announcing()
        before = held(campaign_id)
        CAMPAIGN.target(before["state"], "announce")
        if before["ends_at"] <= clock.now():
            raise ValidationFailed.one("ends_at", "already_over", "结束时间已过", "it is over: the end has passed")
        if not db.row("select 1 as there from campaigns_good where campaign_id = %s limit 1", (campaign_id,)):
            raise ValidationFailed.one("sku", "required", "请先加入商品", "add goods first")
        meeting = [each for each in conflicts([campaign_id])[campaign_id] if each.serious]
        if meeting and not reason.strip():
            which = "、".join(each.label.zh for each in meeting[:5])
            raise CampaignsMeet(which=which, extra={"campaigns": [each.id for each in meeting]})
        _move(before, "announce", CampaignAnnounced, actor, reason[:200])


def end(campaign_id: int, *, actor: Actor, reason: str = "") -> None:
    """For good, also before its time; its offers go on as they are. Opens its own transaction.

    Raises NotFound, WrongState, PermissionDenied.
    """
    may(actor)
    with transaction.atomic():
        _move(held(campaign_id), "end", CampaignEnded, actor, reason[:200])


def advance(*, actor: Actor) -> int:
    """Start and end what the clock says, campaigns and sponsorships; how many. Opens its own transaction; run again, it does what
    is left to do."""
    with transaction.atomic():
        found = locks.hold_due()
        for row in found:
            if row["ends_at"] <= clock.now():
                _move(row, "end", CampaignEnded, actor, "")
            else:
                _move(row, "start", CampaignStarted, actor, "")
        return len(found) + advance_sponsorships(actor=actor)


def _move(before: Mapping[str, Any], action: str, event: type[CampaignEvent], actor: Actor, reason: str) -> None:
    target = CAMPAIGN.target(before["state"], action)
    announced = clock.now() if action == "announce" else before["announced_at"]
    db.execute(
        "update campaigns_campaign set state = %s, announced_at = %s where id = %s and state = %s",
        (target, announced, before["id"], before["state"]),
    )
    write_down(actor, action, before["id"], before={"state": before["state"]}, after={"state": target}, reason=reason)
    record(event(before["id"]))

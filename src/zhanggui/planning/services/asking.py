"""Asking for replays, and stopping them."""

from django.db import transaction

from zhanggui.kernel import audit, db, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound, PermissionDenied, WrongState
from zhanggui.pricing import selectors as pricing

from ..jobs import replay_soon
from ..permissions import REPLAY
from ..proposals import frozen
from ..types import ReplayDraft


def start_replay(asked: ReplayDraft, *, actor: Actor) -> int:
    """Ask for a replay; its id. The promotions are frozen as they are now. Opens its own transaction.

    Raises ValidationFailed with every fault, PermissionDenied.
    """
    if not actor.may(REPLAY):
        raise PermissionDenied()
    entries = frozen(asked)
    corridor = pricing.policy_of([])
    low, high = (800, 1500) if corridor.spend_low is None else (corridor.spend_low, corridor.spend_high)
    with transaction.atomic():
        row = db.row(
            "insert into planning_replay (first, last, note, currency, proposal, corridor_low, corridor_high, actor_id,"
            " actor_label) values (%s, %s, %s, %s, %s, %s, %s, %s, %s) returning id",
            (
                asked.first, asked.last, asked.note.strip(), mall_settings.get("mall.currency"), db.Json(entries), low, high,
                actor.id, actor.label[:200],
            ),
        )  # fmt: skip
        assert row is not None
        after = {"first": asked.first, "last": asked.last, "promotions": len(entries), "note": asked.note.strip()}
        audit.record(
            actor=actor, action="planning.start_replay", target_type="replay", target_id=row["id"], after=after
        )
        transaction.on_commit(replay_soon)
    return int(row["id"])


def stop_replay(replay_id: int, *, actor: Actor) -> None:
    """Let it end after the batch it is at. Opens its own transaction. Raises NotFound, WrongState, PermissionDenied."""
    if not actor.may(REPLAY):
        raise PermissionDenied()
    with transaction.atomic():
        row = db.row(
            "update planning_replay set stop = stop or status in ('waiting', 'running') where id = %s returning status, stop",
            (replay_id,),
        )
        if row is None:
            raise NotFound()
        if not row["stop"] or row["status"] not in ("waiting", "running"):
            raise WrongState(state=row["status"])
        audit.record(actor=actor, action="planning.stop_replay", target_type="replay", target_id=replay_id)

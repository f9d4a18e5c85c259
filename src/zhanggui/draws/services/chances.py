"""Taking a chance: number, outcome, price, prize and record in one transaction, once per key."""

from typing import Any

from django.db import transaction

from zhanggui.kernel import audit, clock, db, idempotency
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import IdempotencyConflict, NotFound
from zhanggui.members import selectors as members
from zhanggui.members import services as member_services
from zhanggui.promotions import selectors as coupons
from zhanggui.promotions import services as promotions

from .. import fairness, locks, selectors
from ..errors import DrawNotForYou, DrawSuspended, none_left, not_open
from ..events import ChanceTaken
from ..rules import clean_nonce, stage_of
from ..states import DRAFT
from ..types import COUPON, POINTS, THANKS, ChanceView
from .draws import unsealed

_INSERT = """
insert into draws_chance (draw_id, sequence, member_id, nonce, key, roll, drawn_id, prize_id, turn, allowed, day, day_turn,
    day_allowed, price)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def take_chance(slug: str, member_id: int, *, nonce: str, key: str, actor: Actor) -> ChanceView:
    """A member draws once: `nonce` is his own word in the outcome; the same `key` answers the same chance.

    Opens its own transaction, in which the draw's row is held, so that chances are numbered without a gap; whatever refuses a
    chance leaves nothing. Raises ValidationFailed, NotFound, IdempotencyConflict (the key has another word), DrawNotOpen,
    DrawNotForYou, NoChancesLeft, DrawSuspended, NotEnough.
    """
    key = idempotency.check_key(key)
    found = db.row("select id from draws_draw where slug = %s and state <> %s", (slug, DRAFT))
    if found is None:
        raise NotFound()
    with transaction.atomic():
        held = locks.hold_draw(found["id"])
        assert held is not None
        nonce = clean_nonce(nonce)
        if taken := _taken(held["id"], member_id, key):
            if taken.nonce != nonce:
                raise IdempotencyConflict()
            return taken
        turn, day_turn = _turns(held, member_id)
        prizes = db.rows("select * from draws_prize where draw_id = %s order by place", (held["id"],))
        _can_be_handed_out(prizes)
        sequence = locks.next_sequence(held["id"])
        rolled = fairness.roll(unsealed(held), held["id"], sequence, nonce)
        drawn = prizes[fairness.line_of(rolled, [prize["odds"] for prize in prizes])]
        prize = drawn if locks.give(drawn["id"]) else next(each for each in prizes if each["kind"] == THANKS)
        if prize is not drawn:
            locks.give(prize["id"])
        if prize["kind"] == COUPON:
            promotions.hand_over(prize["promotion_id"], prize["batch"], member_id, actor=actor)
        member_services.play(
            member_id, price=held["price"], prize=prize["points"] if prize["kind"] == POINTS else 0,
            key=f"{held['id']}:{sequence}", reason=held["label_zh"], actor=actor,
        )  # fmt: skip
        db.execute(
            _INSERT,
            (
                held["id"], sequence, member_id, nonce, key, rolled, drawn["id"], prize["id"], turn, held["per_member"],
                clock.business_date(), day_turn, held["per_day"], held["price"],
            ),
        )  # fmt: skip
        audit.record(
            actor=actor, action="draws.take_chance", target_type="draw", target_id=held["id"],
            after={"sequence": sequence, "nonce": nonce, "roll": rolled, "prize": prize["label_zh"]},
        )  # fmt: skip
        record(ChanceTaken(held["id"], sequence, member_id, prize["kind"], prize["label_zh"]))
        return selectors.chance(held["id"], sequence)


def _taken(draw_id: int, member_id: int, key: str) -> ChanceView | None:
    """What the key has taken already."""
    row = db.row(
        "select sequence from draws_chance where draw_id = %s and member_id = %s and key = %s",
        (draw_id, member_id, key),
    )
    return selectors.chance(draw_id, row["sequence"]) if row else None


def _turns(held: dict[str, Any], member_id: int) -> tuple[int, int]:
    """The numbers of this chance among the member's, in all and today. Raises DrawNotOpen, DrawNotForYou, NoChancesLeft."""
    stage = stage_of(held, clock.now())
    if stage != "running":
        raise not_open("not_started" if stage == "scheduled" else "ended")
    facts = members.buyer_facts([member_id]).get(member_id)
    if facts is None or (held["tiers"] and facts.tier not in held["tiers"]):
        raise DrawNotForYou(extra={"tiers": held["tiers"]})
    had = db.row(
        "select count(*)::int as all, count(*) filter (where day = %s)::int as today from draws_chance"
        " where draw_id = %s and member_id = %s",
        (clock.business_date(), held["id"], member_id),
    )
    assert had is not None
    if held["per_member"] is not None and had["all"] >= held["per_member"]:
        raise none_left("all")
    if held["per_day"] is not None and had["today"] >= held["per_day"]:
        raise none_left("day")
    return had["all"] + 1, had["today"] + 1


def _can_be_handed_out(prizes: list[dict[str, Any]]) -> None:
    """Before anybody knows the outcome: whoever may win a coupon must be able to get it. Raises DrawSuspended."""
    batches = {p["batch"] for p in prizes if p["kind"] == COUPON and p["given"] < p["pieces"]}
    if batches and coupons.batches_to_hand_out(sorted(batches)) != batches:
        raise DrawSuspended()

"""What a draw promises: published terms stand, outcomes follow the seed, prizes are there or fall to the thanks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tests.factories import accounts as make
from tests.factories.draws import bend, coupon, draw, draw_draft, nothing, outlive, over, player, points, take
from tests.factories.promotions import live_coupon
from zhanggui.draws import fairness, selectors, services
from zhanggui.draws.errors import DrawNotForYou, DrawNotOpen, DrawSuspended, NoChancesLeft
from zhanggui.draws.invariants import INVARIANTS
from zhanggui.draws.types import THANKS, DrawDraft, PrizeDraft
from zhanggui.kernel import audit, db, invariants, mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.clock import business_date, now
from zhanggui.kernel.problems import IdempotencyConflict, NotFound, PermissionDenied, ValidationFailed, WrongState
from zhanggui.members import invariants as member_invariants
from zhanggui.members import selectors as members
from zhanggui.members import services as member_services
from zhanggui.members.errors import NotEnough
from zhanggui.members.types import TierDraft
from zhanggui.promotions import invariants as promotion_invariants
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions import services as promotion_services
from zhanggui.promotions.types import CouponDraft

pytestmark = pytest.mark.django_db
BOOKS = [*INVARIANTS, *promotion_invariants.INVARIANTS, *member_invariants.INVARIANTS]


def faults(draft: DrawDraft) -> dict[str, str]:
    with pytest.raises(ValidationFailed) as refused:
        services.create_draw(draft, actor=SYSTEM)
    return {error.loc: error.code for error in refused.value.errors}


def held(member_id: int | None) -> int:
    assert member_id is not None
    return members.available([member_id]).get(member_id, 0)


def announced(name: str) -> list[dict[str, Any]]:
    return [
        r["payload"] for r in db.rows("select payload from kernel_outboxevent where name = %s order by id", (name,))
    ]


# --- its life ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ({"slug": "No Good"}, {"slug": "invalid"}),
        ({"label_zh": ""}, {"label_zh": "required"}),
        ({"per_day": None}, {"per_day": "required"}),
        ({"per_day": 0}, {"per_day": "range"}),
        ({"tiers": ["none"]}, {"tiers": "unknown"}),
        ({"ends_at": now() - timedelta(days=2)}, {"ends_at": "before_start"}),
        ({"prizes": [nothing(10_000)]}, {"prizes": "length"}),
        ({"prizes": [points(5000), points(5000)]}, {"prizes": "thanks"}),
        ({"prizes": [points(5000), nothing(4999)]}, {"prizes": "odds_total"}),
        ({"prizes": [points(0), nothing(10_000)]}, {"prizes.0.odds": "range"}),
        ({"prizes": [points(5000, pieces=0), nothing(5000)]}, {"prizes.0.pieces": "range"}),
        ({"prizes": [points(5000, amount=0), nothing(5000)]}, {"prizes.0.points": "range"}),
        ({"prizes": [PrizeDraft("car", "x", 5000), nothing(5000)]}, {"prizes.0.kind": "unknown"}),
        ({"prizes": [PrizeDraft("coupon", "x", 5000, pieces=1, value=1), nothing(5000)]},
         {"prizes.0.promotion_id": "required"}),
        ({"prizes": [PrizeDraft("coupon", "x", 5000, pieces=1, value=1, promotion_id=10**9), nothing(5000)]},
         {"prizes.0.promotion_id": "unknown"}),
        ({"prizes": [points(5000), replace(nothing(5000), pieces=3)]}, {"prizes.1.pieces": "unbounded"}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_field(over: dict[str, Any], expected: dict[str, str]) -> None:
    assert faults(replace(draw_draft(), **over)) == expected


def test_no_prize_is_worth_more_than_the_rules_allow() -> None:
    """50 000 yuan unless the mall says otherwise; what points are worth counts as well."""
    dear = replace(coupon(5000), value=5_000_001)
    assert faults(draw_draft(dear, nothing(5000))) == {"prizes.0.value": "too_much"}
    assert draw(replace(dear, value=5_000_000), nothing(5000)).prizes[0].value == 5_000_000
    assert faults(draw_draft(points(5000, amount=5_000_100), nothing(5000))) == {"prizes.0.value": "too_much"}
    mall_settings.put("draws.prize_value_max", 100, actor=SYSTEM)
    assert faults(draw_draft(points(5000, amount=101), nothing(5000))) == {"prizes.0.value": "too_much"}


def test_a_published_draw_has_committed_and_keeps_its_terms() -> None:
    view = draw()
    assert (view.stage, view.seed, len(view.commitment)) == ("running", "", 64)
    with pytest.raises(WrongState):
        services.update_draw(view.id, draw_draft(), actor=SYSTEM)
    with pytest.raises(WrongState):
        services.discard_draw(view.id, actor=SYSTEM)
    for statement in (
        "update draws_draw set per_day = 1",
        "update draws_draw set commitment = repeat('0', 64)",
        "update draws_draw set sealed = ''",
        "update draws_draw set state = 'ended', seed = repeat('0', 64)",
        "update draws_prize set odds = odds + 1",
        "update draws_prize set pieces = pieces - 1 where pieces is not null",
        "delete from draws_prize",
        "insert into draws_prize (draw_id, place, kind, label_zh, odds, pieces, points)"
        " select id, 9, 'points', 'x', 1, 1, 1 from draws_draw",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            db.execute(statement)
    assert selectors.draw(view.id) == view
    assert announced("draws.draw_published") == [{"draw_id": view.id, "slug": view.slug, "commitment": view.commitment}]


def test_odds_that_do_not_add_up_are_not_published_whatever_wrote_them() -> None:
    draw_id = services.create_draw(draw_draft(), actor=SYSTEM)
    db.execute("update draws_prize set odds = 4999 where draw_id = %s and place = 1", (draw_id,))
    with pytest.raises(ValidationFailed):
        services.publish_draw(draw_id, actor=SYSTEM)
    with pytest.raises(DatabaseError), transaction.atomic():
        db.execute("update draws_draw set state = 'live', commitment = 'x' where id = %s", (draw_id,))


def test_nobody_learns_the_seed_before_the_end() -> None:
    view = draw()
    take(view, player())
    said = [str(row) for row in db.rows("select payload::text from kernel_outboxevent")]
    said += [str(row) for row in audit.history(limit=100)] + [str(selectors.by_slug(view.slug))]
    ended = over(view)
    assert fairness.commitment(ended.seed) == view.commitment
    assert not [text for text in said if ended.seed in text]
    stored = db.row("select sealed from draws_draw where id = %s", (view.id,))
    assert stored is not None
    assert ended.seed not in stored["sealed"]


def test_two_draws_never_share_a_seed() -> None:
    assert draw().commitment != draw().commitment


def test_a_draft_can_be_changed_and_discarded() -> None:
    draft = draw_draft()
    draw_id = services.create_draw(draft, actor=SYSTEM)
    services.update_draw(draw_id, replace(draft, label_zh="另一个", prizes=[points(1), nothing(9999)]), actor=SYSTEM)
    assert [prize.odds for prize in selectors.terms(draw_id).prizes] == [1, 9999]
    assert faults(draft) == {"slug": "taken"}
    with pytest.raises(NotFound):
        selectors.by_slug(draft.slug)
    services.discard_draw(draw_id, actor=SYSTEM)
    with pytest.raises(NotFound):
        selectors.draw(draw_id)


def test_ending_early_needs_a_reason_and_tells_the_seed() -> None:
    view = draw(coupon(10_000, pieces=3), nothing(0))
    winner = player()
    take(view, winner)
    with pytest.raises(ValidationFailed):
        services.end_draw(view.id, actor=SYSTEM)
    services.end_draw(view.id, reason="奖品有误", actor=SYSTEM)
    ended = selectors.by_slug(view.slug)
    assert (ended.stage, ended.end_reason, len(ended.seed)) == ("ended", "奖品有误", 64)
    with pytest.raises(DrawNotOpen):
        take(view, player())
    with pytest.raises(WrongState):
        services.end_draw(view.id, reason="x", actor=SYSTEM)
    assert announced("draws.draw_ended")[0]["taken"] == 1
    assert not invariants.check(BOOKS)


def test_only_who_may_manages_draws() -> None:
    seller, editor = make.staff("service"), make.staff("marketing")
    with pytest.raises(PermissionDenied):
        services.create_draw(draw_draft(), actor=seller)
    draw_id = services.create_draw(draw_draft(coupon(5000), nothing(5000)), actor=editor)
    for act in (services.publish_draw, services.end_draw, services.discard_draw):
        with pytest.raises(PermissionDenied):
            act(draw_id, actor=seller)
    services.publish_draw(draw_id, actor=editor)


# --- chances -------------------------------------------------------------------------------------------------------


def test_each_outcome_is_what_the_seed_says_and_doctor_computes_it_too() -> None:
    view = draw(points(3000, pieces=5), points(1000, amount=7, pieces=1), nothing(6000))
    players = [player() for _ in range(3)]
    taken = [take(view, players[i % 3], nonce=f"n{i}") for i in range(40)]
    assert [chance.sequence for chance in taken] == list(range(1, 41))
    ended = over(view)
    odds = [prize.odds for prize in ended.prizes]
    for chance in taken:
        assert chance.roll == fairness.roll(ended.seed, view.id, chance.sequence, chance.nonce)
        assert chance.drawn == fairness.line_of(chance.roll, odds) + 1
    record = selectors.record(view.id, limit=100).items
    assert selectors.recomputed(ended, record) == {chance.sequence: chance.roll for chance in taken}
    assert selectors.recomputed(view, record) == {}
    assert Counter(chance.place for chance in taken) == {p.place: p.given for p in ended.prizes if p.given}
    assert [p.given <= (p.pieces or 40) for p in ended.prizes] == [True] * 3
    assert not invariants.check(BOOKS)


@pytest.mark.parametrize(
    ("bent", "found"),
    [
        ("update draws_chance set roll = mod(roll + 1, 10000) where sequence = 3", {"draws.outcomes_follow_the_seed"}),
        ("update draws_chance set nonce = nonce || 'x' where sequence = 3", {"draws.outcomes_follow_the_seed"}),
        ("delete from draws_chance where sequence = 4", {"draws.sequences_have_no_gaps", "draws.given_counts"}),
        ("update draws_chance set prize_id = (select min(id) from draws_prize) where sequence ="
         " (select min(sequence) from draws_chance where prize_id <> (select min(id) from draws_prize))",
         {"draws.prizes_go_in_turn", "draws.given_counts"}),
    ],
)  # fmt: skip
def test_what_somebody_bends_is_found(bent: str, found: set[str]) -> None:
    view = draw()
    who = player()
    for i in range(8):
        take(view, who, nonce=f"n{i}")
    over(view)
    with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
        db.execute(bent)
    bend(bent)
    assert {violation.invariant.name for violation in invariants.check(INVARIANTS)} == found


def test_a_seed_that_was_not_committed_to_is_found() -> None:
    view = over(draw())
    bend("update draws_draw set seed = repeat('0', 64) where id = %s", (view.id,))
    assert "draws.seed_is_the_committed_one" in {v.invariant.name for v in invariants.check(INVARIANTS)}


def test_when_the_pieces_are_out_it_is_the_thanks() -> None:
    view = draw(points(10_000, pieces=2), nothing(0))
    who = player()
    kinds = [take(view, who).kind for _ in range(4)]
    assert kinds == ["points", "points", THANKS, THANKS]
    assert [(c.drawn, c.place) for c in selectors.chances_of(view.id, who.id or 0)] == [(1, 2), (1, 2), (1, 1), (1, 1)]
    assert held(who.id) == 200
    over(view)
    assert not invariants.check(BOOKS)


def test_a_chance_costs_its_points_and_a_prize_brings_its_own() -> None:
    view = draw(points(10_000, amount=30), nothing(0), price=50)
    who = player(held=120)
    take(view, who)
    assert held(who.id) == 100
    assert who.id is not None
    moves = [(move.kind, move.amount, move.reason) for move in members.postings(who.id).items]
    assert moves[:2] == [("draw_prize", 30, "幸运抽奖"), ("draw_chance", -50, "幸运抽奖")]
    poor = player(held=49)
    with pytest.raises(NotEnough):
        take(view, poor)
    assert (held(poor.id), selectors.draw(view.id).taken) == (49, 1)
    assert not invariants.check(BOOKS)


def test_what_is_won_cannot_pay_for_the_chance_that_won_it() -> None:
    view = draw(points(10_000, amount=500), nothing(0), price=50)
    with pytest.raises(NotEnough):
        take(view, player())


def test_a_coupon_won_lies_in_the_wallet_whatever_one_holds_of_it() -> None:
    promotion_id = live_coupon(coupon=CouponDraft(claimable=True, per_member_limit=1, issue_limit=3))
    view = draw(coupon(10_000, promotion_id, pieces=2), nothing(0))
    who = player()
    assert who.id is not None
    promotion_services.claim(promotion_id, who.id, actor=who)
    assert take(view, who).kind == "coupon"
    assert [c.state for c in promotions.wallet(who.id, now())] == ["usable", "usable"]
    assert announced("promotions.coupon_granted")[-1]["origin"] == "won"
    services.end_draw(view.id, reason="done", actor=SYSTEM)
    assert promotions.funnel(promotion_id).issued == 2  # what was set aside and not won is free again
    assert [c.state for c in promotions.wallet(who.id, now())] == ["usable", "usable"]
    assert not invariants.check(BOOKS)


def test_pieces_are_set_aside_before_anybody_draws() -> None:
    scarce = live_coupon(coupon=CouponDraft(issue_limit=4))
    draw_id = services.create_draw(draw_draft(coupon(5000, scarce, pieces=5), nothing(5000)), actor=SYSTEM)
    with pytest.raises(ValidationFailed) as refused:
        services.publish_draw(draw_id, actor=SYSTEM)
    assert [(e.loc, e.code) for e in refused.value.errors] == [("prizes.0.pieces", "above_issue_limit")]
    short = live_coupon(ends_at=now() + timedelta(hours=2))
    draw_id = services.create_draw(draw_draft(coupon(5000, short), nothing(5000)), actor=SYSTEM)
    with pytest.raises(ValidationFailed) as refused:
        services.publish_draw(draw_id, actor=SYSTEM)
    assert [(e.loc, e.code) for e in refused.value.errors] == [("prizes.0.promotion_id", "ends_too_early")]


def test_nobody_draws_while_a_prize_could_not_be_handed_out() -> None:
    """Refused before anybody knows the outcome, whoever would have won what."""
    promotion_id = live_coupon()
    view = draw(coupon(1, promotion_id), nothing(9999), price=10)
    who = player(held=20)
    promotion_services.pause(promotion_id, actor=SYSTEM)
    with pytest.raises(DrawSuspended):
        take(view, who)
    assert held(who.id) == 20
    promotion_services.resume(promotion_id, actor=SYSTEM)
    take(view, who)


def test_the_same_key_is_the_same_chance() -> None:
    view = draw(points(10_000), nothing(0), price=10, per_day=1)
    who = player(held=10)
    first = take(view, who, key="once")
    assert take(view, who, key="once") == first
    with pytest.raises(IdempotencyConflict):
        take(view, who, key="once", nonce="other")
    assert held(who.id) == 100
    assert take(view, player(held=10), key="once").sequence == 2  # another member's key is another
    assert selectors.draw(view.id).taken == 2


def test_chances_are_bounded_by_day_and_in_all() -> None:
    daily = draw(per_day=2, per_member=3)
    who = player()
    assert who.id is not None
    assert selectors.left(daily, who.id).now == 2
    take(daily, who)
    take(daily, who)
    with pytest.raises(NoChancesLeft) as refused:
        take(daily, who)
    assert refused.value.extra == {"reason": "day"}
    bend("update draws_chance set day = day - 1")
    assert selectors.left(daily, who.id).now == 1
    take(daily, who)
    with pytest.raises(NoChancesLeft) as refused:
        take(daily, who)
    assert refused.value.extra == {"reason": "all"}


def test_it_is_for_those_tiers_it_names() -> None:
    member_services.save_tier("gold", TierDraft("金卡", 1), actor=SYSTEM)
    view = draw(tiers=["gold"])
    who = player()
    assert who.id is not None
    with pytest.raises(DrawNotForYou):
        take(view, who)
    member_services.grant_tier(who.id, "gold", until=business_date(), reason="test", actor=SYSTEM)
    take(view, who)


def test_chances_are_taken_within_its_window_and_with_a_plain_word() -> None:
    early = draw(starts_at=now() + timedelta(hours=1))
    with pytest.raises(DrawNotOpen) as refused:
        take(early, player())
    assert refused.value.extra == {"reason": "not_started"}
    for nonce in ("", "幸运", "a:b", "x" * 33):
        with pytest.raises(ValidationFailed):
            take(draw(), player(), nonce=nonce)
    with pytest.raises(NotFound):
        services.take_chance("none", 1, nonce="x", key="k", actor=SYSTEM)


def test_what_a_chance_leaves_behind() -> None:
    view = draw(points(10_000), nothing(0))
    who = player()
    chance = take(view, who, nonce="seven")
    (entry,) = audit.history(action="draws.take_chance")
    assert (entry["actor_id"], entry["target_id"]) == (who.id, str(view.id))
    assert entry["after"] == {"sequence": 1, "nonce": "seven", "roll": chance.roll, "prize": "100 积分"}
    assert announced("draws.chance_taken") == [
        {"draw_id": view.id, "sequence": 1, "member_id": who.id, "kind": "points", "prize": "100 积分"}
    ]
    assert selectors.of_member(who.id or 0).items[0].slug == view.slug
    assert [c.sequence for c in selectors.winners(view.id)] == [1]


def test_a_draw_whose_time_is_over_takes_nobody_and_is_ended_once() -> None:
    view = draw()
    outlive(view)
    assert selectors.draw(view.id).stage == "closing"
    with pytest.raises(DrawNotOpen):
        take(view, player())
    assert [v.invariant.name for v in invariants.check(INVARIANTS)] == ["draws.over_in_time"]
    assert (services.end_overdue(actor=SYSTEM), services.end_overdue(actor=SYSTEM)) == (1, 0)
    assert not invariants.check(INVARIANTS)

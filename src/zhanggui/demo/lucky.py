"""A lucky draw that still runs, and regulars who have tried their luck."""

from __future__ import annotations

from datetime import timedelta

from zhanggui.draws import services as draws
from zhanggui.draws.types import COUPON, POINTS, THANKS, DrawDraft, PrizeDraft
from zhanggui.kernel import clock, ids
from zhanggui.kernel.actor import Actor

from .world import World

SLUG = "thank-you"
PLAYERS = 24
#: What people like to write: their outcomes follow from it.
WORDS = ("lucky", "tea2026", "good-day", "666", "888", "qingming", "maomao", "spring")


def open_draw(world: World, coupon: int) -> None:
    """Publish it: points, a few of the coupon (worth ¥20), and mostly nothing; three chances a day, free."""
    made = draws.create_draw(
        DrawDraft(
            SLUG, "老友感恩抽奖",
            (
                PrizeDraft(POINTS, "20 积分", 3_000, "20 points", pieces=3_000, points=20),
                PrizeDraft(POINTS, "200 积分", 400, "200 points", pieces=200, points=200),
                PrizeDraft(COUPON, "20 元优惠券", 300, "¥20 coupon", pieces=60, promotion_id=coupon, value=2_000),
                PrizeDraft(THANKS, "谢谢参与", 6_300, "No prize"),
            ),
            clock.now(), world.ends + timedelta(days=10), "A draw for our friends", per_day=3, per_member=20,
        ),
        actor=world.clerks.marketing,
    )  # fmt: skip
    draws.publish_draw(made, actor=world.clerks.marketing)


def try_luck(world: World) -> None:
    """Some who have bought before draw, once or twice. Their choice is drawn apart, so that the rest of the past stays as it is."""
    chance = ids.rng(world.ends.toordinal())
    known = sorted({buyer.member_id for buyer in world.regulars if buyer.member_id})
    for member_id in chance.sample(known, min(PLAYERS, len(known))):
        who = Actor("member", member_id, f"member {member_id}")
        for turn in range(chance.choice((1, 1, 2))):
            draws.take_chance(SLUG, member_id, nonce=chance.choice(WORDS), key=f"demo:{turn}", actor=who)

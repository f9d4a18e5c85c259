"""Draws, and members who take chances. All through the services."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from tests.factories import accounts as make
from tests.factories.promotions import live_coupon
from zhanggui.draws import selectors, services
from zhanggui.draws.types import COUPON, POINTS, THANKS, ChanceView, DrawDraft, DrawView, PrizeDraft
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.clock import now
from zhanggui.members import services as members

_number = count(1)


def nothing(odds: int) -> PrizeDraft:
    return PrizeDraft(THANKS, "谢谢参与", odds)


def points(odds: int, amount: int = 100, pieces: int = 1000, **more: Any) -> PrizeDraft:
    return PrizeDraft(POINTS, f"{amount} 积分", odds, pieces=pieces, points=amount, **more)


def coupon(odds: int, promotion_id: int | None = None, pieces: int = 5, **more: Any) -> PrizeDraft:
    """A coupon worth ten yuan, a new one unless told which."""
    return PrizeDraft(
        COUPON, "10 元券", odds, pieces=pieces, promotion_id=promotion_id or live_coupon(), value=1000, **more
    )


def draw_draft(*prizes: PrizeDraft, **more: Any) -> DrawDraft:
    """Points half the time, a hundred chances a day, since an hour ago for a day, unless told otherwise."""
    table = prizes or (points(5000), nothing(5000))
    base = DrawDraft(
        f"draw-{next(_number)}", "幸运抽奖", table, now() - timedelta(hours=1), now() + timedelta(days=1), per_day=100
    )
    return replace(base, **more)


def draw(*prizes: PrizeDraft, **more: Any) -> DrawView:
    """A published draw."""
    draw_id = services.create_draw(draw_draft(*prizes, **more), actor=SYSTEM)
    services.publish_draw(draw_id, actor=SYSTEM)
    return selectors.draw(draw_id)


def take(view: DrawView, who: Actor, *, nonce: str = "lucky", key: str = "") -> ChanceView:
    """One chance of a member."""
    assert who.id is not None
    return services.take_chance(view.slug, who.id, nonce=nonce, key=key or f"key-{next(_number)}", actor=who)


def player(held: int = 0) -> Actor:
    """A new member with so many points."""
    who = make.member()
    if held:
        assert who.id is not None
        members.adjust(who.id, held, reason="test", actor=SYSTEM)
    return who


def bend(sql: str, params: tuple[Any, ...] = ()) -> None:
    """Write past the triggers that keep what was published, as only somebody with the database in his hands can."""
    db.execute("set session_replication_role = replica")
    try:
        db.execute(sql, params)
    finally:
        db.execute("set session_replication_role = origin")


def outlive(view: DrawView) -> None:
    """Its time is over, but nobody has ended it yet: the window is moved, which the mall itself never does."""
    bend(
        "update draws_draw set starts_at = kernel_now() - interval '4 hours', ends_at = kernel_now() - interval '2 hours'"
        " where id = %s",
        (view.id,),
    )


def over(view: DrawView) -> DrawView:
    """The same draw after its time."""
    outlive(view)
    services.end_overdue(actor=SYSTEM)
    return selectors.draw(view.id)

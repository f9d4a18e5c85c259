"""Reads of draws. Each public function names its number of statements. No seed leaves here before its draw is over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from zhanggui.kernel import clock, db, paging
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound

from .fairness import bounds, roll
from .rules import stage_of
from .states import DRAW
from .types import ChanceView, DrawDraft, DrawView, Left, MyChance, PrizeDraft, PrizeView

_DRAWS = """
select d.*, (select jsonb_agg(to_jsonb(p) order by p.place) from draws_prize p where p.draw_id = d.id) as prizes from draws_draw d
"""
_CHANCES = """
select c.draw_id, c.sequence, c.member_id, c.nonce, c.roll, w.place as drawn, p.place, p.kind, p.label_zh, p.label_en, c.price, c.at
from draws_chance c join draws_prize p on p.id = c.prize_id join draws_prize w on w.id = c.drawn_id
"""


def draw(draw_id: int) -> DrawView:
    """One draw. One statement. Raises NotFound."""
    return _found(db.row(_DRAWS + " where d.id = %s", (draw_id,)))


def by_slug(slug: str) -> DrawView:
    """A published draw by the name of its page. One statement. Raises NotFound."""
    return _found(db.row(_DRAWS + " where d.slug = %s and d.state <> 'draft'", (slug,)))


def terms(draw_id: int) -> DrawDraft:
    """The terms of a draw as its editor gave them. One statement. Raises NotFound."""
    row = db.row(_DRAWS + " where d.id = %s", (draw_id,))
    if row is None:
        raise NotFound()
    fields = {name: row[name] for name in DrawDraft.__slots__ if name != "prizes"}
    parts = PrizeDraft.__slots__
    return DrawDraft(prizes=[PrizeDraft(**{name: p[name] for name in parts}) for p in row["prizes"] or ()], **fields)


def public(*, limit: int = 20, days: int = 30) -> list[DrawView]:
    """Published draws for their hall: those that run or will, then those over within so many days. One statement."""
    found = db.rows(
        _DRAWS
        + " where d.state = 'live' or (d.state = 'ended' and d.ended_at > kernel_now() - make_interval(days => %s))"
        " order by d.state = 'ended', d.starts_at > kernel_now(), d.ends_at, d.id desc limit %s",
        (days, limit),
    )
    return [_draw(row) for row in found]


def draws(*, cursor: str = "", limit: int = 50) -> paging.Page[DrawView]:
    """Newest first. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        _DRAWS + " where %s::bigint is null or d.id < %s order by d.id desc limit %s", (before, before, limit + 1)
    )
    page = paging.page(rows, limit, lambda row: row["id"])
    return paging.Page([_draw(row) for row in page.items], page.next_cursor)


def between(start: datetime, end: datetime, *, limit: int = 300) -> list[DrawView]:
    """Draws whose window touches [start, end), by their start; drafts and ended ones too. One statement."""
    rows = db.rows(
        _DRAWS + " where d.starts_at < %s and d.ends_at > %s order by d.starts_at, d.id limit %s", (end, start, limit)
    )
    return [_draw(row) for row in rows]


def left(view: DrawView, member_id: int) -> Left:
    """How many chances a member has in a draw. One statement."""
    row = db.row(
        "select count(*)::int as all, count(*) filter (where day = %s)::int as today from draws_chance"
        " where draw_id = %s and member_id = %s",
        (clock.business_date(), view.id, member_id),
    )
    assert row is not None
    return Left(
        None if view.per_day is None else view.per_day - row["today"],
        None if view.per_member is None else view.per_member - row["all"],
    )


def chance(draw_id: int, sequence: int) -> ChanceView:
    """One chance. One statement. Raises NotFound."""
    row = db.row(_CHANCES + " where c.draw_id = %s and c.sequence = %s", (draw_id, sequence))
    if row is None:
        raise NotFound()
    return _chance(row)


def chances_of(draw_id: int, member_id: int, *, limit: int = 50) -> list[ChanceView]:
    """A member's chances in a draw, newest first. One statement."""
    rows = db.rows(
        _CHANCES + " where c.draw_id = %s and c.member_id = %s order by c.turn desc limit %s",
        (draw_id, member_id, limit),
    )
    return [_chance(row) for row in rows]


def of_member(member_id: int, *, cursor: str = "", limit: int = 20) -> paging.Page[MyChance]:
    """A member's chances in all draws, newest first. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        f"select c.*, i.id, d.slug, d.label_zh as draw_zh, d.label_en as draw_en from draws_chance i"
        f" join draws_draw d on d.id = i.draw_id join lateral ({_CHANCES} where c.id = i.id) c on true"
        " where i.member_id = %s and (%s::bigint is null or i.id < %s) order by i.id desc limit %s",
        (member_id, before, before, limit + 1),
    )
    page = paging.page(rows, limit, lambda row: row["id"])
    mine = [
        MyChance(row["slug"], Text(row["draw_zh"], row["draw_en"] or row["draw_zh"]), _chance(row))
        for row in page.items
    ]
    return paging.Page(mine, page.next_cursor)


def winners(draw_id: int, *, limit: int = 12) -> list[ChanceView]:
    """The latest chances that won something. One statement."""
    rows = db.rows(
        _CHANCES
        + " where c.draw_id = %s and c.prize_id in (select id from draws_prize where draw_id = %s and kind <> 'thanks')"
        " order by c.sequence desc limit %s",
        (draw_id, draw_id, limit),
    )
    return [_chance(row) for row in rows]


def record(draw_id: int, *, won: bool = False, cursor: str = "", limit: int = 50) -> paging.Page[ChanceView]:
    """Every chance of a draw (or those that won), by number, the latest first. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        _CHANCES
        + " where c.draw_id = %s and (not %s or p.kind <> 'thanks') and (%s::bigint is null or c.sequence < %s)"
        " order by c.sequence desc limit %s",
        (draw_id, won, before, before, limit + 1),
    )
    return paging.page([_chance(row) for row in rows], limit, lambda view: view.sequence)


def recomputed(view: DrawView, chances: Sequence[ChanceView]) -> dict[int, int]:
    """The rolls of chances computed again from the published seed, by number; none before the end. No statement."""
    if not view.seed:
        return {}
    return {c.sequence: roll(view.seed, view.id, c.sequence, c.nonce) for c in chances}


def _found(row: dict[str, Any] | None) -> DrawView:
    if row is None:
        raise NotFound()
    return _draw(row)


def _draw(row: dict[str, Any]) -> DrawView:
    lines = row["prizes"] or []
    prizes = tuple(
        PrizeView(
            p["place"], p["kind"], Text(p["label_zh"], p["label_en"] or p["label_zh"]), p["odds"], low, high, p["pieces"],
            p["given"], p["promotion_id"], p["points"], p["value"],
        )
        for p, (low, high) in zip(lines, bounds([p["odds"] for p in lines]), strict=True)
    )  # fmt: skip
    return DrawView(
        row["id"], row["slug"], row["state"], stage_of(row, clock.now()), Text(row["label_zh"], row["label_en"] or row["label_zh"]),
        Text(row["notes_zh"], row["notes_en"] or row["notes_zh"]), row["starts_at"], row["ends_at"], tuple(row["tiers"]),
        row["per_day"], row["per_member"], row["price"], prizes, row["taken"], row["commitment"], row["seed"],
        row["published_at"], row["ended_at"], row["end_reason"], DRAW.actions(row["state"]),
    )  # fmt: skip


def _chance(row: dict[str, Any]) -> ChanceView:
    label = Text(row["label_zh"], row["label_en"] or row["label_zh"])
    return ChanceView(label=label, **{name: row[name] for name in ChanceView.__slots__ if name != "label"})

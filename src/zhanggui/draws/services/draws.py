"""The life of a draw: drafted, published with its commitment, ended with its seed. A published one keeps its terms."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction

from zhanggui.kernel import audit, clock, db, fairness, mall_settings, sealing
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import FieldError, NotFound, PermissionDenied, ValidationFailed, WrongState
from zhanggui.members import selectors as members
from zhanggui.promotions import selectors as coupons
from zhanggui.promotions import services as promotions

from .. import locks, selectors
from ..events import DrawEnded, DrawPublished
from ..permissions import MANAGE
from ..rules import check
from ..states import DRAFT, DRAW, LIVE
from ..types import COUPON, POINTS, DrawDraft, PrizeDraft

PURPOSE = "draws.seed"  # of kernel.sealing


def create_draw(draft: DrawDraft, *, actor: Actor) -> int:
    """Store a new draw as a draft; its id. Opens its own transaction. Raises ValidationFailed, PermissionDenied."""
    _may(actor)
    draft = _checked(draft)
    with transaction.atomic():
        names = ", ".join(_COLUMNS)
        row = _write(
            draft.slug,
            f"insert into draws_draw ({names}) values ({', '.join(['%s'] * len(_COLUMNS))}) returning id",
            _values(draft),
        )
        _write_prizes(row["id"], draft)
        _audit(actor, "create", row["id"], after=_told(draft))
    return int(row["id"])


def update_draw(draw_id: int, draft: DrawDraft, *, actor: Actor) -> None:
    """Replace the terms of a draft. Opens its own transaction. Raises ValidationFailed, NotFound, WrongState, PermissionDenied."""
    _may(actor)
    draft = _checked(draft)
    with transaction.atomic():
        _held(draw_id, DRAFT, "update")
        before = _told(selectors.terms(draw_id))
        names = ", ".join(f"{name} = %s" for name in _COLUMNS)
        _write(draft.slug, f"update draws_draw set {names} where id = %s returning id", (*_values(draft), draw_id))
        db.execute("delete from draws_prize where draw_id = %s", (draw_id,))
        _write_prizes(draw_id, draft)
        _audit(actor, "update", draw_id, before=before, after=_told(draft))


def discard_draw(draw_id: int, *, actor: Actor) -> None:
    """Forget a draft. Opens its own transaction. Raises NotFound, WrongState, PermissionDenied."""
    _may(actor)
    with transaction.atomic():
        _held(draw_id, DRAFT, "discard")
        before = _told(selectors.terms(draw_id))
        db.execute("delete from draws_prize where draw_id = %s", (draw_id,))
        db.execute("delete from draws_draw where id = %s", (draw_id,))
        _audit(actor, "discard", draw_id, before=before)


def publish_draw(draw_id: int, *, actor: Actor) -> None:
    """Draft to live: its seed is drawn and committed to, codes of its coupons are set aside; nothing of it changes any more.

    Opens its own transaction. Raises NotFound, WrongState, ValidationFailed, PermissionDenied (coupons need `coupons.manage`).
    """
    _may(actor)
    with transaction.atomic():
        held = _held(draw_id, DRAFT, "publish")
        draft = _checked(selectors.terms(draw_id))
        if held["ends_at"] <= clock.now():
            raise ValidationFailed.one(
                "ends_at", "already_over", "结束时间已过，请改期", "it is over already; move the end"
            )
        _set_coupons_aside(draw_id, draft, actor)
        seed = fairness.new_seed()
        committed = fairness.commitment(seed)
        db.execute(
            "update draws_draw set state = %s, commitment = %s, sealed = %s, published_at = kernel_now() where id = %s",
            (DRAW.target(DRAFT, "publish"), committed, sealing.seal(seed, PURPOSE), draw_id),
        )
        _audit(actor, "publish", draw_id, before={"state": DRAFT}, after={"state": LIVE, "commitment": committed})
        record(DrawPublished(draw_id, held["slug"], committed))


def end_draw(draw_id: int, *, actor: Actor, reason: str = "") -> None:
    """No more chances; the seed is told, and codes nobody won are void. Before its time is over it needs a reason, shown to everybody.

    Opens its own transaction. Raises NotFound, WrongState, ValidationFailed, PermissionDenied.
    """
    _may(actor)
    with transaction.atomic():
        held = _held(draw_id, LIVE, "end")
        reason = clean_text(reason, "reason", 200, required=clock.now() < held["ends_at"])
        seed = unsealed(held)
        db.execute(
            "update draws_draw set state = %s, seed = %s, ended_at = kernel_now(), end_reason = %s where id = %s",
            (DRAW.target(LIVE, "end"), seed, reason, draw_id),
        )
        for prize in _coupon_prizes(draw_id):
            promotions.withdraw_codes(
                prize["promotion_id"], prize["batch"], actor=SYSTEM, reason=f"draw {held['slug']}"
            )
        _audit(actor, "end", draw_id, before={"state": LIVE}, after={"state": "ended", "seed": seed}, reason=reason)
        record(DrawEnded(draw_id, held["slug"], seed, held["taken"]))


def end_overdue(*, actor: Actor = SYSTEM, limit: int = 20) -> int:
    """End the draws whose time is over; how many."""
    found = db.rows(
        "select id from draws_draw where state = 'live' and ends_at <= kernel_now() order by ends_at limit %s", (limit,)
    )
    done = 0
    for row in found:
        try:
            end_draw(row["id"], actor=actor)
            done += 1
        except WrongState:  # somebody ended it at the same moment
            continue
    return done


def unsealed(held: Mapping[str, Any]) -> str:
    """The secret seed of a draw's row."""
    return fairness.unseal(held["sealed"], held["commitment"], PURPOSE)


def _may(actor: Actor) -> None:
    if not actor.may(MANAGE):
        raise PermissionDenied(extra={"permission": MANAGE})


def _held(draw_id: int, state: str, action: str) -> dict[str, Any]:
    held = locks.hold_draw(draw_id)
    if held is None:
        raise NotFound()
    if held["state"] != state:
        raise WrongState(state=held["state"], action=action)
    return held


def _checked(draft: DrawDraft) -> DrawDraft:
    """The draft with what its points are worth. Raises ValidationFailed."""
    worth = [replace(p, value=members.points_value(p.points or 0)) if p.kind == POINTS else p for p in draft.prizes]
    draft = replace(draft, prizes=worth)
    check(draft, tiers={tier.code for tier in members.tiers()}, most_value=mall_settings.get("draws.prize_value_max"))
    known = coupons.many([p.promotion_id for p in worth if p.kind == COUPON and p.promotion_id])
    faults = []
    for i, prize in enumerate(worth):
        found = known.get(prize.promotion_id or 0)
        if prize.kind == COUPON and (found is None or found.draft.kind != "coupon" or found.draft.coupon is None):
            faults.append(
                FieldError(f"prizes.{i}.promotion_id", "unknown", Text("没有这张优惠券", "there is no such coupon"))
            )
    if faults:
        raise ValidationFailed(errors=faults)
    return draft


def _set_coupons_aside(draw_id: int, draft: DrawDraft, actor: Actor) -> None:
    """Codes for every piece, so that none is promised that is not there. Raises ValidationFailed."""
    known = coupons.many([p.promotion_id for p in draft.prizes if p.promotion_id])
    for i, prize in enumerate(draft.prizes):
        if prize.promotion_id is None or prize.pieces is None:
            continue
        view = known[prize.promotion_id]
        if view.state != "live":
            raise ValidationFailed.one(
                f"prizes.{i}.promotion_id", "not_live", "这张优惠券没有发布或已暂停、结束", "this coupon is not live"
            )
        if view.draft.ends_at is not None and view.draft.ends_at <= draft.ends_at:
            raise ValidationFailed.one(
                f"prizes.{i}.promotion_id", "ends_too_early", "这张优惠券在抽奖结束前就到期了", "this coupon is over before the draw is"
            )  # fmt: skip
        try:
            batch = promotions.generate_codes(
                prize.promotion_id, prize.pieces, note=f"抽奖：{draft.label_zh}"[:200], actor=actor
            )
        except ValidationFailed as refused:
            message = refused.errors[0].message
            raise ValidationFailed(errors=[FieldError(f"prizes.{i}.pieces", refused.errors[0].code, message)]) from None
        db.execute("update draws_prize set batch = %s where draw_id = %s and place = %s", (batch, draw_id, i + 1))


def _coupon_prizes(draw_id: int) -> list[dict[str, Any]]:
    return db.rows(
        "select promotion_id, batch from draws_prize where draw_id = %s and promotion_id is not null order by promotion_id, id",
        (draw_id,),
    )


_COLUMNS = (
    "slug", "label_zh", "label_en", "notes_zh", "notes_en", "starts_at", "ends_at", "tiers", "per_day", "per_member", "price",
)  # fmt: skip


def _values(draft: DrawDraft) -> tuple[Any, ...]:
    return (
        draft.slug, draft.label_zh.strip(), draft.label_en.strip(), draft.notes_zh.strip(), draft.notes_en.strip(),
        draft.starts_at, draft.ends_at, list(draft.tiers), draft.per_day, draft.per_member, draft.price,
    )  # fmt: skip


def _write(slug: str, sql: str, values: tuple[Any, ...]) -> dict[str, Any]:
    """Raises ValidationFailed where another draw has this name."""
    try:
        with transaction.atomic():
            row = db.row(sql, values)
    except IntegrityError as refused:
        if "draw_slug_once" not in str(refused):
            raise
        raise ValidationFailed.one(
            "slug", "taken", f"已有抽奖使用 {slug}，请换一个", f"another draw has {slug}; choose another"
        ) from None
    assert row is not None
    return row


_PRIZES = """
insert into draws_prize (draw_id, place, kind, label_zh, label_en, odds, pieces, promotion_id, points, value)
select %s, p.place, p.kind, p.label_zh, p.label_en, p.odds, p.pieces, p.promotion_id, p.points, p.value
from jsonb_to_recordset(%s) as p(place int, kind text, label_zh text, label_en text, odds int, pieces bigint,
    promotion_id bigint, points bigint, value bigint)
"""


def _write_prizes(draw_id: int, draft: DrawDraft) -> None:
    rows = [_line(prize) | {"place": place} for place, prize in enumerate(draft.prizes, 1)]
    db.execute(_PRIZES, (draw_id, db.Json(rows)))


def _line(prize: PrizeDraft) -> dict[str, Any]:
    """A line as it is stored: what belongs to another kind is left out."""
    return {
        "kind": prize.kind, "label_zh": prize.label_zh.strip(), "label_en": prize.label_en.strip(), "odds": prize.odds,
        "pieces": prize.pieces, "promotion_id": prize.promotion_id if prize.kind == COUPON else None,
        "points": prize.points if prize.kind == POINTS else None,
        "value": prize.value if prize.kind in (COUPON, POINTS) else 0,
    }  # fmt: skip


def _told(draft: DrawDraft) -> dict[str, Any]:
    return {**dict(zip(_COLUMNS, _values(draft), strict=True)), "prizes": [_line(prize) for prize in draft.prizes]}


def _audit(actor: Actor, action: str, draw_id: int, *, before: Any = None, after: Any = None, reason: str = "") -> None:
    audit.record(
        actor=actor, action=f"draws.{action}", target_type="draw", target_id=draw_id, before=before, after=after, reason=reason,
    )  # fmt: skip

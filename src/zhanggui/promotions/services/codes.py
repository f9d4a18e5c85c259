"""Coupon codes: public ones, batches of single-use ones, and those in members' wallets. Codes cannot be guessed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from zhanggui.kernel import audit, db, ids, mall_settings, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.clock import now
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed, WrongState
from zhanggui.members import services as members
from zhanggui.members.selectors import known_ids

from .. import locks
from ..engine.reasons import CODE_REASONS
from ..errors import CouponNotClaimable
from ..events import CouponCodesGenerated, CouponCodesVoided, CouponGranted
from ..permissions import GRANT_COUPONS, MANAGE_COUPONS
from ..rules import normal_code
from ..states import ENDED

MOST_MEMBERS = 10_000  # per grant
_LENGTH = 12  # of 32 letters: 60 bits
_ALPHABET = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that reads like something else
_TABLE = _ALPHABET * 8

#: A code in somebody's hands is good from then on, for the coupon's days if it has any.
_INSERT = """
insert into promotions_couponcode (coupon_id, code, origin, batch, max_uses, member_id, held_at, valid_from, valid_until)
select c.promotion_id, n.code, %s, %s, 1, n.member_id, h.at, case when c.valid_days is not null then h.at end,
    h.at + make_interval(days => c.valid_days)
from promotions_coupon c, unnest(%s::text[], %s::bigint[]) as n(code, member_id),
    lateral (select case when n.member_id is null then null else %s::timestamptz end) as h(at)
where c.promotion_id = %s
on conflict (code) do nothing returning id, member_id
"""


def new_codes(count: int) -> list[str]:
    """Unguessable codes, from the system's random source in one draw."""
    letters = ids.rng().randbytes(count * _LENGTH).translate(_TABLE).decode()
    return [letters[at : at + _LENGTH] for at in range(0, count * _LENGTH, _LENGTH)]


def _insert(promotion_id: int, origin: str, members: Sequence[int | None], *, batch: str = "") -> list[dict[str, int]]:
    """One new single-use code for each of `members` (None: for whoever has it); the rare clash is drawn again."""
    stored: list[dict[str, int]] = []
    waiting = list(members)
    while waiting:
        stored += db.rows(_INSERT, (origin, batch, new_codes(len(waiting)), waiting, now(), promotion_id))
        if len(stored) == len(members):
            break
        there = {row["member_id"] for row in stored} - {None}
        waiting = [m for m in members if m not in there] if there else list(members[len(stored) :])
    return stored


def _open_coupon(promotion_id: int) -> dict[str, object]:
    coupon = locks.hold_coupon(promotion_id)
    if coupon is None:
        raise NotFound()
    if coupon["state"] == ENDED:
        raise WrongState(state=ENDED)
    return coupon


def _issue(promotion_id: int, count: int) -> None:
    if not locks.issue(promotion_id, count):
        raise ValidationFailed.one(
            "count", "above_issue_limit", "超过了这张优惠券的发行总量", "more than the coupon's issue limit allows"
        )


def add_code(promotion_id: int, code: str, *, actor: Actor, max_uses: int | None = None) -> str:
    """A public code shared by many (`max_uses` None: as often as the coupon allows); the code as stored.

    Opens its own transaction. Raises ValidationFailed (unfit or taken), NotFound, WrongState, PermissionDenied.
    """
    if not actor.may(MANAGE_COUPONS):
        raise PermissionDenied()
    stored = normal_code(code)
    if not stored:
        raise ValidationFailed.one("code", "invalid", "优惠码为 3 到 32 个字母或数字", "3 to 32 letters or digits")
    if max_uses is not None and not 1 <= max_uses <= 2_000_000_000:
        raise ValidationFailed.one("max_uses", "range", "次数应为正整数", "must be at least 1")
    with transaction.atomic():
        _open_coupon(promotion_id)
        _issue(promotion_id, 1)
        fresh = db.execute(
            "insert into promotions_couponcode (coupon_id, code, origin, max_uses) values (%s, %s, 'public', %s)"
            " on conflict (code) do nothing",
            (promotion_id, stored, max_uses),
        )
        if not fresh:
            raise ValidationFailed.one("code", "taken", "这个优惠码已被使用", "this code is already in use")
        audit.record(
            actor=actor, action="coupons.add_code", target_type="promotion", target_id=promotion_id,
            after={"code": stored, "max_uses": max_uses},
        )  # fmt: skip
    return stored


def generate_codes(promotion_id: int, count: int, *, actor: Actor, note: str = "") -> str:
    """`count` single-use codes for whoever gets them; the name of the batch, to export them by. `note`: what it is for.

    Opens its own transaction. Raises ValidationFailed (`promotions.codes_per_batch`), NotFound, WrongState, PermissionDenied.
    """
    if not actor.may(MANAGE_COUPONS):
        raise PermissionDenied()
    most = mall_settings.get("promotions.codes_per_batch")
    if not 1 <= count <= most:
        raise ValidationFailed.one("count", "range", f"一批可生成 1 到 {most} 个", f"1 to {most} in a batch")
    note = clean_text(note, "note", 200, required=False)
    batch = ids.document_number("C")
    with transaction.atomic():
        _open_coupon(promotion_id)
        _issue(promotion_id, count)
        _insert(promotion_id, "generated", [None] * count, batch=batch)
        db.execute(
            "insert into promotions_couponbatch (coupon_id, name, note, made, actor_label) values (%s, %s, %s, %s, %s)",
            (promotion_id, batch, note, count, actor.label[:200]),
        )
        audit.record(
            actor=actor, action="coupons.generate_codes", target_type="promotion", target_id=promotion_id,
            after={"batch": batch, "count": count},
        )  # fmt: skip
        outbox.record(CouponCodesGenerated(promotion_id, batch, count))
    return batch


def void_batch(promotion_id: int, batch: str, *, actor: Actor, reason: str = "") -> int:
    """Make the unused codes of a batch void for good; how many. What they took of the issue limit is free again.

    Opens its own transaction. Raises NotFound, PermissionDenied.
    """
    if not actor.may(MANAGE_COUPONS):
        raise PermissionDenied()
    with transaction.atomic():
        if locks.hold_coupon(promotion_id) is None or not db.execute(
            "update promotions_couponbatch set voided_at = coalesce(voided_at, kernel_now()) where coupon_id = %s and name = %s",
            (promotion_id, batch),
        ):
            raise NotFound()
        count = len(_void(promotion_id, actor, batch=batch))
        _say_void(promotion_id, {"batch": batch, "count": count}, count, actor, reason)
    return count


def void_code(promotion_id: int, code_id: int, *, actor: Actor, reason: str = "") -> None:
    """Make one code void that no order stands on; its holder may be given another, and has the points back it cost him.

    Opens its own transaction. Raises NotFound, WrongState (used, or void already), PermissionDenied.
    """
    if not actor.may(MANAGE_COUPONS):
        raise PermissionDenied()
    with transaction.atomic():
        held = locks.hold_coupon(promotion_id)
        row = db.row(
            "select code, voided_at from promotions_couponcode where id = %s and coupon_id = %s",
            (code_id, promotion_id),
        )
        if held is None or row is None:
            raise NotFound()
        if not _void(promotion_id, actor, code_id=code_id):
            raise WrongState(state="void" if row["voided_at"] else "used")
        _say_void(promotion_id, {"code": row["code"]}, 1, actor, reason)


def _void(promotion_id: int, actor: Actor, **which: Any) -> list[int]:
    """Codes become void; the points that any of them were exchanged for come back."""
    gone = locks.void_codes(promotion_id, **which)
    exchanged = db.rows("select code_id from promotions_couponexchange where code_id = any(%s) order by 1", (gone,))
    members.return_exchanged([exchange_key(row["code_id"]) for row in exchanged], actor=actor)
    return gone


def exchange_key(code_id: int) -> str:
    """What the points that bought a code are posted under."""
    return f"coupon:{code_id}"


def _say_void(promotion_id: int, what: dict[str, object], count: int, actor: Actor, reason: str) -> None:
    audit.record(
        actor=actor, action="coupons.void", target_type="promotion", target_id=promotion_id, after=what, reason=reason[:200],
    )  # fmt: skip
    outbox.record(CouponCodesVoided(promotion_id, count))


def grant(promotion_id: int, member_ids: Iterable[int], *, actor: Actor) -> list[int]:
    """Put one code into the wallet of each member who has not had his share; the members who got one.

    Opens its own transaction. Raises ValidationFailed, NotFound, WrongState, PermissionDenied.
    """
    if not actor.may(GRANT_COUPONS):
        raise PermissionDenied()
    wanted = sorted(set(member_ids))
    if not 1 <= len(wanted) <= MOST_MEMBERS:
        raise ValidationFailed.one(
            "member_ids", "range", f"一次发给 1 到 {MOST_MEMBERS} 位会员", f"1 to {MOST_MEMBERS} members at a time"
        )
    unknown = set(wanted) - known_ids(wanted)
    if unknown:
        named = ", ".join(map(str, sorted(unknown)[:5]))
        raise ValidationFailed.one("member_ids", "unknown", f"没有这些会员：{named}", f"no such members: {named}")
    with transaction.atomic():
        coupon = _open_coupon(promotion_id)
        lucky = locks.hold_more(promotion_id, wanted, int(str(coupon["per_member_limit"])))
        if lucky:
            _issue(promotion_id, len(lucky))
            hand_out(promotion_id, lucky, "granted")
        audit.record(
            actor=actor, action="coupons.grant", target_type="promotion", target_id=promotion_id,
            after={"members": lucky, "skipped": len(wanted) - len(lucky)},
        )  # fmt: skip
    return lucky


def hand_out(promotion_id: int, member_ids: list[int], origin: str) -> list[dict[str, int]]:
    """A code for each of these members, who were counted (`locks.hold_more`); `id` and `member_id`."""
    stored = _insert(promotion_id, origin, member_ids)
    outbox.record(*(CouponGranted(row["member_id"], promotion_id, row["id"], origin) for row in stored))
    return stored


@db.needs_transaction
def hand_over(promotion_id: int, batch: str, member_id: int, *, actor: Actor) -> None:
    """A code of a batch that nobody has yet goes into a member's wallet, beside what he may hold otherwise (a prize, say).

    Needs a transaction. Raises CouponNotClaimable where the batch has none left (`selectors.batches_to_hand_out` tells before).
    """
    coupon = locks.hold_coupon(promotion_id)
    row = coupon and db.row(
        "update promotions_couponcode set member_id = %s, held_at = %s,"
        " valid_from = case when %s::int is not null then %s end, valid_until = %s + make_interval(days => %s)"
        " where id = (select id from promotions_couponcode where coupon_id = %s and batch = %s and member_id is null"
        " and voided_at is null and used = 0 order by id limit 1) returning id",
        (member_id, at := now(), days := coupon["valid_days"], at, at, days, promotion_id, batch),
    )
    if not row or not coupon:
        raise _not_claimable("all_claimed")
    locks.hold_one_more(promotion_id, member_id, coupon["per_member_limit"])
    outbox.record(CouponGranted(member_id, promotion_id, row["id"], "won"))


@db.needs_transaction
def withdraw_codes(promotion_id: int, batch: str, *, actor: Actor, reason: str = "") -> int:
    """Make the codes of a batch void that nobody has; how many. What they took of the issue limit is free again.

    Needs a transaction. Raises PermissionDenied.
    """
    if not actor.may(MANAGE_COUPONS):
        raise PermissionDenied()
    locks.hold_coupon(promotion_id)
    count = len(locks.void_codes(promotion_id, batch=batch, held=False))
    if count:
        _say_void(promotion_id, {"batch": batch, "count": count}, count, actor, reason)
    return count


def _not_claimable(reason: str) -> CouponNotClaimable:
    return CouponNotClaimable(reason=CODE_REASONS[reason], extra={"reason": reason})


def claim(promotion_id: int, member_id: int, *, actor: Actor) -> None:
    """A member takes an open coupon into the wallet. Opens its own transaction. Raises NotFound, CouponNotClaimable."""
    with transaction.atomic():
        coupon = locks.hold_coupon(promotion_id)
        if coupon is None or coupon["state"] == "draft":
            raise NotFound()
        if not coupon["claimable"] or coupon["state"] != "live":
            raise _not_claimable("not_claimable" if coupon["state"] != ENDED else "ended")
        at = now()
        if at < coupon["starts_at"]:
            raise _not_claimable("not_started")
        if coupon["ends_at"] is not None and at >= coupon["ends_at"]:
            raise _not_claimable("ended")
        if not locks.hold_more(promotion_id, [member_id], coupon["per_member_limit"]):
            raise _not_claimable("claimed_enough")
        if not locks.issue(promotion_id, 1):
            raise _not_claimable("all_claimed")
        hand_out(promotion_id, [member_id], "claimed")


def keep(code: str, member_id: int, *, actor: Actor) -> None:
    """A member puts a single-use code into the wallet, where nobody else can use it any more.

    Opens its own transaction. Raises CouponNotClaimable (unknown, used, void, held by another, or he has his share).
    """
    with transaction.atomic():
        found = db.row(
            "select coupon_id from promotions_couponcode where code = %s and code <> ''", (normal_code(code),)
        )
        coupon = locks.hold_coupon(found["coupon_id"]) if found else None
        row = coupon and db.row(
            "update promotions_couponcode set member_id = %s, held_at = %s,"
            " valid_from = case when %s::int is not null then %s end, valid_until = %s + make_interval(days => %s)"
            " where code = %s and member_id is null and max_uses = 1 and used = 0 and voided_at is null returning id",
            (member_id, at := now(), days := coupon["valid_days"], at, at, days, normal_code(code)),
        )
        if not row or not coupon:
            raise _not_claimable("unknown")
        if not locks.hold_more(coupon["promotion_id"], [member_id], coupon["per_member_limit"]):
            raise _not_claimable("claimed_enough")
        outbox.record(CouponGranted(member_id, coupon["promotion_id"], row["id"], "claimed"))

"""Coupons sent to many members: asked for once, carried out part by part, never two to one member beyond his share."""

from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction

from zhanggui.kernel import audit, db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed, WrongState
from zhanggui.members.selectors import known_ids

from .. import jobs, locks
from ..events import CouponSendFinished
from ..permissions import GRANT_COUPONS
from ..states import LIVE
from ..types import CouponAudience
from .codes import hand_out

MOST = 2_000_000  # members of one send
PART = 1000

_START = """
insert into promotions_couponsend (coupon_id, key, audience, note, total, actor_kind, actor_id, actor_label)
values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict (key) do nothing returning id
"""
#: The next part, with who may still have one; the coupon is held, so nobody's share changes meanwhile.
_PART = """
select s.member_id, coalesce(h.held, 0) < %s as may
from (select member_id from promotions_couponsendmember where send_id = %s and outcome = '' order by member_id limit %s) s
left join promotions_couponholding h on h.coupon_id = %s and h.member_id = s.member_id order by s.member_id
"""
_OUTCOMES = """
update promotions_couponsendmember set outcome = n.outcome from unnest(%s::bigint[], %s::text[]) as n(member_id, outcome)
where send_id = %s and promotions_couponsendmember.member_id = n.member_id
"""
_PROGRESS = """
update promotions_couponsend set started_at = coalesce(started_at, kernel_now()), sent = sent + %s, had = had + %s,
    failure = %s, finished_at = case when %s then kernel_now() end where id = %s
returning coupon_id, total, sent, had
"""


def start_send(
    promotion_id: int, member_ids: Iterable[int], *, key: str, audience: CouponAudience, actor: Actor, note: str = ""
) -> int:
    """Send the coupon to these members, in the background; the id of the send. A repeated `key` answers the first one's.

    Opens its own transaction. Raises ValidationFailed (nobody, too many, unknown members), NotFound, WrongState (the coupon is
    not live), PermissionDenied.
    """
    if not actor.may(GRANT_COUPONS):
        raise PermissionDenied()
    wanted, note = sorted(set(member_ids)), clean_text(note, "note", 200, required=False)
    key = clean_text(key, "key", 80)
    if not 1 <= len(wanted) <= MOST:
        raise ValidationFailed.one("members", "range", f"一次发给 1 到 {MOST} 位会员", f"1 to {MOST} members at a time")
    unknown = set(wanted) - known_ids(wanted)
    if unknown:
        named = ", ".join(map(str, sorted(unknown)[:5]))
        raise ValidationFailed.one("members", "unknown", f"没有这些会员：{named}", f"no such members: {named}")
    with transaction.atomic():
        coupon = locks.hold_coupon(promotion_id)
        if coupon is None:
            raise NotFound()
        if coupon["state"] != LIVE:
            raise WrongState(state=str(coupon["state"]))
        criteria = {name: value for name, value in asdict(audience).items() if value not in (None, (), "")}
        row = db.row(
            _START,
            (promotion_id, key, db.Json(criteria), note, len(wanted), actor.kind, actor.id, actor.label[:200]),
        )
        if row is None:
            first = db.row("select id from promotions_couponsend where key = %s", (key,))
            assert first is not None
            return int(first["id"])
        db.execute(
            "insert into promotions_couponsendmember (send_id, member_id) select %s, m from unnest(%s::bigint[]) m",
            (row["id"], wanted),
        )
        audit.record(
            actor=actor, action="coupons.send", target_type="promotion", target_id=promotion_id,
            after={"send": row["id"], "audience": criteria, "members": len(wanted), "note": note},
        )  # fmt: skip
        transaction.on_commit(jobs.send_soon)
    return int(row["id"])


def carry_out(*, actor: Actor) -> None:
    """All sends that wait, each part in a transaction of its own; two workers never take the same part."""
    while _next_part():
        pass


def _next_part() -> bool:
    with transaction.atomic():
        send = locks.hold_send()
        if send is None:
            return False
        coupon = locks.hold_coupon(send["coupon_id"])
        assert coupon is not None
        if coupon["state"] != LIVE:
            _record(send["id"], 0, 0, "not_live", True)
            return True
        rows = db.rows(_PART, (coupon["per_member_limit"], send["id"], PART, send["coupon_id"]))
        left = len(rows) if coupon["issue_limit"] is None else max(coupon["issue_limit"] - coupon["issued"], 0)
        may = [row["member_id"] for row in rows if row["may"]]
        lucky, late = may[:left], may[left:]
        had = [row["member_id"] for row in rows if not row["may"]]
        if lucky:
            locks.hold_more(send["coupon_id"], lucky, coupon["per_member_limit"])
            locks.issue(send["coupon_id"], len(lucky))
            hand_out(send["coupon_id"], lucky, "granted")
        told = [*((m, "sent") for m in lucky), *((m, "had") for m in had)]
        db.execute(_OUTCOMES, ([m for m, _ in told], [outcome for _, outcome in told], send["id"]))
        _record(send["id"], len(lucky), len(had), "none_left" if late else "", bool(late) or len(rows) < PART)
    return True


def _record(send_id: int, sent: int, had: int, failure: str, over: bool) -> None:
    row = db.row(_PROGRESS, (sent, had, failure, over, send_id))
    if over and row:
        outbox.record(CouponSendFinished(row["coupon_id"], send_id, row["sent"], row["total"]))

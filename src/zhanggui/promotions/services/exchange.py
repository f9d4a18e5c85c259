"""Points for coupons (积分商城): the coupon, its holder's share and his points move in one transaction, once per key."""

from typing import Any

from django.db import transaction

from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.clock import now
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.problems import IdempotencyConflict, NotFound
from zhanggui.members import services as members

from .. import locks
from ..engine.reasons import CODE_REASONS
from ..errors import CouponNotExchangeable, PointsPriceChanged
from ..states import DRAFT, ENDED, LIVE
from .codes import exchange_key, hand_out

_KNOWN = """
select c.coupon_id, c.code from promotions_couponexchange e join promotions_couponcode c on c.id = e.code_id
where e.member_id = %s and e.key = %s
"""


def exchange(promotion_id: int, member_id: int, *, points: int, key: str, actor: Actor) -> str:
    """A member gets a coupon for the `points` it was shown at; the code. Asked again under the same `key`: the same code.

    Opens its own transaction; the coupon's row is held first, the purse last (docs/locking.md). Raises NotFound,
    CouponNotExchangeable, PointsPriceChanged, NotEnough of members, IdempotencyConflict, ValidationFailed.
    """
    key = clean_text(key, "key", 255)
    with transaction.atomic():
        coupon = locks.hold_coupon(promotion_id)
        if coupon is None or coupon["state"] == DRAFT:
            raise NotFound()
        known = db.row(_KNOWN, (member_id, key))
        if known is not None:
            if known["coupon_id"] != promotion_id:
                raise IdempotencyConflict()
            return str(known["code"])
        _must_be_open(coupon)
        price = coupon["points_price"]
        if price != points:
            raise PointsPriceChanged(points=price, extra={"points": price})
        if not locks.hold_more(promotion_id, [member_id], coupon["per_member_limit"]):
            raise _refused("exchanged_enough")
        if not locks.issue(promotion_id, 1):
            raise _refused("all_exchanged")
        [made] = hand_out(promotion_id, [member_id], "exchanged")
        fresh = db.execute(
            "insert into promotions_couponexchange (code_id, member_id, key, points) values (%s, %s, %s, %s)"
            " on conflict (member_id, key) do nothing",
            (made["id"], member_id, key, price),
        )
        if not fresh:
            raise IdempotencyConflict()  # another coupon took the key in this very moment
        members.spend_points(member_id, price, key=exchange_key(made["id"]), reason=coupon["label_zh"], actor=actor)
        code = db.row("select code from promotions_couponcode where id = %s", (made["id"],))
        assert code is not None
        return str(code["code"])


def _must_be_open(coupon: dict[str, Any]) -> None:
    at = now()
    if coupon["state"] == ENDED or (coupon["ends_at"] is not None and at >= coupon["ends_at"]):
        raise _refused("ended")
    if coupon["points_price"] is None or coupon["state"] != LIVE:
        raise _refused("not_exchangeable")
    if at < coupon["starts_at"]:
        raise _refused("exchange_not_started")


def _refused(reason: str) -> CouponNotExchangeable:
    return CouponNotExchangeable(reason=CODE_REASONS[reason], extra={"reason": reason})

"""Which members a message or a coupon is for: by what they are, and by what they bought."""

from datetime import timedelta

from zhanggui.kernel import clock, db
from zhanggui.promotions.types import CouponAudience

#: Bought: an order that was paid and not cancelled; what came from another mall counts as well.
_BOUGHT = "select 1 from orders_order o where o.member_id = m.id and o.status <> 'cancelled' and o.paid_at is not null and o.kind = 'sale'"


def members_matching(audience: CouponAudience) -> list[int]:
    """Active members every named part of the audience is true of, by id. One statement."""
    asked: list[tuple[str, tuple[object, ...]]] = [("m.status = 'active'", ())]
    if audience.tiers:
        asked.append(("m.tier = any(%s)", (list(audience.tiers),)))
    if audience.tags:
        asked.append(("m.tags && %s::text[]", (list(audience.tags),)))
    if audience.bought is not None:
        asked.append((f"{'' if audience.bought else 'not '}exists ({_BOUGHT})", ()))
    if audience.inactive_days:
        since = clock.now() - timedelta(days=audience.inactive_days)
        asked.append((f"not exists ({_BOUGHT} and o.placed_at >= %s) and m.created_at < %s", (since, since)))
    if audience.birthday_month:
        asked.append(("extract(month from m.birthday) = %s", (audience.birthday_month,)))
    rows = db.rows(
        f"select m.id from members_member m where {' and '.join(condition for condition, _ in asked)} order by m.id",
        tuple(value for _, values in asked for value in values),
    )
    return [row["id"] for row in rows]

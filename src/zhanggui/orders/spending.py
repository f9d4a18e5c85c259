"""What members have bought: how often, for how much, when last (CRM-01, CRM-02)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from zhanggui.kernel import db

from .states import VALID


@dataclass(frozen=True, slots=True)
class Spending:
    """A member's orders. `spent` is what was paid for valid orders and not given back, in minor units of the mall's currency."""

    orders: int = 0
    valid_orders: int = 0
    recent_orders: int = 0  # valid ones since the instant that was asked for
    spent: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def average(self) -> int | None:
        return self.spent // self.valid_orders if self.valid_orders else None


def spending(member_ids: Iterable[int], *, recent_since: datetime, currency: str) -> dict[int, Spending]:
    """By member; each asked for is answered. One statement, by the index on members."""
    wanted = list(member_ids)
    rows = db.rows(
        """select o.member_id, count(*)::int as orders, count(*) filter (where o.status = any(%(valid)s))::int as valid_orders,
            count(*) filter (where o.status = any(%(valid)s) and o.placed_at >= %(since)s)::int as recent_orders,
            coalesce(sum(o.paid_total - o.refunded_total) filter (where o.status = any(%(valid)s)
                and o.currency = %(currency)s), 0)::bigint as spent,
            min(o.placed_at) as first_at, max(o.placed_at) as last_at
        from orders_order o where o.member_id = any(%(members)s::bigint[]) and o.kind = 'sale' group by o.member_id""",
        {"valid": list(VALID), "since": recent_since, "currency": currency, "members": wanted},
    )
    found = {row.pop("member_id"): Spending(**row) for row in rows}
    return {member_id: found.get(member_id, Spending()) for member_id in wanted}


def growth(member_ids: Iterable[int], *, since: datetime, currency: str) -> list[tuple[int, int, int]]:
    """(member, paid and kept, the most of one order) over valid orders paid since an instant, minor units. One statement.

    Who has none is absent.
    """
    rows = db.rows(
        """select member_id, sum(paid_total - refunded_total)::bigint as spent, max(paid_total - refunded_total) as best
        from orders_order where member_id = any(%s::bigint[]) and status = any(%s) and paid_at >= %s and currency = %s
        group by member_id""",
        (list(member_ids), list(VALID), since, currency),
    )
    return [(row["member_id"], row["spent"], row["best"]) for row in rows]


def members_of(numbers: Iterable[str]) -> dict[str, int]:
    """Whose orders these are; guests' are absent. One statement."""
    rows = db.rows(
        "select number, member_id from orders_order where number = any(%s) and member_id is not null", (list(numbers),)
    )
    return {row["number"]: row["member_id"] for row in rows}


def goods_kept(numbers: Iterable[str]) -> dict[str, tuple[int, int]]:
    """(member, what the goods came to and was not given back, minor units) of members' orders. One statement."""
    rows = db.rows(
        """select o.number, o.member_id, sum(l.payable - l.refunded_amount)::bigint as kept
        from orders_order o join orders_orderline l on l.order_id = o.id
        where o.number = any(%s) and o.member_id is not null group by o.number, o.member_id order by o.number""",
        (list(numbers),),
    )
    return {row["number"]: (row["member_id"], row["kept"]) for row in rows}

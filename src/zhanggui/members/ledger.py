"""Reads of points and balances."""

from datetime import date, datetime, timedelta
from typing import Any

from zhanggui.kernel import clock, db, mall_settings, paging
from zhanggui.kernel.money import minor_digits

from .types import BALANCE, POINTS, BalanceMove, Expiring, Holding, Liability, PostingView

_SECOND = timedelta(seconds=1)
_LIVE = "remaining > 0 and (expires_at is null or expires_at > kernel_now())"


def points_value(points: int) -> int:
    """What points are worth at checkout, in minor units of the mall's currency, rounded down."""
    unit: int = 10 ** minor_digits(mall_settings.get("mall.currency"))
    return points * unit // int(mall_settings.get("members.points_per_yuan"))


def available(member_ids: list[int], asset: str = POINTS) -> dict[int, int]:
    """What members can spend now; who holds nothing is absent. One statement."""
    found = db.rows(
        f"select member_id, sum(remaining)::bigint as held from members_lot where member_id = any(%s::bigint[])"
        f" and asset = %s and {_LIVE} group by member_id",
        (member_ids, asset),
    )
    return {row["member_id"]: row["held"] for row in found}


def holding(member_id: int, asset: str = POINTS, *, lots: int = 3) -> Holding:
    """What a member holds, and what of it expires first, with the last second it can be used. Two statements."""
    purse = db.row("select balance, owed from members_purse where member_id = %s and asset = %s", (member_id, asset))
    rows = db.rows(
        f"select expires_at, sum(remaining)::bigint as held from members_lot where member_id = %s and asset = %s and {_LIVE}"
        " group by expires_at order by expires_at nulls last",
        (member_id, asset),
    )
    expiring = tuple(
        Expiring(row["expires_at"] - _SECOND, row["held"]) for row in rows if row["expires_at"] is not None
    )
    return Holding(sum(row["held"] for row in rows), purse["owed"] if purse else 0, expiring[:lots])


def postings(member_id: int, asset: str = POINTS, *, cursor: str = "", limit: int = 30) -> paging.Page[PostingView]:
    """A member's ledger, the newest first. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        "select id, kind, case when target = 'member' then amount else -amount end as amount, reference, reason,"
        " case when actor_kind = 'staff' then actor_label else '' end as by, at from members_posting"
        " where member_id = %s and asset = %s and (%s::bigint is null or id < %s) order by id desc limit %s",
        (member_id, asset, before, before, limit + 1),
    )
    return paging.page([PostingView(**row) for row in rows], limit, lambda view: view.id)


def balance_moves(start: datetime, end: datetime) -> list[BalanceMove]:
    """What orders took from balances and what came back of it between two instants, in order. One statement."""
    rows = db.rows(
        "select kind, reference, key, amount, at from members_posting where asset = %s and kind in ('spend', 'give_back')"
        " and at >= %s and at < %s order by id",
        (BALANCE, start, end),
    )
    return [BalanceMove(row["kind"], row["reference"], row["key"], row["amount"], row["at"]) for row in rows]


def liability(asset: str = POINTS) -> list[Liability]:
    """What members hold by the month it expires in, soonest first, with what it is worth. One statement."""
    rows = db.rows(
        f"select date_trunc('month', (expires_at - interval '1 second') at time zone %s)::date as month,"
        f" sum(remaining)::bigint as points, count(distinct member_id)::int as members"
        f" from members_lot where asset = %s and {_LIVE} group by 1 order by 1 nulls last",
        (clock.zone().key, asset),
    )
    return [_liability(row, asset) for row in rows]


def _liability(row: dict[str, Any], asset: str) -> Liability:
    value = points_value(row["points"]) if asset == POINTS else row["points"]
    return Liability(row["month"], row["points"], value, row["members"])


def accounts(asset: str = POINTS, *, since: datetime | None = None) -> dict[str, int]:
    """What stands on each account; together they are zero. One statement."""
    rows = db.rows(
        "select a.account, sum(a.amount)::bigint as amount from members_posting p cross join lateral"
        " (values (p.source, -p.amount), (p.target, p.amount)) as a(account, amount)"
        " where p.asset = %s and (%s::timestamptz is null or p.at >= %s) group by a.account",
        (asset, since, since),
    )
    return {row["account"]: row["amount"] for row in rows}


def month_ends(months: int, today: date | None = None) -> datetime:
    """The end of the month so many months after today's, in the mall's time zone."""
    day = today or clock.business_date()
    count = day.year * 12 + day.month + months  # the month after, counted from year 0 with January as 0
    return clock.day_bounds(date(count // 12, count % 12 + 1, 1))[0]

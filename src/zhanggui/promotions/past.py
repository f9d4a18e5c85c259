"""What was: when promotions were really switched on, and what was used of them before an instant."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from zhanggui.kernel import db

from .states import DRAFT, LIVE

Span = tuple[datetime | None, datetime | None]
_ON, _OFF = ("promotions.publish", "promotions.resume"), ("promotions.pause", "promotions.end")
_STEPS = """
select p.id, p.state, coalesce((select jsonb_agg(jsonb_build_array(a.action, a.at) order by a.id) from kernel_auditrow a
    where a.target_type = 'promotion' and a.target_id = p.id::text and a.action = any(%s)), '[]') as steps
from promotions_promotion p where p.id = any(%s::bigint[])
"""
_USED = """
select r.promotion_id, count(*)::int as used, coalesce(sum(r.amount), 0)::bigint as spent from promotions_redemption r
where r.promotion_id = any(%s::bigint[]) and r.at < %s and (r.given_back_at is null or r.given_back_at >= %s)
group by r.promotion_id
"""
_HELD = """
select r.promotion_id, r.holder, count(*)::int as used
from promotions_redemption r join promotions_promotion p on p.id = r.promotion_id and p.per_holder_limit is not null
where r.promotion_id = any(%s::bigint[]) and r.at < %s and (r.given_back_at is null or r.given_back_at >= %s)
group by r.promotion_id, r.holder
"""


class Used(NamedTuple):
    """Uses of a counted promotion and what they took off (minor units); `held` by holder where those are limited."""

    used: int
    spent: int
    held: dict[str, int]


def spans(promotion_ids: Sequence[int]) -> dict[int, list[Span]]:
    """From when until when each promotion was live, by the audit log; an open end is None. Drafts have none.

    One whose log is lost was on as its state says, without a beginning. One statement.
    """
    found: dict[int, list[Span]] = {}
    for row in db.rows(_STEPS, ([*_ON, *_OFF], list(promotion_ids))):
        live: list[Span] = []
        since: datetime | None = None
        for action, at in row["steps"]:
            instant = datetime.fromisoformat(at)
            if action in _ON and since is None:
                since = instant
            elif action in _OFF and since is not None:
                live.append((since, instant))
                since = None
        if since is not None:
            live.append((since, None))
        if not row["steps"] and row["state"] != DRAFT:
            live = [(None, None)] if row["state"] == LIVE else []
        found[row["id"]] = live
    return found


def used_before(promotion_ids: Sequence[int], at: datetime) -> dict[int, Used]:
    """What was used of counted promotions before an instant and had not come back by then. Two statements."""
    ids = list(promotion_ids)
    found = {row["promotion_id"]: Used(row["used"], row["spent"], {}) for row in db.rows(_USED, (ids, at, at))}
    for row in db.rows(_HELD, (ids, at, at)):
        found[row["promotion_id"]].held[row["holder"]] = row["used"]
    return found

"""Reads of checks, of what differs, and of who looks promotions over."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from zhanggui.kernel import db, paging
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.paging import Page
from zhanggui.kernel.problems import NotFound

from .apart import apart as apart
from .apart import wrong as wrong
from .guarantee import guarantee_of as guarantee_of
from .guarantee import promised_days as promised_days
from .types import OPEN, CheckView, DifferenceView, Evidence, LookOver, RiskView, TickView

_CHECK = "id, status, total, done, found, new, gone, failure, actor_label as asked_by, asked_at, finished_at"
_DIFFERENCE = (
    'id, place, what, title, says, holds, said, "true", product_id, sku_code, promotion_id, page_id, path, first_seen,'
    " last_seen, gone_at"
)


def checks(*, cursor: str = "", limit: int = 20) -> Page[CheckView]:
    """Checks, newest first. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        f"select {_CHECK} from pledges_check where (%s::bigint is null or id < %s) order by id desc limit %s",
        (before, before, limit + 1),
    )
    return paging.page([CheckView(**row) for row in rows], limit, lambda row: row.id)


def last_check() -> CheckView | None:
    """The newest check, however far it is. One statement."""
    row = db.row(f"select {_CHECK} from pledges_check order by id desc limit 1")
    return CheckView(**row) if row else None


def differences(
    *, state: str = "open", place: str = "", what: str = "", promotion_id: int | None = None, cursor: str = "",
    limit: int = 50,
) -> Page[DifferenceView]:  # fmt: skip
    """Differences, newest first: `open` ones, `gone` ones, or all (""). One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        f"select {_DIFFERENCE} from pledges_difference where (%(state)s = '' or (gone_at is null) = (%(state)s = 'open'))"
        " and (%(place)s = '' or place = %(place)s) and (%(what)s = '' or what = %(what)s)"
        " and (%(promotion)s::bigint is null or promotion_id = %(promotion)s)"
        " and (%(before)s::bigint is null or id < %(before)s) order by id desc limit %(limit)s",
        {
            "state": state, "place": place, "what": what, "promotion": promotion_id, "before": before, "limit": limit + 1,
        },
    )  # fmt: skip
    return paging.page([_view(row) for row in rows], limit, lambda row: row.id)


def open_counts() -> dict[str, int]:
    """How many differences there are now, by place. One statement."""
    rows = db.rows("select place, count(*)::int as n from pledges_difference where gone_at is null group by place")
    return {row["place"]: row["n"] for row in rows}


def open_count(most: int = 1000) -> int:
    """How many there are now, counted up to `most`. One statement."""
    row = db.row(
        "select count(*)::int as n from (select 1 from pledges_difference where gone_at is null limit %s) x", (most,)
    )
    return int(row["n"]) if row else 0


_TICKS = 'select promotion_id, point, "right", note, by, at, check_id from pledges_tick where promotion_id = any(%s::bigint[])'


def look_overs(promotion_ids: Iterable[int]) -> dict[int, LookOver]:
    """Who looks these promotions over and what was found; absent where nobody is named. Two statements, none for none."""
    wanted = list(promotion_ids)
    if not wanted:
        return {}
    ticks: dict[int, list[TickView]] = {}
    for row in db.rows(_TICKS + " order by id", (wanted,)):
        ticks.setdefault(row.pop("promotion_id"), []).append(TickView(**row))
    rows = db.rows(
        "select promotion_id, checker_id, checker, named_by, named_at from pledges_lookover"
        " where promotion_id = any(%s::bigint[])",
        (wanted,),
    )
    return {row["promotion_id"]: LookOver(**row, ticks=tuple(ticks.get(row["promotion_id"], ()))) for row in rows}


_RISK = (
    "id, kind, title, why, evidence, product_id, sku_code, promotion_id, page_id, path, state, reason, said_by, said_at,"
    " first_seen, last_seen, mended_at"
)


def risks(*, state: str = OPEN, kind: str = "", cursor: str = "", limit: int = 50) -> Page[RiskView]:
    """What could be taken for price fraud, newest first; `state` "": all. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        f"select {_RISK} from pledges_pricerisk where (%(state)s = '' or state = %(state)s)"
        " and (%(kind)s = '' or kind = %(kind)s) and (%(before)s::bigint is null or id < %(before)s)"
        " order by id desc limit %(limit)s",
        {"state": state, "kind": kind, "before": before, "limit": limit + 1},
    )
    return paging.page([_risk(row) for row in rows], limit, lambda row: row.id)


def risk(risk_id: int) -> RiskView:
    """One finding. One statement. Raises NotFound."""
    row = db.row(f"select {_RISK} from pledges_pricerisk where id = %s", (risk_id,))
    if row is None:
        raise NotFound()
    return _risk(row)


def risk_counts() -> dict[str, int]:
    """How many findings there are in each state. One statement."""
    rows = db.rows("select state, count(*)::int as n from pledges_pricerisk group by state")
    return {row["state"]: row["n"] for row in rows}


def _risk(row: dict[str, Any]) -> RiskView:
    evidence = tuple(
        Evidence(
            datetime.fromisoformat(one["at"]),
            Text(*one["words"]),
            one["amount"],
            Text(*one["label"]) if one["label"] else None,
        )
        for one in row["evidence"]
    )
    return RiskView(**{**row, "title": Text(*row["title"]), "why": Text(*row["why"]), "evidence": evidence})


def _view(row: dict[str, Any]) -> DifferenceView:
    texts = {name: Text(*row[name]) for name in ("title", "says", "holds")}
    return DifferenceView(**{**row, **texts})

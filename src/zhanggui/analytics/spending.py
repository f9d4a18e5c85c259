"""Records of promotion spend, newest first."""

from datetime import date
from typing import Any

from zhanggui.kernel import db, paging
from zhanggui.kernel.paging import Page


def spend_records(
    *, first: date | None = None, last: date | None = None, currency: str = "", cursor: str = "", limit: int = 50
) -> Page[dict[str, Any]]:
    """What staff recorded, by day; one statement. Raises ValidationFailed for a bent cursor."""
    day, below = paging.decode(cursor, date, int) if cursor else (None, None)
    found = db.rows(
        "select id, day, source, amount, currency, note, recorded_at from analytics_spend"
        " where (%(first)s::date is null or day >= %(first)s) and (%(last)s::date is null or day <= %(last)s)"
        " and (%(currency)s = '' or currency = %(currency)s)"
        " and (%(day)s::date is null or (day, id) < (%(day)s::date, %(below)s::bigint))"
        " order by day desc, id desc limit %(limit)s",
        {"first": first, "last": last, "currency": currency, "day": day, "below": below, "limit": limit + 1},
    )
    return paging.page(found, limit, lambda r: r["day"], lambda r: r["id"])

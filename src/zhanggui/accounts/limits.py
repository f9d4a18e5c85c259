"""Slowing guessers down: one counter per (what, who) and time window, exact across all processes."""

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings

from zhanggui.kernel import db, mall_settings
from zhanggui.kernel.clock import now
from zhanggui.kernel.problems import RateLimited

_COUNT = """
insert into accounts_attempt as a (key, count, until) values (%(key)s, 1, %(until)s)
on conflict (key) do update set
    count = case when a.until <= %(now)s then 1 else a.count + 1 end,
    until = case when a.until <= %(now)s then excluded.until else a.until end
returning count, until
"""


def _key(what: str, who: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{what}\0{who}".encode(), hashlib.sha256).hexdigest()


def count(what: str, who: str, *, limit: int, seconds: int) -> None:
    """Count one attempt; raises RateLimited (with Retry-After) beyond `limit` within the window."""
    at = now()
    kept = db.row(_COUNT, {"key": _key(what, who), "until": at + timedelta(seconds=seconds), "now": at})
    if kept is not None and kept["count"] > limit:
        raise RateLimited(retry_after=max(1, int((kept["until"] - at).total_seconds()) + 1))


def enforce(what: str, who: str, setting: str) -> None:
    """`count` with the limit of a mall setting and the mall's window. Raises RateLimited."""
    count(
        what, who, limit=mall_settings.get(setting), seconds=60 * mall_settings.get("accounts.attempt_window_minutes")
    )


def forgive(what: str, who: str) -> None:
    """Forget the attempts after a success."""
    db.execute("delete from accounts_attempt where key = %s", (_key(what, who),))


def forget_old() -> int:
    """Delete windows that are over."""
    return db.execute("delete from accounts_attempt where until < %s", (now(),))

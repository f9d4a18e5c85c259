"""Page views as a browser sends them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhanggui.analytics import services
from zhanggui.analytics.types import Collected

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36"


def event(
    visitor: str = "ann", session: str = "morning", view: str = "one", kind: str = "home", **more: Any
) -> dict[str, Any]:
    """One page view; the short names become ids of the right shape."""
    return {
        "visitor": f"visitor-{visitor}",
        "session": f"session-{session}",
        "view": f"view-{view}",
        "kind": kind,
        **more,
    }


def visit(
    visitor: str,
    pages: int,
    *,
    at: datetime,
    seconds: int = 10,
    address: str = "203.0.113.1",
    session: str = "",
    **more: Any,
) -> Collected:
    """A visit of several pages of one kind."""
    session = session or f"{at:%Y%m%d%H%M}"
    events = [event(visitor, session, f"{session}-{n}", seconds=seconds, **more) for n in range(pages)]
    return services.collect(events, address=address, user_agent=BROWSER, now=at)

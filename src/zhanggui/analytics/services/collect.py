"""The first-party collector: a batch of page views in, no personal data stored.

A browser keeps two random ids of our own, one for itself (`visitor`) and one for this visit (`session`), and makes one
for each page (`view`). It sends a page view when the page is shown and again, with the same `view` and a larger
`seconds`, while the page is looked at (a heartbeat every 15 s or so, and when it is left). Sending twice changes nothing.

What is stored of a person:

* `visitor`, `session`, `view`: keyed hashes (the mall's secret is the key) of the random ids. Nothing ties them to an
  account or an order.
* `address`: to count IPs, a keyed hash of the network address under a random salt that lives for one week, Monday to
  Sunday. Equal addresses of one week give equal hashes, so the IPs of a day and of that week are counted exactly; two
  weeks cannot be compared, and once the salt is deleted the address cannot be found by trying all of them.
* of a referrer only the site's name, as a channel; of a page only which product, category or article it shows.

The user agent decides whether it is a machine, and is then forgotten.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from zhanggui.kernel import clock, db, ids, mall_settings
from zhanggui.kernel.actor import GUEST, Actor
from zhanggui.kernel.problems import ValidationFailed

from .. import rules
from ..errors import TooManyEvents
from ..types import Collected, Sent, week_of

#: A page view stops growing this long after it began; a day is rolled up only when none of its views can grow.
SETTLED_AFTER = timedelta(hours=2)

_STORE = """
with incoming as (
    select * from jsonb_to_recordset(%s) as r(view bigint, visitor bigint, session bigint, kind text, ref text,
        source text, seconds int)
), seen as (
    insert into analytics_visitor (visitor, first_day, last_day)
    select distinct visitor, %s::date, %s::date from incoming order by visitor
    on conflict (visitor) do update set last_day = excluded.last_day where analytics_visitor.last_day < excluded.last_day
)
insert into analytics_pageview (view, day, at, visitor, session, address, kind, ref, source, seconds)
select view, %s::date, %s, visitor, session, %s, kind, ref, source, seconds from incoming order by view
on conflict (view) do update set seconds = excluded.seconds
where excluded.seconds > analytics_pageview.seconds and analytics_pageview.at > %s
"""


def collect(
    events: Sequence[Mapping[str, Any]],
    *,
    address: str,
    user_agent: str,
    now: datetime | None = None,
    host: str = "",
    actor: Actor = GUEST,
) -> Collected:
    """Store a batch of page views; one statement, no transaction of its own. Staff and machines are left out.

    Each event: `view`, `visitor`, `session` (random ids), `kind` (types.PAGE_KINDS), and optionally `ref`, `referrer`,
    `utm_source`, `utm_medium`, `seconds` (so far on this page). `host` is the host the page was served from.
    Raises TooManyEvents, ValidationFailed (nothing is stored).
    """
    if not isinstance(events, list | tuple):
        raise ValidationFailed.one("events", "type", "应为数组", "must be a list")
    if len(events) > rules.MAX_EVENTS:
        raise TooManyEvents(limit=rules.MAX_EVENTS)
    errors = [error for place, event in enumerate(events) for error in rules.check_event(event, place)]
    if errors:
        raise ValidationFailed(errors=errors)
    reason = _left_out(user_agent, actor)
    if reason or not events:
        return Collected(0, len(events), reason)
    at = now or clock.now()
    day = clock.business_date(at)
    views = _pseudonymous(events, _own_hosts(host))
    network = _hash(_salt(week_of(day)), rules.network_of(address))
    db.execute(_STORE, (db.Json(views), day, day, day, at, network, at - SETTLED_AFTER))
    return Collected(len(views))


_STORE_PAST = """
with incoming as (
    select * from jsonb_to_recordset(%s) as r(view bigint, visitor bigint, session bigint, kind text, ref text,
        source text, seconds int, at timestamptz, day date, address bigint)
), seen as (
    insert into analytics_visitor (visitor, first_day, last_day)
    select visitor, min(day), max(day) from incoming group by visitor order by visitor
    on conflict (visitor) do update set last_day = greatest(excluded.last_day, analytics_visitor.last_day)
)
insert into analytics_pageview (view, day, at, visitor, session, address, kind, ref, source, seconds)
select view, day, at, visitor, session, address, kind, ref, source, seconds from incoming order by at
on conflict (view) do nothing
"""


def collect_past(sent: Sequence[Sent], *, host: str = "", actor: Actor = GUEST) -> int:
    """Store page views of a while ago, each shown at its own instant; how many. One statement.

    For a mall that is given a past: the rules are those of `collect`, the numbers are not limited. Raises ValidationFailed.
    """
    errors = [error for place, one in enumerate(sent) for error in rules.check_event(one.event, place)]
    if errors:
        raise ValidationFailed(errors=errors)
    left_out = {agent for agent in {one.user_agent for one in sent} if _left_out(agent, actor)}
    kept = [one for one in sent if one.user_agent not in left_out]
    salts = {week: _salt(week) for week in sorted({week_of(clock.business_date(one.at)) for one in kept})}
    networks: dict[tuple[date, str], int] = {}
    rows = []
    for one, row in zip(kept, _pseudonymous([one.event for one in kept], _own_hosts(host)), strict=True):
        day = clock.business_date(one.at)
        known = (week_of(day), one.address)
        if known not in networks:
            networks[known] = _hash(salts[known[0]], rules.network_of(one.address))
        rows.append(row | {"at": one.at, "day": day, "address": networks[known]})
    if rows:
        db.execute(_STORE_PAST, (db.Json(rows),))
    return len(rows)


def _left_out(user_agent: str, actor: Actor) -> str:
    if not mall_settings.get("analytics.collect"):
        return "off"
    if actor.kind in ("staff", "program", "system"):
        return "staff"
    return "bot" if rules.is_bot(user_agent) else ""


def _pseudonymous(events: Sequence[Mapping[str, Any]], own_hosts: frozenset[str]) -> list[dict[str, Any]]:
    """Rows to store, one for each view (its longest stay), without anything that came in as text but the cleaned parts."""
    key = hmac.digest(settings.SECRET_KEY.encode(), b"analytics.visitor", "sha256")
    rows: dict[int, dict[str, Any]] = {}
    for event in events:
        visitor, session = event["visitor"], event["session"]
        view = _hash(key, f"{visitor}/{session}/{event['view']}")
        seconds = min(event.get("seconds", 0), rules.MAX_PAGE_SECONDS)
        if view in rows:
            rows[view]["seconds"] = max(rows[view]["seconds"], seconds)
            continue
        rows[view] = {
            "view": view,
            "visitor": _hash(key, visitor),
            "session": _hash(key, f"{visitor}/{session}"),
            "kind": event["kind"],
            "ref": rules.clean_ref(event["kind"], event.get("ref", "")),
            "source": rules.source_of(
                referrer=event.get("referrer", ""),
                utm_source=event.get("utm_source", ""),
                utm_medium=event.get("utm_medium", ""),
                own_hosts=own_hosts,
            ),
            "seconds": seconds,
        }
    return list(rows.values())


def _own_hosts(host: str) -> frozenset[str]:
    named = (urlsplit(settings.PUBLIC_URL).hostname, urlsplit(f"//{host}").hostname)
    return frozenset(name.lower() for name in named if name)


def _hash(key: bytes, text: str) -> int:
    """A keyed 64-bit hash as a signed bigint."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8, key=key[:64]).digest(), "big", signed=True)


def _salt(week: date) -> bytes:
    """The salt of a week, made by the first who needs it."""
    found = db.row("select salt from analytics_salt where week = %s", (week,))
    if found is None:
        # Two workers may both come first; the second reads what the first wrote.
        db.execute(
            "insert into analytics_salt (week, salt) values (%s, %s) on conflict (week) do nothing",
            (week, ids.token(32).encode()),
        )
        found = db.row("select salt from analytics_salt where week = %s", (week,))
    assert found is not None
    return bytes(found["salt"])

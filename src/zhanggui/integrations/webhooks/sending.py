"""Taking due deliveries and sending them. The network is never touched inside a transaction."""

import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import structlog
from django.db import connections, transaction

from zhanggui.kernel import db, ids, mall_settings
from zhanggui.kernel.clock import now
from zhanggui.kernel.problems import Problem

from . import guard, locks, signing

log = structlog.get_logger(__name__)

#: Seconds before the next try (the schedule Standard Webhooks recommends), each varied by up to a tenth.
PAUSES = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
TIMEOUT = httpx.Timeout(10, connect=5)
WALL_SECONDS = 10  # then the connection is closed; with the longest single wait a try ends within 20 s
LEASE_SECONDS = 120
AT_ONCE = 8
PER_ENDPOINT = 4
ANSWER_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one try brought. Any 2xx is heard."""

    status: int | None
    milliseconds: int
    error: str = ""
    answer: str = ""

    @property
    def heard(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def send_due(seconds: float = 50) -> int:
    """Send what is due until nothing is, or `seconds` are over; how many tries were made.

    A delivery taken here is leased: should this process die, another takes it up when the lease is over. A slow
    endpoint holds up at most `PER_ENDPOINT` of the `AT_ONCE` hands.
    """
    if db.in_transaction():
        raise transaction.TransactionManagementError("webhooks are sent outside transactions")
    until, tried = time.monotonic() + seconds, 0
    private = mall_settings.refresh().get("webhooks.allow_private", False)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhooks") as hands:
        while time.monotonic() < until:
            batch = locks.take_due(per_endpoint=PER_ENDPOINT, limit=AT_ONCE, lease_seconds=LEASE_SECONDS)
            if not batch:
                break
            outcomes = list(hands.map(lambda row: attempt(row, allow_private=private), batch))
            _keep(batch, outcomes)
            tried += len(batch)
    return tried


def attempt(row: dict[str, Any], *, allow_private: bool) -> Outcome:
    """One try. Whatever happens is an outcome, never an exception."""
    started = time.monotonic()
    try:
        status, answer = _post(row, guard.resolve(row["url"], allow_private=allow_private))
        outcome = Outcome(status, 0, "" if 200 <= status < 300 else f"HTTP {status}", answer)
    except Problem as refused:
        outcome = Outcome(None, 0, refused.detail("en"))
    except (httpx.HTTPError, OSError, RuntimeError, ValueError) as failed:
        outcome = Outcome(None, 0, f"{type(failed).__name__}: {failed}")
    finally:
        connections.close_all()  # the database is not used here; a thread must not hold one
    milliseconds = int((time.monotonic() - started) * 1000)
    return Outcome(outcome.status, milliseconds, outcome.error[:300].replace("\0", ""), outcome.answer)


@cache
def _trust() -> ssl.SSLContext:
    """Whom we believe; read once, for it takes 80 ms of a processor."""
    return httpx.create_ssl_context(trust_env=False)


def _post(row: dict[str, Any], target: guard.Target) -> tuple[int, str]:
    """Status and the beginning of the answer. The checked IP is called; name and certificate are the host's."""
    body = row["body"]
    secrets = [row["secret"], *([row["former_secret"]] if row["former_secret"] else [])]
    headers = {
        "content-type": "application/json",
        "user-agent": "Zhanggui-Webhooks/1",
        "host": target.authority,
        **signing.headers(secrets, row["message_id"], int(now().timestamp()), body),
    }
    client = httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False, verify=_trust())
    wall = threading.Timer(WALL_SECONDS, client.close)
    wall.start()
    try:
        with client.stream(
            "POST", target.url, content=body.encode(), headers=headers, extensions={"sni_hostname": target.host}
        ) as response:
            answer = b""
            for chunk in response.iter_raw():
                answer += chunk
                if len(answer) >= ANSWER_KEPT:
                    break
        return response.status_code, answer[:ANSWER_KEPT].decode(errors="replace").replace("\0", "")
    finally:
        wall.cancel()
        client.close()


def _keep(batch: list[dict[str, Any]], outcomes: list[Outcome]) -> None:
    """Write the attempts and what they mean for their deliveries."""
    most = mall_settings.get("webhooks.attempts")
    rows = [
        {
            "id": row["id"],
            "state": "delivered" if outcome.heard else "dead" if row["attempts"] >= most else "pending",
            "pause": pause(row["attempts"]),
            "status": outcome.status,
            "milliseconds": outcome.milliseconds,
            "error": outcome.error,
            "answer": outcome.answer,
        }
        for row, outcome in zip(batch, outcomes, strict=True)
    ]
    db.execute(
        """
        with r as (select * from jsonb_to_recordset(%s) as r(id bigint, state text, pause float8, status int,
                milliseconds int, error text, answer text)),
        logged as (
            insert into webhooks_attempt (delivery_id, status, milliseconds, error, answer)
            select d.id, r.status, r.milliseconds, r.error, r.answer from r join webhooks_delivery d on d.id = r.id
        )
        update webhooks_delivery d set state = r.state,
            next_attempt_at = kernel_now() + r.pause * interval '1 second',
            finished_at = case when r.state = 'pending' then null else kernel_now() end
        from r where d.id = r.id
        """,
        (db.Json(rows),),
    )
    for row, outcome in zip(rows, outcomes, strict=True):
        if row["state"] == "dead":
            log.warning("webhook_dead_letter", delivery_id=row["id"], status=outcome.status)


def pause(attempts: int) -> float:
    """Seconds after the `attempts`-th try."""
    base = PAUSES[min(attempts, len(PAUSES)) - 1]
    return base * (1 + ids.rng().random() / 10)

"""Writes of webhooks: endpoints, deliveries, replays. Sending is in `sending`."""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

import orjson
from django.db import transaction

from zhanggui.kernel import audit, db, ids, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.clock import now
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.outbox import Delivered
from zhanggui.kernel.problems import NotFound, ValidationFailed

from . import guard, jobs, locks, signing
from .models import Delivery, Endpoint
from .types import NewEndpoint

__all__ = [
    "change_endpoint", "create_endpoint", "delete_endpoint", "enqueue", "forget_old", "ping", "replay", "replay_dead",
    "rotate_secret",
]  # fmt: skip

FORMER_SECRET_HOURS = 24
KEEP_SECONDS = 1.0
_kept: tuple[float, list[tuple[int, list[str]]]] | None = None


# --- endpoints ---------------------------------------------------------------------------------------------------


def create_endpoint(url: str, events: Iterable[str], *, description: str = "", actor: Actor) -> NewEndpoint:
    """A new endpoint; its secret is answered once. Raises ForbiddenAddress, ValidationFailed."""
    values = _checked(url, events, description)
    secret = signing.new_secret()
    with transaction.atomic():
        made = Endpoint.objects.create(secret=secret, **values)
        _recorded(actor, "webhooks.create_endpoint", made.id, after=values)
    return NewEndpoint(made.id, secret)


def change_endpoint(
    endpoint_id: int, *, url: str, events: Iterable[str], description: str, active: bool, actor: Actor
) -> None:
    """Replace address, events, description and whether it is active. Raises NotFound, ForbiddenAddress, ValidationFailed."""
    values = {**_checked(url, events, description), "active": active}
    with transaction.atomic():
        before = _endpoint(endpoint_id)
        Endpoint.objects.filter(id=endpoint_id).update(**values)
        _recorded(
            actor, "webhooks.change_endpoint", endpoint_id, before={k: getattr(before, k) for k in values}, after=values
        )


def rotate_secret(endpoint_id: int, *, actor: Actor) -> NewEndpoint:
    """A new secret; the former one signs along for a day, so that nothing is refused meanwhile. Raises NotFound."""
    secret = signing.new_secret()
    with transaction.atomic():
        before = _endpoint(endpoint_id)
        Endpoint.objects.filter(id=endpoint_id).update(
            secret=secret, former_secret=before.secret, former_until=now() + timedelta(hours=FORMER_SECRET_HOURS)
        )
        _recorded(actor, "webhooks.rotate_secret", endpoint_id)
    return NewEndpoint(endpoint_id, secret)


def delete_endpoint(endpoint_id: int, *, actor: Actor) -> None:
    """Delete an endpoint with its log. Raises NotFound."""
    with transaction.atomic():
        before = _endpoint(endpoint_id)
        Endpoint.objects.filter(id=endpoint_id).delete()
        _recorded(actor, "webhooks.delete_endpoint", endpoint_id, before={"url": before.url, "events": before.events})


def _endpoint(endpoint_id: int) -> Endpoint:
    found = locks.hold_endpoint(endpoint_id)
    if found is None:
        raise NotFound()
    return found


def _recorded(actor: Actor, action: str, endpoint_id: int, before: Any = None, after: Any = None) -> None:
    audit.record(actor=actor, action=action, target_type="webhook", target_id=endpoint_id, before=before, after=after)
    transaction.on_commit(forget)
    forget()


def _checked(url: str, events: Iterable[str], description: str) -> dict[str, Any]:
    wanted = sorted(set(events))
    if not wanted or len(wanted) > 100 or not all(_pattern(name) for name in wanted):
        raise ValidationFailed.one(
            "events",
            "invalid",
            "请填写事件名称，如 orders.order_paid、orders.* 或 *",
            "names such as orders.order_paid, orders.* or *",
        )
    guard.check_url(url, allow_private=mall_settings.get("webhooks.allow_private"))
    return {"url": url, "events": wanted, "description": clean_text(description, "description", 200, required=False)}


def _pattern(name: str) -> bool:
    return 0 < len(name) <= 80 and name.isascii() and name.replace("_", "").replace(".", "").replace("*", "a").isalnum()


# --- deliveries --------------------------------------------------------------------------------------------------


def enqueue(events: list[Delivered]) -> None:
    """The reaction to every event: one delivery per endpoint that asked for it. Within the relay's transaction."""
    rows = []
    for event in events:
        wanted = [endpoint_id for endpoint_id, patterns in _listening() if _matches(event.name, patterns)]
        if wanted:
            body = _body(event.name, event.at, event.payload, version=event.version, id=event.id, about=event.aggregate)
            rows += [_row(endpoint_id, event.id, event.name, body) for endpoint_id in wanted]
    _insert(rows)


def _body(name: str, at: datetime, data: Any, **more: Any) -> str:
    """`type`, `timestamp` and `data` are the standard's; the rest is ours."""
    return orjson.dumps({"type": name, "timestamp": at, "data": data, **more}).decode()


def _row(endpoint_id: int, event_id: int, name: str, body: str) -> dict[str, Any]:
    message_id = f"msg_{ids.token(18)}"
    return {"endpoint_id": endpoint_id, "event_id": event_id, "event": name, "body": body, "message_id": message_id}


def _insert(rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    db.execute(
        "insert into webhooks_delivery (endpoint_id, message_id, event_id, event, body)"
        " select r.endpoint_id, r.message_id, r.event_id, r.event, r.body from jsonb_to_recordset(%s)"
        " as r(endpoint_id bigint, message_id text, event_id bigint, event text, body text)"
        " join webhooks_endpoint e on e.id = r.endpoint_id on conflict (endpoint_id, event_id) do nothing",
        (db.Json(rows),),
    )
    transaction.on_commit(jobs.send_soon)


def _matches(name: str, patterns: list[str]) -> bool:
    return any(pattern == name or fnmatchcase(name, pattern) for pattern in patterns)


def _listening() -> list[tuple[int, list[str]]]:
    """Active endpoints and what they ask for, at most a second old (this runs for every event of the mall)."""
    global _kept
    kept = _kept
    if kept is None or kept[0] < time.monotonic():
        rows = db.rows("select id, events from webhooks_endpoint where active order by id")
        kept = _kept = (time.monotonic() + KEEP_SECONDS, [(r["id"], r["events"]) for r in rows])
    return kept[1]


def forget() -> None:
    """Drop what is kept."""
    global _kept
    _kept = None


def ping(endpoint_id: int, *, actor: Actor) -> int:
    """Send a trial event to one endpoint; the delivery's id. Raises NotFound."""
    with transaction.atomic():
        _endpoint(endpoint_id)
        at = now()
        # Trial events have no number in the outbox; the time below zero keeps them apart from those that do.
        row = _row(endpoint_id, -int(at.timestamp() * 1e6), "webhooks.ping", _body("webhooks.ping", at, {}))
        _insert([row])
        audit.record(actor=actor, action="webhooks.ping", target_type="webhook", target_id=endpoint_id)
        return Delivery.objects.values_list("id", flat=True).get(message_id=row["message_id"])


def replay(delivery_id: int, *, actor: Actor) -> None:
    """Send a delivery again, whatever became of it; same id, same body. Raises NotFound."""
    with transaction.atomic():
        if not _again("id = %s", (delivery_id,)):
            raise NotFound()
        audit.record(actor=actor, action="webhooks.replay", target_type="webhook_delivery", target_id=delivery_id)


def replay_dead(endpoint_id: int, *, actor: Actor) -> int:
    """Give all dead letters of an endpoint another round; how many. Raises NotFound."""
    with transaction.atomic():
        _endpoint(endpoint_id)
        count = _again("endpoint_id = %s and state = 'dead'", (endpoint_id,))
        audit.record(
            actor=actor,
            action="webhooks.replay_dead",
            target_type="webhook",
            target_id=endpoint_id,
            after={"count": count},
        )
    return count


def _again(where: str, params: tuple[Any, ...]) -> int:
    transaction.on_commit(jobs.send_soon)
    return db.execute(
        "update webhooks_delivery set state = 'pending', attempts = 0, next_attempt_at = kernel_now(), finished_at = null"
        f" where {where}",
        params,
    )


def forget_old() -> int:
    """Delete finished deliveries older than the mall keeps them."""
    keep = mall_settings.get("webhooks.keep_days")
    return db.execute(
        "delete from webhooks_delivery where state <> 'pending' and created_at < %s - %s * interval '1 day'",
        (now(), keep),
    )

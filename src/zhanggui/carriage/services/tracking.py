"""News of parcels, pushed by services or asked of them. What becomes of it is for whoever owns the parcels."""

from collections.abc import Sequence

import structlog
from django.db import transaction

from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import Problem

from .. import locks, providers
from ..errors import BadPush, ServiceNonsense, ServiceUnreachable
from ..types import Acknowledgement, RawPush, Track
from .waybills import tracking_service

log = structlog.get_logger(__name__)
MAX_TRACKS = 1000


def read_push(raw: RawPush) -> Sequence[Track]:
    """What a push says, once its signature was checked. Raises BadPush (and logs it), KeyError for an unknown service."""
    try:
        return providers.service(raw.service).read_push(raw)[:MAX_TRACKS]
    except BadPush as problem:
        log.warning("bad_track_push", service=raw.service, reason=problem.extra.get("reason"), size=len(raw.body))
        raise


def acknowledge(service: str, ok: bool, reason: str = "") -> Acknowledgement:
    """The answer its pushes expect."""
    return providers.service(service).acknowledge(ok, reason)


def knows(service: str) -> bool:
    return service in providers.ONLINE and providers.is_ready(service)


def ask_for_news(*, limit: int = 100, seconds: int = 40, actor: Actor) -> list[Track]:
    """News of parcels that have been quiet for long, asked of their services; each parcel later and later. Own transactions.

    Bounded in parcels and time; a service that is silent three times in a row is left alone.
    """
    began = clock.now()
    with transaction.atomic():
        due = locks.claim_quiet(limit, mall_settings.get("carriage.quiet_hours"))
    found: list[Track] = []
    silent: dict[str, int] = {}
    for row in due:
        service = tracking_service(row["carrier"])
        if not service or silent.get(service, 0) >= 3 or (clock.now() - began).total_seconds() > seconds:
            continue
        try:
            found += providers.service(service).tracks(row["carrier"], row["number"], row["phone_tail"])
            silent[service] = 0
        except (ServiceUnreachable, ServiceNonsense) as problem:
            silent[service] = silent.get(service, 0) + 1
            log.warning("tracks_silent", service=service, code=problem.code)
        except Problem as problem:
            log.warning("tracks_refused", service=service, code=problem.code, waybill=row["id"])
    return found

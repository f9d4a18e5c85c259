"""The mall itself: settings, the audit log, announcements that are stuck."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from zhanggui.kernel import audit, mall_settings, outbox
from zhanggui.kernel.problems import NotFound

from ..auth import Staff, actor
from ..fields import BIGINT, Answer, Body, Cursor, Int64, Limit
from ..frame import language, reply
from .common import Count, before, cut, show_page

router = Router()
Key = Annotated[str, Path(min_length=1, max_length=80, pattern=r"^[a-z0-9_.]+$")]
Filter = Annotated[str, Query(max_length=80)]


class SettingOut(Answer):
    key: str
    value: Any
    default: Any
    kind: str
    meaning: str
    minimum: int | None
    maximum: int | None


class SettingList(Answer):
    items: list[SettingOut]


class SettingIn(Body):
    value: Any


class AuditOut(Answer):
    id: int
    at: datetime
    actor_kind: str
    actor_id: int | None
    actor_label: str
    action: str
    target_type: str
    target_id: str
    before: Any
    after: Any
    reason: str


class AuditPage(Answer):
    items: list[AuditOut]
    next_cursor: str | None


class ParkedOut(Answer):
    id: int
    name: str
    aggregate: str
    attempts: int
    error: str
    created_at: datetime
    parked_at: datetime


class ParkedPage(Answer):
    items: list[ParkedOut]
    next_cursor: str | None


class RetryIn(Body):
    ids: Annotated[list[Int64], Field(min_length=1, max_length=1000)]


def _setting(setting: mall_settings.Setting, lang: str) -> dict[str, Any]:
    return {
        "key": setting.key,
        "value": mall_settings.get(setting.key),
        "default": setting.default,
        "kind": setting.kind,
        "meaning": setting.meaning.render(lang),
        "minimum": setting.minimum,
        "maximum": setting.maximum,
    }


@router.get("/settings", auth=Staff("settings.view"), response=SettingList, summary="The mall's numbers")
def settings(request: HttpRequest) -> HttpResponse:
    lang = language(request)
    declared = mall_settings.declared()
    return reply({"items": [_setting(declared[key], lang) for key in sorted(declared)]})


@router.put("/settings/{key}", auth=Staff("settings.edit"), response=SettingOut, summary="Change one of them")
def change_setting(request: HttpRequest, key: Key, body: SettingIn) -> HttpResponse:
    """Heard by every process within a second."""
    if key not in mall_settings.declared():
        raise NotFound()
    mall_settings.put(key, body.value, actor=actor(request))
    return reply(_setting(mall_settings.declared()[key], language(request)))


@router.get("/audit", auth=Staff("audit.view"), response=AuditPage, summary="Who changed what, newest first")
def audit_log(
    request: HttpRequest,
    target_type: Filter = "",
    target_id: Filter = "",
    actor_id: Annotated[int | None, Query(ge=1, le=BIGINT)] = None,
    action: Filter = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """`actor_id` is a member of staff."""
    rows = audit.history(
        target_type=target_type, target_id=target_id, actor_id=actor_id, action=action,
        before_id=before(cursor), limit=limit + 1,
    )  # fmt: skip
    return show_page(request, cut(rows, limit, lambda row: row["id"]))


@router.get("/outbox/parked", auth=Staff("system.operate"), response=ParkedPage, summary="Announcements that are stuck")
def parked(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    rows = outbox.parked(before_id=before(cursor), limit=limit + 1)
    return show_page(request, cut(rows, limit, lambda row: row["id"]))


@router.post("/outbox/retry", auth=Staff("system.operate"), response=Count, summary="Give them another round")
def retry(request: HttpRequest, body: RetryIn) -> HttpResponse:
    return reply({"count": outbox.retry_parked(body.ids, actor=actor(request))})

"""The audit log: who changed what, when, from what to what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.accounts import selectors as accounts
from zhanggui.kernel import audit, clock, paging
from zhanggui.kernel.i18n import Text
from zhanggui.ui import language, page

from .. import exports, naming, tables, trail
from ..access import id_in, staff
from ..links import to
from ..tables import Column, Filter, Table

PAGE = 50
EXPORT_MOST = 20_000
#: Pages of things the log names: kind of target → name of the page, which takes the target's id.
PAGES = {
    "order": "office-order",
    "product": "office-product",
    "member": "office-member",
    "user": "office-person",
    "role": "office-role",
    "case": "office-case",
    "chase": "office-chase",
    "claim": "office-claim",
    "liability": "office-fault",
    "problem": "office-problem",
    "promotion": "office-promotion",
    "campaign": "office-campaign",
}
ACTORS = {
    "system": Text("系统", "The system"),
    "member": Text("会员", "A member"),
    "guest": Text("访客", "A guest"),
    "program": Text("程序", "A program"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    id: int
    at: datetime
    who: Text
    who_href: str
    module: Text
    action: Text
    kind: Text
    target: Text | str
    target_href: str
    changes: list[trail.Change]
    reason: str


def _filters(people: Mapping[str, str]) -> tuple[Filter, ...]:
    return (
        Filter("who", Text("操作人", "Who"), "choice", tuple(people.items())),
        Filter("action", Text("操作", "Action"), "choice", trail.action_options(audit.actions())),
        Filter("kind", Text("对象类型", "Kind of thing"), "choice", tuple(trail.KINDS.items())),
        Filter("id", Text("对象编号", "Its number")),
        Filter("from", Text("从", "From"), "date"),
        Filter("to", Text("到", "To"), "date"),
    )


@staff("audit.view", methods=("GET",))
def log(request: HttpRequest) -> HttpResponseBase:
    """Newest first; each filter is in the address."""
    people = {str(each.id): each.name or each.email for each in accounts.staff_list(limit=200)}
    filters = _filters(people)
    asked = tables.asked(request, filters)
    wanted = _wanted(asked)
    form = exports.asked(request)
    if form:
        return _export(form, wanted)
    before = paging.decode(asked.cursor, int)[0] if asked.cursor else None
    rows = audit.history(**wanted, before_id=before, limit=PAGE + 1)
    shown = paging.page(rows, PAGE, lambda row: row["id"])
    language.use(language.of(request))
    names = trail.names(shown.items, people)
    table = Table(
        key="audit",
        columns=[
            Column("at", Text("时间", "When"), kind="datetime", width="9.5rem"),
            Column("who", Text("操作人", "Who"), kind="custom"),
            Column("action", Text("操作", "Action"), kind="custom"),
            Column("target", Text("对象", "What"), kind="custom"),
            Column("changes", Text("改动", "Change"), kind="custom"),
        ],
        rows=[entry(row, names) for row in shown.items],
        next=shown.next_cursor,
        filters=filters,
        asked=asked,
        export=True,
        caption=Text("操作日志", "Audit log"),
    )
    return page.render(request, "backoffice/audit.html", table=table)


def _wanted(asked: tables.Asked) -> dict[str, Any]:
    since, until = asked.day("from"), asked.day("to")
    return {
        "target_type": asked["kind"],
        "target_id": asked["id"],
        "actor_id": id_in(asked["who"]),
        "action": asked["action"],
        "since": clock.day_bounds(since)[0] if since else None,
        "until": clock.day_bounds(until)[1] if until else None,
    }


def entry(row: dict[str, Any], names: trail.Names) -> Entry:
    """A row of the log as people read it."""
    kind, label = row["actor_kind"], row["actor_label"]
    who = Text(label, label) if kind == "staff" else ACTORS.get(kind, Text(kind, kind))
    return Entry(
        id=row["id"],
        at=row["at"],
        who=who,
        who_href=f"/office/audit?who={row['actor_id']}" if kind == "staff" and row["actor_id"] else "",
        module=naming.module(row["action"].partition(".")[0]),
        action=trail.action(row["action"]),
        kind=trail.KINDS.get(row["target_type"], Text(row["target_type"], row["target_type"])),
        target=names.of(row["target_type"], row["target_id"]),
        target_href=_target(row["target_type"], row["target_id"]),
        changes=trail.changes(row["target_type"], row["before"], row["after"], names),
        reason=trail.reason(row["reason"]),
    )


def _target(kind: str, number: str) -> str:
    name = PAGES.get(kind, "")
    if not name:
        return ""
    known = id_in(number)
    return to(name, number if known is None else known)


def _export(form: str, wanted: dict[str, Any]) -> HttpResponseBase:
    head = [
        Text("时间", "When"), Text("操作人", "Who"), Text("操作", "Action"), Text("对象类型", "Kind"), Text("对象编号", "Number"),
        Text("改前", "Before"), Text("改后", "After"), Text("原因", "Reason"),
    ]  # fmt: skip
    rows = audit.history(**wanted, limit=EXPORT_MOST)
    cells = (
        (
            row["at"],
            row["actor_label"] or row["actor_kind"],
            row["action"],
            row["target_type"],
            row["target_id"],
            exports.as_json(row["before"]),
            exports.as_json(row["after"]),
            row["reason"],
        )
        for row in rows
    )
    return exports.answer(form, f"audit-{clock.business_date().isoformat()}", head, cells)


urlpatterns = [path("audit", log, name="office-audit")]

"""Imports: files of other platforms taken in, their progress, what came of them, and the rows that were not taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.http import content_disposition_header

from zhanggui.integrations import selectors, services
from zhanggui.integrations.types import OUTCOMES, ImportView
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .. import exports, tables, uploads
from ..access import actor, carry_out, see_other, staff
from ..access import refused as refusal_page
from ..messages import flash
from ..tables import Column, Table

PAGE = 50
HERE = "/office/imports"
STATES = {
    "waiting": (Text("排队中", "Waiting"), "neutral"),
    "running": (Text("导入中", "Running"), "info"),
    "finished": (Text("已完成", "Finished"), "good"),
    "failed": (Text("失败", "Failed"), "bad"),
    "stopped": (Text("已停止", "Stopped"), "neutral"),
}
PARTLY = (Text("部分未导入", "Partly refused"), "warn")
TABS = {"": Text("全部", "All"), "open": Text("待处理", "To look at"), "running": Text("进行中", "Under way")}
WORDS = {
    "rejected": (Text("未导入", "Not taken"), "bad"),
    "skipped": (Text("按规则略过", "Left out"), "neutral"),
    "noted": (Text("提示", "Noted"), "info"),
}
#: What a refusal is about: the field of the form it is shown at.
FIELDS = {"unknown_format": "format", "wrong_format": "format", "format_unclear": "format"}


def state_of(job: ImportView) -> tuple[Text, str]:
    """Words and tone."""
    return PARTLY if job.status == "finished" and job.rejected else STATES[job.status]


@staff("catalog.import", methods=("GET",))
def imports(request: HttpRequest) -> HttpResponseBase:
    """All imports, newest first."""
    asked = tables.asked(request, keep=("state",))
    state = asked.extra.get("state", "")
    state = state if state in TABS else ""
    found = selectors.imports(state=state, cursor=asked.cursor, limit=PAGE)
    waiting = sum(selectors.open_counts().values())
    tabs = [
        (say(words), f"{HERE}?state={name}" if name else HERE, name == state, waiting if name == "open" else None)
        for name, words in TABS.items()
    ]
    table = Table(
        columns=[
            Column("files", Text("文件", "Files"), kind="custom"),
            Column("format", Text("来源", "From"), value=lambda row: _labels()[row.format]),
            Column("status", Text("状态", "State"), kind="custom"),
            Column("created", Text("新增", "New"), kind="number"),
            Column("updated", Text("更新", "Changed"), kind="number"),
            Column("skipped", Text("跳过", "Skipped"), kind="number", phone=False),
            Column("rejected", Text("未导入", "Not taken"), kind="number"),
            Column("actor_label", Text("经手人", "By")),
            Column("asked_at", Text("时间", "When"), kind="ago"),
        ],
        rows=found.items,
        next=found.next_cursor,
        asked=asked,
        tabs=tabs,
        row_href=lambda row: f"{HERE}/{row.id}",
        row_tone=lambda row: "bad" if row.needs_a_look and row.status == "failed" else "",
        caption=Text("导入记录", "Imports"),
        empty=(
            Text("还没有导入过", "Nothing has been imported yet"),
            Text("把淘宝、Shopify、WooCommerce 等平台的商品文件搬进来", "Bring in the files of another platform"),
        )
        if not state
        else Text("这里没有记录", "Nothing here"),
        empty_action=None if state else (Text("导入文件", "Import files"), f"{HERE}/new"),
    )
    return page.render(request, "backoffice/imports.html", table=table, state_of=state_of)


def _labels() -> dict[str, Text]:
    return {each.name: each.label for each in selectors.formats()}


@staff("catalog.import")
def new(request: HttpRequest) -> HttpResponseBase:
    """Choose files; they are told by their header, or by who sends them."""
    if request.method != "POST":
        return _form(request, FormState.of({"format": request.GET.get("format", "")}))
    upload = services.Upload()
    try:
        uploads.received(request, upload)
        given = request.POST
        dry_run = given.get("action") != "import"
        job_id = services.start_upload(upload, format=given.get("format", ""), dry_run=dry_run, actor=actor(request))
    except Problem as problem:
        upload.discard()
        if problem.extra.get("permission"):
            return refusal_page(request, problem)
        said = {FIELDS.get(problem.code, "files"): [problem.detail(language.of(request))]}
        typed = {} if problem.status == 413 else request.POST
        return _form(
            request, FormState(typed, said), 422 if problem.status < 500 and problem.status != 413 else problem.status
        )
    except BaseException:
        upload.discard()
        raise
    words = Text("试导入已开始", "The dry run has begun") if dry_run else Text("导入已开始", "The import has begun")
    return flash(see_other(f"{HERE}/{job_id}"), words)


def _form(request: HttpRequest, form: FormState, status: int = 200) -> HttpResponse:
    who = actor(request)
    formats = [each for each in selectors.formats() if not each.permission or who.may(each.permission)]
    return page.render(
        request,
        "backoffice/import_new.html",
        status=status,
        form=form,
        formats=formats,
        limit=uploads.limit_mb(),
    )


@staff("catalog.import", methods=("GET",))
def sample(request: HttpRequest, name: str) -> HttpResponse:
    """A small file of a format."""
    found = selectors.sample(name)
    response = HttpResponse(found.content, content_type=found.content_type)
    response["Content-Disposition"] = content_disposition_header(True, found.name)
    return response


@staff("catalog.import", methods=("GET",))
def one(request: HttpRequest, job_id: int) -> HttpResponseBase:
    """How far it is; when it is over, what came of it, row by row."""
    job = selectors.import_job(job_id)
    asked = tables.asked(request, keep=("outcome",))
    counts = {"rejected": job.rejected, "skipped": job.left_out, "noted": job.noted}
    outcome = asked.extra.get("outcome", "")
    if outcome not in OUTCOMES:
        outcome = next((each for each in OUTCOMES if counts[each]), "rejected")
    if form := exports.asked(request):
        head = [Text("文件", "File"), Text("行", "Line"), Text("标识", "Identifier"), Text("字段", "Field"),
                Text("结果", "Outcome"), Text("原因", "Reason")]  # fmt: skip
        return exports.answer(form, f"import-{job.id}-{outcome}", head, _exported(job.id, outcome))
    table = None
    if job.over and any(counts.values()):
        found = selectors.remarks(job.id, outcome=outcome, cursor=asked.cursor, limit=PAGE)
        columns = [
            Column("line", Text("行", "Line"), align="right", width="6rem", value=lambda row: row.line),
            Column("external_id", Text("标识", "Identifier")),
            Column("message", Text("原因", "Reason"), kind="custom"),
        ]
        if len(job.files) > 1 or any(file.name.lower().endswith(".zip") for file in job.files):
            columns.insert(0, Column("file", Text("文件", "File")))
        table = Table(
            columns=columns,
            rows=found.items,
            next=found.next_cursor,
            asked=asked,
            tabs=[
                (say(WORDS[each][0]), f"{request.path}?outcome={each}", each == outcome, counts[each])
                for each in OUTCOMES
                if counts[each] or each == outcome
            ],
            export=True,
            caption=Text("逐行报告", "Row by row"),
            empty=Text("逐行报告已按期清除", "The row report was removed as planned") if counts[outcome] else None,
        )
    return page.render(
        request,
        "backoffice/import.html",
        job=job,
        label=_labels()[job.format],
        state=state_of(job),
        took=_span(job.took) if job.took else "",
        size_of=_size,
        table=table,
    )


def _span(took: timedelta) -> str:
    minutes, seconds = divmod(max(1, round(took.total_seconds())), 60)
    zh = f"{minutes} 分 {seconds} 秒" if minutes else f"{seconds} 秒"
    return say(Text(zh, f"{minutes} min {seconds} s" if minutes else f"{seconds} s"))


def _size(size: int) -> str:
    return f"{size / (1 << 20):.1f} MB" if size >= 1 << 20 else f"{-(-size // 1024)} KB"


def _exported(job_id: int, outcome: str) -> Iterator[list[Any]]:
    cursor: str | None = ""
    while cursor is not None:
        found = selectors.remarks(job_id, outcome=outcome, cursor=cursor, limit=1000)
        for row in found.items:
            yield [row.file, row.line, row.external_id, row.field, WORDS[row.outcome][0], row.message]
        cursor = found.next_cursor


@staff("catalog.import", methods=("POST",))
def again(request: HttpRequest, job_id: int) -> HttpResponse:
    """The same files once more; after a dry run, in earnest."""
    dry_run = request.POST.get("action") == "try"
    try:
        made = services.run_again(job_id, dry_run=dry_run, actor=actor(request))
    except Problem as problem:
        return refusal_page(request, problem)
    return flash(see_other(f"{HERE}/{made}"), Text("已重新开始", "It has begun again"))


@staff("catalog.import", methods=("POST",))
def stop(request: HttpRequest, job_id: int) -> HttpResponse:
    """End it after the batch it is at."""
    return carry_out(
        request,
        partial(services.stop_import, job_id, actor=actor(request)),
        Text("将在当前批次后停止", "It stops after the batch it is at"),
        where=f"{HERE}/{job_id}",
        refused=partial(refusal_page, request),
    )


@staff("catalog.import", methods=("POST",))
def settle(request: HttpRequest, job_id: int) -> HttpResponse:
    """Nobody has to look at it any more."""
    return carry_out(
        request,
        partial(services.settle_import, job_id, actor=actor(request)),
        Text("已标为处理完毕", "Marked as dealt with"),
        where=f"{HERE}/{job_id}",
        refused=partial(refusal_page, request),
    )


urlpatterns = [
    path("imports", imports, name="office-imports"),
    path("imports/new", new, name="office-import-new"),
    path("imports/samples/<str:name>", sample, name="office-import-sample"),
    path("imports/<int:job_id>", one, name="office-import"),
    path("imports/<int:job_id>/again", again, name="office-import-again"),
    path("imports/<int:job_id>/stop", stop, name="office-import-stop"),
    path("imports/<int:job_id>/settle", settle, name="office-import-settle"),
]

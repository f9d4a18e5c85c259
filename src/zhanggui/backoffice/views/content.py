"""Pages: the list, a new one, and the editor with its preview; publishing, schedule and versions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from zhanggui.content import selectors, services
from zhanggui.content.errors import PageChanged
from zhanggui.content.types import BLOCKS, KIND_LABELS, PageRow, PageView, address_of
from zhanggui.kernel import clock
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .. import tables
from ..access import actor, carry_out, need, number_in, see_other, staff
from ..editor import choices, forms, steps
from ..editor.posted import Draft, read
from ..messages import flash
from ..tables import Column, Filter, Table

STATES = {
    "draft": (Text("草稿", "Draft"), "neutral"),
    "published": (Text("已发布", "Published"), "good"),
    "archived": (Text("已归档", "Put away"), "neutral"),
}
FILTERS = (
    Filter("q", Text("标题或地址", "Title or address")),
    Filter("state", Text("状态", "State"), "choice", tuple((name, words) for name, (words, _) in STATES.items())),
)
PAGE = 50
#: What a new page begins with.
BEGINNINGS: dict[str, list[str]] = {
    "home": ["hero", "categories", "shelf", "promises"],
    "activity": ["hero", "shelf"],
    "article": ["rich_text"],
    "help": ["rich_text"],
}


@staff("content.view", methods=("GET",))
def pages(request: HttpRequest) -> HttpResponse:
    """All pages, by kind."""
    language.use(language.of(request))
    asked = tables.asked(request, FILTERS, keep=("kind",))
    kind = asked.extra.get("kind", "") if asked.extra.get("kind") in KIND_LABELS else ""
    found = selectors.pages(kind=kind, state=asked["state"], q=asked["q"], cursor=asked.cursor, limit=PAGE)
    tabs = [(say(Text("全部", "All")), request.path, not kind)]
    tabs += [(say(words), f"{request.path}?kind={name}", name == kind) for name, words in KIND_LABELS.items()]
    table = Table(
        columns=[
            Column("title", Text("标题", "Title")),
            Column("kind", Text("类型", "Kind"), value=lambda row: KIND_LABELS[row.kind]),
            Column("address", Text("地址", "Address"), value=lambda row: address_of(row.kind, row.slug), phone=False),
            Column("state", Text("状态", "State"), kind="badge", value=_state),
            Column("schedule", Text("定时", "Schedule"), value=_schedule, phone=False),
            Column("updated_by", Text("最近编辑", "Last editor"), phone=False),
            Column("updated_at", Text("编辑时间", "Edited"), kind="ago"),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=FILTERS,
        asked=asked,
        key="pages",
        tabs=tabs,
        row_href=lambda row: f"/office/content/{row.id}",
        caption=Text("页面", "Pages"),
        empty=(Text("还没有页面", "No pages yet"), Text("从首页开始搭建您的商城", "Begin with the home page")),
    )
    kinds = [
        {"label": say(words), "href": f"/office/content/new?kind={name}", "icon": _ICONS[name]}
        for name, words in KIND_LABELS.items()
    ]
    return page.render(request, "backoffice/content.html", table=table, kinds=kinds)


_ICONS = {"home": "house", "activity": "party-popper", "article": "newspaper", "help": "life-buoy"}


def _state(row: PageRow | PageView) -> tuple[Text, str]:
    if row.state == "published" and row.changed:
        return Text("已发布 · 有新草稿", "Published, newer draft"), "info"
    return STATES[row.state]


def _schedule(row: PageRow) -> str:
    parts = []
    for at, words in ((row.publish_at, Text("发布 ", "on ")), (row.unpublish_at, Text("下线 ", "off "))):
        if at is not None:
            parts.append(say(words) + clock.local(at).strftime("%m-%d %H:%M"))
    return " · ".join(parts)


@staff("content.edit")
def new(request: HttpRequest) -> HttpResponse:
    """A page to begin with: kind, title, address."""
    kind = request.GET.get("kind", "")
    form, status = FormState.of({"kind": kind if kind in KIND_LABELS else "activity"}), 200
    if request.method == "POST":
        given = request.POST
        content = {
            "title": {"zh": given.get("title", ""), "en": given.get("title_en", "")},
            "blocks": [{"type": name} for name in BEGINNINGS.get(given.get("kind", ""), [])],
        }
        try:
            made = services.create_page(
                given.get("kind", ""),
                given.get("slug", ""),
                content,
                topic=given.get("topic", ""),
                actor=actor(request),
            )
        except Problem as problem:
            names = {"title.zh": "title", "title.en": "title_en"}
            form, status = FormState.failed(given, problem, language.of(request), names=names), problem.status
        else:
            return see_other(f"/office/content/{made.id}")
    language.use(language.of(request))
    kinds = [(name, say(words), address_of(name, "…")) for name, words in KIND_LABELS.items()]
    return page.render(request, "backoffice/content_new.html", status=status, form=form, kinds=kinds)


@staff("content.view", post="content.edit")
def edit(request: HttpRequest, page_id: int) -> HttpResponse:
    """The editor. Every button posts the whole form: it saves, and then does what it says."""
    if request.method != "POST":
        return _editor(request, selectors.page(page_id))
    draft = read(request)
    focus = steps.step(draft.blocks, request.POST.get("do", ""))
    publish = request.POST.get("do", "") == "publish"
    if publish:
        need(request, "content.publish")
    try:
        if draft.refused is not None:
            raise draft.refused
        saved = services.save_draft(page_id, draft.change(), expected_version=draft.version, actor=actor(request))
        if publish:
            services.publish(page_id, expected_version=saved.version, actor=actor(request))
    except Problem as problem:
        if _quietly(request):
            return _said(problem, language.of(request))
        seen = selectors.page(page_id)
        saved_meanwhile = publish and not isinstance(problem, PageChanged) and seen.version != draft.version
        version = seen.version if saved_meanwhile or isinstance(problem, PageChanged) else draft.version
        return _editor(request, seen, draft, problem, version=version)
    if _quietly(request):
        return _saved(request, page_id, draft)
    response = see_other(f"/office/content/{page_id}" + (f"#b-{focus}" if focus else ""))
    if publish:
        return flash(response, Text("已发布，顾客现在就能看到", "Published; customers see it now"))
    return flash(response, Text("草稿已保存", "The draft is saved")) if not focus else response


def _quietly(request: HttpRequest) -> bool:
    """Saved by the page itself while somebody types."""
    return request.headers.get("X-Autosave") == "1"


def _said(problem: Problem, lang: str) -> HttpResponse:
    errors = [{"loc": error.loc, **error.as_dict(lang)} for error in problem.errors]
    said = {"text": problem.detail(lang), "errors": errors, "changed": isinstance(problem, PageChanged)}
    return JsonResponse(said, status=problem.status)


def _saved(request: HttpRequest, page_id: int, draft: Draft) -> HttpResponse:
    seen = selectors.page(page_id)
    language.use(language.of(request))
    return JsonResponse(
        {
            "version": seen.version,
            "at": clock.local(seen.updated_at).strftime("%H:%M:%S"),
            "state": say(_state(seen)[0]),
            "gaps": len(seen.gaps),
            "pictures": draft.pictures,
        }
    )


def _editor(
    request: HttpRequest,
    seen: PageView,
    draft: Draft | None = None,
    problem: Problem | None = None,
    version: int | None = None,
) -> HttpResponse:
    language.use(language.of(request))
    lang = language.of(request)
    errors = forms.errors_of(problem, lang)
    stored = seen.content.data()
    content = draft.content if draft else stored
    blocks = forms.block_forms(content["blocks"], errors)
    head = forms.head_nodes(content, errors)
    values = {name: getattr(draft or seen, name) for name in ("slug", "topic", "position")}
    trees = [*head, *(node for block in blocks for node in (*block.nodes, *block.common))]
    gaps = [(*forms.where(loc, stored["blocks"]), text) for loc, text in seen.gaps]
    token = selectors.preview_token(seen.id, actor=actor(request))
    return page.render(
        request,
        "backoffice/content_edit.html",
        status=problem.status if problem else 200,
        seen=seen,
        title=seen.content.title.render(lang),
        state=_state(seen),
        blocks=blocks,
        head=head,
        form=forms.state(trees, errors, values),
        version=version or seen.version,
        differences=problem.extra.get("differences", []) if isinstance(problem, PageChanged) else [],
        gaps=gaps,
        kinds=BLOCKS,
        preview=f"/preview?token={quote(token)}",
        address=address_of(seen.kind, seen.slug),
        choices={
            "categories": choices.categories(),
            "brands": choices.brands(),
            "coupons": choices.coupons(),
            "products": choices.products(content["blocks"]),
        },
        times={name: _local(getattr(seen, name)) for name in ("publish_at", "unpublish_at")},
        may_edit=actor(request).may("content.edit"),
        may_publish=actor(request).may("content.publish"),
    )


def _local(at: datetime | None) -> str:
    return clock.local(at).strftime("%Y-%m-%dT%H:%M") if at else ""


def _act(request: HttpRequest, page_id: int, act: Callable[[], Any], done: Text, **options: Any) -> HttpResponse:
    def refused(problem: Problem) -> HttpResponse:
        return _editor(request, selectors.page(page_id), problem=problem)

    return carry_out(request, act, done, where=f"/office/content/{page_id}", refused=refused, **options)


@staff("content.publish", methods=("POST",))
def unpublish(request: HttpRequest, page_id: int) -> HttpResponse:
    """Take it down; the draft stays."""
    reason = request.POST.get("reason", "")
    act = partial(services.unpublish, page_id, reason=reason, actor=actor(request))
    return _act(request, page_id, act, Text("已下线，草稿还在", "It is down; the draft is still here"))


@staff("content.publish", methods=("POST",))
def schedule(request: HttpRequest, page_id: int) -> HttpResponse:
    """When the draft is shown and when it goes."""

    def act() -> None:
        times = {name: _moment(request.POST.get(name, "")) for name in ("publish_at", "unpublish_at")}
        services.schedule(page_id, **times, actor=actor(request))

    return _act(request, page_id, act, Text("定时已保存", "The schedule is saved"))


def _moment(text: str) -> datetime | None:
    """A time as the browser writes it, in the mall's zone; nothing for what is none."""
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return at.replace(tzinfo=clock.zone()) if at is not None and at.tzinfo is None else at


@staff("content.edit", methods=("POST",))
def move(request: HttpRequest, page_id: int) -> HttpResponse:
    """Put a draft away, or take it back out."""
    away = request.POST.get("to") == "archived"
    act = partial(services.archive if away else services.reopen, page_id, actor=actor(request))
    undo = (f"/office/content/{page_id}/move", {"to": "draft" if away else "archived"})
    done = Text("已归档", "Put away") if away else Text("已取回", "It is back")
    return _act(request, page_id, act, done, undo=undo)


@staff("content.view", methods=("GET",))
def versions(request: HttpRequest, page_id: int) -> HttpResponse:
    """The history of a page; with `?with=3` in what version 3 differs from the draft."""
    language.use(language.of(request))
    seen = selectors.page(page_id)
    found = selectors.revisions(page_id, cursor=request.GET.get("cursor", "")[:200])
    number = number_in(request.GET.get("with", ""), 8) or 0
    return page.render(
        request,
        "backoffice/content_versions.html",
        seen=seen,
        title=seen.content.title.render(language.of(request)),
        versions=found.items,
        next_href=f"?{urlencode({'cursor': found.next_cursor})}" if found.next_cursor else "",
        number=number,
        differences=selectors.compare(page_id, number) if number else [],
        preview=f"/preview?token={quote(selectors.preview_token(page_id, number, actor=actor(request)))}"
        if number
        else "",
        may_edit=actor(request).may("content.edit"),
    )


@staff("content.edit", methods=("POST",))
def restore(request: HttpRequest, page_id: int, number: int) -> HttpResponse:
    """Make an earlier version the draft again."""
    version = number_in(request.POST.get("version", ""), 9) or 0
    act = partial(services.restore, page_id, number, expected_version=version, actor=actor(request))
    done = Text(f"草稿已恢复为版本 {number}", f"The draft is version {number} again")
    return _act(request, page_id, act, done)


urlpatterns = [
    path("content", pages, name="office-content"),
    path("content/new", new, name="office-content-new"),
    path("content/<int:page_id>", edit, name="office-page"),
    path("content/<int:page_id>/unpublish", unpublish, name="office-page-unpublish"),
    path("content/<int:page_id>/schedule", schedule, name="office-page-schedule"),
    path("content/<int:page_id>/move", move, name="office-page-move"),
    path("content/<int:page_id>/versions", versions, name="office-page-versions"),
    path("content/<int:page_id>/versions/<int:number>/restore", restore, name="office-page-restore"),
]

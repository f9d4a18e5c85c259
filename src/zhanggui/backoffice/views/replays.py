"""促销时光机: past orders replayed under a proposed set of promotions; how far, what came of it, as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import ValidationFailed
from zhanggui.planning import selectors, services
from zhanggui.planning.types import (
    ReplayView,
)
from zhanggui.promotions.types import KINDS, words
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say, t

from .. import exports, offers, proposing, replay_book, replaying, tables
from ..access import actor, carry_out, id_in, see_other, sees_costs, staff
from ..access import refused as refusal_page
from ..messages import flash
from ..tables import Column, Table

PAGE = 50
HERE = "/office/replays"
ROWS = 20
VIEW, REPLAY = "planning.view", "planning.replay"
STATES = {
    "waiting": (Text("排队中", "Waiting"), "neutral"),
    "running": (Text("试算中", "Running"), "info"),
    "finished": (Text("已完成", "Finished"), "good"),
    "failed": (Text("失败", "Failed"), "bad"),
    "stopped": (Text("已停止", "Stopped"), "neutral"),
}


@staff(VIEW, methods=("GET",))
def replays(request: HttpRequest) -> HttpResponse:
    """All replays, newest first."""
    asked = tables.asked(request)
    found = selectors.replays(cursor=asked.cursor, limit=PAGE)
    table: Table = Table(
        columns=[
            Column("note", Text("试算", "Replay"), value=lambda row: row.note or f"#{row.id}"),
            Column("days", Text("订单日期", "Orders of"), value=lambda row: f"{row.first} – {row.last}"),
            Column("total", Text("订单数", "Orders"), kind="number"),
            Column("status", Text("状态", "State"), kind="badge", value=lambda row: STATES[row.status]),
            Column("actor_label", Text("经手人", "By")),
            Column("asked_at", Text("时间", "When"), kind="ago"),
        ],
        rows=found.items,
        next=found.next_cursor,
        asked=asked,
        row_href=lambda row: f"{HERE}/{row.id}",
        caption=Text("促销试算", "Replays"),
        empty=(
            Text("还没有试算过", "Nothing has been replayed yet"),
            Text("活动上线前，先用真实订单算一算它会花多少钱", "See what an offer would have cost before it goes live"),
        ),
        empty_action=(Text("新试算", "New replay"), f"{HERE}/new") if actor(request).may(REPLAY) else None,
    )
    return page.render(request, "backoffice/replays.html", table=table, may=actor(request).may(REPLAY))


@staff(REPLAY)
def new(request: HttpRequest) -> HttpResponseBase:
    """Choose days and promotions, change figures, begin."""
    given = request.POST if request.method == "POST" else request.GET
    first, last = proposing.window_of(given)
    before = selectors.replay(number) if (number := id_in(request.GET.get("from", ""))) else None
    if before and "first" not in request.GET:
        first, last = before.first, before.last
    currency = mall_settings.get("mall.currency")
    rows = proposing.choices(first, last)
    values = proposing.values_of(rows, currency) | {"first": first.isoformat(), "last": last.isoformat()}
    if request.method != "POST":
        wanted = request.GET.get("preset", "ran")
        wanted = wanted if wanted in proposing.PRESETS else "ran"
        if before:
            values |= proposing.values_again(rows, before.promotions, currency) | {"note": before.note}
        else:
            values |= proposing.preset(rows, wanted)
        return _form(request, rows, FormState.of(values), first, last)
    ids: list[int] = []
    try:
        asked, ids = proposing.asked(request.POST, rows, currency)
        replay_id = services.start_replay(asked, actor=actor(request))
    except ValidationFailed as problem:
        lang = language.of(request)
        names = {**proposing.names(problem, ids), **{e.loc: e.loc for e in problem.errors if e.loc.startswith("f-")}}
        form = FormState.failed(request.POST, problem, lang, names=names, initial=_unticked(rows))
        return _form(request, rows, form, first, last, problem.status)
    return flash(see_other(f"{HERE}/{replay_id}"), Text("试算已开始", "The replay has begun"))


def _unticked(rows: Sequence[proposing.Choice]) -> dict[str, Any]:
    """Boxes that are not ticked are not sent; they are fields all the same."""
    return {row.name("on"): "" for row in rows}


def _form(
    request: HttpRequest, rows: Sequence[proposing.Choice], form: FormState, first: date, last: date, status: int = 200
) -> HttpResponse:
    today = clock.business_date()
    spans = [
        (t(f"最近 {days} 天", f"{days} days"), _again(today - timedelta(days=days - 1), today)) for days in (7, 30, 90)
    ]
    presets = [
        (say(words), _again(first, last, preset=name), form.value("preset") == name)
        for name, words in proposing.PRESETS.items()
    ]
    return page.render(
        request, "backoffice/replay_new.html", status=status, form=form, rows=rows, spans=spans, presets=presets,
        kinds={name: say(kind.title) for name, kind in KINDS.items()}, stages=offers.STAGES, sentence=_sentence,
        times=[("own", t("按它自己的时间", "In its own time")), ("all", t("全程生效", "Throughout"))],
        holders=[("used", t("当时用券的人", "Those who used it")), ("all", t("每个人", "Everybody"))],
    )  # fmt: skip


def _again(first: date, last: date, **more: str) -> str:
    return f"{HERE}/new?{urlencode({'first': first.isoformat(), 'last': last.isoformat(), **more})}"


def _sentence(row: proposing.Choice) -> str:
    lang, view = language.current(), row.view
    return view.badge.render(lang, **words(view.badge_params, lang, mall_settings.get("mall.currency")))


@staff(VIEW, methods=("GET",))
def replay(request: HttpRequest, replay_id: int) -> HttpResponseBase:
    """How far it is; when it is over, what the proposal would have given beside what was."""
    found = selectors.replay(replay_id)
    costs = sees_costs(request)
    if exports.asked(request):
        return replay_book.workbook(found, costs)
    shown = replaying.result(found, costs) if found.figures else {}
    response = page.render(
        request, "backoffice/replay.html", replay=found, state=STATES[found.status], may=actor(request).may(REPLAY),
        took=_took(found), costs=costs, kinds={name: say(kind.title) for name, kind in KINDS.items()}, **shown,
    )  # fmt: skip
    if found.over and request.headers.get("HX-Request"):
        response["HX-Refresh"] = "true"  # the page that waited for it gets its buttons, too
    return response


def _took(found: ReplayView) -> str:
    if found.started_at is None or found.finished_at is None:
        return ""
    seconds = max(1, round((found.finished_at - found.started_at).total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    return t(
        f"{minutes} 分 {seconds} 秒" if minutes else f"{seconds} 秒",
        f"{minutes} min {seconds} s" if minutes else f"{seconds} s",
    )


@staff(REPLAY, methods=("POST",))
def stop(request: HttpRequest, replay_id: int) -> HttpResponse:
    """End it after the batch it is at."""
    return carry_out(
        request,
        partial(services.stop_replay, replay_id, actor=actor(request)),
        Text("将在当前批次后停止", "It stops after the batch it is at"),
        where=f"{HERE}/{replay_id}",
        refused=partial(refusal_page, request),
    )


urlpatterns = [
    path("replays", replays, name="office-replays"),
    path("replays/new", new, name="office-replay-new"),
    path("replays/<int:replay_id>", replay, name="office-replay"),
    path("replays/<int:replay_id>/stop", stop, name="office-replay-stop"),
]

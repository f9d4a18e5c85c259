"""Programs buyers shop with: each sells through a channel, which its key proves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.accounts import selectors, services
from zhanggui.accounts.types import ClientView
from zhanggui.kernel import paging
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState

from .. import tables
from ..access import actor, ids_in, see_other, staff
from ..messages import flash
from ..tables import Bulk, Column, Table

CLIENTS = "/office/clients"
PAGE = 50
REVOKE_MOST = 200


@staff("accounts.view", methods=("GET",))
def clients(request: HttpRequest) -> HttpResponse:
    """Every program, newest first."""
    asked = tables.asked(request)
    before = paging.decode(asked.cursor, int)[0] if asked.cursor else None
    shown = paging.page(selectors.clients(before_id=before, limit=PAGE + 1), PAGE, lambda row: row.id)
    may = actor(request).may("accounts.manage")
    table = Table(
        key="clients",
        columns=[
            Column("name", Text("程序", "Program")),
            Column("channel", Text("渠道代码", "Channel")),
            Column("state", Text("状态", "State"), kind="badge", value=_state),
            Column("created_at", Text("创建", "Made"), kind="date"),
        ],
        rows=shown.items,
        next=shown.next_cursor,
        asked=asked,
        bulk=[_revoke()] if may else (),
        empty=(
            Text("还没有渠道客户端", "No programs yet"),
            Text(
                "小程序、App 等带上自己的密钥调用商城接口，就按渠道价和渠道活动销售",
                "A mini-program or an app sends its key with every call, and sells at its channel's prices and offers",
            ),
        ),
        empty_action=(Text("新建客户端", "New program"), f"{CLIENTS}/new") if may else None,
        caption=Text("渠道客户端", "Programs"),
    )
    return page.render(request, "backoffice/clients.html", table=table)


def _revoke() -> Bulk:
    return Bulk(
        Text("停用", "Revoke"),
        f"{CLIENTS}/revoke",
        confirm=Text("停用选中的 {n} 个客户端？它们会立即无法下单，无法撤销。", "Revoke {n} programs? They stop selling at once."),
        icon="ban",
        danger=True,
    )  # fmt: skip


def _state(row: ClientView) -> tuple[Text, str]:
    if row.revoked_at is not None:
        return Text("已停用", "Revoked"), "neutral"
    return Text("有效", "Good"), "good"


@staff("accounts.manage")
def new(request: HttpRequest) -> HttpResponse:
    """A program with its key, which is shown once."""
    form, status = FormState.of({}), 200
    if request.method == "POST":
        given = request.POST
        try:
            made = services.issue_client(
                given.get("channel", "").strip(), name=given.get("name", ""), actor=actor(request)
            )
        except Problem as problem:
            form, status = FormState.failed(given, problem, language.of(request)), problem.status
        else:
            response = page.render(request, "backoffice/client_made.html", made=made)
            response["Cache-Control"] = "no-store"
            return response
    return page.render(request, "backoffice/client_new.html", status=status, form=form)


@staff("accounts.manage", methods=("POST",))
def revoke(request: HttpRequest) -> HttpResponse:
    """Revoke the chosen ones; what is gone already is passed over."""
    done = 0
    for client_id in ids_in(request.POST.getlist("ids")[:REVOKE_MOST]):
        try:
            services.revoke_client(client_id, actor=actor(request))
            done += 1
        except Problem:
            continue
    return flash(see_other(CLIENTS), Text(f"已停用 {done} 个客户端", f"{done} programs revoked"))


urlpatterns = [
    path("clients", clients, name="office-clients"),
    path("clients/new", new, name="office-client-new"),
    path("clients/revoke", revoke, name="office-client-revoke"),
]

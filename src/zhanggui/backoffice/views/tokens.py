"""Tokens for programs: named, narrowed to some permissions, shown once, revoked at any time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.accounts import selectors, services
from zhanggui.accounts.types import TokenView
from zhanggui.kernel import clock, paging
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem, ValidationFailed
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import t

from .. import naming, tables
from ..access import actor, ids_in, see_other, staff
from ..messages import flash
from ..tables import Bulk, Column, Table

PAGE = 50
REVOKE_MOST = 200
DAYS = (30, 90, 365, 0)


@staff("accounts.view", methods=("GET",))
def tokens(request: HttpRequest) -> HttpResponse:
    """Every token of the team, newest first."""
    asked = tables.asked(request)
    before = paging.decode(asked.cursor, int)[0] if asked.cursor else None
    rows = selectors.tokens(kind="token", before_id=before, limit=PAGE + 1)
    shown = paging.page(rows, PAGE, lambda row: row.id)
    may = actor(request).may("accounts.manage")
    table = Table(
        key="tokens",
        columns=[
            Column("name", Text("名称", "Name")),
            Column("owner", Text("属于", "Owner")),
            Column("scopes", Text("权限", "May"), value=_scopes),
            Column("state", Text("状态", "State"), kind="badge", value=_state),
            Column("last_used_at", Text("最近使用", "Last used"), kind="ago"),
            Column("expires_at", Text("到期", "Until"), kind="date"),
            Column("created_at", Text("创建", "Made"), kind="date", phone=False),
        ],
        rows=shown.items,
        next=shown.next_cursor,
        asked=asked,
        bulk=[_revoke()] if may else (),
        empty=(
            Text("还没有接口令牌", "No tokens yet"),
            Text(
                "程序凭令牌调用接口，只能做您允许的事",
                "Programs call the API with them, and may do only what you allow",
            ),
        ),
        empty_action=(Text("新建令牌", "New token"), "/office/tokens/new") if may else None,
        caption=Text("接口令牌", "Tokens"),
    )
    return page.render(request, "backoffice/tokens.html", table=table)


def _revoke() -> Bulk:
    return Bulk(
        Text("吊销", "Revoke"),
        "/office/tokens/revoke",
        confirm=Text("吊销选中的 {n} 个令牌？使用它们的程序会立即失效，无法撤销。", "Revoke {n} tokens? Programs using them stop at once."),
        icon="ban",
        danger=True,
    )  # fmt: skip


def _scopes(row: TokenView) -> Text:
    if row.scopes is None:
        return Text("与本人相同", "All its owner may")
    return Text(f"{len(row.scopes)} 项", f"{len(row.scopes)} permissions")


def _state(row: TokenView) -> tuple[Text, str]:
    if row.revoked_at is not None:
        return Text("已吊销", "Revoked"), "neutral"
    if row.expires_at is not None and row.expires_at <= clock.now():
        return Text("已过期", "Expired"), "warn"
    return Text("有效", "Good"), "good"


@staff("accounts.manage")
def new(request: HttpRequest) -> HttpResponse:
    """A token for a program of mine, shown once."""
    form, status = FormState.of({"days": "90"}), 200
    who = actor(request)
    if request.method == "POST":
        given = request.POST
        days = given.get("days", "")
        try:
            if days not in {str(each) for each in DAYS}:
                raise ValidationFailed.one("days", "unknown", "请选择有效期", "choose how long")
            if given.get("all") != "1" and not given.getlist("scopes"):
                raise ValidationFailed.one("scopes", "required", "至少勾选一项权限", "tick at least one permission")
            scopes = None if given.get("all") == "1" else given.getlist("scopes")
            issued = services.issue_token(
                who.id or 0, name=given.get("name", ""), scopes=scopes, days=int(days) or None, actor=who
            )
        except Problem as problem:
            form, status = FormState.failed(given, problem, language.of(request)), problem.status
        else:
            response = page.render(request, "backoffice/token_made.html", token=issued.token, until=issued.expires_at)
            response["Cache-Control"] = "no-store"
            return response
    language.use(language.of(request))
    groups = [
        (label, [(code, meaning) for code, meaning in permissions if who.may(code)])
        for label, permissions in naming.permission_groups()
    ]
    days_offered = [(each, t(f"{each} 天", f"{each} days") if each else t("不过期", "for ever")) for each in DAYS]
    context = {"form": form, "groups": [group for group in groups if group[1]], "days": days_offered}
    return page.render(request, "backoffice/token_new.html", status=status, **context)


@staff("accounts.manage", methods=("POST",))
def revoke(request: HttpRequest) -> HttpResponse:
    """Revoke the chosen ones; those that are gone or beyond one's rights are left, and said."""
    response = see_other("/office/tokens")
    wanted = ids_in(request.POST.getlist("ids")[:REVOKE_MOST])
    done, refused = 0, 0
    for token_id in wanted:
        try:
            services.revoke_token(token_id, actor=actor(request))
            done += 1
        except Problem:
            refused += 1
    if refused:
        said = Text(f"已吊销 {done} 个，{refused} 个无权吊销", f"{done} revoked; {refused} are beyond your rights")
        return flash(response, said, "warn")
    return flash(response, Text(f"已吊销 {done} 个令牌", f"{done} tokens revoked"))


urlpatterns = [
    path("tokens", tokens, name="office-tokens"),
    path("tokens/new", new, name="office-token-new"),
    path("tokens/revoke", revoke, name="office-token-revoke"),
]

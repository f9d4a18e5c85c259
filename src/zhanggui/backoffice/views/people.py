"""Staff: who works here, with which roles; opening and closing accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from markupsafe import Markup

from zhanggui.accounts import selectors, services
from zhanggui.accounts.types import RoleView, StaffView
from zhanggui.kernel import audit, ids, paging
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .. import tables, trail
from ..access import actor, carry_out, see_other, staff
from ..messages import flash
from ..tables import Column, Filter, Table

FILTERS = (Filter("q", Text("姓名或邮箱", "Name or mail address")),)
PAGE = 50


@staff("accounts.view", methods=("GET",))
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who can sign in here."""
    asked = tables.asked(request, FILTERS)
    after = paging.decode(asked.cursor, int)[0] if asked.cursor else 0
    rows = selectors.staff_list(after_id=after, limit=PAGE + 1, query=asked["q"])
    shown = paging.page(rows, PAGE, lambda row: row.id)
    roles = {role.code: Text(role.name_zh, role.name_en) for role in selectors.role_list()}
    safe = selectors.with_two_factor(row.id for row in shown.items)
    table = Table(
        columns=[
            Column("name", Text("姓名", "Name"), value=lambda row: row.name or row.email),
            Column("email", Text("邮箱", "Mail address")),
            Column("roles", Text("角色", "Roles"), kind="html", value=lambda row: _badges(row, roles)),
            Column(
                "factor", Text("两步验证", "Second factor"), kind="badge", value=lambda row: _factor(row.id in safe)
            ),
            Column("is_active", Text("状态", "State"), kind="badge", value=_state),
            Column("created_at", Text("加入时间", "Since"), kind="date", phone=False),
        ],
        rows=shown.items,
        next=shown.next_cursor,
        filters=FILTERS,
        asked=asked,
        row_href=lambda row: f"/office/staff/{row.id}",
        caption=Text("员工", "Staff"),
    )
    return page.render(request, "backoffice/staff.html", table=table)


def _badges(row: StaffView, roles: dict[str, Text]) -> Markup:
    mark = Markup('<span class="badge badge-neutral">{}</span>')
    return Markup(" ").join(mark.format(say(roles.get(code, Text(code, code)))) for code in row.roles)


def _factor(on: bool) -> tuple[Text, str]:
    return (Text("已开启", "On"), "good") if on else (Text("未开启", "Off"), "neutral")


def _state(row: StaffView) -> tuple[Text, str]:
    return (Text("在职", "Active"), "good") if row.is_active else (Text("已停用", "Closed"), "bad")


def role_options(roles: list[RoleView]) -> list[tuple[str, str]]:
    return [(role.code, say(Text(role.name_zh, role.name_en))) for role in roles]


@staff("accounts.manage")
def new(request: HttpRequest) -> HttpResponse:
    """Open an account for a new colleague."""
    form = FormState.of({"roles": []})
    status = 200
    if request.method == "POST":
        given = request.POST
        password = given.get("password", "") or ids.token(12)
        try:
            made = services.create_staff(
                given.get("email", ""),
                name=given.get("name", ""),
                roles=given.getlist("roles"),
                password=password,
                actor=actor(request),
            )
        except Problem as problem:
            form, status = FormState.failed(given, problem, language.of(request)), problem.status
        else:
            if given.get("password"):
                return flash(see_other(f"/office/staff/{made}"), Text("已添加员工", "The account is open"))
            return _secret(request, made, given.get("email", ""), password)
    language.use(language.of(request))
    options = role_options(selectors.role_list())
    return page.render(request, "backoffice/staff_new.html", status=status, form=form, options=options)


def _secret(request: HttpRequest, user_id: int, email: str, password: str) -> HttpResponse:
    """A password that was made up, shown this once."""
    context: dict[str, Any] = {"href": f"/office/staff/{user_id}", "email": email, "secret": password}
    response = page.render(request, "backoffice/staff_secret.html", **context)
    response["Cache-Control"] = "no-store"
    return response


@staff("accounts.view", methods=("GET",))
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One colleague: roles, security, what they did last."""
    return _person(request, user_id)


def _person(request: HttpRequest, user_id: int, form: FormState | None = None, status: int = 200) -> HttpResponse:
    who = selectors.staff(user_id)
    language.use(language.of(request))
    return page.render(
        request,
        "backoffice/person.html",
        status=status,
        person=who,
        form=form or FormState.of({"name": who.name, "roles": list(who.roles)}),
        options=role_options(selectors.role_list()),
        factor=selectors.two_factor(user_id),
        sessions=selectors.sessions(user_id),
        duties=selectors.duties(user_id),
        history=_lately(user_id) if actor(request).may("audit.view") else [],
        state=_state(who),
    )


def _lately(user_id: int) -> list[tuple[Text, str, datetime]]:
    """What a colleague did last: what, to what, and when."""
    rows = audit.history(actor_id=user_id, limit=8)
    names = trail.names(rows, {})
    return [(trail.action(row["action"]), trail.subject(row, names), row["at"]) for row in rows]


def _act(request: HttpRequest, user_id: int, act: Callable[[], Any], done: Text, **options: Any) -> HttpResponse:
    """Do it and come back; refused, the page with what was typed."""

    def refused(problem: Problem) -> HttpResponse:
        who = selectors.staff(user_id)
        initial = {"name": who.name, "roles": list(who.roles)}
        kept = {name: values for name, values in request.POST.lists() if name != "password"}
        form = FormState.failed(kept, problem, language.of(request), initial=initial)
        return _person(request, user_id, form, problem.status)

    return carry_out(request, act, done, where=f"/office/staff/{user_id}", refused=refused, **options)


@staff("accounts.manage", methods=("POST",))
def set_roles(request: HttpRequest, user_id: int) -> HttpResponse:
    """Name and roles."""
    before = selectors.staff(user_id)
    roles, name = request.POST.getlist("roles"), request.POST.get("name", "")

    def act() -> None:
        services.rename_staff(user_id, name, actor=actor(request))
        services.set_roles(user_id, roles, actor=actor(request))

    undo = (f"/office/staff/{user_id}/roles", {"name": before.name, "roles": list(before.roles)})
    return _act(request, user_id, act, Text("已保存", "Saved"), undo=undo)


@staff("accounts.manage", methods=("POST",))
def set_active(request: HttpRequest, user_id: int) -> HttpResponse:
    """Close the account (its sessions end), or open it again."""
    active = request.POST.get("active") == "1"
    done = Text("账号已恢复", "The account is open again") if active else Text("账号已停用", "The account is closed")
    undo = (f"/office/staff/{user_id}/active", {"active": "0" if active else "1"})
    return _act(request, user_id, lambda: services.set_active(user_id, active, actor=actor(request)), done, undo=undo)


@staff("accounts.manage", methods=("POST",))
def new_password(request: HttpRequest, user_id: int) -> HttpResponse:
    """A made-up password, shown once; every session of theirs ends."""
    password = ids.token(12)
    try:
        services.set_password(user_id, password, actor=actor(request))
    except Problem as problem:
        return _person(request, user_id, FormState.failed({}, problem, language.of(request)), problem.status)
    return _secret(request, user_id, selectors.staff(user_id).email, password)


@staff("accounts.manage", methods=("POST",))
def reset_factor(request: HttpRequest, user_id: int) -> HttpResponse:
    """For somebody who has lost phone and recovery codes."""
    done = Text("已重置两步验证，对方须重新设置", "The second factor is gone; they can set up a new one")
    return _act(request, user_id, lambda: services.reset_two_factor(user_id, actor=actor(request)), done)


urlpatterns = [
    path("staff", people, name="office-staff"),
    path("staff/new", new, name="office-staff-new"),
    path("staff/<int:user_id>", person, name="office-person"),
    path("staff/<int:user_id>/roles", set_roles, name="office-person-roles"),
    path("staff/<int:user_id>/active", set_active, name="office-person-active"),
    path("staff/<int:user_id>/password", new_password, name="office-person-password"),
    path("staff/<int:user_id>/two-factor", reset_factor, name="office-person-two-factor"),
]

"""Roles: what each may do, as a matrix; a role's names, duties and whether it asks for a second factor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.accounts import selectors, services
from zhanggui.accounts.types import RoleView
from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Conflict, NotFound, Problem
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState

from .. import naming
from ..access import actor, need, see_other, staff, typed
from ..messages import flash

FACTOR = "accounts.two_factor_roles"


@dataclass(frozen=True, slots=True)
class Holdings:
    """A role in the matrix. `all` holds everything there is and will be."""

    role: RoleView
    held: frozenset[str]

    @property
    def all(self) -> bool:
        return "*" in self.held

    @property
    def was(self) -> str:
        """What the editor saw, so that two of them do not undo each other unawares."""
        return " ".join(sorted(self.held))


@staff("accounts.view", post="accounts.manage")
def roles(request: HttpRequest) -> HttpResponse:
    """Every role beside every permission; saving changes those roles that differ."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            return _save_matrix(request)
        except Problem as refusal:
            problem = refusal
    return page.render(
        request,
        "backoffice/roles.html",
        status=problem.status if problem else 200,
        roles=[Holdings(role, frozenset(role.permissions)) for role in selectors.role_list()],
        groups=naming.permission_groups(),
        required=_required(),
        form=FormState.failed({}, problem, language.of(request)) if problem else None,
        typed=set(request.POST.getlist("grant")) if problem else None,
    )


def _save_matrix(request: HttpRequest) -> HttpResponse:
    granted: dict[str, set[str]] = {}
    for grant in request.POST.getlist("grant"):
        code, _, permission = grant.partition(":")
        granted.setdefault(code, set()).add(permission)
    changes = []
    for role in selectors.role_list():
        held = Holdings(role, frozenset(role.permissions))
        seen = request.POST.get(f"was-{role.code}")
        wanted = granted.get(role.code, set())
        if seen is None or held.all or wanted == set(seen.split()):
            continue
        if seen != held.was:
            raise Conflict(
                text=Text(f"「{role.name_zh}」刚被他人修改，请核对后再保存", f"“{role.name_en}” has just been changed")
            )
        changes.append((role, wanted))
    for role, wanted in changes:
        services.put_role(
            role.code, name_zh=role.name_zh, name_en=role.name_en, permissions=wanted, actor=actor(request)
        )
    response = see_other("/office/roles")
    if not changes:
        return flash(response, Text("没有改动", "Nothing to change"), "info")
    names_zh, names_en = "、".join(r.name_zh for r, _ in changes), ", ".join(r.name_en for r, _ in changes)
    first = changes[0][0]
    undo = (f"/office/roles/{first.code}/permissions", {"permission": list(first.permissions)})
    done = Text(f"已修改：{names_zh}", f"Changed: {names_en}")
    return flash(response, done, undo=undo if len(changes) == 1 else None)


@staff("accounts.manage", methods=("POST",))
def set_permissions(request: HttpRequest, code: str) -> HttpResponse:
    """A role's permissions as a list (taking a change of the matrix back)."""
    role = _role(code)
    services.put_role(
        code,
        name_zh=role.name_zh,
        name_en=role.name_en,
        permissions=request.POST.getlist("permission"),
        actor=actor(request),
    )
    response = see_other("/office/roles")
    return flash(response, Text("已撤销修改", "The change is taken back"))


def _role(code: str) -> RoleView:
    found = next((role for role in selectors.role_list() if role.code == code), None)
    if found is None:
        raise NotFound()
    return found


def _required() -> list[str]:
    return [code for code in mall_settings.get(FACTOR) if isinstance(code, str)]


@staff("accounts.manage")
def new(request: HttpRequest) -> HttpResponse:
    """A role of the mall's own."""
    form, status = FormState.of({}), 200
    if request.method == "POST":
        given = request.POST
        code = given.get("code", "")
        try:
            if any(role.code == code for role in selectors.role_list()):
                raise Conflict(text=Text("已有这个代码的角色", "There is a role of this code"))
            services.put_role(
                code,
                name_zh=given.get("name_zh", ""),
                name_en=given.get("name_en", ""),
                permissions=[],
                actor=actor(request),
            )
        except Problem as problem:
            form, status = FormState.failed(given, problem, language.of(request)), problem.status
        else:
            response = see_other("/office/roles")
            return flash(response, Text("已添加角色，请勾选它的权限", "The role is there; now tick what it may do"))
    return page.render(request, "backoffice/role_new.html", status=status, form=form)


@staff("accounts.view", post="accounts.manage")
def role(request: HttpRequest, code: str) -> HttpResponse:
    """One role: names, duties, second factor."""
    kept = _role(code)
    words = next(each for each in selectors.duties(0, all_roles=True) if each.role == code)
    initial = {
        "name_zh": kept.name_zh,
        "name_en": kept.name_en,
        "text_zh": words.text_zh,
        "text_en": words.text_en,
        "factor": "1" if code in _required() else "",
    }
    form, status = FormState.of(initial), 200
    if request.method == "POST":
        try:
            _save_role(request, kept)
        except Problem as problem:
            form, status = typed(request, problem), problem.status
        else:
            response = see_other(f"/office/roles/{code}")
            return flash(response, Text("已保存", "Saved"), undo=(f"/office/roles/{code}", initial))
    return page.render(request, "backoffice/role.html", status=status, role=kept, form=form, version=words.version)


def _save_role(request: HttpRequest, kept: RoleView) -> None:
    given, who = request.POST, actor(request)
    names = {"name_zh": given.get("name_zh", ""), "name_en": given.get("name_en", "")}
    if names != {"name_zh": kept.name_zh, "name_en": kept.name_en}:
        services.put_role(kept.code, permissions=kept.permissions, actor=who, **names)
    services.put_duties(kept.code, text_zh=given.get("text_zh", ""), text_en=given.get("text_en", ""), actor=who)
    _set_factor(request, kept.code, given.get("factor") == "1")


def _set_factor(request: HttpRequest, code: str, wanted: bool) -> None:
    before: Iterable[str] = _required()
    after = [each for each in before if each != code] + ([code] if wanted else [])
    if set(after) != set(before):
        need(request, "settings.edit")
        mall_settings.put(FACTOR, after, actor=actor(request))


@staff("accounts.manage", methods=("POST",))
def delete(request: HttpRequest, code: str) -> HttpResponse:
    """Delete a role nobody holds."""
    try:
        services.delete_role(code, actor=actor(request))
    except Problem as problem:
        response = see_other(f"/office/roles/{code}")
        return flash(response, problem.text, "bad")
    response = see_other("/office/roles")
    return flash(response, Text("已删除角色", "The role is deleted"))


urlpatterns = [
    path("roles", roles, name="office-roles"),
    path("roles/new", new, name="office-role-new"),
    path("roles/<slug:code>", role, name="office-role"),
    path("roles/<slug:code>/permissions", set_permissions, name="office-role-permissions"),
    path("roles/<slug:code>/delete", delete, name="office-role-delete"),
]

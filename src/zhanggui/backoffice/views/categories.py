"""Categories: the tree with its order, one category with its words, its place and its attributes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.catalog import selectors, services
from zhanggui.catalog.types import AttributeView, CategoryView
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState

from ..access import actor, carry_out, id_in, see_other, staff, typed
from ..access import refused as refusal_page
from ..messages import flash
from .attributes import KINDS

HERE = "/office/categories"
WHOLE = 300  # categories that are shown at once; of a larger tree, two levels and the branches one opens


@dataclass(frozen=True, slots=True)
class Node:
    """A category as the tree shows it. `hidden` are the categories below that this page leaves out."""

    category: CategoryView
    goods: int
    attributes: int
    first: bool
    last: bool
    below: list[Node]
    hidden: int = 0


@staff("catalog.view", methods=("GET",))
def categories(request: HttpRequest) -> HttpResponseBase:
    """The tree, or a branch of a large one. Four statements at any size."""
    every = selectors.categories()
    at = id_in(request.GET.get("at", "")) or 0
    branch = next((each for each in every if each.id == at), None)
    children: dict[int | None, list[CategoryView]] = {}
    for each in every:
        children.setdefault(each.parent_id, []).append(each)
    own: dict[int, int] = {}
    for definition in selectors.attribute_definitions():
        if definition.category_id is not None:
            own[definition.category_id] = own.get(definition.category_id, 0) + 1
    depth = 99 if len(every) <= WHOLE else 2
    nodes = _nodes(branch.id if branch else None, children, selectors.goods_by_category(), own, depth)
    crumbs = [each for each in every if branch and each.id in branch.ancestors]
    return page.render(
        request,
        "backoffice/categories.html",
        nodes=nodes,
        total=len(every),
        branch=branch,
        crumbs=sorted(crumbs, key=lambda each: len(each.ancestors)),
        lang_of=language.current(),
    )


def _nodes(
    parent: int | None,
    children: Mapping[int | None, list[CategoryView]],
    goods: Mapping[int, int],
    own: Mapping[int, int],
    depth: int,
) -> list[Node]:
    here = children.get(parent, [])
    return [
        Node(
            each,
            goods.get(each.id, 0),
            own.get(each.id, 0),
            each is here[0],
            each is here[-1],
            _nodes(each.id, children, goods, own, depth - 1) if depth > 1 else [],
            len(children.get(each.id, ())) if depth <= 1 else 0,
        )
        for each in here
    ]


@staff("catalog.edit")
def new(request: HttpRequest) -> HttpResponseBase:
    """A root, or a child of `parent`."""
    if request.method != "POST":
        return _form(request, None, FormState.of({"parent_id": str(id_in(request.GET.get("parent", "")) or "")}))
    given = request.POST
    try:
        made = services.create_category(
            **_fields(given), code=given.get("code", "").strip().upper(), actor=actor(request)
        )
    except Problem as problem:
        return _form(request, None, typed(request, problem), problem.status)
    if given.get("then") == "again":
        where = f"{HERE}/new?parent={made.parent_id or ''}"
    else:
        where = f"{HERE}?at={_top(made)}" if len(selectors.categories()) > WHOLE else HERE
    return flash(see_other(where), Text(f"已新建「{made.name_zh}」", f"“{made.name_zh}” is there"))


def _top(category: CategoryView) -> int | str:
    return category.parent_id or ""


def _fields(given: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name_zh": given.get("name_zh", ""),
        "name_en": given.get("name_en", ""),
        "slug": given.get("slug", "").strip(),
        "parent_id": id_in(given.get("parent_id", "")) or None,
    }


@staff("catalog.view", post="catalog.edit")
def category(request: HttpRequest, category_id: int) -> HttpResponseBase:
    """Its words, its place, and the attributes that hold for it."""
    found = selectors.category(category_id)
    if request.method != "POST":
        parent = str(found.parent_id or "")
        initial = {"name_zh": found.name_zh, "name_en": found.name_en, "slug": found.slug, "parent_id": parent}
        return _form(request, found, FormState.of(initial))
    fields = _fields(request.POST)
    position = found.position if fields["parent_id"] == found.parent_id else 1_000_000  # moved: behind its new siblings
    return carry_out(
        request,
        lambda: services.update_category(category_id, **fields, position=position, actor=actor(request)),
        Text("已保存", "Saved"),
        where=f"{HERE}/{category_id}",
        refused=lambda problem: _form(request, found, typed(request, problem), problem.status),
    )


def _form(request: HttpRequest, found: CategoryView | None, form: FormState, status: int = 200) -> HttpResponse:
    lang = language.of(request)
    every = selectors.categories()
    names = {each.id: each.name_in(lang) for each in every}
    options = [
        (str(each.id), " / ".join(names[above] for above in each.ancestors))
        for each in every
        if found is None or found.id not in each.ancestors
    ]
    holding: list[AttributeView] = selectors.attribute_definitions(found.id) if found else []
    below = sum(each.parent_id == found.id for each in every) if found else 0
    goods = selectors.goods_by_category().get(found.id, 0) if found else 0
    own = [each for each in holding if found and each.category_id == found.id]
    return page.render(
        request,
        "backoffice/category.html",
        status=status,
        form=form,
        found=found,
        parents=options,
        names=names,
        own=own,
        inherited=[each for each in holding if each not in own],
        kinds=KINDS,
        below=below,
        goods=goods,
    )


@staff("catalog.edit", methods=("POST",))
def move(request: HttpRequest, category_id: int) -> HttpResponse:
    """One place up or down among its siblings."""
    found = selectors.category(category_id)
    siblings = [each.id for each in selectors.categories() if each.parent_id == found.parent_id]
    at = siblings.index(category_id)
    to = at - 1 if request.POST.get("to") == "up" else at + 1
    if 0 <= to < len(siblings):
        siblings[at], siblings[to] = siblings[to], siblings[at]
    back = id_in(request.POST.get("at", ""))
    return carry_out(
        request,
        partial(services.order_categories, found.parent_id, siblings, actor=actor(request)),
        Text("顺序已调整", "The order has changed"),
        where=f"{HERE}?at={back}" if back else f"{HERE}#c{category_id}",
        refused=partial(refusal_page, request),
    )


@staff("catalog.edit", methods=("POST",))
def delete(request: HttpRequest, category_id: int) -> HttpResponse:
    """Only when nothing stands in it."""
    found = selectors.category(category_id)
    initial = {"name_zh": found.name_zh, "name_en": found.name_en, "slug": found.slug}
    return carry_out(
        request,
        partial(services.delete_category, category_id, actor=actor(request)),
        Text(f"已删除「{found.name_zh}」", f"“{found.name_zh}” is deleted"),
        where=HERE,
        refused=lambda problem: _form(
            request,
            found,
            FormState.failed({**initial, "parent_id": str(found.parent_id or "")}, problem, language.of(request)),
            problem.status,
        ),
    )


urlpatterns = [
    path("categories", categories, name="office-categories"),
    path("categories/new", new, name="office-category-new"),
    path("categories/<int:category_id>", category, name="office-category"),
    path("categories/<int:category_id>/move", move, name="office-category-move"),
    path("categories/<int:category_id>/delete", delete, name="office-category-delete"),
]

"""Attributes: what products of a category say about themselves, in which type, with which values, and which are filters."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.catalog import selectors, services
from zhanggui.catalog.types import AttributeView
from zhanggui.kernel import paging
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .. import tables
from ..access import actor, carry_out, id_in, see_other, staff, typed
from ..messages import flash
from ..tables import Column, Filter, Table
from .brands import place

PAGE = 50
HERE = "/office/attributes"
KINDS = {
    "text": Text("文本", "Text"),
    "number": Text("数字", "Number"),
    "choice": Text("单选", "One of a list"),
    "multi": Text("多选", "Several of a list"),
    "bool": Text("是否", "Yes or no"),
}
LISTS = ("choice", "multi")
FLAGS = ("required", "filterable", "variant_axis")


def _filters() -> tuple[Filter, ...]:
    categories = tuple((str(each.id), each.name_in(language.current())) for each in selectors.categories())
    return (
        Filter("q", Text("名称", "Name")),
        Filter("category", Text("分类", "Category"), "choice", categories),
        Filter("kind", Text("类型", "Type"), "choice", tuple(KINDS.items())),
    )


@staff("catalog.view", methods=("GET",))
def attributes(request: HttpRequest) -> HttpResponseBase:
    """All definitions in their order; of one category, those that hold for it."""
    filters = _filters()
    asked = tables.asked(request, filters)
    lang = language.of(request)
    names = {each.id: each.name_in(lang) for each in selectors.categories()}
    found = _found(asked)
    table = Table(
        columns=[
            Column("label", Text("属性", "Attribute"), kind="custom"),
            Column("kind", Text("类型", "Type"), value=lambda row: KINDS[row.kind]),
            Column("category", Text("分类", "Category"), value=lambda row: names.get(row.category_id) or _everywhere()),
            Column("choices", Text("可选值", "Values"), value=_few, phone=False),
            Column("uses", Text("用途", "Used as"), kind="custom"),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        row_href=lambda row: f"{HERE}/{row.id}",
        caption=Text("属性", "Attributes"),
        empty=(
            Text("还没有属性", "No attributes yet"),
            Text(
                "例如材质、产地、适用人群；可设为筛选条件", "Material, origin, size …: some may be filters of the shop"
            ),
        ),
        empty_action=(Text("新建属性", "New attribute"), f"{HERE}/new") if actor(request).may("catalog.edit") else None,
    )
    return page.render(request, "backoffice/attributes.html", table=table)


def _everywhere() -> str:
    return say(Text("全部分类", "Every category"))


def _few(row: AttributeView) -> str:
    shown = "、".join(row.choices[:6])
    return shown + ("…" if len(row.choices) > 6 else "")


def _found(asked: tables.Asked) -> paging.Page[AttributeView]:
    """A page of those that are asked for, from memory."""
    q = asked["q"].casefold()
    after = paging.decode(asked.cursor, int, int) if asked.cursor else None
    rows = [
        each
        for each in sorted(
            selectors.attribute_definitions(int(asked["category"]) if asked["category"] else None),
            key=lambda each: (each.position, each.id),
        )
        if (not q or any(q in text.casefold() for text in (each.name, each.label_zh, each.label_en)))
        and asked["kind"] in ("", each.kind)
        and (after is None or (each.position, each.id) > after)
    ]
    return paging.page(rows[: PAGE + 1], PAGE, lambda each: each.position, lambda each: each.id)


@staff("catalog.edit")
def new(request: HttpRequest) -> HttpResponseBase:
    """A new definition; for one category where the address names it."""
    if request.method != "POST":
        category = request.GET.get("category", "")
        return _form(request, None, FormState.of({"kind": "text", "position": "0", "category_id": category}))
    given = request.POST
    try:
        fields = _fields(given, given.get("kind", ""))
        made = services.define_attribute(
            name=given.get("name", "").strip() or given.get("label_zh", ""),
            kind=given.get("kind", ""),
            category_id=id_in(given.get("category_id", "")),
            **fields,
            actor=actor(request),
        )
    except Problem as problem:
        return _form(request, None, typed(request, problem), problem.status)
    where = f"/office/categories/{made.category_id}" if made.category_id else HERE
    return flash(see_other(where), Text(f"已新建「{made.label_zh}」", f"“{made.label_zh}” is there"))


@staff("catalog.view", post="catalog.edit")
def attribute(request: HttpRequest, attribute_id: int) -> HttpResponseBase:
    """One definition; its name, type and category stay as they are."""
    found = selectors.attribute(attribute_id)
    if request.method != "POST":
        return _form(request, found, FormState.of(_initial(found)))
    return carry_out(
        request,
        lambda: services.update_attribute(attribute_id, **_fields(request.POST, found.kind), actor=actor(request)),
        Text("已保存", "Saved"),
        where=f"{HERE}/{attribute_id}",
        refused=lambda problem: _form(request, found, typed(request, problem), problem.status),
    )


@staff("catalog.edit", methods=("POST",))
def delete(request: HttpRequest, attribute_id: int) -> HttpResponse:
    """The values that products have stay as plain text."""
    found = selectors.attribute(attribute_id)
    return carry_out(
        request,
        partial(services.delete_attribute, attribute_id, actor=actor(request)),
        Text(f"已删除「{found.label_zh}」", f"“{found.label_zh}” is deleted"),
        where=f"/office/categories/{found.category_id}" if found.category_id else HERE,
        refused=lambda problem: _form(
            request,
            found,
            FormState.failed(_initial(found), problem, language.of(request)),
            problem.status,
        ),
    )


def _initial(found: AttributeView) -> dict[str, Any]:
    words = [*found.choices, *(value for value in found.choices_en if value not in found.choices)]
    lines = [f"{value} = {found.choices_en[value]}" if value in found.choices_en else value for value in words]
    return {
        "name": found.name,
        "label_zh": found.label_zh,
        "label_en": found.label_en,
        "unit": found.unit,
        "values": "\n".join(lines),
        "position": str(found.position),
        **{flag: "1" if getattr(found, flag) else "" for flag in FLAGS},
    }


def _fields(given: Mapping[str, str], kind: str) -> dict[str, Any]:
    """Values are lines: the value, and after `=` its English. Raises ValidationFailed."""
    values: dict[str, str] = {}
    for line in given.get("values", "").splitlines():
        value, _, english = line.partition("=")
        if value.strip():
            values[value.strip()] = english.strip()
    return {
        "label_zh": given.get("label_zh", ""),
        "label_en": given.get("label_en", ""),
        "unit": given.get("unit", ""),
        "choices": list(values) if kind in LISTS else [],
        "choices_en": {value: english for value, english in values.items() if english},
        "position": place(given.get("position", "")),
        **{flag: bool(given.get(flag)) for flag in FLAGS},
    }


def _form(request: HttpRequest, found: AttributeView | None, form: FormState, status: int = 200) -> HttpResponse:
    lang = language.of(request)
    every = selectors.categories()
    names = {each.id: each.name_in(lang) for each in every}
    return page.render(
        request,
        "backoffice/attribute.html",
        status=status,
        form=_at_values(form),
        found=found,
        kinds=KINDS,
        categories=[(str(each.id), " / ".join(names[above] for above in each.ancestors)) for each in every],
        names=names,
    )


def _at_values(form: FormState) -> FormState:
    """What is wrong with single values is shown at the field that holds them all."""
    wrong = {name: said for name, said in form.errors.items() if name == "choices" or name.isdecimal()}
    if not wrong:
        return form
    return FormState(form.values, {**form.errors, "values": [each for said in wrong.values() for each in said]})


urlpatterns = [
    path("attributes", attributes, name="office-attributes"),
    path("attributes/new", new, name="office-attribute-new"),
    path("attributes/<int:attribute_id>", attribute, name="office-attribute"),
    path("attributes/<int:attribute_id>/delete", delete, name="office-attribute-delete"),
]

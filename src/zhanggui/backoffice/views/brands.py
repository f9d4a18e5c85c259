"""Brands: the list, and one brand with its words in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.catalog import selectors, services
from zhanggui.catalog.types import BrandView
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState

from .. import tables
from ..access import actor, carry_out, number_in, see_other, staff, typed
from ..messages import flash
from ..tables import Column, Filter, Table

PAGE = 50
HERE = "/office/brands"
FILTERS = (Filter("q", Text("品牌名或网址名", "Name or slug")),)
FIELDS = ("name", "name_en", "slug", "description", "description_en")


@staff("catalog.view", methods=("GET",))
def brands(request: HttpRequest) -> HttpResponseBase:
    """In their order, with the number of their products."""
    asked = tables.asked(request, FILTERS)
    found = selectors.brand_rows(q=asked["q"], cursor=asked.cursor, limit=PAGE)
    table = Table(
        columns=[
            Column("name", Text("品牌", "Brand"), value=lambda row: row[0].name),
            Column("name_en", Text("英文名", "English name"), value=lambda row: row[0].name_en),
            Column("slug", Text("网址名", "Slug"), value=lambda row: row[0].slug, phone=False),
            Column("goods", Text("商品数", "Products"), kind="custom", align="right"),
            Column("position", Text("排序", "Place"), kind="number", value=lambda row: row[0].position, phone=False),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=FILTERS,
        asked=asked,
        row_href=lambda row: f"{HERE}/{row[0].id}",
        row_key=lambda row: row[0].id,
        caption=Text("品牌", "Brands"),
        empty=(
            Text("还没有品牌", "No brands yet"),
            Text("导入商品时会自动建立，也可以手工添加", "Imports make them, or add one by hand"),
        ),
        empty_action=(Text("新建品牌", "New brand"), f"{HERE}/new") if actor(request).may("catalog.edit") else None,
    )
    return page.render(request, "backoffice/brands.html", table=table)


@staff("catalog.edit")
def new(request: HttpRequest) -> HttpResponseBase:
    """A new brand."""
    if request.method != "POST":
        return _form(request, None, 0, FormState.of({"position": "0"}))
    try:
        made = services.create_brand(**_fields(request.POST), actor=actor(request))
    except Problem as problem:
        return _form(request, None, 0, typed(request, problem), problem.status)
    return flash(see_other(HERE), Text(f"已新建「{made.name}」", f"“{made.name}” is there"))


@staff("catalog.view", post="catalog.edit")
def brand(request: HttpRequest, brand_id: int) -> HttpResponseBase:
    """One brand."""
    found, goods = selectors.brand(brand_id)
    if request.method != "POST":
        return _form(request, found, goods, FormState.of(_initial(found)))
    return carry_out(
        request,
        lambda: services.update_brand(brand_id, **_fields(request.POST), actor=actor(request)),
        Text("已保存", "Saved"),
        where=f"{HERE}/{brand_id}",
        refused=lambda problem: _form(request, found, goods, typed(request, problem), problem.status),
    )


@staff("catalog.edit", methods=("POST",))
def delete(request: HttpRequest, brand_id: int) -> HttpResponse:
    """Only when no product carries it."""
    found, goods = selectors.brand(brand_id)
    return carry_out(
        request,
        partial(services.delete_brand, brand_id, actor=actor(request)),
        Text(f"已删除「{found.name}」", f"“{found.name}” is deleted"),
        where=HERE,
        refused=lambda problem: _form(
            request,
            found,
            goods,
            FormState.failed(_initial(found), problem, language.of(request)),
            problem.status,
        ),
    )


def _initial(found: BrandView) -> dict[str, Any]:
    return {name: getattr(found, name) for name in FIELDS} | {"position": str(found.position)}


def _fields(given: Mapping[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {name: given.get(name, "").strip() for name in FIELDS}
    return fields | {"position": place(given.get("position", ""))}


def place(text: str) -> int:
    """A place in an order. Raises ValidationFailed."""
    number = number_in(text.strip() or "0", 7)
    if number is None or number > 1_000_000:
        wrong = Text("应为 0 到 1000000 的整数，小的在前", "a whole number from 0 to 1000000; smaller ones come first")
        raise ValidationFailed(errors=[FieldError("position", "invalid", wrong)])
    return number


def _form(
    request: HttpRequest, found: BrandView | None, goods: int, form: FormState, status: int = 200
) -> HttpResponse:
    return page.render(request, "backoffice/brand.html", status=status, form=form, found=found, goods=goods)


urlpatterns = [
    path("brands", brands, name="office-brands"),
    path("brands/new", new, name="office-brand-new"),
    path("brands/<int:brand_id>", brand, name="office-brand"),
    path("brands/<int:brand_id>/delete", delete, name="office-brand-delete"),
]

"""Cells of the grid of goods, changed where they stand: one edit, one service, one answer with the cells as they are now.

Each edit says what its author saw; where somebody was faster nothing is written and the answer has their value. Each
answer says how the edit is taken back: by the same service, with its own reason and its own line in the audit log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from zhanggui.catalog import selectors, services
from zhanggui.catalog.types import ProductDetail
from zhanggui.inventory import services as inventory
from zhanggui.inventory.types import StockRow
from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow
from zhanggui.ui import formatting, language, page
from zhanggui.ui.language import say

from .. import cells, goods
from ..access import actor, id_in, need, staff

_AND = Text("；", "; ")


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody typed into a cell. `undo` says that they take an edit back; `value` is then what was stored before."""

    field: str
    product: ProductDetail
    sku_id: int
    value: str
    seen: str
    reason: str
    undo: bool


#: What happened, and the fields of the request that takes it back (none where that cannot be done).
Done = tuple[Text, dict[str, Any] | None]


@staff("catalog.view", methods=("POST",))
def cell(request: HttpRequest) -> HttpResponse:
    """Write one cell. 422 for what cannot be so, 409 where somebody was faster; both say it in words."""
    given = request.POST
    try:
        edit = _edit(request)
        need(request, cells.RIGHTS[edit.field])
        done, undo = WRITERS[edit.field](request, edit)
    except NotFound as problem:
        return _refused(problem, {})
    except Problem as problem:
        product_id, sku_id = id_in(given.get("product", "")) or 0, id_in(given.get("sku", "")) or 0
        return _refused(problem, _now(request, product_id, sku_id) if problem.status == 409 else {})
    return JsonResponse({"message": say(done), "undo": undo, **_now(request, edit.product.id, edit.sku_id)})


def _edit(request: HttpRequest) -> Edit:
    given = request.POST
    field, sku_id = given.get("field", ""), id_in(given.get("sku", "")) or 0
    product = selectors.product(id_in(given.get("product", "")) or 0)
    if field not in cells.RIGHTS or (field != "title" and sku_id not in {sku.id for sku in product.skus}):
        raise NotFound()
    reason = given.get("reason", "").strip()[:180]
    undo = given.get("undo") == "1"
    if not reason and field != "title":
        raise ValidationFailed.one("reason", "required", "请先填写改动原因", "say why first")
    if undo:
        reason = say(Text(f"撤销：{reason}", f"Undone: {reason}"))
    return Edit(field, product, sku_id, given.get("value", "")[:1000], given.get("seen", "")[:1000], reason, undo)


def _title(request: HttpRequest, edit: Edit) -> Done:
    services.amend_product(
        edit.product.id, {"title": edit.value.strip()}, seen={"title": edit.seen}, actor=actor(request)
    )
    if edit.product.state == "in_review":
        return Text("标题已保存，商品退回草稿，需重新提交审核", "Saved; the product is a draft again"), None
    after = selectors.product(edit.product.id).title
    return _said(edit, edit.seen, after), {"value": edit.seen, "seen": after}


def _price(request: HttpRequest, edit: Edit) -> Done:
    """The price or the list price. A list price that was no more than the price, or is left empty, follows it."""
    seen = cells.from_seen(edit.seen)
    if seen is None:
        raise NotFound()
    currency = mall_settings.get("mall.currency")
    before_list, before_sale = seen
    if edit.undo:
        back = cells.from_seen(edit.value)
        if back is None or back[0] is None or back[1] is None:
            raise NotFound()
        listed, sale = back[0], back[1]
    else:
        errors: list[FieldError] = []
        typed = goods.amount(edit.value, edit.field, currency, errors)
        if errors:
            raise ValidationFailed(errors=errors)
        listed, sale = _both(edit.field, typed, before_list, before_sale)
    row = PriceRow(edit.sku_id, listed, sale, seen=seen)
    done = pricing.propose_prices([row], actor=actor(request), reason=edit.reason)
    if done.requests:
        return goods.proposed(done), None
    old, new = (before_list, listed) if edit.field == "list" else (before_sale, sale)
    said = _said(edit, formatting.money(old, currency), formatting.money(new, currency))
    after = cells.as_seen(listed, sale)
    return said, {"value": edit.seen, "seen": after} if None not in seen and after != edit.seen else None


def _both(field: str, typed: int | None, listed: int | None, sale: int | None) -> tuple[int, int]:
    if field == "sale":
        if typed is None:
            raise ValidationFailed.one("sale", "required", "请填写售价", "enter a price")
        return (typed if listed is None or listed == sale else listed), typed
    found = typed if typed is not None else sale
    if found is None:
        raise ValidationFailed.one("list", "required", "请填写划线价", "enter a list price")
    return found, found if sale is None else sale


def _stock(request: HttpRequest, edit: Edit) -> Done:
    """What lies in the SKU's only warehouse (the first one, where none knows it yet). What an edit did is taken back by
    its difference, whatever was received or shipped since."""
    known = goods.shelves([edit.sku_id])[edit.sku_id].warehouses
    if len(known) > 1:
        raise ValidationFailed.one(
            "stock",
            "several",
            "该规格分布在多个仓库，请到库存页调整",
            "it lies in several warehouses; use the stock page",
        )
    house = known[0] if known else None
    errors: list[FieldError] = []
    value, seen = goods.units(edit.value, "stock", errors), goods.units(edit.seen, "stock", [])
    if errors or value is None or seen is None:
        raise ValidationFailed(
            errors=errors or [FieldError("stock", "required", Text("请填写在库件数", "enter how many there are"))]
        )
    if edit.undo:
        inventory.adjust([StockRow(edit.sku_id, value - seen, house)], actor=actor(request), reason=edit.reason)
    else:
        row = StockRow(edit.sku_id, value, house, seen)
        inventory.set_on_hand([row], actor=actor(request), reason=edit.reason)
    undo = {"value": str(seen), "seen": str(value)} if value != seen else None
    return _said(edit, formatting.quantity(seen), formatting.quantity(value)), undo


WRITERS: dict[str, Callable[[HttpRequest, Edit], Done]] = {
    "title": _title, "sale": _price, "list": _price, "stock": _stock,
}  # fmt: skip


def _said(edit: Edit, old: str, new: str) -> Text:
    label = cells.LABELS[edit.field]
    if edit.undo:
        return Text(f"已撤销，{label.zh}恢复为 {new}", f"Undone: {label.en} is {new} again")
    if edit.field == "title":
        return Text(f"标题已改为「{new}」", f"Title: “{new}”")
    return Text(f"{label.zh} {old} → {new}", f"{label.en} {old} → {new}")


def _now(request: HttpRequest, product_id: int, sku_id: int) -> dict[str, Any]:
    """The cells of the row, and what the product's own row shows, as they are now."""
    found = selectors.products(ids=[product_id]).items
    if not found:
        return {}
    shown = cells.goods_of(found, actor(request))[product_id]
    own, texts = [shown.title], {f"{name}-{product_id}": text for name, text in shown.texts.items()}
    if shown.line is not None:
        own += shown.line.cells.values()
    elif sku_id in shown.sku_ids:
        line = cells.lines_of(product_id, {sku_id: ""}, actor(request))[sku_id]
        own += line.cells.values()
        texts[f"free-sku-{sku_id}"] = formatting.quantity(line.free)
    parts = ("key", "value", "shown", "seen")
    return {"cells": [{part: getattr(each, part) for part in parts} for each in own], "texts": texts}


def _refused(problem: Problem, now: dict[str, Any]) -> HttpResponse:
    lang = language.current()
    words = [error.as_dict(lang)["message"] for error in problem.errors]
    message = problem.detail(lang) if problem.status == 409 or not words else _AND.render(lang).join(words)
    if problem.status == 409 and words and problem.code == "stock_below_reserved":
        message = _AND.render(lang).join(words)
    code = {"code": problem.code, "message": message, "taken": problem.code.endswith("_meanwhile")}
    return JsonResponse({**code, **now}, status=problem.status)


@staff("catalog.view", methods=("GET",))
def variants(request: HttpRequest, product_id: int) -> HttpResponse:
    """The rows of a product's variants, for the grid to open below it."""
    found = selectors.product(product_id)
    skus = [sku for sku in found.skus if sku.active]
    names = {sku.id: f"{found.title} {sku.options_text or sku.code}" for sku in skus}
    lines = cells.lines_of(product_id, names, actor(request))
    return page.render(request, "backoffice/parts/variants.html", product=found, skus=skus, lines=lines)


urlpatterns = [
    path("products/cell", cell, name="office-products-cell"),
    path("products/<int:product_id>/variants", variants, name="office-product-variants"),
]

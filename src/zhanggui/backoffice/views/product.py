"""One product: its words in both languages, its variants with price and stock, its pictures, its way onto the shelf.

Two editors on one product: the second is told, sees where the two differ, and decides; what was typed stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.catalog import selectors, services
from zhanggui.catalog.errors import EditedMeanwhile
from zhanggui.catalog.types import ProductDetail, ProductFields, SkuDraft
from zhanggui.inventory import services as inventory
from zhanggui.inventory.types import StockRow
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow, Proposed
from zhanggui.ui import language, page
from zhanggui.ui.forms import EMPTY, FormState

from .. import assorting, goods
from ..access import actor, carry_out, id_in, need, see_other, staff, typed
from ..messages import flash

LABELS: dict[str, Text] = {
    "title": Text("标题", "Title"),
    "subtitle": Text("副标题", "Subtitle"),
    "category_id": Text("分类", "Category"),
    "brand_id": Text("品牌", "Brand"),
    "tags": Text("标签", "Tags"),
    "slug": Text("网址名", "Slug"),
    "description_html": Text("详情", "Description"),
    "title_en": Text("英文标题", "English title"),
    "subtitle_en": Text("英文副标题", "English subtitle"),
    "description_html_en": Text("英文详情", "English description"),
}


def _initial(product: ProductDetail) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(product, name, "") for name in LABELS}
    found |= {
        "category_id": str(product.category.id) if product.category else "",
        "brand_id": str(product.brand.id) if product.brand else "",
        "tags": "、".join(product.tags),
        "version": str(product.version),
    }
    return found | {f"attr-{shown.name}": _words(shown.value) for shown in product.attributes}


def _words(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


@staff("catalog.edit", methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """A draft with one variant; more are added in the editor."""
    language.use(language.of(request))
    form = EMPTY
    if request.method == "POST":
        given = request.POST
        try:
            draft = SkuDraft(code=given.get("sku", "").strip(), barcode=given.get("barcode", "").strip())
            made = services.create_product(_fields(given, None), [draft], actor=actor(request))
            response = see_other(f"/office/products/{made.id}")
            return flash(
                response,
                Text("草稿已建立，请补充价格、库存与图片", "The draft is there; add price, stock and pictures"),
            )
        except Problem as problem:
            form = FormState.failed(given, problem, language.of(request), names={"code": "sku"})
    return page.render(
        request, "backoffice/product_new.html", status=422 if form.errors else 200, form=form, **_choices()
    )


@staff("catalog.view", methods=("GET",))
def product(request: HttpRequest, product_id: int) -> HttpResponse:
    """The editor."""
    return _product(request, product_id)


def _product(
    request: HttpRequest, product_id: int, form: FormState | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    language.use(language.of(request))
    found = selectors.product(product_id)
    shelves = goods.shelves([sku.id for sku in found.skus])
    currency = mall_settings.get("mall.currency")
    initial = _initial(found) | {"mode": found.supply_mode, "promise_hours": found.promise_hours or ""}
    for sku in found.skus:
        shelf = shelves[sku.id]
        initial |= {
            f"list-{sku.id}": _typed(shelf.list_price, currency),
            f"sale-{sku.id}": _typed(shelf.sale_price, currency),
            f"cost-{sku.id}": _typed(shelf.cost, currency),
            f"stock-{sku.id}": str(shelf.on_hand),
        }
    if form is None:
        form = FormState.of(initial)
    elif form.errors:
        form = FormState({**initial, **dict(form.values.items())}, form.errors)
    definitions = selectors.attribute_definitions(found.category.id if found.category else None)
    return page.render(
        request,
        "backoffice/product.html",
        status=status,
        product=found,
        state=goods.STATES[found.state],
        actions=selectors.actions(found.state),
        shelves=shelves,
        definitions=[each for each in definitions if not each.variant_axis],
        currency=currency,
        form=form,
        conflict=more.get("conflict", ()),
        supply_words=selectors.supply_words(
            found.supply_mode, selectors.supply_hours(found.supply_mode, found.promise_hours)
        ),
        beside=assorting.Beside([product_id], actor(request)),
        **_choices(),
    )


def _choices() -> dict[str, Any]:
    lang = language.current()
    categories = selectors.categories()
    names = {each.id: each.name_in(lang) for each in categories}
    paths = sorted(
        (" / ".join(names[a] for a in (*each.ancestors,) if a in names) or names[each.id], str(each.id))
        for each in categories
    )
    return {
        "categories": [("", "–"), *((value, words) for words, value in paths)],
        "brands": [("", "–"), *((str(each.id), each.said_in(lang).name) for each in selectors.brands())],
    }


def _typed(amount: int | None, currency: str) -> str:
    return "" if amount is None else format_minor(amount, currency)


def _fields(given: Mapping[str, Any], before: ProductDetail | None) -> ProductFields:
    """The form as the catalogue takes it; what the form has no field for stays as it is."""
    attributes: dict[str, Any] = {shown.name: shown.value for shown in before.attributes} if before else {}
    shown = before.attributes if before else ()
    english = {each.name: _words(each.value_en) for each in shown if each.value_en and each.name in attributes}
    kinds = {
        each.name: each.kind
        for each in selectors.attribute_definitions(before.category.id if before and before.category else None)
    }
    for name in given:
        if name.startswith("attr-"):
            text = str(given.get(name, "")).strip()
            if text:
                attributes[name[5:]] = _split(text) if kinds.get(name[5:]) == "multi" else text
            else:
                attributes.pop(name[5:], None)
    texts: dict[str, Any] = {name: str(given.get(name, "")) for name in LABELS}
    texts |= {name: id_in(str(given.get(name, ""))) for name in ("category_id", "brand_id")}
    texts["tags"] = tuple(_split(str(given.get("tags", ""))))
    return ProductFields(**texts, attributes=attributes, attributes_en=english)


def _split(text: str) -> list[str]:
    for sign in (",", ",", ";", ";", "\n"):
        text = text.replace(sign, "、")
    return [part for each in text.split("、") if (part := each.strip())]


@staff("catalog.edit", methods=("POST",))
def save(request: HttpRequest, product_id: int) -> HttpResponse:
    """The words. When somebody was faster, both are shown side by side; saving again takes what was typed."""
    given = request.POST
    before = selectors.product(product_id)
    try:
        version = id_in(given.get("version", "")) or 0
        services.update_product(product_id, _fields(given, before), expected_version=version, actor=actor(request))
    except EditedMeanwhile as problem:
        language.use(language.of(request))
        now = _initial(before)
        typed = {**{name: given.get(name, "") for name in given}, "version": str(before.version)}
        form = FormState(typed, {"": [problem.detail(language.of(request))]})
        return _product(request, product_id, form, 409, conflict=goods.differences(typed, now, LABELS))
    except Problem as problem:
        return _product(request, product_id, FormState.failed(given, problem, language.of(request)), problem.status)
    return flash(see_other(f"/office/products/{product_id}"), Text("已保存", "Saved"))


@staff("catalog.view", methods=("POST",))
def save_shelf(request: HttpRequest, product_id: int) -> HttpResponse:
    """Prices and stock of the variants, all or none of the prices and all or none of the stock."""
    found = selectors.product(product_id)
    given, currency, errors = request.POST, mall_settings.get("mall.currency"), []  # type: ignore[var-annotated]
    before = goods.shelves([sku.id for sku in found.skus])
    prices = [row for sku in found.skus if (row := _price(given, sku.id, before[sku.id], currency, errors))]
    counts = [
        StockRow(sku.id, wanted)
        for sku in found.skus
        if (wanted := goods.units(given.get(f"stock-{sku.id}", ""), f"stock-{sku.id}", errors)) is not None
        and wanted != before[sku.id].on_hand
    ]
    reason = given.get("reason", "").strip()

    def do() -> Proposed:
        if errors:
            raise ValidationFailed(errors=errors)
        if (prices or counts) and not reason:
            raise ValidationFailed.one("reason", "required", "请写明原因", "say why")
        if prices:
            need(request, "pricing.change")
        if any(row.cost != before[row.sku_id].cost for row in prices):
            need(request, "pricing.view_cost")
        if counts:
            need(request, "inventory.change")
        done = Proposed(0)
        if prices:
            done = pricing.propose_prices(prices, actor=actor(request), reason=reason[:200])
        if counts:
            inventory.set_on_hand(counts, actor=actor(request), reason=reason[:200])
        return done

    saved = Text("价格与库存已保存", "Prices and stock are saved")
    return _act(request, product_id, do, lambda done: goods.proposed(done) if done.requests else saved)


def _price(given: Any, sku_id: int, before: goods.Shelf, currency: str, errors: list[FieldError]) -> PriceRow | None:
    """The row to be set; None where nothing changed."""
    amounts = {
        name: goods.amount(given.get(f"{name}-{sku_id}", ""), f"{name}-{sku_id}", currency, errors)
        for name in ("list", "sale", "cost")
    }
    cost = amounts["cost"] if f"cost-{sku_id}" in given else before.cost
    if (amounts["list"], amounts["sale"], cost) == (before.list_price, before.sale_price, before.cost):
        return None
    listed = amounts["list"] if amounts["list"] is not None else amounts["sale"]
    if listed is None:
        if before.list_price is not None:
            errors.append(FieldError(f"sale-{sku_id}", "required", Text("请填写售价", "enter a price")))
        return None
    return PriceRow(sku_id, listed, amounts["sale"], cost)


@staff("catalog.edit", methods=("POST",))
def add_sku(request: HttpRequest, product_id: int) -> HttpResponse:
    """One more variant, named by its options: 颜色=红，尺码=M."""
    given = request.POST

    def do() -> None:
        found = selectors.product(product_id)
        options = dict(part.split("=", 1) for part in _split(given.get("options", "").replace("=", "=")) if "=" in part)
        options = {axis.strip(): value.strip() for axis, value in options.items()}
        kept = [SkuDraft(s.code, s.options, s.barcode, s.weight_g, i, s.active) for i, s in enumerate(found.skus)]
        added = SkuDraft(given.get("code", "").strip(), options, given.get("barcode", "").strip(), position=len(kept))
        services.update_product(
            product_id,
            _fields(_initial(found), found),
            expected_version=found.version,
            skus=[*kept, added],
            actor=actor(request),
        )

    return _act(request, product_id, do, Text("已添加规格", "The variant is added"))


@staff("catalog.edit", methods=("POST",))
def upload(request: HttpRequest, product_id: int) -> HttpResponse:
    """One picture or several; what is not a picture is said by its name, the others are kept."""

    def do() -> None:
        errors = []
        files = request.FILES.getlist("pictures")[:20]
        if not files:
            raise ValidationFailed.one("pictures", "required", "请选择图片", "choose a picture")
        for file in files:
            try:
                services.add_picture(
                    product_id, file.read(), alt=request.POST.get("alt", "")[:200], actor=actor(request)
                )
            except NotFound:
                raise
            except Problem as problem:
                name = (file.name or "")[:80]
                errors.append(
                    FieldError(
                        "pictures",
                        "refused",
                        Text(f"{name}:{problem.detail('zh-Hans')}", f"{name}: {problem.detail('en')}"),
                    )
                )
        if errors:
            raise ValidationFailed(errors=errors)

    return _act(request, product_id, do, Text("图片已上传", "Uploaded"))


@staff("catalog.edit", methods=("POST",))
def arrange(request: HttpRequest, product_id: int) -> HttpResponse:
    """A picture to the front, or off the product."""
    media_id, step = id_in(request.POST.get("media_id", "")) or 0, request.POST.get("step", "")

    def do() -> None:
        found = selectors.product(product_id)
        order = [each.id for each in found.media]
        if media_id not in order:
            raise NotFound()
        if step == "remove":
            services.remove_picture(media_id, actor=actor(request))
        else:
            rest = [each for each in order if each != media_id]
            services.order_pictures(product_id, [media_id, *rest], actor=actor(request))

    return _act(request, product_id, do, Text("图片已更新", "The pictures are changed"))


@staff("catalog.view", methods=("POST",))
def step(request: HttpRequest, product_id: int, name: str) -> HttpResponse:
    """submit, approve, reject, list, delist or schedule."""
    who, reason = actor(request), request.POST.get("reason", "").strip()
    acts: dict[str, tuple[str, Callable[[], Any], Text]] = {
        "submit": ("catalog.edit", partial(services.submit_review, product_id, actor=who), Text("已提交审核", "Submitted")),
        "approve": ("catalog.review", partial(services.approve, product_id, actor=who), Text("审核通过", "Approved")),
        "reject": ("catalog.review", partial(services.reject, product_id, reason=reason, actor=who), Text("已退回修改", "Sent back")),
        "list": ("catalog.list", partial(_list, product_id, request), Text("已上架", "On sale")),
        "delist": ("catalog.list", partial(services.delist_product, product_id, reason=reason, actor=who), Text("已下架", "Off sale")),
        "schedule": ("catalog.list", partial(_schedule, product_id, request), Text("定时已保存", "Scheduled")),
    }  # fmt: skip
    if name not in acts:
        raise NotFound()
    permission, act, done = acts[name]

    def do() -> None:
        need(request, permission)
        act()

    return _act(request, product_id, do, done)


def _list(product_id: int, request: HttpRequest) -> None:
    services.list_product(
        product_id, facts=goods.facts(selectors.skus_of([product_id])[product_id]), actor=actor(request)
    )


def _schedule(product_id: int, request: HttpRequest) -> None:
    instants = {name: _instant(request.POST.get(name, ""), name) for name in ("list_at", "delist_at")}
    services.schedule(product_id, list_at=instants["list_at"], delist_at=instants["delist_at"], actor=actor(request))


def _instant(text: str, field: str) -> datetime | None:
    """A local date and time as the browser's field gives it. Raises ValidationFailed."""
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=clock.zone())
    except ValueError:
        raise ValidationFailed.one(field, "type", "请填写日期与时间", "enter a date and time") from None


def _act(
    request: HttpRequest, product_id: int, act: Callable[[], Any], done: Text | Callable[[Any], Text]
) -> HttpResponse:
    def refused(problem: Problem) -> HttpResponse:
        return _product(request, product_id, typed(request, problem), problem.status)

    return carry_out(request, act, done, where=f"/office/products/{product_id}", refused=refused)


urlpatterns = [
    path("products/new", new, name="office-product-new"),
    path("products/<int:product_id>", product, name="office-product"),
    path("products/<int:product_id>/save", save, name="office-product-save"),
    path("products/<int:product_id>/shelf", save_shelf, name="office-product-shelf"),
    path("products/<int:product_id>/skus", add_sku, name="office-product-skus"),
    path("products/<int:product_id>/pictures", upload, name="office-product-pictures"),
    path("products/<int:product_id>/pictures/arrange", arrange, name="office-product-arrange"),
    path("products/<int:product_id>/do/<slug:name>", step, name="office-product-step"),
]

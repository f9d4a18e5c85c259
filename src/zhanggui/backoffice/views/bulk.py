"""Many goods at once, looked at before it is done: new prices by one rule, and another category.

The address holds the whole wish, so that a preview can be reloaded and sent on; only the confirming form writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog import services
from zhanggui.catalog.types import ProductRow
from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import minor_digits
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.pricing import selectors as pricing
from zhanggui.pricing import services as prices
from zhanggui.pricing.errors import PriceChangedMeanwhile
from zhanggui.pricing.types import PriceRow
from zhanggui.ui import language, page
from zhanggui.ui.forms import EMPTY, FormState, scaled
from zhanggui.ui.language import say

from ..access import actor, see_other, staff, typed
from ..cells import as_seen, from_seen
from ..goods import proposed
from ..messages import flash
from ..repricing import KINDS, ROUNDINGS, TARGETS, Change
from .products import numbers

SKUS_MOST = 1000
GRID = "/office/products"


@dataclass(frozen=True, slots=True)
class Preview:
    """A variant before and after; `wrong` says why it cannot be so, `same` that nothing would change."""

    sku_id: int
    code: str
    title: str
    before: tuple[int, int]
    after: tuple[int, int]
    wrong: Text | None

    @property
    def same(self) -> bool:
        return self.before == self.after

    @property
    def seen(self) -> str:
        return as_seen(*self.before)


@staff("pricing.view", post="pricing.change", methods=("GET", "POST"))
def reprice(request: HttpRequest) -> HttpResponse:
    """GET shows what a rule would do to the chosen products' prices; POST does it, all or none."""
    given = request.POST if request.method == "POST" else request.GET
    products = _products(given.get("ids", ""))
    currency = mall_settings.get("mall.currency")
    form, change, shown = EMPTY, None, []
    if "kind" in given:
        try:
            change = _change(given, currency)
            shown = _preview(products, change)
        except ValidationFailed as problem:
            form, change = FormState.failed(given, problem, language.current()), None
    if request.method == "POST" and change is not None:
        try:
            return _reprice(request, shown)
        except Problem as problem:
            form = typed(request, problem)
            status = problem.status
    else:
        status = 422 if form.errors else 200
    if form is EMPTY:
        form = FormState.of(given if "kind" in given else {"kind": "percent", "target": "sale", "rounding": ""})
    return page.render(
        request,
        "backoffice/reprice.html",
        status=status,
        products=products,
        form=form,
        preview=shown,
        asked=change is not None,
        todo=[each for each in shown if not each.same],
        wrong=[each for each in shown if each.wrong],
        wish={name: given.get(name, "") for name in ("ids", "kind", "value", "target", "rounding")},
        kinds=[(name, say(words)) for name, words in KINDS.items()],
        targets=[(name, say(words)) for name, words in TARGETS.items()],
        roundings=[(name, say(words)) for name, (words, _) in ROUNDINGS.items()],
        currency=currency,
        unpriced=_unpriced(products, shown) if change is not None else 0,
    )


def _products(given: str) -> list[ProductRow]:
    """The chosen products, in the grid's order. Raises NotFound where none is left."""
    found = catalog.products(ids=numbers(given.split(",")), limit=200).items if given else []
    if not found:
        raise NotFound()
    return found


def _change(given: Mapping[str, Any], currency: str) -> Change:
    kind, target, rounding = (str(given.get(name, "")) for name in ("kind", "target", "rounding"))
    errors = [
        FieldError(name, "choice", Text("请选择", "choose one"))
        for name, value, known in (
            ("kind", kind, KINDS),
            ("target", target, TARGETS),
            ("rounding", rounding, ROUNDINGS),
        )
        if value not in known
    ]
    digits = 2 if kind == "percent" else minor_digits(currency)
    value = _signed(str(given.get("value", "")), digits)
    if value is None:
        errors.append(
            FieldError(
                "value", "type", Text(f"请填写数字，最多 {digits} 位小数", f"a number with at most {digits} decimals")
            )
        )
    elif kind == "percent" and not -10_000 <= value <= 100_000:
        errors.append(FieldError("value", "range", Text("应在 −100 到 1000 之间", "between −100 and 1000")))
    elif kind == "set" and value < 0:
        errors.append(FieldError("value", "range", Text("不能小于 0", "not below 0")))
    if errors:
        raise ValidationFailed(errors=errors)
    return Change(kind, value or 0, target, rounding, currency)


def _signed(text: str, digits: int) -> int | None:
    """A number with a sign, scaled; None for what is none or too fine."""
    for sign, plain in ((",", ""), (",", ""), ("−", "-"), ("%", ""), ("%", ""), ("¥", ""), (" ", "")):
        text = text.replace(sign, plain)
    return scaled(text, digits)


def _preview(products: Sequence[ProductRow], change: Change) -> list[Preview]:
    """Every priced variant of the products. Three statements."""
    skus = catalog.skus_of([row.id for row in products])
    ids = [sku for row in products for sku in skus[row.id]]
    if len(ids) > SKUS_MOST:
        raise ValidationFailed.one(
            "ids", "many", f"最多同时改 {SKUS_MOST} 个规格", f"at most {SKUS_MOST} variants at once"
        )
    base, codes = pricing.base_prices(ids), catalog.sku_codes(ids)
    found = []
    for row in products:
        for sku in skus[row.id]:
            if sku in base:
                before = (base[sku].list_price, base[sku].sale_price)
                after = change.prices(*before)
                found.append(Preview(sku, codes[sku], row.title, before, after, _wrong(after)))
    return found


def _wrong(after: tuple[int, int]) -> Text | None:
    listed, sale = after
    if min(after) < 0:
        return Text("会低于 0", "below 0")
    return Text("售价会高于划线价", "above the list price") if sale > listed else None


def _unpriced(products: Sequence[ProductRow], shown: Sequence[Preview]) -> int:
    skus = catalog.skus_of([row.id for row in products])
    return sum(len(ids) for ids in skus.values()) - len(shown)


def _reprice(request: HttpRequest, shown: Sequence[Preview]) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise ValidationFailed.one("reason", "required", "请写明改价原因", "say why")
    todo = [each for each in shown if not each.same]
    if any(each.wrong for each in todo):
        raise ValidationFailed.one(
            "value", "refused", "有规格不能这样改，请看预览", "some variants cannot be so; see the preview"
        )
    seen = dict(word.split(":", 1) for word in request.POST.getlist("seen") if ":" in word)
    rows = [PriceRow(each.sku_id, *each.after, seen=from_seen(seen.get(str(each.sku_id), ""))) for each in todo]
    if any(row.seen is None for row in rows):
        raise PriceChangedMeanwhile()
    done = prices.propose_prices(rows, actor=actor(request), reason=reason[:200])
    back = [f"{each.sku_id}:{each.seen}:{as_seen(*each.after)}" for each in todo]
    undo = ("/office/products/reprice/undo", {"rows": ",".join(back), "reason": reason[:100]})
    if done.requests:
        return flash(see_other(GRID), proposed(done), "warn")
    words = Text(f"已改 {done.changed} 个规格的价格", f"{done.changed} variants have new prices")
    return flash(see_other(GRID), words, undo=undo)


@staff("pricing.view", post="pricing.change", methods=("POST",))
def undo(request: HttpRequest) -> HttpResponse:
    """The prices as they were before; nothing where one of them has been changed since."""
    rows = []
    for word in request.POST.get("rows", "").split(",")[:SKUS_MOST]:
        sku, _, pair = word.partition(":")
        before, now = (from_seen(part) for part in pair.partition(":")[::2])
        if numbers([sku]) and before and now and before[0] is not None:
            rows.append(PriceRow(int(sku), before[0], before[1], seen=now))
    if not rows:
        raise NotFound()
    why = request.POST.get("reason", "").strip()[:150]
    try:
        done = prices.set_prices(rows, actor=actor(request), reason=say(Text(f"撤销：{why}", f"Undone: {why}")))
    except PriceChangedMeanwhile as problem:
        said = problem.message
        return flash(see_other(GRID), Text(f"没有撤销：{said.zh}", f"Not undone: {said.en}"), "bad")
    return flash(see_other(GRID), Text(f"已恢复 {done} 个规格的价格", f"{done} prices are as before"))


@staff("catalog.view", post="catalog.edit", methods=("GET", "POST"))
def move(request: HttpRequest) -> HttpResponse:
    """GET shows the chosen products with the categories they are in; POST moves them, naming those that cannot be moved."""
    given = request.POST if request.method == "POST" else request.GET
    products = _products(given.get("ids", ""))
    lang = language.current()
    names = {each.id: each.name_in(lang) for each in catalog.categories()}
    paths = {
        i: " / ".join(names[a] for a in catalog.category_path(i) if a in names) or name for i, name in names.items()
    }
    form, status = EMPTY, 200
    if request.method == "POST":
        target = next(iter(numbers([given.get("category", "")])), 0)
        if target in names:
            return _move(request, products, target, paths[target])
        problem = ValidationFailed.one("category", "choice", "请选择分类", "choose a category")
        form, status = typed(request, problem), 422
    return page.render(
        request,
        "backoffice/move.html",
        status=status,
        products=products,
        form=form,
        paths=paths,
        ids=",".join(str(row.id) for row in products),
        categories=[("", "–"), *sorted(((str(i), words) for i, words in paths.items()), key=lambda each: each[1])],
    )


def _move(request: HttpRequest, products: Sequence[ProductRow], target: int, name: str) -> HttpResponse:
    moved, refused = _moved(request, {row.id: target for row in products if row.category_id != target}, products)
    words = Text(f"{len(moved)} 个商品已移到「{name}」", f"{len(moved)} are in “{name}” now")
    if refused:
        words = Text(f"{words.zh}。未完成：{'；'.join(refused[:3])}", f"{words.en}. Not done: {'; '.join(refused[:3])}")
    before = {row.id: row.category_id for row in products}
    back = ",".join(f"{i}:{before[i] or ''}" for i in moved)
    way = ("/office/products/move/undo", {"rows": back}) if moved else None
    return flash(see_other(GRID), words, "warn" if refused else "good", undo=way)


def _moved(
    request: HttpRequest, wanted: Mapping[int, int | None], products: Sequence[ProductRow]
) -> tuple[list[int], list[str]]:
    """Products in their new categories, one by one: each is judged by the rules of where it goes."""
    done, refused = [], []
    now = {row.id: row for row in products}
    for product_id, category in wanted.items():
        try:
            seen = {"category_id": now[product_id].category_id}
            services.amend_product(product_id, {"category_id": category}, seen=seen, actor=actor(request))
            done.append(product_id)
        except Problem as problem:
            lang = language.current()
            why = [error.as_dict(lang)["message"] for error in problem.errors] or [problem.detail(lang)]
            refused.append(f"{now[product_id].title[:30]} {why[0]}")
    return done, refused


@staff("catalog.view", post="catalog.edit", methods=("POST",))
def unmove(request: HttpRequest) -> HttpResponse:
    """Back to the categories they came from."""
    wanted: dict[int, int | None] = {}
    for word in request.POST.get("rows", "").split(","):
        product, _, category = word.partition(":")
        if ids := numbers([product]):
            wanted[ids[0]] = next(iter(numbers([category])), None)
    products = catalog.products(ids=list(wanted), limit=200).items
    done, refused = _moved(request, {row.id: wanted[row.id] for row in products}, products)
    words = Text(f"{len(done)} 个商品已移回原分类", f"{len(done)} are back where they were")
    if refused:
        words = Text(f"{words.zh}。未完成：{'；'.join(refused[:3])}", f"{words.en}. Not done: {'; '.join(refused[:3])}")
    return flash(see_other(GRID), words, "warn" if refused else "good")


urlpatterns = [
    path("products/reprice", reprice, name="office-products-reprice"),
    path("products/reprice/undo", undo, name="office-products-reprice-undo"),
    path("products/move", move, name="office-products-move"),
    path("products/move/undo", unmove, name="office-products-move-undo"),
]

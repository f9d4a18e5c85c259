"""运费模板: how each counts, its rules by groups of provinces, which goods go by it, and what it comes to for given goods."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.checkout import selectors as checkout
from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.kernel.provinces import PROVINCES, province_key
from zhanggui.pricing import selectors, services
from zhanggui.pricing.types import (
    AMOUNT,
    DEFAULT_TEMPLATE,
    UNITS,
    WEIGHT,
    Freight,
    FreightRuleView,
    FreightTemplateView,
    RegionRule,
    TemplateDraft,
)
from zhanggui.promotions.types import words
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState

from .. import goods
from ..access import actor, carry_out, ids_in, see_other, staff, typed
from ..messages import flash

HERE = "/office/freight"
MOST_ROWS = 40
_TERMS = ("deliverable", "fee", "first", "step", "step_fee", "free_over", "free_pieces", "surcharge", "ladder")
_MONEY = ("fee", "step_fee", "free_over", "surcharge")


@staff("pricing.view", methods=("GET",))
def templates(request: HttpRequest) -> HttpResponse:
    """All templates with what they charge and how many goods go by them; what sending some goods comes to."""
    book = selectors.freight_book()
    counts = dict.fromkeys(book.templates, 0)
    for code in (*book.products.values(), *book.categories.values()):
        counts[code] = counts.get(code, 0) + 1
    tried, form, wrong = _tried(request)
    currency = mall_settings.get("mall.currency")
    return page.render(
        request, "backoffice/freight.html", templates=[(one, _groups(one), counts[one.code]) for one in book.templates.values()],
        units=UNITS, currency=currency, may_change=actor(request).may("pricing.freight"),
        provinces=[(one, one) for one in PROVINCES], form=form,
        tried=tried, wrong=wrong, said=_words(tried, currency) if tried else [], weight=WEIGHT, amount=AMOUNT,
        several=mall_settings.get("pricing.freight_several"),
    )  # fmt: skip


def _tried(request: HttpRequest) -> tuple[Freight | None, FormState, str]:
    """`?sku=A×2 B&province=`: what these goods cost to send now, or what is wrong with the question."""
    asked, province = request.GET.get("sku", "").strip()[:500], request.GET.get("province", "")[:40]
    form = FormState.of({"sku": asked, "province": province or "浙江"})
    if not asked:
        return None, form, ""
    wanted: dict[str, int] = {}
    for word in asked.replace("×", "*").split():
        code, _, count = word.partition("*")
        wanted[code] = wanted.get(code, 0) + (
            int(count) if count.isascii() and count.isdecimal() and len(count) < 7 else 1
        )
    try:
        return selectors.freight("express", province, checkout.goods_of(wanted)), form, ""
    except Problem as problem:
        return None, form, problem.detail(language.current())


def _words(tried: Freight, currency: str) -> list[tuple[Any, list[str]]]:
    lang = language.current()
    return [
        (part, [one.text.render(lang, **words(one.params, lang, currency)) for one in part.why]) for part in tried.parts
    ]


@staff("pricing.view", post="pricing.freight")
def template(request: HttpRequest, code: str) -> HttpResponse:
    """One template, or a new one (`new`): its name, what it counts, its rows; what it takes away or adds is sent again."""
    book = selectors.freight_book()
    found = book.templates.get(code)
    if found is None and code not in ("new", DEFAULT_TEMPLATE):
        raise NotFound()
    currency = mall_settings.get("mall.currency")
    status, form = 200, FormState.of(_values(found, currency))
    if request.method == "POST":
        given = request.POST
        if given.get("do") == "row":
            return _page(request, code, found, FormState.of({**_all(given), "rows": str(_rows(given) + 1)}), currency)
        places: list[int] = []
        try:
            draft, places = _draft(given, currency)
            made = services.save_template("" if code == "new" else code, draft, actor=actor(request))
            return flash(see_other(f"{HERE}/{made.code}"), Text("已保存，立即生效", "Saved; it holds from now on"))
        except Problem as problem:
            if problem.extra.get("permission"):
                raise
            form, status = typed(request, _at_its_field(problem, places)), problem.status
    return _page(request, code, found, form, currency, status)


def _page(
    request: HttpRequest,
    code: str,
    found: FreightTemplateView | None,
    form: FormState,
    currency: str,
    status: int = 200,
) -> HttpResponse:
    book = selectors.freight_book()
    products = [product for product, own in book.products.items() if own == code][:200]
    categories = {one.id: one.name_in(language.current()) for one in catalog.categories()}
    return page.render(
        request, "backoffice/freight_template.html", status=status, code=code, found=found, form=form, currency=currency,
        rows=range(min(MOST_ROWS, int(str(form.value("rows") or "1")))), provinces=PROVINCES, units=UNITS,
        products=catalog.titles(products), categories=categories,
        own_categories=[one for one, own in book.categories.items() if own == code],
        may_change=actor(request).may("pricing.freight"), default=code == DEFAULT_TEMPLATE,
    )  # fmt: skip


@staff("pricing.freight", methods=("POST",))
def goods_by(request: HttpRequest, code: str) -> HttpResponse:
    """Products (by their SKUs) and categories go by this template from now on, or by none of their own."""
    given, who = request.POST, actor(request)
    target = "" if given.get("do") == "remove" else code

    def act() -> int:
        named = given.get("products", "").split()[:2_000]
        found = catalog.sellable_by_code(named) if named else []
        unknown = [sku.code for sku in found if not sku.sku_id]
        if unknown:
            text = Text(f"没有这些 SKU：{'、'.join(unknown[:5])}", f"unknown SKUs: {', '.join(unknown[:5])}")
            raise ValidationFailed(errors=[FieldError("products", "unknown", text)])
        products = [*dict.fromkeys(sku.product_id for sku in found), *ids_in(given.getlist("product"))]
        categories = ids_in(given.getlist("category"))
        return services.assign_template(target, product_ids=products, category_ids=categories, actor=who)

    return carry_out(
        request, act, lambda n: Text(f"已更新 {n} 项", f"{n} changed"), where=f"{HERE}/{code}",
        refused=lambda problem: _refused(request, code, problem),
    )  # fmt: skip


@staff("pricing.freight", methods=("POST",))
def remove(request: HttpRequest, code: str) -> HttpResponse:
    return carry_out(
        request, lambda: services.delete_template(code, actor=actor(request)), Text("已删除", "Removed"), where=HERE,
        refused=lambda problem: _refused(request, code, problem),
    )  # fmt: skip


def _refused(request: HttpRequest, code: str, problem: Problem) -> HttpResponse:
    """The template as it is, with what was refused about its goods."""
    found, currency = selectors.freight_book().templates.get(code), mall_settings.get("mall.currency")
    if found is None:
        raise NotFound()
    form = typed(request, problem).saying(**_values(found, currency))
    return _page(request, code, found, form, currency, problem.status)


def _groups(found: FreightTemplateView) -> list[tuple[tuple[str, ...], FreightRuleView]]:
    """Rules with the same terms as one row with all its provinces; that for everywhere else first."""
    groups: dict[tuple[Any, ...], tuple[list[str], FreightRuleView]] = {}
    for rule in found.rules:
        key = (rule.method, rule.province == "", *(getattr(rule, name) for name in _TERMS))
        groups.setdefault(key, ([], rule))[0].append(rule.province)
    rows = [(tuple(one for one in names if one), rule) for names, rule in groups.values()]
    order = {name: place for place, name in enumerate(PROVINCES)}
    rows = [(tuple(sorted(names, key=lambda one: order.get(one, 99))), rule) for names, rule in rows]
    return sorted(rows, key=lambda row: (row[1].method != "express", bool(row[0])))


def _values(found: FreightTemplateView | None, currency: str) -> dict[str, Any]:
    """The form of a template as it is."""
    if found is None:
        return {"unit": WEIGHT, "rows": "1", "deliver-0": "1", "step-0": "1"}
    values: dict[str, Any] = {
        "name_zh": found.name.zh,
        "name_en": found.name.en if found.name.en != found.name.zh else "",
        "unit": found.unit,
    }
    groups = _groups(found)
    for n, (names, rule) in enumerate(groups):
        scale = 1000 if found.unit == WEIGHT else 1
        values |= {
            f"provinces-{n}": list(names), f"deliver-{n}": "1" if rule.deliverable else "", f"method-{n}": rule.method,
            f"first-{n}": f"{rule.first / scale:g}" if rule.first else "", f"step-{n}": f"{rule.step / scale:g}",
            f"free_pieces-{n}": rule.free_pieces or "",
            f"ladder-{n}": " ".join(f"{format_minor(since, currency)}:{format_minor(cost, currency)}" for since, cost in rule.ladder),
        }  # fmt: skip
        for name in _MONEY:
            told = getattr(rule, name)
            values[f"{name}-{n}"] = format_minor(told, currency) if told or (name == "fee" and told == 0) else ""
    return values | {"rows": str(max(1, len(groups)))}


def _all(given: Any) -> dict[str, Any]:
    return {name: given.getlist(name) if name.startswith("provinces-") else given.get(name) for name in given}


def _rows(given: Mapping[str, str]) -> int:
    count = given.get("rows", "1")
    return min(MOST_ROWS, int(count)) if count.isascii() and count.isdecimal() and len(count) < 3 else 1


def _draft(given: Any, currency: str) -> tuple[TemplateDraft, list[int]]:
    """What the form says, and from which row each rule came; a row without any province is everywhere else, one that is `drop`ped is
    left out. Raises ValidationFailed.
    """
    errors: list[FieldError] = []
    unit = given.get("unit", WEIGHT)
    regions, places = [], []
    for n in range(_rows(given)):
        if given.get(f"drop-{n}"):
            continue
        money = {name: goods.amount(given.get(f"{name}-{n}", ""), f"{name}-{n}", currency, errors) for name in _MONEY}
        first, step = (
            _measure(given.get(f"{name}-{n}", ""), unit, f"{name}-{n}", errors) for name in ("first", "step")
        )
        regions.append(
            RegionRule(
                tuple(province_key(one) for one in given.getlist(f"provinces-{n}")), given.get(f"deliver-{n}") == "1",
                money["fee"] or 0, first or 0, step or (1000 if unit == WEIGHT else 1), money["step_fee"] or 0, money["free_over"],
                goods.units(given.get(f"free_pieces-{n}", ""), f"free_pieces-{n}", errors), money["surcharge"] or 0,
                _ladder(given.get(f"ladder-{n}", ""), n, currency, errors) if unit == AMOUNT else (),
                given.get(f"method-{n}", "express"),
            )
        )  # fmt: skip
        places.append(n)
    if errors:
        raise ValidationFailed(errors=errors)
    return TemplateDraft(given.get("name_zh", ""), given.get("name_en", ""), unit, tuple(regions)), places


def _at_its_field(problem: Problem, places: list[int]) -> Problem:
    """What the service says of `regions.1.fee`, said of the field `fee-2` that it came from."""
    if not isinstance(problem, ValidationFailed):
        return problem
    errors = []
    for error in problem.errors:
        _, n, name = (*error.loc.split("."), "", "")[:3]
        row = places[int(n)] if n.isdecimal() and int(n) < len(places) else 0
        errors.append(FieldError(f"{name}-{row}", error.code, error.message) if name else error)
    return ValidationFailed(errors=errors)


def _measure(text: str, unit: str, field: str, errors: list[FieldError]) -> int | None:
    """Kilograms (to the gram) or pieces."""
    if not text.strip():
        return None
    try:
        value = Decimal(text.strip()) * (1000 if unit == WEIGHT else 1)
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 <= value <= 100_000_000 or value != value.to_integral_value():
        errors.append(FieldError(field, "invalid", Text("请填写数字，如 0.5 或 3", "a number, like 0.5 or 3")))
        return None
    return int(value)


def _ladder(text: str, n: int, currency: str, errors: list[FieldError]) -> tuple[tuple[int, int], ...]:
    """`50:5 200:0`: from 50 on 5, from 200 on nothing."""
    found = []
    for word in text.replace("：", ":").replace("，", " ").replace(",", " ").split():
        since, _, cost = word.partition(":")
        pair = goods.amount(since, f"ladder-{n}", currency, errors), goods.amount(cost, f"ladder-{n}", currency, errors)
        if pair[0] is None or pair[1] is None:
            if not errors or errors[-1].loc != f"ladder-{n}":
                errors.append(
                    FieldError(
                        f"ladder-{n}",
                        "invalid",
                        Text("写成「满额:运费」，如 50:5 200:0", "write from:fee, like 50:5 200:0"),
                    )
                )
            continue
        found.append((pair[0], pair[1]))
    return tuple(found)


urlpatterns = [
    path("freight", templates, name="office-freight"),
    path("freight/<str:code>", template, name="office-freight-template"),
    path("freight/<str:code>/goods", goods_by, name="office-freight-goods"),
    path("freight/<str:code>/remove", remove, name="office-freight-remove"),
]

"""The price rules of categories: band, price points, least margin, corridor of promotion cost, largest change without approval."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed
from zhanggui.pricing import selectors, services
from zhanggui.pricing.types import PolicyView
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .. import goods
from ..access import actor, carry_out, number_in, staff, typed
from ..costing import percent_text, share

HOME = "/office/prices/rules"
ALL = Text("全部商品", "Everything")


@staff("pricing.view", post="pricing.rules", methods=("GET", "POST"))
def rules(request: HttpRequest) -> HttpResponse:
    """All of them, and a form for one category's (0: everything)."""
    if request.method == "POST":
        return _save(request)
    category = number_in(request.GET.get("category", ""), 18) or 0
    return _page(request, category)


def _page(request: HttpRequest, category: int, *, form: FormState | None = None, status: int = 200) -> HttpResponse:
    currency, lang = mall_settings.get("mall.currency"), language.current()
    policies = selectors.policies()
    stored = next((each for each in policies if each.category_id == category), None)
    names = {0: say(ALL)} | {each.id: each.name_in(lang) for each in catalog.categories()}
    return page.render(
        request,
        "backoffice/price_rules.html",
        status=status,
        policies=policies,
        stored=stored is not None,
        names=names,
        categories=[(str(i), name) for i, name in names.items()],
        currency=currency,
        form=form or FormState.of(_initial(stored or PolicyView(category), currency)),
    )


def _initial(policy: PolicyView, currency: str) -> dict[str, str]:
    def amount(value: int | None) -> str:
        return "" if value is None else format_minor(value, currency)

    return {
        "category": str(policy.category_id),
        "band_low": amount(policy.band_low),
        "band_high": amount(policy.band_high),
        "steps": " ".join(amount(step) for step in policy.steps),
        "min_margin": percent_text(policy.min_margin),
        "spend_low": percent_text(policy.spend_low),
        "spend_high": percent_text(policy.spend_high),
        "max_change": percent_text(policy.max_change),
    }


def _save(request: HttpRequest) -> HttpResponse:
    given, errors = request.POST, []  # type: ignore[var-annotated]
    currency = mall_settings.get("mall.currency")
    category = number_in(given.get("category", ""), 18)
    amounts = {name: goods.amount(given.get(name, ""), name, currency, errors) for name in ("band_low", "band_high")}
    shares = {
        name: share(given.get(name, ""), name, errors)
        for name in ("min_margin", "spend_low", "spend_high", "max_change")
    }
    steps = [goods.amount(word, "steps", currency, errors) for word in given.get("steps", "").split()[:100]]
    reason = given.get("reason", "").strip()[:200]

    def do() -> None:
        if category is None:
            errors.append(FieldError("category", "choice", Text("请选择分类", "choose a category")))
        if errors or category is None:
            raise ValidationFailed(errors=errors)
        if given.get("delete") == "1":
            services.delete_policy(category, reason=reason, actor=actor(request))
            return
        points = tuple(step for step in steps if step is not None)
        policy = PolicyView(category, amounts["band_low"], amounts["band_high"], points, **shares)
        services.save_policy(policy, reason=reason, actor=actor(request))

    def refused(problem: Problem) -> HttpResponse:
        form = typed(request, problem, names={"category_id": "category"})
        return _page(request, category or 0, form=form, status=problem.status)

    done = Text("价格规则已保存", "The price rules are saved")
    return carry_out(request, do, done, where=f"{HOME}?category={category or 0}", refused=refused)


urlpatterns: list[Any] = [path("prices/rules", rules, name="office-price-rules")]

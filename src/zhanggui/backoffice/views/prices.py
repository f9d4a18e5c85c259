"""The prices of a product: what its variants cost now, in planned windows, and ever before; what may stand struck through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import ProductDetail, SkuView
from zhanggui.kernel import clock, mall_settings, paging
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.pricing import selectors, services
from zhanggui.pricing.errors import PriceChangedMeanwhile
from zhanggui.pricing.types import (
    KEYED,
    SOURCES,
    SPECIAL_KINDS,
    FloorRow,
    HistoryView,
    Price,
    PriceRow,
    Proposed,
    SpecialRow,
    Strike,
)
from zhanggui.ui import formatting, language, page
from zhanggui.ui.forms import EMPTY, FormState
from zhanggui.ui.language import say, t

from .. import charts, goods, tables
from ..access import actor, carry_out, need, sees_costs, staff, typed
from ..cells import as_seen, from_seen
from ..costing import percent_text, share, what_if
from ..tables import Column, Table

PAGE = 50
KINDS: dict[str, tuple[Text, str]] = {
    "set": (Text("改价", "Changed"), "info"),
    "scheduled": (Text("定时", "Planned"), "good"),
    "cancelled": (Text("取消定时", "Plan cancelled"), "neutral"),
    "special": (Text("特殊价格", "Special price"), "info"),
    "floor": (Text("底价", "Floor"), "warn"),
}


@staff("pricing.view", methods=("GET",))
def prices(request: HttpRequest, product_id: int) -> HttpResponse:
    """All of it; the history and its line are those of one variant (`sku`)."""
    return _page(request, product_id)


def _page(
    request: HttpRequest,
    product_id: int,
    *,
    form: FormState | None = None,
    plan: FormState | None = None,
    rules: FormState | None = None,
    status: int = 200,
) -> HttpResponse:
    found = catalog.product(product_id)
    if not found.skus:
        raise NotFound()
    at, ids = clock.now(), [sku.id for sku in found.skus]
    currency = mall_settings.get("mall.currency")
    base, now = selectors.base_prices(ids), selectors.effective_prices(ids, at)
    chosen = _chosen(found, request.GET.get("sku") or request.POST.get("sku", ""))
    strike = selectors.strike(chosen.id, at)
    costs = sees_costs(request)
    initial = _initial(ids, base, currency)
    if form is not None:
        form = FormState({**initial, **dict(form.values.items())}, form.errors)
    steps = selectors.price_line(chosen.id, at)
    floors = selectors.floors(ids)
    floor = floors.get(chosen.id)
    return page.render(
        request,
        "backoffice/prices.html",
        status=status,
        product=found,
        chosen=chosen,
        base=base,
        now=now,
        windows=selectors.schedule(ids, ending_after=at),
        at=at,
        struck=selectors.struck_prices(ids, at),
        strike=strike,
        why=_why(strike, currency),
        chart=charts.steps(t("售价", "Price"), steps, at, strike.struck if strike else None, currency)
        if steps
        else None,
        table=_table(request, chosen, costs, currency),
        costs=costs,
        currency=currency,
        form=form or FormState.of(initial),
        plan=plan or EMPTY,
        names={sku.id: _name(sku) for sku in found.skus},
        may_change=actor(request).may("pricing.change"),
        may_rule=actor(request).may("pricing.rules"),
        floors=floors,
        floor=floor,
        sources=SOURCES,
        margin_text=percent_text(floor.own_margin) if floor else "",
        whatif=what_if(request.GET, floor, currency) if floor and costs else None,
        specials=[(special, special_name(*special[:3])) for special in base[chosen.id].specials] if floor else [],
        special_kinds=[(kind, say(words)) for kind, words in SPECIAL_KINDS.items()],
        requests=selectors.requests(sku_ids=ids).items,
        rules=rules or EMPTY,
    )


def _chosen(product: ProductDetail, given: str) -> SkuView:
    return next((sku for sku in product.skus if str(sku.id) == given), product.skus[0])


def _name(sku: SkuView) -> str:
    text = sku.options_text_en if language.current() == "en" else sku.options_text
    return f"{text} · {sku.code}" if text else sku.code


def _initial(ids: list[int], base: Mapping[int, Price], currency: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for sku in ids:
        price = base.get(sku)
        listed, sale, cost = (price.list_price, price.sale_price, price.cost) if price else (None, None, None)
        values |= {f"seen-{sku}": as_seen(listed, sale)}
        for name, amount in (("list", listed), ("sale", sale), ("cost", cost)):
            values[f"{name}-{sku}"] = "" if amount is None else format_minor(amount, currency)
    return values


def _why(strike: Strike | None, currency: str) -> Text:
    """Why a price stands struck through in the shop, or why none does."""
    if strike is None:
        return Text("还没有定价", "It has no price yet")
    days = mall_settings.get("pricing.struck_days")
    shown_days = mall_settings.get("pricing.struck_shown_days")
    lowest, listed = (formatting.money(amount, currency) for amount in (strike.lowest, strike.list_price))
    began, until = formatting.datetime(strike.began_at), formatting.datetime(strike.until)
    reasons = {
        "off": Text("商城设置为从不显示划线价", "The mall is set never to show one"),
        "unchanged": Text(
            "没有显示：现价之前没有别的成交价可比", "None: nothing else was asked before that it could be compared with"
        ),
        "stood": Text(
            f"没有显示：现价自 {began} 起已满 {shown_days} 天，不再算降价",
            f"None: the price has stood since {began}, over {shown_days} days; it is no reduction any more",
        ),
        "not_lower": Text(
            f"没有显示：降价前 {days} 天内最低卖过 {lowest}，现价没有更低",
            f"None: in the {days} days before it was asked for at {lowest}, no more than now",
        ),
        "not_listed": Text(f"没有显示：划线价 {listed} 不高于现价", f"None: the list price {listed} is no higher"),
    }
    if strike.struck is None:
        return reasons[strike.reason]
    struck = formatting.money(strike.struck, currency)
    return Text(
        f"显示 {struck}：取降价前 {days} 天内最低价 {lowest} 与划线价 {listed} 中较低者，显示至 {until}",
        f"{struck} is shown: the lower of the lowest price of the {days} days before ({lowest}) and the list price"
        f" ({listed}), until {until}",
    )


def _table(request: HttpRequest, sku: SkuView, costs: bool, currency: str) -> Table:
    wish = tables.asked(request, keep=("sku",))
    before = paging.decode(wish.cursor, int)[0] if wish.cursor else None
    found = selectors.history(sku.id, before_id=before, limit=PAGE)
    return Table(
        columns=[
            Column("at", Text("时间", "When"), kind="datetime"),
            Column("kind", Text("事项", "What"), kind="badge", value=lambda row: KINDS[row.kind]),
            Column("change", Text("变化", "Change"), kind="custom", value=lambda row: changes(row, costs, currency)),
            Column("reason", Text("原因", "Reason")),
            Column("actor", Text("经手", "By"), value=_who),
        ],
        rows=found.items,
        next=found.next_cursor,
        asked=wish,
        caption=Text("价格历史", "History of prices"),
        empty=(Text("还没有价格记录", "No price yet"), Text("第一次定价后开始记录", "The first one begins the record")),
    )


def _who(row: HistoryView) -> Text | str:
    asked_by = (row.details or {}).get("asked_by")
    if asked_by:
        return Text(f"{asked_by} 申请，{row.actor_label} 批准", f"{asked_by} asked, {row.actor_label} approved")
    return row.actor_label or Text("系统", "The system")


def changes(row: HistoryView, costs: bool, currency: str) -> list[tuple[Text, str, str]]:
    """(what, from, to) of a line of the history; "" before the first price. A planned price has its window instead."""
    if row.kind == "special":
        return [_special_change(row.details or {}, currency)]
    if row.kind == "floor":
        return _floor_change(row.details or {}, currency)
    if row.kind != "set":
        start, end = (formatting.datetime(at) for at in (row.starts_at, row.ends_at))
        until = end if row.ends_at else t("取消为止", "cancelled")
        return [(Text("售价", "Price"), "", f"{formatting.money(row.sale_price, currency)} · {start} – {until}")]
    parts = [
        (Text("售价", "Price"), row.old_sale_price, row.sale_price),
        (Text("划线价", "List price"), row.old_list_price, row.list_price),
        (Text("成本", "Cost"), row.old_cost, row.cost),
    ][: 3 if costs else 2]
    first = row.old_list_price is None
    moved = [(label, old, new) for label, old, new in parts if old != new and new is not None]
    if not moved:
        return [(Text("成本有变化", "The cost has changed"), "", "")]
    return [
        (label, "" if first or old is None else formatting.money(old, currency), formatting.money(new, currency))
        for label, old, new in moved
    ]


def _special_change(told: Mapping[str, Any], currency: str) -> tuple[Text, str, str]:
    old, new = told.get("old_price"), told.get("price")
    label = special_name(str(told.get("kind")), str(told.get("key")), int(told.get("min_quantity", 1)))
    shown = formatting.money(new, currency) if new is not None else t("取消", "none")
    return label, "" if old is None else formatting.money(old, currency), shown


def _floor_change(told: Mapping[str, Any], currency: str) -> list[tuple[Text, str, str]]:
    none = t("不限", "none")

    def money(amount: int | None) -> str:
        return none if amount is None else formatting.money(amount, currency)

    def percent(basis_points: int | None) -> str:
        return none if basis_points is None else formatting.percent(basis_points / 10_000)

    found = []
    if told.get("floor") != told.get("old_floor"):
        found.append((Text("底价", "Floor"), money(told.get("old_floor")), money(told.get("floor"))))
    if told.get("min_margin") != told.get("old_min_margin"):
        label = Text("最低毛利", "Least margin")
        found.append((label, percent(told.get("old_min_margin")), percent(told.get("min_margin"))))
    return found


def special_name(kind: str, key: str, min_quantity: int) -> Text:
    """What a special price is called: whose, and from how many pieces on."""
    what = SPECIAL_KINDS[kind]
    zh = f"{what.zh}（{key}）" if key else what.zh
    en = f"{what.en} ({key})" if key else what.en
    return Text(f"{zh}，{min_quantity} 件起", f"{en}, from {min_quantity}") if min_quantity > 1 else Text(zh, en)


@staff("pricing.view", post="pricing.change", methods=("POST",))
def save(request: HttpRequest, product_id: int) -> HttpResponse:
    """The prices of all variants, all or none; nothing where somebody was faster."""
    found, given, errors = catalog.product(product_id), request.POST, []  # type: ignore[var-annotated]
    currency = mall_settings.get("mall.currency")
    rows = [row for sku in found.skus if (row := _row(request, sku.id, currency, errors))]
    names = {
        f"rows.{i}.{part}": f"{field}-{row.sku_id}"
        for i, row in enumerate(rows)
        for part, field in (("sale_price", "sale"), ("list_price", "list"), ("cost", "cost"))
    }
    reason = given.get("reason", "").strip()

    def do() -> Proposed:
        if rows and not reason:
            errors.append(FieldError("reason", "required", Text("请写明改价原因", "say why")))
        if errors:
            raise ValidationFailed(errors=errors)
        return services.propose_prices(rows, actor=actor(request), reason=reason[:200])

    def refused(problem: Problem) -> HttpResponse:
        form = typed(request, problem, names=names)
        if isinstance(problem, PriceChangedMeanwhile):
            form = _theirs(form, problem, currency)
        return _page(request, product_id, form=form, status=problem.status)

    return carry_out(
        request,
        do,
        goods.proposed,
        where=f"/office/products/{product_id}/prices",
        refused=refused,
    )


def _row(request: HttpRequest, sku_id: int, currency: str, errors: list[FieldError]) -> PriceRow | None:
    """What is to be set; None where the fields are as they were seen."""
    given = request.POST
    seen = from_seen(given.get(f"seen-{sku_id}", ""))
    if seen is None:
        return None
    fields = {name: f"{name}-{sku_id}" for name in ("list", "sale", "cost")}
    amounts = {n: goods.amount(given.get(field, ""), field, currency, errors) for n, field in fields.items()}
    cost = amounts["cost"] if fields["cost"] in given else None
    if cost is not None:
        need(request, "pricing.view_cost")
    if (amounts["list"], amounts["sale"]) == seen and cost is None:
        return None
    if amounts["sale"] is None:
        if seen[1] is not None or cost is not None or amounts["list"] is not None:
            errors.append(FieldError(fields["sale"], "required", Text("请填写售价", "enter a price")))
        return None
    listed = amounts["list"] if amounts["list"] is not None else amounts["sale"]
    return PriceRow(sku_id, listed, amounts["sale"], cost, seen)


def _theirs(form: FormState, problem: PriceChangedMeanwhile, currency: str) -> FormState:
    """The form that was typed, with what is there now beside it; saving again puts what was typed."""
    values, errors = dict(form.values.items()), {"": form.wrong("")[:1]}
    for sku, (listed, sale) in problem.extra["now"].items():
        values[f"seen-{sku}"] = as_seen(listed, sale)
        for name, amount in (("sale", sale), ("list", listed)):
            shown = formatting.money(amount, currency)
            errors[f"{name}-{sku}"] = [t(f"对方已改为 {shown}", f"they have put {shown}")]
    return FormState(values, errors)


@staff("pricing.view", post="pricing.change", methods=("POST",))
def schedule(request: HttpRequest, product_id: int) -> HttpResponse:
    """A price for a window of one variant, or of all of them."""
    found, given, errors = catalog.product(product_id), request.POST, []  # type: ignore[var-annotated]
    currency = mall_settings.get("mall.currency")
    price = goods.amount(given.get("plan_price", ""), "plan_price", currency, errors)
    starts_at = goods.instant(given.get("starts_at", ""), "starts_at", errors) or clock.now()
    ends_at = goods.instant(given.get("ends_at", ""), "ends_at", errors)
    sku_id = next((sku.id for sku in found.skus if str(sku.id) == given.get("sku")), None)

    def do() -> Proposed:
        if sku_id is None:
            errors.append(FieldError("sku", "choice", Text("请选择规格", "choose a variant")))
        if price is None and not errors:
            errors.append(FieldError("plan_price", "required", Text("请填写活动售价", "enter the price")))
        if errors or sku_id is None or price is None:
            raise ValidationFailed(errors=errors)
        return services.propose_schedule(
            sku_id, sale_price=price, starts_at=starts_at, ends_at=ends_at, reason=given.get("reason", ""), actor=actor(request)
        )  # fmt: skip

    def refused(problem: Problem) -> HttpResponse:
        form = typed(request, problem, names={"sale_price": "plan_price", "sku_id": "sku"})
        return _page(request, product_id, plan=form, status=problem.status)

    where = f"/office/products/{product_id}/prices?sku={sku_id}#windows"
    planned = Text("定时价格已安排", "The price is planned")
    return carry_out(
        request, do, lambda done: goods.proposed(done) if done.requests else planned, where=where, refused=refused
    )


@staff("pricing.view", post="pricing.change", methods=("POST",))
def special(request: HttpRequest, product_id: int) -> HttpResponse:
    """One special price of one variant; `remove` takes it away."""
    found, given, errors = catalog.product(product_id), request.POST, []  # type: ignore[var-annotated]
    currency, sku = mall_settings.get("mall.currency"), _chosen(found, given.get("sku", ""))
    kind, remove = given.get("kind", ""), given.get("remove") == "1"
    least = goods.units(given.get("min_quantity", ""), "min_quantity", errors)
    price = None if remove else goods.amount(given.get("special_price", ""), "special_price", currency, errors)

    def do() -> None:
        if price is None and not remove and not errors:
            errors.append(FieldError("special_price", "required", Text("请填写价格", "enter a price")))
        if errors:
            raise ValidationFailed(errors=errors)
        key = given.get("key", "").strip() if kind in KEYED else ""
        row = SpecialRow(sku.id, kind, key, least if least is not None else 1, price)
        services.set_specials([row], reason=given.get("special_reason", "")[:200], actor=actor(request))

    return _ruled(request, product_id, sku.id, do, Text("特殊价格已保存", "The special price is saved"))


@staff("pricing.view", post="pricing.rules", methods=("POST",))
def floor(request: HttpRequest, product_id: int) -> HttpResponse:
    """The floor and the least margin of one variant."""
    found, given, errors = catalog.product(product_id), request.POST, []  # type: ignore[var-annotated]
    currency, sku = mall_settings.get("mall.currency"), _chosen(found, given.get("sku", ""))
    lowest = goods.amount(given.get("floor", ""), "floor", currency, errors)
    margin = share(given.get("min_margin", ""), "min_margin", errors)

    def do() -> None:
        if errors:
            raise ValidationFailed(errors=errors)
        row = FloorRow(sku.id, lowest, margin)
        services.set_floors([row], reason=given.get("floor_reason", "")[:200], actor=actor(request))

    return _ruled(request, product_id, sku.id, do, Text("底价已保存", "The floor is saved"))


def _ruled(request: HttpRequest, product_id: int, sku_id: int, do: Callable[[], None], done: Text) -> HttpResponse:
    part = "special" if "special_reason" in request.POST else "floor"
    names = {"price": "special_price", "reason": f"{part}_reason"}

    def refused(problem: Problem) -> HttpResponse:
        return _page(request, product_id, rules=typed(request, problem, names=names), status=problem.status)

    where = f"/office/products/{product_id}/prices?sku={sku_id}#rules"
    return carry_out(request, do, done, where=where, refused=refused)


@staff("pricing.view", post="pricing.change", methods=("POST",))
def cancel(request: HttpRequest, product_id: int, window_id: int) -> HttpResponse:
    """Ends a window at once, or before it begins."""
    ids = [sku.id for sku in catalog.product(product_id).skus]
    if window_id not in {window.id for window in selectors.schedule(ids, ending_after=clock.now())}:
        raise NotFound()
    reason = request.POST.get("reason", "").strip()[:200]

    def do() -> None:
        if not reason:
            raise ValidationFailed.one("cancel_reason", "required", "请写明取消原因", "say why")
        services.cancel_schedule(window_id, reason=reason, actor=actor(request))

    def refused(problem: Problem) -> HttpResponse:
        lang = language.current()
        said = [error.as_dict(lang)["message"] for error in problem.errors] or [problem.detail(lang)]
        return _page(request, product_id, plan=FormState({}, {f"cancel-{window_id}": said}), status=problem.status)

    where = f"/office/products/{product_id}/prices#windows"
    return carry_out(request, do, Text("定时价格已取消", "The plan is cancelled"), where=where, refused=refused)


urlpatterns: list[Any] = [
    path("products/<int:product_id>/prices", prices, name="office-product-prices"),
    path("products/<int:product_id>/prices/save", save, name="office-product-prices-save"),
    path("products/<int:product_id>/prices/plan", schedule, name="office-product-prices-plan"),
    path("products/<int:product_id>/prices/special", special, name="office-product-prices-special"),
    path("products/<int:product_id>/prices/floor", floor, name="office-product-prices-floor"),
    path(
        "products/<int:product_id>/prices/windows/<int:window_id>/cancel", cancel, name="office-product-prices-cancel"
    ),
]

"""补货建议: what to buy and why, one click from orders; the forecast of a SKU with its chart."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.procurement import selectors as procurement
from zhanggui.replenishment import selectors, services
from zhanggui.replenishment.types import DEMAND, MODELS, ForecastView, ProposalView, RoundView
from zhanggui.ui import formatting, language, page
from zhanggui.ui.forms import amount
from zhanggui.ui.language import say, t

from .. import exports, tables
from ..access import actor, carry_out, id_in, see_other, staff
from ..access import refused as refusal_page
from ..charts import Chart
from ..messages import flash
from ..purchasing import Named
from ..tables import Bulk, Column, Filter, Table

PAGE = 100
HERE = "/office/replenishment"
VIEW, PLAN = "replenishment.view", "replenishment.plan"
STATES = {
    "waiting": (Text("排队中", "Waiting"), "neutral"),
    "running": (Text("预测中", "Forecasting"), "info"),
    "finished": (Text("已完成", "Finished"), "good"),
    "failed": (Text("失败", "Failed"), "bad"),
}
PROPOSED = {
    "open": Text("待处理", "Open"),
    "ordered": Text("已下单", "Ordered"),
    "dismissed": Text("已忽略", "Dismissed"),
}
ABC = (("A", "A"), ("B", "B"), ("C", "C"))
REASONS = (
    Text("季节已过", "Out of season"),
    Text("即将下架", "To be delisted"),
    Text("已另行采购", "Bought otherwise"),
    Text("数量不合理", "The quantity is not sensible"),
    Text("其他原因", "Something else"),
)
EMPTY = {
    "open": (
        Text("没有需要补的货", "Nothing to buy"),
        Text("库存和在途都够用，或者还没有预测过", "Stock and orders underway suffice, or nothing has been forecast yet"),
    ),
    "ordered": (Text("还没有下过单", "None ordered yet"), Text("采纳的建议会变成采购单草稿", "What is taken up becomes a draft")),
    "dismissed": (Text("没有忽略过", "None dismissed"), Text("下一次预测会重新提出", "The next round may propose it again")),
}  # fmt: skip


@staff(VIEW, methods=("GET",))
def listing(request: HttpRequest) -> HttpResponseBase:
    """Proposals, the most urgent first; the round they come of, and how right its way of forecasting was."""
    suppliers = procurement.supplier_choices(states=("approved",))
    filters = (
        Filter("supplier", Text("供应商", "Supplier"), "choice", [(str(key), words) for key, words in suppliers]),
        Filter("abc", Text("ABC 类", "Class"), "choice", ABC),
        Filter("budget", Text("预算", "Budget"), placeholder=Text("预算内，如 20000", "Within a budget, e.g. 20000")),
    )
    asked = tables.asked(request, filters, keep=("state",))
    state = asked.extra.get("state", "")
    state = state if state in PROPOSED else "open"
    currency = mall_settings.get("mall.currency")
    wrong: list[FieldError] = []
    budget = amount(asked["budget"], "budget", currency, wrong) if asked["budget"] else None
    ids = sorted(selectors.within_budget(budget, currency)) if budget is not None and state == "open" else None
    wanted: dict[str, Any] = {
        "state": state, "supplier_id": id_in(asked["supplier"]), "abc": asked["abc"], "ids": ids,
    }  # fmt: skip
    if form := exports.asked(request):
        return _file(form, wanted, dict(suppliers))
    found = selectors.proposals(**wanted, cursor=asked.cursor, limit=PAGE)
    named = Named.of(row.sku_id for row in found.items)
    may = actor(request).may(PLAN)
    table: Table = Table(
        columns=_columns(named, dict(suppliers), state),
        rows=found.items,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        tabs=[(say(words), f"{HERE}?state={name}", name == state, None) for name, words in PROPOSED.items()],
        key="replenishment",
        export=True,
        bulk=_bulk() if may and state == "open" else (),
        caption=Text("补货建议", "Replenishment"),
        empty=EMPTY[state],
    )
    latest = selectors.latest_round()
    response = page.render(
        request, "backoffice/replenishment.html", table=table, may=may, round=latest, state=STATES[latest.status] if latest else None,
        sums=_sums(dict(suppliers)) if state == "open" else [], yardsticks=_yardsticks(latest), reasons=[say(r) for r in REASONS],
        editable=may and state == "open", wrong=say(wrong[0].message) if wrong else "", since=_since(latest),
    )  # fmt: skip
    if latest and latest.over and request.headers.get("HX-Request"):
        response["HX-Refresh"] = "true"
    return response


def _columns(named: Named, suppliers: dict[int, Text], state: str) -> list[Column]:
    columns = [
        Column("sku", Text("商品", "Article"), kind="custom", value=lambda row: (named.code(row.sku_id), named.title(row.sku_id))),
        Column("abc", Text("类", "Class")),
        Column("until", Text("还能卖", "Lasts"), align="right", value=_lasts),
        Column("free", Text("可售", "Free"), kind="number", value=lambda row: row.reason.free),
        Column("coming", Text("在途", "Coming"), kind="number", value=lambda row: row.reason.coming),
        Column("target", Text("目标库存", "Target"), kind="number", value=lambda row: row.reason.target, phone=False),
        Column("quantity", Text("建议采购", "To buy"), align="right", kind="custom"),
        Column("cost", Text("金额", "Cost"), kind="money", value=_cost),
        Column(
            "supplier", Text("供应商", "Supplier"), width="11rem",
            value=lambda row: suppliers.get(row.supplier_id or 0) or Text("未登记供应商", "No supplier yet"),
        ),
    ]  # fmt: skip
    if state == "ordered":
        columns.append(
            Column(
                "order", Text("采购单", "Order"), kind="link",
                value=lambda row: (row.order_number, f"/office/purchases/{row.order_number}"),
            )
        )  # fmt: skip
    if state == "dismissed":
        columns.append(Column("note", Text("原因", "Reason")))
    return columns


def _lasts(row: ProposalView) -> Text:
    until = row.reason.until
    if until is None:
        return Text("不动销", "Does not sell")
    if until == 0:
        return Text("已缺货", "Out of stock")
    return Text(f"{until:.0f} 天", f"{until:.0f} days")


def _cost(row: ProposalView) -> Money | None:
    return None if row.cost is None else Money(row.cost, row.currency)


def _bulk() -> list[Bulk]:
    return [
        Bulk(Text("生成采购单草稿", "Draft orders"), f"{HERE}/order", value="order", icon="shopping-basket"),
        Bulk(Text("忽略", "Dismiss"), f"{HERE}/dismiss", value="dismiss", icon="circle-slash"),
    ]


def _sums(suppliers: dict[int, Text]) -> list[dict[str, Any]]:
    """What would be bought of whom, largest first; six at most."""
    return [
        {
            "name": suppliers.get(row["supplier_id"] or 0) or Text("未登记供应商", "No supplier yet"),
            "href": f"{HERE}?supplier={row['supplier_id']}" if row["supplier_id"] else "",
            "lines": row["lines"], "units": row["units"], "cost": Money(row["cost"], row["currency"] or "CNY"),
            "unpriced": row["unpriced"],
        }
        for row in selectors.sums()[:6]
    ]  # fmt: skip


def _yardsticks(latest: RoundView | None) -> list[tuple[str, str]]:
    """How far the latest weeks were from what would have been said: the way of choosing, and the two simple ways beside it."""
    if latest is None or not latest.errors:
        return []
    names = {
        "chosen": t("系统选择", "As chosen"), "moving_average": t("近 4 周平均", "Mean of 4 weeks"),
        "naive": t("上周照旧", "Last week again"),
    }  # fmt: skip
    return [
        (words, formatting.percent(latest.errors[name], 1)) for name, words in names.items() if name in latest.errors
    ]


def _since(latest: RoundView | None) -> int:
    """Days since the weeks that were forecast from began to lie behind."""
    return (clock.business_date() - latest.until).days if latest else 0


def _file(form: str, wanted: dict[str, Any], suppliers: dict[int, Text]) -> HttpResponseBase:
    head = [
        Text("SKU", "SKU"), Text("商品", "Product"),
        Text("ABC 类", "Class"), Text("可售", "Free"), Text("在途", "Coming"),
        Text("预计需求", "Expected"), Text("安全库存", "Safety stock"), Text("目标库存", "Target"), Text("建议采购", "To buy"),
        Text("单价", "Price"), Text("金额", "Cost"), Text("币种", "Currency"), Text("供应商", "Supplier"),
        Text("交期（天）", "Lead time, days"),
        Text("服务水平 %", "Service level, %"),
    ]  # fmt: skip

    def rows() -> Any:
        cursor = ""
        while True:
            found = selectors.proposals(**wanted, cursor=cursor, limit=500)
            named = Named.of(row.sku_id for row in found.items)
            for row in found.items:
                why = row.reason
                yield [
                    named.code(row.sku_id), named.title(row.sku_id), row.abc, why.free, why.coming, why.expected, why.safety,
                    why.target, row.quantity, Money(row.price, row.currency) if row.price is not None else None, _cost(row),
                    row.currency, suppliers.get(row.supplier_id or 0, ""), why.lead, why.service,
                ]  # fmt: skip
            if not found.next_cursor:
                return
            cursor = found.next_cursor

    return exports.answer(form, f"replenishment-{clock.business_date():%Y%m%d}", head, rows())


@staff(PLAN, methods=("POST",))
def begin(request: HttpRequest) -> HttpResponse:
    """Forecast anew."""
    return carry_out(
        request,
        lambda: services.start_round(actor=actor(request)),
        Text("已开始预测", "Forecasting has begun"),
        where=HERE,
        refused=lambda problem: refusal_page(request, problem),
    )


@staff(PLAN, methods=("POST",))
def order(request: HttpRequest) -> HttpResponse:
    """Drafts of purchase orders of what was chosen, one a supplier; to the order where it is one."""
    try:
        chosen = _chosen(request)
        numbers = services.order_proposals(chosen, actor=actor(request), quantities=_quantities(request, chosen))
    except NotFound:
        raise
    except Problem as problem:
        if problem.extra.get("permission"):
            raise
        return _told(request, problem)
    where = f"/office/purchases/{numbers[0]}" if len(numbers) == 1 else "/office/purchases?state=draft"
    return flash(
        see_other(where),
        Text(f"已生成 {len(numbers)} 张采购单草稿", f"{len(numbers)} drafts of purchase orders are made"),
    )


@staff(PLAN, methods=("POST",))
def dismiss(request: HttpRequest) -> HttpResponse:
    """Leave what was chosen be."""
    return carry_out(
        request,
        lambda: services.dismiss(_chosen(request), reason=request.POST.get("reason", ""), actor=actor(request)),
        lambda count: Text(f"已忽略 {count} 条建议", f"{count} proposals dismissed"),
        where=HERE,
        refused=lambda problem: _told(request, problem),
    )


def _told(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Back to the list with what is wrong, each with the article it is about."""
    said = "；".join(say(error.message) for error in problem.errors[:3]) or problem.detail(language.of(request))
    return flash(see_other(HERE), Text(said, said), tone="bad")


def _chosen(request: HttpRequest) -> list[int]:
    return [number for text in request.POST.getlist("ids") if (number := id_in(text))]


def _quantities(request: HttpRequest, ids: list[int]) -> dict[int, int]:
    """What was typed beside the chosen ones. Raises ValidationFailed."""
    found, errors = {}, []
    for number in ids:
        text = str(request.POST.get(f"quantity-{number}", "")).strip()
        if text and not (text.isascii() and text.isdigit() and len(text) <= 9):
            said = Text(f"数量「{text[:20]}」不是整数", f"“{text[:20]}” is not a whole number")
            errors.append(FieldError(f"quantity-{number}", "not_a_number", said))
        elif text:
            found[number] = int(text)
    if errors:
        raise ValidationFailed(errors=errors)
    return found


@staff(VIEW, methods=("GET",))
def sku(request: HttpRequest, sku_id: int) -> HttpResponse:
    """A SKU's past, what it is expected to sell, and how a proposal follows from it."""
    forecast = selectors.forecast(sku_id)
    if forecast is None:
        raise NotFound()
    named = Named.of([sku_id])
    proposal = selectors.proposal_of(sku_id)
    suppliers = dict(procurement.supplier_choices(states=("approved", "suspended")))
    return page.render(
        request, "backoffice/replenishment_sku.html", forecast=forecast, proposal=proposal, code=named.code(sku_id),
        title=named.title(sku_id), chart=_chart(forecast), kind=DEMAND[forecast.kind], model=MODELS[forecast.model],
        errors=_errors(forecast), lasts=_lasts(proposal) if proposal else None, cost=_cost(proposal) if proposal else None,
        supplier=suppliers.get(proposal.supplier_id or 0) if proposal else None, weekly=sum(forecast.weeks) / len(forecast.weeks),
    )  # fmt: skip


def _errors(forecast: ForecastView) -> list[tuple[str, str, bool]]:
    """Models tried on the past: name, mean miss in units over the horizon, whether it was chosen."""
    rows = sorted(forecast.errors.items(), key=lambda item: item[1])
    return [(say(MODELS[name]), f"{value:,.1f}", name == forecast.model) for name, value in rows if name in MODELS]


def _chart(forecast: ForecastView) -> Chart:
    """Weeks sold, weeks that were raised, weeks expected with the band they lie in two times of three."""
    history, ahead = list(forecast.history[-52:]), list(forecast.weeks)
    first = forecast.until - timedelta(weeks=len(history))
    days = [first + timedelta(weeks=n) for n in range(len(history) + len(ahead))]
    names = [f"{day:%m-%d}" for day in days]
    raised = {place - (len(forecast.history) - len(history)) for place in forecast.filled}
    spread = forecast.deviation / max(1, len(ahead)) ** 0.5
    gap: list[Any] = [None] * (len(history) - 1)
    line = [*gap, history[-1], *(round(units, 1) for units in ahead)] if history else ahead
    low = [*gap, history[-1], *(round(max(0.0, units - spread), 1) for units in ahead)]
    high = [*gap, 0, *(round(units + spread - max(0.0, units - spread), 1) for units in ahead)]
    band = {"type": "line", "stack": "band", "symbol": "none", "lineStyle": {"opacity": 0}}
    option = {
        "format": {"kind": "count"},
        "legend": {"data": [t("每周销量", "Sold a week"), t("预测", "Expected")]},
        "xAxis": {"type": "category", "data": names},
        "yAxis": {},
        "series": [
            {
                "name": t("每周销量", "Sold a week"), "type": "bar",
                "data": [
                    {"value": units, "itemStyle": {"opacity": 0.45}} if place in raised else units
                    for place, units in enumerate(history)
                ],
            },
            {"name": t("下限", "Low"), "data": low, "tooltip": {"show": False}, **band},
            {"name": t("上限", "High"), "data": high, "tooltip": {"show": False}, "areaStyle": {"opacity": 0.12}, **band},
            {"name": t("预测", "Expected"), "type": "line", "data": line, "lineStyle": {"type": "dashed", "width": 2}, "showSymbol": False},
        ],
    }  # fmt: skip
    rows = [
        [
            day.isoformat(),
            formatting.quantity(units),
            t("缺货修正", "raised: it was out of stock") if place in raised else "",
        ]
        for place, (day, units) in enumerate(zip(days, history, strict=False))
    ] + [
        [day.isoformat(), f"{units:,.1f}", t("预测", "expected")]
        for day, units in zip(days[len(history) :], ahead, strict=True)
    ]
    head = [t("周（起始）", "Week from"), t("件数", "Units"), t("说明", "Remark")]
    return Chart(option, head, rows, t("每周销量与预测", "Weekly sales and forecast"), 300)


urlpatterns = [
    path("replenishment", listing, name="office-replenishment"),
    path("replenishment/begin", begin, name="office-replenishment-begin"),
    path("replenishment/order", order, name="office-replenishment-order"),
    path("replenishment/dismiss", dismiss, name="office-replenishment-dismiss"),
    path("replenishment/<int:sku_id>", sku, name="office-replenishment-sku"),
]

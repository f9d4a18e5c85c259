"""承运商评分与成本: carriers side by side by what their parcels did and cost, each by province; the scores that choices follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.carriage import selectors as carriage
from zhanggui.fulfilment import selectors, services
from zhanggui.fulfilment.selectors import Performance
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money
from zhanggui.ui import formatting, page
from zhanggui.ui.language import say, t

from .. import exports, tables
from ..access import actor, carry_out, refused, staff
from ..tables import Column, Filter, Table

VIEW, MANAGE = "carriage.view", "carriage.manage"
HERE = "/office/carriers/scores"
SPANS = ("30", "90", "180")


@staff(VIEW, methods=("GET",))
def scores(request: HttpRequest) -> HttpResponseBase:
    """Carriers beside one another; of one carrier, its provinces."""
    known = {code: Text(each.name, each.name_en or each.name) for code, each in carriage.names().items()}
    filters = (
        Filter("days", Text("时间", "Span"), "choice", [(n, Text(f"近 {n} 天", f"{n} days")) for n in SPANS]),
        Filter("carrier", Text("承运商（分省）", "Carrier, by province"), "choice", list(known.items())),
    )
    asked = tables.asked(request, filters)
    until = clock.now()
    since = until - timedelta(days=int(asked["days"] or 90))
    found = selectors.performance(since, until, services.faults_between(since, until))
    carrier = asked["carrier"]
    rows = [one for one in found if (one.carrier == carrier and one.province if carrier else one.province == "")]
    currency = str(mall_settings.get("mall.currency"))
    if form := exports.asked(request):
        return _file(form, found, known, currency)
    table: Table = Table(
        columns=_columns(known, currency, by_province=bool(carrier)),
        rows=rows,
        filters=filters,
        asked=asked,
        row_key=lambda row: f"{row.carrier}{row.province}",
        row_href=None if carrier else lambda row: f"{HERE}?carrier={row.carrier}&days={asked['days'] or 90}",
        export=True,
        caption=Text("承运商评分与成本", "Carriers’ scores and costs"),
        empty=(
            Text("这段时间没有寄出包裹", "No parcel has left in this span"),
            Text(
                "发货后，这里比较各承运商的时效、丢损和成本", "Once parcels leave, this compares time, losses and costs"
            ),
        ),
    )
    return page.render(
        request, "backoffice/carrier_scores.html", table=table, kept=[
            (known[each.code], each.score) for each in carriage.carriers() if each.score is not None
        ], may=actor(request).may(MANAGE), weights=_weights(), least=mall_settings.get("fulfilment.score_least_parcels"),
        prefer=say(carriage.PREFERENCES[mall_settings.get("carriage.prefer")]),
    )  # fmt: skip


def _weights() -> list[tuple[str, int]]:
    words = {
        "on_time": t("准时", "in time"), "speed": t("时效", "speed"), "safety": t("丢损", "safety"), "cost": t("成本", "cost"),
    }  # fmt: skip
    return [(said, mall_settings.get(f"fulfilment.score_{name}")) for name, said in words.items()]


def _columns(known: Mapping[str, Text], currency: str, *, by_province: bool) -> list[Column]:
    def money(amount: int | None) -> Money | None:
        return None if amount is None else Money(amount, currency)

    first = (
        Column("province", Text("省份", "Province"), value=lambda row: row.province or "–")
        if by_province
        else Column("carrier", Text("承运商", "Carrier"), value=lambda row: known.get(row.carrier, row.carrier))
    )
    last = (
        []
        if by_province
        else [
            Column("faults", Text("丢损", "Lost, damaged"), kind="number"),
            Column(
                "score",
                Text("评分", "Score"),
                align="right",
                value=lambda row: "–" if row.score is None else str(row.score),
            ),
        ]
    )
    return [
        first,
        Column("parcels", Text("包裹", "Parcels"), kind="number"),
        Column("on_time", Text("准时率", "In time"), kind="percent", value=lambda row: _share(row.on_time)),
        Column("hours", Text("首条轨迹", "First news"), align="right", value=_hours),
        Column("days", Text("时效 中位 / P90", "Days, median / p90"), align="right", value=_days),
        Column("troubled", Text("异常与退回", "Trouble"), kind="number", phone=False),
        *last,
        Column("each", Text("单票成本", "Cost each"), kind="money", value=lambda row: money(row.each)),
        Column(
            "cost",
            Text("运费成本", "Cost"),
            kind="money",
            value=lambda row: money(row.cost if row.priced else None),
            phone=False,
        ),
        Column("charged", Text("向买家收取", "Charged"), kind="money", value=lambda row: money(row.charged)),
        Column(
            "share",
            Text("占销售额", "Of sales"),
            kind="percent",
            value=lambda row: row.cost / row.sales if row.sales and row.priced else None,
        ),
    ]


def _share(basis_points: int | None) -> float | None:
    return None if basis_points is None else basis_points / 10_000


def _hours(row: Performance) -> Text | str:
    return "–" if row.hours is None else Text(f"{row.hours:.0f} 小时", f"{row.hours:.0f} h")


def _days(row: Performance) -> Text | str:
    if row.days is None or row.days_p90 is None:
        return "–"
    return Text(f"{row.days:.0f} / {row.days_p90:.0f} 天", f"{row.days:.0f} / {row.days_p90:.0f}")


def _file(form: str, found: list[Performance], known: Mapping[str, Text], currency: str) -> HttpResponseBase:
    head = [
        Text("承运商", "Carrier"), Text("省份", "Province"), Text("包裹", "Parcels"), Text("已送达", "Delivered"),
        Text("应到", "Due"), Text("准时", "In time"), Text("准时率", "Share in time"), Text("首条轨迹（小时）", "First news, hours"),
        Text("天数中位", "Median days"), Text("天数 P90", "Days, p90"), Text("异常与退回", "Trouble"), Text("丢损", "Lost, damaged"),
        Text("有成本的包裹", "With a cost"), Text("运费成本", "Cost"), Text("单票成本", "Cost each"), Text("重量（克）", "Weight, g"),
        Text("向买家收取", "Charged"), Text("销售额", "Sales"), Text("评分", "Score"),
    ]  # fmt: skip
    rows: Any = (
        [
            known.get(one.carrier, one.carrier), one.province, one.parcels, one.delivered, one.due, one.in_time, _share(one.on_time),
            one.hours and round(one.hours, 1), one.days, one.days_p90, one.troubled, one.faults, one.priced,
            Money(one.cost, currency), None if one.each is None else Money(one.each, currency), one.weight_g,
            Money(one.charged, currency), Money(one.sales, currency), one.score,
        ]
        for one in found
    )  # fmt: skip
    return exports.answer(form, f"carriers-{clock.business_date():%Y%m%d}", head, rows)


@staff(VIEW, post=MANAGE, methods=("POST",))
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the scores of now, which choices by score follow."""

    def done(scores: dict[str, int]) -> Text:
        if not scores:
            return Text("包裹不够，还没有评分", "Too few parcels for a score")
        said = formatting.quantity(len(scores))
        return Text(f"已更新 {said} 家承运商的评分", f"Scores of {said} carriers are kept")

    return carry_out(
        request, lambda: services.score_carriers(actor=actor(request)), done, where=HERE,
        refused=lambda problem: refused(request, problem),
    )  # fmt: skip


urlpatterns = [
    path("carriers/scores", scores, name="office-carrier-scores"),
    path("carriers/scores/keep", keep, name="office-carrier-scores-keep"),
]

"""After-sales in figures, and what buyers say of how their cases were handled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.aftersales import selectors as aftersales
from zhanggui.catalog import selectors as catalog
from zhanggui.fulfilment import selectors as fulfilment
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem
from zhanggui.procurement import selectors as procurement
from zhanggui.redress import selectors, services
from zhanggui.redress.types import ServiceFigures
from zhanggui.ui import page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say, t

from .. import charts, exports, tables
from ..access import actor, carry_out, staff, typed
from ..orders import CASE_KINDS
from ..spans import span_of
from ..tables import Column, Table

RATES: dict[str, Callable[[ServiceFigures], tuple[int, int]]] = {
    "return_rate": lambda f: (f.returned, f.orders),
    "refund_rate": lambda f: (f.refunded, f.orders),
    "exchange_rate": lambda f: (f.exchanged, f.orders),
    "dispute_rate": lambda f: (f.disputed, f.orders),
    "late_rate": lambda f: (f.late, f.cases),
}


def part(pair: tuple[int, int]) -> float | None:
    return round(pair[0] / pair[1], 4) if pair[1] else None


def percent(pair: tuple[int, int]) -> str:
    return f"{100 * pair[0] / pair[1]:.1f}%" if pair[1] else "–"


def hours(value: float | None) -> str:
    return "–" if value is None else t(f"{value:.1f} 小时", f"{value:.1f} h")


@staff("redress.view", methods=("GET",))
def figures(request: HttpRequest) -> HttpResponseBase:
    """Rates and times of a span, by week and by what they belong to. At most five statements."""
    first, last = span_of(request, days=84)
    by = request.GET.get("by", "reason")
    by = by if by in selectors.BY else "reason"
    rows = selectors.figures(first, last, by)
    names = _names(by, [each.key for each in rows])
    [whole] = selectors.figures(first, last)
    if form := exports.asked(request):
        head: list[Text | str] = [selectors.BY[by], Text("订单", "Orders"), Text("售后", "Cases")]
        head += [selectors.DEFINITIONS[name][0] for name in RATES]
        head += [Text("首次答复中位（小时）", "First answer, median (h)"), Text("首次答复 P90", "First answer, P90"),
                 Text("完结中位（小时）", "Closed, median (h)"), Text("完结 P90", "Closed, P90"), Text("退款额", "Refunded")]  # fmt: skip
        return exports.answer(
            form, f"aftersales-{by}-{first:%Y%m%d}-{last:%Y%m%d}", head, _exported([whole, *rows], names)
        )
    lines = selectors.weeks(first, last)
    shown = ("return_rate", "refund_rate", "exchange_rate", "dispute_rate")
    chart = charts.Chart(
        {
            "format": "percent",
            "legend": {},
            "xAxis": {"type": "category", "data": [each.key[5:] for each in lines]},
            "yAxis": {},
            "series": [
                {
                    "name": say(selectors.DEFINITIONS[name][0]),
                    "type": "line",
                    "data": [part(RATES[name](each)) for each in lines],
                }
                for name in shown
            ],
        },
        [t("周（周一）", "Week (Monday)"), *(say(selectors.DEFINITIONS[name][0]) for name in shown)],
        [[each.key, *(percent(RATES[name](each)) for name in shown)] for each in lines],
        t("每周的售后比率", "After-sales rates by week"),
    )
    return page.render(
        request, "backoffice/service_figures.html", first=first, last=last, by=by, groups=selectors.BY, whole=whole, rows=rows, names=names,
        rates=RATES, definitions=selectors.DEFINITIONS, percent=percent, hours=hours, chart=chart if lines else None,
        currency=mall_settings.get("mall.currency"),
    )  # fmt: skip


def _names(by: str, keys: list[str]) -> dict[str, str]:
    """What the keys of a group are called. At most one statement."""
    numbers = [int(key) for key in keys if key.isdecimal()]
    if by == "reason":
        return {key: say(aftersales.reason_words(key)) for key in keys}
    if by == "product":
        return {str(key): say(words) for key, words in catalog.titles(numbers).items()}
    if by == "supplier":
        found = dict(procurement.supplier_choices(states=("candidate", "approved", "suspended", "ended")))
        return {str(key): say(words) for key, words in found.items()}
    if by == "warehouse":
        return {str(each.id): each.name for each in inventory.warehouses()}
    return {each.code: each.name for each in fulfilment.carriers(active_only=False)}


def _exported(rows: list[ServiceFigures], names: dict[str, str]) -> Iterator[list[Any]]:
    for each in rows:
        yield [
            names.get(each.key, each.key) or t("全部", "All"), each.orders, each.cases, *(part(pair(each)) for pair in RATES.values()),
            *(None if value is None else round(value, 1) for value in (each.answered_median, each.answered_p90, each.closed_median,
            each.closed_p90)),
            each.refund_amount / 100,
        ]  # fmt: skip


# --- ratings ----------------------------------------------------------------------------------------------------------

BY: dict[str, Text] = {
    "reason": Text("按原因", "By reason"), "kind": Text("按类型", "By kind"), "person": Text("按处理人", "By person"),
    "product": Text("按商品", "By product"),
}  # fmt: skip


@staff("redress.view", methods=("GET",))
def ratings(request: HttpRequest) -> HttpResponseBase:
    """How buyers found their cases handled; what they wrote, and what the mall makes of it."""
    return _ratings(request)


def _ratings(request: HttpRequest, form: FormState | None = None, status: int = 200) -> HttpResponseBase:
    first, last = span_of(request, days=90)
    asked = tables.asked(request, (), keep=("tab",))
    tab = asked.extra.get("tab", "")
    whole, sums = selectors.rating_sums(clock.day_bounds(first)[0], clock.day_bounds(last)[1])
    if kind := exports.asked(request):
        head = [
            Text("分组", "Group"),
            Text("项目", "Item"),
            Text("评价数", "Ratings"),
            Text("平均分", "Mean"),
            Text("低分", "Low"),
        ]
        rows = (
            [say(BY[by]), _called(by, each.key), each.count, (each.mean or 0) / 100, each.low]
            for by in BY
            for each in sums[by]
        )
        return exports.answer(kind, f"ratings-{first:%Y%m%d}-{last:%Y%m%d}", head, rows)
    found = selectors.ratings(low=tab == "low", open_only=tab == "open", cursor=asked.cursor)
    table = Table(
        columns=[
            Column("case_number", Text("售后单", "Case"), kind="link", value=lambda r: (r.case_number, f"/office/cases/{r.case_number}")),
            Column("score", Text("评分", "Score"), kind="badge",
            value=lambda r: (Text(f"{r.score} 分", f"{r.score} of 5"), "bad" if r.score <= 2 else "good" if r.score >= 4 else "neutral")),
            Column("words", Text("买家说", "In words"), kind="custom"),
            Column("reason", Text("原因", "Reason"), value=lambda r: aftersales.reason_words(r.reason), phone=False),
            Column("person", Text("处理人", "By"), phone=False),
            Column("at", Text("时间", "At"), kind="ago"),
        ],
        rows=found.items, next=found.next_cursor, asked=asked, key="ratings", row_key=lambda r: r.case_number,
        caption=Text("售后评价", "Ratings"),
        tabs=[(say(words), f"/office/ratings?tab={name}" if name else "/office/ratings", name == tab, None) for name, words in (
            ("", Text("全部", "All")), ("low", Text("低分", "Low")), ("open", Text("待记录改进", "To be looked at")))],
        empty=(Text("还没有评价", "No ratings"),
        Text("售后结束后，买家可以在订单的售后页评价", "Buyers rate on the page of their case when it is over")),
    )  # fmt: skip
    return page.render(
        request, "backoffice/ratings.html", status=status, table=table, whole=whole, sums=sums, by=BY, called=_called, first=first,
        last=last,
        form=form or FormState.of({}),
    )  # fmt: skip


def _called(by: str, key: str) -> str:
    if by == "reason":
        return say(aftersales.reason_words(key))
    if by == "kind":
        return say(CASE_KINDS[key]) if key in CASE_KINDS else key
    return key or t("系统", "The mall itself")


@staff("redress.judge", methods=("POST",))
def note_rating(request: HttpRequest, number: str) -> HttpResponse:
    """What the mall makes of a rating."""
    act = partial(services.note_rating, number, request.POST.get("noted", ""), actor=actor(request))

    def refused(problem: Problem) -> Any:
        return _ratings(request, typed(request, problem), problem.status)

    return carry_out(request, act, Text("已记录", "Noted"), where="/office/ratings", refused=refused)


urlpatterns = [
    path("service-figures", figures, name="office-service-figures"),
    path("ratings", ratings, name="office-ratings"),
    path("ratings/<str:number>", note_rating, name="office-rating-note"),
]

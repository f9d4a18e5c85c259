"""What of prices could be taken for fraud: findings with their evidence, explained or mended, and a file for an authority."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money
from zhanggui.kernel.problems import Problem
from zhanggui.pledges import selectors, services
from zhanggui.pledges.types import EXPLAINED, MENDED, OPEN, RISKS, Evidence, RiskView
from zhanggui.ui import language, page
from zhanggui.ui.forms import EMPTY, FormState
from zhanggui.ui.language import say

from .. import exports, tables
from ..access import actor, carry_out, staff, typed
from ..tables import Column, Filter, Table

PAGE = 50
HERE = "/office/price-risks"
STATES = {
    OPEN: Text("待处理", "Open"),
    EXPLAINED: Text("已说明", "Explained"),
    MENDED: Text("已改正", "Mended"),
    "": Text("全部", "All"),
}
KIND = Filter("kind", Text("类型", "Kind"), "choice", tuple(RISKS.items()))
HEAD = (
    Text("编号", "No."),
    Text("类型", "Kind"),
    Text("对象", "Of what"),
    Text("SKU", "SKU"),
    Text("问题", "What is wrong"),
    Text("状态", "State"),
    Text("说明", "Explanation"),
    Text("说明人", "By"),
    Text("首次发现", "First seen"),
    Text("最近发现", "Last seen"),
    Text("改正时间", "Mended"),
    Text("证据时间", "Evidence: when"),
    Text("证据", "Evidence"),
    Text("金额", "Amount"),
)


def worded(one: Evidence) -> Text:
    """A fact in words."""
    if one.label is None:
        return one.words
    return Text(one.words.zh.format(label=one.label.zh), one.words.en.format(label=one.label.en))


def mend(row: RiskView) -> tuple[Text, str]:
    """Where it is mended."""
    if row.page_id is not None:
        return Text("改页面", "Change the page"), f"/office/content/{row.page_id}"
    if row.promotion_id is not None:
        return Text("看促销", "See the promotion"), f"/office/promotions/{row.promotion_id}"
    if row.kind == "words":
        return Text("改商品文案", "Change the words"), f"/office/products/{row.product_id}"
    return Text("看价格", "See the prices"), f"/office/products/{row.product_id}/prices"


@staff("pledges.view", methods=("GET",))
def risks(request: HttpRequest) -> HttpResponseBase:
    """Findings, the newest first; `export=xlsx` gives them with every fact they rest on."""
    return _risks(request)


def _risks(request: HttpRequest, form: FormState = EMPTY, which: int = 0, status: int = 200) -> HttpResponseBase:
    language.use(language.of(request))
    asked = tables.asked(request, (KIND,), keep=("state",))
    state = request.GET.get("state", OPEN)
    state = state if state in STATES else OPEN
    wanted: dict[str, Any] = {"state": state, "kind": asked["kind"]}
    if file := exports.asked(request):
        return exports.answer(file, "price-evidence", HEAD, _rows(wanted))
    found = selectors.risks(**wanted, cursor=asked.cursor, limit=PAGE)
    counts = selectors.risk_counts()
    table: Table = Table(
        columns=[
            Column("kind", Text("类型", "Kind"), value=lambda row: RISKS[row.kind]),
            Column("title", Text("对象与问题", "Of what, and what is wrong"), kind="custom"),
            Column("evidence", Text("证据", "Evidence"), kind="custom"),
            Column("first_seen", Text("首次发现", "First seen"), kind="ago"),
            Column("act", Text("处理", "Deal with it"), kind="custom"),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=(KIND,),
        asked=asked,
        export=True,
        tabs=[
            (say(label), f"{HERE}?state={name}", name == state, counts.get(name, 0) if name == OPEN else None)
            for name, label in STATES.items()
        ],
        empty=(
            Text("没有发现价格风险", "Nothing to be found fault with"),
            Text("划线价、文案、赠品与倒计时都有依据", "Struck prices, words, gifts and countdowns are borne out"),
        ),
    )
    return page.render(
        request, "backoffice/price_risks.html", status=status, table=table, kinds=RISKS, worded=worded, mend=mend, form=form,
        which=which, currency=mall_settings.get("mall.currency"), may_explain=actor(request).may("pledges.explain"),
        may_check=actor(request).may("pledges.check"),
    )  # fmt: skip


def _rows(wanted: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """A line for each fact, page by page."""
    cursor: str | None = ""
    currency = mall_settings.get("mall.currency")
    while cursor is not None:
        found = selectors.risks(**wanted, cursor=cursor, limit=500)
        for row in found.items:
            head = (
                row.id, RISKS[row.kind], row.title, row.sku_code, row.why, STATES[row.state], row.reason, row.said_by, row.first_seen,
                row.last_seen, row.mended_at,
            )  # fmt: skip
            for one in row.evidence:
                yield (*head, one.at, worded(one), Money(one.amount, currency) if one.amount is not None else None)
        cursor = found.next_cursor


@staff("pledges.check", methods=("POST",))
def look(request: HttpRequest) -> HttpResponse:
    """Look them over now."""
    act = partial(services.look_at_prices, actor=actor(request))
    return carry_out(
        request, act, Text("已检查", "Looked over"), where=HERE,
        refused=lambda problem: page.render(request, "backoffice/refused.html", status=problem.status, problem=problem),
    )  # fmt: skip


@staff("pledges.explain", methods=("POST",))
def explain(request: HttpRequest, risk_id: int) -> HttpResponse:
    """Why a finding is none."""

    def refused(problem: Problem) -> HttpResponse:
        answer = _risks(request, typed(request, problem), risk_id, problem.status)
        assert isinstance(answer, HttpResponse)
        return answer

    act = partial(services.explain, risk_id, reason=request.POST.get("reason", ""), actor=actor(request))
    return carry_out(request, act, Text("已记录说明", "It is on record"), where=HERE, refused=refused)


urlpatterns = [
    path("price-risks", risks, name="office-price-risks"),
    path("price-risks/look", look, name="office-price-risks-look"),
    path("price-risks/<int:risk_id>/explain", explain, name="office-price-risk-explain"),
]

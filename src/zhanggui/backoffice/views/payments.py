"""Money at the desk: refunds, transfers that came in, the gateways' bills against our books, news that could not be booked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed
from zhanggui.payments import selectors, services
from zhanggui.payments.types import RefundView
from zhanggui.ui import language, page
from zhanggui.ui.forms import EMPTY, FormState

from .. import goods, tables
from ..access import actor, carry_out, see_other, staff, typed
from ..messages import flash
from ..orders import PROVIDERS, REFUND_STATES, refund_reason
from ..tables import Column, Filter, Table

PAGE = 50
KINDS: dict[str, Text] = {
    "missing_in_books": Text("渠道已收款，我们没有入账", "The gateway took money that we have not booked"),
    "missing_in_bill": Text("我们已入账，账单上没有", "We booked money that the bill does not list"),
    "amount_differs": Text("收款金额不一致", "Bill and books name different amounts"),
    "refund_missing_in_books": Text("渠道已退款，我们没有入账", "The gateway sent money back that we have not booked"),
    "refund_missing_in_bill": Text("我们已记退款，账单上没有", "We booked a refund that the bill does not list"),
    "refund_amount_differs": Text("退款金额不一致", "Bill and books differ about a refund"),
    "order_without_payment": Text("订单显示已付，没有收款", "The order counts as paid without a payment"),
    "payment_without_order": Text("有收款，没有对应订单", "Money without an order"),
    "order_amount_differs": Text("订单实付与收款不一致", "The order counts another amount than was captured"),
}


def _state(states: dict[str, tuple[Text, str]], name: str) -> tuple[Text, str]:
    return states.get(name, (Text(name, name), "neutral"))


def _provider(row: Any) -> Text | str:
    return PROVIDERS.get(row.provider, row.provider)


@staff("payments.view", methods=("GET",))
def refunds(request: HttpRequest) -> HttpResponse:
    """Newest first; failed ones can be tried again."""
    return _refunds(request)


def _refunds(request: HttpRequest, form: FormState = EMPTY, status: int = 200) -> HttpResponse:
    language.use(language.of(request))
    states = tuple((name, words) for name, (words, _) in REFUND_STATES.items())
    filters = (Filter("state", Text("状态", "State"), "choice", states),)
    asked = tables.asked(request, filters)
    found = selectors.refunds(state=asked["state"], cursor=asked.cursor or None, limit=PAGE)
    table: Table = Table(
        columns=[
            Column("out_refund_no", Text("退款单", "Refund")),
            Column("reference", Text("订单", "Order"), kind="link", value=_order),
            Column("amount", Text("金额", "Amount"), kind="money", value=lambda row: Money(row.amount, row.currency)),
            Column("provider", Text("原路", "Way"), value=_provider),
            Column("reason", Text("原因", "Reason"), phone=False, value=lambda row: refund_reason(row.reason)),
            Column("state", Text("状态", "State"), kind="badge", value=lambda row: _state(REFUND_STATES, row.state)),
            Column("created_at", Text("发起", "Asked"), kind="datetime"),
            Column("act", Text("操作", "Do"), kind="custom"),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        key="refunds",
        caption=Text("退款", "Refunds"),
        empty=(
            Text("没有退款", "No refunds"),
            Text("同意售后或取消已付订单后会出现在这里", "They follow cases and cancelled orders"),
        ),
    )
    return page.render(request, "backoffice/refunds.html", status=status, table=table, form=form)


def _order(row: RefundView) -> tuple[str, str]:
    return row.reference, f"/office/orders/{row.reference}"


def _act(
    act: Callable[[], Any],
    page_again: Callable[[FormState, int], HttpResponse],
    request: HttpRequest,
    where: str,
    done: Text,
) -> HttpResponse:
    def refused(problem: Problem) -> HttpResponse:
        return page_again(typed(request, problem), problem.status)

    return carry_out(request, act, done, where=where, refused=refused)


@staff("payments.refund", methods=("POST",))
def retry(request: HttpRequest, refund_id: int) -> HttpResponse:
    """Once more, the way it came."""
    act = partial(services.retry_refund, refund_id, actor=actor(request))
    return _act(act, partial(_refunds, request), request, "/office/refunds", Text("已重新发起", "Under way again"))


@staff("payments.confirm_transfer", methods=("POST",))
def confirm_refund(request: HttpRequest, refund_id: int) -> HttpResponse:
    """The bank has sent it back."""
    reference = request.POST.get("bank_reference", "").strip()
    act = partial(services.confirm_bank_refund, refund_id, bank_reference=reference, actor=actor(request))
    return _act(act, partial(_refunds, request), request, "/office/refunds", Text("已确认退回", "Confirmed"))


@staff("payments.view", post="payments.confirm_transfer", methods=("GET", "POST"))
def transfers(request: HttpRequest) -> HttpResponse:
    """Confirm a bank transfer that came in for an order."""
    language.use(language.of(request))
    form = EMPTY
    if request.method == "POST":
        given, errors = request.POST, []  # type: ignore[var-annotated]
        amount = goods.amount(given.get("amount", ""), "amount", mall_settings.get("mall.currency"), errors)

        def do() -> None:
            if not errors and not amount:
                errors.append(FieldError("amount", "required", Text("请填写到账金额", "enter the amount")))
            if errors:
                raise ValidationFailed(errors=errors)
            services.confirm_bank_transfer(
                given.get("reference", "").strip(),
                amount=amount or 0,
                bank_reference=given.get("bank_reference", "").strip(),
                paid_at=clock.now(),
                actor=actor(request),
            )

        try:
            do()
        except Problem as problem:
            form = FormState.failed(given, problem, language.of(request))
            return page.render(request, "backoffice/transfers.html", status=problem.status, form=form)
        response = see_other("/office/transfers")
        return flash(response, Text("到账已确认", "The transfer is confirmed"))
    return page.render(request, "backoffice/transfers.html", form=form)


@staff("payments.view", methods=("GET",))
def reconciliation(request: HttpRequest) -> HttpResponse:
    """Each gateway's day against our books, newest first."""
    return _reconciliation(request)


def _reconciliation(request: HttpRequest, form: FormState | None = None, status: int = 200) -> HttpResponse:
    language.use(language.of(request))
    asked = tables.asked(request, (Filter("day", Text("账单日", "Day"), "date"),))
    currency = mall_settings.get("mall.currency")
    found = selectors.reconciliations(day=asked.day("day"), cursor=asked.cursor or None, limit=PAGE)
    table: Table = Table(
        columns=[
            Column("day", Text("账单日", "Day"), kind="date"),
            Column("provider", Text("渠道", "Gateway"), value=_provider),
            Column("bill_lines", Text("笔数", "Lines"), kind="number"),
            Column("paid", Text("收款", "Paid"), kind="money", value=lambda row: Money(row.paid, currency)),
            Column("refunded", Text("退款", "Refunded"), kind="money", value=lambda row: Money(row.refunded, currency)),
            Column("discrepancies", Text("差异", "Differences"), kind="badge", value=_differences),
            Column("run_at", Text("核对时间", "Compared"), kind="datetime", phone=False),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=(Filter("day", Text("账单日", "Day"), "date"),),
        asked=asked,
        row_href=lambda row: f"/office/reconciliation/{row.id}",
        caption=Text("对账", "Reconciliation"),
        empty=(
            Text("还没有对账记录", "Nothing compared yet"),
            Text("每天凌晨自动核对前一天", "Yesterday is compared every night"),
        ),
    )
    yesterday = clock.business_date() - timedelta(days=1)
    form = form or FormState.of({"day": yesterday.isoformat()})
    return page.render(request, "backoffice/reconciliation.html", status=status, table=table, form=form)


def _differences(row: Any) -> tuple[Text, str]:
    if row.state == "failed":
        return Text("账单未取到", "no bill"), "bad"
    if row.discrepancies:
        return Text(f"{row.discrepancies} 笔", f"{row.discrepancies}"), "bad"
    return Text("一致", "None"), "good"


@staff("payments.reconcile", methods=("POST",))
def reconcile(request: HttpRequest) -> HttpResponse:
    """Compare a day now."""

    def do() -> None:
        try:
            day = date.fromisoformat(request.POST.get("day", ""))
        except ValueError:
            raise ValidationFailed.one("day", "type", "请填写日期", "enter a day") from None
        services.reconcile(day, providers=None, actor=actor(request))

    return _act(do, partial(_reconciliation, request), request, "/office/reconciliation", Text("已核对", "Compared"))


@staff("payments.view", methods=("GET",))
def differences(request: HttpRequest, run_id: int) -> HttpResponse:
    """What one run found."""
    return _run(request, run_id)


def _run(request: HttpRequest, run_id: int, form: FormState = EMPTY, status: int = 200) -> HttpResponse:
    language.use(language.of(request))
    return page.render(
        request,
        "backoffice/differences.html",
        status=status,
        run_id=run_id,
        found=selectors.discrepancies(run_id),
        kinds=KINDS,
        currency=mall_settings.get("mall.currency"),
        form=form,
    )


@staff("payments.reconcile", methods=("POST",))
def resolve(request: HttpRequest, run_id: int, discrepancy_id: int) -> HttpResponse:
    """What it was, in words that stay."""
    words = request.POST.get("resolution", "")
    act = partial(services.resolve_discrepancy, discrepancy_id, resolution=words, actor=actor(request))
    where = f"/office/reconciliation/{run_id}"
    return _act(act, partial(_run, request, run_id), request, where, Text("已记录处理结果", "Noted"))


@staff("payments.view", methods=("GET",))
def notices(request: HttpRequest) -> HttpResponse:
    """Genuine news that could not be booked."""
    return _notices(request)


def _notices(request: HttpRequest, form: FormState = EMPTY, status: int = 200) -> HttpResponse:
    language.use(language.of(request))
    filters = (Filter("all", Text("含已处理", "Settled too"), "flag"),)
    asked = tables.asked(request, filters)
    found = selectors.parked_notices(open_only=not asked["all"], cursor=asked.cursor or None, limit=PAGE)
    table: Table = Table(
        columns=[
            Column("received_at", Text("收到", "Received"), kind="datetime"),
            Column("provider", Text("渠道", "Gateway"), value=_provider),
            Column("out_trade_no", Text("商户单号", "Our number"), value=lambda row: row.out_refund_no or row.out_trade_no),
            Column("amount", Text("金额", "Amount"), kind="money",
                   value=lambda row: Money(row.amount, row.currency or "CNY") if row.amount is not None else None),
            Column("outcome", Text("未入账原因", "Why not booked"), value=lambda row: OUTCOMES.get(row.outcome, row.outcome)),
            Column("act", Text("处理", "Settle"), kind="custom"),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        caption=Text("未入账通知", "News not booked"),
        empty=(
                Text("都入账了", "Everything is booked"),
                Text("验签通过但对不上账的通知会留在这里", "Genuine news that fits nothing waits here"),
            ),
    )  # fmt: skip
    return page.render(request, "backoffice/notices.html", status=status, table=table, form=form)


OUTCOMES = {
    "unknown_trade": Text("没有这笔交易", "no such trade"),
    "amount_mismatch": Text("金额不符", "amounts differ"),
    "unknown_refund": Text("没有这笔退款", "no such refund"),
    "refund_conflict": Text("与退款状态矛盾", "contradicts the refund"),
}


@staff("payments.reconcile", methods=("POST",))
def settle(request: HttpRequest, notice_id: int) -> HttpResponse:
    """What was done about it."""
    words = request.POST.get("resolution", "").strip()

    def do() -> None:
        if not words:
            raise ValidationFailed.one("resolution", "required", "请写明处理结果", "say what was done")
        services.settle_notice(notice_id, actor=actor(request), resolution=words)

    return _act(do, partial(_notices, request), request, "/office/notices", Text("已记录处理结果", "Noted"))


urlpatterns = [
    path("refunds", refunds, name="office-refunds"),
    path("refunds/<int:refund_id>/retry", retry, name="office-refund-retry"),
    path("refunds/<int:refund_id>/confirm", confirm_refund, name="office-refund-confirm"),
    path("transfers", transfers, name="office-transfers"),
    path("reconciliation", reconciliation, name="office-reconciliation"),
    path("reconciliation/run", reconcile, name="office-reconcile"),
    path("reconciliation/<int:run_id>", differences, name="office-differences"),
    path("reconciliation/<int:run_id>/<int:discrepancy_id>", resolve, name="office-resolve"),
    path("notices", notices, name="office-notices"),
    path("notices/<int:notice_id>/settle", settle, name="office-notice-settle"),
]

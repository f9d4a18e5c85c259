"""What is owed to suppliers: open items, ageing, invoices and payments."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.kernel import clock, ids
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed
from zhanggui.procurement import selectors, services
from zhanggui.procurement.types import PayableView, PaymentDraft
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .. import exports, goods, purchasing, tables
from ..access import actor, carry_out, id_in, ids_in, need, staff, typed
from ..tables import Column, Filter, Table

PAGE = 50
READ, PAY, VOID = "procurement.read", "procurement.pay", "procurement.void"
HERE = "/office/payables"


@staff(READ, methods=("GET",))
def listing(request: HttpRequest) -> HttpResponseBase:
    """Open items, the first due first, with the ageing above."""
    return _listing(request)


def _listing(request: HttpRequest, problem: Problem | None = None) -> HttpResponseBase:
    language.use(language.of(request))
    choices = selectors.supplier_choices(states=("candidate", "approved", "suspended", "ended"))
    filters = (
        Filter("supplier", Text("供应商", "Supplier"), "choice", tuple((str(key), name) for key, name in choices)),
        Filter("settled", Text("含已结清", "Settled ones too"), "flag"),
    )
    asked = tables.asked(request, filters)
    supplier_id = id_in(asked["supplier"])
    if form_kind := exports.asked(request):
        return _file(form_kind, supplier_id, not asked["settled"])
    found = selectors.payables(supplier_id=supplier_id, open_only=not asked["settled"], cursor=asked.cursor, limit=PAGE)
    may = actor(request).may(PAY)
    table: Table = Table(
        columns=[
            Column("receipt", Text("单据", "Document"), kind="custom"),
            Column("supplier", Text("供应商", "Supplier"), value=purchasing.supplier_title),
            Column("amount", Text("金额", "Amount"), kind="money", value=lambda row: Money(row.amount, row.currency)),
            Column("open", Text("未结", "Open"), kind="money", value=lambda row: Money(row.open, row.currency)),
            Column("due_on", Text("到期", "Due"), kind="date"),
            Column("days", Text("逾期", "Overdue"), kind="badge", value=_overdue),
            Column("invoice", Text("发票", "Invoice"), kind="custom"),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        key="payables",
        export=True,
        caption=Text("应付明细", "Open items"),
        empty=(Text("没有应付款", "Nothing is owed"), Text("到货验收后自动记账", "Receipts are booked by themselves")),
    )  # fmt: skip
    initial = {"paid_on": clock.business_date().isoformat(), "payee": str(supplier_id or "")}
    form = FormState.of(initial) if problem is None else typed(request, problem, initial=initial)
    return page.render(
        request, "backoffice/payables.html", status=problem.status if problem else 200, table=table, ageing=selectors.ageing(), form=form,
        may_pay=may, key=ids.token(12) if problem is None else request.POST.get("key", "") or ids.token(12),
        payees=[(str(key), say(name)) for key, name in choices],
    )  # fmt: skip


def _overdue(row: PayableView) -> tuple[Text, str] | None:
    if row.open <= 0 or row.days <= 0:
        return None
    return Text(f"{row.days} 天", f"{row.days} days"), "bad" if row.days > 30 else "warn"


def _file(form: str, supplier_id: int | None, open_only: bool) -> HttpResponseBase:
    head = [
        Text("供应商", "Supplier"), Text("采购单", "Order"), Text("单据", "Document"), Text("发票", "Invoice"), Text("金额", "Amount"),
        Text("已结", "Settled"), Text("未结", "Open"), Text("币种", "Currency"), Text("到期", "Due"), Text("逾期天数", "Days overdue"),
    ]  # fmt: skip

    def rows() -> Any:
        cursor = ""
        while True:
            found = selectors.payables(supplier_id=supplier_id, open_only=open_only, cursor=cursor, limit=200)
            for row in found.items:
                yield [
                    purchasing.supplier_title(row), row.order, row.receipt, row.invoice, Money(row.amount, row.currency),
                    Money(row.settled, row.currency), Money(row.open, row.currency), row.currency, row.due_on, max(row.days, 0),
                ]  # fmt: skip
            if not found.next_cursor:
                return
            cursor = found.next_cursor

    return exports.answer(form, f"payables-{clock.business_date():%Y%m%d}", head, rows())


@staff(READ, post=PAY, methods=("POST",))
def pay(request: HttpRequest) -> HttpResponse:
    """Record a payment: what is due first is settled first."""
    given = request.POST
    supplier_id = id_in(given.get("payee", ""))

    def do() -> str:
        need(request, PAY)
        errors: list[FieldError] = []
        if supplier_id is None:
            raise ValidationFailed.one("payee", "required", "请选择供应商", "choose a supplier")
        currency = selectors.supplier(supplier_id).draft.currency
        amount = goods.amount(given.get("amount", ""), "amount", currency, errors)
        if errors:
            raise ValidationFailed(errors=errors)
        paid_on = purchasing.day(given.get("paid_on", ""), "paid_on")
        assert paid_on is not None
        draft = PaymentDraft(
            amount or 0,
            paid_on,
            given.get("method", ""),
            given.get("reference", ""),
            tuple(ids_in(given.getlist("payables"))),
        )
        return services.pay_supplier(
            supplier_id, draft, key=given.get("key", "").strip()[:60] or ids.token(12), actor=actor(request)
        )

    return carry_out(
        request, do, lambda number: Text(f"付款 {number} 已登记", f"Payment {number} is recorded"),
        where=f"{HERE}?supplier={supplier_id or ''}", refused=lambda problem: _listing(request, problem),  # type: ignore[arg-type, return-value]
    )  # fmt: skip


@staff(READ, methods=("GET",))
def payments(request: HttpRequest) -> HttpResponse:
    """Money that went to suppliers, newest first; one that was recorded wrongly can be voided."""
    return _payments(request)


def _payments(request: HttpRequest, problem: Problem | None = None) -> HttpResponse:
    language.use(language.of(request))
    choices = selectors.supplier_choices(states=("candidate", "approved", "suspended", "ended"))
    filters = (
        Filter("supplier", Text("供应商", "Supplier"), "choice", tuple((str(key), name) for key, name in choices)),
    )
    asked = tables.asked(request, filters)
    found = selectors.payments(supplier_id=id_in(asked["supplier"]), cursor=asked.cursor, limit=PAGE)
    table: Table = Table(
        columns=[
            Column("number", Text("付款", "Payment"), kind="custom"),
            Column("supplier", Text("供应商", "Supplier"), value=purchasing.supplier_title),
            Column("amount", Text("金额", "Amount"), kind="money", value=lambda row: Money(row.amount, row.currency)),
            Column("paid_on", Text("付款日", "Paid on"), kind="date"),
            Column("method", Text("方式", "How"), phone=False),
            Column("reference", Text("银行流水号", "Bank reference"), phone=False),
            Column("by", Text("登记", "Recorded by"), phone=False),
            Column("void", Text("冲销", "Void"), kind="custom"),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        key="payments",
        caption=Text("供应商付款", "Payments to suppliers"),
        empty=(Text("还没有付款", "No payments yet"), Text("在应付账款里登记", "They are recorded under payables")),
    )  # fmt: skip
    form = FormState.of({}) if problem is None else typed(request, problem)
    return page.render(
        request, "backoffice/supplier_payments.html", status=problem.status if problem else 200, table=table, form=form,
        may_void=actor(request).may(VOID),
    )  # fmt: skip


@staff(READ, post=VOID, methods=("POST",))
def void(request: HttpRequest, supplier_id: int, number: str) -> HttpResponse:
    """What a payment had settled is open again."""
    return carry_out(
        request,
        lambda: services.void_payment(supplier_id, number, reason=request.POST.get("reason", ""), actor=actor(request)),
        Text(f"付款 {number} 已冲销，相关应付重新未结", f"Payment {number} is void; what it settled is open again"),
        where=f"{HERE}/payments?supplier={supplier_id}", refused=lambda problem: _payments(request, problem),
    )  # fmt: skip


@staff(READ, post=PAY, methods=("POST",))
def invoice(request: HttpRequest, payable_id: int) -> HttpResponse:
    """The supplier's invoice and its due day."""
    given = request.POST

    def do() -> None:
        need(request, PAY)
        due = purchasing.day(given.get("due_on", ""), "due_on", needed=False)
        services.set_invoice(payable_id, invoice=given.get("invoice", ""), due_on=due, actor=actor(request))

    return carry_out(
        request, do, Text("发票已登记", "The invoice is recorded"), where=HERE, refused=lambda problem: _listing(request, problem),  # type: ignore[arg-type, return-value]
    )  # fmt: skip


urlpatterns = [
    path("payables", listing, name="office-payables"),
    path("payables/pay", pay, name="office-payables-pay"),
    path("payables/payments", payments, name="office-supplier-payments"),
    path("payables/payments/<int:supplier_id>/<str:number>/void", void, name="office-supplier-payment-void"),
    path("payables/<int:payable_id>/invoice", invoice, name="office-payable-invoice"),
]

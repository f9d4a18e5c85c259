"""Asking for money back or sending goods back, line by line, with photos; and following what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.aftersales import selectors as cases
from zhanggui.aftersales import services
from zhanggui.aftersales.errors import AmountMoved
from zhanggui.aftersales.types import CaseView, Preview, Wish
from zhanggui.fulfilment import selectors as fulfilment
from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.pictures import PictureRefused
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.orders.selectors import is_gift
from zhanggui.ui import language
from zhanggui.ui.forms import FormState

from ..account.keeping import owner_only
from . import words
from .names import english
from .orders import lines_by_number
from .own import Own, own_order
from .said import said
from .show import render
from .who import buyer_of, see, whole

MOST_PHOTOS = 9
_CASE = re.compile(r"[A-Za-z0-9-]{1,40}")


# --- asking --------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@owner_only
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """`/orders/<number>/return`: the form, and the request."""
    own = own_order(request, number)
    if request.method != "POST":
        line = request.GET.get("line", "")
        return _form(
            request, own, FormState.of({"kind": _kinds(own)[0][0], f"units-{whole(line)}": "1"} if line else {})
        )
    photos, wrong = keep_photos(request)
    kept = [*request.POST.getlist("kept"), *photos]
    values = {**request.POST.dict(), "kept": kept}
    wishes = [
        Wish(line["line"], units)
        for line in own.order["lines"]
        if (units := whole(request.POST.get(f"units-{line['line']}", "0")))
    ]
    names = {f"lines.{i}.quantity": f"units-{wish.line}" for i, wish in enumerate(wishes)}
    kind, reason, actor = request.POST.get("kind", ""), request.POST.get("reason", ""), buyer_of(request).actor
    expected = request.POST.get("expected", "")
    try:
        if wrong:
            raise ValidationFailed(errors=wrong)
        if not expected or "again" in request.POST:
            foreseen = cases.preview(number, kind=kind, reason=reason, lines=wishes, actor=actor)
            if (
                foreseen.effect.told
            ):  # what it gives back is more than a sum of shares: the buyer sees it before he confirms
                return _form(request, own, FormState.of(values), foreseen=foreseen)
        case = services.request(
            number,
            kind=kind,
            reason=reason,
            lines=wishes,
            note=request.POST.get("note", ""),
            photos=kept,
            expected=whole(expected) if expected else None,
            actor=actor,
        )
    except AmountMoved as moved:
        foreseen = cases.preview(number, kind=kind, reason=reason, lines=wishes, actor=actor)
        form = FormState.failed(values, moved, language.of(request), names=names)
        return _form(request, own, form, status=moved.status, foreseen=foreseen)
    except Problem as refused:
        form = FormState.failed(values, refused, language.of(request), names=names)
        return _form(request, own_order(request, number), form, status=refused.status)
    return see(own.at(f"{own.page}/cases/{case.number}", "asked"))


def keep_photos(request: HttpRequest) -> tuple[list[str], list[FieldError]]:
    """Names of the photos that came along, each kept; and what is wrong with the others."""
    names: list[str] = []
    wrong: list[FieldError] = []
    for file in request.FILES.getlist("photos")[: MOST_PHOTOS + 1]:
        try:
            names.append(services.keep_photo(file.read(), actor=buyer_of(request).actor))
        except PictureRefused as refused:
            told = Text(f"{file.name}:{refused.detail('zh-Hans')}", f"{file.name}: {refused.detail('en')}")
            wrong.append(FieldError("photos", "refused", told))
    return names, wrong


def _kinds(own: Own) -> list[tuple[str, Text]]:
    names = ["cancel"] if own.order["status"] in ("paid", "fulfilling") else ["return_refund", "refund_only"]
    return [(name, words.CASE_KINDS[name]) for name in names]


def _form(
    request: HttpRequest, own: Own, form: FormState, status: int = 200, foreseen: Preview | None = None
) -> HttpResponse:
    spoken = cases.spoken_for(own.number)
    books = cases.reckoning_of(own.order, spoken)
    wishes = {wish.line: wish for wish in cases.refundable_with_amounts(own.order, spoken, books)}
    lines = [(line, wishes[line["line"]]) for line in own.order["lines"] if line["line"] in wishes]
    return render(
        request,
        "storefront/buying/return.html",
        status=status,
        own=own,
        order=own.order,
        form=form,
        lines=lines,
        names=english((line["sku_id"] for line, _ in lines), language.of(request)),
        kinds=_kinds(own),
        reasons=_reasons(own),
        foreseen=foreseen,
        reckoned=books.told,
        gift_back=foreseen is not None and _gift_back(own, foreseen, form),
        bought=lines_by_number(own.order),
        kept=form.all("kept"),
        most_photos=MOST_PHOTOS,
        megabytes=mall_settings.get("aftersales.photo_bytes") // 1_048_576,
        days=mall_settings.get("aftersales.no_reason_days"),
        claim_days=mall_settings.get("aftersales.claim_days"),
    )


def _gift_back(own: Own, foreseen: Preview, form: FormState) -> bool:
    """Whether a gift is to come back that the buyer did not choose himself."""
    gifts = {line["line"] for line in own.order["lines"] if is_gift(line["discounts"])}
    return any(
        line.line in gifts and line.quantity > whole(form.value(f"units-{line.line}") or "0") for line in foreseen.lines
    )


def _reasons(own: Own) -> list[tuple[str, Text]]:
    before = ("no_reason", "ordered_wrong", "late", "out_of_stock", "other")
    sent = own.order["status"] not in ("paid", "fulfilling")
    shown = [name for name in cases.REASONS if (name not in ("late", "out_of_stock") if sent else name in before)]
    return [(name, cases.REASONS[name][0]) for name in shown]


# --- following -----------------------------------------------------------------------------------------------------


def _case(own: Own, case_number: str) -> CaseView:
    """A case of this order. Raises NotFound for any other."""
    found = cases.case(case_number) if _CASE.fullmatch(case_number) else None
    if found is None or found.order_number != own.number:
        raise NotFound()
    return found


@require_GET
@owner_only
def show(request: HttpRequest, number: str, case_number: str) -> HttpResponse:
    """`GET /orders/<number>/cases/<case>`."""
    own = own_order(request, number)
    return _show(request, own, _case(own, case_number), FormState.of())


def _show(request: HttpRequest, own: Own, case: CaseView, form: FormState, status: int = 200) -> HttpResponse:
    sending = case.state == "awaiting_return"
    known = fulfilment.carriers(active_only=False) if sending or case.return_carrier else []
    return render(
        request,
        "storefront/buying/case.html",
        status=status,
        own=own,
        order=own.order,
        case=cases.as_it_stands(case, own.order),
        bought=lines_by_number(own.order),
        names=english((line["sku_id"] for line in own.order["lines"]), language.of(request)),
        photos=links(case.photos, own, case),
        form=form,
        said=said(request),
        words=words,
        reason=cases.reason_words(case.reason),
        steps=_steps(case),
        events=_events(case),
        carriers=[(carrier.code, carrier) for carrier in known if carrier.active] if sending else [],
        carrier=next((Text(each.name, each.name_en) for each in known if each.code == case.return_carrier), ""),
    )


def _steps(case: CaseView) -> list[tuple[Text, str]]:
    if case.state in ("rejected", "withdrawn"):
        return []
    names = [Text("提交申请", "Asked"), Text("商家同意", "Approved")]
    order = ["requested", "approved", "refunding", "closed"]
    if case.kind == "return_refund":
        names.append(Text("寄回验收", "Returned"))
        order = ["requested", "awaiting_return", "received", "closed"]
    names.append(Text("退款完成", "Refunded"))
    reached = (
        len(names) if case.state == "closed" else min(order.index(case.state) if case.state in order else 2, 2) + 1
    )
    if case.state == "refunding":
        reached = len(names) - 1
    return [(name, "done" if i < reached else "current" if i == reached else "todo") for i, name in enumerate(names)]


def _events(case: CaseView) -> list[dict[str, Any]]:
    """What happened, the latest first."""
    refused = case.state == "rejected"
    found: list[tuple[Any, Text, str]] = [
        (case.requested_at, Text("提交申请", "Asked"), case.note),
        (case.decided_at, Text("商家未同意", "Declined") if refused else Text("商家同意", "Approved"), case.decision),
        (case.received_at, Text("收到退货并验收", "The goods arrived and were inspected"), ""),
        (case.refunding_at, Text("退款已发起", "The refund was sent"), ""),
    ]
    if case.closed_at and case.state != "rejected":
        ended = Text("申请已撤销", "Withdrawn") if case.state == "withdrawn" else Text("退款完成", "Refunded")
        found.append((case.closed_at, ended, ""))
    return [{"at": at, "title": title, "text": text} for at, title, text in found if at][::-1]


@require_POST
@owner_only
def withdraw(request: HttpRequest, number: str, case_number: str) -> HttpResponse:
    """Not wanted any more."""
    own = own_order(request, number)
    case = _case(own, case_number)
    try:
        services.withdraw(case.number, actor=buyer_of(request).actor)
    except Problem as refused:
        return _again(request, own, case_number, refused)
    return see(own.at(f"{own.page}/cases/{case.number}", "withdrawn"))


@require_POST
@owner_only
def sent_back(request: HttpRequest, number: str, case_number: str) -> HttpResponse:
    """How the goods travel back."""
    own = own_order(request, number)
    case = _case(own, case_number)
    try:
        services.send_back(
            case.number,
            carrier=request.POST.get("carrier", ""),
            waybill_no=request.POST.get("waybill_no", ""),
            actor=buyer_of(request).actor,
        )
    except Problem as refused:
        return _again(request, own, case_number, refused)
    return see(own.at(f"{own.page}/cases/{case.number}", "sent-back"))


def _again(request: HttpRequest, own: Own, case_number: str, refused: Problem) -> HttpResponse:
    form = FormState.failed(request.POST, refused, language.of(request))
    return _show(request, own, _case(own, case_number), form, status=refused.status)


@require_GET
@owner_only
def photo(request: HttpRequest, number: str, case_number: str, name: str) -> HttpResponseBase:
    """A photo of a case, for those who may see the case."""
    own = own_order(request, number)
    path = cases.photo(_case(own, case_number), name)
    if path is None:
        raise NotFound()
    response = FileResponse(path.open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=86400"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response


def links(names: Sequence[str], own: Own, case: CaseView) -> list[str]:
    """Addresses of a case's photos."""
    return [own.at(f"{own.page}/cases/{case.number}/photos/{name}") for name in names]

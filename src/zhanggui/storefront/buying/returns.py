"""Asking for money back or sending goods back, line by line, with photos; and following what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.aftersales import selectors as cases
from zhanggui.aftersales import services
from zhanggui.aftersales.errors import AmountMoved
from zhanggui.aftersales.types import OFFERED, OVER, PAYERS, CaseView, Preview, Terms, Wish
from zhanggui.dropship import selectors as dropship
from zhanggui.dropship.types import ReturnTo
from zhanggui.fulfilment import selectors as fulfilment
from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.pictures import PictureRefused
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.orders.selectors import is_gift
from zhanggui.ui import language
from zhanggui.ui.forms import FormState

from ..account.keeping import owner_only
from . import ratings, words
from .names import english
from .orders import lines_by_number
from .own import Own, own_order, page_of
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
            request,
            own,
            FormState.of(
                {"kind": next((name for name, _ in _kinds(own)), ""), f"units-{whole(line)}": "1"} if line else {}
            ),
        )
    photos, wrong = keep_photos(request)
    kept = [*request.POST.getlist("kept"), *photos]
    values = {**request.POST.dict(), "kept": kept}
    wishes = [
        Wish(line["line"], units, _wanted(request, line["line"]))
        for line in own.order["lines"]
        if (units := whole(request.POST.get(f"units-{line['line']}", "0")))
    ]
    names = {f"lines.{i}.quantity": f"units-{wish.line}" for i, wish in enumerate(wishes)}
    names |= {f"lines.{i}.sku": f"want-{wish.line}" for i, wish in enumerate(wishes)}
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


def _wanted(request: HttpRequest, line: int) -> str:
    """The article chosen instead, where an exchange is asked for; "" for the same."""
    return request.POST.get(f"want-{line}", "")[:100] if request.POST.get("kind") == "exchange" else ""


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


def _kinds(own: Own, terms: Mapping[int, Terms] | None = None) -> list[tuple[str, Text]]:
    """What may be asked for of this order: before it left whole only that it does not leave, then what its articles' terms offer."""
    if own.order["status"] in ("paid", "fulfilling"):
        names = ["cancel"]
    else:
        offered = {kind for each in (terms or cases.terms_of(own.order)).values() for kind in each.kinds}
        names = [kind for kind in OFFERED if kind in offered]
    return [(name, words.CASE_KINDS[name]) for name in names]


def _form(
    request: HttpRequest, own: Own, form: FormState, status: int = 200, foreseen: Preview | None = None
) -> HttpResponse:
    spoken = cases.spoken_for(own.number)
    books = cases.reckoning_of(own.order, spoken)
    wishes = {wish.line: wish for wish in cases.refundable_with_amounts(own.order, spoken, books)}
    lines = [(line, wishes[line["line"]]) for line in own.order["lines"] if line["line"] in wishes]
    terms = cases.terms_of(own.order)
    kinds = _kinds(own, terms)
    exchange = any(name == "exchange" for name, _ in kinds)
    return render(
        request,
        "storefront/buying/return.html",
        status=status,
        own=own,
        order=own.order,
        form=form,
        lines=lines,
        names=english((line["sku_id"] for line, _ in lines), language.of(request)),
        kinds=kinds,
        terms=terms,
        payers=PAYERS,
        what_next=words.NEXT,
        choices=cases.choices(own.order, [line for line, _ in lines]) if exchange else {},
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
    known = fulfilment.carriers(active_only=False) if sending or case.return_carrier or case.back_carrier else []
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
        returns_to=_returns_to(own, case) if sending else [],
        back_carrier=next((Text(each.name, each.name_en) for each in known if each.code == case.back_carrier), ""),
        replacement=page_of(own, case.replacement) if case.replacement else "",
        turn=cases.whose_turn(case),
        remaining=cases.remaining(case.due_at) if case.due_at else "",
        consequence=cases.consequence(case) if case.due_at else None,
        remarks=[(each, links(each.photos, own, case)) for each in cases.thread(case.number, internal=False)],
        may_write=case.state not in OVER,
        may_turn=case.kind in cases.SERVICE_KINDS and case.state == "requested",
        most_photos=MOST_PHOTOS,
        **ratings.panel(own, case),
    )


def _returns_to(own: Own, case: CaseView) -> list[ReturnTo]:
    """Where goods go back that a supplier sent. One statement, none where the mall sent all of them."""
    sent = {line["line"] for line in own.order["lines"] if line["supply_mode"] == "dropshipped"}
    wanted = [line.line for line in case.lines if line.line in sent]
    return dropship.returns_to(own.number, wanted) if wanted else []


def _steps(case: CaseView) -> list[tuple[Text, str]]:
    if case.state in ("rejected", "withdrawn") or case.verdict == "refused":
        return []
    if case.kind in cases.SERVICE_KINDS:
        return _service_steps(case)
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


#: How far a case of units the buyer keeps has come, by its state.
_SERVICE: dict[str, tuple[Text, tuple[str, ...]]] = {
    "asked": (Text("提交申请", "Asked"), ()),
    "granted": (Text("商家同意", "Approved"), ("requested",)),
    "back": (Text("寄回验收", "Returned"), ("awaiting_return",)),
    "mended": (Text("维修", "Repaired"), ("received",)),
    "sent": (Text("寄给您", "Sent to you"), ("approved", "received", "replacing", "returning")),
    "done": (Text("完成", "Done"), ("refunding",)),
}
_ORDER = {
    "exchange": ("asked", "granted", "back", "sent", "done"),
    "repair": ("asked", "granted", "back", "mended", "sent", "done"),
    "resend": ("asked", "granted", "sent", "done"),
}


def _service_steps(case: CaseView) -> list[tuple[Text, str]]:
    names = _ORDER[case.kind]
    now = next((name for name in names if case.state in _SERVICE[name][1]), "")
    at = len(names) if case.state == "closed" else names.index(now) if now else 1
    return [(_SERVICE[name][0], "done" if i < at else "current" if i == at else "todo") for i, name in enumerate(names)]


def _events(case: CaseView) -> list[dict[str, Any]]:
    """What happened, the latest first."""
    refused = case.state == "rejected"
    found: list[tuple[Any, Text, str]] = [
        (case.requested_at, Text("提交申请", "Asked"), case.note),
        (case.decided_at, Text("商家未同意", "Declined") if refused else Text("商家同意", "Approved"), case.decision),
        (
            case.sent_at if case.return_waybill else None,
            Text("您寄出了商品", "You sent the goods"),
            case.return_waybill,
        ),
        (case.received_at, Text("收到退货并验收", "The goods arrived and were inspected"), ""),
        (
            case.back_at,
            Text("商品未通过验收，寄回给您", "Refused, and sent back to you")
            if case.verdict == "refused"
            else Text("修好并寄出", "Repaired and sent"),
            case.decision,
        ),
        (case.refunding_at, Text("退款已发起", "The refund was sent"), ""),
    ]
    if case.closed_at and case.state != "rejected":
        done = Text("退款完成", "Refunded") if case.refunded_amount else Text("售后完成", "Done")
        ended = Text("申请已撤销", "Withdrawn") if case.state == "withdrawn" else done
        found.append((case.closed_at, ended, ""))
    return [
        {"at": at, "title": title, "text": text}
        for at, title, text in sorted((each for each in found if each[0]), key=_when)
    ][::-1]


def _when(event: tuple[Any, Text, str]) -> Any:
    return event[0]


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


@require_POST
@owner_only
def write(request: HttpRequest, number: str, case_number: str) -> HttpResponse:
    """Words and photos are added."""
    own = own_order(request, number)
    case = _case(own, case_number)
    photos, wrong = keep_photos(request)
    kept = [*request.POST.getlist("kept"), *photos]
    try:
        if wrong:
            raise ValidationFailed(errors=wrong)
        services.remark(case.number, text=request.POST.get("text", ""), photos=kept, actor=buyer_of(request).actor)
    except Problem as refused:
        return _again(request, own, case_number, refused)
    return see(own.at(f"{own.page}/cases/{case.number}", "remarked"))


@require_POST
@owner_only
def confirm(request: HttpRequest, number: str, case_number: str) -> HttpResponse:
    """The goods are back with their buyer."""
    own = own_order(request, number)
    case = _case(own, case_number)
    try:
        services.confirm_back(case.number, actor=buyer_of(request).actor)
    except Problem as refused:
        return _again(request, own, case_number, refused)
    return see(own.at(f"{own.page}/cases/{case.number}", "confirmed"))


@require_POST
@owner_only
def instead(request: HttpRequest, number: str, case_number: str) -> HttpResponse:
    """Money instead of another piece."""
    own = own_order(request, number)
    case = _case(own, case_number)
    try:
        services.refund_instead(case.number, actor=buyer_of(request).actor)
    except Problem as refused:
        return _again(request, own, case_number, refused)
    return see(own.at(f"{own.page}/cases/{case.number}", "instead"))


def _again(request: HttpRequest, own: Own, case_number: str, refused: Problem) -> HttpResponse:
    form = FormState.failed(request.POST, refused, language.of(request))
    return _show(request, own, _case(own, case_number), form, status=refused.status)


@require_GET
@owner_only
def photo(request: HttpRequest, number: str, case_number: str, name: str) -> HttpResponseBase:
    """A photo of a case, for those who may see the case."""
    own = own_order(request, number)
    case = _case(own, case_number)
    path = cases.photo(case, name) or cases.said_photo(case.number, name, internal=False)
    if path is None:
        raise NotFound()
    response = FileResponse(path.open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=86400"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response


def links(names: Sequence[str], own: Own, case: CaseView) -> list[str]:
    """Addresses of a case's photos."""
    return [own.at(f"{own.page}/cases/{case.number}/photos/{name}") for name in names]

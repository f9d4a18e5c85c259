"""Orders entered for buyers, one by one or as a sheet; reminders to pay, and buyers who ask for their parcels."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.checkout import selectors as checkout
from zhanggui.checkout import services
from zhanggui.checkout.types import Purchase, Quote
from zhanggui.kernel import clock, ids, mall_settings, sealing
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.pricing import selectors as pricing
from zhanggui.ui import language, page
from zhanggui.ui.forms import EMPTY, FormState
from zhanggui.ui.language import say

from .. import articles, entering, exports, goods
from ..access import actor, carry_out, id_in, number_in, safe_next, see_other, staff, typed
from ..messages import flash
from ..orders import deadline

NEW, SHEET, UNPAID, URGED = (
    "/office/orders/new",
    "/office/orders/sheet",
    "/office/orders/unpaid",
    "/office/orders/urged",
)
PAGE, FILE_MOST, SEALED, SEALED_SECONDS = 50, 4 << 20, "orders.sheet", 3600


def pay_link(number: str) -> str:
    """Where the buyer of an order sees and pays it."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/pay/{number}?token={orders.access_token(number)}"


@staff("orders.place")
def new(request: HttpRequest) -> HttpResponse:
    """One order: for whom, what and where to; its price by the shop's own rules before it is placed."""
    if request.method != "POST":
        return _new(request, FormState.of({"key": ids.uuid(), "member": request.GET.get("member", "")}))
    given, who = request.POST, actor(request)
    step, member_id = given.get("step", "quote"), id_in(given.get("member", ""))
    if add := given.get("add", ""):
        row = next(
            row
            for row in range(1, articles.MOST_ROWS + 1)
            if not given.get(f"sku-{row}", "").strip() or row == articles.MOST_ROWS
        )
        return _new(request, FormState(given, {}).saying(**{f"sku-{row}": add, f"quantity-{row}": "1", "q": ""}))
    if step == "find":
        return _new(request, FormState(given, {}))
    try:
        if member_id is not None and not members.known_ids([member_id]):
            raise ValidationFailed.one("who", "unknown", "没有这个会员", "there is no such member")
        entered = entering.entered_of(given, member_id)
        if step != "place":
            return _new(request, FormState(given, {}), checkout.quote(services.request_for(entered)))
        made = services.enter_order(
            entered, key=given.get("key", ""), expected_total=number_in(given.get("seen", ""), 15), actor=who
        )
    except Problem as problem:
        if problem.extra.get("permission"):
            raise
        return _new(request, typed(request, problem), status=problem.status)
    return flash(see_other(f"/office/orders/{made.number}"), Text("订单已建立", "The order is placed"))


def _new(request: HttpRequest, form: FormState, quote: Quote | None = None, status: int = 200) -> HttpResponse:
    language.use(language.of(request))
    who, q = str(form.value("who")).strip()[:100], str(form.value("q")).strip()[:100]
    member_id = id_in(str(form.value("member")))
    filled = articles.filled({name: str(form.value(name)) for name in form.values}, entering.PARTS)
    names = {line.sku_id: line for line in quote.lines} if quote else {}
    return page.render(
        request, "backoffice/order_new.html", status=status, form=form, quote=quote, named=goods.names(names),
        found=members.member_list(query=who, limit=6) if who else [],
        member=members.member_row(member_id) if member_id and members.known_ids([member_id]) else None,
        addresses=members.masked_addresses(member_id) if member_id else [],
        articles=pricing.bench(q=q, at=clock.now(), limit=8).items if q else [],
        currency=mall_settings.get("mall.currency"), rows=range(1, max(entering.ROWS, (filled[-1] + 1) if filled else 0) + 1),
        why=[each.detail(language.current()) for each in quote.problems] if quote else [],
        may_confirm=actor(request).may("payments.confirm_transfer"), hours=mall_settings.get("checkout.staff_hours_to_pay"),
    )  # fmt: skip


# --- sheets of orders


@staff("orders.place")
def sheet(request: HttpRequest) -> HttpResponseBase:
    """The columns and an empty sheet; one that comes back is judged line by line, and nothing is placed yet."""
    language.use(language.of(request))
    if exports.asked(request):
        example = ["A-1001", "", "李雷", "13800138000", "浙江", "杭州", "西湖区", "文三路 1 号", "", 1, "", "", "", ""]
        return exports.xlsx("orders-template", [words for _, words, _ in entering.COLUMNS], [example])
    if request.method != "POST":
        return _sheet(request, EMPTY)
    file = request.FILES.get("file")
    try:
        if file is None:
            raise ValidationFailed.one("file", "required", "请选择文件", "choose a file")
        if (file.size or 0) > FILE_MOST:
            raise ValidationFailed.one("file", "large", "文件不能超过 4 MB", "at most 4 MB")
        going, wrong = entering.judged(entering.rows_of(file.read(), file.name or ""))
    except ValidationFailed as problem:
        return _sheet(request, typed(request, problem), problem.status)
    fresh = [order for order in going if not order.placed]
    return page.render(
        request, "backoffice/order_sheet_lines.html", going=fresh, before=[order for order in going if order.placed],
        wrong=sorted(wrong.items()), form=EMPTY, sealed=sealing.seal(entering.packed(fresh), SEALED) if fresh else "",
    )  # fmt: skip


def _sheet(request: HttpRequest, form: FormState, status: int = 200) -> HttpResponse:
    return page.render(
        request,
        "backoffice/order_sheet.html",
        status=status,
        form=form,
        columns=entering.COLUMNS,
        most=entering.LINES_MOST,
    )


@staff("orders.place", methods=("POST",))
def sheet_apply(request: HttpRequest) -> HttpResponse:
    """The orders of a sheet that were found good; where others were not, only if somebody says that the rest is enough."""
    language.use(language.of(request))
    given = request.POST
    kept = sealing.unseal(given.get("orders", ""), SEALED, max_age=SEALED_SECONDS)
    try:
        if kept is None:
            raise ValidationFailed.one("file", "expired", "表格已过期，请重新上传", "read the sheet again")
        if given.get("some_wrong") == "1" and given.get("rest") != "1":
            raise ValidationFailed.one(
                "file",
                "rest",
                "请重新上传，并确认只下没有错误的订单",
                "read it again, and say that the other orders are enough",
            )
    except ValidationFailed as problem:
        return _sheet(request, typed(request, problem), problem.status)
    asked = entering.unpacked(kept)
    answers = services.enter_sheet(
        [order.entered for order in asked], [order.external for order in asked], actor=actor(request)
    )
    done = [(order, answer) for order, answer in zip(asked, answers, strict=True) if isinstance(answer, Purchase)]
    left = [
        (order, entering.reasons(answer))
        for order, answer in zip(asked, answers, strict=True)
        if not isinstance(answer, Purchase)
    ]
    return page.render(request, "backoffice/order_sheet_done.html", done=done, left=left)


# --- reminders to pay, and buyers who ask


def _tabs(here: str, who: Actor) -> list[tuple[str, str, bool, int]]:
    counts = orders.urge_counts()
    known = (
        (Text("催付款", "Unpaid"), UNPAID, "unpaid", "orders.remind"),
        (Text("买家催单", "Buyers asking"), URGED, "urged", "orders.answer"),
    )
    return [(say(words), at, at == here, counts[name]) for words, at, name, right in known if who.may(right)]


def _shown(rows: list[dict[str, Any]], who: Actor) -> list[dict[str, Any]]:
    return [orders.masked(row, who) for row in goods.called(rows)]


@staff("orders.remind", methods=("GET",))
def unpaid(request: HttpRequest) -> HttpResponse:
    """Unpaid orders, those whose time ends first."""
    language.use(language.of(request))
    who, now = actor(request), clock.now()
    found = orders.unpaid(cursor=request.GET.get("cursor", ""), limit=PAGE)
    rows = [{**row, "may": orders.remindable(row, now)} for row in _shown(found.items, who)]
    return page.render(
        request, "backoffice/unpaid.html", rows=rows, next=found.next_cursor, now=now, tabs=_tabs(UNPAID, who), listed=goods.listed,
        every=mall_settings.get("orders.remind_every_hours"), within=mall_settings.get("orders.remind_within_hours"),
    )  # fmt: skip


@staff("orders.remind", methods=("POST",))
def remind(request: HttpRequest, number: str) -> HttpResponse:
    """The buyer reads on his order that the mall waits for his payment."""
    where = safe_next(request.POST.get("next")) if request.POST.get("next") else UNPAID
    act = partial(order_services.remind_to_pay, number, actor=actor(request))

    def refused(problem: Problem) -> HttpResponse:
        words = Text(problem.detail("zh"), problem.detail("en"))
        return flash(see_other(where), words, "warn")

    return carry_out(
        request,
        act,
        Text("已催付，买家会在订单页看到", "Done: the buyer reads it on the order"),
        where=where,
        refused=refused,
    )


@staff("orders.answer", methods=("GET",))
def urged(request: HttpRequest) -> HttpResponse:
    """Buyers who ask for an order that has not left, who asked first first."""
    return _urged(request)


def _urged(request: HttpRequest, form: FormState = EMPTY, status: int = 200, wrong: str = "") -> HttpResponse:
    language.use(language.of(request))
    who, now = actor(request), clock.now()
    found = orders.urged(cursor=request.GET.get("cursor", ""), limit=PAGE)
    rows = [{**row, "deadline": deadline(row, now)} for row in _shown(found.items, who)]
    return page.render(
        request, "backoffice/urged.html", status=status, rows=rows, next=found.next_cursor, now=now, form=form, wrong=wrong,
        tabs=_tabs(URGED, who), listed=goods.listed,
    )  # fmt: skip


@staff("orders.answer", methods=("POST",))
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """What the buyer is told; he reads it on his order."""
    where = safe_next(request.POST.get("next")) if request.POST.get("next") else URGED

    def do() -> None:
        try:
            order_services.answer_urge(number, request.POST.get("answer", ""), actor=actor(request))
        except NotFound:
            raise ValidationFailed(
                errors=[FieldError("answer", "gone", Text("已有人回复过了", "somebody has answered already"))]
            ) from None

    def refused(problem: Problem) -> HttpResponse:
        return _urged(request, typed(request, problem), problem.status, number)

    return carry_out(request, do, Text("已回复买家", "The buyer is answered"), where=where, refused=refused)


urlpatterns = [
    path("orders/new", new, name="office-order-new"),
    path("orders/sheet", sheet, name="office-order-sheet"),
    path("orders/sheet/apply", sheet_apply, name="office-order-sheet-apply"),
    path("orders/unpaid", unpaid, name="office-unpaid"),
    path("orders/urged", urged, name="office-urged"),
    path("orders/<str:number>/remind", remind, name="office-order-remind"),
    path("orders/<str:number>/answer", answer, name="office-order-answer"),
]

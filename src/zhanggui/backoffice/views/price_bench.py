"""The price workbench: all prices in a grid and as a workbook, what is wrong with them, and the queue of approvals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, mall_settings, paging, sealing
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound, Problem, ValidationFailed
from zhanggui.pricing import selectors, services
from zhanggui.pricing.types import SOURCES, Proposed
from zhanggui.ui import language, page
from zhanggui.ui.forms import EMPTY, FormState

from .. import benching, exports, goods, tables
from ..access import actor, carry_out, ids_in, need, staff, typed
from ..tables import Column, Filter, Table

PAGE = 50
EXPORT_MOST = 10_000
HOME = "/office/prices"
SEALED, SEALED_SECONDS = "backoffice.price-lines", 3600
FILE_MOST = 4 * 1024 * 1024


def _filters() -> tuple[Filter, ...]:
    lang = language.current()
    categories = tuple((str(each.id), each.name_in(lang)) for each in catalog.categories())
    return (
        Filter("q", Text("标题、商品编码、SKU、条码", "Title, code, SKU, bar code")),
        Filter("category", Text("分类", "Category"), "choice", categories),
        Filter("flag", Text("问题", "What is wrong"), "choice", tuple(selectors.FLAGS.items())),
    )


@staff("pricing.view", methods=("GET",))
def bench(request: HttpRequest) -> HttpResponseBase:
    """All SKUs that have a price, newest first."""
    language.use(language.of(request))
    asked = tables.asked(request, _filters())
    if form := exports.asked(request):
        of = benching.fields(actor(request))
        head = [Text("SKU", "SKU"), Text("商品", "Product"), *(each.label for each in of)]
        return exports.answer(form, f"prices-{clock.business_date():%Y%m%d}", head, _exported(asked, of))
    return _bench(request, asked)


def _bench(
    request: HttpRequest,
    asked: tables.Asked,
    *,
    form: FormState = EMPTY,
    status: int = 200,
    codes: list[str] | None = None,
) -> HttpResponse:
    """The grid; of the SKUs with these codes only, where somebody's typing is shown again."""
    who, currency = actor(request), mall_settings.get("mall.currency")
    of = benching.fields(who)
    found = (
        _found(asked, asked.cursor, PAGE)
        if codes is None
        else selectors.bench(codes=codes, at=clock.now(), limit=max(PAGE, len(codes)))
    )
    columns = [Column("title", Text("商品", "Product"), kind="custom")]
    columns += [Column(each.name, each.label, kind="custom", align="right") for each in of]
    columns.append(Column("now", Text("毛利与提醒", "Margin, notes"), kind="custom"))
    table = Table(
        columns=columns,
        rows=found.items,
        next=found.next_cursor,
        filters=_filters(),
        asked=asked,
        key="prices",
        export=True,
        caption=Text("价格", "Prices"),
        row_key=lambda row: row.sku_id,
        empty=(Text("没有符合条件的价格", "No such prices"), Text("换个条件看看", "Try other filters")),
    )
    return page.render(
        request,
        "backoffice/price_bench.html",
        status=status,
        table=table,
        texts={row.sku_id: benching.texts(row, of, currency) for row in found.items},
        form=form,
        fields={each.name: each for each in of},
        sources=SOURCES,
        currency=currency,
        costs=who.may("pricing.view_cost"),
        waiting=selectors.waiting(),
        back=request.get_full_path() if request.method == "GET" else request.POST.get("back", HOME),
        may_change=who.may("pricing.change"),
        may_rule=who.may("pricing.rules"),
    )


def _found(asked: tables.Asked, cursor: str, limit: int) -> paging.Page[selectors.BenchRow]:
    category = int(asked["category"]) if asked["category"] else None
    return selectors.bench(
        q=asked["q"], category_id=category, flag=asked["flag"], at=clock.now(), cursor=cursor, limit=limit
    )


def _exported(asked: tables.Asked, of: Sequence[benching.Field]) -> Iterator[list[Any]]:
    currency, cursor, left = mall_settings.get("mall.currency"), "", EXPORT_MOST
    while left > 0:
        found = _found(asked, cursor, min(200, left))
        for row in found.items:
            shown = benching.texts(row, of, currency)
            yield [row.code, f"{row.title} {row.options}".strip(), *(_number(shown[each.name]) for each in of)]
        if not found.next_cursor:
            return
        cursor, left = found.next_cursor, left - len(found.items)


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


@staff("pricing.view", methods=("POST",))
def save(request: HttpRequest) -> HttpResponse:
    """What was typed into the grid: all of it or nothing."""
    given, currency = request.POST, mall_settings.get("mall.currency")
    of, wish = benching.fields(actor(request)), benching.Wish()
    for sku_id in ids_in(given.getlist("sku"))[:PAGE]:
        was = {each.name: given.get(f"was-{each.name}-{sku_id}", "") for each in of}
        now = {each.name: given.get(f"{each.name}-{sku_id}", was[each.name]) for each in of}
        wish.take(sku_id, was, now, of, currency, lambda name, sku=sku_id: f"{name}-{sku}")  # type: ignore[misc]
    reason = given.get("reason", "").strip()[:200]

    def do() -> Proposed:
        if wish.errors:
            raise ValidationFailed(errors=wish.errors)
        _need(request, wish.changes)
        if wish.changes and not reason:
            raise ValidationFailed.one("reason", "required", "请写明原因", "say why")
        try:
            return services.change_many(wish.changes, reason=reason, actor=actor(request))
        except Problem as problem:
            problem.errors = wish.said(problem.errors)
            raise

    back = given.get("back", "")
    where = back if back.partition("?")[0] == HOME and "\\" not in back and len(back) < 2000 else HOME

    def refused(problem: Problem) -> HttpResponse:
        codes = list(catalog.sku_codes(ids_in(given.getlist("sku"))[:PAGE]).values())
        form = typed(request, problem)
        return _bench(request, tables.Asked(HOME, {}), form=form, status=problem.status, codes=codes)

    return carry_out(request, do, goods.proposed, where=where, refused=refused)


def _need(request: HttpRequest, changes: services.Changes) -> None:
    """Raises PermissionDenied for what this colleague may not change."""
    if changes.prices or changes.specials:
        need(request, "pricing.change")
    if changes.floors:
        need(request, "pricing.rules")


# --- a workbook back in


@staff("pricing.view", post="pricing.change", methods=("POST",))
def read(request: HttpRequest) -> HttpResponse:
    """A workbook is read and judged line by line; nothing is changed yet."""
    file = request.FILES.get("file")
    reason = request.POST.get("reason", "").strip()[:200]
    of, currency = benching.fields(actor(request)), mall_settings.get("mall.currency")
    try:
        if not reason:
            raise ValidationFailed.one("file_reason", "required", "请写明原因", "say why")
        if file is None:
            raise ValidationFailed.one("file", "required", "请选择文件", "choose a file")
        if (file.size or 0) > FILE_MOST:
            raise ValidationFailed.one("file", "large", "文件不能超过 4 MB", "at most 4 MB")
        lines = benching.lines_of(file.read(), of)
        going, wrong = benching.judged(lines, _rows(lines), of, currency, reason, actor(request))
    except ValidationFailed as problem:
        return _bench(request, tables.Asked(HOME, {}), form=typed(request, problem), status=problem.status)
    kept = [[line.number, line.code, dict(line.typed)] for line in going]
    return page.render(
        request,
        "backoffice/price_lines.html",
        going=going,
        wrong=sorted(wrong.items()),
        fields={each.name: each for each in of},
        reason=reason,
        form=EMPTY,
        sealed=sealing.seal(kept, SEALED) if kept else "",
    )


def _rows(lines: Sequence[benching.Line]) -> dict[str, selectors.BenchRow]:
    codes = [line.code for line in lines]
    found = selectors.bench(codes=codes, at=clock.now(), limit=benching.LINES_MOST).items
    return {row.code: row for row in found}


@staff("pricing.view", post="pricing.change", methods=("POST",))
def apply(request: HttpRequest) -> HttpResponse:
    """The lines of a workbook that were found good; where others were not, only if somebody says that the rest is enough."""
    given, currency = request.POST, mall_settings.get("mall.currency")
    kept = sealing.unseal(given.get("lines", ""), SEALED, max_age=SEALED_SECONDS)
    reason = given.get("reason", "").strip()[:200]
    of = benching.fields(actor(request))

    def do() -> Proposed:
        if kept is None:
            raise ValidationFailed.one("lines", "expired", "表格已过期，请重新上传", "read the workbook again")
        if given.get("some_wrong") == "1" and given.get("rest") != "1":
            raise ValidationFailed.one(
                "rest", "required", "请确认只应用没有错误的行", "say that the other lines are enough"
            )
        lines = [benching.Line(number, code, told) for number, code, told in kept]
        rows = _rows(lines)
        wish, _ = benching.wish_of([line for line in lines if line.code in rows], rows, of, currency)
        if wish.errors:
            raise ValidationFailed(errors=wish.errors)
        _need(request, wish.changes)
        return services.change_many(wish.changes, reason=reason, actor=actor(request))

    def refused(problem: Problem) -> HttpResponse:
        return _bench(request, tables.Asked(HOME, {}), form=typed(request, problem), status=problem.status)

    return carry_out(request, do, goods.proposed, where=HOME, refused=refused)


# --- approvals

STATUS = {
    "pending": (Text("待审批", "Waits"), "warn"),
    "accepted": (Text("已批准", "Approved"), "good"),
    "rejected": (Text("已驳回", "Rejected"), "bad"),
    "withdrawn": (Text("已撤回", "Withdrawn"), "neutral"),
}


@staff("pricing.view", methods=("GET",))
def requests(request: HttpRequest) -> HttpResponse:
    """Price changes that wait for another person, or (`state=done`) those that were decided."""
    return _requests(request)


def _requests(request: HttpRequest, *, form: FormState = EMPTY, status: int = 200) -> HttpResponse:
    done = request.GET.get("state") == "done"
    asked = tables.asked(request, keep=("state",))
    before = paging.decode(asked.cursor, int)[0] if asked.cursor else None
    found = selectors.requests(pending=not done, before_id=before, limit=PAGE)
    ids = [each.sku_id for each in found.items]
    return page.render(
        request,
        "backoffice/price_requests.html",
        status=status,
        found=found.items,
        next=asked.next_href(found.next_cursor) if found.next_cursor else "",
        previous=asked.previous_href,
        done=done,
        goods=catalog.products_of(ids),
        codes=catalog.sku_codes(ids),
        floors=selectors.floors(ids),
        states=STATUS,
        form=form,
        waiting=selectors.waiting(),
        currency=mall_settings.get("mall.currency"),
        costs=actor(request).may("pricing.view_cost"),
        me=actor(request).id,
        may_approve=actor(request).may("pricing.approve"),
    )


@staff("pricing.view", methods=("POST",))
def decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """`do` is accept, reject or withdraw."""
    step, reason = request.POST.get("do", ""), request.POST.get("reason", "").strip()[:200]
    if step not in _SAID:
        raise NotFound()

    def do() -> None:
        if step == "withdraw":
            services.withdraw_request(request_id, actor=actor(request))
            return
        need(request, "pricing.approve")
        act = services.accept_request if step == "accept" else services.reject_request
        act(request_id, reason=reason, actor=actor(request))

    def refused(problem: Problem) -> HttpResponse:
        lang = language.current()
        said = [error.as_dict(lang)["message"] for error in problem.errors] or [problem.detail(lang)]
        return _requests(request, form=FormState({}, {f"request-{request_id}": said}), status=problem.status)

    return carry_out(request, do, _SAID[step], where=f"{HOME}/requests", refused=refused)


_SAID = {
    "accept": Text("已批准，价格已生效", "Approved: the price is changed"),
    "reject": Text("已驳回", "Rejected"),
    "withdraw": Text("已撤回", "Withdrawn"),
}


urlpatterns: list[Any] = [
    path("prices", bench, name="office-prices"),
    path("prices/save", save, name="office-prices-save"),
    path("prices/read", read, name="office-prices-read"),
    path("prices/apply", apply, name="office-prices-apply"),
    path("prices/requests", requests, name="office-price-requests"),
    path("prices/requests/<int:request_id>", decide, name="office-price-request"),
]

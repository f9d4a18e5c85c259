"""Stock-takes: begun, counted with a scanner, their differences explained, approved and posted, told on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors, services
from zhanggui.inventory.types import Counted, CountLineView, CountOutcome, CountView
from zhanggui.kernel import paging
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.ui import language, page
from zhanggui.ui.forms import EMPTY, FormState
from zhanggui.ui.language import say

from .. import counting, exports, stocking, tables
from ..access import actor, carry_out, id_in, number_in, see_other, sees_costs, staff, typed
from ..messages import flash
from ..tables import Column, Filter, Table

PAGE = 50
HERE = "/office/stock/counts"


def _found(number: str) -> CountView:
    view = selectors.count(number)
    if view is None:
        raise NotFound()
    return view


@staff("inventory.view", methods=("GET",))
def counts(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    language.use(language.of(request))
    names = stocking.houses()
    options = tuple((k, text) for k, (text, _) in counting.STATES.items())
    filters = (Filter("state", Text("状态", "State"), "choice", options),)
    asked = tables.asked(request, filters)
    before = paging.decode(asked.cursor, int)[0] if asked.cursor else None
    found = selectors.counts(state=asked["state"], before_id=before, limit=PAGE)
    table = Table(
        columns=[
            Column("number", Text("盘点单", "Stock-take")),
            Column("state", Text("状态", "State"), kind="badge", value=lambda row: counting.STATES[row.state]),
            Column("warehouse", Text("仓库", "Warehouse"), value=lambda row: names.get(row.warehouse_id, "")),
            Column("scope", Text("范围", "Of"), value=lambda row: row.scope or Text("全仓", "All of it")),
            Column("progress", Text("已盘", "Counted"), align="right", value=lambda row: f"{row.counted} / {row.lines}"),
            Column(
                "differences", Text("差异行", "Differ"), kind="number",
                value=lambda row: row.differences if counting.shows_book(row) else None,
            ),
            Column("made_by", Text("发起", "Begun by"), phone=False),
            Column("made_at", Text("发起于", "Begun"), kind="datetime"),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        key="stock-counts",
        row_href=lambda row: f"{HERE}/{row.number}",
        caption=Text("盘点", "Stock-takes"),
        empty=(
            Text("还没有盘点", "No stock-takes yet"),
            Text("盘点期间照常销售和发货", "The shop goes on selling and shipping meanwhile"),
        ),
    )  # fmt: skip
    return page.render(request, "backoffice/stock_counts.html", table=table, sections=stocking.sections("/counts"))


@staff("inventory.view", post="inventory.count")
def new_count(request: HttpRequest) -> HttpResponse:
    """What is counted: a warehouse, zones of it, a category, or some SKUs."""
    given = request.POST
    if request.method != "POST":
        return _new(request, FormState.of({"blind": "1"}), 200)
    try:
        zones = [zone.strip().upper() for zone in given.get("zones", "").replace("，", ",").split(",") if zone.strip()]
        skus, errors = [], []
        for code in stocking.serials_in(given.get("skus", "")):
            try:
                skus.append(stocking.scanned(code, "skus"))
            except ValidationFailed as problem:
                errors += [
                    FieldError("skus", e.code, Text(f"{code}：{e.message.zh}", f"{code}: {e.message.en}"))
                    for e in problem.errors
                    if isinstance(e.message, Text)
                ]
        if errors:
            raise ValidationFailed(errors=errors[:20])
        number = services.start_count(
            id_in(given.get("warehouse_id", "")) or 0, zones=zones, category_id=id_in(given.get("category_id", "")), sku_ids=skus,
            blind=given.get("blind") == "1", note=given.get("note", ""), actor=actor(request),
        )  # fmt: skip
    except Problem as problem:
        return _new(request, typed(request, problem, names={"sku_ids": "skus"}), problem.status)
    return flash(
        see_other(f"{HERE}/{number}/count"), Text("盘点已开始，照常销售", "It has begun; the shop goes on selling")
    )


def _new(request: HttpRequest, form: FormState, status: int) -> HttpResponse:
    lang = language.of(request)
    categories = [("", say(Text("全部分类", "All categories")))]
    categories += [(str(c.id), "　" * len(c.ancestors) + c.name_in(lang)) for c in catalog.categories()]
    return page.render(
        request, "backoffice/stock_count_new.html", status=status, form=form, categories=categories,
        houses=[(str(k), v) for k, v in stocking.houses().items()], sections=stocking.sections("/counts"),
    )  # fmt: skip


# Counting with a scanner: shelf, then article, then units; each is one Enter


@staff("inventory.view", post="inventory.count")
def scan(request: HttpRequest, number: str) -> HttpResponse:
    """What is scanned is a shelf or an article; with an article, the units are asked for. The shelf stays until another is scanned."""
    view = _found(number)
    if request.method == "POST":
        return _count(request, view)
    shelf, code = request.GET.get("shelf", "").strip(), request.GET.get("code", "").strip()
    form, sku = EMPTY, 0
    if code:
        place = selectors.location(view.warehouse_id, code.upper())
        if place is not None and place.active:
            return see_other(_back(number, place.code))
        try:
            sku = stocking.scanned(code, "code")
        except ValidationFailed as problem:
            text = Text(
                "没有这个商品条码、SKU 编码或库位，请核对后再扫",
                "no article, SKU or location of this warehouse has this code",
            )
            words = problem if problem.errors[0].code == "ambiguous" else ValidationFailed(
                errors=[FieldError("code", "unknown", text)]
            )  # fmt: skip
            state = FormState.failed({"code": code}, words, language.of(request))
            return _scan(request, view, shelf, state, status=words.status)
    return _scan(request, view, shelf, form, sku=sku, code=code)


def _back(number: str, shelf: str) -> str:
    return f"{HERE}/{number}/count" + (f"?{urlencode({'shelf': shelf})}" if shelf else "")


def _count(request: HttpRequest, view: CountView) -> HttpResponse:
    given = request.POST
    shelf, code, batch = (given.get(name, "").strip() for name in ("shelf", "code", "batch"))
    sku = 0
    try:
        sku = stocking.scanned(code, "code")
        text = given.get("units", "").strip()
        units = number_in(text, counting.BARCODE_DIGITS - 1)
        if units is None:
            words = ("请填写件数：0 或正整数", "enter the units: 0 or a whole number")
            if text.isdecimal():
                words = (
                    "这像是条码，不是件数；请先填完上一件的件数",
                    "this looks like a barcode; enter the units of the last article first",
                )
            raise ValidationFailed.one("units", "invalid", *words)
        row = Counted(sku, units, shelf, batch)
        services.count(view.number, [row], replace=given.get("replace") == "1", actor=actor(request))
    except NotFound:
        raise
    except Problem as problem:
        if problem.extra.get("permission"):
            raise
        names = {
            "rows.0.sku_id": "units",
            "rows.0.quantity": "units",
            "rows.0.batch": "batch",
            "rows.0.location": "units",
        }
        state = typed(request, problem, names=names)
        again = problem.errors[0].code if problem.errors else ""
        return _scan(request, view, shelf, state, sku=sku, code=code, status=problem.status, counted=again == "counted")
    where = shelf or say(Text("未分库位", "no location"))
    return flash(
        see_other(_back(view.number, shelf)),
        Text(f"已记：{where} · {code} · {units} 件", f"Noted: {where} · {code} · {units}"),
    )


def _scan(
    request: HttpRequest,
    view: CountView,
    shelf: str,
    form: FormState,
    *,
    sku: int = 0,
    code: str = "",
    status: int = 200,
    counted: bool = False,
) -> HttpResponse:
    me = actor(request)
    mine = selectors.my_counts(view.id, me.kind, me.id)
    named = stocking.named([*(line.sku_id for line in mine), *([sku] if sku else [])])
    batches = bool(sku and (found := selectors.tracking([sku]).get(sku)) and found.batches)
    book = None
    if sku and counting.shows_book(view):
        spots = selectors.placements(sku_id=sku, warehouse_id=view.warehouse_id)
        book = sum(spot.quantity for spot in spots if spot.location == shelf)
    return page.render(
        request, "backoffice/stock_count_scan.html", status=status, form=form, view=view, shelf=shelf, sku=sku, code=code,
        mine=mine, named=named, batches=batches, book=book, counted=counted, base=f"{HERE}/{view.number}",
        house=stocking.houses().get(view.warehouse_id, ""),
    )  # fmt: skip


# One stock-take


@staff("inventory.view", methods=("GET",))
def count(request: HttpRequest, number: str) -> HttpResponseBase:
    """How far it is, its lines and what is to be done; `export=xlsx|csv` gives all lines as a file."""
    view = _found(number)
    wanted = exports.asked(request)
    return _file(request, view, wanted) if wanted else _one(request, view)


def _one(request: HttpRequest, view: CountView, form: FormState = EMPTY, status: int = 200) -> HttpResponse:
    language.use(language.of(request))
    shown = counting.shows_book(view)
    only = {k: v for k, v in counting.ONLY.items() if shown or k not in ("different", "held")}
    filters = (Filter("only", Text("显示", "Show"), "choice", tuple(only.items())),)
    asked = tables.asked(request, filters)
    chosen = asked["only"]
    found = selectors.count_lines(view.id, only=chosen, cursor=asked.cursor, limit=PAGE)
    named = stocking.named(line.sku_id for line in found.items)
    columns = [
        Column("sku", Text("SKU", "SKU"), kind="link", value=lambda row: (named[row.sku_id][0], f"/office/stock/sku/{row.sku_id}")),
        Column("goods", Text("商品", "Goods"), value=lambda row: named[row.sku_id][1]),
        Column("location", Text("库位", "Location"), value=lambda row: row.location or Text("未分库位", "No location")),
        Column("batch", Text("批次", "Batch"), phone=any(line.batch for line in found.items)),
        Column("counted", Text("实盘", "Counted"), kind="number"),
    ]  # fmt: skip
    if shown:
        columns += [
            Column("book", Text("账面", "Book"), kind="number"),
            Column("difference", Text("差异", "Difference"), align="right", value=counting.difference),
            Column("reason", Text("原因", "Reason"), phone=False),
        ]
    columns += [
        Column("said", Text("状态", "State"), kind="badge", value=_state),
        Column("counted_by", Text("盘点人", "By"), phone=False),
    ]
    table = Table(
        columns=columns,
        rows=found.items,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        key="count-lines",
        export=True,
        caption=Text("盘点明细", "Lines"),
        row_key=lambda row: row.id,
        empty=(Text("没有这样的行", "No such lines"), Text("盘到的商品会列在这里", "What is counted is listed here")),
    )
    differing = selectors.count_lines(view.id, only="different", limit=PAGE).items if shown and view.differences else []
    files = selectors.count_files(view.id)
    return page.render(
        request, "backoffice/stock_count.html", status=status, form=form, view=view, table=table, shown=shown,
        state=counting.STATES[view.state], house=stocking.houses().get(view.warehouse_id, ""), files=files, costs=sees_costs(request),
        busy=any(file.done < file.total for file in files), differing=differing, held_words=counting.HELD,
        held=selectors.count_lines(view.id, only="held", limit=PAGE).items if view.held else [],
        names=stocking.named([line.sku_id for line in differing]) if differing else {}, base=f"{HERE}/{view.number}",
        sections=stocking.sections("/counts"), mine=view.submitter == f"{actor(request).kind}:{actor(request).id or ''}",
    )  # fmt: skip


def _state(row: CountLineView) -> tuple[Text, str]:
    if row.held:
        return Text("未能过账", "Held"), "bad"
    if row.posted is not None:
        return Text("已过账", "Posted"), "good"
    if row.again:
        return Text("待复盘", "Count again"), "warn"
    if row.counted is None:
        return Text("未盘", "Not counted"), "neutral"
    return (Text("已复盘", "Counted twice"), "good") if row.round > 1 else (Text("已盘", "Counted"), "info")


def _lines(view: CountView) -> Iterator[CountLineView]:
    cursor = ""
    while True:
        found = selectors.count_lines(view.id, cursor=cursor, limit=1000)
        yield from found.items
        if not found.next_cursor:
            return
        cursor = found.next_cursor


def _file(request: HttpRequest, view: CountView, wanted: str) -> HttpResponseBase:
    """All lines; the first four columns are those an upload has, so that the file can be filled in and sent back."""
    shown = counting.shows_book(view)
    costs = sees_costs(request)
    head = [
        Text("SKU 或条码", "SKU or barcode"),
        Text("库位", "Location"),
        Text("批次", "Batch"),
        Text("实盘件数", "Units found"),
    ]
    head += [Text("商品", "Goods"), Text("状态", "State"), Text("盘点人", "Counted by"), Text("盘点时间", "Counted at")]
    if shown:
        head += [
            Text("开始时账面", "Book at the start"),
            Text("盘点时账面", "Book when counted"),
            Text("差异", "Difference"),
        ]
        head += [Text("差异金额", "Value of it")] if costs else []
        head += [Text("原因", "Reason"), Text("说明", "Remark")]

    def rows() -> Iterator[list[Any]]:
        part: list[CountLineView] = []
        for line in _lines(view):
            part.append(line)
            if len(part) == 1000:
                yield from told(part)
                part = []
        yield from told(part)

    def told(part: list[CountLineView]) -> Iterator[list[Any]]:
        named = stocking.named(line.sku_id for line in part) if part else {}
        for line in part:
            code, title = named[line.sku_id]
            row: list[Any] = [
                code,
                line.location,
                line.batch,
                line.counted,
                title,
                _state(line)[0],
                line.counted_by,
                line.counted_at,
            ]
            if shown:
                row += [line.snapshot, line.book, line.difference]
                value = (line.difference or 0) * line.unit_value / 100 if line.unit_value is not None else None
                row += [value] if costs else []
                row += [line.reason, counting.HELD[line.held] if line.held else ""]
            yield row

    return exports.answer(wanted, f"stock-take-{view.number}", head, rows())


@staff("inventory.view", post="inventory.count", methods=("POST",))
def upload(request: HttpRequest, number: str) -> HttpResponse:
    """Counted units of a file; they are taken in by a worker, and the page says how far it is."""
    view = _found(number)

    def do() -> None:
        file: Any = request.FILES.get("file")
        if not file:
            raise ValidationFailed.one("file", "required", "请选择文件", "choose a file")
        services.add_count_file(
            number,
            file.name or "",
            counting.rows_of(file),
            replace=request.POST.get("replace") == "1",
            actor=actor(request),
        )

    return carry_out(
        request, do, Text("文件已收下，正在逐行导入", "The file is here and is being taken in"), where=f"{HERE}/{number}#files",
        refused=lambda problem: _one(request, view, typed(request, problem), problem.status),
    )  # fmt: skip


@staff("inventory.view", methods=("POST",))
def step(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Reasons, hand in, approve, send back, post, close, give up."""
    view = _found(number)
    given, by = request.POST, actor(request)
    reason = given.get("reason", "")
    acts: dict[str, tuple[Callable[[], Any], Text | Callable[[Any], Text]]] = {
        "reasons": (
            lambda: services.explain_count(number, _reasons(given), actor=by),
            Text("原因已保存", "The reasons are saved"),
        ),
        "rest": (lambda: services.count_rest_as_none(number, actor=by), lambda n: Text(f"{n} 行按 0 件计", f"{n} lines count as none")),
        "submit": (lambda: services.submit_count(number, reason=reason, actor=by), _submitted),
        "approve": (lambda: services.approve_count(number, actor=by), Text("差异已批准，可以过账", "Approved: it can be posted")),
        "reopen": (lambda: services.reopen_count(number, reason=reason, actor=by), Text("已退回继续盘点", "It is counted on")),
        "post": (lambda: services.post_count(number, actor=by), _posted),
        "close": (lambda: services.close_count(number, reason=reason, actor=by), Text("盘点已完成", "It is closed")),
        "cancel": (lambda: services.cancel_count(number, reason=reason, actor=by), Text("已取消，库存未变", "Given up")),
    }  # fmt: skip
    if verb not in acts:
        raise NotFound()
    act, done = acts[verb]
    return carry_out(
        request, act, done, where=f"{HERE}/{number}",
        refused=lambda problem: _one(request, view, typed(request, problem), problem.status),
    )  # fmt: skip


def _submitted(asked: bool) -> Text:
    if asked:
        return Text("已提交，差异超过限额，待他人审批", "Handed in; the differences need approval by somebody else")
    return Text("已提交，差异在限额内，可以过账", "Handed in; the differences are small: it can be posted")


def _posted(done: CountOutcome) -> Text:
    held = (
        Text(f"；{done.held} 行未能过账，见下方说明", f"; {done.held} lines are held, see why below")
        if done.held
        else Text("", "")
    )
    return Text(
        f"已过账：{done.lines} 行，盘盈 {done.up} 件，盘亏 {done.down} 件{held.zh}",
        f"Posted: {done.lines} lines, {done.up} units more, {done.down} fewer{held.en}",
    )


def _reasons(given: Any) -> dict[int, str]:
    found = {}
    for name, text in given.items():
        line = id_in(name.removeprefix("reason-")) if name.startswith("reason-") else None
        if line:
            found[line] = text
    return found


urlpatterns = [
    path("stock/counts", counts, name="office-stock-counts"),
    path("stock/counts/new", new_count, name="office-stock-count-new"),
    path("stock/counts/<str:number>", count, name="office-stock-count"),
    path("stock/counts/<str:number>/count", scan, name="office-stock-count-scan"),
    path("stock/counts/<str:number>/file", upload, name="office-stock-count-file"),
    path("stock/counts/<str:number>/<str:verb>", step, name="office-stock-count-step"),
]

"""Shelves, transfers, samples, batches near their date, serial numbers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.inventory import selectors, services
from zhanggui.inventory.types import Arrival, BatchView, LocationDraft, LocationView, TransferRow, TransferView
from zhanggui.kernel import clock, mall_settings, paging
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.ui import language, page
from zhanggui.ui.forms import EMPTY, FormState
from zhanggui.ui.language import say

from .. import exports, stocking, tables
from ..access import actor, carry_out, id_in, number_in, see_other, staff, typed
from ..messages import flash
from ..tables import Column, Filter, Table

PAGE = 50
ROWS = 8
MOST_MADE = 2000
PDF = "application/pdf"


def _before(cursor: str) -> int | None:
    return paging.decode(cursor, int)[0] if cursor else None


# Shelves


@staff("inventory.view", methods=("GET",))
def locations(request: HttpRequest) -> HttpResponseBase:
    """Shelves of a warehouse in walking order; `export=xlsx|csv` gives all of them as a file."""
    form = exports.asked(request)
    return _file(request, form) if form else _locations(request)


def _house(request: HttpRequest, names: dict[int, str]) -> int:
    found = id_in(request.POST.get("warehouse", "") or request.GET.get("warehouse", ""))
    return found if found in names else next(iter(names), 0)


def _locations(request: HttpRequest, form: FormState = EMPTY, status: int = 200) -> HttpResponse:
    language.use(language.of(request))
    names = stocking.houses()
    house = _house(request, names)
    filters = (
        Filter("zone", Text("库区", "Zone"), "choice", tuple((zone, zone) for zone in selectors.zones(house))),
        Filter("kind", Text("类型", "Kind"), "choice", tuple(stocking.LOCATION_KINDS.items())),
    )
    asked = tables.asked(request, filters, keep=("warehouse",))
    found = selectors.locations(house, zone=asked["zone"], kind=asked["kind"], cursor=asked.cursor, limit=PAGE)
    table = Table(
        columns=[
            Column("code", Text("库位", "Location")),
            Column("kind", Text("类型", "Kind"), value=lambda row: stocking.LOCATION_KINDS[row.kind]),
            Column("walk", Text("动线顺序", "Walking order"), align="right", value=lambda row: str(row.walk)),
            Column("skus", Text("SKU 数", "SKUs"), kind="number"),
            Column("units", Text("件数", "Units"), kind="number"),
            Column("active", Text("状态", "State"), kind="badge", value=_open_or_closed),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        key="locations",
        row_key=lambda row: row.code,
        row_href=lambda row: f"/office/stock/locations/{row.warehouse_id}/{row.code}",
        export=True,
        caption=Text("库位", "Locations"),
        empty=(
            Text("这个仓库没有分库位", "This warehouse has no locations"),
            Text("不分库位也能正常收发；需要时在上面批量生成或导入", "It works without; make or import them above when you need them"),
        ),
    )  # fmt: skip
    return page.render(
        request, "backoffice/locations.html", status=status, form=form, table=table, house=house, houses=names,
        sections=stocking.sections("/locations"), zone=asked["zone"], any=bool(found.items),
        kinds=[(k, say(v)) for k, v in stocking.LOCATION_KINDS.items()],
    )  # fmt: skip


def _open_or_closed(row: LocationView) -> tuple[Text, str]:
    return (Text("启用", "In use"), "good") if row.active else (Text("停用", "Closed"), "neutral")


def _file(request: HttpRequest, form: str) -> HttpResponseBase:
    house = _house(request, stocking.houses())
    head = [
        Text("库位", "Location"),
        Text("类型", "Kind"),
        Text("动线顺序", "Walking order"),
        Text("启用", "In use"),
        Text("SKU 数", "SKUs"),
        Text("件数", "Units"),
    ]

    def rows() -> Iterator[list[Any]]:
        cursor = ""
        while True:
            found = selectors.locations(house, cursor=cursor, limit=500)
            for row in found.items:
                yield [row.code, row.kind, row.walk, int(row.active), row.skus, row.units]
            if not found.next_cursor:
                return
            cursor = found.next_cursor

    return exports.answer(form, "locations", head, rows())


@staff("inventory.view", post="inventory.warehouses", methods=("POST",))
def save_locations(request: HttpRequest) -> HttpResponse:
    """One shelf or a whole aisle by a pattern (`A-01-{01..20}`), or rows of a file."""
    given, house = request.POST, _house(request, stocking.houses())
    if not house:
        raise NotFound()

    def do() -> int:
        if request.FILES.get("file"):
            drafts = _read(request.FILES["file"])
        else:
            codes = _spread(given.get("code", ""))
            walk = number_in(given.get("walk", "") or "0", 7)
            if walk is None:
                raise ValidationFailed.one("walk", "invalid", "请填写整数", "a whole number")
            kind, active = given.get("kind", ""), given.get("closed") != "1"
            drafts = [LocationDraft(code, kind, walk + 10 * i, active) for i, code in enumerate(codes)]
        try:
            return services.save_locations(house, drafts, actor=actor(request))
        except ValidationFailed as problem:
            raise ValidationFailed(
                errors=[_of_row(e, bool(request.FILES.get("file"))) for e in problem.errors]
            ) from problem

    return carry_out(
        request, do, lambda n: Text(f"已保存 {n} 个库位", f"{n} locations are saved"),
        where=f"/office/stock/locations?warehouse={house}",
        refused=lambda problem: _locations(request, typed(request, problem), problem.status),
    )  # fmt: skip


def _of_row(error: FieldError, file: bool) -> FieldError:
    """The same fault at the field of the form; of a file, with the row it is in (the first one has the titles)."""
    parts = error.loc.split(".")
    if not file or len(parts) != 3 or not isinstance(error.message, Text):
        return error
    row = int(parts[1]) + 2
    return FieldError("file", error.code, Text(f"第 {row} 行：{error.message.zh}", f"row {row}: {error.message.en}"))


def _spread(pattern: str) -> list[str]:
    """The codes a pattern means: `A-{01..03}-{1..2}` are six. Raises ValidationFailed."""
    codes = [pattern.strip()]
    while found := re.search(r"\{(\d{1,4})\.\.(\d{1,4})\}", codes[0]):
        first, last = found.group(1), found.group(2)
        steps = [str(n).zfill(len(first)) for n in range(int(first), int(last) + 1)]
        codes = [code.replace(found.group(0), step, 1) for code in codes for step in steps]
        if not 0 < len(codes) <= MOST_MADE:
            raise ValidationFailed.one(
                "code",
                "range",
                f"一次最多生成 {MOST_MADE} 个，且起始不大于结束",
                f"at most {MOST_MADE} at a time, and from small to large",
            )
    return codes


def _read(file: Any) -> list[LocationDraft]:
    """Rows of an .xlsx or .csv: code, kind, walking order, in use (1 or 0); the first row has the titles. Raises ValidationFailed."""
    try:
        if file.name.lower().endswith(".xlsx"):
            import python_calamine  # only where a file is read

            sheet = python_calamine.CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
            rows = [
                [str(v).strip().removesuffix(".0") for v in row[:4]] for row in sheet.to_python(skip_empty_area=False)
            ]
        else:
            text = file.read(5_000_000).decode("utf-8-sig")
            rows = [[v.strip().lstrip("'") for v in row[:4]] for row in csv.reader(io.StringIO(text))]
    except Exception as error:  # whatever the file is, the answer says what is wanted
        raise ValidationFailed.one(
            "file", "unreadable", "读不出这个文件，请上传 .xlsx 或 UTF-8 的 .csv", "not a readable .xlsx or UTF-8 .csv"
        ) from error
    words = {say(text): kind for kind, text in stocking.LOCATION_KINDS.items()} | {
        text.zh: k for k, text in stocking.LOCATION_KINDS.items()
    }
    drafts, errors = [], []
    for i, row in enumerate(rows[1:], 2):
        code, kind, walk, use = [*row, "", "", "", ""][:4]
        if not code:
            continue
        number = number_in(walk or "0", 7)
        if number is None:
            errors.append(
                FieldError(
                    "file",
                    "invalid",
                    Text(f"第 {i} 行：动线顺序应为整数", f"row {i}: the walking order is a whole number"),
                )
            )
        drafts.append(LocationDraft(code, words.get(kind, kind) or "pick", number or 0, use not in ("0", "False")))
    if not drafts and not errors:
        errors.append(
            FieldError(
                "file",
                "required",
                Text(
                    "文件里没有库位；第一行为标题：库位、类型、动线顺序、启用",
                    "no locations in the file; the first row has the titles: location, kind, walking order, in use",
                ),
            )
        )
    if errors:
        raise ValidationFailed(errors=errors[:20])
    return drafts


@staff("inventory.view", methods=("GET",))
def location(request: HttpRequest, warehouse_id: int, code: str) -> HttpResponse:
    """What lies on a shelf, and what came and went."""
    view = selectors.location(warehouse_id, code)
    if view is None:
        raise NotFound()
    language.use(language.of(request))
    lying = selectors.placements(location_id=view.id)
    moves = selectors.placement_moves(location_id=view.id, limit=20).items
    named = stocking.named([*(p.sku_id for p in lying), *(m.sku_id for m in moves)])
    goods = Table(
        columns=[
            Column("sku", Text("SKU", "SKU"), kind="link", value=lambda row: (named[row.sku_id][0], f"/office/stock/sku/{row.sku_id}")),
            Column("goods", Text("商品", "Goods"), value=lambda row: named[row.sku_id][1]),
            Column("batch", Text("批次", "Batch")),
            Column("expires_on", Text("到期", "Expires"), kind="date"),
            Column("state", Text("状态", "State"), kind="badge", value=lambda row: stocking.STATES[row.state]),
            Column("quantity", Text("件数", "Units"), kind="number"),
        ],
        rows=lying,
        row_key=lambda row: f"{row.sku_id}-{row.batch}-{row.state}",
        caption=Text("库位上的商品", "Goods on this location"),
        empty=(Text("库位是空的", "Nothing lies here"), Text("入库或移位时填写这个库位", "Name it when goods come in or are moved")),
    )  # fmt: skip
    history = Table(
        columns=[
            Column("sku", Text("SKU", "SKU"), value=lambda row: named[row.sku_id][0]),
            Column("kind", Text("类型", "Kind"), value=lambda row: stocking.MOVE_KINDS.get(row.kind, row.kind)),
            Column("delta", Text("变动", "Change"), align="right", value=lambda row: f"{row.delta:+d}"),
            Column("reference", Text("单号", "Reference"), phone=False),
            Column("actor", Text("经手", "By"), phone=False, value=stocking.who),
            Column("at", Text("时间", "When"), kind="datetime"),
        ],
        rows=moves,
        caption=Text("最近的变动", "Latest changes"),
        empty=(Text("还没有变动", "No changes yet"), Text("", "")),
    )
    return page.render(
        request, "backoffice/location.html", view=view, table=goods, history=history, house=stocking.houses()[warehouse_id],
        kind=stocking.LOCATION_KINDS[view.kind], sections=stocking.sections("/locations"),
    )  # fmt: skip


@staff("inventory.warehouses", methods=("GET",))
def labels(request: HttpRequest, warehouse_id: int) -> HttpResponse:
    """Labels of one shelf, of a zone or of all, as a PDF."""
    language.use(language.of(request))
    code = request.GET.get("code", "")
    made = services.print_locations(
        warehouse_id, codes=[code] if code else [], zone=request.GET.get("zone", ""), actor=actor(request)
    )
    return HttpResponse(made, content_type=PDF, headers={"Content-Disposition": 'inline; filename="locations.pdf"'})


# Transfers


@staff("inventory.view", methods=("GET",))
def transfers(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    language.use(language.of(request))
    names = stocking.houses()
    filters = (
        Filter(
            "state",
            Text("状态", "State"),
            "choice",
            tuple((k, text) for k, (text, _) in stocking.TRANSFER_STATES.items()),
        ),
    )
    asked = tables.asked(request, filters)
    found = selectors.transfers(state=asked["state"], before_id=_before(asked.cursor), limit=PAGE)
    table = Table(
        columns=[
            Column("number", Text("调拨单", "Transfer")),
            Column("state", Text("状态", "State"), kind="badge", value=lambda row: stocking.TRANSFER_STATES[row.state]),
            Column("source", Text("调出", "From"), value=lambda row: names.get(row.source_id, "")),
            Column("target", Text("调入", "To"), value=lambda row: names.get(row.target_id, "")),
            Column("units", Text("件数", "Units"), kind="number"),
            Column("made_at", Text("建立于", "Made"), kind="datetime", phone=False),
            Column("sent_at", Text("发出于", "Sent"), kind="datetime", phone=False),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        key="stock-transfers",
        row_href=lambda row: f"/office/stock/transfers/{row.number}",
        caption=Text("调拨", "Transfers"),
        empty=(Text("还没有调拨", "No transfers yet"), Text("从一个仓库调到另一个仓库", "Stock goes from one warehouse to another")),
    )  # fmt: skip
    return page.render(
        request,
        "backoffice/stock_transfers.html",
        table=table,
        sections=stocking.sections("/transfers"),
        several=len(names) > 1,
    )


@staff("inventory.view", post="inventory.transfer")
def new_transfer(request: HttpRequest) -> HttpResponse:
    """A draft: where from, where to, what. Nothing moves before it is sent."""
    given = request.POST
    if request.method != "POST":
        return _new_transfer(request, FormState.of({"sku-1": request.GET.get("sku", "")}), 200)
    names = {"rows": "sku-1"}
    try:
        rows: list[TransferRow] = []
        errors: list[FieldError] = []
        for i in range(1, ROWS + 1):
            code = given.get(f"sku-{i}", "").strip()
            if not code:
                continue
            for part, field in (("sku_id", "sku"), ("quantity", "units"), ("batch", "batch"), ("location", "location")):
                names[f"rows.{len(rows)}.{part}"] = f"{field}-{i}"
            try:
                sku_id = stocking.scanned(code, f"sku-{i}")
                units = stocking.units_in(request, f"units-{i}")
            except ValidationFailed as problem:
                errors += problem.errors
                continue
            rows.append(
                TransferRow(sku_id, units, given.get(f"batch-{i}", "").strip(), given.get(f"location-{i}", "").strip())
            )
        if errors:
            raise ValidationFailed(errors=errors)
        number = services.draft_transfer(
            id_in(given.get("source_id", "")) or 0, id_in(given.get("target_id", "")) or 0, rows,
            note=given.get("note", ""), actor=actor(request),
        )  # fmt: skip
    except Problem as problem:
        return _new_transfer(request, typed(request, problem, names=names), problem.status)
    return flash(
        see_other(f"/office/stock/transfers/{number}"),
        Text("调拨单已建立，确认后发出", "The transfer is there; look, then send it"),
    )


def _new_transfer(request: HttpRequest, form: FormState, status: int) -> HttpResponse:
    houses = [(str(k), v) for k, v in stocking.houses().items()]
    return page.render(
        request, "backoffice/stock_transfer_new.html", status=status, form=form, houses=houses, rows=range(1, ROWS + 1),
        sections=stocking.sections("/transfers"),
    )  # fmt: skip


@staff("inventory.view", methods=("GET",))
def transfer(request: HttpRequest, number: str) -> HttpResponse:
    return _transfer(request, number)


def _transfer(request: HttpRequest, number: str, form: FormState = EMPTY, status: int = 200) -> HttpResponse:
    view = selectors.transfer(number)
    if view is None:
        raise NotFound()
    language.use(language.of(request))
    skus = [line.sku_id for line in view.lines]
    asked = selectors.tracking(skus)
    return page.render(
        request, "backoffice/stock_transfer.html", status=status, form=form, view=view, names=stocking.houses(),
        named=stocking.named(skus), state=stocking.TRANSFER_STATES[view.state], asked=asked,
        way=sum(line.sent - line.received - line.missing for line in view.lines), sections=stocking.sections("/transfers"),
    )  # fmt: skip


@staff("inventory.view", post="inventory.transfer", methods=("POST",))
def transfer_step(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Send, receive, close or cancel."""
    view = selectors.transfer(number)
    if view is None:
        raise NotFound()
    given, by = request.POST, actor(request)
    words = {
        "send": Text("已发出，库存在途", "Sent: it is on its way"),
        "receive": Text("到货已登记", "What came is booked in"),
        "close": Text("调拨已完成", "The transfer is closed"),
        "cancel": Text("调拨已取消", "The transfer is given up"),
    }
    acts: dict[str, Callable[[], Any]] = {
        "send": lambda: services.send_transfer(number, serials=_serials(view, given), actor=by),
        "receive": lambda: services.receive_transfer(number, _arrivals(view, given), actor=by),
        "close": lambda: services.close_transfer(number, reason=given.get("reason", ""), actor=by),
        "cancel": lambda: services.cancel_transfer(number, actor=by),
    }
    if verb not in acts:
        raise NotFound()
    return carry_out(
        request, acts[verb], words[verb], where=f"/office/stock/transfers/{number}",
        refused=lambda problem: _transfer(request, number, typed(request, problem), problem.status),
    )  # fmt: skip


def _serials(view: TransferView, given: Any) -> dict[int, tuple[str, ...]]:
    found = {line.line: stocking.serials_in(given.get(f"serials-{line.line}", "")) for line in view.lines}
    return {line: serials for line, serials in found.items() if serials}


def _arrivals(view: TransferView, given: Any) -> list[Arrival]:
    arrivals = []
    for line in view.lines:
        text = given.get(f"units-{line.line}", "").strip()
        units = number_in(text or "0", 9)
        if units is None:
            raise ValidationFailed.one(f"units-{line.line}", "invalid", "请填写件数", "a number of units")
        if units:
            serials = stocking.serials_in(given.get(f"serials-{line.line}", ""))
            arrivals.append(Arrival(line.line, units, given.get(f"location-{line.line}", "").strip(), serials))
    return arrivals


# Samples


@staff("inventory.view", methods=("GET",))
def samples(request: HttpRequest) -> HttpResponseBase:
    return _samples(request)


def _samples(request: HttpRequest, form: FormState = EMPTY, number: str = "", status: int = 200) -> HttpResponseBase:
    """Samples that are out; with `all=1` those that are settled, too."""
    language.use(language.of(request))
    names = stocking.houses()
    filters = (Filter("all", Text("含已结清", "Settled ones too"), "flag"),)
    asked = tables.asked(request, filters)
    found = selectors.samples(open_only=not asked["all"], before_id=_before(asked.cursor), limit=PAGE)
    named = stocking.named(row.sku_id for row in found.items)
    today = clock.business_date()
    columns = [
        Column("number", Text("单号", "Number")),
        Column("sku", Text("商品", "Goods"), value=lambda row: " ".join(named[row.sku_id])),
        Column("taker", Text("领用人", "Taken by")),
        Column("purpose", Text("用途", "What for"), phone=False),
        Column("out", Text("在外", "Out"), kind="number"),
        Column("due_on", Text("应归还", "Due back"), kind="date"),
        Column("act", Text("操作", "Act"), kind="custom"),
    ]
    if form_of := exports.asked(request):
        head = [c.label for c in columns[:-1]] + [
            Text("领用", "Taken"),
            Text("归还", "Returned"),
            Text("留用", "Kept"),
            Text("时间", "When"),
        ]
        rows = [
            [
                r.number,
                " ".join(named[r.sku_id]),
                r.taker,
                r.purpose,
                r.out,
                r.due_on,
                r.quantity,
                r.returned,
                r.kept,
                r.at,
            ]
            for r in found.items
        ]
        return exports.answer(form_of, "samples", head, rows)
    table = Table(
        columns=columns,
        rows=found.items,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        key="samples",
        row_key=lambda row: row.number,
        row_tone=lambda row: "bad" if row.due_on and row.due_on < today and not row.closed else "",
        export=True,
        caption=Text("样品", "Samples"),
        empty=(
            Text("没有在外的样品", "No samples are out"),
            Text("在商品的库存页登记领用", "They are taken on the page of a SKU's stock"),
        ),
    )
    return page.render(
        request, "backoffice/samples.html", status=status, form=form, table=table, names=names, number=number,
        sections=stocking.sections("/samples"), today=today,
    )  # fmt: skip


@staff("inventory.view", post="inventory.change", methods=("GET", "POST"))
def sample(request: HttpRequest, number: str) -> HttpResponse:
    """One sample: what is out; and what comes back or is kept."""
    view = selectors.sample(number)
    if view is None:
        raise NotFound()
    if request.method != "POST":
        return _sample(request, number)
    given = request.POST

    def do() -> None:
        errors = [
            FieldError(name, "invalid", Text("请填写件数", "a number of units"))
            for name in ("returned", "kept")
            if number_in(given.get(name, "").strip() or "0", 9) is None
        ]
        if errors:
            raise ValidationFailed(errors=errors)
        services.return_sample(
            number, returned=int(given.get("returned", "").strip() or 0), kept=int(given.get("kept", "").strip() or 0),
            damaged=given.get("damaged") == "1", location=given.get("location", "").strip(),
            serials=stocking.serials_in(given.get("serials", "")), actor=actor(request),
        )  # fmt: skip

    return carry_out(
        request, do, Text("样品归还已登记", "What came back is on record"), where=f"/office/stock/samples/{number}",
        refused=lambda problem: _sample(request, number, typed(request, problem), problem.status),
    )  # fmt: skip


def _sample(request: HttpRequest, number: str, form: FormState = EMPTY, status: int = 200) -> HttpResponse:
    view = selectors.sample(number)
    assert view is not None
    language.use(language.of(request))
    return page.render(
        request, "backoffice/sample.html", status=status, form=form, view=view, named=stocking.named([view.sku_id])[view.sku_id],
        house=stocking.houses()[view.warehouse_id], sections=stocking.sections("/samples"), today=clock.business_date(),
    )  # fmt: skip


# Batches and serials


@staff("inventory.view", methods=("GET",))
def batches(request: HttpRequest) -> HttpResponseBase:
    """Batches that expire soon, or have; `export=xlsx|csv` gives them as a file."""
    language.use(language.of(request))
    filters = (Filter("days", Text("多少天内到期", "Expires within (days)")),)
    asked = tables.asked(request, filters, keep=("undated",))
    near = mall_settings.get("inventory.near_expiry_days")
    days = number_in(asked["days"], 4)
    form = exports.asked(request)
    undated = request.GET.get("undated") == "1" and not form
    found = (
        selectors.batches_without_date(cursor=asked.cursor, limit=PAGE)
        if undated
        else selectors.batches_near_expiry(
            near if days is None else days, cursor="" if form else asked.cursor, limit=5000 if form else PAGE
        )
    )
    named = stocking.named(row.sku_id for row in found.items)
    today = clock.business_date()
    columns = [
        Column(
            "sku",
            Text("SKU", "SKU"),
            kind="link",
            value=lambda row: (named[row.sku_id][0], f"/office/stock/sku/{row.sku_id}"),
        ),
        Column("goods", Text("商品", "Goods"), value=lambda row: named[row.sku_id][1]),
        Column(
            "code", Text("批次", "Batch"), kind="link", value=lambda row: (row.code, f"/office/stock/batches/{row.id}")
        ),
        Column("expires_on", Text("到期", "Expires"), kind="date"),
        Column(
            "left",
            Text("剩余天数", "Days left"),
            align="right",
            value=lambda row: str((row.expires_on - today).days) if row.expires_on else "–",
        ),
        Column("last_day", Text("最后可售日", "Last day of sale"), kind="date", phone=False),
        Column("good", Text("可售件数", "For sale"), kind="number"),
        Column("withheld", Text("已停售件数", "Out of sale"), kind="number"),
    ]
    if form:
        rows = [
            [
                *named[r.sku_id],
                r.code,
                r.expires_on,
                (r.expires_on - today).days if r.expires_on else None,
                r.last_day,
                r.good,
                r.withheld,
            ]
            for r in found.items
        ]
        return exports.answer(form, "batches", [c.label for c in columns], rows)
    table = Table(
        columns=columns,
        rows=found.items,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        key="batches",
        row_key=lambda row: str(row.id),
        row_tone=lambda row: "bad" if row.expires_on and row.expires_on < today else "",
        export=not undated,
        tabs=[
            (say(words), request.path + query, undated == bool(query), None)
            for words, query in (
                (Text("临期", "Near expiry"), ""),
                (Text("未填到期日", "Without a date"), "?undated=1"),
            )
        ],
        note=Text(
            "这些批次没有到期日，不会按先到期先出；点批次补填",
            "They have no date, so nothing of them goes first; open one to give it",
        )
        if undated
        else Text(
            f"默认列出 {near} 天内到期的批次，可在设置里修改",
            f"Batches that expire within {near} days, as the settings say",
        ),
        caption=Text("临期批次", "Batches near expiry"),
        empty=(
            Text("每个批次都有到期日", "Every batch has its date"),
            Text("没有到期日的批次会列在这里", "Batches without one are listed here"),
        )
        if undated
        else (
            Text("没有临期批次", "Nothing expires soon"),
            Text("登记了到期日的批次临近时会出现在这里", "Batches with dates appear as they come near"),
        ),
    )
    return page.render(request, "backoffice/batches.html", table=table, sections=stocking.sections("/batches"))


@staff("inventory.view", post="inventory.change")
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The dates of a batch; other dates need a reason, and take it off sale or bring it back."""
    found = selectors.batch(batch_id)
    if found is None:
        raise NotFound()
    form = FormState.of({name: getattr(found, name) or "" for name in ("produced_on", "expires_on")})
    if request.method == "GET":
        return _one_batch(request, found, form)

    def keep() -> None:
        errors: list[FieldError] = []
        dates = {name: _day(request.POST.get(name, ""), name, errors) for name in ("produced_on", "expires_on")}
        if errors:
            raise ValidationFailed(errors=errors)
        services.date_batch(batch_id, **dates, reason=request.POST.get("reason", ""), actor=actor(request))

    return carry_out(
        request, keep, Text("日期已保存，可售与停售已随之调整", "Saved; what may be sold follows the dates"),
        where=f"/office/stock/batches/{batch_id}",
        refused=lambda problem: _one_batch(request, found, typed(request, problem), problem.status),
    )  # fmt: skip


def _one_batch(request: HttpRequest, found: BatchView, form: FormState, status: int = 200) -> HttpResponse:
    language.use(language.of(request))
    code, title = stocking.named([found.sku_id])[found.sku_id][:2]
    return page.render(
        request, "backoffice/batch.html", status=status, batch=found, form=form, code=code, title=title, today=clock.business_date()
    )  # fmt: skip


def _day(text: str, name: str, errors: list[FieldError]) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        errors.append(FieldError(name, "type", Text("请填写日期，如 2030-05-01", "a date such as 2030-05-01")))
        return None


@staff("inventory.view", methods=("GET",))
def serials(request: HttpRequest) -> HttpResponse:
    """Where a unit is and has been."""
    language.use(language.of(request))
    number = request.GET.get("number", "").strip()[:80]
    found = selectors.serials(number) if number and number.isprintable() else []
    named = stocking.named(view.sku_id for view in found)
    histories = [(view, stocking.SERIAL_STATES[view.state], _steps(view.id)) for view in found]
    return page.render(
        request, "backoffice/serials.html", number=number, histories=histories, named=named, names=stocking.houses(),
        form=FormState.of({"number": number}), sections=stocking.sections("/serials"),
    )  # fmt: skip


def _steps(serial_id: int) -> Table:
    return Table(
        columns=[
            Column("kind", Text("经过", "Through"), value=lambda row: stocking.MOVE_KINDS.get(row.kind, row.kind)),
            Column("state", Text("之后", "Then"), kind="badge", value=lambda row: stocking.SERIAL_STATES[row.state]),
            Column("location", Text("库位", "Location")),
            Column("reference", Text("单号", "Reference")),
            Column("actor", Text("经手", "By"), value=stocking.who),
            Column("at", Text("时间", "When"), kind="datetime"),
        ],
        rows=selectors.serial_steps(serial_id),
        caption=Text("经历", "History"),
    )


urlpatterns = [
    path("stock/locations", locations, name="office-locations"),
    path("stock/locations/save", save_locations, name="office-locations-save"),
    path("stock/locations/<int:warehouse_id>/labels", labels, name="office-location-labels"),
    path("stock/locations/<int:warehouse_id>/<str:code>", location, name="office-location"),
    path("stock/transfers", transfers, name="office-stock-transfers"),
    path("stock/transfers/new", new_transfer, name="office-stock-transfer-new"),
    path("stock/transfers/<str:number>", transfer, name="office-stock-transfer"),
    path("stock/transfers/<str:number>/<str:verb>", transfer_step, name="office-stock-transfer-step"),
    path("stock/samples", samples, name="office-samples"),
    path("stock/samples/<str:number>", sample, name="office-sample"),
    path("stock/batches", batches, name="office-batches"),
    path("stock/batches/<int:batch_id>", batch, name="office-batch"),
    path("stock/serials", serials, name="office-serials"),
]

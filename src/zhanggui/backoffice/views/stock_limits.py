"""What is too little and too much: limits of SKUs in a grid and from a workbook, of categories, above the mall's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors, services
from zhanggui.inventory.types import AlertLimit
from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed
from zhanggui.ui import page
from zhanggui.ui.forms import EMPTY
from zhanggui.ui.language import say, t

from .. import assorting, exports, goods, stocking, tables, workbooks
from ..access import actor, carry_out, id_in, staff, typed

HERE = "/office/stock/limits"
PAGE, LINES_MOST = 50, 20_000
NAMES = ("low_units", "high_units", "low_days", "high_days")
HEAD = (
    Text("SKU", "SKU"),
    Text("下限（件）", "Low, units"),
    Text("上限（件）", "High, units"),
    Text("下限（天）", "Low, days"),
    Text("上限（天）", "High, days"),
)


@staff("inventory.view", post="inventory.limits")
def limits(request: HttpRequest) -> HttpResponseBase:
    """SKUs with limits of their own (or the one looked for) as a grid; categories; a workbook in and out."""
    if request.method != "POST":
        return _export(request) if exports.asked(request) else _limits(request)
    lines: list[str] = []
    read = {"grid": _grid, "category": _category, "file": _file}.get(request.POST.get("do", ""), _grid)

    def do() -> int:
        errors: list[FieldError] = []
        found, places = read(request, errors)
        if errors:
            lines.extend(say(error.message) for error in errors[:20])
            raise ValidationFailed(errors=errors)
        try:
            return services.set_alert_limits(found, actor=actor(request))
        except ValidationFailed as problem:
            lines.extend(f"{_place(error.loc, places)}{say(error.message)}" for error in problem.errors[:20])
            raise

    def done(count: int) -> Text:
        if not count:
            return Text("没有变化", "Nothing has changed")
        return Text(f"已保存 {count} 项，下次检查时生效", f"{count} saved; they count from the next look on")

    return carry_out(request, do, done, where=HERE, refused=lambda problem: _limits(request, problem, lines))


def _place(loc: str, places: Sequence[str]) -> str:
    parts = loc.split(".")
    row = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else -1
    return f"{places[row]}{t('：', ': ')}" if 0 <= row < len(places) else ""


def _limits(request: HttpRequest, problem: Problem | None = None, lines: Sequence[str] = ()) -> HttpResponse:
    asked = tables.asked(request, keep=("code",))
    code, wrong = asked.extra.get("code", "").strip(), ""
    following = None
    if code:
        try:
            sku = stocking.scanned(code, "code")
            rows = [selectors.limits_of([sku]).get(sku, AlertLimit(sku))]
        except ValidationFailed as unknown:
            rows, wrong = [], say(unknown.errors[0].message)
    else:
        found = selectors.sku_limits(cursor=asked.cursor, limit=PAGE)
        rows, following = list(found.items), found.next_cursor
    named = stocking.named(row.sku_id for row in rows if row.sku_id)
    free = selectors.available([row.sku_id for row in rows if row.sku_id])
    names = assorting.categories()
    own = selectors.category_limits()
    return page.render(
        request, "backoffice/stock_limits.html", status=problem.status if problem else 200, rows=rows, named=named, free=free,
        following=asked.next_href(following) if following else "", code=code, wrong=wrong, lines=list(lines),
        form=typed(request, problem) if problem else EMPTY, values=_values(rows), names=NAMES, head=HEAD,
        categories=[(each, names.get(key, str(key))) for key, each in own.items()],
        choices=[(str(key), words) for key, words in names.items() if key], may=actor(request).may("inventory.limits"),
        sections=stocking.sections("/limits"), low=mall_settings.get("inventory.cover_low_days"),
        high=mall_settings.get("inventory.cover_high_days"),
    )  # fmt: skip


def _values(rows: Iterable[AlertLimit]) -> dict[str, Any]:
    return {
        f"{name}-{row.sku_id}": "" if getattr(row, name) is None else getattr(row, name)
        for row in rows
        for name in NAMES
    }


Found = tuple[list[AlertLimit], list[str]]


def _grid(request: HttpRequest, errors: list[FieldError]) -> Found:
    """The rows of the grid, by the ids that were shown."""
    ids = [number for text in request.POST.getlist("sku") if (number := id_in(text))]
    codes = catalog.sku_codes(ids)
    found = []
    for sku in ids:
        wrong: list[FieldError] = []
        values = {name: goods.units(request.POST.get(f"{name}-{sku}", ""), f"{name}-{sku}", wrong) for name in NAMES}
        errors += [FieldError(e.loc, e.code, f"{codes.get(sku, sku)}{t('：', ': ')}{say(e.message)}") for e in wrong]
        found.append(AlertLimit(sku, **values))
    if not ids:
        errors.append(FieldError("sku", "required", Text("没有要保存的行", "there is no row to save")))
    return found, [codes.get(sku, "") for sku in ids]


def _category(request: HttpRequest, errors: list[FieldError]) -> Found:
    category = id_in(request.POST.get("category", ""))
    if category is None:
        errors.append(FieldError("category", "required", Text("请选择分类", "choose a category")))
    values = {name: goods.units(request.POST.get(name, ""), name, errors) for name in ("low_days", "high_days")}
    return [AlertLimit(None, category, **values)], [""]


def _file(request: HttpRequest, errors: list[FieldError]) -> Found:
    """The first sheet: a line of titles, then SKU, low and high in units, low and high in days; empty: none of its own."""
    file: Any = request.FILES.get("file")
    if file is None:
        errors.append(FieldError("file", "required", Text("请选择文件", "choose a file")))
        return [], []
    try:
        rows = workbooks.rows(file.read())
    except ValueError:
        text = Text("不是可以读取的 Excel 文件（xlsx、xls、ods）", "not a workbook that can be read")
        errors.append(FieldError("file", "type", text))
        return [], []
    if not 1 < len(rows) <= LINES_MOST + 1:
        text = Text(f"应有标题行和 1 到 {LINES_MOST} 行", f"a line of titles and 1 to {LINES_MOST} lines")
        errors.append(FieldError("file", "range", text))
        return [], []
    filled = [(n, [*row, *[""] * len(HEAD)][: len(HEAD)]) for n, row in enumerate(rows[1:], 2) if any(row)]
    known = {each.code: each.sku_id for each in catalog.sellable_by_code([row[0] for _, row in filled]) if each.sku_id}
    return _lines(filled, known, errors)


def _lines(filled: list[tuple[int, list[str]]], known: Mapping[str, int], errors: list[FieldError]) -> Found:
    found, places = [], []
    for n, (code, *cells) in filled:
        place, wrong = t(f"第 {n} 行", f"line {n}"), []
        if code not in known:
            wrong.append(
                FieldError("sku", "unknown", Text(f"没有 SKU「{code[:40]}」", f"there is no SKU “{code[:40]}”"))
            )
        values = {name: goods.units(cell, name, wrong) for name, cell in zip(NAMES, cells, strict=True)}
        errors += [FieldError("file", e.code, f"{place}{t('：', ': ')}{say(e.message)}") for e in wrong]
        if not wrong:
            found.append(AlertLimit(known[code], **values))
            places.append(place)
    return found, places


def _export(request: HttpRequest) -> HttpResponseBase:
    """What is set, in the columns a workbook has that is sent in; with none, the head alone to be filled in."""

    def rows() -> Iterable[list[Any]]:
        cursor = ""
        while True:
            found = selectors.sku_limits(cursor=cursor, limit=1_000)
            codes = catalog.sku_codes([row.sku_id for row in found.items if row.sku_id])
            for row in found.items:
                yield [codes.get(row.sku_id or 0, ""), *(getattr(row, name) for name in NAMES)]
            if not found.next_cursor:
                return
            cursor = found.next_cursor

    return exports.answer(exports.asked(request) or "xlsx", "stock-limits", HEAD, rows())


urlpatterns = [path("stock/limits", limits, name="office-stock-limits")]

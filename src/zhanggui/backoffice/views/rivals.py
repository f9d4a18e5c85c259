"""竞品价格: what others ask for the same goods, what calls for an answer, what was done; competitors, prices seen, rules."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money, format_minor
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed
from zhanggui.rivals import selectors, services
from zhanggui.rivals.types import ANSWERS, PriceView, RuleView, Seen
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState, amount
from zhanggui.ui.language import say, t

from .. import exports, tables, workbooks
from ..access import actor, carry_out, id_in, number_in, staff, typed
from ..costing import percent_text, share
from ..purchasing import Named
from ..tables import Column, Table

PAGE = 50
HERE = "/office/rivals"
VIEW, RECORD, RULES = "rivals.view", "rivals.record", "rivals.rules"
STATES = {
    "open": Text("待应对", "To answer"),
    "answered": Text("已跟价", "Answered"),
    "ignored": Text("不跟", "Left be"),
    "moot": Text("已失效", "Overtaken"),
}
HELD = {
    "floor": Text("受底价限制", "Held by the floor"),
    "cut": Text("受最大降幅限制", "Held by the largest cut"),
}
EMPTY = {
    "open": (
        Text("没有需要应对的竞品价格", "No price calls for an answer"),
        Text("登记看到的竞品价格，低于我们到一定程度就会出现在这里", "Record what others ask; what is low enough appears here"),
    ),
    "answered": (Text("还没有跟过价", "None answered yet"), Text("每次跟价都会留下记录", "Every answer is on record")),
    "ignored": (Text("没有决定不跟的", "None left be"), Text("不跟也要写明原因", "Leaving one be asks for a reason")),
    "moot": (Text("没有失效的", "None overtaken"), Text("价格变了或过期的提醒会到这里", "What prices have overtaken comes here")),
}  # fmt: skip
NOTHING_SEEN = (
    Text("还没有登记竞品价格", "No prices recorded yet"),
    Text("用上面的表单登记，或上传表格", "Use the form above, or a workbook"),
)
LINES = 5
LINES_MOST = 5_000
PARTS = ("sku", "price", "link")


@staff(VIEW, methods=("GET",))
def listing(request: HttpRequest) -> HttpResponseBase:
    """Findings of a state: theirs, ours, what the rule proposes, and what became of it."""
    asked = tables.asked(request, keep=("state",))
    state = asked.extra.get("state", "")
    state = state if state in STATES else "open"
    if form := exports.asked(request):
        return _file(form, state)
    return _listing(request, state, asked.cursor)


def _listing(
    request: HttpRequest, state: str, cursor: str = "", wrong: tuple[int, str] | None = None, status: int = 200
) -> HttpResponse:
    found = selectors.findings(state=state, cursor=cursor, limit=PAGE)
    return page.render(
        request, "backoffice/rivals.html", status=status, found=found.items, next=found.next_cursor, state=state, wrong=wrong,
        tabs=[(say(words), f"{HERE}?state={name}", name == state, None) for name, words in STATES.items()],
        named=Named.of(row.sku_id for row in found.items), currency=mall_settings.get("mall.currency"), held=HELD,
        empty=EMPTY[state], may=actor(request).may(RECORD), may_price=actor(request).may("pricing.change"), plain=format_minor,
    )  # fmt: skip


def _file(form: str, state: str) -> HttpResponseBase:
    currency = mall_settings.get("mall.currency")
    head = [
        Text("SKU", "SKU"), Text("商品", "Product"), Text("竞品", "Competitor"), Text("日期", "Seen on"), Text("竞品价", "Theirs"),
        Text("当时我们的价格", "Ours then"), Text("建议", "Proposed"), Text("结果", "Result"), Text("新价格", "New price"),
        Text("原因", "Reason"), Text("经手人", "By"), Text("链接", "Link"),
    ]  # fmt: skip

    def rows() -> Any:
        cursor = ""
        while True:
            found = selectors.findings(state=state, cursor=cursor, limit=500)
            named = Named.of(row.sku_id for row in found.items)
            for row in found.items:
                yield [
                    named.code(row.sku_id), named.title(row.sku_id), row.rival, row.seen_on, Money(row.theirs, currency),
                    Money(row.ours, currency), _money(row.proposed, currency), STATES[row.state],
                    _money(row.answered_price, currency), row.reason, row.by, row.link,
                ]  # fmt: skip
            if not found.next_cursor:
                return
            cursor = found.next_cursor

    return exports.answer(form, f"rivals-{state}-{clock.business_date():%Y%m%d}", head, rows())


def _money(value: int | None, currency: str) -> Money | None:
    return None if value is None else Money(value, currency)


@staff(VIEW, post=VIEW, methods=("POST",))
def decide(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Follow, or leave it be."""
    given, found = request.POST, selectors.finding(finding_id)
    follow = given.get("do") == "answer"

    def do() -> int | None:
        if not follow:
            services.ignore(finding_id, reason=given.get("reason", ""), actor=actor(request))
            return None
        errors: list[FieldError] = []
        price = amount(given.get("price", ""), "price", mall_settings.get("mall.currency"), errors)
        if not errors and not price:
            errors.append(FieldError("price", "required", Text("请填写新价格", "a new price")))
        if errors or price is None:
            raise ValidationFailed(errors=errors)
        return services.answer(finding_id, price=price, reason=given.get("reason", ""), actor=actor(request))

    def done(waiting: int | None) -> Text:
        if waiting:
            return Text("幅度较大，已提交审批", "It goes far and waits for approval")
        return Text("已改价", "The price is changed") if follow else Text("已记录", "It is on record")

    def refused(problem: Problem) -> HttpResponse:
        said = "；".join(say(error.message) for error in problem.errors) or problem.detail(language.of(request))
        return _listing(request, found.state, wrong=(finding_id, said), status=problem.status)

    return carry_out(request, do, done, where=HERE, refused=refused)


@staff(VIEW, post=RECORD)
def seen(request: HttpRequest) -> HttpResponse:
    """Prices seen, and forms to write more down: line by line, or a workbook."""
    if request.method == "POST":
        return _record(request)
    return _seen(request, FormState.of({"seen_on": clock.business_date().isoformat()}))


def _seen(request: HttpRequest, form: FormState, status: int = 200, lines: list[str] | None = None) -> HttpResponse:
    asked = tables.asked(request)
    found = selectors.prices(cursor=asked.cursor, limit=PAGE)
    named = Named.of(row.sku_id for row in found.items)
    currency = mall_settings.get("mall.currency")
    table: Table = Table(
        columns=[
            Column("sku", Text("商品", "Article"), value=lambda row: named.title(row.sku_id)),
            Column("code", Text("SKU", "SKU"), value=lambda row: named.code(row.sku_id)),
            Column("rival", Text("竞品", "Competitor")),
            Column("price", Text("竞品价", "Theirs"), kind="money", value=lambda row: Money(row.price, currency)),
            Column("ours", Text("我们", "Ours"), kind="money", value=lambda row: _money(row.ours, currency)),
            Column("gap", Text("差距", "Gap"), kind="percent", value=_gap),
            Column("seen_on", Text("日期", "Seen on"), kind="date"),
            Column("by", Text("登记人", "By"), phone=False),
        ],
        rows=found.items,
        next=found.next_cursor,
        asked=asked,
        caption=Text("看到的竞品价格", "Prices seen"),
        empty=NOTHING_SEEN,
    )  # fmt: skip
    shops = [(str(each.id), each.name) for each in selectors.rivals(active_only=True)]
    return page.render(
        request, "backoffice/rivals_seen.html", status=status, table=table, form=form, shops=shops, rows=range(1, LINES + 1),
        may=actor(request).may(RECORD), lines=lines or [],
    )  # fmt: skip


def _gap(row: PriceView) -> float | None:
    """How far they are from our price, as a share of it."""
    return (row.price - row.ours) / row.ours if row.ours else None


def _record(request: HttpRequest) -> HttpResponse:
    given, errors = request.POST, []  # type: ignore[var-annotated]
    rival = id_in(given.get("rival", ""))
    day = _day(given.get("seen_on", ""), errors)
    places: list[str] = []

    def do() -> int:
        if rival is None:
            errors.append(FieldError("rival", "required", Text("请选择竞品店铺", "choose a competitor")))
        rows = _sheet(request, errors, places) if request.FILES.get("file") else _typed_lines(given, errors, places)
        if not rows and not errors:
            errors.append(
                FieldError(
                    "sku-1", "required", Text("请填写至少一行，或上传表格", "fill in a line, or send a workbook")
                )
            )
        if errors or rival is None or day is None:
            raise ValidationFailed(errors=errors)
        return services.record_prices(
            rival, [Seen(sku, price, day, link) for sku, price, link in rows], actor=actor(request)
        )

    def refused(problem: Problem) -> HttpResponse:
        said = [f"{_place(error.loc, places)}{say(error.message)}" for error in problem.errors[:20]]
        return _seen(request, typed(request, problem), problem.status, said)

    def done(count: int) -> Text:
        return Text(f"已登记，{count} 个商品需要应对", f"Recorded; {count} articles call for an answer")

    return carry_out(request, do, done, where=HERE if not request.FILES else f"{HERE}/seen", refused=refused)


def _day(text: str, errors: list[FieldError]) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        errors.append(FieldError("seen_on", "type", Text("请选择日期", "choose a day")))
        return None


def _place(loc: str, places: list[str]) -> str:
    parts = loc.split(".")
    if len(parts) == 3 and parts[0] == "rows" and parts[1].isdigit() and int(parts[1]) < len(places):
        return places[int(parts[1])]
    return ""


Line = tuple[int, int, str]


def _typed_lines(given: Any, errors: list[FieldError], places: list[str]) -> list[Line]:
    cells = [(str(n), [str(given.get(f"{part}-{n}", "")).strip() for part in PARTS]) for n in range(1, LINES + 1)]
    return _lines(
        [(t(f"第 {n} 行：", f"Line {n}: "), words, f"-{n}") for n, words in cells if any(words)], errors, places
    )


def _sheet(request: HttpRequest, errors: list[FieldError], places: list[str]) -> list[Line]:
    """The first sheet: a line of titles, then SKU, price, link."""
    file: Any = request.FILES["file"]
    try:
        rows = workbooks.rows(file.read())
    except ValueError:
        errors.append(
            FieldError(
                "file", "type", Text("不是可以读取的 Excel 文件（xlsx、xls、ods）", "not a workbook that can be read")
            )
        )
        return []
    if len(rows) > LINES_MOST + 1:
        errors.append(
            FieldError("file", "too_many", Text(f"一次不超过 {LINES_MOST} 行", f"at most {LINES_MOST} lines"))
        )
        return []
    filled = []
    for number, row in enumerate(rows[1:], 2):
        words = [*row, "", "", ""][:3]
        if any(words):
            filled.append((t(f"第 {number} 行：", f"Line {number}: "), words, ""))
    return _lines(filled, errors, places)


def _lines(cells: list[tuple[str, list[str], str]], errors: list[FieldError], places: list[str]) -> list[Line]:
    """Lines with their SKUs found; every fault bears the place where it stands."""
    known = {
        each.code: each.sku_id for each in catalog.sellable_by_code([words[0] for _, words, _ in cells]) if each.sku_id
    }
    found = []
    currency = mall_settings.get("mall.currency")
    for place, (code, price, link), tail in cells:
        wrong: list[FieldError] = []
        minor = amount(price, "price", currency, wrong)
        if not wrong and not minor:
            wrong.append(FieldError("price", "required", Text("请填写价格", "a price")))
        if code not in known:
            wrong.append(
                FieldError("sku", "unknown", Text(f"没有 SKU「{code[:40]}」", f"there is no SKU “{code[:40]}”"))
            )
        for error in wrong:
            where = f"{error.loc}{tail}" if tail else "file"
            errors.append(FieldError(where, error.code, place + say(error.message)))
        if not wrong and minor is not None:
            places.append(place)
            found.append((known[code], minor, link))
    return found


@staff(VIEW, post=RECORD)
def shops(request: HttpRequest) -> HttpResponse:
    """Competitors, and a form for one."""
    number = id_in(request.GET.get("id", ""))
    found = selectors.rivals()
    chosen = next((each for each in found if each.id == number), None)
    initial = (
        {"label": chosen.name, "site": chosen.site, "note": chosen.note, "active": chosen.active}
        if chosen
        else {"active": True}
    )
    if request.method == "POST":
        given = request.POST

        def do() -> None:
            services.save_rival(
                number, label=given.get("label", ""), site=given.get("site", "").strip(), note=given.get("note", ""),
                active=given.get("active") == "1", actor=actor(request),
            )  # fmt: skip

        def refused(problem: Problem) -> HttpResponse:
            return _shops(request, found, chosen, typed(request, problem), problem.status)

        return carry_out(request, do, Text("已保存", "Saved"), where=f"{HERE}/shops", refused=refused)
    return _shops(request, found, chosen, FormState.of(initial), 200)


def _shops(request: HttpRequest, found: Any, chosen: Any, form: FormState, status: int) -> HttpResponse:
    table: Table = Table(
        columns=[
            Column("name", Text("竞品店铺", "Competitor")),
            Column("site", Text("网址", "Site"), phone=False),
            Column("prices", Text("已登记价格", "Prices recorded"), kind="number"),
            Column(
                "active", Text("状态", "State"), kind="badge",
                value=lambda row: (Text("关注中", "Watched"), "good") if row.active else (Text("不再关注", "No more"), "neutral"),
            ),
            Column("note", Text("备注", "Note"), phone=False),
        ],
        rows=found,
        row_href=lambda row: f"{HERE}/shops?id={row.id}",
        caption=Text("竞品店铺", "Competitors"),
        empty=(Text("还没有竞品店铺", "No competitors yet"), Text("先登记一家，再登记它的价格", "Enter one, then its prices")),
    )  # fmt: skip
    return page.render(
        request,
        "backoffice/rivals_shops.html",
        status=status,
        table=table,
        form=form,
        chosen=chosen,
        may=actor(request).may(RECORD),
    )


@staff(VIEW, post=RULES)
def rules(request: HttpRequest) -> HttpResponse:
    """How each category answers, and a form for one."""
    category = number_in(request.POST.get("category_id", request.GET.get("category", "")), 18) or 0
    stored = selectors.rules()
    rule = next((each for each in stored if each.category_id == category), RuleView(category))
    currency = mall_settings.get("mall.currency")
    if request.method == "POST":
        given, errors = request.POST, []  # type: ignore[var-annotated]

        def do() -> None:
            shares = {name: share(given.get(name, ""), name, errors) or 0 for name in ("threshold", "most_cut")}
            days = number_in(given.get("fresh_days", ""), 3) or 0
            undercut = amount(given.get("undercut", ""), "undercut", currency, errors) or 0
            if errors:
                raise ValidationFailed(errors=errors)
            made = RuleView(category, given.get("answer", ""), shares["threshold"], undercut, shares["most_cut"], days)
            services.save_rule(made, actor=actor(request))

        def refused(problem: Problem) -> HttpResponse:
            return _rules(request, stored, category, typed(request, problem), problem.status)

        where = f"{HERE}/rules?category={category}"
        return carry_out(request, do, Text("规则已保存", "The rule is saved"), where=where, refused=refused)
    initial = {
        "category_id": str(category), "answer": rule.answer, "threshold": percent_text(rule.threshold),
        "most_cut": percent_text(rule.most_cut), "fresh_days": str(rule.fresh_days), "undercut": format_minor(rule.undercut, currency),
    }  # fmt: skip
    return _rules(request, stored, category, FormState.of(initial), 200)


def _rules(request: HttpRequest, stored: Any, category: int, form: FormState, status: int) -> HttpResponse:
    lang = language.current()
    names = {0: t("全部商品", "Everything")} | {each.id: each.name_in(lang) for each in catalog.categories()}
    return page.render(
        request, "backoffice/rivals_rules.html", status=status, stored=stored, names=names, form=form, answers=ANSWERS,
        categories=[(str(key), name) for key, name in names.items()], category=category, may=actor(request).may(RULES),
        currency=mall_settings.get("mall.currency"), options=[(key, say(words)) for key, words in ANSWERS.items()],
    )  # fmt: skip


urlpatterns = [
    path("rivals", listing, name="office-rivals"),
    path("rivals/seen", seen, name="office-rivals-seen"),
    path("rivals/shops", shops, name="office-rivals-shops"),
    path("rivals/rules", rules, name="office-rivals-rules"),
    path("rivals/<int:finding_id>", decide, name="office-rivals-decide"),
]

"""Orders entered at the desk: the form there and back, and sheets of orders judged line by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhanggui.checkout import selectors as checkout
from zhanggui.checkout import services
from zhanggui.checkout.types import Delivery, EnteredOrder
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.ui import language
from zhanggui.ui.language import say

from . import articles, goods, workbooks

PARTS = ("sku", "quantity")
ROWS, LINES_MOST, QUOTED_AT_ONCE = 4, 2000, 64
RECEIVER = ("name", "mobile", "province", "city", "district", "line")
#: The columns of a sheet: name, title, and what goes into it.
COLUMNS: tuple[tuple[str, Text, Text], ...] = (
    ("external", Text("外部单号", "Their number"),
     Text("同一单号的各行是一张订单；再次上传不会重复下单", "Lines of one number are one order, never placed twice")),
    ("member", Text("会员", "Member"), Text("会员手机号或编号，留空为访客", "Mobile or id; empty for a guest")),
    ("name", Text("收货人", "Receiver"), Text("必填", "Needed")),
    ("mobile", Text("手机号", "Mobile"), Text("必填", "Needed")),
    ("province", Text("省份", "Province"), Text("必填，如 浙江", "Needed")),
    ("city", Text("城市", "City"), Text("如 杭州", "")),
    ("district", Text("区县", "District"), Text("如 西湖区", "")),
    ("line", Text("详细地址", "Address"), Text("必填", "Needed")),
    ("sku", Text("SKU", "SKU"), Text("必填", "Needed")),
    ("quantity", Text("数量", "Units"), Text("必填，整数", "Needed, a whole number")),
    ("coupons", Text("优惠码", "Coupons"), Text("多个用空格分开", "Several with spaces between")),
    ("note", Text("买家留言", "Buyer's note"), Text("", "")),
    ("staff_note", Text("内部备注", "Note for staff"), Text("买家看不到", "The buyer never sees it")),
    ("bank_reference", Text("收款流水号", "Payment reference"), Text("已线下收款时填写", "Where the money has come by hand")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SheetOrder:
    """An order of a sheet: the lines it stands on, and what it would cost (None: placed before as `placed`)."""

    lines: tuple[int, ...]
    external: str
    entered: EnteredOrder
    total: Money | None = None
    placed: str = ""


def entered_of(given: Mapping[str, str], member_id: int | None) -> EnteredOrder:
    """The order as the form says it. Raises ValidationFailed naming every wrong field."""
    errors: list[FieldError] = []
    lines: list[tuple[str, int]] = []
    for row in articles.filled(given, PARTS):
        sku = given.get(f"sku-{row}", "").strip()
        units = goods.units(given.get(f"quantity-{row}", "").strip() or "1", f"quantity-{row}", errors)
        if not sku:
            errors.append(FieldError(f"sku-{row}", "required", Text("请填写 SKU", "give the SKU")))
        elif not units:
            errors.append(FieldError(f"quantity-{row}", "range", Text("至少 1 件", "at least 1")))
        else:
            lines.append((sku, units))
    if not lines and not errors:
        errors.append(FieldError("sku-1", "required", Text("请填写至少一种商品", "give at least one article")))
    delivery: Delivery | None = None
    try:
        delivery = _delivery(given, member_id)
    except ValidationFailed as wrong:
        errors += wrong.errors
    if errors or delivery is None:
        raise ValidationFailed(errors=errors)
    return EnteredOrder(
        tuple(lines), delivery, member_id, tuple(dict.fromkeys(given.get("coupons", "").split())), given.get("note", "").strip(),
        given.get("staff_note", "").strip(), given.get("bank_reference", "").strip(),
    )  # fmt: skip


def _delivery(given: Mapping[str, str], member_id: int | None) -> Delivery:
    chosen = given.get("address", "")
    if member_id is not None and chosen.isdecimal():
        kept = next((each for each in members.addresses(member_id) if str(each.id) == chosen), None)
        if kept is not None:
            return Delivery("express", kept.name, kept.mobile, kept.province, kept.city, kept.district, kept.line)
    return services.delivery_of(*(given.get(name, "") for name in RECEIVER))


# --- sheets


def rows_of(data: bytes, name: str) -> list[tuple[int, dict[str, str]]]:
    """The lines of an .xlsx or .csv with their numbers; columns by their titles. Raises ValidationFailed."""
    rows = _csv(data) if name.lower().endswith(".csv") else _book(data)
    if not rows:
        raise ValidationFailed.one("file", "empty", "文件是空的", "the file is empty")
    titles = {title: key for key, words, _ in COLUMNS for title in (words.zh, words.en)}
    columns = {at: titles[cell] for at, cell in enumerate(rows[0]) if cell in titles}
    missing = [
        words for key, words, _ in COLUMNS if key in ("external", "sku", "quantity") and key not in columns.values()
    ]
    if missing:
        zh, en = "、".join(each.zh for each in missing), ", ".join(each.en for each in missing)
        raise ValidationFailed.one("file", "columns", f"缺少列：{zh}", f"columns are missing: {en}")
    if len(rows) > LINES_MOST + 1:
        raise ValidationFailed.one("file", "many", f"最多 {LINES_MOST} 行", f"at most {LINES_MOST} lines")
    return [
        (number, {key: row[at] if at < len(row) else "" for at, key in columns.items()})
        for number, row in enumerate(rows[1:], 2)
        if any(row)
    ]


def _csv(data: bytes) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as error:
            raise ValidationFailed.one("file", "unreadable", "读不出这个文件", "not a readable file") from error
    return [[cell.strip().removeprefix("'") for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]


def _book(data: bytes) -> list[list[str]]:
    try:
        return workbooks.rows(data)
    except ValueError as error:
        raise ValidationFailed.one(
            "file", "unreadable", "读不出这个文件，请上传 .xlsx 或 .csv", "not a readable .xlsx or .csv"
        ) from error


def judged(rows: Sequence[tuple[int, dict[str, str]]]) -> tuple[list[SheetOrder], dict[int, list[str]]]:
    """The orders that could be placed now, or were before, and by line number what is wrong with the others."""
    wrong: dict[int, list[str]] = {}
    grouped: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for number, row in rows:
        key = row.get("external", "")
        if not key or len(key) > 100 or not key.isprintable():
            wrong[number] = [say(Text("请填写外部单号（100 字以内）", "give their number, at most 100 characters"))]
        else:
            grouped.setdefault(key, []).append((number, row))
    known = services.known_on_sheets(list(grouped))
    named, _ = _members({row.get("member", "") for lines in grouped.values() for _, row in lines})
    orders: list[SheetOrder] = []
    for key, lines in grouped.items():
        try:
            orders.append(_order(key, lines, named, known.get(key, "")))
        except ValidationFailed as problem:
            wrong[lines[0][0]] = [_said(error) for error in problem.errors]
    fresh = [order for order in orders if not order.placed]
    going = [order for order in orders if order.placed]
    for start in range(0, len(fresh), QUOTED_AT_ONCE):
        some, requests = [], []
        for order in fresh[start : start + QUOTED_AT_ONCE]:
            try:
                requests.append(services.request_for(order.entered))
                some.append(order)
            except Problem as problem:
                wrong[order.lines[0]] = _reasons(problem)
        for order, quote in zip(some, checkout.quotes(requests), strict=True):
            if quote.problems:
                wrong[order.lines[0]] = [each.detail(language.current()) for each in quote.problems]
            else:
                total = Money(quote.total, quote.currency)
                going.append(SheetOrder(order.lines, order.external, order.entered, total))
    return sorted(going, key=lambda order: order.lines), wrong


def _members(words: set[str]) -> tuple[dict[str, int], list[str]]:
    """The members these words name. A few statements, one for each that is named."""
    found: dict[str, int] = {}
    unknown = []
    for word in sorted(filter(None, words)):
        ids, missing = members.ids_of([word])
        if missing or len(ids) != 1:
            unknown.append(word)
        else:
            found[word] = ids[0]
    return found, unknown


def _order(key: str, lines: Sequence[tuple[int, dict[str, str]]], named: Mapping[str, int], placed: str) -> SheetOrder:
    first = lines[0][1]
    errors: list[FieldError] = []
    wanted = []
    for number, row in lines:
        text = row.get("quantity", "")
        units = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
        if not row.get("sku") or not units:
            errors.append(
                FieldError(
                    "",
                    "invalid",
                    Text(
                        f"第 {number} 行须有 SKU 和大于 0 的整数数量",
                        f"line {number} needs a SKU and a whole number of units",
                    ),
                )
            )
        else:
            wanted.append((row["sku"], units))
        if any(row.get(name) not in ("", None, first.get(name)) for name in RECEIVER):
            errors.append(
                FieldError(
                    "",
                    "differs",
                    Text(
                        f"第 {number} 行的收货信息与同单首行不同",
                        f"line {number} goes elsewhere than the first of its order",
                    ),
                )
            )
    who = first.get("member", "")
    if who and who not in named:
        errors.append(FieldError("", "unknown", Text(f"没有会员「{who}」", f"there is no member {who}")))
    delivery = None
    try:
        delivery = services.delivery_of(*(first.get(name, "") for name in RECEIVER))
    except ValidationFailed as problem:
        errors += problem.errors
    if errors or delivery is None:
        raise ValidationFailed(errors=errors)
    entered = EnteredOrder(
        tuple(wanted), delivery, named.get(who), tuple(dict.fromkeys(first.get("coupons", "").split())), first.get("note", ""),
        first.get("staff_note", ""), first.get("bank_reference", ""),
    )  # fmt: skip
    return SheetOrder(tuple(number for number, _ in lines), key, entered, placed=placed)


def _said(error: FieldError) -> str:
    words = error.as_dict(language.current())["message"]
    title = next((say(label) for key, label, _ in COLUMNS if key == error.loc), "")
    return f"{title}：{words}" if title and language.current() != "en" else f"{title}: {words}" if title else words


def _reasons(problem: Problem) -> list[str]:
    return [_said(error) for error in problem.errors] or [problem.detail(language.current())]


def reasons(problem: Problem) -> str:
    """Why an order of a sheet was not placed, on one line."""
    return say(Text("；", "; ")).join(_reasons(problem))


def packed(orders: Sequence[SheetOrder]) -> list[Any]:
    """The orders as plain data, to be sealed into the page that asks whether to go on."""
    return [[order.lines, order.external, order.entered.as_body()] for order in orders]


def unpacked(kept: Sequence[Any]) -> list[SheetOrder]:
    found = []
    for lines, external, body in kept:
        entered = EnteredOrder(
            tuple((sku, units) for sku, units in body["lines"]), Delivery(**body["delivery"]), body["member_id"],
            tuple(body["coupons"]), body["note"], body["staff_note"], body["bank_reference"],
        )  # fmt: skip
        found.append(SheetOrder(tuple(lines), external, entered))
    return found

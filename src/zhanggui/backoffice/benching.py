"""The price workbench's cells: what is shown of a SKU, and what becomes of what was typed, in the grid as in a workbook."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.pricing.selectors import BenchRow
from zhanggui.pricing.services import Changes, try_many
from zhanggui.pricing.types import EMPLOYEE, TIER, FloorRow, PriceRow, SpecialRow
from zhanggui.ui import language
from zhanggui.ui.language import say

from . import goods
from .costing import percent_text, share

LINES_MOST = 2_000
#: In a workbook an empty cell leaves things as they are; this takes them away.
NOTHING = ("-", "–", "无", "none")


@dataclass(frozen=True, slots=True)
class Field:
    """A column that can be typed into; `special` is the kind and key of a special price."""

    name: str
    label: Text
    special: tuple[str, str] | None = None
    percent: bool = False
    #: what a workbook may call the column beside its label
    also: str = ""


def fields(who: Actor) -> list[Field]:
    """What this colleague may see and change, in order. One statement, that of the tiers."""
    found = [Field("list", Text("划线价", "List price")), Field("sale", Text("售价", "Price"))]
    if who.may("pricing.view_cost"):
        found.append(Field("cost", Text("成本", "Cost")))
    tiers = members.tiers()
    named = Counter(tier.name for tier in tiers)
    for tier in tiers:
        name = tier.name if named[tier.name] == 1 else Text(tier.code, tier.code)
        label = Text(f"会员价（{name.zh}）", f"Member price ({name.en})")
        found.append(Field(f"tier-{tier.code}", label, (TIER, tier.code), also=f"tier-{tier.code}"))
    found.append(Field("employee", Text("员工价", "Staff price"), (EMPLOYEE, "")))
    found.append(Field("floor", Text("底价", "Floor")))
    found.append(Field("margin", Text("最低毛利率 %", "Least margin %"), percent=True))
    return found


def texts(row: BenchRow, of: Iterable[Field], currency: str) -> dict[str, str]:
    """What stands in the cells of a SKU; "" for nothing."""
    amounts = {
        "list": row.floor.list_price, "sale": row.floor.sale_price, "cost": row.floor.cost, "floor": row.floor.own_floor,
    }  # fmt: skip
    found = {}
    for each in of:
        if each.percent:
            found[each.name] = percent_text(row.floor.own_margin)
            continue
        amount = row.special(*each.special) if each.special else amounts[each.name]
        found[each.name] = "" if amount is None else format_minor(amount, currency)
    return found


@dataclass(slots=True)
class Wish:
    """Changes that were typed. `places` says where each stands: place in the changes → place on the page."""

    changes: Changes = field(default_factory=Changes)
    places: dict[str, str] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)

    def take(
        self,
        sku_id: int,
        was: Mapping[str, str],
        typed: Mapping[str, str],
        of: Sequence[Field],
        currency: str,
        place: Callable[[str], str],
    ) -> bool:
        """What was typed for a SKU over what stood there (both by field); whether anything is to change."""
        moved = [each for each in of if typed.get(each.name, was[each.name]).strip() != was[each.name]]
        if not moved:
            return False
        before = len(self.errors)
        values = {each.name: self._value(typed.get(each.name, was[each.name]), each, place, currency) for each in of}
        if len(self.errors) > before:
            return False
        names = {each.name for each in moved}
        if names & {"list", "sale", "cost"}:
            self._price(sku_id, was, values, names, currency, place)
        if names & {"floor", "margin"}:
            self._note("floors", {"floor": place("floor"), "min_margin": place("margin"), "sku_id": place("floor")})
            self.changes.floors.append(FloorRow(sku_id, values["floor"], values["margin"]))
        for each in moved:
            if each.special:
                self._note("specials", dict.fromkeys(("price", "key", "sku_id", "min_quantity"), place(each.name)))
                self.changes.specials.append(SpecialRow(sku_id, *each.special, 1, values[each.name]))
        return True

    def _value(self, text: str, of: Field, place: Callable[[str], str], currency: str) -> int | None:
        if of.percent:
            return share(text, place(of.name), self.errors)
        return goods.amount(text, place(of.name), currency, self.errors)

    def _price(
        self,
        sku_id: int,
        was: Mapping[str, str],
        values: Mapping[str, int | None],
        moved: set[str],
        currency: str,
        place: Callable[[str], str],
    ) -> None:
        sale, listed = values["sale"], values["list"]
        if sale is None:
            self.errors.append(FieldError(place("sale"), "required", Text("请填写售价", "enter a price")))
            return
        if "list" not in moved and was["list"] == was["sale"]:
            listed = sale  # where the list price is the price, it follows
        seen = tuple(goods.amount(was[name], "", currency, []) for name in ("list", "sale"))
        row = PriceRow(sku_id, sale if listed is None else listed, sale, values.get("cost"), (seen[0], seen[1]))
        places = {"sale_price": "sale", "list_price": "list", "cost": "cost", "sku_id": "sale"}
        self._note("prices", {part: place(name) for part, name in places.items()})
        self.changes.prices.append(row)

    def _note(self, part: str, places: Mapping[str, str]) -> None:
        at = len(getattr(self.changes, part))
        self.places |= {f"{part}.{at}.{name}": place for name, place in places.items()}

    def said(self, errors: Iterable[FieldError]) -> list[FieldError]:
        """Refusals of the changes, at their places on the page."""
        return [FieldError(self.places.get(error.loc, error.loc), error.code, error.message) for error in errors]


# --- workbooks


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a workbook: its number, its SKU's code, and what is typed by field (only what is)."""

    number: int
    code: str
    typed: Mapping[str, str]


def lines_of(data: bytes, of: Sequence[Field]) -> list[Line]:
    """The lines of an .xlsx as this page gives it out; columns by their titles, others are passed over.

    Raises ValidationFailed for what is no such workbook.
    """
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise ValidationFailed.one(
            "file", "unreadable", "读不出这个文件，请上传 .xlsx", "not a readable .xlsx"
        ) from error
    if not rows:
        raise ValidationFailed.one("file", "empty", "文件是空的", "the file is empty")
    titles = [_text(cell) for cell in rows[0]]
    named = {title: each.name for each in of for title in (each.label.zh, each.label.en, each.also) if title}
    columns = {at: named[title] for at, title in enumerate(titles) if title in named}
    if "SKU" not in titles or not columns:
        raise ValidationFailed.one(
            "file",
            "columns",
            "第一行须有 SKU 和至少一列价格，请用导出的表格",
            "the first line needs SKU and a price column",
        )
    if len(rows) > LINES_MOST + 1:
        raise ValidationFailed.one("file", "many", f"最多 {LINES_MOST} 行", f"at most {LINES_MOST} lines")
    code = titles.index("SKU")
    return [
        Line(
            number,
            _text(row[code]),
            {name: ("" if text in NOTHING else text) for at, name in columns.items() if (text := _text(row[at]))},
        )
        for number, row in enumerate(rows[1:], 2)
        if any(_text(cell) for cell in row)
    ]


def _text(cell: Any) -> str:
    if isinstance(cell, float):
        return f"{cell:.4f}".rstrip("0").rstrip(".")
    return str(cell).strip()


def judged(
    lines: Sequence[Line], rows: Mapping[str, BenchRow], of: Sequence[Field], currency: str, reason: str, actor: Actor
) -> tuple[list[Line], dict[int, list[str]]]:
    """The lines that change something and can go through together, and by line number what is wrong with the others."""
    wrong: dict[int, list[str]] = {}
    seen: set[str] = set()
    left = []
    for line in lines:
        if line.code not in rows:
            wrong[line.number] = [
                say(Text(f"没有已定价的 SKU「{line.code}」", f"no SKU “{line.code}” that has a price"))
            ]
        elif line.code in seen:
            wrong[line.number] = [say(Text("同一 SKU 出现了两次", "the same SKU appears twice"))]
        else:
            left.append(line)
        seen.add(line.code)
    lang = language.current()
    while left:
        wish, going = wish_of(left, rows, of, currency)
        errors = wish.errors or wish.said(try_many(wish.changes, reason=reason, actor=actor))
        if not errors:
            return going, wrong
        bad: dict[int, list[str]] = {}
        for error in errors:
            number, _, name = error.loc.partition(":")
            if number.isdigit():
                label = next((say(each.label) for each in of if each.name == name), "")
                bad.setdefault(int(number), []).append(f"{label} {error.as_dict(lang)['message']}".strip())
        if not bad:
            raise ValidationFailed(errors=errors)
        wrong |= bad
        left = [line for line in left if line.number not in bad]
    return [], wrong


def wish_of(
    lines: Sequence[Line], rows: Mapping[str, BenchRow], of: Sequence[Field], currency: str
) -> tuple[Wish, list[Line]]:
    """What the lines want, and those of them that want anything; places are `LINE:FIELD`."""
    wish, going = Wish(), []
    for line in lines:
        row = rows[line.code]
        was = texts(row, of, currency)
        typed = {**was, **{name: _as_shown(text, was[name]) for name, text in line.typed.items()}}
        if wish.take(row.sku_id, was, typed, of, currency, lambda name, number=line.number: f"{number}:{name}"):  # type: ignore[misc]
            going.append(line)
    return wish, going


def _as_shown(text: str, was: str) -> str:
    """A number written otherwise (99 for 99.00) is no change."""
    try:
        return was if was and Decimal(text.replace(",", "")) == Decimal(was) else text
    except InvalidOperation:
        return text

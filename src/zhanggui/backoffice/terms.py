"""What the form asks for each kind of promotion: cells and rows of cells, there and back between typed words and configuration.

A cell's name in the form is its own, in rows followed by the row's number (`threshold-1`, `sku-2-1`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError
from zhanggui.ui.forms import scaled

from . import goods


class Cell(NamedTuple):
    """`kind`: money, number, percent (typed as per cent off), flag or sku (typed as its code)."""

    key: str
    text: Text
    kind: str = "money"
    help: Text | None = None
    form: str = ""

    @property
    def name(self) -> str:
        return self.form or self.key


class Rows(NamedTuple):
    """A list of objects, at most `most` in the form; `inner`: a list in each of them."""

    key: str
    text: Text
    cells: tuple[Cell, ...]
    most: int = 5
    inner: Rows | None = None


Part = Cell | Rows
_THRESHOLD = Cell("threshold", Text("满（元）", "Spend"))
_PERCENT = Cell("off_basis_points", Text("优惠百分比（15 即 8.5 折）", "Per cent off"), "percent", form="percent")
_TIMES = Cell("times", Text("每单最多几次（可不填）", "Times per order (optional)"), "number")
_SKU = Cell("sku", Text("货号", "SKU"), "sku")
_QUANTITY = Cell("quantity", Text("件数", "Pieces"), "number")
_FREIGHT: tuple[Part, ...] = (
    _THRESHOLD._replace(form="threshold-1"),
    Cell("pieces", Text("或满几件", "Or so many pieces"), "number"),
    Cell("off", Text("减运费（元，不填为全免）", "Off the freight (empty: all of it)"), form="off-1"),
    Cell("cap", Text("或最多免（元）", "Or at most")),
)
FORMS: dict[str, tuple[Part, ...]] = {
    "full_reduction": (
        Rows("steps", Text("满减档位", "Steps"), (_THRESHOLD, Cell("off", Text("减（元）", "Save")))),
        Cell("every", Text("每满（只用第一档，可重复）", "For every such amount (the first step repeats)"), "flag"),
        Cell("cap", Text("最多减（元，每满时）", "At most in all (when it repeats)")),
    ),
    "full_discount": (
        Rows("steps", Text("满折档位", "Steps"), (_THRESHOLD, _PERCENT)),
        Cell("cap", Text("最多减（元，可不填）", "At most (optional)")),
    ),
    "full_gift": (
        Rows(
            "steps",
            Text("满赠档位", "Steps"),
            (_THRESHOLD, Cell("choose", Text("可选几件（不填为全送）", "The buyer picks (empty: all)"), "number")),
            3,
            Rows(
                "gifts",
                Text("赠品", "Gifts"),
                (_SKU, _QUANTITY, Cell("value", Text("每件价值（元）", "Worth each"))),
                4,
            ),
        ),
    ),
    "multi_discount": (
        Rows("steps", Text("档位", "Steps"), (Cell("pieces", Text("满几件", "Pieces"), "number"), _PERCENT)),
    ),
    "nth_discount": (
        Cell("nth", Text("第几件", "Which piece"), "number"),
        _PERCENT,
        Cell("price", Text("或该件一口价（元）", "Or a fixed price for it")),
        Cell("same", Text("须为同一货号", "Of one SKU only"), "flag"),
        _TIMES,
    ),
    "any_n_for": (
        Cell("pieces", Text("任选几件", "Pieces"), "number"),
        Cell("price", Text("一口价（元）", "For")),
        _TIMES,
    ),
    "package": (
        Rows("items", Text("套餐商品", "In the set"), (_SKU, _QUANTITY), 8),
        Cell("price", Text("套餐价（元）", "Price of the set")),
        _TIMES,
    ),
    "add_on": (
        _THRESHOLD._replace(form="threshold-1"),
        Rows("goods", Text("换购商品", "To be added"), (_SKU, Cell("price", Text("换购价（元）", "For"))), 8),
        Cell("pieces", Text("最多换购几件（不填为 1）", "At most (empty: 1)"), "number"),
    ),
    "limited_discount": (
        _PERCENT,
        Cell("price", Text("或一口价（元）", "Or a fixed price")),
        Cell("off", Text("或每件减（元）", "Or off each piece"), form="off-1"),
    ),
    "flash_sale": (
        Rows(
            "goods",
            Text("秒杀商品", "Goods"),
            (
                _SKU,
                Cell("price", Text("秒杀价（元）", "Flash price")),
                Cell("stock", Text("秒杀件数", "Pieces"), "number"),
            ),
            12,
        ),
        Cell("per_buyer", Text("每人每款限购（件）", "Pieces per buyer of each"), "number"),
    ),
    "free_shipping": _FREIGHT,
    "coupon": (
        _THRESHOLD._replace(text=Text("满（元，0 为无门槛）", "Spend (0: anything)"), form="threshold-1"),
        Cell("off", Text("减（元）", "Save"), form="off-1"),
        _PERCENT._replace(text=Text("或优惠百分比", "Or per cent off")),
        Cell("cap", Text("折扣封顶（元）", "At most (per cent only)")),
    ),
    "exchange_coupon": (Cell("price", Text("兑换价（元，不填为免费）", "For (empty: nothing)")),),
    "freight_coupon": _FREIGHT,
}


class Reading:
    """A form being read: amounts in the mall's currency, codes of goods, faults."""

    def __init__(self, given: Mapping[str, Any], currency: str, errors: list[FieldError]) -> None:
        self.given, self.currency, self.errors = given, currency, errors
        self.codes: dict[str, int] = {}

    def text(self, name: str) -> str:
        return str(self.given.get(name, "") or "").strip()

    def cell(self, cell: Cell, name: str) -> Any:
        """The value; None for nothing."""
        if cell.kind == "money":
            return goods.amount(self.text(name), name, self.currency, self.errors)
        if cell.kind == "number":
            return goods.units(self.text(name), name, self.errors)
        if cell.kind == "percent":
            return self._percent(name)
        if cell.kind == "flag":
            return True if self.text(name) else None
        code = self.text(name)
        if code and code not in self.codes:
            self.errors.append(FieldError(name, "unknown", Text("没有这个货号", "there is no such SKU")))
        return self.codes.get(code)

    def _percent(self, name: str) -> int | None:
        """Per cent off, as typed, in basis points."""
        text = self.text(name).rstrip("%")
        if not text:
            return None
        found = scaled(text, 2)
        if found is not None and 0 < found <= 10_000:
            return found
        message = Text("应大于 0、不超过 100，最多两位小数", "above 0, at most 100, at most two decimals")
        self.errors.append(FieldError(name, "range", message))
        return None


def known_codes(codes: list[str]) -> dict[str, int]:
    """SKU ids by code; who is not there is absent. One statement, none for none."""
    found = catalog.sellable_by_code(codes) if codes else []
    return {sku.code: sku.sku_id for sku in found if sku.sku_id}


def _places(rows: Rows, given: Mapping[str, Any], under: str = "") -> list[str]:
    """The ends of names of those rows in which anything is typed."""
    ends = [f"{under}-{i}" for i in range(1, rows.most + 1)]
    return [end for end in ends if _typed(rows, given, end)]


def _typed(rows: Rows, given: Mapping[str, Any], end: str) -> bool:
    if any(str(given.get(cell.name + end, "") or "").strip() for cell in rows.cells):
        return True
    return rows.inner is not None and bool(_places(rows.inner, given, end))


def read(kind: str, given: Mapping[str, Any], currency: str, errors: list[FieldError]) -> dict[str, Any]:
    """The configuration that was typed; what is no amount, number or SKU is added to `errors`."""
    reading = Reading(given, currency, errors)
    reading.codes = known_codes(
        list(
            {
                reading.text(name)
                for cell, name, _ in _all(FORMS[kind], given)
                if cell.kind == "sku" and reading.text(name)
            }
        )
    )
    config: dict[str, Any] = {}
    for part in FORMS[kind]:
        if isinstance(part, Rows):
            config[part.key] = _read_rows(part, reading)
        elif (value := reading.cell(part, part.name)) is not None:
            config[part.key] = value
    if kind == "full_reduction":
        return _repeating(config)
    return config


def _read_rows(rows: Rows, reading: Reading, under: str = "") -> list[dict[str, Any]]:
    found = []
    for end in _places(rows, reading.given, under):
        row = {c.key: value for c in rows.cells if (value := reading.cell(c, c.name + end)) is not None}
        if rows.inner is not None:
            row[rows.inner.key] = _read_rows(rows.inner, reading, end)
        found.append(row)
    return found


def _repeating(config: dict[str, Any]) -> dict[str, Any]:
    """每满 is the first step, repeated; a cap belongs to it alone."""
    if not config.pop("every", False):
        return config
    first = (config["steps"] or [{}])[0]
    return {"every": {**first, **({"cap": config["cap"]} if "cap" in config else {})}}


def _all(parts: tuple[Part, ...], given: Mapping[str, Any]) -> Iterator[tuple[Cell, str, str]]:
    """Every cell that counts, with its name in the form and its place in the configuration."""
    for part in parts:
        if isinstance(part, Cell):
            yield part, part.name, f"config.{part.key}"
        else:
            yield from _in_rows(part, given, "", "config")


def _in_rows(rows: Rows, given: Mapping[str, Any], under: str, loc: str) -> Iterator[tuple[Cell, str, str]]:
    for position, end in enumerate(_places(rows, given, under)):
        here = f"{loc}.{rows.key}.{position}"
        for cell in rows.cells:
            yield cell, cell.name + end, f"{here}.{cell.key}"
        if rows.inner is not None:
            yield from _in_rows(rows.inner, given, end, here)


def names(kind: str, given: Mapping[str, Any]) -> dict[str, str]:
    """Where faults of a configuration stand in the form it was typed into."""
    found: dict[str, str] = {}
    for part in FORMS.get(kind, ()):
        if isinstance(part, Rows):
            found[f"config.{part.key}"] = part.cells[0].name + "-1"
            for position, end in enumerate(_places(part, given)):
                if part.inner is not None:
                    found[f"config.{part.key}.{position}.{part.inner.key}"] = f"{part.inner.cells[0].name}{end}-1"
    found |= {loc: name for _, name, loc in _all(FORMS.get(kind, ()), given)}
    if kind == "full_reduction":
        found |= {
            f"config.every.{key}": name
            for key, name in (("threshold", "threshold-1"), ("off", "off-1"), ("cap", "cap"))
        }
    return found


def shown(kind: str, config: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """A configuration as the form shows it."""
    if "every" in config:
        every = dict(config["every"])
        config = {"every": True, "cap": every.pop("cap", None), "steps": [every]}
    codes = catalog.sku_codes(list(_skus(FORMS.get(kind, ()), config)))
    found: dict[str, Any] = {}
    for part in FORMS.get(kind, ()):
        if isinstance(part, Rows):
            _show_rows(part, config.get(part.key) or [], "", found, codes, currency)
        else:
            found[part.name] = _show(part, config.get(part.key), codes, currency)
    return found


def _show_rows(
    rows: Rows,
    stored: list[Mapping[str, Any]],
    under: str,
    found: dict[str, Any],
    codes: Mapping[int, str],
    currency: str,
) -> None:
    for position, row in enumerate(stored[: rows.most], 1):
        end = f"{under}-{position}"
        for cell in rows.cells:
            found[cell.name + end] = _show(cell, row.get(cell.key), codes, currency)
        if rows.inner is not None:
            _show_rows(rows.inner, row.get(rows.inner.key) or [], end, found, codes, currency)


def _show(cell: Cell, value: Any, codes: Mapping[int, str], currency: str) -> str:
    if value is None:
        return ""
    if cell.kind == "money":
        return format_minor(value, currency)
    if cell.kind == "percent":
        return f"{Decimal(value) / 100:g}"
    if cell.kind == "flag":
        return "1" if value else ""
    return codes.get(value, "") if cell.kind == "sku" else str(value)


def _skus(parts: tuple[Part, ...], config: Mapping[str, Any]) -> Iterator[int]:
    for part in parts:
        if isinstance(part, Rows):
            for row in config.get(part.key) or []:
                yield from (row[cell.key] for cell in part.cells if cell.kind == "sku" and cell.key in row)
                if part.inner is not None:
                    yield from _skus((part.inner,), row)


def fits(kind: str, config: Mapping[str, Any]) -> bool:
    """Whether the form has room for all of it."""
    for part in FORMS.get(kind, ()):
        if isinstance(part, Rows):
            stored = config.get(part.key) or []
            inner = part.inner
            if len(stored) > part.most or (
                inner is not None and any(len(row.get(inner.key) or []) > inner.most for row in stored)
            ):
                return False
    return kind in FORMS

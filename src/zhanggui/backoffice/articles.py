"""Forms with a row for each article: its SKU and what is said of it (`sku-1`, `price-1`, …)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError

MOST_ROWS = 50
T = TypeVar("T")


def filled(given: Mapping[str, str], parts: Sequence[str]) -> list[int]:
    """The rows with anything in them."""
    return [row for row in range(1, MOST_ROWS + 1) if any(given.get(f"{part}-{row}", "").strip() for part in parts)]


def names(field: str, rows: Iterable[int], parts: Sequence[str]) -> dict[str, str]:
    """Where the service's `field.0.price` stands in the form; what is wrong with all of them stands at the first."""
    found = {f"{field}.{place}.{part}": f"{part}-{row}" for place, row in enumerate(rows) for part in parts}
    return {**found, field: "sku-1"}


def skus(given: Mapping[str, str], rows: Iterable[int]) -> dict[int, int | None]:
    """The SKU of each row, None for one that is not sold. One statement, none for no rows."""
    codes = {row: given.get(f"sku-{row}", "").strip() for row in rows}
    known = {sku.code: sku.sku_id for sku in catalog.sellable_by_code(sorted(set(codes.values())))} if codes else {}
    return {row: known.get(code) or None for row, code in codes.items()}


def put(into: dict[int, T], row: int, sku: int | None, article: T, errors: list[FieldError]) -> None:
    """Add what a row says of its SKU; a SKU that is unknown or named before is an error of the row."""
    if sku is None:
        errors.append(FieldError(f"sku-{row}", "unknown", Text("没有这个 SKU", "there is no such SKU")))
    elif sku in into:
        errors.append(FieldError(f"sku-{row}", "twice", Text("这个 SKU 写了两次", "this SKU is named twice")))
    else:
        into[sku] = article

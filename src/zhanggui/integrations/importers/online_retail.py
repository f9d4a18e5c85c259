"""UCI Online Retail (both editions): invoice lines of a wholesaler as order history.

Rules. An invoice is a paid and completed order; postage, manual lines and discounts stay lines of it. Not taken, each
with its reason in the report: invoices `A…` (accounting entries), rows whose amount is nothing (samples, stock found,
written off or annotated), rows with a price below zero, rows whose sign does not fit. An invoice `C…` takes goods back.
It names no invoice, so each of its rows is booked against the same buyer's latest earlier rows of the same article, up
to what was bought and paid there; what cannot be placed (no buyer named, bought before the file begins) is reported with
its amount. A blank customer is a guest. Times are the mall's wall-clock time.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from . import cells as cell
from .columns import Columns
from .drafts import CellError, Outcome, Remark
from .history import Buyer, HistoryFound, MadePayment, Returned, Sale, SoldLine, seal
from .products import Setup
from .spool import Spool
from .text import Row, Table

SOURCE = "online-retail"
NAME = "UCI Online Retail"
CURRENCY = "GBP"
ALIASES: dict[str, tuple[str, ...]] = {
    "invoice": ("InvoiceNo", "Invoice No"),
    "article": ("StockCode", "Stock Code"),
    "description": (),
    "quantity": (),
    "at": ("InvoiceDate", "Invoice Date"),
    "price": ("UnitPrice", "Unit Price"),
    "customer": ("CustomerID", "Customer ID"),
    "country": (),
}


def recognises(header: Sequence[str]) -> bool:
    return Columns(header, ALIASES).has("invoice", "article", "quantity", "at", "price")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One row, understood; `unit` in minor units."""

    line: int
    invoice: str
    article: str
    description: str
    quantity: int
    unit: int
    at: datetime
    said: str  # the time as the file writes it
    customer: str
    country: str

    def packed(self) -> list[Any]:
        return [
            self.invoice,
            self.article,
            self.description,
            self.quantity,
            self.unit,
            self.said,
            self.customer,
            self.country,
        ]

    @classmethod
    def unpacked(cls, line: int, held: list[Any], zone: ZoneInfo) -> _Entry:
        invoice, article, description, quantity, unit, said, customer, country = held
        at = cell.moment(said, "at", zone)
        assert at is not None
        return cls(line, invoice, article, description, quantity, unit, at, said, customer, country)

    @property
    def back(self) -> bool:
        return self.invoice.startswith("C")

    @property
    def key(self) -> tuple[str, str]:
        return self.customer, self.article.upper()


def _entry(row: Row, columns: Columns, setup: Setup) -> _Entry:
    """Raises CellError."""
    values = columns.read(row.cells)
    invoice = values["invoice"].upper().removesuffix(".0")
    for name in ("invoice", "article", "quantity", "at", "price"):
        if not values[name]:
            raise CellError("missing", name)
    quantity = cell.whole(values["quantity"], "quantity") or 0
    at = cell.moment(values["at"], "at", setup.zone)
    assert at is not None
    unit = _unit(values["price"], quantity, invoice, values.get("description", ""), setup.digits)
    customer = values.get("customer", "").removesuffix(".0")
    return _Entry(
        row.line,
        invoice,
        values["article"],
        values.get("description", ""),
        quantity,
        unit,
        at,
        values["at"],
        customer,
        values.get("country", ""),
    )


def _unit(text: str, quantity: int, invoice: str, note: str, digits: int) -> int:
    try:
        unit = cell.amount(text, digits)
    except CellError as error:
        price = cell.decimal(text, "price") if error.code == "amount_too_precise" else None
        if price is None or abs(price * quantity).scaleb(digits) >= 1:
            raise CellError(error.code, "price", **error.params) from None
        unit = 0
    if invoice.startswith("A"):
        raise CellError("accounting_entry", "price", amount=text)
    if unit < 0:
        raise CellError("amount_negative", "price", value=text[:60])
    if unit == 0 or quantity == 0:
        raise CellError("stock_note" if quantity < 0 else "no_amount", "price", note=note[:80] or "–")
    if (quantity < 0) != invoice.startswith("C"):
        raise CellError("wrong_sign", "quantity", quantity=quantity)
    return unit


_LEFT_OUT = {"accounting_entry", "stock_note", "no_amount"}


def read(table: Table, setup: Setup, currency: str = CURRENCY) -> HistoryFound:
    """Sales and remarks of one file. It is read twice: what goes back is placed before the sales are given out."""
    columns = Columns(table.header, ALIASES)
    returned_keys: set[tuple[str, str]] = set()
    with Spool() as spool:
        for row in table.rows():
            if isinstance(row, Remark):
                yield row
                continue
            try:
                entry = _entry(row, columns, setup)
            except CellError as error:
                invoice = columns.read(row.cells)["invoice"]
                outcome: Outcome = "skipped" if error.code in _LEFT_OUT else "rejected"
                yield Remark(table.name, row.line, error.code, error.field, invoice, outcome, error.params)
                continue
            if entry.back:
                returned_keys.add(entry.key)
            spool.put("back" if entry.back else "sales", entry.invoice, row.line, entry.packed())
        placed: dict[int, list[Returned]] = defaultdict(list)
        yield from _place_returns(spool, table.name, setup, returned_keys, placed)
        for invoice, rows in spool.groups("sales"):
            yield _sale(invoice, [_Entry.unpacked(line, held, setup.zone) for line, held in rows], placed, currency)


def _in_order(spool: Spool, keys: set[tuple[str, str]], zone: ZoneInfo) -> Iterator[_Entry]:
    """What was bought and brought back, in the order of the file, as far as somebody brought that article back."""
    both = (spool.rest(shelf) for shelf in ("sales", "back"))
    for _invoice, line, held in heapq.merge(*both, key=lambda found: found[1]):
        if (held[6], held[1].upper()) in keys:
            yield _Entry.unpacked(line, held, zone)


@dataclass(slots=True)
class _Bought:
    line: int
    quantity: int
    amount: int


def _place_returns(
    spool: Spool, file: str, setup: Setup, keys: set[tuple[str, str]], placed: dict[int, list[Returned]]
) -> Iterator[Remark]:
    bought: dict[tuple[str, str], list[_Bought]] = defaultdict(list)
    for entry in _in_order(spool, keys, setup.zone) if keys else ():
        if not entry.back:
            if entry.customer:
                bought[entry.key].append(_Bought(entry.line, entry.quantity, entry.quantity * entry.unit))
            continue
        quantity, amount = -entry.quantity, -entry.quantity * entry.unit
        candidates = bought[entry.key] if entry.customer else []
        while candidates and quantity and amount:
            last = candidates[-1]
            units = min(quantity, last.quantity)
            money = min(amount if units == quantity else units * entry.unit, last.amount)
            if units and money:
                placed[last.line].append(Returned(entry.invoice, entry.at, units, money))
            last.quantity, last.amount = last.quantity - units, last.amount - money
            quantity, amount = quantity - units, amount - money
            if not last.quantity or not last.amount:
                candidates.pop()
        if amount:
            params = {"amount": _shown(amount, setup.digits), "quantity": quantity}
            yield Remark(file, entry.line, "return_unplaced", "invoice", entry.invoice, "skipped", params)


def _shown(amount: int, digits: int) -> str:
    return f"{amount // 10**digits}.{amount % 10**digits:0{digits}d}" if digits else str(amount)


def _sale(invoice: str, entries: list[_Entry], placed: dict[int, list[Returned]], currency: str) -> Sale:
    first = entries[0]
    lines = tuple(
        SoldLine(e.article, e.description or e.article, e.quantity, e.unit, tuple(placed.get(e.line, ())))
        for e in entries
    )
    total = sum(line.quantity * line.unit_price for line in lines)
    back = sum(one.amount for line in lines for one in line.returned)
    return seal(
        Sale(
            source=SOURCE,
            external_id=invoice,
            currency=currency,
            status="refunded" if back == total else "completed",
            placed_at=first.at,
            lines=lines,
            payments=(MadePayment("invoice", total),),
            buyer=Buyer(first.customer, first.at) if first.customer else None,
            paid_at=first.at,
            shipped_at=first.at,
            delivered_at=first.at,
            country=first.country,
            line=first.line,
        )
    )

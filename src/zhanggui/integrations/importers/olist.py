"""Olist marketplace data: several files that belong together, in any order, any of them missing.

Rules. A person is `customer_unique_id` (a `customer_id` is made for each order). Status: created → pending_payment,
approved → paid, invoiced and processing → fulfilling, shipped → shipped, delivered → completed, canceled and unavailable
→ cancelled. Each row of the items is one unit; equal units of an order are one line. Payments stay as they are: several
to an order, vouchers, sums that differ from what was due; a payment of zero is left out, and those of an order given up
before they were approved are kept but not counted as received. Products have no names there: their category and number
stand for one, and they come unlisted. Postcodes get back the zeros they lost. Reviews, sellers and places are not
imported. Times are the mall's wall-clock time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from . import cells as cell
from .drafts import CellError, Remark
from .history import Buyer, MadePayment, Sale, SoldLine, seal
from .products import Product, Setup, Variant, finish
from .spool import Spool
from .text import Row, Table

Item = Product | Buyer | Sale | Remark
SOURCE = "olist"
NAME = "Olist"
CURRENCY = "BRL"
STATUSES = {
    "created": "pending_payment",
    "approved": "paid",
    "invoiced": "fulfilling",
    "processing": "fulfilling",
    "shipped": "shipped",
    "delivered": "completed",
    "canceled": "cancelled",
    "unavailable": "cancelled",
}
#: Which columns tell a file; the first that fits.
KINDS: dict[str, tuple[str, ...]] = {
    "items": ("order_id", "order_item_id", "product_id", "price"),
    "payments": ("order_id", "payment_type", "payment_value"),
    "reviews": ("review_id", "order_id"),
    "orders": ("order_id", "customer_id", "order_status", "order_purchase_timestamp"),
    "customers": ("customer_id", "customer_unique_id"),
    "translation": ("product_category_name", "product_category_name_english"),
    "products": ("product_id", "product_category_name"),
    "sellers": ("seller_id", "seller_city"),
    "geolocation": ("geolocation_zip_code_prefix",),
}
Joined = list[tuple[int, list[Any]]]  # line of the file, [name of the file, values by column]
_USED = ("translation", "customers", "items", "payments", "products", "orders")


def kind_of(header: Sequence[str]) -> str:
    names = {name.casefold() for name in header}
    return next((kind for kind, needed in KINDS.items() if names.issuperset(needed)), "")


def recognises(header: Sequence[str]) -> bool:
    return bool(kind_of(header))


def read(tables: Sequence[Table], setup: Setup, currency: str = CURRENCY) -> Iterator[tuple[str, Item]]:
    """Products, buyers without an order, sales and remarks of all files together, each with the name of its file."""
    by_kind: dict[str, list[Table]] = {kind: [] for kind in KINDS}
    for table in tables:
        by_kind[kind_of(table.header)].append(table)
    for kind, found in by_kind.items():
        for table in found:
            if kind not in _USED:
                yield table.name, Remark(table.name, 1, "file_unused", outcome="skipped")
            else:
                yield from ((table.name, row) for row in table.rows() if isinstance(row, Remark))
    with Spool() as spool:
        words: dict[str, str] = {}
        for table in by_kind["translation"]:
            for _line, values in _rows(table):
                words[values["product_category_name"]] = values["product_category_name_english"]
        for table in by_kind["products"]:
            yield from ((table.name, item) for item in _products(table, words, spool))
        if not by_kind["orders"]:
            yield from _without_orders(by_kind)
            return
        for kind, key in (("customers", "customer_id"), ("items", "order_id"), ("payments", "order_id")):
            for table in by_kind[kind]:
                for line, values in _rows(table):
                    spool.put(kind, values[key], line, [table.name, values])
        given = {kind for kind, found in by_kind.items() if found}
        for table in by_kind["orders"]:
            yield from ((table.name, item) for item in _orders(table, spool, given, setup, currency))
        for kind in ("items", "payments"):
            for order, line, (name, _values) in spool.rest(kind):
                yield name, Remark(name, line, "order_missing", "order_id", order, params={"order": order})


def _rows(table: Table) -> Iterator[tuple[int, dict[str, str]]]:
    names = [name.casefold() for name in table.header]
    for row in table.rows():
        if isinstance(row, Row):
            yield row.line, {name: text.strip() for name, text in zip(names, row.cells, strict=True)}


def _without_orders(by_kind: Mapping[str, list[Table]]) -> Iterator[tuple[str, Item]]:
    for table in by_kind["customers"]:
        for line, values in _rows(table):
            if values["customer_unique_id"]:
                yield table.name, Buyer(values["customer_unique_id"], None, line)
    for kind in ("items", "payments"):
        for table in by_kind[kind]:
            yield table.name, Remark(table.name, 1, "orders_file_missing")


def _products(table: Table, words: Mapping[str, str], spool: Spool) -> Iterator[Product | Remark]:
    for line, values in _rows(table):
        number = values["product_id"]
        category = values["product_category_name"]
        try:
            if not number:
                raise CellError("missing", "product_id")
            weight = cell.grams(values.get("product_weight_g", ""), "product_weight_g")
            title = _title(number, category, words)
            spool.put("titles", number, line, [title])
            attributes = {name: values[name] for name in _SIZES if values.get(name)}
            yield finish(
                Product(
                    source=SOURCE,
                    external_id=number,
                    title=title,
                    category_path=("Olist", words.get(category, category)) if category else ("Olist",),
                    skus=(Variant(number, weight_g=weight),),
                    listed=False,
                    extras=attributes | ({"product_category_name": category} if category else {}),
                    line=line,
                )
            )
        except CellError as error:
            yield error.remark(table.name, line, number)


_SIZES = ("product_length_cm", "product_height_cm", "product_width_cm")


def _title(number: str, category: str, words: Mapping[str, str]) -> str:
    return f"{words.get(category, category) or 'product'} {number[:8]}".replace("_", " ")


def _orders(table: Table, spool: Spool, given: set[str], setup: Setup, currency: str) -> Iterator[Sale | Remark]:
    """The sales of an orders file; `given` are the kinds of files at hand, what is missing of others is no remark."""
    for line, values in _rows(table):
        order = values["order_id"]
        notes: list[Remark] = []
        items, payments = spool.take("items", order), spool.take("payments", order)
        try:
            buyer, place = _buyer(values, spool, table.name, line, "customers" in given, notes, setup)
            lines, freight = _lines(items, spool, "products" in given, setup)
            made = _payments(payments, order, setup, notes)
            sale = _sale(values, line, lines, freight, made, buyer, place, setup, currency)
        except CellError as error:
            yield error.remark(str(error.params.get("file", table.name)), int(error.params.get("line", line)), order)
            continue
        _judge(sale, table.name, notes)
        yield from notes
        yield sale


def _judge(sale: Sale, file: str, notes: list[Remark]) -> None:
    due = sale.items_total + sale.shipping_total
    if not sale.lines:
        notes.append(Remark(file, sale.line, "no_items", "", sale.external_id, "noted"))
    elif sale.payments and sale.offered_total != due:
        params = {"paid": f"{sale.offered_total / 100:.2f}", "due": f"{due / 100:.2f}"}
        notes.append(Remark(file, sale.line, "payments_differ", "payment_value", sale.external_id, "noted", params))


def _buyer(
    values: dict[str, str], spool: Spool, file: str, line: int, customers: bool, notes: list[Remark], setup: Setup
) -> tuple[Buyer | None, dict[str, str]]:
    number = values["customer_id"]
    found = spool.get("customers", number)
    if not found:
        if customers:
            notes.append(
                Remark(file, line, "customer_missing", "customer_id", values["order_id"], "noted", {"customer": number})
            )
        return None, {}
    _line, (_file, person) = found[0]
    joined = cell.moment(values["order_purchase_timestamp"], "order_purchase_timestamp", setup.zone)
    return Buyer(person["customer_unique_id"], joined), person


def _lines(items: Joined, spool: Spool, products: bool, setup: Setup) -> tuple[tuple[SoldLine, ...], int]:
    units: dict[tuple[str, int], int] = {}
    freight = 0
    for line, (file, values) in items:
        try:
            price = cell.price(values["price"], "price", setup.digits)
            if price is None or not values["product_id"]:
                raise CellError("missing", "price" if price is None else "product_id")
            freight += cell.price(values.get("freight_value", ""), "freight_value", setup.digits) or 0
        except CellError as error:
            raise CellError(error.code, error.field, **{**error.params, "line": line, "file": file}) from None
        key = (values["product_id"], price)
        units[key] = units.get(key, 0) + 1
    lines = []
    for (number, price), quantity in units.items():
        titles = spool.get("titles", number) if products else []
        title = titles[0][1][0] if titles else f"product {number[:8]}"
        lines.append(SoldLine(number, title, quantity, price))
    return tuple(lines), freight


def _payments(payments: Joined, order: str, setup: Setup, notes: list[Remark]) -> tuple[MadePayment, ...]:
    made: list[tuple[int, MadePayment]] = []
    for line, (file, values) in payments:
        try:
            amount = cell.price(values["payment_value"], "payment_value", setup.digits)
            sequence = cell.whole(values.get("payment_sequential", ""), "payment_sequential") or 0
            instalments = cell.whole(values.get("payment_installments", ""), "payment_installments") or 1
        except CellError as error:
            raise CellError(error.code, error.field, **{**error.params, "line": line, "file": file}) from None
        if amount:
            made.append((sequence, MadePayment(values["payment_type"], amount, instalments)))
        else:
            notes.append(Remark(file, line, "zero_payment", "payment_value", order, "skipped"))
    return tuple(payment for _sequence, payment in sorted(made, key=lambda pair: pair[0]))


def _paid_at(status: str, placed: datetime, approved: datetime | None) -> datetime | None:
    """When the money came; an order that was given up or is waiting before its payment was approved got none."""
    return approved or (None if status in ("pending_payment", "cancelled") else placed)


def _sale(
    values: dict[str, str],
    line: int,
    lines: tuple[SoldLine, ...],
    freight: int,
    payments: tuple[MadePayment, ...],
    buyer: Buyer | None,
    place: dict[str, str],
    setup: Setup,
    currency: str,
) -> Sale:
    def at(name: str) -> datetime | None:
        return cell.moment(values.get(name, ""), name, setup.zone)

    placed = at("order_purchase_timestamp")
    if placed is None or not values["order_id"]:
        raise CellError("missing", "order_purchase_timestamp" if placed is None else "order_id")
    status = STATUSES.get(values["order_status"].casefold())
    if status is None:
        raise CellError("status_unknown", "order_status", value=values["order_status"][:60])
    approved, shipped, delivered = (
        at("order_approved_at"),
        at("order_delivered_carrier_date"),
        at("order_delivered_customer_date"),
    )
    done = [moment for moment in (placed, approved, shipped, delivered) if moment]
    return seal(
        Sale(
            source=SOURCE,
            external_id=values["order_id"],
            currency=currency,
            status=status,
            placed_at=placed,
            lines=lines,
            shipping_total=freight,
            payments=payments,
            buyer=buyer,
            paid_at=_paid_at(status, placed, approved) if payments else None,
            shipped_at=shipped,
            delivered_at=delivered,
            cancelled_at=max(done) if status == "cancelled" else None,
            country="BR",
            province=place.get("customer_state", ""),
            city=place.get("customer_city", ""),
            postcode=place.get("customer_zip_code_prefix", "").zfill(5)
            if place.get("customer_zip_code_prefix")
            else "",
            line=line,
        )
    )

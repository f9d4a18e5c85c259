"""A batch of imported order history: buyers, then orders as they were, in one transaction and with one announcement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.integrations.importers.drafts import Remark
from zhanggui.integrations.importers.history import Buyer, Sale, SoldLine
from zhanggui.kernel.actor import Actor
from zhanggui.members import selectors as member_reads
from zhanggui.members import services as members
from zhanggui.members.services import ImportedMember
from zhanggui.orders import services as orders
from zhanggui.orders.types import ImportedLine, ImportedOrder, ImportedPayment, ImportedReturn

from . import records
from .records import Taken

NUMBER_LIMIT = 40


@dataclass(frozen=True, slots=True)
class SaleEntry:
    """A sale or a buyer on its way in: from which file (name and digest)."""

    file: str
    file_digest: str
    item: Sale | Buyer
    source: str


def take(entries: Sequence[SaleEntry], *, actor: Actor) -> Taken:
    """Import a batch. Opens a transaction. What was imported before stays: a document that reads differently now is told."""
    taken = Taken()
    with transaction.atomic():
        sales = [(entry, entry.item) for entry in entries if isinstance(entry.item, Sale)]
        known = records.known("order", [sale for _entry, sale in sales])
        again = records.repeated([(entry.file_digest, sale) for entry, sale in sales], known)
        fresh: list[tuple[SaleEntry, Sale]] = []
        for position, (entry, sale) in enumerate(sales):
            record = known.get((sale.source, sale.external_id))
            if position in again:
                taken.remarks.append(_remark(entry, sale, "duplicate_external_id", first=again[position]))
            elif record is None:
                fresh.append((entry, sale))
            elif record.digest == sale.digest:
                taken.skipped += 1
            else:
                taken.remarks.append(_remark(entry, sale, "history_changed"))
        _members(entries, taken, actor)
        _orders(fresh, taken, actor)
    return taken


def _members(entries: Sequence[SaleEntry], taken: Taken, actor: Actor) -> None:
    """Buyers that come without an order count for themselves; those of orders are made with them."""
    alone = [entry for entry in entries if isinstance(entry.item, Buyer)]
    if not alone:
        return
    source = alone[0].source
    wanted = {entry.item.external_id: entry.item for entry in alone if isinstance(entry.item, Buyer)}
    there = member_reads.ids_by_external(source, list(wanted))
    members.import_members([_member(buyer) for buyer in wanted.values()], source=source, actor=actor)
    taken.created += len(wanted.keys() - there.keys())
    taken.skipped += len(alone) - len(wanted.keys() - there.keys())


def _member(buyer: Buyer) -> ImportedMember:
    member = ImportedMember(external_id=buyer.external_id)
    if buyer.joined_at:
        member["joined_at"] = buyer.joined_at
    return member


def _orders(fresh: Sequence[tuple[SaleEntry, Sale]], taken: Taken, actor: Actor) -> None:
    if not fresh:
        return
    source = fresh[0][1].source
    buyers: dict[str, Buyer] = {}
    for _entry, sale in fresh:
        if sale.buyer:
            seen = buyers.setdefault(sale.buyer.external_id, sale.buyer)
            if sale.buyer.joined_at and seen.joined_at and sale.buyer.joined_at < seen.joined_at:
                buyers[sale.buyer.external_id] = sale.buyer
    ids = (
        members.import_members([_member(buyer) for buyer in buyers.values()], source=source, actor=actor)
        if buyers
        else {}
    )
    skus = _skus(source, {line.sku_code for _entry, sale in fresh for line in sale.lines})
    made = orders.import_history([_order(sale, ids, skus) for _entry, sale in fresh], actor=actor)
    taken.created += len(made)
    taken.skipped += len(fresh) - len(made)
    records.put(
        "order",
        (
            {
                "source": sale.source, "external_id": sale.external_id, "digest": sale.digest,
                "target_id": made.get((sale.source, sale.external_id)), "file": entry.file_digest, "line": sale.line,
                "extras": {}, "stated": {},
            }
            for entry, sale in fresh
        ),
    )  # fmt: skip


def _skus(source: str, codes: set[str]) -> dict[str, tuple[int, int]]:
    """SKU and product ids of articles whose product came from the same source; an equal code elsewhere means nothing."""
    own = records.targets("product", source, sorted(codes))
    if not own:
        return {}
    found = catalog.sellable_by_code(sorted(own))
    return {sku.code: (sku.sku_id, sku.product_id) for sku in found if sku.sku_id and own[sku.code] == sku.product_id}


def _order(sale: Sale, members_by_number: dict[str, int], skus: dict[str, tuple[int, int]]) -> ImportedOrder:
    number = f"{sale.source}-{sale.external_id}"
    return ImportedOrder(
        origin=sale.source,
        external_id=sale.external_id,
        number=number if len(number) <= NUMBER_LIMIT and number.isascii() else "",
        currency=sale.currency,
        status=sale.status,
        placed_at=sale.placed_at,
        lines=tuple(_line(line, *skus.get(line.sku_code, (None, None))) for line in sale.lines),
        member_id=members_by_number.get(sale.buyer.external_id) if sale.buyer else None,
        shipping_total=sale.shipping_total,
        payments=tuple(ImportedPayment(p.method, p.amount, p.instalments) for p in sale.payments),
        paid_at=sale.paid_at,
        shipped_at=sale.shipped_at,
        delivered_at=sale.delivered_at,
        cancelled_at=sale.cancelled_at,
        province=sale.province or sale.country,
        city=sale.city,
        address_line=" ".join(part for part in (sale.postcode, sale.country) if part),
    )


def _line(line: SoldLine, sku_id: int | None, product_id: int | None) -> ImportedLine:
    returned = tuple(ImportedReturn(one.document, one.at, one.quantity, one.amount) for one in line.returned)
    return ImportedLine(
        line.sku_code, line.title, line.quantity, line.unit_price, sku_id, product_id, returned=returned
    )


def _remark(entry: SaleEntry, sale: Sale, code: str, **params: Any) -> Remark:
    return Remark(entry.file, sale.line, code, "", sale.external_id, "rejected", params)

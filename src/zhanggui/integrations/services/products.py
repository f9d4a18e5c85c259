"""A batch of imported products: catalogue, prices, stock, listing and the record of it, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from zhanggui.catalog import services as catalog
from zhanggui.catalog.drafts import Clean
from zhanggui.catalog.errors import PictureRefused
from zhanggui.catalog.types import ImportResult, ListingFacts, SkuPrice
from zhanggui.integrations.importers.drafts import Remark
from zhanggui.integrations.importers.products import LOCAL, Product, Variant
from zhanggui.integrations.pictures import local_picture
from zhanggui.integrations.reading import draft_of
from zhanggui.inventory import selectors as stock_levels
from zhanggui.inventory import services as inventory
from zhanggui.inventory.errors import StockBelowReserved
from zhanggui.inventory.types import StockRow
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import EN, ZH, Text
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed
from zhanggui.pricing import selectors as price_list
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow

from . import records
from .records import Known, Taken


@dataclass(frozen=True, slots=True)
class ProductEntry:
    """A product on its way in: from which file (name and digest), with which folder beside it."""

    file: str
    file_digest: str
    folder: Path | None
    product: Product
    clean: Clean | None = None  # what the reading process made of it already


@dataclass(frozen=True, slots=True)
class _Sku:
    """A variant and the SKU it became. `said` is what the file said of it last time."""

    sku_id: int
    variant: Variant
    entry: ProductEntry
    said: list[int | None] | None
    new: bool  # with its product

    @property
    def says(self) -> list[int | None]:
        variant = self.variant
        return [variant.sale_price, variant.list_price, variant.cost, variant.quantity]


def take(entries: Sequence[ProductEntry], *, actor: Actor) -> Taken:
    """Import a batch. Opens a transaction. A draft that cannot be taken is told in the remarks and holds up nothing."""
    taken = Taken()
    with transaction.atomic():
        known = records.known("product", [entry.product for entry in entries])
        again = records.repeated([(entry.file_digest, entry.product) for entry in entries], known)
        fresh: list[ProductEntry] = []
        same: list[ProductEntry] = []
        for position, entry in enumerate(entries):
            record = known.get((entry.product.source, entry.product.external_id))
            if position in again:
                taken.remarks.append(_remark(entry, "duplicate_external_id", "", first=again[position]))
            elif record and record.digest == entry.product.digest:
                taken.skipped += 1
                if (record.file, record.line) != (entry.file_digest, entry.product.line):
                    same.append(entry)
            else:
                fresh.append(entry)
        if fresh:
            _write(fresh, known, taken, actor)
        records.moved(
            "product", [(e.product.source, e.product.external_id, e.file_digest, e.product.line) for e in same]
        )
    return taken


def _write(entries: Sequence[ProductEntry], known: dict[tuple[str, str], Known], taken: Taken, actor: Actor) -> None:
    with db.ahead():
        results = catalog.import_products(
            [entry.clean or draft_of(entry.product) for entry in entries],
            on_sale=[place for place, entry in enumerate(entries) if entry.product.listed],
            actor=actor,
        )
        skus: list[_Sku] = []
        kept: list[tuple[ProductEntry, ImportResult]] = []
        for entry, result in zip(entries, results, strict=True):
            if result.outcome == "rejected":
                taken.remarks += [_from_error(entry, error, "rejected") for error in result.errors[:1]]
                continue
            taken.remarks += [_from_error(entry, error, "noted") for error in result.errors]
            kept.append((entry, result))
            record = known.get((entry.product.source, entry.product.external_id))
            taken.updated += record is not None
            taken.created += record is None
            stated = record.stated if record else {}
            for sku_id, variant in zip(result.sku_ids, entry.product.skus, strict=True):
                skus.append(_Sku(sku_id, variant, entry, stated.get(variant.code), result.outcome == "created"))
    # what is refused rolls back to a savepoint, which a row of statements under way does not survive
    _set_prices(skus, taken, actor)
    _set_stock(skus, taken, actor)
    created = [(entry, result) for entry, result in kept if result.outcome == "created"]
    _add_local_pictures(created, taken, actor)
    with db.ahead():
        _list(created, skus, taken, actor)
        by_entry: dict[int, dict[str, list[int | None]]] = {}
        for sku in skus:
            by_entry.setdefault(id(sku.entry), {})[sku.variant.code] = sku.says
        records.put(
            "product",
            (
                {
                    "source": entry.product.source, "external_id": entry.product.external_id, "digest": entry.product.digest,
                    "target_id": result.product_id, "file": entry.file_digest, "line": entry.product.line,
                    "extras": entry.product.extras, "stated": by_entry.get(id(entry), {}),
                }
                for entry, result in kept
            ),
        )  # fmt: skip


def _set_prices(skus: Sequence[_Sku], taken: Taken, actor: Actor) -> None:
    rows: dict[bool, list[tuple[_Sku, PriceRow]]] = {True: [], False: []}
    planned = []
    for sku in skus:
        variant = sku.variant
        if variant.list_price is None or (sku.said and sku.said[:3] == sku.says[:3]):
            continue
        window = variant.sale_from or variant.sale_until
        price = PriceRow(sku.sku_id, variant.list_price, None if window else variant.sale_price, variant.cost)
        rows[sku.new].append((sku, price))
        if window and variant.sale_price != variant.list_price:
            planned.append(sku)
    refused = _put(
        rows[True], taken, lambda prices: pricing.set_prices(prices, actor=actor, reason="import", lists=False)
    )
    refused |= _put(rows[False], taken, lambda prices: pricing.propose_prices(prices, actor=actor, reason="import"))
    for sku in planned:
        if sku.sku_id not in refused:
            _plan_sale(sku, taken, actor)


def _put(wanted: list[tuple[_Sku, PriceRow]], taken: Taken, write: Callable[[list[PriceRow]], object]) -> set[int]:
    """Write the prices that may be; those that the mall's rules refuse are told in the remarks. The SKUs refused."""
    refused: set[int] = set()
    while wanted:
        try:
            with transaction.atomic():
                write([price for _, price in wanted])
            break
        except ValidationFailed as problem:
            errors = {int(error.loc.split(".")[1]): error for error in problem.errors if error.loc.startswith("rows.")}
            if not errors:
                raise
            for place, error in sorted(errors.items()):
                texts = {"reason": error.as_dict(ZH)["message"], "reason_en": error.as_dict(EN)["message"]}
                taken.remarks.append(_remark(wanted[place][0].entry, "price_not_taken", "list_price", "noted", **texts))
                refused.add(wanted[place][0].sku_id)
            wanted = [each for place, each in enumerate(wanted) if place not in errors]
    return refused


def _plan_sale(sku: _Sku, taken: Taken, actor: Actor) -> None:
    """A sale price with dates; one that is over by now is left out."""
    variant, now = sku.variant, clock.now()
    if variant.sale_price is None or (variant.sale_until and variant.sale_until <= now):
        return
    try:
        with transaction.atomic():
            pricing.schedule_price(
                sku.sku_id,
                sale_price=variant.sale_price,
                starts_at=variant.sale_from or now,
                ends_at=variant.sale_until,
                reason="import",
                actor=actor,
            )
    except Problem as problem:
        texts = {"reason": problem.detail(ZH), "reason_en": problem.detail(EN)}
        taken.remarks.append(_remark(sku.entry, "schedule_not_taken", "sale_price", "noted", **texts))


def _set_stock(skus: Sequence[_Sku], taken: Taken, actor: Actor) -> None:
    wanted = [s for s in skus if s.variant.quantity is not None and not (s.said and s.said[3] == s.says[3])]
    while wanted:
        rows = [StockRow(sku.sku_id, sku.variant.quantity or 0) for sku in wanted]
        try:
            with transaction.atomic():
                inventory.set_on_hand(rows, actor=actor, reason="import")
            return
        except StockBelowReserved as problem:
            named = {int(error.loc.split(".")[1]) for error in problem.errors}
            for place in sorted(named):
                sku = wanted[place]
                remark = _remark(sku.entry, "stock_below_reserved", "quantity", "noted", quantity=sku.variant.quantity)
                taken.remarks.append(remark)
            wanted = [sku for place, sku in enumerate(wanted) if place not in named] if named else []


def _list(
    created: Iterable[tuple[ProductEntry, ImportResult]], skus: Sequence[_Sku], taken: Taken, actor: Actor
) -> None:
    """Put new products on sale that the file says are on sale, as far as they have prices and stock."""
    own = [sku.sku_id for sku in skus if sku.new]
    wanted = {result.product_id: entry for entry, result in created if entry.product.listed and result.product_id}
    if not own and not wanted:
        return
    prices = price_list.effective_prices(own, clock.now())
    stocked = frozenset(sku for sku, units in stock_levels.available(own).items() if units > 0)
    catalog.set_first_facts(
        [SkuPrice(sku, price.sale_price, price.list_price) for sku, price in prices.items()], stocked, actor=actor
    )
    facts = ListingFacts(frozenset(prices), stocked)
    for answer in catalog.list_imported(list(wanted), facts=facts, actor=actor):
        if not answer.listed:
            taken.remarks.append(_from_error(wanted[answer.product_id], answer.errors[0], "noted", "not_listed"))


def _add_local_pictures(created: Iterable[tuple[ProductEntry, ImportResult]], taken: Taken, actor: Actor) -> None:
    """Pictures that lie beside the file are read at once."""
    for entry, result in created:
        wanted: list[tuple[str, int | None]] = [(p.url, None) for p in entry.product.media]
        wanted += [(v.image_url, result.skus.get(v.code)) for v in entry.product.skus]
        for url, sku_id in dict.fromkeys(wanted):
            if not url.startswith(LOCAL) or result.product_id is None:
                continue
            name = url.removeprefix(LOCAL)
            data = local_picture(entry.folder, entry.file, name)
            try:
                if data is None:
                    taken.remarks.append(_remark(entry, "picture_file_missing", "image", "noted", value=name))
                else:
                    catalog.add_picture(result.product_id, data, sku_id=sku_id, actor=actor)
            except PictureRefused:
                taken.remarks.append(_remark(entry, "bad_picture", "image", "noted", value=name))


def _remark(entry: ProductEntry, code: str, field: str, outcome: Any = "rejected", **params: Any) -> Remark:
    return Remark(entry.file, entry.product.line, code, field, entry.product.external_id, outcome, params)


def _from_error(entry: ProductEntry, error: FieldError, outcome: Any, code: str = "") -> Remark:
    text = error.message if isinstance(error.message, Text) else Text(error.message, error.message)
    params = {"reason": text.render(ZH), "reason_en": text.render(EN)}
    return Remark(
        entry.file, entry.product.line, code or error.code, error.loc, entry.product.external_id, outcome, params
    )

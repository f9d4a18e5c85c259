"""Taking over products from files of other shops: a batch is a dozen statements, whatever its size.

A draft is known by (`source`, `external_id`); one whose digest has not changed is left alone. What cannot be taken is
answered with its reason and holds up nothing else. Variants a file no longer names stay as they are.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from zhanggui.kernel import audit, db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError

from .. import drafts as halves
from .. import listings, locks, rules, states, taxonomy, words, writing
from ..drafts import Clean
from ..events import ProductsImported
from ..types import ImportResult, ProductDraft, SkuDraft
from .products import duplicate_sku
from .taxonomy import brand_key, ensure_brands, ensure_categories, find_path

Draft = ProductDraft | Clean


@dataclass(slots=True)
class _Work:
    """One draft on its way."""

    index: int
    draft: ProductDraft | None  # None: it came cleaned
    clean: Clean
    known: bool = False

    @property
    def row(self) -> writing.ProductRowData:
        return self.clean.row

    @property
    def key(self) -> tuple[str, str]:
        return self.clean.source, self.clean.external_id


@dataclass(slots=True)
class _Stored:
    """What the database holds of the batch's products and codes."""

    records: dict[tuple[str, str], dict[str, Any]]
    owner: dict[str, int]  # product id by SKU code
    by_product: dict[int, list[dict[str, Any]]]

    def skus_of(self, product_id: int | None) -> list[dict[str, Any]]:
        return self.by_product.get(product_id or 0, [])


def import_products(drafts: Sequence[Draft], *, on_sale: Collection[int] = (), actor: Actor) -> list[ImportResult]:
    """Create, update or leave the drafts' products; a result for each, in order. Opens a transaction (a savepoint
    inside the caller's). New products are `approved` when published, else `draft`; an update keeps the state.

    `on_sale` are the places of published drafts whose prices and stock the caller brings in the same transaction, and then
    calls `list_imported`: what is new of them is written as listed at once, which spares writing it twice.

    A draft may have been cleaned before (`catalog.drafts.clean`). `errors` of a rejected draft say why; those of a taken
    one are remarks (an attribute value that did not fit).
    """
    return _import(tuple(drafts), frozenset(on_sale), actor=actor) if drafts else []


@writing.retrying
def _import(drafts: Sequence[Draft], on_sale: Collection[int], *, actor: Actor) -> list[ImportResult]:
    """The batch in one transaction; runs anew when another writer took a code or slug meanwhile."""
    results: dict[int, ImportResult] = {}
    stored = _stored(drafts)
    works = _prepare(drafts, stored, results)
    words.lay_by(work.clean.spelled for work in works if work.clean.spelled)
    words.know(name for work in works for name in work.clean.names)
    for work in works:
        if work.index in on_sale and not work.known and work.row.state == states.APPROVED:
            work.row.state = states.LISTED
    if works:
        _write(works, stored, results, actor)
    return [results[index] for index in range(len(drafts))]


def _stored(drafts: Sequence[Draft]) -> _Stored:
    """What earlier imports made of these drafts, the SKUs of those products, and the owners of every code: two statements."""
    keys = [{"source": rules.line(d.source), "external_id": rules.line(d.external_id)} for d in drafts]
    found = db.rows(
        "select r.source, r.external_id, r.digest, p.id, p.code from jsonb_to_recordset(%s) as w(source text, external_id text)"
        " join catalog_importrecord r on r.source = w.source and r.external_id = w.external_id"
        " join catalog_product p on p.id = r.product_id",
        (db.Json(keys),),
    )
    records = {(row["source"], row["external_id"]): row for row in found}
    skus = db.rows(
        "select id, code, product_id, options from catalog_sku where code = any(%s::text[])"
        " union all select id, code, product_id, options from catalog_sku where product_id = any(%s::bigint[])",
        (
            list({rules.line(sku.code) for draft in drafts for sku in _skus(draft)}),
            [row["id"] for row in records.values()],
        ),
    )
    stored = _Stored(records, {}, {})
    for row in skus:
        if row["code"] not in stored.owner:
            stored.owner[row["code"]] = row["product_id"]
            stored.by_product.setdefault(row["product_id"], []).append(row)
    return stored


def _skus(draft: Draft) -> Sequence[SkuDraft]:
    return draft.row.skus if isinstance(draft, Clean) else draft.skus


def _prepare(drafts: Sequence[Draft], stored: _Stored, results: dict[int, ImportResult]) -> list[_Work]:
    """Sort out what is unchanged and what cannot be taken; the rest, cleaned."""
    works: list[_Work] = []
    keys: set[tuple[str, str]] = set()
    codes: set[str] = set()
    for index, draft in enumerate(drafts):
        work = _begin(index, draft, stored)
        record = stored.records.get(work.key)
        if record and record["digest"] == work.clean.digest and work.key not in keys:
            keys.add(work.key)
            results[index] = _unchanged(work, stored)
            continue
        if work.draft:
            halves.finish(work.clean, work.draft)
        if work.known:
            work.row.slug = ""  # it keeps its address
        errors = list(work.clean.errors)
        if work.key in keys:
            errors.append(
                FieldError(
                    "external_id", "duplicate_external_id", Text("标识在本批中重复", "this identifier came before")
                )
            )
        own = {sku.code for sku in work.row.skus if sku.code}
        taken = {code for code in own if stored.owner.get(code, work.row.product_id) != work.row.product_id}
        errors += [duplicate_sku("skus", code) for code in sorted(own & codes | taken)]
        if errors:
            results[index] = ImportResult(index, "rejected", errors=tuple(errors))
            continue
        keys.add(work.key)
        codes |= own
        works.append(work)
    return works


def _begin(index: int, draft: Draft, stored: _Stored) -> _Work:
    """The draft with its variants cleaned, joined to the product it became before."""
    if isinstance(draft, Clean):
        work = _Work(index, None, draft.copy())
    else:
        work = _Work(index, draft, halves.begin(draft))
    if record := stored.records.get(work.key):
        work.known = True
        work.row.product_id, work.row.code = record["id"], record["code"]
    return work


def _unchanged(work: _Work, stored: _Stored) -> ImportResult:
    own = stored.skus_of(work.row.product_id)
    writing.name_skus(work.row, {writing.options_key(sku["options"]): sku["code"] for sku in own})
    return _result(work, {sku["code"]: sku["id"] for sku in own}, "unchanged")


def _write(works: Sequence[_Work], stored: _Stored, results: dict[int, ImportResult], actor: Actor) -> None:
    tree = ensure_categories({work.clean.path for work in works if work.clean.path}, taxonomy.load(), actor=actor)
    brands = ensure_brands([work.clean.brand for work in works if work.clean.brand], tree, actor=actor)
    if not set(brands.values()) <= tree.brands.keys():
        tree = taxonomy.load()
    for work in works:
        _place(work, tree, brands)
    new = [work.row for work in works if not work.known]
    old = [work.row for work in works if work.known]
    locks.hold_products([row.product_id or 0 for row in old])
    writing.give_codes(new, {c.id: c.code for c in tree.categories.values()})
    writing.insert(new)
    written = writing.update(old, writing.KEPT, with_skus=True)
    for row in (work.row for work in works):
        own = stored.skus_of(row.product_id)
        writing.name_skus(row, {writing.options_key(sku["options"]): sku["code"] for sku in own})
    sku_ids = writing.put_skus([work.row for work in works])
    with db.ahead():
        _put_media(works, sku_ids)
        _put_records(works)
        listed = [row["id"] for row in written.values() if row["state"] == states.LISTED]
        listings.project(listed, tree)
        _tell(works, bool(listed), actor)
        for work in works:
            results[work.index] = _result(work, sku_ids, "updated" if work.known else "created")


def _place(work: _Work, tree: taxonomy.Taxonomy, brands: Mapping[str, int]) -> None:
    category = find_path(tree, work.clean.path) if work.clean.path else None
    work.row.category_id = category.id if category else None
    work.row.brand_id = brands.get(brand_key(work.clean.brand)) if work.clean.brand else None
    definitions = tree.definitions_for(category.ancestors if category else [])
    work.row.attributes, remarks = rules.attributes(work.row.attributes, definitions)
    work.clean.remarks += remarks


def _put_media(works: Sequence[_Work], sku_ids: Mapping[str, int]) -> None:
    batch = [
        {
            "product_id": work.row.product_id, "sku_id": sku_ids.get(picture.sku_code), "source_url": picture.source_url,
            "alt": picture.alt, "position": position,
        }
        for work in works
        for position, picture in enumerate(work.clean.media)
    ]  # fmt: skip
    if batch:
        db.send(
            "insert into catalog_media (product_id, sku_id, source_url, alt, position)"
            " select r.product_id, r.sku_id, r.source_url, r.alt, r.position from jsonb_to_recordset(%s)"
            " as r(product_id bigint, sku_id bigint, source_url text, alt text, position int) on conflict do nothing",
            (db.Json(batch),),
        )


def _put_records(works: Sequence[_Work]) -> None:
    batch = [
        {
            "source": work.clean.source, "external_id": work.clean.external_id, "digest": work.clean.digest,
            "product_id": work.row.product_id,
        }
        for work in works
    ]  # fmt: skip
    db.send(
        "insert into catalog_importrecord (source, external_id, digest, product_id)"
        " select r.source, r.external_id, r.digest, r.product_id from jsonb_to_recordset(%s)"
        " as r(source text, external_id text, digest text, product_id bigint) order by r.source, r.external_id"
        " on conflict (source, external_id) do update set digest = excluded.digest"
        " where catalog_importrecord.product_id = excluded.product_id",
        (db.Json(batch),),
    )


def _tell(works: Sequence[_Work], listed: bool, actor: Actor) -> None:
    for source in sorted({work.clean.source for work in works}):
        of_source = [work for work in works if work.clean.source == source]
        created = tuple(w.row.product_id for w in of_source if not w.known and w.row.product_id)
        updated = tuple(w.row.product_id for w in of_source if w.known and w.row.product_id)
        audit.record(
            actor=actor, action="catalog.import", target_type="import", target_id=source,
            after={"created": created, "updated": updated},
        )  # fmt: skip
        outbox.record(ProductsImported(source, created, updated))
    if listed:
        listings.changed()


def _result(
    work: _Work, sku_ids: Mapping[str, int], outcome: Literal["created", "updated", "unchanged"]
) -> ImportResult:
    codes = [sku.code for sku in work.row.skus]
    return ImportResult(
        work.index,
        outcome,
        work.row.product_id,
        work.row.code,
        {code: sku_ids[code] for code in codes if code in sku_ids},
        tuple(sku_ids[code] for code in codes if code in sku_ids),
        tuple(work.clean.remarks),
    )

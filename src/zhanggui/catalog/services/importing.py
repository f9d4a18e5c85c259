"""Taking over products from files of other shops: a batch is a dozen statements, whatever its size.

A draft is known by (`source`, `external_id`); one whose digest has not changed is left alone. What cannot be taken is
answered with its reason and holds up nothing else. Variants a file no longer names stay as they are.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from zhanggui.kernel import audit, db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError

from .. import facets, listings, locks, rules, states, taxonomy, words, writing
from ..events import ProductsImported
from ..types import ImportResult, MediaDraft, ProductDraft
from .products import clean_sku, duplicate_sku
from .taxonomy import brand_key, ensure_brands, ensure_categories, find_path

URL_LIMIT = 2_000
MAX_PICTURES = 200


@dataclass(slots=True)
class _Work:
    """One draft on its way."""

    index: int
    draft: ProductDraft
    digest: str
    row: writing.ProductRowData
    media: list[MediaDraft]
    remarks: list[FieldError] = field(default_factory=list)
    known: bool = False
    path: tuple[str, ...] = ()
    brand: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.draft.source, self.draft.external_id


def import_products(drafts: Sequence[ProductDraft], *, actor: Actor) -> list[ImportResult]:
    """Create, update or leave the drafts' products; a result for each, in order. Opens a transaction (a savepoint
    inside the caller's). New products are `approved` when published, else `draft`; an update keeps the state.

    `errors` of a rejected draft say why; those of a taken one are remarks (an attribute value that did not fit).
    """
    results: dict[int, ImportResult] = {}
    works = _prepare(drafts, results)
    if works:
        results |= _write(works, actor=actor)
    return [results[index] for index in range(len(drafts))]


def _prepare(drafts: Sequence[ProductDraft], results: dict[int, ImportResult]) -> list[_Work]:
    """Clean and check each draft by itself, and the drafts against each other."""
    works: list[_Work] = []
    keys: set[tuple[str, str]] = set()
    codes: set[str] = set()
    for index, draft in enumerate(drafts):
        work, errors = _clean(index, draft)
        if work.key in keys:
            errors.append(FieldError("external_id", "duplicate_external_id", Text("标识在本批中重复", "this identifier came before")))
        own = {sku.code for sku in work.row.skus if sku.code}
        errors += [duplicate_sku("skus", code) for code in sorted(own & codes)]
        if errors:
            results[index] = ImportResult(index, "rejected", errors=tuple(errors))
            continue
        keys.add(work.key)
        codes |= own
        works.append(work)
    return works


def _clean(index: int, draft: ProductDraft) -> tuple[_Work, list[FieldError]]:
    row = writing.ProductRowData(
        title=rules.line(draft.title),
        subtitle=rules.line(draft.subtitle),
        description_html=rules.html(draft.description_html),
        category_id=None,
        brand_id=None,
        attributes=dict(draft.attributes),
        tags=rules.clean_tags(draft.tags),
        skus=[clean_sku(sku, position) for position, sku in enumerate(draft.skus)],
        slug=words.slug(draft.slug),
        state=states.APPROVED if draft.published else states.DRAFT,
    )
    errors = rules.check_texts(row.title, row.subtitle, row.description_html, row.tags) + rules.check_skus(row.skus)
    source, external_id = rules.line(draft.source), rules.line(draft.external_id)
    errors += rules.required("source", source) + rules.too_long("source", source, 60)
    errors += rules.required("external_id", external_id) + rules.too_long("external_id", external_id, 255)
    path = tuple(name for name in map(rules.line, draft.category_path) if name)
    for name in path:
        errors += rules.too_long("category_path", name, rules.NAME_LIMIT)
    brand = rules.line(draft.brand)
    errors += rules.too_long("brand", brand, rules.NAME_LIMIT)
    media, remarks = _pictures(draft.media)
    draft = replace(draft, source=source, external_id=external_id)
    return _Work(index, draft, draft.digest or _digest(draft), row, media, remarks, path=path[:8], brand=brand), errors


def _pictures(media: Sequence[MediaDraft]) -> tuple[list[MediaDraft], list[FieldError]]:
    kept: list[MediaDraft] = []
    remarks: list[FieldError] = []
    for position, picture in enumerate(media[:MAX_PICTURES]):
        url = picture.source_url.strip()
        if url.lower().startswith(("http://", "https://")) and len(url) <= URL_LIMIT and facets.storable(url):
            kept.append(MediaDraft(url, rules.line(picture.alt)[:300], rules.line(picture.sku_code)))
        else:
            remarks.append(FieldError(f"media.{position}", "invalid", Text("不是图片地址", "not a picture address")))
    return kept, remarks


def _digest(draft: ProductDraft) -> str:
    stated = replace(draft, digest="")
    return hashlib.sha256(orjson.dumps(stated, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()


@writing.retrying
def _write(works: Sequence[_Work], *, actor: Actor) -> dict[int, ImportResult]:
    """The batch in one transaction. Runs anew when another writer took a code meanwhile, so it changes no `works` for good."""
    works = [replace(work, row=replace(work.row, skus=list(work.row.skus)), remarks=list(work.remarks)) for work in works]
    results: dict[int, ImportResult] = {}
    existing = _existing_skus(works, _match(works))
    works = [work for work in works if not _settled(work, existing, results)]
    if not works:
        return results
    tree = ensure_categories({work.path for work in works if work.path}, taxonomy.load(), actor=actor)
    brands = ensure_brands([work.brand for work in works if work.brand], tree, actor=actor)
    if brands.keys() - {brand_key(b.name) for b in tree.brands.values()}:
        tree = taxonomy.load()
    for work in works:
        _place(work, tree, brands)
    new = [work.row for work in works if not work.known]
    old = [work.row for work in works if work.known]
    locks.hold_products([row.product_id or 0 for row in old])
    writing.give_codes(new, {c.id: c.code for c in tree.categories.values()})
    writing.insert(new)
    versions = writing.update(old, writing.KEPT, with_skus=True)
    for work in works:
        own = existing.by_product.get(work.row.product_id or 0, [])
        writing.name_skus(work.row, {writing.options_key(sku["options"]): sku["code"] for sku in own})
    sku_ids = writing.put_skus([work.row for work in works])
    _put_media(works, sku_ids)
    _put_records(works)
    listed = [row["id"] for row in versions.values() if row["state"] == states.LISTED]
    listings.project(listed, tree)
    _tell(works, bool(listed), actor)
    for work in works:
        results[work.index] = _result(work, sku_ids)
    return results


@dataclass(slots=True)
class _Existing:
    owner: dict[str, int]  # product id by SKU code
    by_product: dict[int, list[dict[str, Any]]]


def _match(works: Sequence[_Work]) -> dict[tuple[str, str], dict[str, Any]]:
    """What earlier imports made of these drafts; fills product id and code of the known."""
    found = db.rows(
        "select r.source, r.external_id, r.digest, p.id, p.code from jsonb_to_recordset(%s) as w(source text, external_id text)"
        " join catalog_importrecord r on r.source = w.source and r.external_id = w.external_id"
        " join catalog_product p on p.id = r.product_id",
        (db.Json([{"source": work.draft.source, "external_id": work.draft.external_id} for work in works]),),
    )
    records = {(row["source"], row["external_id"]): row for row in found}
    for work in works:
        if record := records.get(work.key):
            work.known = True
            work.row.product_id, work.row.code, work.row.slug = record["id"], record["code"], ""
    return records


def _existing_skus(works: Sequence[_Work], records: Mapping[tuple[str, str], dict[str, Any]]) -> _Existing:
    """SKUs of the known products and of every code in the batch. Marks what has not changed since (digest emptied)."""
    for work in works:
        record = records.get(work.key)
        if record and record["digest"] == work.digest:
            work.digest = ""
    found = db.rows(
        "select id, code, product_id, options from catalog_sku where code = any(%s::text[])"
        " union select id, code, product_id, options from catalog_sku where product_id = any(%s::bigint[])"
        " order by id",
        (
            [sku.code for work in works for sku in work.row.skus if sku.code],
            [row["id"] for row in records.values()],
        ),
    )
    existing = _Existing({row["code"]: row["product_id"] for row in found}, {})
    for row in found:
        existing.by_product.setdefault(row["product_id"], []).append(row)
    return existing


def _settled(work: _Work, existing: _Existing, results: dict[int, ImportResult]) -> bool:
    """Rejected because a code belongs to another product, or unchanged: nothing to write."""
    taken = [s.code for s in work.row.skus if existing.owner.get(s.code, work.row.product_id) != work.row.product_id]
    if taken:
        results[work.index] = ImportResult(work.index, "rejected", errors=tuple(duplicate_sku("skus", code) for code in taken))
        return True
    if work.digest:
        return False
    own = existing.by_product.get(work.row.product_id or 0, [])
    by_options = {writing.options_key(sku["options"]): sku["code"] for sku in own}
    writing.name_skus(work.row, by_options)
    ids = {sku["code"]: sku["id"] for sku in own}
    results[work.index] = _result(work, ids, "unchanged")
    return True


def _place(work: _Work, tree: taxonomy.Taxonomy, brands: Mapping[str, int]) -> None:
    category = find_path(tree, work.path) if work.path else None
    work.row.category_id = category.id if category else None
    work.row.brand_id = brands.get(brand_key(work.brand)) if work.brand else None
    definitions = tree.definitions_for(category.ancestors if category else [])
    work.row.attributes, remarks = rules.attributes(work.row.attributes, definitions)
    work.remarks += remarks


def _put_media(works: Sequence[_Work], sku_ids: Mapping[str, int]) -> None:
    batch = [
        {
            "product_id": work.row.product_id, "sku_id": sku_ids.get(picture.sku_code), "source_url": picture.source_url,
            "alt": picture.alt, "position": position,
        }
        for work in works
        for position, picture in enumerate(work.media)
    ]  # fmt: skip
    if batch:
        db.execute(
            "insert into catalog_media (product_id, sku_id, source_url, alt, position)"
            " select r.product_id, r.sku_id, r.source_url, r.alt, r.position from jsonb_to_recordset(%s)"
            " as r(product_id bigint, sku_id bigint, source_url text, alt text, position int) on conflict do nothing",
            (db.Json(batch),),
        )


def _put_records(works: Sequence[_Work]) -> None:
    batch = [
        {
            "source": work.draft.source, "external_id": work.draft.external_id, "digest": work.digest,
            "product_id": work.row.product_id,
        }
        for work in works
    ]  # fmt: skip
    db.execute(
        "insert into catalog_importrecord (source, external_id, digest, product_id)"
        " select r.source, r.external_id, r.digest, r.product_id from jsonb_to_recordset(%s)"
        " as r(source text, external_id text, digest text, product_id bigint) order by r.source, r.external_id"
        " on conflict (source, external_id) do update set digest = excluded.digest"
        " where catalog_importrecord.product_id = excluded.product_id",
        (db.Json(batch),),
    )


def _tell(works: Sequence[_Work], listed: bool, actor: Actor) -> None:
    for source in sorted({work.draft.source for work in works}):
        of_source = [work for work in works if work.draft.source == source]
        created = tuple(w.row.product_id for w in of_source if not w.known and w.row.product_id)
        updated = tuple(w.row.product_id for w in of_source if w.known and w.row.product_id)
        audit.record(
            actor=actor, action="catalog.import", target_type="import", target_id=source,
            after={"created": created, "updated": updated},
        )  # fmt: skip
        outbox.record(ProductsImported(source, created, updated))
    if listed:
        listings.changed()


def _result(work: _Work, sku_ids: Mapping[str, int], outcome: str = "") -> ImportResult:
    codes = [sku.code for sku in work.row.skus]
    return ImportResult(
        work.index,
        outcome or ("updated" if work.known else "created"),  # type: ignore[arg-type]
        work.row.product_id,
        work.row.code,
        {code: sku_ids[code] for code in codes if code in sku_ids},
        tuple(sku_ids[code] for code in codes if code in sku_ids),
        tuple(work.remarks),
    )

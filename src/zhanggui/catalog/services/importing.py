"""Taking over products from files of other shops: a batch is a dozen statements, whatever its size.

A draft is known by (`source`, `external_id`); one whose digest has not changed is left alone. What cannot be taken is
answered with its reason and holds up nothing else. Variants a file no longer names stay as they are.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

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
MAX_DEPTH = 8


@dataclass(slots=True)
class _Work:
    """One draft on its way."""

    index: int
    draft: ProductDraft
    source: str
    external_id: str
    digest: str
    row: writing.ProductRowData
    media: list[MediaDraft] = field(default_factory=list)
    remarks: list[FieldError] = field(default_factory=list)
    path: tuple[str, ...] = ()
    brand: str = ""
    known: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return self.source, self.external_id


@dataclass(slots=True)
class _Stored:
    """What the database holds of the batch's products and codes."""

    records: dict[tuple[str, str], dict[str, Any]]
    owner: dict[str, int]  # product id by SKU code
    by_product: dict[int, list[dict[str, Any]]]

    def skus_of(self, product_id: int | None) -> list[dict[str, Any]]:
        return self.by_product.get(product_id or 0, [])


def import_products(drafts: Sequence[ProductDraft], *, actor: Actor) -> list[ImportResult]:
    """Create, update or leave the drafts' products; a result for each, in order. Opens a transaction (a savepoint
    inside the caller's). New products are `approved` when published, else `draft`; an update keeps the state.

    `errors` of a rejected draft say why; those of a taken one are remarks (an attribute value that did not fit).
    """
    return _import(tuple(drafts), actor=actor) if drafts else []


@writing.retrying
def _import(drafts: Sequence[ProductDraft], *, actor: Actor) -> list[ImportResult]:
    """The batch in one transaction; runs anew when another writer took a code or slug meanwhile."""
    results: dict[int, ImportResult] = {}
    stored = _stored(drafts)
    works = _prepare(drafts, stored, results)
    if works:
        _write(works, stored, results, actor)
    return [results[index] for index in range(len(drafts))]


def _stored(drafts: Sequence[ProductDraft]) -> _Stored:
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
            list({rules.line(sku.code) for draft in drafts for sku in draft.skus}),
            [row["id"] for row in records.values()],
        ),
    )
    stored = _Stored(records, {}, {})
    for row in skus:
        if row["code"] not in stored.owner:
            stored.owner[row["code"]] = row["product_id"]
            stored.by_product.setdefault(row["product_id"], []).append(row)
    return stored


def _prepare(drafts: Sequence[ProductDraft], stored: _Stored, results: dict[int, ImportResult]) -> list[_Work]:
    """Sort out what is unchanged and what cannot be taken; the rest, cleaned."""
    works: list[_Work] = []
    keys: set[tuple[str, str]] = set()
    codes: set[str] = set()
    for index, draft in enumerate(drafts):
        work = _begin(index, draft, stored)
        record = stored.records.get(work.key)
        if record and record["digest"] == work.digest and work.key not in keys:
            keys.add(work.key)
            results[index] = _unchanged(work, stored)
            continue
        errors = _clean(work)
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


def _begin(index: int, draft: ProductDraft, stored: _Stored) -> _Work:
    """The draft with its variants cleaned, joined to the product it became before."""
    row = writing.ProductRowData("", "", "", None, None, {}, [])
    row.skus = [clean_sku(sku, position) for position, sku in enumerate(draft.skus)]
    work = _Work(
        index, draft, rules.line(draft.source), rules.line(draft.external_id), draft.digest or _digest(draft), row
    )
    if record := stored.records.get(work.key):
        work.known = True
        row.product_id, row.code = record["id"], record["code"]
    return work


def _unchanged(work: _Work, stored: _Stored) -> ImportResult:
    own = stored.skus_of(work.row.product_id)
    writing.name_skus(work.row, {writing.options_key(sku["options"]): sku["code"] for sku in own})
    return _result(work, {sku["code"]: sku["id"] for sku in own}, "unchanged")


def _clean(work: _Work) -> list[FieldError]:
    """Fill the row from the draft; what is wrong with it."""
    draft, row = work.draft, work.row
    row.title, row.subtitle = rules.line(draft.title), rules.line(draft.subtitle)
    row.description_html = rules.html(draft.description_html[: rules.HTML_LIMIT + 1])
    row.attributes, row.tags = dict(draft.attributes), rules.clean_tags(draft.tags)
    row.title_en, row.subtitle_en = rules.line(draft.title_en), rules.line(draft.subtitle_en)
    row.description_html_en = rules.html(draft.description_html_en[: rules.HTML_LIMIT + 1])
    row.attributes_en, unfit = rules.english_attributes(draft.attributes_en)
    row.slug = words.slug(draft.slug) if draft.slug and not work.known else ""
    row.state = states.APPROVED if draft.published else states.DRAFT
    work.media, work.remarks = _pictures(draft.media)
    work.path = tuple(name for name in map(rules.line, draft.category_path) if name)[:MAX_DEPTH]
    work.brand = rules.line(draft.brand)
    errors = rules.check_texts(row.title, row.subtitle, row.description_html, row.tags) + rules.check_skus(row.skus)
    errors += unfit + rules.check_english(row.title_en, row.subtitle_en, row.description_html_en)
    errors += rules.required("source", work.source) + rules.too_long("source", work.source, 60)
    errors += rules.required("external_id", work.external_id) + rules.too_long("external_id", work.external_id, 255)
    if row.skus and not any(sku.active for sku in row.skus):
        errors.append(rules.none_active())
    for name in work.path:
        errors += rules.too_long("category_path", name, rules.NAME_LIMIT)
    return errors + rules.too_long("brand", work.brand, rules.NAME_LIMIT)


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
    return hashlib.sha256(repr(draft).encode("utf-8", "backslashreplace")).hexdigest()


def _write(works: Sequence[_Work], stored: _Stored, results: dict[int, ImportResult], actor: Actor) -> None:
    tree = ensure_categories({work.path for work in works if work.path}, taxonomy.load(), actor=actor)
    brands = ensure_brands([work.brand for work in works if work.brand], tree, actor=actor)
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
    _put_media(works, sku_ids)
    _put_records(works)
    listed = [row["id"] for row in written.values() if row["state"] == states.LISTED]
    listings.project(listed, tree)
    _tell(works, bool(listed), actor)
    for work in works:
        results[work.index] = _result(work, sku_ids, "updated" if work.known else "created")


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
            "source": work.source, "external_id": work.external_id, "digest": work.digest,
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
    for source in sorted({work.source for work in works}):
        of_source = [work for work in works if work.source == source]
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
        tuple(work.remarks),
    )

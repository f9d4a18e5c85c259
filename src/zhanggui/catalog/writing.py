"""Set-based writes of products and SKUs, shared by the editor's services and the import. All need a transaction."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ParamSpec, TypeVar

from django.db import IntegrityError, transaction

from zhanggui.kernel import db, mall_settings
from zhanggui.kernel.problems import Conflict

from . import locks, rules, states, words
from .types import SkuDraft

P = ParamSpec("P")
R = TypeVar("R")

#: What an editor's change does to the state, and what an import's does (it leaves the state as it is).
EDITED = {state: states.PRODUCT.target(state, "edit") for state in states.STATES}
KEPT = {state: state for state in states.STATES}


@dataclass(slots=True)
class ProductRowData:
    """A product about to be written. `product_id` None is a new one; its code and slug are then filled in here."""

    title: str
    subtitle: str
    description_html: str
    category_id: int | None
    brand_id: int | None
    attributes: dict[str, Any]
    tags: list[str]
    skus: list[SkuDraft] = field(default_factory=list)
    slug: str = ""
    state: str = states.DRAFT
    product_id: int | None = None
    expected_version: int | None = None
    code: str = ""
    version: int = 1
    title_en: str = ""
    subtitle_en: str = ""
    description_html_en: str = ""
    attributes_en: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.product_id, "code": self.code, "slug": self.slug, "title": self.title, "subtitle": self.subtitle,
            "description_html": self.description_html, "category_id": self.category_id, "brand_id": self.brand_id,
            "attributes": self.attributes, "tags": self.tags, "option_names": option_names(self.skus),
            "state": self.state, "expected": self.expected_version, "title_en": self.title_en,
            "subtitle_en": self.subtitle_en, "description_html_en": self.description_html_en,
            "attributes_en": self.attributes_en,
        }  # fmt: skip


def plain(product: ProductRowData) -> tuple[Any, ...]:
    """All of it in the order of its fields, the variants left out."""
    return (
        product.title, product.subtitle, product.description_html, product.category_id, product.brand_id,
        product.attributes, product.tags, [], product.slug, product.state, product.product_id,
        product.expected_version, product.code, product.version, product.title_en, product.subtitle_en,
        product.description_html_en, product.attributes_en,
    )  # fmt: skip


_RECORD = (
    "jsonb_to_recordset(%s) as r(id bigint, code text, slug text, title text, subtitle text, description_html text,"
    " category_id bigint, brand_id bigint, attributes jsonb, tags text[], option_names text[], state text, expected int,"
    " title_en text, subtitle_en text, description_html_en text, attributes_en jsonb)"
)
_INSERT = f"""
insert into catalog_product (code, slug, title, subtitle, description_html, category_id, brand_id, attributes, tags,
    option_names, state, listed_at, title_en, subtitle_en, description_html_en, attributes_en)
select r.code, r.slug, r.title, r.subtitle, r.description_html, r.category_id, r.brand_id, r.attributes, r.tags,
    r.option_names, r.state, case when r.state = 'listed' then kernel_now() end, r.title_en, r.subtitle_en,
    r.description_html_en, r.attributes_en
from {_RECORD} order by r.code returning id, code
"""
_UPDATE = f"""
update catalog_product p set title = r.title, subtitle = r.subtitle, description_html = r.description_html,
    slug = coalesce(nullif(r.slug, ''), p.slug), category_id = r.category_id, brand_id = r.brand_id,
    attributes = r.attributes, tags = r.tags, option_names = case when %s then r.option_names else p.option_names end,
    title_en = r.title_en, subtitle_en = r.subtitle_en, description_html_en = r.description_html_en,
    attributes_en = r.attributes_en, state = %s::jsonb ->> p.state, version = p.version + 1, updated_at = kernel_now()
from {_RECORD}
where p.id = r.id and (r.expected is null or p.version = r.expected)
returning p.id, p.code, p.slug, p.state, p.version
"""
_SKUS = """
insert into catalog_sku (code, product_id, options, options_text, barcode, weight_g, position, active)
select r.code, r.product_id, r.options, r.options_text, r.barcode, r.weight_g, r.position, r.active
from jsonb_to_recordset(%s) as r(code text, product_id bigint, options jsonb, options_text text, barcode text,
    weight_g int, position int, active boolean)
order by r.code
on conflict (code) do update set options = excluded.options, options_text = excluded.options_text,
    barcode = excluded.barcode, weight_g = excluded.weight_g, position = excluded.position, active = excluded.active
where catalog_sku.product_id = excluded.product_id
returning id, code, product_id
"""


def retrying(write: Callable[P, R]) -> Callable[P, R]:
    """Run a writing service in a transaction; where another writer took a code or slug meanwhile, run it anew.

    The second run sees what the other has written and says what is wrong, or takes another slug.
    """

    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(3):
            try:
                with transaction.atomic():
                    return write(*args, **kwargs)
            except IntegrityError as error:
                if attempt == 2:
                    raise Conflict() from error
        raise AssertionError

    run.__name__, run.__qualname__, run.__doc__ = write.__name__, write.__qualname__, write.__doc__
    run.__wrapped__ = write  # type: ignore[attr-defined]
    return run


def option_names(skus: Sequence[SkuDraft]) -> list[str]:
    return list(dict.fromkeys(name for sku in skus for name in sku.options))


@db.needs_transaction
def give_codes(products: Sequence[ProductRowData], category_codes: Mapping[int, str]) -> None:
    """Codes by the category's rule: `{category code}-{serial}`; a slug from the title where none is given."""
    if not products:
        return
    digits = mall_settings.get("catalog.code_digits")
    default = mall_settings.get("catalog.code_prefix")
    prefixes = [category_codes.get(p.category_id or 0, default) for p in products]
    serials = locks.next_serials(Counter(prefixes))
    tails: list[str] = []
    for product, prefix in zip(products, prefixes, strict=True):
        tails.append(f"{serials[prefix]:0{digits}d}")
        serials[prefix] += 1
        product.code = f"{prefix}-{tails[-1]}"
        product.slug = product.slug or words.slug(product.title)
    coded = [f"{p.slug}-{p.code.lower()}".lstrip("-") for p in products]
    taken = taken_slugs([*(p.slug for p in products if p.slug), *coded])
    for product, otherwise in zip(products, coded, strict=True):
        if not product.slug or product.slug in taken:
            product.slug = words.free(otherwise, taken)
        taken.add(product.slug)


def taken_slugs(slugs: Sequence[str]) -> set[str]:
    return {
        row["slug"] for row in db.rows("select slug from catalog_product where slug = any(%s::text[])", (list(slugs),))
    }


@db.needs_transaction
def insert(products: Sequence[ProductRowData]) -> None:
    """Insert products that have their codes; fills `product_id`."""
    if products:
        ids = {row["code"]: row["id"] for row in db.rows(_INSERT, (db.Json([p.as_dict() for p in products]),))}
        for product in products:
            product.product_id = ids[product.code]


@db.needs_transaction
def update(
    products: Sequence[ProductRowData], moves: Mapping[str, str], *, with_skus: bool
) -> dict[int, dict[str, Any]]:
    """Update products whose version is as expected; the rows that were written, by id."""
    if not products:
        return {}
    params = (with_skus, db.Json(dict(moves)), db.Json([p.as_dict() for p in products]))
    return {row["id"]: row for row in db.rows(_UPDATE, params)}


@db.needs_transaction
def put_skus(products: Sequence[ProductRowData]) -> dict[str, int]:
    """Insert or update the SKUs of products; ids by code. SKUs without a code get one from the product's."""
    batch = [
        {
            "code": sku.code, "product_id": product.product_id, "options": dict(sku.options),
            "options_text": rules.options_text(sku.options), "barcode": sku.barcode, "weight_g": sku.weight_g,
            "position": sku.position, "active": sku.active,
        }
        for product in products
        for sku in product.skus
    ]  # fmt: skip
    if not batch:
        return {}
    found = {row["code"]: row["id"] for row in db.rows(_SKUS, (db.Json(batch),))}
    if len(found) != len(batch):
        raise IntegrityError("a SKU code went to another product meanwhile")
    return found


def name_skus(product: ProductRowData, existing: Mapping[str, str]) -> None:
    """Give codes to SKUs without one: that of the existing SKU with the same options, else the next free number.

    `existing` maps options (as `options_key`) to codes.
    """
    given = {sku.code for sku in product.skus}
    used = given | set(existing.values())
    number = 0
    for position, sku in enumerate(product.skus):
        if sku.code:
            continue
        code = existing.get(options_key(sku.options), "")
        if not code or code in given:
            code = ""
            while not code or code in used:
                number += 1
                code = f"{product.code}-{number:02d}"
        used.add(code)
        given.add(code)
        product.skus[position] = replace(sku, code=code)


def options_key(options: Mapping[str, str]) -> str:
    return "\x1f".join(f"{name}\x1e{value}" for name, value in sorted(options.items()))

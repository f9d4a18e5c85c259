"""Creating and changing products. Their way into the shop is in lifecycle.py."""

from collections.abc import Mapping, Sequence
from typing import Any

from zhanggui.kernel import audit, db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed

from .. import listings, locks, rules, taxonomy, words, writing
from ..errors import EditedMeanwhile
from ..events import ProductChanged, ProductCreated
from ..types import ProductFields, ProductRef, SkuDraft

_COLUMNS = (
    "title, subtitle, description_html, slug, category_id, brand_id, attributes, tags, title_en, subtitle_en,"
    " description_html_en, attributes_en"
)


@writing.retrying
def create_product(fields: ProductFields, skus: Sequence[SkuDraft], *, actor: Actor) -> ProductRef:
    """A new product in state draft, with its code by the category's rule. Opens a transaction. Raises ValidationFailed."""
    tree = taxonomy.load()
    product = _checked(fields, skus, tree)
    _check_codes_free(product.skus, None)
    writing.give_codes([product], {c.id: c.code for c in tree.categories.values()})
    if fields.slug and product.slug != fields.slug:
        raise ValidationFailed.one("slug", "duplicate", "这个网址名已被使用", "this slug is taken")
    writing.name_skus(product, {})
    writing.insert([product])
    sku_ids = tuple(writing.put_skus([product]).values())
    assert product.product_id is not None
    audit.record(
        actor=actor, action="catalog.create_product", target_type="product", target_id=product.product_id,
        after=_shown(product),
    )  # fmt: skip
    outbox.record(ProductCreated(product.product_id, product.code, sku_ids))
    return ProductRef(product.product_id, product.code, product.slug, product.state, 1, sku_ids)


@writing.retrying
def update_product(
    product_id: int,
    fields: ProductFields,
    *,
    expected_version: int,
    skus: Sequence[SkuDraft] | None = None,
    actor: Actor,
) -> ProductRef:
    """Replace a product's content and, when given, its variants (those no longer named become inactive).

    Opens a transaction. A product under review goes back to draft. Raises NotFound, ValidationFailed, and
    EditedMeanwhile when `expected_version` is no longer the product's.
    """
    tree = taxonomy.load()
    locks.hold_products([product_id])
    before = db.row(f"select {_COLUMNS}, code, version, state from catalog_product where id = %s", (product_id,))
    if before is None:
        raise NotFound()
    if before["version"] != expected_version:
        raise EditedMeanwhile(version=before["version"], extra={"version": before["version"]})
    product = _checked(fields, skus, tree)
    product.product_id, product.code, product.expected_version = product_id, before["code"], expected_version
    if product.slug and product.slug != before["slug"] and writing.taken_slugs([product.slug]):
        raise ValidationFailed.one("slug", "duplicate", "这个网址名已被使用", "this slug is taken")
    if before["state"] == "listed" and skus is not None and not any(sku.active for sku in skus):
        raise ValidationFailed(errors=[rules.none_active()])  # it is on sale: something must be for sale
    written = writing.update([product], writing.EDITED, with_skus=skus is not None)[product_id]
    if skus is not None:
        _replace_skus(product)
    listings.project([product_id], tree)
    sku_ids = tuple(
        row["id"]
        for row in db.rows("select id from catalog_sku where product_id = %s order by position, id", (product_id,))
    )
    old, new = _difference(before, {**_shown(product), "slug": written["slug"]})
    audit.record(
        actor=actor, action="catalog.update_product", target_type="product", target_id=product_id, before=old, after=new
    )
    outbox.record(ProductChanged(product_id, written["code"], written["version"], sku_ids))
    if written["state"] == "listed":
        listings.changed()
    return ProductRef(product_id, written["code"], written["slug"], written["state"], written["version"], sku_ids)


def amend_product(
    product_id: int, changes: Mapping[str, Any], *, seen: Mapping[str, Any] | None = None, actor: Actor
) -> ProductRef:
    """Change some of a product's fields (names of ProductFields) and leave the others as they are, whoever changes those.

    `seen` are fields as the editor saw them. Opens a transaction. Raises NotFound, ValidationFailed, and EditedMeanwhile
    where one of them is another now; its `extra.now` has them.
    """
    for attempt in range(3):
        row = db.row(f"select {_COLUMNS}, version from catalog_product where id = %s", (product_id,))
        if row is None:
            raise NotFound()
        version = row.pop("version")
        now = {name: row[name] for name in seen or {}}
        if now != dict(seen or {}):
            raise EditedMeanwhile(version=version, extra={"version": version, "now": now})
        try:
            return update_product(
                product_id, ProductFields(**{**row, **changes}), expected_version=version, actor=actor
            )
        except EditedMeanwhile:  # another field, most likely: look again
            if attempt == 2:
                raise
    raise AssertionError


def _replace_skus(product: writing.ProductRowData) -> None:
    existing = db.rows("select code, options from catalog_sku where product_id = %s", (product.product_id,))
    _check_codes_free(product.skus, product.product_id)
    writing.name_skus(product, {writing.options_key(row["options"]): row["code"] for row in existing})
    writing.put_skus([product])
    db.execute(
        "update catalog_sku set active = false where product_id = %s and active and code <> all(%s::text[])",
        (product.product_id, [sku.code for sku in product.skus]),
    )


def _checked(fields: ProductFields, skus: Sequence[SkuDraft] | None, tree: taxonomy.Taxonomy) -> writing.ProductRowData:
    """Clean what can be cleaned; raises ValidationFailed for the rest."""
    category = tree.categories.get(fields.category_id or 0)
    definitions = tree.definitions_for(category.ancestors if category else [])
    values, errors = rules.attributes(fields.attributes, definitions)
    english, unfit = rules.english_attributes(fields.attributes_en)
    product = writing.ProductRowData(
        title=rules.line(fields.title),
        subtitle=rules.line(fields.subtitle),
        description_html=rules.html(fields.description_html),
        category_id=category.id if category else None,
        brand_id=fields.brand_id,
        attributes=values,
        tags=rules.clean_tags(fields.tags),
        slug=words.slug(fields.slug) if fields.slug else "",
        skus=[rules.clean_sku(sku, position) for position, sku in enumerate(skus or ())],
        title_en=rules.line(fields.title_en),
        subtitle_en=rules.line(fields.subtitle_en),
        description_html_en=rules.html(fields.description_html_en),
        attributes_en=english,
    )
    errors += unfit + rules.check_english(product.title_en, product.subtitle_en, product.description_html_en)
    errors += rules.check_texts(product.title, product.subtitle, product.description_html, product.tags)
    if fields.category_id is not None and category is None:
        errors.append(FieldError("category_id", "not_found", Text("没有这个分类", "no such category")))
    if fields.brand_id is not None and fields.brand_id not in tree.brands:
        errors.append(FieldError("brand_id", "not_found", Text("没有这个品牌", "no such brand")))
    if fields.slug and product.slug != fields.slug:
        errors.append(
            FieldError(
                "slug",
                "invalid",
                Text("网址名只能用小写字母、数字和连字符", "lower-case letters, digits and hyphens only"),
            )
        )
    if skus is not None:
        errors += rules.check_skus(product.skus)
    if errors:
        raise ValidationFailed(errors=errors)
    return product


def _check_codes_free(skus: Sequence[SkuDraft], product_id: int | None) -> None:
    codes = {sku.code: position for position, sku in enumerate(skus) if sku.code}
    taken = db.rows(
        "select code from catalog_sku where code = any(%s::text[]) and product_id is distinct from %s::bigint",
        (list(codes), product_id),
    )
    errors = [duplicate_sku(f"skus.{codes[row['code']]}.code", row["code"]) for row in taken]
    if errors:
        raise ValidationFailed(errors=errors)


def duplicate_sku(loc: str, code: str) -> FieldError:
    return FieldError(
        loc,
        "duplicate_sku",
        Text(f"商家编码 {code} 已属于另一件商品", f"the SKU {code} already belongs to another product"),
    )


def _shown(product: writing.ProductRowData) -> dict[str, Any]:
    return {
        "title": product.title, "subtitle": product.subtitle, "description_html": product.description_html,
        "slug": product.slug, "category_id": product.category_id, "brand_id": product.brand_id,
        "attributes": product.attributes, "tags": product.tags, "title_en": product.title_en,
        "subtitle_en": product.subtitle_en, "description_html_en": product.description_html_en,
        "attributes_en": product.attributes_en, "skus": [sku.code for sku in product.skus],
    }  # fmt: skip


def _difference(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only what moved, for the audit row."""
    moved = [name for name in after if name in before and before[name] != after[name]]
    skus = {"skus": after["skus"]} if after["skus"] else {}
    return {name: before[name] for name in moved}, {name: after[name] for name in moved} | skus

"""Products for tests, made through the catalogue's services."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from zhanggui.catalog import selectors, services
from zhanggui.catalog.types import (
    BrandView,
    CategoryView,
    ListingFacts,
    ProductDetail,
    ProductFields,
    SkuDraft,
    SkuPrice,
    SkuStock,
)
from zhanggui.kernel.actor import SYSTEM

_count = itertools.count(1)


def make_category(name: str = "", parent: CategoryView | None = None, **fields: object) -> CategoryView:
    return services.create_category(
        name_zh=name or f"分类{next(_count)}",
        parent_id=parent.id if parent else None,
        actor=SYSTEM,
        **fields,  # type: ignore[arg-type]
    )


def make_brand(name: str = "") -> BrandView:
    return services.create_brand(name=name or f"品牌{next(_count)}", actor=SYSTEM)


def make_product(
    title: str = "",
    *,
    skus: int | Sequence[str | SkuDraft] = 1,
    listed: bool = True,
    category: CategoryView | None = None,
    brand: BrandView | None = None,
    attributes: Mapping[str, object] | None = None,
    price: int | None = None,
    in_stock: bool = True,
    **fields: object,
) -> ProductDetail:
    """A product with `skus`: how many, their codes, or drafts. With `listed` it is on sale (facts are asserted, so
    pricing and stock need not exist); `price` is written to the lists, as pricing would."""
    number = next(_count)
    if isinstance(skus, int):
        skus = [f"SKU{number:05d}-{position}" for position in range(1, skus + 1)]
    drafts = [
        sku
        if isinstance(sku, SkuDraft)
        else SkuDraft(sku, {"规格": str(position)} if len(skus) > 1 else {}, weight_g=100)
        for position, sku in enumerate(skus, 1)
    ]
    made = services.create_product(
        ProductFields(
            title=title or f"测试商品{number}",
            category_id=category.id if category else None,
            brand_id=brand.id if brand else None,
            attributes=attributes or {},  # type: ignore[arg-type]
            **fields,  # type: ignore[arg-type]
        ),
        drafts,
        actor=SYSTEM,
    )
    if price is not None:
        services.set_listing_prices([SkuPrice(sku_id, price, price) for sku_id in made.sku_ids], actor=SYSTEM)
    if listed:
        list_product(made.id, in_stock=in_stock)
    return selectors.product(made.id)


def list_product(product_id: int, *, in_stock: bool = True) -> None:
    """Through review onto the shelf, as two people would."""
    services.submit_review(product_id, actor=SYSTEM)
    services.approve(product_id, actor=SYSTEM)
    ids = frozenset(sku.id for sku in selectors.product(product_id).skus if sku.active)
    services.list_product(product_id, facts=ListingFacts(ids, ids), actor=SYSTEM)
    if not in_stock:
        services.set_listing_stock([SkuStock(sku_id, False) for sku_id in ids], actor=SYSTEM)


def make_sku(code: str = "", **fields: object) -> int:
    """The id of the only SKU of a listed product: enough for tests that need something to price, stock or sell."""
    return make_product(skus=[code] if code else 1, **fields).skus[0].id  # type: ignore[arg-type]

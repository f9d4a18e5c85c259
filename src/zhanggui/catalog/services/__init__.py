"""Writes of the catalogue."""

from .attributes import define_attribute, delete_attribute, update_attribute
from .facts import add_sales, refresh_sales, set_first_facts, set_listing_prices, set_listing_stock, set_rating
from .importing import import_products
from .lifecycle import (
    approve,
    bind_listing_facts,
    delist_product,
    delist_products,
    list_imported,
    list_product,
    list_products,
    reject,
    run_schedule,
    schedule,
    submit_review,
)
from .media import (
    add_kept_pictures,
    add_picture,
    fail_picture,
    keep_picture,
    make_edition,
    order_pictures,
    receive_picture,
    remove_picture,
    retry_picture,
)
from .outages import delist_sold_out, end_outages, handle_outage
from .products import amend_product, create_product, update_product
from .supply import set_supply
from .taxonomy import (
    bind_mentions,
    create_brand,
    create_category,
    delete_brand,
    delete_category,
    order_categories,
    update_brand,
    update_category,
)

__all__ = [
    "add_kept_pictures", "add_picture", "add_sales", "amend_product", "approve", "bind_listing_facts", "bind_mentions",
    "create_brand", "create_category", "create_product", "define_attribute",
    "delete_attribute", "delete_brand", "delete_category", "delist_product", "delist_products", "delist_sold_out", "end_outages",
    "fail_picture", "handle_outage",
    "import_products", "keep_picture", "list_imported", "list_product", "list_products", "make_edition",
    "order_categories", "order_pictures", "receive_picture", "refresh_sales",
    "reject", "remove_picture", "retry_picture", "run_schedule", "schedule", "set_first_facts", "set_listing_prices",
    "set_listing_stock", "set_rating", "set_supply", "submit_review", "update_attribute", "update_brand", "update_category",
    "update_product",
]  # fmt: skip

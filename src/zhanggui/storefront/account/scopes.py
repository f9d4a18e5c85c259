"""Where the goods are that a coupon buys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from zhanggui.catalog import selectors as catalog


def goods_of() -> Callable[[Mapping[str, Any]], str]:
    """Where the goods of a scope are: one product, category or brand by its page, everything else by the shop's first page."""
    categories = {each.id: each.slug for each in catalog.categories()}
    brands = {each.id: each.slug for each in catalog.brands()}

    def address(scope: Mapping[str, Any]) -> str:
        for name, start, known in (("categories", "/c/", categories), ("brands", "/brands/", brands)):
            slug = next((known[i] for i in scope.get(name, ()) if i in known), "")
            if slug:
                return start + quote(slug)
        for product_id in scope.get("products", ())[:1]:
            slug = catalog.slugs([product_id]).get(product_id, "")
            if slug:
                return "/p/" + quote(slug)
        return "/"

    return address

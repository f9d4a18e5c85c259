"""Where the goods are that a coupon buys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from zhanggui.catalog import selectors as catalog


def goods_of(scopes: Iterable[Mapping[str, Any]]) -> Callable[[Mapping[str, Any]], str]:
    """Where the goods of each of these scopes are: one product, category or brand by its page, everything else by the shop's
    first page. One statement where products are named, otherwise none."""
    firsts = {product_id for scope in scopes for product_id in scope.get("products", ())[:1]}
    products = catalog.slugs(sorted(firsts)) if firsts else {}
    categories = {each.id: each.slug for each in catalog.categories()}
    brands = {each.id: each.slug for each in catalog.brands()}

    def address(scope: Mapping[str, Any]) -> str:
        for name, start, known in (
            ("categories", "/c/", categories), ("brands", "/brands/", brands), ("products", "/p/", products),
        ):  # fmt: skip
            slug = next((known[i] for i in scope.get(name, ()) if i in known), "")
            if slug:
                return start + quote(slug)
        return "/"

    return address

"""What is done before the first customer comes: goods on the shelves, pages in the shop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zhanggui.catalog import selectors as catalog

from . import catalogue, pages, words
from .art import album
from .catalogue import LoadedGoods
from .catalogue.stock import GOODS
from .clerks import Clerks

SLIDES = 3


def draw(progress: Callable[[int, int], None]) -> None:
    """Draw the pictures of all goods that were not drawn before; `progress` hears how many products are done."""
    album.keep(GOODS, progress)


def furnish(staff: Clerks) -> list[LoadedGoods]:
    """Put the goods on sale, and make the pages."""
    goods = catalogue.load(staff.manager)
    liked = sorted(goods, key=lambda one: (-one.liking, one.key))
    slides = [_slide(one) for one in _of_different_shelves(liked)[:SLIDES]]
    covers = {page.slug: _picture(one) for page, one in zip(words.ARTICLES, reversed(liked), strict=False)}
    pages.write(slides, covers, editor=staff.editor, manager=staff.manager)
    return goods


def _of_different_shelves(goods: list[LoadedGoods]) -> list[LoadedGoods]:
    """The best liked of each shelf."""
    first: dict[str, LoadedGoods] = {}
    for one in goods:
        first.setdefault(one.shelf, one)
    return list(first.values())


def _slide(goods: LoadedGoods) -> dict[str, Any]:
    product = catalog.product(goods.product_id)
    return {
        "image": _picture(goods), "title": {"zh": product.title[:40], "en": product.title_en[:40]},
        "text": {"zh": product.subtitle[:80], "en": product.subtitle_en[:80]}, "button": {"zh": "去看看", "en": "Have a look"},
        "link": f"/p/{product.slug}",
    }  # fmt: skip


def _picture(goods: LoadedGoods) -> dict[str, Any]:
    """The widest picture of a product."""
    found = [one for one in catalog.product(goods.product_id).media if one.state == "ready"]
    best = max(found, key=lambda one: (one.width or 0) / (one.height or 1), default=None)
    return {"url": best.url, "width": best.width or 0, "height": best.height or 0} if best else {}

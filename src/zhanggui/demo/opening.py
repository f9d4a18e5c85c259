"""What is done before the first customer comes: goods on the shelves, pages in the shop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import StoredPicture

from . import catalogue, pages, words
from .art import album
from .catalogue import LoadedGoods
from .catalogue.stock import GOODS
from .clerks import Clerks

SLIDES = 3  # in the carousel; the other scenes are banners


def draw(progress: Callable[[int, int], None]) -> None:
    """Draw the pictures of all goods that were not drawn before; `progress` hears how many products are done."""
    album.keep(GOODS, progress)
    album.keep_scenes()


def furnish(staff: Clerks) -> list[LoadedGoods]:
    """Put the goods on sale, and make the pages."""
    goods = catalogue.load(staff.manager)
    liked = sorted(goods, key=lambda one: (-one.liking, one.key))
    scenes = album.keep_scenes()
    slides = [_slide(scene, scenes[scene.key]) for scene in words.SCENES]
    best = {one.shelf: one for one in reversed(liked)}
    faces = {shelf: _picture(one, 0) for shelf, one in best.items()}
    covers = {page.slug: _picture(one, 1) for page, one in zip(words.ARTICLES, best.values(), strict=False)}
    banners = [{part: slide[part] for part in ("image", "title", "text", "link")} for slide in slides[SLIDES:]]
    pages.write(
        slides[:SLIDES], covers, scenes=banners, faces=faces, editor=staff.editor, manager=staff.manager
    )  # fmt: skip
    return goods


def _slide(scene: words.Scene, shapes: Mapping[str, StoredPicture]) -> dict[str, Any]:
    wide, tall = shapes["wide"], shapes["tall"]
    return {
        "image": {"url": wide.url, "width": wide.width, "height": wide.height},
        "phone_image": {"url": tall.url, "width": tall.width, "height": tall.height},
        "title": _pair(scene.title), "text": _pair(scene.text), "button": _pair(scene.button), "link": scene.link,
    }  # fmt: skip


def _pair(text: words.Pair) -> dict[str, str]:
    return {"zh": text[0], "en": text[1]}


def _picture(goods: LoadedGoods, place: int) -> dict[str, Any]:
    """A picture of a product's gallery: the first shows it by itself, the second where it is used."""
    found = [one for one in catalog.product(goods.product_id).media if one.state == "ready" and one.sku_id is None]
    shown = found[min(place, len(found) - 1)] if found else None
    return {"url": shown.url, "width": shown.width or 0, "height": shown.height or 0} if shown else {}

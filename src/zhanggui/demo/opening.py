"""What is done before the first customer comes: goods on the shelves, pages in the shop.

The goods are drawn meanwhile: first what lists, carts and orders show; the rest of the galleries and the pictures on the
detail pages are still being drawn while the mall lives, and hung up a week before the present.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from zhanggui.catalog.types import StoredPicture
from zhanggui.kernel.actor import Actor

from . import catalogue, pages, words
from .art import album, printing
from .art.album import Order
from .catalogue import LoadedGoods
from .catalogue.model import Goods
from .catalogue.stock import GOODS, top_shelf
from .clerks import Clerks

SLIDES = 3  # in the carousel; the other scenes are banners
Progress = Callable[[int, int], None]


def first_kinds(goods: Goods) -> tuple[str, ...]:
    """The pictures of a product that must be there when the mall opens: its face, and where it covers an article."""
    return (*album.faces(goods), "scene") if goods in _best().values() else album.faces(goods)


class Opening:
    """Draws, puts on sale, and hangs up the rest; in this order."""

    def __init__(self, faces: Order, rest: Order) -> None:
        self._faces, self._rest = faces, rest
        self._goods: list[LoadedGoods] = []

    def draw(self, progress: Progress) -> None:
        """Wait for the first pictures; `progress` hears how many are done of how many."""
        self._faces.keep(progress)

    def furnish(self, staff: Clerks) -> list[LoadedGoods]:
        """Put the goods on sale, and make the pages."""
        albums = album.albums(GOODS)
        self._goods = catalogue.load(albums, staff.manager)
        scenes = album.scenes()
        slides = [_slide(scene, scenes[scene.key]) for scene in words.SCENES]
        faces = {shelf: _picture(albums[one.key]["hero"]) for shelf, one in _best().items()}
        covers = {
            page.slug: _picture(albums[one.key]["scene"])
            for page, one in zip(words.ARTICLES, _best().values(), strict=False)
        }
        banners = [{part: slide[part] for part in ("image", "title", "text", "link")} for slide in slides[SLIDES:]]
        pages.write(
            slides[:SLIDES], covers, scenes=banners, faces=faces, editor=staff.editor, manager=staff.manager
        )  # fmt: skip
        return self._goods

    def hang(self, editor: Actor, progress: Progress) -> None:
        """Wait for the other pictures, and show them."""
        self._rest.keep(progress)
        catalogue.complete(self._goods, album.albums(GOODS), editor)


@contextmanager
def begun() -> Iterator[Opening]:
    """All pictures are ordered, the first ones first; those that were drawn for an earlier load are not drawn again."""
    with printing.hands() as hands:
        first = [(goods, first_kinds(goods)) for goods in GOODS]
        rest = [(goods, [kind for kind in album.kinds(goods) if kind not in kinds]) for goods, kinds in first]
        yield Opening(album.order(hands, first, [scene.key for scene in words.SCENES]), album.order(hands, rest))


@cache
def _best() -> dict[str, Goods]:
    """The best liked product of each first-level category, by the category's slug; the best liked of all first."""
    best: dict[str, Goods] = {}
    for goods in sorted(GOODS, key=lambda one: (-one.liking, one.key)):
        best.setdefault(top_shelf(goods.shelf).key, goods)
    return best


def _slide(scene: words.Scene, shapes: Mapping[str, StoredPicture]) -> dict[str, Any]:
    return {
        "image": _picture(shapes["wide"]), "phone_image": _picture(shapes["tall"]),
        "title": _pair(scene.title), "text": _pair(scene.text), "button": _pair(scene.button), "link": scene.link,
    }  # fmt: skip


def _pair(text: words.Pair) -> dict[str, str]:
    return {"zh": text[0], "en": text[1]}


def _picture(kept: StoredPicture) -> dict[str, Any]:
    return {"url": kept.url, "width": kept.width, "height": kept.height}

"""Reviews of a product: the sum, the ways to narrow them, a page of them. On the product page the first few."""

from dataclasses import dataclass
from urllib.parse import urlencode

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import ProductDetail
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import ValidationFailed
from zhanggui.servicedesk import selectors as desk
from zhanggui.servicedesk.types import ReviewView, Summary
from zhanggui.showcase.selectors import Kept

from . import addresses
from .lists import Option
from .sheets import Sheet, Shown, Visitor, write

kept: Kept[Sheet] = Kept(4 * 1024 * 1024)
SECONDS = 60.0
FIRST, PER_PAGE = 4, 20
PHOTOS = "photos"


@dataclass(frozen=True, slots=True)
class Reviews:
    """`alone`: they are the page, not a part of it."""

    summary: Summary
    options: list[Option]
    shown: list[ReviewView]
    following: str | None
    alone: bool = False


def first(product: ProductDetail, lang: str) -> Reviews:
    """The beginning, for the product page. Two statements, none where the catalogue knows of no rating."""
    return _reviews(product, "", "", FIRST, lang) if product.rating_count else Reviews(Summary(), [], [], None)


def page(slug: str, only: str, cursor: str, who: Visitor) -> Shown:
    """`/p/<slug>/reviews`, narrowed by `?only=` (`1` to `5` stars, `photos`)."""
    only = only if only in {"1", "2", "3", "4", "5", PHOTOS} else ""
    return Shown(kept, (slug, only, cursor, who), lambda rules: _page(slug, only, cursor, who), SECONDS)


def _page(slug: str, only: str, cursor: str, who: Visitor) -> Sheet:
    product = catalog.product_by_slug(slug).said_in(who.lang)
    try:
        found = _reviews(product, only, cursor, PER_PAGE, who.lang, alone=True)
    except ValidationFailed:  # a cursor nobody gave out: from the beginning
        found = _reviews(product, only, "", PER_PAGE, who.lang, alone=True)
    href = addresses.product(slug)
    return write(
        "storefront/reviews.html", who, _address(slug, only), product=product, href=href, reviews=found, canonical=href,
        robots="noindex,follow",
    )  # fmt: skip


def _reviews(product: ProductDetail, only: str, cursor: str, limit: int, lang: str, *, alone: bool = False) -> Reviews:
    summary = desk.summary(product.id)
    if not summary.count:
        return Reviews(summary, [], [], None, alone)
    stars = int(only) if only.isdigit() else None
    found = desk.of_product(product.id, stars=stars, with_photos=only == PHOTOS, cursor=cursor, limit=limit)
    following = _address(product.slug, only, found.next_cursor) if found.next_cursor else None
    return Reviews(summary, _options(product.slug, summary, only, lang), found.items, following, alone)


def _options(slug: str, summary: Summary, only: str, lang: str) -> list[Option]:
    """All, with photos, and each number of stars that was given."""
    ways = [("", Text("全部", "All").render(lang), summary.count)]
    if summary.with_photos:
        ways.append((PHOTOS, Text("有图", "With photos").render(lang), summary.with_photos))
    for stars in (5, 4, 3, 2, 1):
        if count := summary.stars[stars - 1]:
            ways.append((str(stars), Text("{n} 星", "{n} stars").render(lang, n=stars), count))
    return [Option(label, _address(slug, value), count, value == only) for value, label, count in ways]


def _address(slug: str, only: str, cursor: str = "") -> str:
    pairs = [(name, value) for name, value in (("only", only), ("cursor", cursor)) if value]
    return f"{addresses.product(slug)}/reviews" + (f"?{urlencode(pairs)}" if pairs else "")

"""The product page: pictures, offer, promises, words, brand, what goes along with it (the order CAT-07 asks)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

from zhanggui.bespoke import selectors as bespoke
from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import MediaView, ProductDetail, SupplyMode
from zhanggui.content import selectors as content
from zhanggui.groupbuy import selectors as groupbuy
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.picture_sizes import sized, srcset
from zhanggui.kernel.provinces import PROVINCES
from zhanggui.members import selectors as members
from zhanggui.presale import selectors as presale
from zhanggui.presale.types import PresaleArticle, PresaleView
from zhanggui.pricing import selectors as pricing
from zhanggui.pricing.types import EMPLOYEE, TIER, Buyer, Price
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import GoodsFacts, RuleSet
from zhanggui.showcase import selectors as showcase
from zhanggui.showcase.selectors import Kept
from zhanggui.showcase.types import Exhibit, Tile

from . import addresses, reviews, schema
from .cards import Prices, sku_ids_of
from .home import CouponCard, coupon_card
from .promises import must_read_drawn, promises_of
from .sheets import Sheet, Shown, Visitor, write
from .variants import Variant, axes, pick

kept: Kept[Sheet] = Kept(80 * 1024 * 1024)
#: From so many units on the page says only that there are enough.
FEW = 10
BESIDE = 6
COUPONS = 4
#: Special prices that are shown to those who have them alone.
OWN = frozenset({TIER, EMPLOYEE})
_IMG = re.compile(r"<img\b(?![^>]*\bloading=)")
_TABLE = re.compile(r"<table\b.*?</table>", re.S)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the gallery, as `c.gallery` wants it."""

    src: str
    srcset: str
    thumb: str
    width: int
    height: int
    alt: str
    sku_id: int | None


def page(slug: str, query: str, who: Visitor) -> Shown:
    """`/p/<slug>`, with `?sku=` the variant."""
    code = _code(query)
    return Shown(kept, (slug, code, who), lambda rules: _page(slug, code, who, rules))


@lru_cache(maxsize=1024)
def _code(query: str) -> str:
    """The variant's code; what else an address carries (where a visitor came from) makes no other page."""
    if "sku=" not in query:
        return ""
    found = dict(parse_qsl(query[:2000], errors="replace", max_num_fields=100)) if query.count("&") < 100 else {}
    return found.get("sku", "")[:64]


def _page(slug: str, code: str, who: Visitor, rules: RuleSet) -> Sheet:
    exhibit = showcase.exhibit(slug, rules, who.lang)
    if code and all(sku.code != code for sku in exhibit.product.skus):
        code = ""  # an old link to a variant that is gone
    beside = _beside(exhibit, rules, who.lang)
    return show(exhibit, code, who, beside)


def show(exhibit: Exhibit, code: str, who: Visitor, beside: tuple[Tile, ...], *, preview: bool = False) -> Sheet:
    """A product page from its exhibit; also for a product that is not listed (yet)."""
    shown = exhibit.product
    sku_ids = [*exhibit.sku_ids, *sku_ids_of(beside)]
    prices = Prices.of(sku_ids)
    now = clock.now()
    form = bespoke.form(shown.id) if shown.supply_mode == SupplyMode.MADE_TO_ORDER else None
    alone = presale.sold_alone(now)
    variants = [Variant(sku, prices.offer([sku.id])) for sku in shown.skus]
    chosen = pick(variants, code)
    price = _special_price(chosen)
    sold = content.sold_lately([shown.id, *(tile.id for tile in beside)])
    path = addresses.product(shown.slug)
    return write(
        "storefront/product.html", who, path + (f"?sku={addresses.quote(code, safe='')}" if code else ""),
        sku_ids=sku_ids, now=prices.now, few=FEW,
        exhibit=exhibit, product=shown, coupons=_coupons(exhibit, who.lang), variants=variants, chosen=chosen, preview=preview,
        struck_days=mall_settings.get("pricing.struck_days"),
        axes=axes(shown.slug, variants, chosen, who.lang) if chosen else [], pictures=_pictures(shown, chosen),
        reviews=reviews.first(shown, who.lang), steps=pricing.steps_of(price, Buyer()) if price else [],
        first=price.sale_price if price else None, own_prices=_own_prices(price) if chosen else False,
        groups=groupbuy.running_offers(now, exhibit.sku_ids), sold_alone=alone,
        presales=presale.shown_offers(now, exhibit.sku_ids), at=now,
        whole=prices.offer(exhibit.sku_ids), most=mall_settings.get("checkout.max_quantity"),
        description=_lazily(shown.description_html), promises=promises_of(exhibit, who.lang), must_read=must_read_drawn(who.lang),
        beside=prices.cards(beside, sold), sold=sold.get(shown.id), sold_days=mall_settings.get("content.hot_days"),
        made_fields=form.fields if form else (), made_daily=form.daily if form else None,
        today=clock.local(now).date().isoformat(),
        brand=shown.brand, provinces=PROVINCES, currency=mall_settings.get("mall.currency"), canonical=path,
        crumbs=exhibit.breadcrumbs, data=[
            schema.product(exhibit, [(v.sku.code, v.offer, _terms(alone, v.sku.id)) for v in variants], who.lang),
            schema.breadcrumbs(schema.trail(exhibit.breadcrumbs, Text("首页", "Home").render(who.lang), shown.title)),
        ], robots="noindex" if preview else "",
    )  # fmt: skip


def _terms(alone: Mapping[int, PresaleView], sku_id: int) -> PresaleArticle | None:
    """The terms of a SKU that is sold in a presale alone."""
    return alone[sku_id].draft.articles[sku_id] if sku_id in alone else None


def _special_price(chosen: Variant | None) -> Price | None:
    """The chosen variant's price with its specials. No statement while nothing in the mall has any."""
    if chosen is None or not pricing.any_specials():
        return None
    return pricing.effective_prices([chosen.sku.id], clock.now()).get(chosen.sku.id)


def _own_prices(price: Price | None) -> bool:
    """Whether somebody who is signed in may pay something else than everybody."""
    return members.any_discount() or (price is not None and any(s.kind in OWN for s in price.specials))


def _coupons(exhibit: Exhibit, lang: str) -> list[CouponCard]:
    """The coupons one can claim for this product."""
    shown = exhibit.product
    path = tuple(category.id for category in shown.breadcrumbs)
    goods = GoodsFacts(shown.id, path, shown.brand.id if shown.brand else None, tuple(exhibit.sku_ids))
    return [coupon_card(view, lang) for view in promotions.claimable_for(goods, clock.now())[:COUPONS]]


def _pictures(shown: ProductDetail, chosen: Variant | None) -> list[Picture]:
    """The pictures, the chosen variant's own first."""
    found = [_picture(media, shown.title) for media in shown.media]
    if not found and shown.image:
        found = [Picture(shown.image, srcset(shown.image), sized(shown.image, 320), 800, 800, shown.title, None)]
    if chosen is None:
        return found
    return sorted(found, key=lambda picture: picture.sku_id != chosen.sku.id)


def _picture(media: MediaView, title: str) -> Picture:
    return Picture(
        media.url, srcset(media.url), sized(media.url, 320), media.width or 800, media.height or 800, media.alt or title,
        media.sku_id,
    )  # fmt: skip


def _beside(exhibit: Exhibit, rules: RuleSet, lang: str) -> tuple[Tile, ...]:
    """What goes along: first what somebody has chosen, with the reason in place of the subtitle, then what buyers of it bought
    as well, then what sells best in its category."""
    shown = exhibit.product
    company = {one.product_id: one.reason.render(lang) for one in showcase.goes_with(shown.id, 2 * BESIDE)}
    found = {}
    for item in catalog.listed(list(company)):
        if item.in_stock:
            tile = showcase.tile(item, rules, lang)
            found[item.id] = tile._replace(subtitle=company[item.id]) if company[item.id] else tile
    if len(found) < BESIDE and shown.category:
        for tile in showcase.bestsellers(shown.category.id, 2 * BESIDE + 1, rules, lang):
            if tile.id != shown.id:
                found.setdefault(tile.id, tile)
    return tuple(found.values())[:BESIDE]


def _lazily(html: str) -> str:
    """Pictures of the description load when they come near; wide tables scroll in a box of their own."""
    html = _IMG.sub('<img loading="lazy" decoding="async"', html)
    return _TABLE.sub(lambda table: f'<div class="table-box">{table[0]}</div>', html)

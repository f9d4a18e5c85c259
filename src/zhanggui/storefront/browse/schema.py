"""What search engines read: schema.org as JSON-LD. It says exactly what the page says."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from zhanggui.aftersales import selectors as aftersales
from zhanggui.content import selectors as content
from zhanggui.kernel import mall_settings
from zhanggui.kernel.money import format_minor
from zhanggui.presale.types import PresaleArticle
from zhanggui.showcase.types import Crumb, Exhibit, Offer

from . import addresses
from .cards import Card
from .promises import freight_fee

CONTEXT = "https://schema.org"
IN_STOCK, SOLD_OUT, PRE_ORDER = f"{CONTEXT}/InStock", f"{CONTEXT}/OutOfStock", f"{CONTEXT}/PreOrder"


def absolute(path: str) -> str:
    """A path of ours as the world outside reaches it."""
    return path if "://" in path else settings.PUBLIC_URL.rstrip("/") + path


def organization(lang: str) -> dict[str, Any]:
    style = content.site().style
    found: dict[str, Any] = {
        "@context": CONTEXT, "@type": "Organization", "@id": absolute("/#shop"), "url": absolute("/"),
        "name": style.name.render(lang),
    }  # fmt: skip
    if style.logo:
        found["logo"] = absolute(style.logo.url)
    if style.phone:
        found["telephone"] = style.phone
    if style.email:
        found["email"] = style.email
    return found


def website(lang: str) -> dict[str, Any]:
    """The shop with its search, for the home page."""
    return {
        "@context": CONTEXT, "@type": "WebSite", "url": absolute("/"), "name": content.site().style.name.render(lang),
        "inLanguage": lang, "publisher": {"@id": absolute("/#shop")},
        "potentialAction": {
            "@type": "SearchAction", "target": absolute("/search?q={search_term_string}"),
            "query-input": "required name=search_term_string",
        },
    }  # fmt: skip


def breadcrumbs(crumbs: Sequence[tuple[str, str | None]]) -> dict[str, Any]:
    """The way down to the page; the last has no address."""
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, **({"item": absolute(href)} if href else {})}
            for position, (name, href) in enumerate(crumbs, 1)
        ],
    }


def trail(crumbs: Sequence[Crumb], home: str, last: str = "") -> list[tuple[str, str | None]]:
    """Home, the categories, and where the reader is."""
    found: list[tuple[str, str | None]] = [(home, "/"), *((c.name, addresses.category(c.slug)) for c in crumbs)]
    if last:
        return [*found, (last, None)]
    return [*found[:-1], (found[-1][0], None)]


def item_list(cards: Sequence[Card]) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "@type": "ItemList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": card.tile.title, "url": absolute(card.href)}
            for position, card in enumerate(cards, 1)
        ],
    }


def product(exhibit: Exhibit, offers: Sequence[tuple[str, Offer, PresaleArticle | None]], lang: str) -> dict[str, Any]:
    """A product with an offer for each variant that has a price."""
    shown = exhibit.product
    url = absolute(addresses.product(shown.slug))
    found: dict[str, Any] = {
        "@context": CONTEXT, "@type": "Product", "name": shown.title, "sku": shown.code, "url": url, "inLanguage": lang,
        "image": [absolute(m.url) for m in shown.media if m.url][:8] or ([absolute(shown.image)] if shown.image else []),
    }  # fmt: skip
    if shown.subtitle:
        found["description"] = shown.subtitle
    if shown.brand:
        found["brand"] = {"@type": "Brand", "name": shown.brand.name}
    if shown.category:
        found["category"] = " > ".join(crumb.name for crumb in exhibit.breadcrumbs)
    if shown.rating is not None and shown.rating_count:
        found["aggregateRating"] = {
            "@type": "AggregateRating", "ratingValue": f"{shown.rating / 100:.1f}", "reviewCount": shown.rating_count,
            "bestRating": "5", "worstRating": "1",
        }  # fmt: skip
    made = [offer(code, each, url, terms) for code, each, terms in offers if each.price is not None]
    if made:
        # Said in full once; the other offers point there.
        terms = {"shippingDetails": _shipping(url), "hasMerchantReturnPolicy": _returns(url, exhibit)}
        made[0] |= terms
        for other in made[1:]:
            other |= {name: {"@id": value["@id"]} for name, value in terms.items()}
        found["offers"] = made[0] if len(made) == 1 else made
    return found


def offer(code: str, shown: Offer, url: str, presale: PresaleArticle | None = None) -> dict[str, Any]:
    """One variant that has a price; `presale` where it is sold at these terms alone."""
    currency = mall_settings.get("mall.currency")
    price = shown.price or 0 if presale is None else presale.comes_to
    there = PRE_ORDER if presale is not None else IN_STOCK if shown.free > 0 else SOLD_OUT
    return {
        "@type": "Offer", "sku": code, "url": url, "price": format_minor(price, currency),
        "priceCurrency": currency, "availability": there,
        "itemCondition": f"{CONTEXT}/NewCondition", "seller": {"@id": absolute("/#shop")},
    }  # fmt: skip


def _shipping(url: str) -> dict[str, Any]:
    currency = mall_settings.get("mall.currency")
    days = -(-mall_settings.get("orders.dispatch_latest_hours") // 24)
    return {
        "@type": "OfferShippingDetails",
        "@id": f"{url}#shipping",
        "shippingRate": {
            "@type": "MonetaryAmount", "value": format_minor(freight_fee(), currency), "currency": currency,
        },
        "shippingDestination": {"@type": "DefinedRegion", "addressCountry": "CN"},
        "deliveryTime": {
            "@type": "ShippingDeliveryTime",
            "handlingTime": {"@type": "QuantitativeValue", "minValue": 0, "maxValue": days, "unitCode": "DAY"},
        },
    }  # fmt: skip


def _returns(url: str, exhibit: Exhibit) -> dict[str, Any]:
    days = aftersales.terms_of_category([category.id for category in exhibit.product.breadcrumbs]).no_reason_days
    policy: dict[str, Any] = {
        "@type": "MerchantReturnPolicy", "@id": f"{url}#returns", "applicableCountry": "CN",
    }  # fmt: skip
    if not days:
        return {**policy, "returnPolicyCategory": f"{CONTEXT}/MerchantReturnNotPermitted"}
    return {
        **policy, "returnPolicyCategory": f"{CONTEXT}/MerchantReturnFiniteReturnWindow", "merchantReturnDays": days,
        "returnMethod": f"{CONTEXT}/ReturnByMail", "returnFees": f"{CONTEXT}/ReturnFeesCustomerResponsibility",
    }  # fmt: skip

"""A member's own price, for the product page that is the same for everybody: asked by its script, shown to the member alone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from zhanggui.catalog import selectors as catalog
from zhanggui.checkout import selectors as checkout
from zhanggui.kernel import clock, mall_settings
from zhanggui.pricing import selectors as pricing

from .show import render
from .who import buyer_of


@require_GET
def mine(request: HttpRequest, slug: str) -> HttpResponse:
    """`/p/<slug>/mine?sku=`: what the variant costs whoever is signed in; 204 where that is what everybody pays."""
    member_id = buyer_of(request).member_id
    code = request.GET.get("sku", "")[:100]
    sku = catalog.sellable_by_code([code])[0] if member_id is not None and code else None
    price = pricing.effective_prices([sku.sku_id], clock.now()).get(sku.sku_id) if sku and sku.slug == slug else None
    if price is None or member_id is None:
        return _nothing()
    benefits = checkout.benefits_of(member_id)
    his = pricing.price_for(price, benefits.buyer)
    if not his.kind:
        return _nothing()
    response = render(
        request, "storefront/buying/mine.html", his=his, kind=benefits.name_of(his.kind), steps=pricing.steps_of(price, benefits.buyer),
        currency=mall_settings.get("mall.currency"),
    )  # fmt: skip
    return _private(response)


def _nothing() -> HttpResponse:
    return _private(HttpResponse(status=204))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response

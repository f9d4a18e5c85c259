"""What a member wants to find again, with the price now beside the price then."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import mall_settings
from zhanggui.members import selectors, services

from ..auth import MEMBER, actor, member_id
from ..fields import Answer, Cursor, Limit, Money
from ..frame import language, nothing, reply

router = Router(auth=MEMBER)
Slug = Annotated[str, Path(min_length=1, max_length=200)]


class FavouriteOut(Answer):
    """`kept_price` is the price when it was kept; `available` is false for goods no longer sold (their words are gone, too)."""

    product_id: int
    slug: str | None
    title: str | None
    image: str | None
    price: Money | None
    kept_price: Money | None
    in_stock: bool
    available: bool
    kept_at: datetime


class FavouritePage(Answer):
    items: list[FavouriteOut]
    next_cursor: str | None


@router.get("/me/favourites", response=FavouritePage, summary="The member's favourites, newest first")
def favourites(request: HttpRequest, cursor: Cursor = "", limit: Limit = 24) -> HttpResponse:
    page = selectors.favourites(member_id(request), cursor=cursor, limit=limit)
    lang = language(request)
    shown = {item.id: item.said_in(lang) for item in catalog.listed([kept.product_id for kept in page.items])}
    currency = mall_settings.get("mall.currency")

    def money(amount: int | None) -> dict[str, Any] | None:
        return None if amount is None else {"amount": amount, "currency": currency}

    items = []
    for kept in page.items:
        item = shown.get(kept.product_id)
        items.append(
            {
                "product_id": kept.product_id,
                "slug": item.slug if item else None,
                "title": item.title if item else None,
                "image": item.image if item else None,
                "price": money(item.price) if item else None,
                "kept_price": money(kept.price),
                "in_stock": bool(item and item.in_stock),
                "available": item is not None,
                "kept_at": kept.created_at,
            }
        )
    return reply({"items": items, "next_cursor": page.next_cursor})


@router.put("/me/favourites/{slug}", response={204: None}, summary="Keep a product")
def keep(request: HttpRequest, slug: Slug) -> HttpResponse:
    product = catalog.product_by_slug(slug)
    price = next((item.price for item in catalog.listed([product.id])), None)
    services.keep_favourite(member_id(request), product.id, price=price, actor=actor(request))
    return nothing()


@router.delete("/me/favourites/{slug}", response={204: None}, summary="Keep it no longer")
def drop(request: HttpRequest, slug: Slug) -> HttpResponse:
    product = catalog.product_by_slug(slug)
    services.drop_favourite(member_id(request), product.id, actor=actor(request))
    return nothing()

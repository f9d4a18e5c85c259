"""Categories, brands, suggestions; and the description of the two hot product addresses, which are plain views."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from zhanggui.catalog import selectors
from zhanggui.showcase.selectors import crumb
from zhanggui.showcase.types import MAX_PAGE

from ..fields import MAX_AMOUNT, Answer, Money, Search
from ..frame import language, reply
from . import listing, product
from .shapes import MadeOut, SupplyOut

router = Router()


class Rating(Answer):
    average: float
    count: int


class Badge(Answer):
    promotion_id: int
    kind: str
    label: str
    text: str


class Item(Answer):
    id: int
    slug: str
    title: str
    subtitle: str
    price: Money | None
    list_price: Money | None
    in_stock: bool
    image: str | None
    badges: list[Badge]
    rating: Rating | None
    sales: int
    sponsored: bool
    tags: list[str]


class FacetValue(Answer):
    value: str
    label: str
    count: int


class PriceFacet(Answer):
    low: Money
    high: Money | None
    count: int


class AttributeFacet(Answer):
    name: str
    label: str
    values: list[FacetValue]


class Facets(Answer):
    categories: list[FacetValue]
    brands: list[FacetValue]
    prices: list[PriceFacet]
    attributes: list[AttributeFacet]


class ProductPage(Answer):
    items: list[Item]
    total: int
    page: int
    page_size: int
    facets: Facets


class QuantityPrice(Answer):
    """What each piece costs from so many on."""

    min_quantity: int
    price: Money


class Variant(Answer):
    """`available` is the number that can be bought at this moment; only an order reserves.

    `member_price` is what a piece costs the member whose token comes along, where that is less than `price`;
    `quantity_prices` what each costs him who takes more.
    """

    sku: str
    attributes: dict[str, str]
    title: str
    price: Money | None
    list_price: Money | None
    member_price: Money | None
    quantity_prices: list[QuantityPrice]
    available: int
    image: str | None
    weight_g: int


class Media(Answer):
    url: str
    alt: str
    sku_id: int | None
    width: int | None
    height: int | None


class Crumb(Answer):
    id: int
    slug: str
    name: str


class Brand(Answer):
    slug: str
    name: str


class ProductAttribute(Answer):
    name: str
    label: str
    value: str | int | float | bool | list[str]
    unit: str


class GoesWith(Answer):
    """A product in the shop that goes along with this one; `reason` in the caller's language, empty where none is given.

    `chosen` by somebody of the mall; else its buyers bought both.
    """

    id: int
    slug: str
    title: str
    image: str | None
    reason: str
    chosen: bool


class Product(Answer):
    """`description` is sanitised HTML."""

    id: int
    code: str
    slug: str
    title: str
    subtitle: str
    description: str
    image: str | None
    media: list[Media]
    breadcrumbs: list[Crumb]
    brand: Brand | None
    attributes: list[ProductAttribute]
    tags: list[str]
    rating: Rating | None
    sales: int
    sponsored: bool
    price: Money | None
    list_price: Money | None
    in_stock: bool
    variants: list[Variant]
    promotions: list[Badge]
    goes_with: list[GoesWith]
    made_to_order: MadeOut | None
    supply: SupplyOut


Limited = Annotated[int, Field(ge=0, le=MAX_AMOUNT)]


class ListQuery(BaseModel):
    """`brand` may be several, separated by commas; further filters are `attr.NAME=VALUE`. Prices in minor units, "" for none."""

    category: str = Field("", max_length=200)
    brand: str = Field("", max_length=500)
    q: str = Field("", max_length=200)
    min_price: Limited | Literal[""] | None = None
    max_price: Limited | Literal[""] | None = None
    in_stock: bool = False
    sort: Literal["relevance", "new", "sales", "price", "-price", "rating"] = "relevance"
    page: int = Field(1, ge=1, le=MAX_PAGE)
    page_size: int = Field(24, ge=1, le=100)


@router.get("/products", response=ProductPage, summary="List and search products")
def products(request: HttpRequest, query: Annotated[ListQuery, Query()]) -> HttpResponse:
    """Prices and stock are those of this moment. Answered by `listing.product_list`; this describes it."""
    return listing.product_list(request)


@router.get("/products/{slug}", response=Product, summary="One product with its variants")
def product_detail(request: HttpRequest, slug: Annotated[str, Path(max_length=200)]) -> HttpResponse:
    """Answered by `product.product_detail`; this describes it."""
    return product.product_detail(request, slug)


class Category(Crumb):
    parent_id: int | None
    position: int


class CategoryList(Answer):
    items: list[Category]


class BrandList(Answer):
    items: list[Brand]


class Suggestion(Answer):
    kind: Literal["product", "category", "brand"]
    text: str
    slug: str


class SuggestionList(Answer):
    items: list[Suggestion]


@router.get("/categories", response=CategoryList, summary="The category tree, parents before children")
def categories(request: HttpRequest) -> HttpResponse:
    lang = language(request)
    found: list[dict[str, Any]] = [
        {**crumb(c, lang)._asdict(), "parent_id": c.parent_id, "position": c.position} for c in selectors.categories()
    ]
    return reply({"items": found})


@router.get("/brands", response=BrandList, summary="All brands")
def brands(request: HttpRequest) -> HttpResponse:
    lang = language(request)
    return reply({"items": [{"slug": b.slug, "name": b.said_in(lang).name} for b in selectors.brands()]})


@router.get("/suggestions", response=SuggestionList, summary="What may be meant while typing")
def suggestions(request: HttpRequest, q: Search = "", limit: Annotated[int, Query(ge=1, le=50)] = 10) -> HttpResponse:
    lang = language(request)
    return reply(
        {"items": [{"kind": s.kind, "text": s.text_in(lang), "slug": s.slug} for s in selectors.suggest(q, limit)]}
    )

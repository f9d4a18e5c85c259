"""Products: drafting, review, on and off sale, pictures."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router
from ninja.files import UploadedFile
from pydantic import BeforeValidator, Field, StringConstraints

from zhanggui.catalog import selectors, services
from zhanggui.catalog.types import ListingFacts, ProductDetail, ProductFields, ProductRef, ProductRow, SkuDraft
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock
from zhanggui.pricing import selectors as pricing

from ..auth import Staff, actor
from ..describing import describe, paged
from ..fields import BIGINT, Answer, Body, Cursor, Flag, Int64, Limit, PathId, Search, Time, integer, line, text
from ..frame import nothing, reply
from .common import Made, Reason, ReasonIn, show, show_page

router = Router()
VIEW, EDIT, REVIEW, LIST = (Staff(f"catalog.{right}") for right in ("view", "edit", "review", "list"))
Slug = Annotated[str, StringConstraints(strict=True, max_length=200, pattern=r"^[a-z0-9]*(-[a-z0-9]+)*$")]
Value = str | int | float | bool | list[str]


class SkuIn(Body):
    """`options` name the variant: {"颜色": "红", "尺码": "M"}. Without a `code` one is made."""

    code: line(64, required=False) = ""  # type: ignore[valid-type]
    options: Annotated[dict[str, line(100)], Field(max_length=10)] = {}  # type: ignore[valid-type]
    barcode: line(64, required=False) = ""  # type: ignore[valid-type]
    weight_g: integer(0, 100_000_000) = 0  # type: ignore[valid-type]
    active: Flag = True


class ProductIn(Body):
    """The whole of a product's content. `description_html` is cleaned of what could do harm."""

    title: line(300)  # type: ignore[valid-type]
    subtitle: line(300, required=False) = ""  # type: ignore[valid-type]
    description_html: text(1_000_000) = ""  # type: ignore[valid-type]
    category_id: Int64 | None = None
    brand_id: Int64 | None = None
    attributes: dict[str, Value] = {}
    tags: Annotated[list[line(60)], Field(max_length=50)] = []  # type: ignore[valid-type]
    slug: Slug = ""
    title_en: line(300, required=False) = ""  # type: ignore[valid-type]
    subtitle_en: line(300, required=False) = ""  # type: ignore[valid-type]
    description_html_en: text(1_000_000) = ""  # type: ignore[valid-type]
    attributes_en: dict[str, str] = {}
    skus: Annotated[list[SkuIn], Field(min_length=1, max_length=2000)]

    def fields(self) -> ProductFields:
        values = self.model_dump(exclude={"skus", "version"})
        return ProductFields(**values)

    def drafts(self) -> list[SkuDraft]:
        return [SkuDraft(position=i, **sku.model_dump()) for i, sku in enumerate(self.skus)]


class ProductEdit(ProductIn):
    """`version` is the one the editor began with: `edited_meanwhile` (409) when somebody was faster."""

    version: Int64
    skus: Annotated[list[SkuIn], Field(min_length=1, max_length=2000)] | None = None  # type: ignore[assignment]


class ScheduleIn(Body):
    """Null clears."""

    list_at: Time | None = None
    delist_at: Time | None = None


class DelistIn(Body):
    reason: Reason


class OrderIn(Body):
    media_ids: Annotated[list[Int64], Field(max_length=1000)]


def _given(value: Any) -> Any:
    """A form knows no null: an empty field is one that was not filled in."""
    return None if value in ("", "null") else value


class StateCounts(Answer):
    counts: dict[str, int]


def _shown(request: HttpRequest, product_id: int, status: int = 200) -> HttpResponse:
    return show(request, selectors.product(product_id), status)


@router.get("/products", auth=VIEW, response=paged(ProductRow), summary="Products, newest first")
def products(
    request: HttpRequest,
    state: Literal["", "draft", "in_review", "approved", "listed", "delisted"] = "",
    category_id: Annotated[int | None, Query(ge=1, le=BIGINT)] = None,
    brand_id: Annotated[int | None, Query(ge=1, le=BIGINT)] = None,
    q: Search = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """`q` is part of a title, or a product's, SKU's or bar code."""
    page = selectors.products(state=state, category_id=category_id, brand_id=brand_id, q=q, cursor=cursor, limit=limit)
    return show_page(request, page)


@router.get("/products/counts", auth=VIEW, response=StateCounts, summary="How many are in each state")
def counts(request: HttpRequest) -> HttpResponse:
    return reply({"counts": selectors.state_counts()})


@router.post("/products", auth=EDIT, response={201: describe(ProductRef)}, summary="A new product, as a draft")
def create(request: HttpRequest, body: ProductIn) -> HttpResponse:
    return show(request, services.create_product(body.fields(), body.drafts(), actor=actor(request)), 201)


@router.get("/products/{product_id}", auth=VIEW, response=describe(ProductDetail), summary="One product in any state")
def product(request: HttpRequest, product_id: PathId) -> HttpResponse:
    return _shown(request, product_id)


@router.put("/products/{product_id}", auth=EDIT, response=describe(ProductRef), summary="Replace the content")
def update(request: HttpRequest, product_id: PathId, body: ProductEdit) -> HttpResponse:
    """Without `skus` the variants stay as they are; variants no longer named become inactive."""
    drafts = body.drafts() if body.skus is not None else None
    changed = services.update_product(
        product_id, body.fields(), expected_version=body.version, skus=drafts, actor=actor(request)
    )
    return show(request, changed)


@router.post("/products/{product_id}/submit", auth=EDIT, response=describe(ProductDetail), summary="Ask for review")
def submit(request: HttpRequest, product_id: PathId) -> HttpResponse:
    services.submit_review(product_id, actor=actor(request))
    return _shown(request, product_id)


@router.post("/products/{product_id}/approve", auth=REVIEW, response=describe(ProductDetail), summary="Approve")
def approve(request: HttpRequest, product_id: PathId) -> HttpResponse:
    services.approve(product_id, actor=actor(request))
    return _shown(request, product_id)


@router.post("/products/{product_id}/reject", auth=REVIEW, response=describe(ProductDetail), summary="Back to draft")
def reject(request: HttpRequest, product_id: PathId, body: ReasonIn) -> HttpResponse:
    services.reject(product_id, reason=body.reason, actor=actor(request))
    return _shown(request, product_id)


@router.post("/products/{product_id}/list", auth=LIST, response=describe(ProductDetail), summary="Put on sale")
def put_on_sale(request: HttpRequest, product_id: PathId) -> HttpResponse:
    """`not_ready_to_list` says what is missing: a price for every active SKU, stock for one at least."""
    services.list_product(product_id, facts=_facts(selectors.product(product_id)), actor=actor(request))
    return _shown(request, product_id)


def _facts(product: ProductDetail) -> ListingFacts:
    active = [sku.id for sku in product.skus if sku.active]
    stock = inventory.available(active)
    return ListingFacts(
        priced_sku_ids=frozenset(pricing.effective_prices(active, clock.now())),
        stocked_sku_ids=frozenset(sku_id for sku_id, free in stock.items() if free > 0),
    )


@router.post("/products/{product_id}/delist", auth=LIST, response=describe(ProductDetail), summary="Take off sale")
def take_off_sale(request: HttpRequest, product_id: PathId, body: DelistIn) -> HttpResponse:
    services.delist_product(product_id, reason=body.reason, actor=actor(request))
    return _shown(request, product_id)


@router.put(
    "/products/{product_id}/schedule", auth=LIST, response=describe(ProductDetail), summary="When on and off sale"
)
def schedule(request: HttpRequest, product_id: PathId, body: ScheduleIn) -> HttpResponse:
    services.schedule(product_id, list_at=body.list_at, delist_at=body.delist_at, actor=actor(request))
    return _shown(request, product_id)


@router.post("/products/{product_id}/media", auth=EDIT, response={201: Made}, summary="Upload a picture")
def upload(
    request: HttpRequest,
    product_id: PathId,
    file: Annotated[UploadedFile, File()],
    alt: Annotated[str, Form(max_length=200)] = "",
    sku_id: Annotated[int | None, Form(ge=1, le=BIGINT), BeforeValidator(_given)] = None,
) -> HttpResponse:
    """`multipart/form-data`; JPEG, PNG, WebP or GIF, told by its bytes."""
    data: Any = file.read()
    made = services.add_picture(product_id, data, alt=alt, sku_id=sku_id, actor=actor(request))
    return reply({"id": made}, status=201)


@router.put("/products/{product_id}/media/order", auth=EDIT, response=describe(ProductDetail), summary="Order pictures")
def order_media(request: HttpRequest, product_id: PathId, body: OrderIn) -> HttpResponse:
    services.order_pictures(product_id, body.media_ids, actor=actor(request))
    return _shown(request, product_id)


@router.delete("/media/{media_id}", auth=EDIT, response={204: None}, summary="Take a picture off its product")
def remove_media(request: HttpRequest, media_id: PathId) -> HttpResponse:
    services.remove_picture(media_id, actor=actor(request))
    return nothing()


@router.post("/media/{media_id}/retry", auth=EDIT, response={204: None}, summary="Fetch a failed picture again")
def retry_media(request: HttpRequest, media_id: PathId) -> HttpResponse:
    services.retry_picture(media_id, actor=actor(request))
    return nothing()

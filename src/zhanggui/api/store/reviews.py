"""Reviews of bought goods: what others say, and one's own word once it has arrived."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Path, Query, Router
from ninja.files import UploadedFile
from pydantic import Field, StringConstraints

from zhanggui.catalog import selectors as catalog
from zhanggui.servicedesk import selectors, services
from zhanggui.servicedesk.types import KeptPhoto, Reviewable, ReviewView, Summary

from ..auth import VISITOR, actor
from ..describing import describe, plain
from ..fields import Answer, Body, Cursor, Flag, Limit, PathId, integer
from ..fields import text as lines
from ..frame import language, reply
from .orders import HOLDER, Number, Token, own_order

router = Router()
Slug = Annotated[str, Path(min_length=1, max_length=200)]
PhotoKey = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=500)]
Keys = Annotated[list[PhotoKey], Field(max_length=20)]


class ReviewIn(Body):
    """`photos` are keys of uploaded ones. `anonymous`: without the first letter of the name."""

    rating: integer(1, 5)  # type: ignore[valid-type]
    text: lines(1000) = ""  # type: ignore[valid-type]
    photos: Keys = []
    anonymous: Flag = False


class MoreIn(Body):
    text: lines(1000, required=True)  # type: ignore[valid-type]
    photos: Keys = []


class ReviewPage(Answer):
    summary: describe(Summary)  # type: ignore[valid-type]
    items: list[describe(ReviewView)]  # type: ignore[valid-type]
    next_cursor: str | None


class ReviewableList(Answer):
    items: list[describe(Reviewable)]  # type: ignore[valid-type]


@router.get("/products/{slug}/reviews", response=ReviewPage, summary="What buyers say of a product, newest first")
def of_product(
    request: HttpRequest,
    slug: Slug,
    stars: Annotated[int | None, Query(ge=1, le=5)] = None,
    with_photos: bool = False,
    cursor: Cursor = "",
    limit: Limit = 10,
) -> HttpResponse:
    product = catalog.product_by_slug(slug)
    page = selectors.of_product(product.id, stars=stars, with_photos=with_photos, cursor=cursor, limit=limit)
    lang = language(request)
    items = [plain(item, lang) for item in page.items]
    summary = plain(selectors.summary(product.id), lang)
    return reply({"summary": summary, "items": items, "next_cursor": page.next_cursor})


@router.get(
    "/orders/{number}/reviews", auth=VISITOR, response=ReviewableList, summary="What of an order can be reviewed"
)
def of_order(request: HttpRequest, number: Number, token: Token = "") -> HttpResponse:
    order = own_order(request, number, token)
    return reply({"items": plain(selectors.reviewable_lines(order), language(request))})


@router.post(
    "/orders/{number}/review-photos",
    auth=HOLDER,
    response={201: describe(KeptPhoto)},
    summary="Upload a photo for a review",
)
def upload(
    request: HttpRequest, number: Number, file: Annotated[UploadedFile, File()], token: Token = ""
) -> HttpResponse:
    """`multipart/form-data`; JPEG, PNG, WebP or GIF, told by its bytes. The `key` is good for two days."""
    data: Any = file.read()
    return reply(plain(services.keep_photo(data, actor=actor(request)), language(request)), status=201)


def _shown(request: HttpRequest, number: str, line: int, token: str, status: int) -> HttpResponse:
    order = own_order(request, number, token)
    [found] = [each for each in selectors.reviewable_lines(order) if each.line == line]
    return reply(plain(found, language(request)), status=status)


@router.post(
    "/orders/{number}/lines/{line}/review",
    auth=VISITOR,
    response={201: describe(Reviewable)},
    summary="Review a delivered line, once",
)
def post(request: HttpRequest, number: Number, line: PathId, body: ReviewIn, token: Token = "") -> HttpResponse:
    own_order(request, number, token)
    services.post_review(number, line, **body.model_dump(), actor=actor(request))
    return _shown(request, number, line, token, 201)


@router.post(
    "/orders/{number}/lines/{line}/review/more",
    auth=VISITOR,
    response={201: describe(Reviewable)},
    summary="Add to a review later, once",
)
def more(request: HttpRequest, number: Number, line: PathId, body: MoreIn, token: Token = "") -> HttpResponse:
    own_order(request, number, token)
    services.add_to_review(number, line, text=body.text, photos=body.photos, actor=actor(request))
    return _shown(request, number, line, token, 201)

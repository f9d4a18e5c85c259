"""Categories, brands and attribute definitions."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from zhanggui.catalog import selectors, services
from zhanggui.catalog.types import AttributeView, BrandView, CategoryView

from ..auth import Staff, actor
from ..describing import describe, listed
from ..fields import BIGINT, Body, Flag, Int64, PathId, integer, line, text
from ..frame import nothing
from .common import Code, show, show_list
from .products import Slug

router = Router()
VIEW, EDIT = Staff("catalog.view"), Staff("catalog.edit")
Position = integer(0, 1_000_000)


class CategoryIn(Body):
    name_zh: line(100)  # type: ignore[valid-type]
    name_en: line(100, required=False) = ""  # type: ignore[valid-type]
    parent_id: Int64 | None = None
    slug: Slug = ""
    position: Position = 0  # type: ignore[valid-type]


class NewCategory(CategoryIn):
    """`code` begins the codes of the category's products; without one the next below the parent is taken."""

    code: Annotated[str, Field(strict=True, max_length=20, pattern=r"^[A-Z0-9]*$")] = ""


class BrandIn(Body):
    name: line(100)  # type: ignore[valid-type]
    slug: Slug = ""
    description: text(5000) = ""  # type: ignore[valid-type]
    name_en: line(100, required=False) = ""  # type: ignore[valid-type]
    description_en: text(5000) = ""  # type: ignore[valid-type]
    position: Position = 0  # type: ignore[valid-type]


class AttributeIn(Body):
    """`choices_en` is the English of values, also of the options of a variant axis; without it the words stay."""

    label_zh: line(100)  # type: ignore[valid-type]
    label_en: line(100, required=False) = ""  # type: ignore[valid-type]
    unit: line(20, required=False) = ""  # type: ignore[valid-type]
    choices: Annotated[list[line(100)], Field(max_length=500)] = []  # type: ignore[valid-type]
    choices_en: Annotated[dict[str, line(100)], Field(max_length=500)] | None = None  # type: ignore[valid-type]
    required: Flag = False
    filterable: Flag = False
    variant_axis: Flag = False
    position: Position = 0  # type: ignore[valid-type]


class NewAttribute(AttributeIn):
    name: Code
    kind: Literal["text", "number", "choice", "multi", "bool"]
    category_id: Int64 | None = None


@router.get("/categories", auth=VIEW, response=listed(CategoryView), summary="The tree, parents before children")
def categories(request: HttpRequest) -> HttpResponse:
    return show_list(request, selectors.categories())


@router.post("/categories", auth=EDIT, response={201: describe(CategoryView)}, summary="A new category")
def create_category(request: HttpRequest, body: NewCategory) -> HttpResponse:
    return show(request, services.create_category(**body.model_dump(), actor=actor(request)), 201)


@router.put("/categories/{category_id}", auth=EDIT, response=describe(CategoryView), summary="Rename or move")
def update_category(request: HttpRequest, category_id: PathId, body: CategoryIn) -> HttpResponse:
    return show(request, services.update_category(category_id, **body.model_dump(), actor=actor(request)))


@router.delete(
    "/categories/{category_id}", auth=EDIT, response={204: None}, summary="Delete a category nothing stands in or names"
)
def delete_category(request: HttpRequest, category_id: PathId) -> HttpResponse:
    services.delete_category(category_id, actor=actor(request))
    return nothing()


@router.get("/brands", auth=VIEW, response=listed(BrandView), summary="All brands")
def brands(request: HttpRequest) -> HttpResponse:
    return show_list(request, selectors.brands())


@router.post("/brands", auth=EDIT, response={201: describe(BrandView)}, summary="A new brand")
def create_brand(request: HttpRequest, body: BrandIn) -> HttpResponse:
    return show(request, services.create_brand(**body.model_dump(), actor=actor(request)), 201)


@router.put("/brands/{brand_id}", auth=EDIT, response=describe(BrandView), summary="Change a brand")
def update_brand(request: HttpRequest, brand_id: PathId, body: BrandIn) -> HttpResponse:
    return show(request, services.update_brand(brand_id, **body.model_dump(), actor=actor(request)))


@router.delete("/brands/{brand_id}", auth=EDIT, response={204: None}, summary="Delete a brand nothing carries or names")
def delete_brand(request: HttpRequest, brand_id: PathId) -> HttpResponse:
    services.delete_brand(brand_id, actor=actor(request))
    return nothing()


@router.get("/attributes", auth=VIEW, response=listed(AttributeView), summary="Attribute definitions")
def attributes(request: HttpRequest, category_id: Annotated[int | None, Query(ge=1, le=BIGINT)] = None) -> HttpResponse:
    """With `category_id`, those that hold there: its own and those from above."""
    return show_list(request, selectors.attribute_definitions(category_id))


@router.post("/attributes", auth=EDIT, response={201: describe(AttributeView)}, summary="Define an attribute")
def define_attribute(request: HttpRequest, body: NewAttribute) -> HttpResponse:
    return show(request, services.define_attribute(**body.model_dump(), actor=actor(request)), 201)


@router.put("/attributes/{attribute_id}", auth=EDIT, response=describe(AttributeView), summary="Change a definition")
def update_attribute(request: HttpRequest, attribute_id: PathId, body: AttributeIn) -> HttpResponse:
    return show(request, services.update_attribute(attribute_id, **body.model_dump(), actor=actor(request)))


@router.delete("/attributes/{attribute_id}", auth=EDIT, response={204: None}, summary="Delete a definition")
def delete_attribute(request: HttpRequest, attribute_id: PathId) -> HttpResponse:
    """The values that products have stay as plain text."""
    services.delete_attribute(attribute_id, actor=actor(request))
    return nothing()

"""The assortment: roles of products, hits, the plan of shelves, slow sellers and their review, what goes along. Amounts are minor units."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from zhanggui.assortment import selectors, services
from zhanggui.assortment.types import (
    Band,
    Decision,
    HitBoard,
    Match,
    ProductRole,
    Renewal,
    Review,
    RoleChange,
    Shelf,
    ShelfPlan,
)
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel.problems import NotFound

from ..auth import Staff, actor
from ..describing import describe, listed, paged, plain
from ..fields import BIGINT, Amount, Answer, Body, Cursor, Day, Flag, Int64, Limit, PathId, integer, line
from ..frame import language, nothing, reply
from .common import show, show_list, show_page

router = Router()
VIEW, MANAGE, DECIDE = Staff("assortment.view"), Staff("assortment.manage"), Staff("assortment.decide")
Role = Literal["main", "traffic", "basic", "image", "hit"]
ProductIds = Annotated[list[Int64], Field(min_length=1, max_length=500)]
CategoryId = Annotated[int, Path(ge=0, le=BIGINT)]


class ProductRoleIn(Body):
    """`given` false takes the role away. A part (traffic, basic, image) takes the place of another."""

    products: ProductIds
    role: Role
    given: Flag = True
    reason: line(200)  # type: ignore[valid-type]


class ChangedProducts(Answer):
    """The products that changed."""

    products: list[int]


class BandIn(Body):
    low: Amount
    high: Amount | None = None
    share: integer(0, 10_000)  # type: ignore[valid-type]


class PlanIn(Body):
    """What is left out stays open. Bands begin where the one before ends, the last has no end; shares are basis points."""

    breadth: integer(1, 1_000_000) | None = None  # type: ignore[valid-type]
    depth: integer(1, 1_000_000) | None = None  # type: ignore[valid-type]
    stock: integer(0, 1_000_000) | None = None  # type: ignore[valid-type]
    bands: Annotated[list[BandIn], Field(max_length=12)] = []
    note: line(500, required=False) = ""  # type: ignore[valid-type]


class SlowSellerDecisionIn(Body):
    """`until` is needed for promote and keep: on that day it is looked at again."""

    products: ProductIds
    kind: Literal["promote", "delist", "keep"]
    until: Day | None = None
    reason: line(200)  # type: ignore[valid-type]


class RenewalReviewIn(Body):
    note: line(500, required=False) = ""  # type: ignore[valid-type]


class MatchIn(Body):
    """`reason` is for buyers, `script` for customer service."""

    reason_zh: line(60, required=False) = ""  # type: ignore[valid-type]
    reason_en: line(120, required=False) = ""  # type: ignore[valid-type]
    script: line(300, required=False) = ""  # type: ignore[valid-type]
    place: integer(0, 100) | None = None  # type: ignore[valid-type]


@router.get("/assortment/roles", auth=VIEW, response=paged(ProductRole), summary="Products with a role")
def roles(
    request: HttpRequest,
    role: Literal["", "main", "traffic", "basic", "image", "hit"] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    return show_page(request, selectors.roles(role=role, cursor=cursor, limit=limit))


@router.post(
    "/assortment/roles", auth=MANAGE, response=ChangedProducts, summary="Give products a role, or take it away"
)
def set_role(request: HttpRequest, body: ProductRoleIn) -> HttpResponse:
    changed = services.set_role(body.products, body.role, given=body.given, reason=body.reason, actor=actor(request))
    return reply({"products": changed})


@router.get(
    "/assortment/products/{product_id}/roles", auth=VIEW, response=listed(RoleChange), summary="The history of a product's roles"
)  # fmt: skip
def changes(request: HttpRequest, product_id: PathId) -> HttpResponse:
    _known(product_id)
    return show_list(request, selectors.changes(product_id))


@router.get(
    "/assortment/hits", auth=VIEW, response=describe(HitBoard), summary="Hits, candidates, and who lacks one criterion"
)
def hits(request: HttpRequest) -> HttpResponse:
    """The number behind the margin is told to those who may see costs; others learn whether it is met."""
    board, costs = selectors.hit_board(), actor(request).may("pricing.view_cost")
    shown = plain(board, language(request))
    for name in ("hits", "candidates", "near"):
        shown[name] = [_without_margin(row) if not costs else row for row in shown[name]]
    return reply(shown)


def _without_margin(row: dict[str, Any]) -> dict[str, Any]:
    verdicts = [{**each, "value": None} if each["name"] == "margin" else each for each in row["verdicts"]]
    return {**row, "verdicts": verdicts}


@router.get("/assortment/shelves", auth=VIEW, response=listed(Shelf), summary="Every category beside its plan")
def shelves(request: HttpRequest) -> HttpResponse:
    """Category 0 is the whole mall. Without stock, and with bands only where they are planned."""
    return show_list(request, selectors.shelves())


@router.get(
    "/assortment/shelves/{category_id}", auth=VIEW, response=describe(Shelf), summary="One category beside its plan"
)
def shelf(request: HttpRequest, category_id: CategoryId) -> HttpResponse:
    return show(request, selectors.shelf(category_id))


@router.put("/assortment/shelves/{category_id}/plan", auth=MANAGE, response=describe(Shelf), summary="Plan a shelf")
def save_plan(request: HttpRequest, category_id: CategoryId, body: PlanIn) -> HttpResponse:
    bands = tuple(Band(band.low, band.high, band.share) for band in body.bands)
    plan = ShelfPlan(category_id, **{**body.model_dump(), "bands": bands})
    services.save_plan(plan, actor=actor(request))
    return show(request, selectors.shelf(category_id))


@router.delete(
    "/assortment/shelves/{category_id}/plan", auth=MANAGE, response={204: None}, summary="Plan nothing for it"
)
def drop_plan(request: HttpRequest, category_id: CategoryId) -> HttpResponse:
    services.drop_plan(category_id, actor=actor(request))
    return nothing()


@router.get(
    "/assortment/renewal", auth=VIEW, response=describe(Renewal), summary="Slow sellers, new items, the next review"
)
def renewal(request: HttpRequest) -> HttpResponse:
    return show(request, selectors.renewal())


@router.post(
    "/assortment/decisions", auth=DECIDE, response=ChangedProducts, summary="Decide what becomes of slow sellers"
)
def decide(request: HttpRequest, body: SlowSellerDecisionIn) -> HttpResponse:
    """`delist` takes them off sale at once and needs catalog.list as well."""
    done = services.decide(body.products, body.kind, until=body.until, reason=body.reason, actor=actor(request))
    return reply({"products": done})


@router.get(
    "/assortment/products/{product_id}/decisions", auth=VIEW, response=listed(Decision), summary="What was decided about a product"
)  # fmt: skip
def decisions(request: HttpRequest, product_id: PathId) -> HttpResponse:
    _known(product_id)
    return show_list(request, selectors.decisions(product_id))


@router.get("/assortment/reviews", auth=VIEW, response=listed(Review), summary="Finished reviews, newest first")
def reviews(request: HttpRequest) -> HttpResponse:
    return show_list(request, selectors.reviews())


@router.post(
    "/assortment/reviews",
    auth=DECIDE,
    response={201: describe(Review)},
    summary="The slow sellers have been looked through",
)
def finish_review(request: HttpRequest, body: RenewalReviewIn) -> HttpResponse:
    """What is left without a decision needs a note."""
    services.finish_review(note=body.note, actor=actor(request))
    return show(request, selectors.last_review(), 201)


@router.get(
    "/assortment/products/{product_id}/matches", auth=VIEW, response=listed(Match), summary="What goes along by hand"
)
def matches(request: HttpRequest, product_id: PathId) -> HttpResponse:
    _known(product_id)
    return show_list(request, selectors.matches(product_id))


@router.put(
    "/assortment/products/{product_id}/matches/{other_id}", auth=MANAGE, response=listed(Match), summary="It goes along with it"
)  # fmt: skip
def put_match(request: HttpRequest, product_id: PathId, other_id: PathId, body: MatchIn) -> HttpResponse:
    """Last of all, or at `place` (0: first)."""
    services.put_match(product_id, Match(other_id, body.reason_zh, body.reason_en, body.script), actor=actor(request))
    if body.place is not None:
        services.move_match(product_id, other_id, body.place, actor=actor(request))
    return show_list(request, selectors.matches(product_id))


@router.delete(
    "/assortment/products/{product_id}/matches/{other_id}", auth=MANAGE, response={204: None}, summary="It does not go along any more"
)  # fmt: skip
def drop_match(request: HttpRequest, product_id: PathId, other_id: PathId) -> HttpResponse:
    services.drop_match(product_id, other_id, actor=actor(request))
    return nothing()


def _known(product_id: int) -> None:
    """Raises NotFound."""
    if not catalog.titles([product_id]):
        raise NotFound()

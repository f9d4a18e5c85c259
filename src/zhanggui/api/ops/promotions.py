"""Promotions and coupons: their terms and their life. Amounts in `config` are minor units."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field, StringConstraints, WithJsonSchema

from zhanggui.promotions import selectors, services
from zhanggui.promotions.types import CouponDraft, PromotionDraft, PromotionView, words

from ..auth import Staff, actor
from ..describing import describe, paged, plain
from ..fields import MAX_AMOUNT, Body, Cursor, Flag, Int64, Limit, PathId, Time, integer, line
from ..frame import language, reply
from .common import OptionalReason

router = Router()
VIEW, MANAGE, COUPONS = (Staff(right) for right in ("promotions.view", "promotions.manage", "coupons.manage"))
#: Badges are shown rendered; their parts are of no use to programs.
HIDDEN = frozenset({"badge_params"})


class CouponTermsIn(Body):
    """How codes are handed out; null limits nothing. `valid_days`: a code is good so long from when a member has it.

    With a `points_price` members get it in the points mall; what is `claimable` has none.
    """

    claimable: Flag = False
    per_member_limit: integer(1, 1000) = 1  # type: ignore[valid-type]
    issue_limit: integer(1, 10**12) | None = None  # type: ignore[valid-type]
    valid_days: integer(1, 3650) | None = None  # type: ignore[valid-type]
    points_price: integer(1, 10**9) | None = None  # type: ignore[valid-type]


Ids = Annotated[list[Int64], Field(max_length=10_000)]
Name = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=40, pattern=r"^[^\x00-\x1f]*$")]
Names = Annotated[list[Name], Field(max_length=50)]
Clock = Annotated[str, StringConstraints(strict=True, pattern=r"^([01][0-9]|2[0-4]):[0-5][0-9]$")]


class SelectionIn(Body):
    """Ids."""

    products: Ids = []
    categories: Ids = []
    brands: Ids = []
    skus: Ids = []


class ScopeIn(SelectionIn):
    """All goods, or those named; either way without the excluded."""

    all: Flag = False
    exclude: SelectionIn | None = None


class DailyIn(Body):
    """Hours of each day in the mall's time zone."""

    from_: Clock = Field(alias="from")
    to: Clock


class AudienceIn(Body):
    """Whom it is for; every part that is set must hold. `new`: only who has not bought before, or (false) only who has."""

    members: Flag = False
    new: Flag | None = None
    tiers: Names = []
    tags: Names = []
    regions: Names = []
    channels: Names = []
    employees: Flag = False
    birthday: Flag = False


#: What a kind may ask for: numbers, switches, short texts, and lists of steps made of them, which may list goods.
_SIMPLE: list[dict[str, Any]] = [
    {"type": "integer"},
    {"type": "boolean"},
    {"type": "string", "maxLength": 200, "pattern": r"^[^\x00]*$"},
]
_NAMES = {"pattern": "^[a-z_]{1,40}$"}
_GOOD = {"type": "object", "propertyNames": _NAMES, "additionalProperties": {"anyOf": _SIMPLE}}
_STEP = {
    "type": "object",
    "propertyNames": _NAMES,
    "additionalProperties": {"anyOf": [*_SIMPLE, {"type": "array", "items": _GOOD}]},
}
_CONFIG = {
    "type": "object",
    "propertyNames": _NAMES,
    "additionalProperties": {"anyOf": [*_SIMPLE, {"type": "array", "items": {"anyOf": [*_SIMPLE, _STEP]}}]},
}


class PromotionIn(Body):
    """`config` depends on `kind`; what is wrong with it is named field by field.

    `audience`: whom it is for. `apart`: goods it takes from are kept from these lanes, and it keeps off theirs.
    """

    kind: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=40)]
    label_zh: line(80)  # type: ignore[valid-type]
    label_en: line(80, required=False) = ""  # type: ignore[valid-type]
    config: Annotated[dict[str, Any], WithJsonSchema(_CONFIG)]
    scope: ScopeIn = ScopeIn(all=True)
    starts_at: Time
    ends_at: Time | None = None
    daily: Annotated[list[DailyIn], Field(max_length=24)] = []
    priority: integer(-1000, 1000) = 0  # type: ignore[valid-type]
    exclusive_group: line(40, required=False) = ""  # type: ignore[valid-type]
    use_limit: integer(1, 10**12) | None = None  # type: ignore[valid-type]
    per_holder_limit: integer(1, 1_000_000) | None = None  # type: ignore[valid-type]
    budget: integer(1, MAX_AMOUNT) | None = None  # type: ignore[valid-type]
    audience: AudienceIn = AudienceIn()
    apart: Annotated[list[Literal["item", "set", "order", "coupon"]], Field(max_length=4)] = []
    coupon: CouponTermsIn | None = None

    def draft(self) -> PromotionDraft:
        values = self.model_dump(exclude={"audience", "coupon", "scope", "reason"}, by_alias=True)
        values["audience"] = self.audience.model_dump(exclude_defaults=True)
        values["scope"] = self.scope.model_dump(exclude_defaults=True)
        coupon = CouponDraft(**self.coupon.model_dump()) if self.coupon else None
        return PromotionDraft(**values, coupon=coupon)


class TermsIn(PromotionIn):
    """New terms; `reason` is asked for where a live promotion would go below floors."""

    reason: OptionalReason = ""


class ChangeIn(Body):
    reason: OptionalReason = ""


PROMOTION = describe(PromotionView, HIDDEN)


def _plain(view: PromotionView, lang: str) -> dict[str, Any]:
    shown: dict[str, Any] = plain(view, lang, without=HIDDEN)
    return {**shown, "badge": view.badge.render(lang, **words(view.badge_params, lang))}


def _shown(request: HttpRequest, promotion_id: int, status: int = 200) -> HttpResponse:
    return reply(_plain(selectors.promotion(promotion_id), language(request)), status=status)


def _page(request: HttpRequest, state: str, kind: str, by_code: bool, cursor: str, limit: int) -> HttpResponse:
    page = selectors.promotion_page(state=state, kind=kind, by_code=by_code, cursor=cursor, limit=limit)
    lang = language(request)
    return reply({"items": [_plain(view, lang) for view in page.items], "next_cursor": page.next_cursor})


State = Literal["", "draft", "live", "paused", "ended"]
Kind = Annotated[str, Query(max_length=40)]


@router.get("/promotions", auth=VIEW, response=paged(PromotionView, HIDDEN), summary="Promotions, newest first")
def promotions(
    request: HttpRequest, state: State = "", kind: Kind = "", cursor: Cursor = "", limit: Limit = 50
) -> HttpResponse:
    return _page(request, state, kind, False, cursor, limit)


@router.get("/coupons", auth=VIEW, response=paged(PromotionView, HIDDEN), summary="Coupons, newest first")
def coupons(
    request: HttpRequest, state: State = "", kind: Kind = "", cursor: Cursor = "", limit: Limit = 50
) -> HttpResponse:
    return _page(request, state, kind, True, cursor, limit)


@router.post("/promotions", auth=MANAGE, response={201: PROMOTION}, summary="A new promotion, as a draft")
def create_promotion(request: HttpRequest, body: PromotionIn) -> HttpResponse:
    """For coupons use `/coupons`: they are another right."""
    return _shown(request, services.create_promotion(body.draft(), actor=actor(request)), 201)


@router.post("/coupons", auth=COUPONS, response={201: PROMOTION}, summary="A new coupon, as a draft")
def create_coupon(request: HttpRequest, body: PromotionIn) -> HttpResponse:
    return _shown(request, services.create_promotion(body.draft(), actor=actor(request)), 201)


@router.get("/promotions/{promotion_id}", auth=VIEW, response=PROMOTION, summary="One promotion or coupon")
def promotion(request: HttpRequest, promotion_id: PathId) -> HttpResponse:
    return _shown(request, promotion_id)


#: What changes a promotion: promotions and coupons are changed alike, each with its own right (the service looks again).
STEPS = ("publish", "pause", "resume", "end")


def _update(request: HttpRequest, promotion_id: PathId, body: TermsIn) -> HttpResponse:
    """Once published, limits can be moved but not added or taken away."""
    services.update_promotion(promotion_id, body.draft(), actor=actor(request), reason=body.reason)
    return _shown(request, promotion_id)


def _step(name: str) -> Any:
    def take(request: HttpRequest, promotion_id: PathId, body: ChangeIn) -> HttpResponse:
        getattr(services, name)(promotion_id, actor=actor(request), reason=body.reason)
        return _shown(request, promotion_id)

    take.__name__ = name
    return take


for _prefix, _right in (("promotions", MANAGE), ("coupons", COUPONS)):
    router.put(
        f"/{_prefix}/{{promotion_id}}", auth=_right, response=PROMOTION, summary="Replace the terms",
        operation_id=f"ops_{_prefix}_update",
    )(_update)  # fmt: skip
    for _name in STEPS:
        router.post(
            f"/{_prefix}/{{promotion_id}}/{_name}", auth=_right, response=PROMOTION, summary=_name.title(),
            operation_id=f"ops_{_prefix}_{_name}",
        )(_step(_name))  # fmt: skip

"""Tiers, and members' points and balances, as staff see and change them."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from zhanggui.kernel.money import MAX_AMOUNT
from zhanggui.members import selectors, services
from zhanggui.members.types import Holding, Liability, PostingView, Standing, TierChangeView, TierDraft, TierView

from ..auth import Staff, actor
from ..describing import describe, listed, paged
from ..fields import Amount, Answer, Body, Cursor, Day, Flag, Limit, PathId, integer, line
from ..frame import nothing
from .common import Reason, show, show_list, show_page

router = Router()
VIEW = Staff("loyalty.view")
Asset = Literal["points", "balance"]
TierCode = Annotated[str, Path(min_length=1, max_length=20, pattern=r"^[a-z0-9][a-z0-9-]*$")]


class TierIn(Body):
    """Amounts in minor units; null: this way does not lead to it. Basis points: 9800 is 98% of the price, 15000 1.5 points."""

    name_zh: line(40)  # type: ignore[valid-type]
    name_en: line(40, required=False) = ""  # type: ignore[valid-type]
    rank: integer(0, 100)  # type: ignore[valid-type]
    growth_threshold: Amount | None = None
    entry_amount: Amount | None = None
    discount_bp: integer(1_000, 10_000) = 10_000  # type: ignore[valid-type]
    points_bp: integer(0, 1_000_000) = 0  # type: ignore[valid-type]
    free_shipping: Flag = False
    birthday_points: integer(0, 1_000_000) = 0  # type: ignore[valid-type]
    reason: line(200, required=False) = ""  # type: ignore[valid-type]


class TierGrantIn(Body):
    """`tier` empty: take the grant back."""

    tier: line(20, required=False)  # type: ignore[valid-type]
    until: Day | None = None
    reason: Reason


class EmployeeIn(Body):
    employee: Flag
    reason: Reason


class LedgerIn(Body):
    """Below zero takes. The same `key` again changes nothing."""

    amount: integer(-MAX_AMOUNT, MAX_AMOUNT)  # type: ignore[valid-type]
    reason: Reason
    key: line(80, required=False) = ""  # type: ignore[valid-type]


class TierNow(Answer):
    tier: str


@router.get("/tiers", auth=VIEW, response=listed(TierView), summary="Tiers, the lowest first")
def tiers(request: HttpRequest) -> HttpResponse:
    return show_list(request, selectors.tiers())


@router.put("/tiers/{code}", auth=Staff("loyalty.tiers"), response=describe(TierView), summary="Make or change a tier")
def save_tier(request: HttpRequest, code: TierCode, body: TierIn) -> HttpResponse:
    """Members move at their next order, all others in the night. Where `discount_bp` brings goods below their floor, whoever may
    go there says why in `reason`."""
    draft = TierDraft(**body.model_dump(exclude={"reason"}))
    return show(request, services.save_tier(code, draft, reason=body.reason, actor=actor(request)))


@router.delete("/tiers/{code}", auth=Staff("loyalty.tiers"), response={204: None}, summary="Remove a tier nobody has")
def remove_tier(request: HttpRequest, code: TierCode) -> HttpResponse:
    services.remove_tier(code, actor=actor(request))
    return nothing()


@router.get(
    "/members/{member_id}/standing", auth=VIEW, response=describe(Standing), summary="A member's tier and the next"
)
def standing(request: HttpRequest, member_id: PathId) -> HttpResponse:
    return show(request, selectors.standing(member_id))


@router.put(
    "/members/{member_id}/tier", auth=Staff("loyalty.tiers"), response=TierNow, summary="Grant a tier until a day"
)
def grant_tier(request: HttpRequest, member_id: PathId, body: TierGrantIn) -> HttpResponse:
    now = services.grant_tier(member_id, body.tier, until=body.until, reason=body.reason, actor=actor(request))
    return show(request, {"tier": now})


@router.get(
    "/members/{member_id}/tiers", auth=VIEW, response=paged(TierChangeView), summary="When a member rose and fell"
)
def tier_history(request: HttpRequest, member_id: PathId, cursor: Cursor = "", limit: Limit = 30) -> HttpResponse:
    selectors.member_row(member_id)
    return show_page(request, selectors.tier_history(member_id, cursor=cursor, limit=limit))


@router.put(
    "/members/{member_id}/employee", auth=Staff("loyalty.employee"), response={204: None}, summary="Who is an employee"
)
def set_employee(request: HttpRequest, member_id: PathId, body: EmployeeIn) -> HttpResponse:
    services.set_employee(member_id, body.employee, reason=body.reason, actor=actor(request))
    return nothing()


@router.get("/members/{member_id}/ledger/{asset}", auth=VIEW, response=describe(Holding), summary="What a member holds")
def holding(request: HttpRequest, member_id: PathId, asset: Asset) -> HttpResponse:
    """A balance is in minor units."""
    selectors.member_row(member_id)
    return show(request, selectors.holding(member_id, asset))


@router.get(
    "/members/{member_id}/ledger/{asset}/postings",
    auth=VIEW,
    response=paged(PostingView),
    summary="What came and went, newest first",
)
def postings(
    request: HttpRequest, member_id: PathId, asset: Asset, cursor: Cursor = "", limit: Limit = 30
) -> HttpResponse:
    selectors.member_row(member_id)
    return show_page(request, selectors.postings(member_id, asset, cursor=cursor, limit=limit))


def _adjust(request: HttpRequest, member_id: int, body: LedgerIn, asset: str) -> HttpResponse:
    services.adjust(member_id, body.amount, reason=body.reason, key=body.key, asset=asset, actor=actor(request))
    return show(request, selectors.holding(member_id, asset), 201)


@router.post(
    "/members/{member_id}/points",
    auth=Staff("loyalty.points"),
    response={201: describe(Holding)},
    summary="Give or take points by hand",
)
def adjust_points(request: HttpRequest, member_id: PathId, body: LedgerIn) -> HttpResponse:
    return _adjust(request, member_id, body, "points")


@router.post(
    "/members/{member_id}/balance",
    auth=Staff("loyalty.balance"),
    response={201: describe(Holding)},
    summary="Top up or take balance by hand",
)
def adjust_balance(request: HttpRequest, member_id: PathId, body: LedgerIn) -> HttpResponse:
    return _adjust(request, member_id, body, "balance")


@router.get("/liability/{asset}", auth=VIEW, response=listed(Liability), summary="What members hold by month of expiry")
def liability(request: HttpRequest, asset: Asset) -> HttpResponse:
    return show_list(request, selectors.liability(asset))

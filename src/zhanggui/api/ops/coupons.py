"""Coupons in the large: what became of them, public codes and batches, sends to members, who has which code, and voiding."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field, StringConstraints

from zhanggui.analytics import selectors as analytics
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.orders import selectors as orders
from zhanggui.promotions import selectors, services
from zhanggui.promotions.types import CouponAudience

from ..auth import Staff, actor
from ..fields import Answer, Body, Cursor, Flag, Int64, Limit, PathId, integer, line
from ..frame import language, reply
from .common import Count, before, cut
from .promotions import ChangeIn, Names

router = Router()
VIEW, COUPONS, GRANT = (Staff(right) for right in ("promotions.view", "coupons.manage", "coupons.grant"))
CodeText = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=64)]
BatchName = Annotated[str, Path(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9-]+$")]
#: A member's id or mobile number.
Named = line(40)


class FunnelOut(Answer):
    """Codes made, those in members' hands, uses that stand, and of the paid orders among them what was taken off and what
    they came to (less what went back). Minor units."""

    id: int
    kind: str
    label: str
    state: str
    starts_at: datetime
    ends_at: datetime | None
    issued: int
    issue_limit: int | None
    held: int
    used: int
    orders: int
    discount: int
    revenue: int


class FunnelPage(Answer):
    items: list[FunnelOut]
    next_cursor: str | None


class DayRow(Answer):
    day: date
    held: int
    used: int
    discount: int
    revenue: int


class DayList(Answer):
    items: list[DayRow]


class CodeIn(Body):
    """A public code shared by many; `max_uses` null: as often as the coupon allows."""

    code: CodeText
    max_uses: integer(1, 10**12) | None = None  # type: ignore[valid-type]


class CodesIn(Body):
    """At most `promotions.codes_per_batch` at a time."""

    count: integer(1, 1_000_000)  # type: ignore[valid-type]
    note: line(200, required=False) = ""  # type: ignore[valid-type]


class GrantIn(Body):
    member_ids: Annotated[list[Int64], Field(min_length=1, max_length=10_000)]


class CodeOut(Answer):
    code: str


class BatchOut(Answer):
    batch: str


class VoidedOut(Answer):
    """How many codes are void now that were not."""

    voided: int


class GrantedOut(Answer):
    """The members who got one; the others have had their share."""

    member_ids: list[int]


class BatchRow(Answer):
    """A batch of single-use codes: how many were made, and of these how many a member has, are used and are void."""

    id: int
    name: str
    note: str
    made: int
    held: int
    used: int
    void: int
    actor_label: str
    created_at: datetime
    voided_at: datetime | None


class BatchPage(Answer):
    items: list[BatchRow]
    next_cursor: str | None


class CodeRow(Answer):
    id: int
    code: str
    origin: str
    batch: str
    member_id: int | None
    max_uses: int | None
    used: int
    created_at: Any
    voided_at: Any


class CodePage(Answer):
    items: list[CodeRow]
    next_cursor: str | None


class FoundCode(CodeRow):
    """A code, of which coupon it is, who has it since when, and the order that stands on it."""

    coupon_id: int
    label: str
    held_at: datetime | None
    valid_until: datetime | None
    order_number: str | None
    amount: int | None
    used_at: datetime | None


class FoundPage(Answer):
    items: list[FoundCode]
    next_cursor: str | None


class SegmentIn(Body):
    """Active members of whom every part that is set is true. `bought`: has (not) bought before; `inactive_days`: has not
    bought for so long; `birthday_month`: 1 to 12."""

    tiers: Names = []
    tags: Names = []
    bought: Flag | None = None
    inactive_days: integer(1, 3650) | None = None  # type: ignore[valid-type]
    birthday_month: integer(1, 12) | None = None  # type: ignore[valid-type]

    def audience(self) -> CouponAudience:
        return CouponAudience(tuple(self.tiers), tuple(self.tags), self.bought, self.inactive_days, self.birthday_month)


class ReachIn(Body):
    """Either `members` (ids or mobile numbers) or an `audience`."""

    members: Annotated[list[Named], Field(max_length=100_000)] | None = None  # type: ignore[valid-type]
    audience: SegmentIn | None = None


class SendIn(ReachIn):
    """Whoever asks again with the same `key` is answered the first send."""

    key: line(80)  # type: ignore[valid-type]
    note: line(200, required=False) = ""  # type: ignore[valid-type]


class SendOut(Answer):
    """`state` is waiting, running, finished or stopped. Of `total` members `sent` got a code and `had` have their share
    already; `failure` says why it was stopped: none_left or not_live."""

    id: int
    coupon_id: int
    key: str
    state: str
    audience: dict[str, Any]
    note: str
    total: int
    sent: int
    had: int
    failure: str
    actor_label: str
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class SendPage(Answer):
    items: list[SendOut]
    next_cursor: str | None


def _named(row: dict[str, Any], lang: str, shape: type[Answer]) -> dict[str, Any]:
    """A row as a shape shows it, with its coupon's label in the caller's language."""
    shown = {**row, "label": Text(row["label_zh"], row["label_en"] or row["label_zh"]).render(lang)}
    return {name: shown[name] for name in shape.model_fields}


def _page(rows: list[dict[str, Any]], limit: int, shape: type[Answer]) -> HttpResponse:
    page = cut(rows, limit, lambda row: row["id"])
    items = [{name: row[name] for name in shape.model_fields} for row in page.items]
    return reply({"items": items, "next_cursor": page.next_cursor})


def _named_page(request: HttpRequest, rows: list[dict[str, Any]], limit: int, shape: type[Answer]) -> HttpResponse:
    page, lang = cut(rows, limit, lambda row: row["id"]), language(request)
    return reply({"items": [_named(row, lang, shape) for row in page.items], "next_cursor": page.next_cursor})


def _coupon(promotion_id: int) -> None:
    """Raises NotFound where no coupon has this id."""
    if selectors.promotion(promotion_id).draft.coupon is None:
        raise NotFound()


@router.get("/coupon-funnels", auth=VIEW, response=FunnelPage, summary="What became of coupons, newest first")
def funnels(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    rows = analytics.coupon_funnels(before_id=before(cursor), limit=limit + 1)
    return _named_page(request, rows, limit, FunnelOut)


@router.get("/coupons/{promotion_id}/funnel", auth=VIEW, response=FunnelOut, summary="What became of a coupon")
def funnel(request: HttpRequest, promotion_id: PathId) -> HttpResponse:
    return reply(_named(analytics.coupon_funnel(promotion_id), language(request), FunnelOut))


@router.get("/coupons/{promotion_id}/days", auth=VIEW, response=DayList, summary="The same by day")
def days(request: HttpRequest, promotion_id: PathId, days: Annotated[int, Query(ge=1, le=366)] = 30) -> HttpResponse:
    """Codes that came to members, uses, what these took off and what their orders came to; in the mall's days, today last."""
    _coupon(promotion_id)
    return reply({"items": analytics.coupon_days(promotion_id, days=days)})


@router.get("/coupon-codes", auth=COUPONS, response=FoundPage, summary="Find codes, wherever they are")
def find(
    request: HttpRequest, q: Annotated[str, Query(min_length=1, max_length=64)], cursor: Cursor = "", limit: Limit = 50
) -> HttpResponse:
    """`q` is a code, the id of the member who has it, or the number of the order that used it."""
    rows = selectors.code_search(q, before_id=before(cursor), limit=limit + 1)
    return _named_page(request, rows, limit, FoundCode)


@router.get("/coupons/{promotion_id}/batches", auth=VIEW, response=BatchPage, summary="Batches of codes, newest first")
def batches(request: HttpRequest, promotion_id: PathId, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    _coupon(promotion_id)
    return _page(selectors.batches(promotion_id, before_id=before(cursor), limit=limit + 1), limit, BatchRow)


@router.post("/coupons/{promotion_id}/codes", auth=COUPONS, response={201: CodeOut}, summary="A public code")
def add_code(request: HttpRequest, promotion_id: PathId, body: CodeIn) -> HttpResponse:
    code = services.add_code(promotion_id, body.code, max_uses=body.max_uses, actor=actor(request))
    return reply({"code": code}, status=201)


@router.post("/coupons/{promotion_id}/batches", auth=COUPONS, response={201: BatchOut}, summary="Single-use codes")
def generate(request: HttpRequest, promotion_id: PathId, body: CodesIn) -> HttpResponse:
    batch = services.generate_codes(promotion_id, body.count, note=body.note, actor=actor(request))
    return reply({"batch": batch}, status=201)


@router.post("/coupons/{promotion_id}/batches/{batch}/void", auth=COUPONS, response=VoidedOut, summary="Void a batch")
def void_batch(request: HttpRequest, promotion_id: PathId, batch: BatchName, body: ChangeIn) -> HttpResponse:
    """Its unused codes are good for nothing any more."""
    voided = services.void_batch(promotion_id, batch, actor=actor(request), reason=body.reason)
    return reply({"voided": voided})


@router.post("/coupons/{promotion_id}/codes/{code_id}/void", auth=COUPONS, response=VoidedOut, summary="Void one code")
def void_code(request: HttpRequest, promotion_id: PathId, code_id: PathId, body: ChangeIn) -> HttpResponse:
    """Refused for a code that an order stands on."""
    services.void_code(promotion_id, code_id, actor=actor(request), reason=body.reason)
    return reply({"voided": 1})


@router.get("/coupons/{promotion_id}/codes", auth=COUPONS, response=CodePage, summary="Codes, for lists and export")
def codes(
    request: HttpRequest,
    promotion_id: PathId,
    batch: Annotated[str, Query(max_length=64)] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    rows = selectors.codes(promotion_id, batch=batch, after_id=before(cursor) or 0, limit=limit + 1)
    return _page(rows, limit, CodeRow)


@router.post("/coupons/{promotion_id}/grants", auth=GRANT, response=GrantedOut, summary="Into members' wallets")
def grant(request: HttpRequest, promotion_id: PathId, body: GrantIn) -> HttpResponse:
    return reply({"member_ids": services.grant(promotion_id, body.member_ids, actor=actor(request))})


def _reached(body: ReachIn) -> tuple[CouponAudience, list[int]]:
    """Whom a request means. Raises ValidationFailed naming the words that are nobody."""
    if (body.members is None) == (body.audience is None):
        raise ValidationFailed.one(
            "members", "required", "请给出 members 或 audience 其中之一", "either members or audience"
        )
    if body.audience is not None:
        audience = body.audience.audience()
        return audience, orders.members_matching(audience)
    listed = body.members or []
    reached, unknown = members.ids_of(listed)
    if unknown:
        missing, nobody = set(unknown), Text("没有这位会员", "there is no such member")
        errors = [FieldError(f"members.{n}", "unknown", nobody) for n, word in enumerate(listed) if word in missing]
        raise ValidationFailed(errors=errors[:100])
    return CouponAudience(listed=len(reached)), reached


@router.post("/coupons/{promotion_id}/sends/preview", auth=GRANT, response=Count, summary="How many a send would reach")
def preview(request: HttpRequest, promotion_id: PathId, body: ReachIn) -> HttpResponse:
    """Who has his share already is counted, too."""
    _coupon(promotion_id)
    return reply({"count": len(_reached(body)[1])})


@router.post("/coupons/{promotion_id}/sends", auth=GRANT, response={201: SendOut}, summary="Send to many members")
def start_send(request: HttpRequest, promotion_id: PathId, body: SendIn) -> HttpResponse:
    """Carried out in the background, each member once; follow it by its id."""
    audience, reached = _reached(body)
    send_id = services.start_send(
        promotion_id, reached, key=body.key, audience=audience, note=body.note, actor=actor(request)
    )
    return _sent(promotion_id, send_id, 201)


@router.get("/coupons/{promotion_id}/sends", auth=VIEW, response=SendPage, summary="Sends, newest first")
def sends(request: HttpRequest, promotion_id: PathId, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    _coupon(promotion_id)
    return _page(selectors.sends(promotion_id, before_id=before(cursor), limit=limit + 1), limit, SendOut)


@router.get("/coupons/{promotion_id}/sends/{send_id}", auth=VIEW, response=SendOut, summary="How far a send is")
def send(request: HttpRequest, promotion_id: PathId, send_id: PathId) -> HttpResponse:
    return _sent(promotion_id, send_id)


def _sent(promotion_id: int, send_id: int, status: int = 200) -> HttpResponse:
    row = selectors.send(promotion_id, send_id)
    return reply({name: row[name] for name in SendOut.model_fields}, status=status)

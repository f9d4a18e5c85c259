"""Lucky draws: the table with its odds, taking a chance, one's own chances, and the record anybody can check."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import StringConstraints

from zhanggui.draws import selectors, services
from zhanggui.draws.types import ChanceView, DrawView
from zhanggui.kernel import mall_settings
from zhanggui.kernel.money import json_money
from zhanggui.members import selectors as members

from ..auth import MEMBER, VISITOR, actor, member_id
from ..fields import IDEMPOTENT, Answer, Body, Cursor, Limit, Money
from ..frame import language, reply

router = Router()
Slug = Annotated[str, Path(min_length=3, max_length=60, pattern=r"^[a-z0-9-]+$")]
Nonce = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=32, pattern=r"^[A-Za-z0-9_-]+$")]


class PrizeOut(Answer):
    """Rolls from `low` up to (not with) `high` fall on it: `odds` in basis points. `left` null: as many as it takes."""

    place: int
    kind: Literal["coupon", "points", "thanks"]
    label: str
    odds: int
    low: int
    high: int
    pieces: int | None
    left: int | None
    points: int | None
    value: Money


class DrawOut(Answer):
    """`price` is in points; `tiers` empty: for all members. `commitment` is SHA-256 of `seed`, which is null until the end."""

    id: int
    slug: str
    label: str
    notes: str
    stage: Literal["scheduled", "running", "closing", "ended"]
    starts_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    end_reason: str
    tiers: list[str]
    per_day: int | None
    per_member: int | None
    price: int
    prizes: list[PrizeOut]
    taken: int
    commitment: str
    seed: str | None


class DrawList(Answer):
    items: list[DrawOut]


class ChanceOut(Answer):
    """The roll fell on the line `drawn`; where its pieces were out, the prize is that of `place`, the thanks."""

    sequence: int
    nonce: str
    roll: int
    drawn: int
    place: int
    kind: Literal["coupon", "points", "thanks"]
    label: str
    at: datetime


class MineOut(Answer):
    """`left_today` and `left` null: no bound of that kind. `chances` are the latest 50."""

    left_today: int | None
    left: int | None
    chances: list[ChanceOut]


class RecordLine(ChanceOut):
    """`member` is masked; `computed` is the roll computed again from the published seed, null before the end."""

    member: str
    computed: int | None


class RecordOut(Answer):
    items: list[RecordLine]
    next_cursor: str | None


class ChanceIn(Body):
    """The member's own word in the outcome."""

    nonce: Nonce


def _draw(view: DrawView, lang: str) -> dict[str, Any]:
    currency = mall_settings.get("mall.currency")
    plain = ("id", "slug", "stage", "starts_at", "ends_at", "ended_at", "end_reason", "per_day", "per_member", "price",
             "taken", "commitment")  # fmt: skip
    lines = ("place", "kind", "odds", "low", "high", "pieces", "left", "points")
    return {
        **{name: getattr(view, name) for name in plain},
        "label": view.label.render(lang),
        "notes": view.notes.render(lang),
        "tiers": list(view.tiers),
        "seed": view.seed or None,
        "prizes": [
            {
                **{name: getattr(prize, name) for name in lines},
                "label": prize.label.render(lang),
                "value": json_money(prize.value, currency),
            }
            for prize in view.prizes
        ],
    }


def _chance(chance: ChanceView, lang: str) -> dict[str, Any]:
    plain = ("sequence", "nonce", "roll", "drawn", "place", "kind", "at")
    return {**{name: getattr(chance, name) for name in plain}, "label": chance.label.render(lang)}


@router.get("/draws", auth=VISITOR, response=DrawList, summary="Draws that run, will run or ended in the last month")
def draws(request: HttpRequest) -> HttpResponse:
    return reply({"items": [_draw(view, language(request)) for view in selectors.public()]})


@router.get("/draws/{slug}", auth=VISITOR, response=DrawOut, summary="A draw: prizes, odds, commitment, later the seed")
def draw(request: HttpRequest, slug: Slug) -> HttpResponse:
    return reply(_draw(selectors.by_slug(slug), language(request)))


@router.post(
    "/draws/{slug}/chances", auth=MEMBER, response={201: ChanceOut}, summary="Draw once", openapi_extra=IDEMPOTENT
)
def take(request: HttpRequest, slug: Slug, body: ChanceIn) -> HttpResponse:
    """Needs the Idempotency-Key header; the same key with the same word again answers the same chance."""
    key = request.headers.get("Idempotency-Key", "")
    chance = services.take_chance(slug, member_id(request), nonce=body.nonce, key=key, actor=actor(request))
    return reply(_chance(chance, language(request)), status=201)


@router.get("/draws/{slug}/chances", auth=MEMBER, response=MineOut, summary="One's own chances, and how many are left")
def mine(request: HttpRequest, slug: Slug) -> HttpResponse:
    view = selectors.by_slug(slug)
    left = selectors.left(view, member_id(request))
    chances = [_chance(each, language(request)) for each in selectors.chances_of(view.id, member_id(request))]
    return reply({"left_today": left.today, "left": left.in_all, "chances": chances})


@router.get(
    "/draws/{slug}/record", auth=VISITOR, response=RecordOut, summary="Every chance of a draw, the latest first"
)
def record(request: HttpRequest, slug: Slug, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    view = selectors.by_slug(slug)
    page = selectors.record(view.id, cursor=cursor, limit=limit)
    names = members.masked_mobiles(each.member_id for each in page.items)
    computed = selectors.recomputed(view, page.items)
    items = [
        {
            **_chance(each, language(request)),
            "member": names.get(each.member_id, ""),
            "computed": computed.get(each.sequence),
        }
        for each in page.items
    ]
    return reply({"items": items, "next_cursor": page.next_cursor})

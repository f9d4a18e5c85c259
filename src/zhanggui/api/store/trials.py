"""Free trials: what can be applied for, applying once, one's own applications, and the record anybody can check."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field, StringConstraints

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import ListingItem
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.money import json_money
from zhanggui.members import selectors as members
from zhanggui.pricing import selectors as pricing
from zhanggui.trials import selectors, services
from zhanggui.trials.types import ApplicationView, TrialView

from ..auth import MEMBER, VISITOR, actor, member_id
from ..fields import Answer, Body, Cursor, Int64, Limit, Money
from ..frame import language, reply

router = Router()
Slug = Annotated[str, Path(min_length=3, max_length=60, pattern=r"^[a-z0-9-]+$")]
Word = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=32, pattern=r"^[A-Za-z0-9_-]+$")]
Said = Annotated[str, StringConstraints(strict=True, max_length=500)]


class TrialProduct(Answer):
    """What is given; `price` is what it costs everybody else."""

    product_id: int
    slug: str
    title: str
    image: str | None
    price: Money | None


class TrialOut(Answer):
    """`tiers` empty: members of all. `min_points` must be held and are not spent. `commitment` is SHA-256 of `seed`, which is null
    until the draw is made; both are of use for trials that are drawn. `product` is null once it is no longer sold.
    """

    id: int
    slug: str
    label: str
    notes: str
    stage: Literal["scheduled", "open", "closing", "choosing", "decided", "called_off"]
    selection: Literal["draw", "choice"]
    product: TrialProduct | None
    pieces: int
    applied: int
    freight: Money
    tiers: list[str]
    audience: Literal["", "new", "old"]
    min_points: int
    questions: list[str]
    report_days: int
    starts_at: datetime
    ends_at: datetime
    decided_at: datetime | None
    end_reason: str
    commitment: str
    seed: str | None


class TrialList(Answer):
    items: list[TrialOut]


class ApplicationOut(Answer):
    """`order` brings the piece. From `delivered_at` on a report is owed until `report_due`: the review of that order's line."""

    number: int
    state: Literal["applied", "won", "lost", "lapsed"]
    word: str
    reason: str
    answers: list[str]
    order: str | None
    at: datetime
    delivered_at: datetime | None
    report_due: datetime | None
    reported_at: datetime | None


class MyTrial(ApplicationOut):
    trial: TrialOut


class MyTrials(Answer):
    items: list[MyTrial]
    next_cursor: str | None


class TrialRecordLine(Answer):
    """`member` is masked; `computed` is the rank computed again from the published seed, null before the draw."""

    number: int
    member: str
    word: str
    won: bool
    rank: str | None
    computed: str | None


class TrialRecord(Answer):
    items: list[TrialRecordLine]
    next_cursor: str | None


class ApplicationIn(Body):
    """`word` is the member's own part in the draw, `address_id` one of his addresses; `answers` in the order of the questions."""

    reason: Said
    word: Word
    address_id: Int64
    answers: Annotated[list[Said], Field(max_length=3)] = []


def _shown(views: list[TrialView], lang: str) -> list[dict[str, Any]]:
    """Trials with what they give. Three statements, none for none."""
    if not views:
        return []
    skus = [view.sku_id for view in views]
    owners = {sku: place[0] for sku, place in catalog.goods_of(skus).items()}
    items = {item.id: item.said_in(lang) for item in catalog.listed(sorted(set(owners.values())))}
    prices = pricing.effective_prices(skus, clock.now())
    currency = mall_settings.get("mall.currency")
    return [
        _trial(view, items.get(owners.get(view.sku_id, 0)), prices.get(view.sku_id), lang, currency) for view in views
    ]


def _trial(view: TrialView, item: ListingItem | None, price: Any, lang: str, currency: str) -> dict[str, Any]:
    plain = (
        "id", "slug", "stage", "selection", "pieces", "applied", "audience", "min_points", "report_days", "starts_at", "ends_at",
        "decided_at", "end_reason", "commitment",
    )  # fmt: skip
    return {
        **{name: getattr(view, name) for name in plain},
        "label": view.label.render(lang),
        "notes": view.notes.render(lang),
        "freight": json_money(view.freight, currency),
        "tiers": list(view.tiers),
        "questions": list(view.questions),
        "seed": view.seed or None,
        "product": {
            "product_id": item.id,
            "slug": item.slug,
            "title": item.title,
            "image": item.image or None,
            "price": json_money(price.sale_price, currency) if price else None,
        }
        if item
        else None,
    }


def _application(mine: ApplicationView) -> dict[str, Any]:
    plain = ("number", "state", "word", "reason", "at", "delivered_at", "report_due", "reported_at")
    return {
        **{name: getattr(mine, name) for name in plain},
        "answers": list(mine.answers),
        "order": mine.order_number or None,
    }


@router.get("/trials", auth=VISITOR, response=TrialList, summary="Trials to apply for, to come, and decided lately")
def trials(request: HttpRequest) -> HttpResponse:
    return reply({"items": _shown(selectors.public(), language(request))})


@router.get("/trials/{slug}", auth=VISITOR, response=TrialOut, summary="A trial: what is given, to whom and how")
def trial(request: HttpRequest, slug: Slug) -> HttpResponse:
    return reply(_shown([selectors.by_slug(slug)], language(request))[0])


@router.post(
    "/trials/{slug}/applications", auth=MEMBER, response={201: ApplicationOut}, summary="Apply for a piece, once"
)
def apply(request: HttpRequest, slug: Slug, body: ApplicationIn) -> HttpResponse:
    """A second application is refused with the number of the first."""
    made = services.apply(
        slug, member_id(request), reason=body.reason, word=body.word, address_id=body.address_id, answers=body.answers,
        actor=actor(request),
    )  # fmt: skip
    return reply(_application(made), status=201)


@router.get(
    "/trials/{slug}/record", auth=VISITOR, response=TrialRecord, summary="Every application of a trial, latest first"
)
def record(request: HttpRequest, slug: Slug, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    view = selectors.by_slug(slug)
    page = selectors.applications(view.id, cursor=cursor, limit=limit)
    names = members.masked_mobiles(each.member_id for each in page.items)
    computed = selectors.recomputed(view, page.items)
    items = [
        {
            "number": each.number,
            "member": names.get(each.member_id, ""),
            "word": each.word,
            "won": each.state in ("won", "lapsed"),
            "rank": each.rank or None,
            "computed": computed.get(each.number),
        }
        for each in page.items
    ]
    return reply({"items": items, "next_cursor": page.next_cursor})


@router.get("/me/trials", auth=MEMBER, response=MyTrials, summary="The member's applications, newest first")
def mine(request: HttpRequest, cursor: Cursor = "", limit: Limit = 20) -> HttpResponse:
    page = selectors.of_member(member_id(request), cursor=cursor, limit=limit)
    views = {each.trial.id: each.trial for each in page.items}
    shown = {each["id"]: each for each in _shown(list(views.values()), language(request))}
    items = [{**_application(each.mine), "trial": shown[each.trial.id]} for each in page.items]
    return reply({"items": items, "next_cursor": page.next_cursor})

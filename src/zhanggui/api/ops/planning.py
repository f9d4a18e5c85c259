"""Replays of past orders under promotions that are only proposed: asked for, followed, read."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from zhanggui.planning import selectors, services
from zhanggui.planning.types import EntryDraft, ReplayDraft, ReplayView

from ..auth import Staff, actor
from ..fields import Answer, Body, Cursor, Day, Flag, Int64, Limit, PathId, line
from ..frame import language, reply
from .common import show_page
from .promotions import PromotionIn
from .reports import sees_costs

router = Router()
VIEW, REPLAY = Staff("planning.view"), Staff("planning.replay")
#: What tells what goods cost.
OF_COST = ("profit", "known_sales", "known_orders", "cost_gap", "below_cost_skus", "gift_cost")


class EntryIn(Body):
    """A stored promotion (`promotion_id`), with other terms where `draft` is given, or a new `draft`.

    `throughout`: in force in the whole window, whatever its dates; `everybody`: of a coupon, that every buyer presents it.
    """

    promotion_id: Int64 | None = None
    draft: PromotionIn | None = None
    throughout: Flag = False
    everybody: Flag = False

    def entry(self) -> EntryDraft:
        draft = self.draft.draft() if self.draft else None
        return EntryDraft(self.promotion_id, draft, self.throughout, self.everybody)


class ReplayIn(Body):
    """Business days, both included; `promotions` are all that shall be in force, so that an empty list is none at all."""

    first: Day
    last: Day
    promotions: Annotated[list[EntryIn], Field(max_length=300)] = []
    note: line(200, required=False) = ""  # type: ignore[valid-type]


class EntryOut(Answer):
    id: int
    kind: str
    label: str
    config: dict[str, Any]
    throughout: bool
    everybody: bool
    changed: bool
    stored: bool


class ReplayRow(Answer):
    """`status` is waiting, running, finished, failed or stopped; `done` of `total` orders have been judged."""

    id: int
    status: str
    first: date
    last: date
    note: str
    currency: str
    total: int
    done: int
    left_out: int
    failure: str | None
    actor_label: str
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class ReplayOut(ReplayRow):
    """`figures` once it is finished: real and proposed sums in minor units, rates in basis points, days, promotions, groups of
    buyers, SKUs and orders below floor or cost. What tells costs needs `pricing.view_cost` and is null without it."""

    corridor: list[int]
    promotions: list[EntryOut]
    figures: dict[str, Any] | None


class ReplayPage(Answer):
    items: list[ReplayRow]
    next_cursor: str | None


def _row(view: ReplayView, lang: str) -> dict[str, Any]:
    values = {name: getattr(view, name) for name in ReplayRow.model_fields if name != "failure"}
    return {**values, "failure": view.failure.render(lang) if view.failure else None}


def _shown(request: HttpRequest, replay_id: int, status: int = 200) -> HttpResponse:
    view, lang = selectors.replay(replay_id), language(request)
    entries = [{**asdict(entry), "label": entry.label.render(lang)} for entry in view.promotions]
    figures = _figures(view, sees_costs(request))
    return reply(
        {**_row(view, lang), "corridor": list(view.corridor), "promotions": entries, "figures": figures}, status=status
    )


def _figures(view: ReplayView, costs: bool) -> dict[str, Any] | None:
    found = view.figures
    if found is None:
        return None
    shown: dict[str, Any] = asdict(found)
    for name, side in (("real", found.real), ("proposed", found.proposed)):
        rates = {"discount_rate": side.discount_rate, "cost_rate": side.cost_rate, "margin": side.margin}
        shown[name] |= {"promotion_cost": side.cost, **rates}
    if not costs:
        _hide(shown)
    return shown


def _hide(shown: dict[str, Any]) -> None:
    """Everything that tells costs becomes null; gifts are left out of promotion cost and rates."""
    sides = [shown["real"], shown["proposed"], *(day[name] for day in shown["days"] for name in ("real", "proposed"))]
    for side in sides:
        side |= dict.fromkeys((*OF_COST, "margin", "promotion_cost", "cost_rate"))
    for row in shown["skus"]:
        for name in ("real", "proposed"):
            row[name] |= dict.fromkeys(("below_cost", "cost_gap"))
    for name in ("worst", "gains", "losses"):
        for row in shown[name]:
            row |= dict.fromkeys(("real_profit", "proposed_profit", "short"))
    for row in shown["promotions"]:
        row["gift_cost"] = None
    shown["bands"] = None


@router.get("/replays", auth=VIEW, response=ReplayPage, summary="Replays, newest first")
def replays(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    lang = language(request)
    return show_page(request, selectors.replays(cursor=cursor, limit=limit), lambda view: _row(view, lang))


@router.post("/replays", auth=REPLAY, response={201: ReplayOut}, summary="Replay past orders under other promotions")
def start_replay(request: HttpRequest, body: ReplayIn) -> HttpResponse:
    """It runs in the background; read it until its `status` is finished. Demand stays what it was: see docs/time-machine.md."""
    asked = ReplayDraft(body.first, body.last, [entry.entry() for entry in body.promotions], body.note)
    return _shown(request, services.start_replay(asked, actor=actor(request)), 201)


@router.get("/replays/{replay_id}", auth=VIEW, response=ReplayOut, summary="One replay: how far, and what it gave")
def replay(request: HttpRequest, replay_id: PathId) -> HttpResponse:
    return _shown(request, replay_id)


@router.post("/replays/{replay_id}/stop", auth=REPLAY, response=ReplayOut, summary="End it after the batch it is at")
def stop_replay(request: HttpRequest, replay_id: PathId) -> HttpResponse:
    services.stop_replay(replay_id, actor=actor(request))
    return _shown(request, replay_id)

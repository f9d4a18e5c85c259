"""Who gets the pieces: by a draw, or by staff one after another. Winner, order and stock are one transaction."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors as inventory
from zhanggui.inventory import services as stock
from zhanggui.inventory.types import ShipLine
from zhanggui.kernel import clock, db, fairness, idempotency, ids, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import Problem, WrongState
from zhanggui.orders import services as orders
from zhanggui.orders.types import PENDING, DraftLine, DraftOrder, DraftStock, OrderDraft
from zhanggui.orders.types import TRIAL as TRIAL_ORDER
from zhanggui.payments import selectors as payments
from zhanggui.payments.types import Provider
from zhanggui.pricing import selectors as pricing

from .. import locks, selectors
from ..errors import NoPieceLeft, TrialUnpayable
from ..events import TrialCalledOff, TrialDecided, TrialWon
from ..rules import message, stage_of
from ..states import LIVE, TRIAL
from ..types import APPLIED, CHOICE, DRAW, KIND, PRICE
from .trials import PURPOSE, held, may_manage, note

REASON = 300
DRAWN = ""  # nobody decided: the draw did


def choose(application_id: int, *, reason: str, actor: Actor) -> str:
    """Staff give a piece to an applicant, with the reason; the number of its order. Once the time to apply is over.

    Opens its own transaction. Raises NotFound, ValidationFailed, WrongState, NoPieceLeft, PermissionDenied.
    """
    may_manage(actor)
    reason = clean_text(reason, "reason", REASON)
    found = selectors.application(application_id)
    with transaction.atomic():
        row = held(found.trial_id, LIVE, "choose")
        if row["selection"] != CHOICE or stage_of(row, clock.now()) != "choosing":
            raise WrongState(state=stage_of(row, clock.now()), action="choose")
        if not locks.give(row["id"], 1):
            raise NoPieceLeft()
        won = _settle([application_id], "win", by=actor.label, why=reason)
        if not won:
            raise WrongState(state=selectors.application(application_id).state, action="choose")
        [number] = _send(row, won)
        note(actor, "choose", row["id"], after={"application": found.number, "order": number}, reason=reason)
    return number


def finish(trial_id: int, *, actor: Actor) -> None:
    """No further piece is given: who was not chosen gets none, and pieces nobody got are free again.

    Opens its own transaction. Raises NotFound, WrongState, PermissionDenied.
    """
    may_manage(actor)
    with transaction.atomic():
        row = held(trial_id, LIVE, "decide")
        if row["selection"] != CHOICE or stage_of(row, clock.now()) != "choosing":
            raise WrongState(state=stage_of(row, clock.now()), action="decide")
        _end(row, "decide", by=actor.label, why="", actor=actor)


def draw_due(*, actor: Actor = SYSTEM, limit: int = 20) -> int:
    """Draw the trials whose time is over, each in its own transaction; how many."""
    rows = db.rows(
        "select id from trials_trial where state = 'live' and selection = %s and ends_at <= kernel_now() order by ends_at limit %s",
        (DRAW, limit),
    )
    done = 0
    for row in rows:
        try:
            _draw(row["id"], actor)
            done += 1
        except Problem:  # decided or called off at the same moment
            continue
    return done


def _draw(trial_id: int, actor: Actor) -> None:
    with transaction.atomic():
        row = held(trial_id, LIVE, "decide")
        seed = fairness.unseal(row["sealed"], row["commitment"], PURPOSE)
        waiting = db.rows(
            "select id, number, word from trials_application where trial_id = %s and state = %s", (trial_id, APPLIED)
        )
        ranks = {
            each["id"]: fairness.digest(seed, message(trial_id, each["number"], each["word"])).hex() for each in waiting
        }
        db.execute(
            "update trials_application a set rank = r.value from jsonb_each_text(%s) r where a.id = r.key::bigint",
            (db.Json({str(key): rank for key, rank in ranks.items()}),),
        )
        best = sorted(ranks, key=ranks.__getitem__)[: row["pieces"]]
        if best:
            given = locks.give(trial_id, len(best))
            assert given
            _send(row, _settle(best, "win", by=DRAWN, why=""))
        _end(row, "decide", by=DRAWN, why="", actor=actor, seed=seed)


def call_off(trial_id: int, *, reason: str, actor: Actor) -> None:
    """Nobody else gets a piece, for a reason all are told; what was given stays. Opens its own transaction.

    Raises NotFound, ValidationFailed, WrongState, PermissionDenied.
    """
    may_manage(actor)
    reason = clean_text(reason, "reason", 200)
    with transaction.atomic():
        row = held(trial_id, LIVE, "call_off")
        _end(row, "call_off", by=actor.label, why=reason, actor=actor)


@db.needs_transaction
def _end(row: dict[str, Any], action: str, *, by: str, why: str, actor: Actor, seed: str = "") -> None:
    """Who has none gets none, stock that is left is free, and it is told."""
    trial_id = row["id"]
    rest = db.rows("select id from trials_application where trial_id = %s and state = %s", (trial_id, APPLIED))
    _settle([each["id"] for each in rest], "miss", by=by, why=why)
    stock.release([row["reference"]], actor=actor)
    target = TRIAL.target(LIVE, action)
    now = db.row(
        "update trials_trial set state = %s, seed = %s, decided_at = kernel_now(), end_reason = %s where id = %s"
        " returning applied, given",
        (target, seed, why, trial_id),
    )
    assert now is not None
    note(actor, action, trial_id, before={"state": LIVE}, after={"state": target, **now}, reason=why)
    if action == "call_off":
        record(TrialCalledOff(trial_id, row["slug"], why))
    else:
        record(TrialDecided(trial_id, row["slug"], now["applied"], now["given"], seed))


@db.needs_transaction
def _settle(application_ids: Sequence[int], action: str, *, by: str, why: str) -> list[dict[str, Any]]:
    return locks.settle(application_ids, action, by=by, why=why) if application_ids else []


@db.needs_transaction
def _send(trial: dict[str, Any], won: Sequence[dict[str, Any]]) -> list[str]:
    """Make the orders of winners; their numbers. What was put aside for them is let go and taken in the same transaction."""
    warehouses = _let_go(trial, len(won))
    (sku,) = catalog.sellable_by_code([catalog.sku_codes([trial["sku_id"]])[trial["sku_id"]]])
    price = pricing.effective_prices([trial["sku_id"]], clock.now())[trial["sku_id"]]
    drafts = []
    for row, warehouse in zip(won, warehouses, strict=True):
        line = DraftLine(
            1, sku.sku_id, sku.product_id, sku.code, sku.title, sku.options, sku.image, 1, price.list_price, 0, price.cost, 0, 0, [],
            special={"kind": KIND, "zh": PRICE.zh, "en": PRICE.en, "sale_price": price.sale_price},
        )  # fmt: skip
        drafts.append(OrderDraft(_order(trial, row), [line], [DraftStock(1, sku.sku_id, warehouse, 1)]))
    for result in orders.place(drafts):
        if result.problem is not None:
            raise result.problem
    for row, draft in zip(won, drafts, strict=True):
        number = draft.order.number
        db.execute("update trials_application set order_number = %s where id = %s", (number, row["id"]))
        record(TrialWon(trial["id"], row["member_id"], row["number"], number))
    return [draft.order.number for draft in drafts]


@db.needs_transaction
def _let_go(trial: dict[str, Any], pieces: int) -> list[int]:
    """So many of the pieces put aside, by the warehouse each lies in."""
    places = [piece.warehouse_id for piece in inventory.held(trial["reference"]) for _ in range(piece.quantity)][
        :pieces
    ]
    lines = [ShipLine(trial["reference"], place, places.count(place)) for place in sorted(set(places))]
    stock.release_lines(lines, actor=SYSTEM)
    return places


def _order(trial: dict[str, Any], row: dict[str, Any]) -> DraftOrder:
    """The order that brings a piece: paid from the start, unless there is freight to pay."""
    now, to, freight = clock.now(), row["sent_to"], trial["freight"]
    order = DraftOrder(
        number=ids.document_number(), status=PENDING, member_id=row["member_id"], holder=f"m:{row['member_id']}", channel="shop",
        source="", currency=mall_settings.get("mall.currency"), items_total=0, discount_total=0, shipping_total=freight,
        total=freight, payment_provider=_provider() if freight else "", explanation=[], delivery_method="express",
        contact_name=to["name"], contact_mobile=to["mobile"], province=to["province"], city=to["city"], district=to["district"],
        address_line=to["line"], buyer_note="", placed_at=now,
        expires_at=now + timedelta(hours=mall_settings.get("trials.hours_to_pay")), actor_kind=SYSTEM.kind, actor_id=None,
        actor_label=SYSTEM.label, scope=KIND, key=str(row["id"]), digest=idempotency.digest({"application": row["id"]}),
        kind=TRIAL_ORDER,
    )  # fmt: skip
    if not freight:
        orders.born_paid(order)
    return order


def _provider() -> str:
    """The way to pay that an order begins with; its buyer may take another."""
    usable = payments.usable_providers()
    found = next((each for each in Provider if each in usable and each != Provider.BALANCE), None)
    if found is None:
        raise TrialUnpayable()
    return str(found)

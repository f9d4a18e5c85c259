"""Price changes that one person may not make alone: asked for, and decided by another (PRC-06)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from zhanggui.kernel import audit, db, mall_settings, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed

from .. import guards, locks
from ..errors import ApprovalNeeded, OwnRequest, PriceChangedMeanwhile, RequestDecided
from ..events import PriceChangeRequested, PriceRequestDecided
from ..selectors import base_prices, floors, request
from ..types import Price, PriceRow, Proposed, RequestView
from .prices import check_rows, set_approved, set_prices
from .schedule import schedule_approved, schedule_price


def propose_prices(rows: Sequence[PriceRow], *, reason: str, actor: Actor) -> Proposed:
    """Set prices as far as one person may, and ask for the others; all or none. Opens its own transaction.

    Raises ValidationFailed and PriceChangedMeanwhile naming the rows. A SKU has one request that waits at most.
    """
    check_rows(rows)
    with transaction.atomic():
        locks.hold_prices([row.sku_id for row in rows])
        far = [] if actor.kind == "system" else _far(rows)
        asked = [i for i, row in enumerate(rows) if row.sku_id in far]
        if not asked:
            return Proposed(set_prices(rows, reason=reason, actor=actor))
        if not reason.strip():
            raise ValidationFailed.one("reason", "required", "请填写改价原因", "a reason is needed")
        now = base_prices([rows[i].sku_id for i in asked])
        ids = [_ask(rows[i], now[rows[i].sku_id], i, reason, actor) for i in asked]
        kept = [row for row in rows if row.sku_id not in far]
        return Proposed(_set_the_rest(rows, kept, reason, actor) if kept else 0, tuple(ids))


def _far(rows: Sequence[PriceRow]) -> set[int]:
    known = floors([row.sku_id for row in rows])
    return {
        row.sku_id
        for row in rows
        if (floor := known.get(row.sku_id)) and guards.too_far(floor, _paid(row), floor.sale_price)
    }


def _paid(row: PriceRow) -> int:
    return row.list_price if row.sale_price is None else row.sale_price


def _set_the_rest(rows: Sequence[PriceRow], kept: Sequence[PriceRow], reason: str, actor: Actor) -> int:
    """Refusals name the rows as they were given."""
    try:
        return set_prices(kept, reason=reason, actor=actor)
    except Problem as refusal:
        places = {f"rows.{i}.": f"rows.{rows.index(row)}." for i, row in enumerate(kept)}
        refusal.errors = [_moved(error, places) for error in refusal.errors]
        raise


def _moved(error: FieldError, places: dict[str, str]) -> FieldError:
    for place, there in places.items():
        if error.loc.startswith(place):
            return FieldError(there + error.loc[len(place) :], error.code, error.message)
    return error


def _ask(row: PriceRow, now: Price, place: int, reason: str, actor: Actor) -> int:
    if row.seen is not None and row.seen != (now.list_price, now.sale_price):
        text = Text("已被他人修改", "someone else has changed it")
        raise PriceChangedMeanwhile(
            errors=[FieldError(f"rows.{place}.sale_price", "changed_meanwhile", text)],
            extra={"now": {str(row.sku_id): [now.list_price, now.sale_price]}},
        )
    wish = {
        "sku_id": row.sku_id, "kind": "set", "list_price": row.list_price, "sale_price": _paid(row), "cost": row.cost,
        "old_list_price": now.list_price, "old_sale_price": now.sale_price, "starts_at": None, "ends_at": None,
    }  # fmt: skip
    try:
        with transaction.atomic():
            return _keep(wish, reason, actor)
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", "") != "23505":  # unique_violation
            raise
    text = Text("已有一个待审批的改价申请", "a request for this SKU waits for approval already")
    raise ValidationFailed(errors=[FieldError(f"rows.{place}.sale_price", "waits", text)])


def propose_schedule(
    sku_id: int, *, sale_price: int, starts_at: datetime, ends_at: datetime | None, reason: str, actor: Actor
) -> Proposed:
    """Plan a price, or ask for it where it is too far from the ordinary one. Opens its own transaction.

    Raises what `schedule_price` raises, but for ApprovalNeeded.
    """
    try:
        window = schedule_price(
            sku_id, sale_price=sale_price, starts_at=starts_at, ends_at=ends_at, reason=reason, actor=actor
        )
    except ApprovalNeeded:
        pass
    else:
        return Proposed(1, (), window)
    with transaction.atomic():
        now = base_prices([sku_id])[sku_id]
        wish = {
            "sku_id": sku_id, "kind": "scheduled", "list_price": None, "sale_price": sale_price, "cost": None,
            "old_list_price": now.list_price, "old_sale_price": now.sale_price, "starts_at": starts_at, "ends_at": ends_at,
        }  # fmt: skip
        return Proposed(0, (_keep(wish, reason, actor),))


def _keep(wish: dict[str, Any], reason: str, actor: Actor) -> int:
    row = db.row(
        "insert into pricing_pricerequest (sku_id, kind, list_price, sale_price, cost, old_list_price, old_sale_price,"
        " starts_at, ends_at, reason, asked_by_id, asked_by) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " returning id",
        (*wish.values(), reason[:200], actor.id, actor.label[:200]),
    )
    assert row is not None
    outbox.record(
        PriceChangeRequested(
            row["id"], wish["sku_id"], wish["sale_price"], wish["old_sale_price"], mall_settings.get("mall.currency"),
            actor.label, reason[:200],
        )
    )  # fmt: skip
    audit.record(
        actor=actor, action="pricing.ask", target_type="sku", target_id=wish["sku_id"], reason=reason,
        before={"list_price": wish["old_list_price"], "sale_price": wish["old_sale_price"]},
        after={"request": row["id"], "list_price": wish["list_price"], "sale_price": wish["sale_price"]},
    )  # fmt: skip
    return int(row["id"])


def accept_request(request_id: int, *, reason: str = "", actor: Actor) -> None:
    """Approve a change somebody else asked for, and make it. Opens its own transaction.

    Raises NotFound, RequestDecided, OwnRequest, PriceChangedMeanwhile (the price is not what it was when asked for; reject it,
    so that it is asked for anew), and what refuses the change itself: a floor is kept by whoever approves.
    """
    with transaction.atomic():
        wish = _decide(request_id, "accepted", reason, actor)
        details = {"request": wish.id, "asked_by": wish.asked_by}
        if wish.kind == "scheduled":
            assert wish.starts_at is not None
            schedule_approved(
                wish.sku_id, wish.sale_price, wish.starts_at, wish.ends_at, reason=wish.reason, actor=actor, details=details
            )  # fmt: skip
        else:
            assert wish.list_price is not None
            seen = (wish.old_list_price, wish.old_sale_price)
            row = PriceRow(wish.sku_id, wish.list_price, wish.sale_price, wish.cost, seen)
            set_approved(row, details=details, reason=wish.reason, actor=actor)


def reject_request(request_id: int, *, reason: str, actor: Actor) -> None:
    """Refuse a change somebody else asked for, and say why. Opens its own transaction. As `accept_request` raises."""
    if not reason.strip():
        raise ValidationFailed.one("reason", "required", "请填写驳回原因", "say why")
    with transaction.atomic():
        _decide(request_id, "rejected", reason, actor)


def withdraw_request(request_id: int, *, actor: Actor) -> None:
    """Whoever asked does not want it any more. Opens its own transaction. Raises NotFound, RequestDecided, OwnRequest."""
    with transaction.atomic():
        _decide(request_id, "withdrawn", "", actor)


def _decide(request_id: int, outcome: str, reason: str, actor: Actor) -> RequestView:
    wish = request(request_id)
    own = actor.id is not None and actor.id == wish.asked_by_id
    if own != (outcome == "withdrawn"):
        raise OwnRequest()
    if not locks.decide(request_id, outcome, reason, actor):
        raise RequestDecided()
    outbox.record(PriceRequestDecided(wish.id, wish.sku_id, outcome, actor.label, reason[:200]))
    audit.record(
        actor=actor, action=f"pricing.{_VERBS[outcome]}", target_type="sku", target_id=wish.sku_id, reason=reason,
        before={"sale_price": wish.old_sale_price}, after={"request": wish.id, "sale_price": wish.sale_price},
    )  # fmt: skip
    return wish


_VERBS = {"accepted": "accept", "rejected": "reject", "withdrawn": "withdraw"}

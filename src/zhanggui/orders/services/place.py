"""Place a batch of orders in one statement. HOT: see docs/order-path.md."""

from collections.abc import Sequence
from typing import Any

from zhanggui.groupbuy.errors import refusal as seat_refusal
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.members.errors import NotEnough
from zhanggui.members.types import POINTS
from zhanggui.presale.errors import not_payable
from zhanggui.promotions.errors import refusal as promotion_refusal

from .. import promise
from ..errors import OutOfStock
from ..types import HELD_FOR_GROUP, PAID, DraftOrder, OrderDraft, PlaceResult

_PLACE = "select draft, outcome, order_number, detail from orders_place(%s, %s, %s, %s, %s, %s, %s)"


def place(drafts: Sequence[OrderDraft], *, actor: Actor | None = None) -> list[PlaceResult]:
    """Sell each draft or refuse it; results in the order of the drafts. Opens its own (single-statement) transaction.

    Each draft carries its buyer as actor; `actor` overrides it for all. A draft refused a coupon or a budget is tried
    once more alone: what it wanted may have been held for another that stock refused (docs/adr/0005).
    """
    if not drafts:
        return []
    results = _place(drafts, actor)
    if len(drafts) > 1:
        for index, result in enumerate(results):
            if result.outcome == "refused" and not isinstance(result.problem, OutOfStock):
                results[index] = _place([drafts[index]], actor)[0]
    return results


def _place(drafts: Sequence[OrderDraft], actor: Actor | None) -> list[PlaceResult]:
    orders, lines, stock, uses, seats, points, intents = [], [], [], [], [], [], []
    for index, draft in enumerate(drafts):
        order = draft.order
        order.draft = index
        if actor is not None:
            order.actor_kind, order.actor_id, order.actor_label = actor.kind, actor.id, actor.label
        for line in draft.lines:
            line.draft = index
        lines += draft.lines
        for piece in draft.stock:
            piece.draft, piece.order_number = index, order.number
        stock += draft.stock
        for use in draft.uses:
            use.draft, use.order_number = index, order.number
        uses += draft.uses
        if draft.seat is not None:
            draft.seat.draft, draft.seat.order_number = index, order.number
            seats.append(draft.seat)
        if draft.points:
            points.append(_spending(index, draft))
        if order.due > 0 and order.payment_provider:  # else the buyer chooses how when he pays
            intents.append(_intent(index, draft))
        orders.append(order)
    wanted = (orders, lines, stock, uses, seats, points, intents)
    answers = db.rows(_PLACE, tuple(map(db.Json, wanted)))
    by_draft = {answer["draft"]: answer for answer in answers}
    return [_result(draft, by_draft[index]) for index, draft in enumerate(drafts)]


def born_paid(order: DraftOrder) -> None:
    """There is nothing (more) to pay for a draft: it is paid from the start, and the promise of its dispatch counts from now."""
    order.status, order.expires_at = PAID, None
    if order.hold == HELD_FOR_GROUP:
        return  # the promise counts from when it is let go
    ends = promise.hours_from(order.placed_at, order.dispatch_due_at, order.promise_hours)
    order.dispatch_due_at, order.dispatch_latest_at = ends.due, ends.latest


def _spending(index: int, draft: OrderDraft) -> dict[str, Any]:
    order = draft.order
    return {
        "draft": index,
        "member_id": order.member_id,
        "asset": POINTS,
        "amount": draft.points,
        "order_number": order.number,
    }


def _intent(index: int, draft: OrderDraft) -> dict[str, Any]:
    order = draft.order
    return {
        "draft": index,
        "reference": order.number,
        "provider": order.payment_provider,
        "amount": order.due,
        "currency": order.currency,
        "out_trade_no": order.number,
        "expires_at": order.expires_at or order.placed_at,
        **(draft.notice or {}),
    }


def _result(draft: OrderDraft, answer: dict[str, Any]) -> PlaceResult:
    outcome, detail = answer["outcome"], answer["detail"]
    if outcome == "placed":
        return PlaceResult("placed", answer["order_number"])
    if outcome == "replayed":
        return PlaceResult("replayed", answer["order_number"], digest=detail["digest"])
    return PlaceResult("refused", problem=_refusal(draft, detail))


def _refusal(draft: OrderDraft, reasons: list[dict[str, Any]]) -> Exception:
    """The first reason, in the buyer's terms: stock before coupons, since without goods no coupon matters."""
    for reason in reasons:
        if reason["code"] == "out_of_stock":
            line = next(line for line in draft.lines if line.sku_id == reason["sku_id"])
            left = max(reason["available"], 0)
            return OutOfStock(sku=line.sku_code, available=left, extra={"sku": line.sku_code, "available": left})
    for reason in reasons:
        if reason["code"] == "presale":
            return not_payable(reason["reason"])
    for reason in reasons:
        if reason["code"] == "group":
            return seat_refusal(reason["reason"])
    for reason in reasons:
        if reason["code"] == "points_not_enough":
            left = max(reason["available"], 0)
            return NotEnough(available=left, extra={"asset": POINTS, "available": left})
    return promotion_refusal(reasons[0]["code"], reasons[0].get("ref", ""))

"""Another price for an order that is not paid yet (改价, PRC-11)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from zhanggui.kernel import audit, db, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import MAX_AMOUNT, format_minor
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import FieldError, PermissionDenied, ValidationFailed
from zhanggui.payments import services as payments

from .. import locks
from ..errors import DepositFixesPrice, PriceMoved, PriceTooLow
from ..events import OrderPriceChanged
from ..permissions import PERMISSIONS
from ..repricing import Repriced, explained, repriced, spread
from ..states import PENDING

CHANGE, BELOW_FLOOR = "orders.change_price", "pricing.below_floor"
MAX_REASON = 200
_BELOW = Text("突破价格底线", "sell below the floor")
_ORDER = "select shipping_total, payment_provider, expires_at, explanation from orders_order where id = %s"
_LINES = """
select position, title, quantity, unit_price, cost, payable, discounts from orders_orderline where order_id = %s order by position
"""
_WRITE_LINES = """
update orders_orderline l set unit_price = r.unit_price, discount = r.discount, payable = r.payable, discounts = r.discounts
from jsonb_to_recordset(%s) as r(line int, unit_price bigint, discount bigint, payable bigint, discounts jsonb)
where l.order_id = %s and l.position = r.line
"""
_WRITE_ORDER = """
update orders_order o set items_total = s.items, discount_total = s.discount, shipping_total = %s,
    total = s.items - s.discount + %s, explanation = %s, terms = null
from (select sum(quantity * unit_price) as items, sum(discount) as discount from orders_orderline where order_id = %s) s
where o.id = %s and o.status = 'pending_payment' returning o.total
"""


def change_price(
    number: str,
    *,
    lines: Mapping[int, int] | None = None,
    goods: int | None = None,
    shipping: int | None = None,
    reason: str,
    expected_total: int | None = None,
    actor: Actor,
) -> int:
    """Make an unpaid order cheaper or dearer; its new total. Opens its own transaction. All amounts in minor units.

    `lines` says what lines come to (those not named stay), or `goods` what all of them come to (spread in proportion, exact to
    the fen); `shipping` is the freight. The buyer is told `reason`. Attempts to pay the old amount are given up; money that is
    on its way for it goes back. Below cost, and further down than `orders.price_change_percent` of the goods as placed, only
    with `pricing.below_floor`. Raises NotFound, OrderWrongState (paid or over), DepositFixesPrice, ValidationFailed,
    PermissionDenied, PriceTooLow, PriceMoved (the total is not `expected_total` any more), PaymentFailed (its time is over).
    """
    if not actor.may(CHANGE):
        meaning = PERMISSIONS[CHANGE]
        words = Text(f"您没有「{meaning.zh}」的权限", f"You are not allowed to: {meaning.en}")
        raise PermissionDenied(text=words, extra={"permission": CHANGE})
    reason = reason.strip()
    _check(lines, goods, shipping, reason)
    with transaction.atomic():
        order = locks.hold(number)
        if order["status"] != PENDING:
            raise locks.refused(number, "change_price")
        if order["deposit"]:
            raise DepositFixesPrice()
        if expected_total not in (None, order["total"]):
            raise PriceMoved(total=format_minor(order["total"], order["currency"]), extra={"total": order["total"]})
        order |= db.row(_ORDER, (order["id"],)) or {}
        known = db.rows(_LINES, (order["id"],))
        wanted = dict(lines or {}) if goods is None else spread(goods, known)
        unknown = sorted(set(wanted) - {line["position"] for line in known})
        if unknown:
            raise ValidationFailed.one(f"lines.{unknown[0]}", "unknown", "订单没有这一行", "the order has no such line")
        changed = [repriced(line, wanted.get(line["position"], line["payable"])) for line in known]
        freight = order["shipping_total"] if shipping is None else shipping
        total = sum(line.payable for line in changed) + freight
        before = {line["position"]: line["payable"] for line in known}
        after = {line.line: line.payable for line in changed}
        if (before, order["shipping_total"]) == (after, freight):
            raise ValidationFailed.one("", "unchanged", "金额没有变化", "no amount is another than before")
        if total < 1:
            raise ValidationFailed.one(
                "",
                "range",
                "改价后应付金额至少为 0.01；要免单请取消订单",
                "the buyer pays 0.01 at least; else cancel the order",
            )
        if not actor.may(BELOW_FLOOR):
            _need_floor(known, changed, order["currency"])
        _write(order, changed, freight)
        provider = order["payment_provider"]
        if provider:  # else the buyer has not chosen yet how to pay
            payments.restart(
                number, provider, amount=total, currency=order["currency"], expires_at=order["expires_at"], actor=actor
            )
        told = {
            "from": order["total"],
            "to": total,
            "shipping": [order["shipping_total"], freight],
            "lines": [{"line": n, "from": before[n], "to": after[n]} for n in before if before[n] != after[n]],
        }
        locks.tell(order["id"], "price_changed", actor=actor, reason=reason, **told)
        audit.record(
            actor=actor, action="orders.change_price", target_type="order", target_id=number, reason=reason,
            before={"total": order["total"], "shipping": order["shipping_total"], "lines": list(before.values())},
            after={"total": total, "shipping": freight, "lines": list(after.values())},
        )  # fmt: skip
        record(OrderPriceChanged(number, order["member_id"], order["total"], total, order["currency"], reason))
    return total


def _check(lines: Mapping[int, int] | None, goods: int | None, shipping: int | None, reason: str) -> None:
    """Raises ValidationFailed with everything that is wrong with what was asked for."""
    errors = []
    if lines and goods is not None:
        text = Text("请只填各行金额，或只填商品合计", "give the lines or the sum of the goods, not both")
        errors.append(FieldError("goods", "ambiguous", text))
    amounts = {f"lines.{n}": amount for n, amount in (lines or {}).items()} | {"goods": goods, "shipping": shipping}
    for name, amount in amounts.items():
        if amount is not None and not 0 <= amount <= MAX_AMOUNT:
            errors.append(FieldError(name, "range", Text("金额不能小于 0", "must not be negative")))
    if not reason or len(reason) > MAX_REASON:
        text = Text(f"请写明改价原因，{MAX_REASON} 字以内", f"say why, in at most {MAX_REASON} characters")
        errors.append(FieldError("reason", "required", text))
    if errors:
        raise ValidationFailed(errors=errors)


def _need_floor(known: list[dict[str, Any]], changed: list[Repriced], currency: str) -> None:
    """Raises PriceTooLow where the goods become cheaper than those without the permission may make them."""
    low = [
        FieldError(f"lines.{new.line}", "below_cost", Text("低于成本", "is below cost"))
        for old, new in zip(known, changed, strict=True)
        if new.payable < old["payable"] and old["cost"] is not None and new.payable < old["quantity"] * old["cost"]
    ]
    if low:
        why = Text("改价后低于成本", "The new price is below cost")
        raise PriceTooLow(why=why, permission=_BELOW, errors=low)
    percent = mall_settings.get("orders.price_change_percent")
    goods, placed = sum(line.payable for line in changed), sum(line.placed for line in changed)
    least = -(-placed * (100 - percent) // 100)
    if goods < min(least, sum(line["payable"] for line in known)):
        why = Text(
            f"商品金额最多降 {percent}%（不低于 {format_minor(least, currency)}）",
            f"The goods may become {percent}% cheaper at most (not below {format_minor(least, currency)})",
        )
        raise PriceTooLow(why=why, permission=_BELOW)


def _write(order: dict[str, Any], changed: list[Repriced], freight: int) -> None:
    rows = [
        {
            "line": line.line,
            "unit_price": line.unit_price,
            "discount": line.discount,
            "payable": line.payable,
            "discounts": line.discounts,
        }
        for line in changed
    ]
    db.execute(_WRITE_LINES, (db.Json(rows), order["id"]))
    explanation = db.Json(explained(order["explanation"], changed))
    db.execute(_WRITE_ORDER, (freight, freight, explanation, order["id"], order["id"]))

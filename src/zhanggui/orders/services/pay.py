"""Money arrived: apply stored notifications to their orders. HOT: see docs/order-path.md."""

from collections.abc import Sequence

from django.db import transaction

from zhanggui.kernel import db, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.payments import services as payments

from ..types import PaymentApplied

HOUR = 3600
_APPLY = "select notice_id, order_number, outcome, amount, paid_at from orders_apply_payments(%s, %s, %s)"


def apply_payments(notice_ids: Sequence[int], *, actor: Actor = SYSTEM) -> list[PaymentApplied]:
    """Capture what the notices bring and move their orders to `paid`; opens its own transaction.

    Running it again changes nothing. Money an order cannot take (cancelled meanwhile, paid twice) is captured and a
    refund is opened in the same transaction.
    """
    if not notice_ids:
        return []
    due = mall_settings.get("orders.dispatch_hours") * HOUR
    latest = mall_settings.get("orders.dispatch_latest_hours") * HOUR
    with transaction.atomic():
        answers = db.rows(_APPLY, (list(notice_ids), due, latest))
        for answer in answers:
            if answer["outcome"] == "surplus":
                payments.refund_surplus(answer["notice_id"], actor=actor)
    return [PaymentApplied(a["notice_id"], a["order_number"] or "", a["outcome"], a["paid_at"]) for a in answers]

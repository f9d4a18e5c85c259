"""Money back for goods the buyer keeps, as amends (补偿): no unit comes back, and never more than was paid."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from zhanggui.kernel import clock, db, ids
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import allocate
from zhanggui.kernel.problems import NotFound, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services

from .. import locks
from ..asking import freight_given
from ..errors import NotEligible
from ..rules import REASONS
from ..spoken import spoken_for
from ..states import REFUND_ONLY
from ..types import CaseView
from .common import announce, keep
from .refund import send_money


def pay_goodwill(
    order_number: str, *, goods: int = 0, freight: int = 0, reason: str, words: str, actor: Actor
) -> CaseView:  # fmt: skip
    """Send back so much of the goods' and of the freight's money; its case. Lines with units in an open case are left out.

    A fen of the goods stays, since an order all of whose money is back is over. What a line has given so comes off what its units
    give later. Opens its own transaction; the gateway is asked afterwards. Raises NotFound, NotEligible, ValidationFailed.
    """
    if reason not in REASONS or goods < 0 or freight < 0 or not goods + freight:
        raise ValidationFailed.one("amount", "range", "金额应大于 0", "the amount must be above 0")
    with transaction.atomic():
        locks.order(order_number)
        order = orders.find(order_number)
        if order is None:
            raise NotFound()
        if order["status"] not in ("shipped", "delivered", "completed"):
            raise NotEligible(text=Text("全部发货后才能退部分款", "possible once all of the order has left"))
        amounts = _spread(order, goods)
        if freight > order["shipping_total"] - freight_given(order_number):
            raise ValidationFailed.one("amount", "freight", "超过了可退的运费", "more than is left of the freight")
        number = ids.document_number("C")
        made = db.row(
            "insert into aftersales_case (number, order_number, member_id, currency, kind, reason, note, goods_amount, freight_amount,"
            " requested_by, decision) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning id",
            (
                number, order_number, order["member_id"], order["currency"], REFUND_ONLY, reason, words[:1000], goods, freight,
                actor.kind, words[:1000],
            ),
        )  # fmt: skip
        assert made is not None
        rows = [
            {"line": line["line"], "sku_id": line["sku_id"], "sku_code": line["sku"], "title": line["title"],
            "amount": amounts[line["line"]]}
            for line in order["lines"]
            if amounts.get(line["line"])
        ]  # fmt: skip
        db.execute(
            "insert into aftersales_caseline (case_id, line, sku_id, sku_code, title, quantity, amount)"
            " select %s, r.line, r.sku_id, r.sku_code, r.title, 0, r.amount from jsonb_to_recordset(%s)"
            " as r(line int, sku_id bigint, sku_code text, title text, amount bigint)",
            (made["id"], db.Json(rows)),
        )
        if amounts:
            order_services.reserve_refund(order_number, {n: (0, amount) for n, amount in amounts.items()}, actor=actor)
        db.execute("update aftersales_case set reserved = true where id = %s", (made["id"],))
        locks.open_step(made["id"], "requested")
        locks.move(number, "approve", by=actor, decided_at=clock.now())
        keep(actor, "goodwill", number, after={"order": order_number, "amount": goods + freight}, reason=words[:200])
        announce(number)
        return send_money(number, actor=actor)


def _spread(order: Mapping[str, Any], amount: int) -> dict[int, int]:
    """The amount over the lines by what is left of them. Raises ValidationFailed where that is less."""
    if not amount:
        return {}
    held = spoken_for(order["number"]).held
    left = {
        line["line"]: line["payable"] - line["refunded_amount"] for line in order["lines"] if not held.get(line["line"])
    }
    left = {line: worth for line, worth in left.items() if worth > 0}
    rest = sum(left.values()) - 1
    if amount > rest:
        raise ValidationFailed.one(
            "amount",
            "more_than_paid",
            "超过了还可以退的金额（进行中的售后除外）",
            "more than is left to give back beside open cases",
        )
    parts = allocate(amount, list(left.values()))
    return {line: part for line, part in zip(left, parts, strict=True) if part}

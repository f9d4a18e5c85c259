"""What suppliers cost: prices that were missing, and units that came back to them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from zhanggui.kernel import db, ids
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import MAX_AMOUNT
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed
from zhanggui.procurement import services as procurement

from .. import locks
from ..errors import NothingShipped
from .common import held_order, note, reason_of


def set_prices(number: str, prices: Mapping[int, int], *, actor: Actor) -> None:
    """What a piece of each line costs, where nothing was agreed; what has been sent already is owed for now. Opens its own transaction.

    A price of which units were sent stays. Raises NotFound, ValidationFailed, PermissionDenied.
    """
    with transaction.atomic():
        held, who = held_order(number, secret=None, actor=actor)
        lines = {line["line"]: line for line in locks.lines([held["id"]])}
        errors = []
        for line, price in prices.items():
            if line not in lines:
                errors.append(FieldError(f"price-{line}", "unknown", Text("没有这一行", "no such line")))
            elif lines[line]["price"] is not None and lines[line]["shipped"]:
                errors.append(
                    FieldError(f"price-{line}", "fixed", Text("已发货，价格不能再改", "sent: the price stays"))
                )
            elif not 0 < price <= MAX_AMOUNT:
                errors.append(FieldError(f"price-{line}", "range", Text("价格应大于 0", "must be above 0")))
        if errors or not prices:
            raise ValidationFailed(
                errors=errors or [FieldError("prices", "required", Text("请填写价格", "give a price"))]
            )
        db.execute(
            "update dropship_supplierline l set price = r.price from jsonb_to_recordset(%s) as r(line smallint, price bigint)"
            " where l.supplier_order_id = %s and l.line = r.line",
            (db.Json([{"line": line, "price": price} for line, price in prices.items()]), held["id"]),
        )
        known = {line: row["price"] for line, row in lines.items()} | dict(prices)
        note(who, "set_prices", number, after={str(line): price for line, price in prices.items()})
        for row in db.rows(
            "select id, parcel, units from dropship_shipment where supplier_order_id = %s and amount is null order by id",
            (held["id"],),
        ):
            units = {int(line): quantity for line, quantity in row["units"].items()}
            if any(known[line] is None for line in units):
                continue
            amount = sum(known[line] * quantity for line, quantity in units.items())
            db.execute("update dropship_shipment set amount = %s where id = %s", (amount, row["id"]))
            procurement.owe_sent(held["supplier_id"], row["parcel"], amount, actor=who)


def take_back(number: str, line: int, quantity: int, *, reason: str, actor: Actor) -> str:
    """Units came back to the supplier, who owes us their price; the number of the return. Opens its own transaction.

    Raises NotFound, ValidationFailed, NothingShipped, PermissionDenied.
    """
    reason = reason_of(reason, most=200)
    with transaction.atomic():
        held, who = held_order(number, secret=None, actor=actor)
        row = next((each for each in locks.lines([held["id"]]) if each["line"] == line), None)
        if row is None:
            raise NotFound()
        back = db.row(
            "select coalesce(sum(quantity), 0)::int as units from dropship_takenback where supplier_order_id = %s and line = %s",
            (held["id"], line),
        )
        left = row["shipped"] - (back["units"] if back else 0)
        if quantity <= 0:
            raise ValidationFailed.one("quantity", "range", "数量应大于 0", "must be above 0")
        if quantity > left:
            raise NothingShipped(left=left)
        if row["price"] is None:
            raise ValidationFailed.one(f"price-{line}", "required", "请先填写价格", "give its price first")
        made = ids.document_number("DT")
        db.execute(
            'insert into dropship_takenback (number, supplier_order_id, line, quantity, amount, reason, "by")'
            " values (%s, %s, %s, %s, %s, %s, %s)",
            (made, held["id"], line, quantity, row["price"] * quantity, reason, who.label[:200]),
        )
        if row["price"]:
            procurement.owe_sent(held["supplier_id"], made, -row["price"] * quantity, actor=who)
        note(who, "take_back", number, after={"return": made, "units": quantity}, reason=reason)
    return made

"""Units that could not be sent became another article before they left: what that costs less goes back."""

from zhanggui.kernel import clock, db, ids
from zhanggui.kernel.actor import Actor
from zhanggui.orders import selectors as orders

from .. import locks
from ..spoken import paid_of
from ..states import EXCHANGE, REQUESTED
from .common import keep
from .refund import send_money

REASON = "out_of_stock"


@db.needs_transaction
def pay_exchange(order_number: str, line: int, price: int, *, actor: Actor) -> str:
    """The units of an order's line, none of which were given back, are an article that costs `price` (a unit) by now: what they cost
    more goes back. The number of the case, "" where nothing does.

    Needs a transaction in which the caller holds the order's cases (`hold_cases`).
    """
    order = orders.find(order_number)
    assert order is not None
    sold = next(each for each in order["lines"] if each["line"] == line)
    each = max(paid_of(sold) // sold["quantity"] - price, 0)
    if not each:
        return ""
    number = ids.document_number("C")
    made = db.row(
        "insert into aftersales_case (number, order_number, member_id, currency, kind, reason, goods_amount, requested_by)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s) returning id",
        (
            number,
            order_number,
            order["member_id"],
            order["currency"],
            EXCHANGE,
            REASON,
            each * sold["quantity"],
            actor.kind,
        ),
    )
    assert made is not None
    locks.open_step(made["id"], REQUESTED)
    db.execute(
        "insert into aftersales_caseline (case_id, line, sku_id, sku_code, title, quantity, amount, wanted_id, wanted_code,"
        " wanted_title, difference) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            made["id"], line, sold["instead_of"]["sku_id"], sold["instead_of"]["sku"], sold["instead_of"]["title"][:300],
            sold["quantity"], each * sold["quantity"], sold["sku_id"], sold["sku"], f"{sold['title']} {sold['options']}".strip()[:300],
            each,
        ),
    )  # fmt: skip
    keep(actor, "request", number, after={"order": order_number, "kind": EXCHANGE, "reason": REASON})
    locks.move(number, "approve", by=actor, decided_at=clock.now())
    send_money(number, actor=actor)
    return number


@db.needs_transaction
def hold_cases(order_number: str, *, actor: Actor) -> None:
    """One decision about an order's cases at a time: for a caller who changes what they are about."""
    locks.order(order_number)

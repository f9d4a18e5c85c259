"""The three-way comparison of a day, as a pure function: the gateway's bill, our books, and what the orders say."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from .types import BillEntry, OrderMoney

#: Every kind of disagreement, and what it means to the one who has to find out.
KINDS = {
    "missing_in_books": "The gateway took money for a trade that we have not captured.",
    "missing_in_bill": "We captured money that the gateway's bill does not list.",
    "amount_differs": "Bill and books name different amounts for a trade.",
    "refund_missing_in_books": "The gateway sent money back that we have not booked as refunded.",
    "refund_missing_in_bill": "We booked a refund that the gateway's bill does not list.",
    "refund_amount_differs": "Bill and books name different amounts for a refund.",
    "order_without_payment": "An order counts as paid, but no money for it was captured.",
    "payment_without_order": "Money was captured for a reference that no order knows.",
    "order_amount_differs": "An order counts a different amount as paid than was captured for it.",
}


@dataclass(frozen=True, slots=True)
class Booked:
    """A captured attempt or a succeeded refund. `expected`: the day's bill should list it."""

    number: str
    reference: str
    amount: int
    expected: bool


@dataclass(frozen=True, slots=True)
class BookedReference:
    """All that one reference holds in our books: captured less what went back as surplus."""

    reference: str
    net: int


@dataclass(frozen=True, slots=True)
class Found:
    """One disagreement; amounts in minor units."""

    kind: str
    number: str
    reference: str = ""
    bill: int | None = None
    book: int | None = None
    order: int | None = None


def compare_bill(bill: Iterable[BillEntry], payments: Iterable[Booked], refunds: Iterable[Booked]) -> list[Found]:
    """Gateway against books, payments by our trade number and refunds by our refund number."""
    lines = list(bill)
    paid = [(line.out_trade_no, line.amount) for line in lines if line.kind == "payment"]
    back = [(line.out_refund_no, line.amount) for line in lines if line.kind == "refund"]
    return _match(paid, payments, "") + _match(back, refunds, "refund_")


def _match(lines: list[tuple[str, int]], booked: Iterable[Booked], prefix: str) -> list[Found]:
    """Lines of the same number add up: a gateway may split what we booked as one."""
    told: dict[str, int] = defaultdict(int)
    for number, amount in lines:
        told[number] += amount
    known = {entry.number: entry for entry in booked}
    found = []
    for number, amount in told.items():
        entry = known.get(number)
        if entry is None:
            found.append(Found(f"{prefix}missing_in_books", number, bill=amount))
        elif entry.amount != amount:
            found.append(Found(f"{prefix}amount_differs", number, entry.reference, amount, entry.amount))
    for number, entry in known.items():
        if entry.expected and number not in told:
            found.append(Found(f"{prefix}missing_in_bill", number, entry.reference, book=entry.amount))
    return found


def compare_orders(books: Iterable[BookedReference], orders: Iterable[OrderMoney]) -> list[Found]:
    """Books against orders, by reference. A reference whose money all went back as surplus owes no order."""
    held = {entry.reference: entry.net for entry in books}
    owed = {order.reference: order.paid for order in orders}
    found = []
    for reference, paid in owed.items():
        net = held.get(reference, 0)
        if paid and not net:
            found.append(Found("order_without_payment", reference, reference, book=net, order=paid))
        elif paid != net:
            found.append(Found("order_amount_differs", reference, reference, book=net, order=paid))
    for reference, net in held.items():
        if net and reference not in owed:
            found.append(Found("payment_without_order", reference, reference, book=net))
    return found

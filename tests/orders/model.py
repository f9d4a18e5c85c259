"""A mall in a page of plain Python: what stock, coupons, money and orders should be after each step.

It decides by itself whether a step is possible; the real mall must agree, and its tables must say the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field

THRESHOLD, OFF, COUPON_OFF, FREIGHT = 1500, 100, 50, 500


@dataclass
class Line:
    sku: str
    quantity: int
    payable: int
    shipped: int = 0
    back: int = 0  # units given up before they left, or returned
    back_amount: int = 0

    @property
    def waiting(self) -> int:
        return self.quantity - self.shipped - self.back


@dataclass
class Parcel:
    delivered: bool = False


@dataclass
class Order:
    lines: list[Line]
    coupon: bool
    total: int
    status: str = "pending_payment"
    paid: int = 0
    refunded: int = 0
    surplus: int = 0
    freight_back: int = 0
    asked: int = 0  # money asked back from the gateway, not yet known to have gone
    surplus_asked: int = 0
    parcels: list[Parcel] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return self.status in ("pending_payment", "paid", "fulfilling")

    def waiting(self) -> int:
        return sum(line.waiting for line in self.lines)


def priced(prices: dict[str, int], lines: list[tuple[str, int]], coupon: bool) -> tuple[int, int]:
    """Goods and discount: 满 15 减 1, then the coupon, never below nothing."""
    goods = sum(prices[sku] * quantity for sku, quantity in lines)
    off = OFF if goods >= THRESHOLD else 0
    return goods, off + (min(COUPON_OFF, goods - off) if coupon else 0)


@dataclass
class Model:
    prices: dict[str, int]
    on_hand: dict[str, int]
    coupon_left: int
    orders: dict[str, Order] = field(default_factory=dict)

    def reserved(self, sku: str) -> int:
        return sum(line.waiting for o in self.orders.values() if o.holds for line in o.lines if line.sku == sku)

    def free(self, sku: str) -> int:
        return self.on_hand[sku] - self.reserved(sku)

    def refusals(self, lines: list[tuple[str, int]], coupon: bool) -> set[str]:
        """The codes a purchase may be refused with now; none if it is possible."""
        goods, discount = priced(self.prices, lines, coupon)
        useless = discount == (OFF if goods >= THRESHOLD else 0)
        reasons = {
            "out_of_stock": any(quantity > self.free(sku) for sku, quantity in lines),
            "coupon_not_applicable": coupon and (self.coupon_left < 1 or useless),
        }
        return {code for code, holds in reasons.items() if holds}

    def place(self, number: str, lines: list[tuple[str, int]], coupon: bool, payables: list[int]) -> Order:
        goods, discount = priced(self.prices, lines, coupon)
        assert sum(payables) == goods - discount
        rows = [Line(sku, quantity, payable) for (sku, quantity), payable in zip(lines, payables, strict=True)]
        self.coupon_left -= coupon
        self.orders[number] = Order(rows, coupon, goods - discount + FREIGHT)
        return self.orders[number]

    def money(self, order: Order) -> str:
        """A genuine payment of the whole total arrives, on an attempt that has brought none before."""
        if order.status == "pending_payment":
            order.status, order.paid = "paid", order.total
            return "paid"
        order.surplus += order.total
        order.surplus_asked += order.total
        return "surplus"

    def cancel(self, order: Order) -> bool:
        if order.status not in ("pending_payment", "paid") or any(line.back for line in order.lines):
            return False
        order.asked += order.paid
        order.status = "cancelled"
        self.coupon_left += order.coupon
        return True

    def ship(self, order: Order, units: dict[int, int]) -> bool:
        fits = all(0 < n <= order.lines[i].waiting for i, n in units.items() if i < len(order.lines))
        if order.status not in ("paid", "fulfilling") or not fits or max(units) >= len(order.lines):
            return False
        for i, n in units.items():
            order.lines[i].shipped += n
            self.on_hand[order.lines[i].sku] -= n
        order.parcels.append(Parcel())
        order.status = "fulfilling" if order.waiting() else "shipped"
        return True

    def arrive(self, order: Order) -> None:
        for parcel in order.parcels:
            parcel.delivered = True
        self.settle_delivery(order)

    def settle_delivery(self, order: Order) -> None:
        if order.status == "shipped" and order.parcels and all(p.delivered for p in order.parcels):
            order.status = "delivered"

    def give_back(self, order: Order, index: int, units: int, *, returned: int | None, fault: bool) -> bool:
        """A case about `units` of a line, from asking to the money's being asked for; `returned` units reach the shelf."""
        if index >= len(order.lines) or units < 1:
            return False
        line = order.lines[index]
        before = returned is None
        if before:
            possible = order.status in ("paid", "fulfilling") and units <= line.waiting
        else:
            left = order.status in ("shipped", "delivered", "completed")
            possible = left and units <= line.quantity - line.back
        if not possible:
            return False
        amount = line.payable * (line.back + units) // line.quantity - line.back_amount
        line.back += units
        line.back_amount += amount
        freight = self._freight(order, fault)
        order.freight_back += freight
        if before:
            if not order.waiting():
                if any(x.shipped for x in order.lines):
                    order.status = "shipped"
                    self.settle_delivery(order)
                else:
                    self.coupon_left += order.coupon
        else:
            self.on_hand[line.sku] += returned or 0
        order.asked += amount + freight
        return True

    def _freight(self, order: Order, fault: bool) -> int:
        whole = all(line.back == line.quantity for line in order.lines)
        nothing_left = not any(line.shipped for line in order.lines)
        return FREIGHT - order.freight_back if whole and (nothing_left or fault) else 0

    def settle(self) -> None:
        """The gateway has sent all money that was asked back, and everybody has heard of it."""
        for order in self.orders.values():
            order.surplus_asked = 0
            if order.asked:
                order.refunded += order.asked
                order.asked = 0
                if order.refunded == order.paid:
                    if order.holds and order.waiting() and not any(line.shipped for line in order.lines):
                        self.coupon_left += order.coupon  # a gift was left; the order is over all the same
                    order.status = "refunded"

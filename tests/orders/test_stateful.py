"""Any sequence of sales and their undoing: after each step every invariant holds and a plain model agrees."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.factories.aftersales import SERVICE
from tests.factories.fulfilment import PACKER, deliver, ship
from tests.factories.inventory import KEEPER
from tests.factories.pricing import PRICER
from tests.factories.promotions import live, public_code
from tests.factories.shop import attempt, goods, wants
from tests.orders.model import COUPON_OFF, FREIGHT, OFF, THRESHOLD, Model, Order
from tests.orders.racing import books_are_right, sku_id
from zhanggui.aftersales import services as aftersales
from zhanggui.aftersales.types import Received, Wish
from zhanggui.checkout.services import place_order
from zhanggui.checkout.types import Purchase
from zhanggui.fulfilment import selectors as parcels
from zhanggui.inventory import services as shelf
from zhanggui.inventory.types import StockRow
from zhanggui.kernel import db, outbox
from zhanggui.kernel.actor import GUEST
from zhanggui.kernel.problems import Problem
from zhanggui.orders import services as orders
from zhanggui.payments import services as payments
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow

WHICH = st.integers(0, 10**6)
LINES = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 4)), min_size=1, max_size=3, unique_by=lambda line: line[0]
)
PURCHASE = st.tuples(LINES, st.booleans())
BANK = "bank_transfer"


def possible(step: Any) -> bool:
    """Whether the mall does it; a Problem is its only way to refuse."""
    try:
        with transaction.atomic():
            step()
    except Problem:
        return False
    return True


class Mall(RuleBasedStateMachine):
    """Each rule asks the model first and the mall second; the two must say the same."""

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.at_once, place_order.AT_ONCE = place_order.AT_ONCE, "nobody"
        self.codes = goods(333, 1000, 0, stock=15)  # the last one is a gift
        self.ids = {code: sku_id(code) for code in self.codes}
        live(config={"steps": [{"threshold": THRESHOLD, "off": OFF}]})
        public_code("FEW", {"off": COUPON_OFF}, max_uses=2)
        pricing.save_freight_rule(method="express", fee=FREIGHT, actor=PRICER)
        self.model = Model(dict(zip(self.codes, (333, 1000, 0), strict=True)), dict.fromkeys(self.codes, 15), 2)
        self.news: list[tuple[str, Any]] = []  # (order, the notification that pays it)
        self.begin()

    def teardown(self) -> None:
        try:
            self.settle()
            self.the_mall_agrees()
        finally:
            place_order.AT_ONCE = self.at_once
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    def one(self, which: int, *likely: str) -> tuple[str, Order]:
        """Some order; three times of four one in a `likely` state, where there is one."""
        fitting = [n for n, order in self.model.orders.items() if order.status in likely] if which % 4 else []
        numbers = fitting or list(self.model.orders)
        number = numbers[which // 4 % len(numbers)]
        return number, self.model.orders[number]

    def sold(self) -> bool:
        return bool(self.model.orders)

    def begin(self) -> None:
        """A mall in the middle of its day: an order at each of the first steps."""
        for _ in range(3):
            self.place([([(0, 2), (1, 1), (2, 1)], False)], pay=True)
        for number in list(self.model.orders)[1:]:
            ship(number)
            self.model.ship(self.model.orders[number], {0: 2, 1: 1, 2: 1})
        self.arrive(0)

    @rule(wishes=st.lists(PURCHASE, min_size=1, max_size=3), pay=st.booleans())
    def place(self, wishes: list[tuple[list[tuple[int, int]], bool]], pay: bool) -> None:
        """One batch; it must be served as if its purchases had come one after another."""
        asked = [([(self.codes[i], quantity) for i, quantity in lines], coupon) for lines, coupon in wishes]
        answers = attempt(*(wants(*lines, coupons=("few",) if coupon else ()) for lines, coupon in asked))
        for (lines, coupon), answer in zip(asked, answers, strict=True):
            refusals = self.model.refusals(lines, coupon)
            if isinstance(answer, Purchase):
                assert refusals == set()
                assert answer.order is not None
                made = self.model.place(answer.number, lines, coupon, [x["payable"] for x in answer.order["lines"]])
                assert made.total == answer.order["total"]
                self.news.append((answer.number, payments.simulate([(answer.number, made.total, "CNY")])[0]))
                if pay:
                    self.tell(answer.number, made, 1)
            else:
                assert getattr(answer, "code", answer) in refusals

    @precondition(sold)
    @rule(which=WHICH, times=st.integers(1, 3))
    def money_is_told(self, which: int, times: int) -> None:
        """The gateway's notification, perhaps more than once, perhaps long after."""
        self.tell(*self.one(which, "pending_payment", "cancelled"), times)

    def tell(self, number: str, order: Order, times: int) -> None:
        told = [raw for n, raw in self.news if n == number] * times
        if told:
            expected = self.model.money(order)
            self.news = [(n, raw) for n, raw in self.news if n != number]
        else:
            told, expected = payments.simulate([(number, order.total, "CNY")]), ""
        stored = payments.receive(told)
        outcomes = [a.outcome for a in orders.apply_payments([s.id for s in stored if s.id is not None])]
        assert outcomes == ([expected] if expected else [])

    @precondition(sold)
    @rule(which=WHICH)
    def money_comes_another_way(self, which: int) -> None:
        """The buyer changes his mind about how to pay; the first attempt may still bring money."""
        number, order = self.one(which, "pending_payment")
        started = possible(lambda: orders.start_payment(number, BANK, actor=GUEST))
        assert started == (order.status == "pending_payment")
        if started:
            payments.confirm_bank_transfer(number, amount=order.total, bank_reference=f"B-{number}", actor=SERVICE)
            assert self.model.money(order) == "paid"

    @precondition(sold)
    @rule(which=WHICH, expire=st.booleans())
    def give_up(self, which: int, expire: bool) -> None:
        number, order = self.one(which, "pending_payment", "paid")
        if expire:
            db.execute(
                "update orders_order set expires_at = now() where number = %s and expires_at is not null", (number,)
            )
            assert orders.expire_due() == (order.status == "pending_payment")
            if order.status == "pending_payment":
                self.model.cancel(order)
        else:
            assert possible(lambda: orders.cancel(number, actor=GUEST)) == self.model.cancel(order)

    @precondition(sold)
    @rule(which=WHICH)
    def claim(self, which: int) -> None:
        number, order = self.one(which, "paid")
        assert possible(lambda: orders.claim_for_fulfilment(number, actor=PACKER)) == (order.status == "paid")
        if order.status == "paid":
            order.status = "fulfilling"

    @precondition(sold)
    @rule(which=WHICH, units=st.dictionaries(st.integers(0, 2), st.integers(1, 4), max_size=3))
    def ship(self, which: int, units: dict[int, int]) -> None:
        """Some units, or without `units` all that is left."""
        number, order = self.one(which, "paid", "fulfilling")
        left = units or {i: line.waiting for i, line in enumerate(order.lines) if line.waiting}
        sent = possible(lambda: ship(number, *((i + 1, n) for i, n in units.items())))
        assert sent == (bool(left) and self.model.ship(order, left))

    @precondition(sold)
    @rule(which=WHICH)
    def arrive(self, which: int) -> None:
        number, order = self.one(which, "fulfilling", "shipped")
        deliver(parcels.parcels_of([number])[number])
        self.model.arrive(order)

    @precondition(sold)
    @rule(which=WHICH)
    def complete(self, which: int) -> None:
        number, order = self.one(which, "delivered")
        done = order.status in ("shipped", "delivered")
        assert possible(lambda: orders.complete(number, actor=GUEST)) == done
        if done:
            order.status = "completed"

    @precondition(sold)
    @rule(which=WHICH, index=st.integers(0, 2), units=st.integers(1, 4), after=st.booleans(), fault=st.booleans())
    def give_back(self, which: int, index: int, units: int, after: bool, fault: bool) -> None:
        """Units are given up before they leave, or returned; one of those returned is damaged if it is the seller's fault."""
        number, order = self.one(which, *("shipped", "delivered", "completed") if after else ("paid", "fulfilling"))
        kind = "return_refund" if after else "cancel"
        units = order.lines[index].quantity if units == 4 and index < len(order.lines) else units  # often all of a line
        reason = "quality" if fault else "no_reason"

        def whole_case() -> None:
            wish = Wish(index + 1, units)
            case = aftersales.request(number, kind=kind, reason=reason, lines=[wish], actor=SERVICE)
            aftersales.approve(case.number, actor=SERVICE)
            if after:
                came = Received(index + 1, units - fault, int(fault))
                aftersales.receive_return(case.number, [came], actor=SERVICE)
            aftersales.refund(case.number, actor=SERVICE)

        given = self.model.give_back(order, index, units, returned=units - fault if after else None, fault=fault)
        assert possible(whole_case) == given

    @rule()
    def settle(self) -> None:
        """Announcements are delivered and refunds sent, by the gateway and by the bank."""
        outbox.drain()
        payments.process_refunds(limit=1000)
        by_hand = "select r.id from payments_refund r join payments_intent i on i.id = r.intent_id"
        for row in db.rows(f"{by_hand} where i.provider = %s and r.state in ('pending', 'processing')", (BANK,)):
            payments.confirm_bank_refund(row["id"], bank_reference="R", actor=SERVICE)
        outbox.drain()
        self.model.settle()

    @rule(sku=st.integers(0, 2), delta=st.integers(-4, 4).filter(bool))
    def adjust_stock(self, sku: int, delta: int) -> None:
        code = self.codes[sku]
        fits = self.model.free(code) + delta >= 0
        row = StockRow(self.ids[code], delta)
        assert possible(lambda: shelf.adjust([row], reason="counted", actor=KEEPER)) == (fits or delta > 0)
        self.model.on_hand[code] += delta if fits or delta > 0 else 0

    @rule(sku=st.integers(0, 1), price=st.integers(1, 2000))
    def change_price(self, sku: int, price: int) -> None:
        """What has been sold keeps its price; what is sold from now on has the new one."""
        code = self.codes[sku]
        pricing.set_prices([PriceRow(self.ids[code], price, price)], reason="new price", actor=PRICER)
        self.model.prices[code] = price

    @invariant()
    def the_mall_agrees(self) -> None:
        books_are_right()
        assert self.stock() == {c: (self.model.on_hand[c], self.model.reserved(c)) for c in self.codes}
        assert self.coupon_left() == self.model.coupon_left
        assert self.orders() == {number: self.expected(order) for number, order in self.model.orders.items()}
        assert self.captured() == {n: o.paid + o.surplus for n, o in self.model.orders.items()}

    def stock(self) -> dict[str, tuple[int, int]]:
        codes = {number: code for code, number in self.ids.items()}
        return {codes[r["sku_id"]]: (r["on_hand"], r["reserved"]) for r in db.rows("select * from inventory_level")}

    def coupon_left(self) -> int:
        (row,) = db.rows("select max_uses - used as n from promotions_couponcode")
        return int(row["n"])

    def orders(self) -> dict[str, Any]:
        rows = db.rows(
            "select o.number, o.status, o.total, o.paid_total, o.refunded_total, (select jsonb_agg(jsonb_build_array("
            " l.shipped_quantity, l.refunded_quantity, l.refunded_amount) order by l.position) from orders_orderline l"
            " where l.order_id = o.id) as lines from orders_order o"
        )
        return {r["number"]: (r["status"], r["total"], r["paid_total"], r["refunded_total"], r["lines"]) for r in rows}

    def expected(self, order: Order) -> Any:
        lines = [[line.shipped, line.back, line.back_amount] for line in order.lines]
        return order.status, order.total, order.paid, order.refunded, lines

    def captured(self) -> dict[str, int]:
        sums = "select reference, sum(captured)::bigint as n from payments_intent group by reference"
        return {r["reference"]: r["n"] for r in db.rows(sums)}


@pytest.mark.django_db
def test_any_sequence_of_sales_and_their_undoing_agrees_with_the_model() -> None:
    # Shrinking would take longer than a test may; the steps of the failure are printed as they were.
    run_state_machine_as_test(Mall, settings=settings(max_examples=8, stateful_step_count=30, phases=[Phase.generate]))

"""Any sequence of buying, paying, cancelling, expiring, shipping, returning and refunding leaves every book right."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.factories.aftersales import SERVICE, money_arrives
from tests.factories.fulfilment import deliver, ship
from tests.factories.pricing import PRICER
from tests.factories.promotions import live
from tests.factories.shop import attempt, buy, goods, wants
from zhanggui.aftersales import selectors, services
from zhanggui.aftersales.types import Received, Wish
from zhanggui.checkout.types import Purchase
from zhanggui.fulfilment import selectors as parcels
from zhanggui.fulfilment import services as fulfilment
from zhanggui.kernel import clock, invariants
from zhanggui.kernel.actor import GUEST, SYSTEM
from zhanggui.kernel.problems import Problem
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.payments import selectors as payments
from zhanggui.payments import services as payment_services
from zhanggui.pricing import services as pricing

PICK = st.integers(0, 10**6)


class Mall(RuleBasedStateMachine):
    """Rules try steps in any order; a Problem is a fair answer, anything else is not."""

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.skus = goods(333, 1000, stock=6)
        live(config={"steps": [{"threshold": 1500, "off": 100}]})
        pricing.save_freight_rule(method="express", fee=500, actor=PRICER)
        self.numbers = [buy((self.skus[0], 2), (self.skus[1], 1)), buy((self.skus[1], 2))]
        self.cases: list[str] = []

    def teardown(self) -> None:
        try:
            self.close()
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    def try_to(self, step: Any) -> Any:
        try:
            with transaction.atomic():
                return step()
        except Problem:
            return None

    def one(self, of: list[str], pick: int) -> str:
        return of[pick % len(of)] if of else "none"

    @rule(a=st.integers(0, 4), b=st.integers(0, 4), at_once=st.booleans())
    def buy(self, a: int, b: int, at_once: bool) -> None:
        lines = [(sku, quantity) for sku, quantity in zip(self.skus, (a, b), strict=True) if quantity]
        if lines:
            (answer,) = attempt(wants(*lines, provider="simulator" if at_once else "bank_transfer"))
            if isinstance(answer, Purchase):
                self.numbers.append(answer.number)

    @rule(pick=PICK)
    def pay(self, pick: int) -> None:
        number = self.one(self.numbers, pick)
        for intent in payments.intents_of([number]):
            self.try_to(
                lambda i=intent: payment_services.confirm_bank_transfer(
                    i.reference, amount=i.amount, bank_reference=f"B{i.id}", actor=SERVICE
                )
            )

    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        self.try_to(lambda: order_services.cancel(self.one(self.numbers, pick), actor=GUEST))

    @rule(pick=PICK, line=st.integers(1, 2), quantity=st.integers(1, 3), whole=st.booleans())
    def ship(self, pick: int, line: int, quantity: int, whole: bool) -> None:
        fulfilment.start_picking([self.one(self.numbers, pick)], actor=SERVICE)
        units = [] if whole else [(line, quantity)]
        self.try_to(lambda: ship(self.one(self.numbers, pick), *units))

    @rule(pick=PICK)
    def deliver(self, pick: int) -> None:
        number = self.one(self.numbers, pick)
        deliver(parcels.parcels_of([number])[number][:1])
        deliver(parcels.parcels_of([number])[number][-1:])

    @rule(
        pick=PICK, kind=st.sampled_from(["cancel", "refund_only", "return_refund"]), fault=st.booleans(),
        wish=st.none() | st.tuples(st.integers(1, 2), st.integers(1, 3)),
    )  # fmt: skip
    def ask(self, pick: int, kind: str, fault: bool, wish: tuple[int, int] | None) -> None:
        lines = None if wish is None else [Wish(*wish)]
        reason = "quality" if fault else "no_reason"
        number = self.one(self.numbers, pick)
        made = self.try_to(lambda: services.request(number, kind=kind, reason=reason, lines=lines, actor=GUEST))
        if made:
            self.cases.append(made.number)

    @rule(
        pick=PICK,
        way=st.sampled_from(["on", "on", "on", "reject", "withdraw"]),
        good=st.integers(0, 3),
        damaged=st.integers(0, 1),
    )
    def decide(self, pick: int, way: str, good: int, damaged: int) -> None:
        """The next step of a case: mostly onwards, to its money."""
        case = selectors.case(self.one(self.cases, pick))
        if case is None:
            return
        number, line = case.number, case.lines[0].line
        if way == "reject":
            self.try_to(lambda: services.reject(number, reason="no", actor=SERVICE))
        elif way == "withdraw":
            self.try_to(lambda: services.withdraw(number, actor=GUEST))
        elif case.state == "requested":
            self.try_to(lambda: services.approve(number, actor=SERVICE))
        elif case.state == "awaiting_return":
            self.try_to(lambda: services.receive_return(number, [Received(line, good, damaged)], actor=SERVICE))
        else:
            self.try_to(lambda: services.refund(number, actor=SERVICE))

    @rule()
    def money_arrives(self) -> None:
        for number in self.numbers:
            for view in payments.refunds_of(number):
                if view.provider == "bank_transfer":
                    self.try_to(
                        lambda v=view: payment_services.confirm_bank_refund(v.id, actor=SERVICE, bank_reference="R")
                    )
        money_arrives()

    @rule()
    def hours_pass(self) -> None:
        with time_machine.travel(clock.now() + timedelta(days=8), tick=False):
            order_services.expire_due(actor=SYSTEM)

    @invariant()
    def books_are_right(self) -> None:
        # What has been announced and not yet heard is not wrong; the rules of the books know of money on its way.
        assert [v for v in invariants.check() if v.invariant.name not in UNDER_WAY] == []

    def close(self) -> None:
        self.money_arrives()
        assert invariants.check() == []
        for number in self.numbers:
            order = orders.find(number)
            assert order is not None
            assert 0 <= order["refunded_total"] <= order["paid_total"] <= order["total"]


#: True only once the announcements of refunds have been delivered.
UNDER_WAY = {"orders.money_agrees_with_payments"}


@pytest.mark.django_db
def test_any_life_of_orders_leaves_every_book_right():
    run_state_machine_as_test(Mall, settings=settings(max_examples=6, stateful_step_count=25))

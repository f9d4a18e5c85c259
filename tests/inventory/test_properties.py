"""Any sequence of stock verbs keeps the books right and agrees with a model that anybody can check by hand."""

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.factories.inventory import KEEPER, main_warehouse, make_warehouse, stocked
from zhanggui.inventory import selectors, services
from zhanggui.inventory.errors import NotReserved, StockBelowReserved
from zhanggui.inventory.invariants import INVARIANTS
from zhanggui.inventory.types import ReserveLine, ReturnRow, ShipLine, StockRow
from zhanggui.kernel import invariants
from zhanggui.kernel.actor import SYSTEM

PLACES, SKUS = st.integers(0, 1), st.integers(0, 2)
FEW = st.integers(1, 6)


class Shelf(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.places = [main_warehouse(), make_warehouse("other")]
        self.skus = stocked(0, 0, 0)
        self.on_hand = {(sku, place): 0 for sku in self.skus for place in self.places}
        self.open: dict[tuple[str, int], list[tuple[tuple[int, int], int]]] = {}
        self.orders = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    def held(self, key: tuple[int, int]) -> int:
        return sum(units for pieces in self.open.values() for k, units in pieces if k == key)

    @rule(sku=SKUS, place=PLACES, quantity=FEW)
    def receive(self, sku: int, place: int, quantity: int) -> None:
        key = (self.skus[sku], self.places[place])
        services.receive([StockRow(key[0], quantity, key[1])], actor=KEEPER)
        self.on_hand[key] += quantity

    @rule(sku=SKUS, place=PLACES, quantity=st.integers(0, 8))
    def count(self, sku: int, place: int, quantity: int) -> None:
        key = (self.skus[sku], self.places[place])
        try:
            services.set_on_hand([StockRow(key[0], quantity, key[1])], actor=KEEPER, reason="count")
            assert quantity >= self.held(key)
            self.on_hand[key] = quantity
        except StockBelowReserved:
            assert quantity < self.held(key)

    @rule(sku=SKUS, place=PLACES, quantity=FEW, damaged=st.booleans())
    def come_back(self, sku: int, place: int, quantity: int, damaged: bool) -> None:
        key = (self.skus[sku], self.places[place])
        with transaction.atomic():
            services.return_to_stock([ReturnRow(key[0], quantity, key[1], damaged)], reference="case", actor=KEEPER)
        self.on_hand[key] += 0 if damaged else quantity

    @rule(drafts=st.lists(st.lists(st.tuples(SKUS, PLACES, FEW), min_size=1, max_size=3), min_size=1, max_size=5))
    def reserve(self, drafts: list[list[tuple[int, int, int]]]) -> None:
        wishes, expected = [], set()
        for draft, lines in enumerate(drafts):
            number = f"O{self.orders}"
            self.orders += 1
            needed: dict[tuple[int, int], int] = {}
            for line, (sku, place, quantity) in enumerate(lines):
                key = (self.skus[sku], self.places[place])
                wishes.append(ReserveLine(number, line, key[0], key[1], quantity, draft))
                needed[key] = needed.get(key, 0) + quantity
            if any(units > self.on_hand[key] - self.held(key) for key, units in needed.items()):
                expected.add(draft)
            else:
                for wish in wishes:
                    if wish.draft == draft:
                        self.open[number, wish.line] = [((wish.sku_id, wish.warehouse_id), wish.quantity)]
        refusals = services.reserve(wishes, actor=SYSTEM)
        assert {refusal.draft for refusal in refusals} == expected

    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted({n for n, _ in self.open} | {"none"})))
        services.release([number], actor=SYSTEM)
        for key in [key for key in self.open if key[0] == number]:
            del self.open[key]

    @rule(data=st.data(), quantity=FEW)
    def ship(self, data: st.DataObject, quantity: int) -> None:
        number, line = data.draw(st.sampled_from(sorted(self.open) or [("none", 0)]))
        ((key, held),) = self.open.get((number, line), [((0, 0), 0)])
        try:
            with transaction.atomic():
                services.ship([ShipLine(number, line, quantity, "parcel")], actor=KEEPER)
            assert quantity <= held
        except NotReserved:
            assert quantity > held
            return
        self.on_hand[key] -= quantity
        self.open[number, line] = [(key, held - quantity)]

    @invariant()
    def agrees(self) -> None:
        seen = {(v.sku_id, v.warehouse_id): (v.on_hand, v.reserved) for v in selectors.levels(self.skus)}
        for key, units in self.on_hand.items():
            assert seen.get(key, (0, 0)) == (units, self.held(key))
        assert invariants.check(INVARIANTS) == []


@pytest.mark.django_db
def test_any_sequence_of_stock_verbs_keeps_the_books_right():
    run_state_machine_as_test(Shelf, settings=settings(max_examples=25, stateful_step_count=20))

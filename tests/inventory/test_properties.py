"""Any sequence of stock verbs keeps the books right and agrees with a model that anybody can check by hand.

A further verb is a further `@rule` that calls the service and changes the model; the invariants hold for it by themselves.
"""

import contextlib
import random
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.factories.inventory import KEEPER, main_warehouse, make_locations, make_warehouse, stocked
from tests.support.races import run_together
from zhanggui.inventory import selectors, services
from zhanggui.inventory.errors import NotReserved, StockBelowReserved, StockNotFree
from zhanggui.inventory.invariants import INVARIANTS
from zhanggui.inventory.types import (
    Arrival,
    Counted,
    Pick,
    ReserveLine,
    ReturnRow,
    ShipLine,
    Spot,
    StockRow,
    TransferRow,
)
from zhanggui.kernel import clock, invariants, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import Problem

PLACES, SKUS = st.integers(0, 1), st.integers(0, 2)
FEW = st.integers(1, 6)


Key = tuple[int, int]
COUNTER = Actor("staff", 2, "counter", frozenset({"inventory.count", "inventory.approve_count"}))


class Shelf(RuleBasedStateMachine):
    """The model: units on hand by SKU and warehouse, those set aside in them (damaged, expired) and locked, open promises."""

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.places = [main_warehouse(), make_warehouse("other")]
        for place in self.places:
            make_locations(place, A_01="pick", B_01="bulk", D_01="damaged", Q_01="quality")
        self.skus = stocked(0, 0, 0)
        self.on_hand = {(sku, place): 0 for sku in self.skus for place in self.places}
        self.aside = dict.fromkeys(self.on_hand, 0)
        self.locked: dict[int, tuple[Key, int]] = {}
        self.open: dict[tuple[str, int], list[tuple[Key, int]]] = {}
        self.sent: dict[str, tuple[Key, Key, int]] = {}
        self.samples: dict[str, tuple[Key, int]] = {}
        self.orders = 0
        mall_settings.put("inventory.recount_above_units", 10**6, actor=SYSTEM)
        mall_settings.put("inventory.count_approval_units", 10**6, actor=SYSTEM)
        self.today = clock.business_date()
        self.later: Any = None

    def teardown(self) -> None:
        if self.later:
            self.later.__exit__(None, None, None)
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    def key(self, sku: int, place: int) -> Key:
        return self.skus[sku], self.places[place]

    def held(self, key: Key) -> int:
        return sum(units for pieces in self.open.values() for k, units in pieces if k == key)

    def withheld(self, key: Key) -> int:
        return self.aside[key] + sum(units for k, units in self.locked.values() if k == key)

    def free(self, key: Key) -> int:
        return self.on_hand[key] - self.held(key) - self.withheld(key)

    def spot(self, data: st.DataObject, key: Key, *states: str) -> Spot | None:
        """Some of what lies at one spot of a level, in one of the states."""
        lying = [p for p in selectors.placements(sku_id=key[0], warehouse_id=key[1]) if p.state in states]
        if not lying:
            return None
        at = data.draw(st.sampled_from(lying))
        return Spot(*key, data.draw(st.integers(1, at.quantity)), at.location, at.batch, at.state)

    @rule(
        sku=SKUS,
        place=PLACES,
        quantity=FEW,
        shelf=st.sampled_from(["", "A-01", "B-01", "Q-01"]),
        batch=st.sampled_from([None, 5, 90]),
    )
    def receive(self, sku: int, place: int, quantity: int, shelf: str, batch: int | None) -> None:
        key = self.key(sku, place)
        expires = None if batch is None else self.today + timedelta(batch)
        row = StockRow(key[0], quantity, key[1], None, shelf, f"B{batch}" if batch else "", None, expires)
        services.receive([row], actor=KEEPER)
        self.on_hand[key] += quantity
        if shelf == "Q-01" or (expires and self.expired(expires)):
            self.aside[key] += quantity

    def expired(self, expires: date) -> bool:
        return clock.business_date() > expires

    @rule(sku=SKUS, place=PLACES, quantity=st.integers(0, 8))
    def count(self, sku: int, place: int, quantity: int) -> None:
        key = self.key(sku, place)
        kept = self.held(key) + self.withheld(key)
        try:
            services.set_on_hand([StockRow(key[0], quantity, key[1])], actor=KEEPER, reason="count")
            assert quantity >= min(kept, self.on_hand[key])
            self.on_hand[key] = quantity
        except StockBelowReserved:
            assert quantity < kept

    @rule(sku=SKUS, place=PLACES, quantity=FEW, damaged=st.booleans())
    def come_back(self, sku: int, place: int, quantity: int, damaged: bool) -> None:
        key = self.key(sku, place)
        with transaction.atomic():
            services.return_to_stock([ReturnRow(key[0], quantity, key[1], damaged)], reference="case", actor=KEEPER)
        self.on_hand[key] += 0 if damaged else quantity

    @rule(drafts=st.lists(st.lists(st.tuples(SKUS, PLACES, FEW), min_size=1, max_size=3), min_size=1, max_size=5))
    def reserve(self, drafts: list[list[tuple[int, int, int]]]) -> None:
        wishes, expected = [], set()
        for draft, lines in enumerate(drafts):
            number = f"O{self.orders}"
            self.orders += 1
            needed: dict[Key, int] = {}
            for line, (sku, place, quantity) in enumerate(lines):
                key = self.key(sku, place)
                wishes.append(ReserveLine(number, line, key[0], key[1], quantity, draft))
                needed[key] = needed.get(key, 0) + quantity
            if any(units > self.free(key) for key, units in needed.items()):
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

    @rule(data=st.data())
    def pick(self, data: st.DataObject) -> None:
        """What is suggested can be shipped as suggested, and is never more than is promised."""
        number = data.draw(st.sampled_from(sorted({n for n, _ in self.open}) or ["none"]))
        found = selectors.pick_places([number])
        units: dict[int, int] = {}
        for p in found:
            units[p.line] = units.get(p.line, 0) + p.quantity
        for line, quantity in units.items():
            ((key, held),) = self.open[number, line]
            assert quantity <= held
            self.on_hand[key] -= quantity
            self.open[number, line] = [(key, held - quantity)]
        if found:
            picks = [Pick(number, p.line, p.warehouse_id, p.quantity, p.location_id, p.batch_id) for p in found]
            with transaction.atomic():
                services.ship([ShipLine(number, n, q, "parcel") for n, q in units.items()], picks=picks, actor=KEEPER)

    @rule(data=st.data(), sku=SKUS, place=PLACES, to=st.sampled_from(["A-01", "B-01", "D-01", "Q-01"]))
    def move(self, data: st.DataObject, sku: int, place: int, to: str) -> None:
        key = self.key(sku, place)
        spot = self.spot(data, key, "good", "quality", "damaged", "expired")
        if spot is None or spot.location == to:
            return
        before = sum(p.quantity for p in selectors.placements(sku_id=key[0], warehouse_id=key[1]) if p.state != "good")
        assert before == self.aside[key]
        try:
            services.move([spot], to=to, actor=KEEPER)
        except StockNotFree:
            assert spot.state == "good"
            assert spot.quantity > self.free(key)
            return
        self.aside[key] = sum(
            p.quantity for p in selectors.placements(sku_id=key[0], warehouse_id=key[1]) if p.state != "good"
        )

    @rule(data=st.data(), sku=SKUS, place=PLACES, verb=st.sampled_from(["damage", "mend", "scrap"]))
    def keep(self, data: st.DataObject, sku: int, place: int, verb: str) -> None:
        key = self.key(sku, place)
        spot = self.spot(
            data,
            key,
            *{"damage": ("good", "expired", "quality"), "mend": ("damaged",)}.get(verb, ("good", "damaged", "expired")),
        )
        if spot is None or (verb == "mend" and spot.location == "D-01"):
            return
        try:
            getattr(services, verb)([spot], reason="looked at", actor=KEEPER)
        except StockNotFree:
            assert spot.state == "good"
            assert spot.quantity > self.free(key)
            return
        if verb == "scrap":
            self.on_hand[key] -= spot.quantity
            self.aside[key] -= spot.quantity if spot.state != "good" else 0
        elif verb == "damage":
            self.aside[key] += spot.quantity if spot.state == "good" else 0
        elif spot.location != "Q-01" and not (spot.batch == "B5" and self.expired(self.today + timedelta(5))):
            self.aside[key] -= spot.quantity

    @rule(days=st.sampled_from([0, 6]))
    def expire(self, days: int) -> None:
        """Time goes on, at most to the day after the earlier batches expire."""
        if days and self.later is None:
            self.later = clock.at(clock.now() + timedelta(days))
            self.later.__enter__()
        free = {key: self.free(key) for key in self.on_hand}
        services.expire(actor=SYSTEM)
        for key in self.on_hand:
            aside = sum(
                p.quantity for p in selectors.placements(sku_id=key[0], warehouse_id=key[1]) if p.state != "good"
            )
            left = sum(
                p.quantity
                for p in selectors.placements(sku_id=key[0], warehouse_id=key[1])
                if p.state == "good" and p.expires_on and self.expired(p.expires_on)
            )
            moved = aside - self.aside[key]
            assert 0 <= moved <= free[key]
            assert not left or moved == free[key]  # what stays in sale past its day is promised
            self.aside[key] = aside

    @rule(sku=SKUS, place=PLACES, quantity=FEW)
    def lock(self, sku: int, place: int, quantity: int) -> None:
        key = self.key(sku, place)
        free = self.free(key)
        try:
            made = services.lock(*key, quantity, reason="campaign", actor=KEEPER)
            assert quantity <= free
            self.locked[made] = (key, quantity)
        except StockNotFree:
            assert quantity > free

    @rule(data=st.data())
    def unlock(self, data: st.DataObject) -> None:
        if self.locked:
            lock = data.draw(st.sampled_from(sorted(self.locked)))
            key, units = self.locked.pop(lock)
            some = data.draw(st.integers(1, units))
            services.unlock(lock, quantity=some, reason="enough", actor=KEEPER)
            if some < units:
                self.locked[lock] = (key, units - some)

    @rule(data=st.data(), sku=SKUS, place=PLACES)
    def send(self, data: st.DataObject, sku: int, place: int) -> None:
        key, target = self.key(sku, place), self.key(sku, 1 - place)
        spot = self.spot(data, key, "good")
        if spot is None:
            return
        row = TransferRow(key[0], spot.quantity, spot.batch, spot.location)
        number = services.draft_transfer(key[1], target[1], [row], actor=KEEPER)
        try:
            services.send_transfer(number, actor=KEEPER)
        except StockNotFree:
            assert spot.quantity > self.free(key)
            return
        self.on_hand[key] -= spot.quantity
        self.sent[number] = (key, target, spot.quantity)

    @rule(data=st.data(), shelf=st.sampled_from(["", "A-01", "D-01"]), lost=st.integers(0, 1))
    def arrive(self, data: st.DataObject, shelf: str, lost: int) -> None:
        if not self.sent:
            return
        number = data.draw(st.sampled_from(sorted(self.sent)))
        _, target, units = self.sent.pop(number)
        view = selectors.transfer(number)
        assert view is not None
        if units > lost:
            services.receive_transfer(number, [Arrival(1, units - lost, shelf)], actor=KEEPER)
        self.on_hand[target] += units - lost
        if shelf == "D-01" or (view.lines[0].batch == "B5" and self.expired(self.today + timedelta(5))):
            self.aside[target] += units - lost
        services.close_transfer(number, reason="lost on the way", actor=KEEPER)

    @rule(data=st.data(), sku=SKUS, place=PLACES)
    def sample(self, data: st.DataObject, sku: int, place: int) -> None:
        key = self.key(sku, place)
        spot = self.spot(data, key, "good")
        if spot is None or spot.batch:
            return
        try:
            number = services.take_sample(spot, taker="photographer", purpose="pictures", actor=KEEPER)
        except StockNotFree:
            assert spot.quantity > self.free(key)
            return
        self.on_hand[key] -= spot.quantity
        self.samples[number] = (key, spot.quantity)

    @rule(data=st.data(), kept=st.booleans())
    def bring_back(self, data: st.DataObject, kept: bool) -> None:
        if self.samples:
            number = data.draw(st.sampled_from(sorted(self.samples)))
            key, units = self.samples.pop(number)
            services.return_sample(number, returned=0 if kept else units, kept=units if kept else 0, actor=KEEPER)
            self.on_hand[key] += 0 if kept else units

    @rule(data=st.data(), place=PLACES, sell=st.booleans())
    def stock_take(self, data: st.DataObject, place: int, sell: bool) -> None:
        """A count of some spots of a warehouse; perhaps something is sold before its differences are posted."""
        house = self.places[place]
        number = services.start_count(house, sku_ids=self.skus, actor=COUNTER)
        view = selectors.count(number)
        assert view is not None
        wanted: dict[Key, int] = {}
        for line in selectors.count_lines(view.id).items:
            if data.draw(st.booleans()):
                found = data.draw(st.integers(0, line.snapshot + 2))
                services.count(number, [Counted(line.sku_id, found, line.location, line.batch)], actor=COUNTER)
                key = (line.sku_id, house)
                wanted[key] = wanted.get(key, 0) + found - line.snapshot
        if not wanted:
            services.cancel_count(number, reason="nobody came", actor=COUNTER)
            return
        if sell:
            self.reserve([[(0, place, 1)]])
            self.ship_first()
        assert services.submit_count(number, reason="counted", actor=COUNTER) is False
        before = dict(self.on_hand)
        done = services.post_count(number, actor=COUNTER)
        for key in wanted:
            now = sum(v.on_hand for v in selectors.levels([key[0]]) if v.warehouse_id == key[1])
            held = [n for n in selectors.count_lines(view.id, only="held").items if n.sku_id == key[0]]
            assert now == before[key] + (0 if held else wanted[key])
            self.on_hand[key] = now
            self.aside[key] = sum(
                p.quantity for p in selectors.placements(sku_id=key[0], warehouse_id=key[1]) if p.state != "good"
            )
        if done.held:
            services.close_count(number, reason="promised", actor=COUNTER)
        else:
            assert services.post_count(number, actor=COUNTER).lines == 0

    def ship_first(self) -> None:
        """What was ordered last goes at once, where it could be promised."""
        number = f"O{self.orders - 1}"
        for (order, line), ((key, held),) in sorted(self.open.items()):
            if order == number and held:
                with transaction.atomic():
                    services.ship([ShipLine(number, line, held, "parcel")], actor=KEEPER)
                self.on_hand[key] -= held
                self.open[order, line] = [(key, 0)]

    @invariant()
    def agrees(self) -> None:
        seen = {(v.sku_id, v.warehouse_id): (v.on_hand, v.reserved, v.withheld) for v in selectors.levels(self.skus)}
        for key, units in self.on_hand.items():
            assert seen.get(key, (0, 0, 0)) == (units, self.held(key), self.withheld(key))
        assert invariants.check(INVARIANTS) == []


@pytest.mark.django_db
def test_any_sequence_of_stock_verbs_keeps_the_books_right():
    run_state_machine_as_test(Shelf, settings=settings(max_examples=20, stateful_step_count=30))


@pytest.mark.django_db(transaction=True)
def test_all_verbs_at_once_keep_the_books_right():
    """Threads that do anything to the same three SKUs: refusals are fine, failures and wrong books are not."""
    near, far = main_warehouse(), make_warehouse("far")
    for place in (near, far):
        make_locations(place, A_01="pick", B_01="bulk", D_01="damaged")
    skus = stocked(60, 60, 60)
    for sku in skus:
        services.move([Spot(sku, near, 30)], to="A-01", actor=KEEPER)

    def busy(seed: int) -> None:
        chance = random.Random(seed)
        locks: list[int] = []
        for turn in range(12):
            sku, units = chance.choice(skus), chance.randint(1, 4)
            spot = Spot(sku, near, units, chance.choice(["A-01", "B-01", ""]))
            number = f"T{seed}-{turn}"
            with contextlib.suppress(Problem):
                _anything(chance, spot, number, far, locks)

    outcomes = run_together([lambda i=i: busy(i) for i in range(6)])
    assert [o.error for o in outcomes if o.error] == []
    assert invariants.check(INVARIANTS) == []


def _anything(chance: random.Random, spot: Spot, number: str, far: int, locks: list[int]) -> Any:
    match chance.randrange(9):
        case 0:
            services.receive(
                [StockRow(spot.sku_id, spot.quantity, spot.warehouse_id, location=spot.location)], actor=KEEPER
            )
        case 1:
            services.reserve([ReserveLine(number, 1, spot.sku_id, spot.warehouse_id, spot.quantity)], actor=SYSTEM)
            picks = [
                Pick(number, 1, p.warehouse_id, p.quantity, p.location_id) for p in selectors.pick_places([number])
            ]
            with transaction.atomic():
                services.ship([ShipLine(number, 1, spot.quantity, number)], picks=picks, actor=KEEPER)
        case 2:
            services.reserve([ReserveLine(number, 1, spot.sku_id, spot.warehouse_id, spot.quantity)], actor=SYSTEM)
            services.release([number], actor=SYSTEM)
        case 3:
            services.move([spot], to=chance.choice(["A-01", "B-01"]), actor=KEEPER)
        case 4:
            services.damage([spot], reason="wet", actor=KEEPER)
            services.scrap([Spot(**(asdict(spot) | {"state": "damaged"}))], reason="mould", actor=KEEPER)
        case 5:
            locks.append(services.lock(spot.sku_id, spot.warehouse_id, spot.quantity, reason="campaign", actor=KEEPER))
            services.unlock(locks[0], reason="over", actor=KEEPER)
        case 6:
            row = TransferRow(spot.sku_id, spot.quantity, location=spot.location)
            transfer = services.draft_transfer(spot.warehouse_id, far, [row], actor=KEEPER)
            services.send_transfer(transfer, actor=KEEPER)
            services.receive_transfer(transfer, [Arrival(1, spot.quantity, "A-01")], actor=KEEPER)
        case 7:
            sample = services.take_sample(spot, taker="a", purpose="b", actor=KEEPER)
            services.return_sample(sample, returned=spot.quantity, damaged=chance.random() < 0.5, actor=KEEPER)
        case _:
            services.adjust([StockRow(spot.sku_id, -spot.quantity, spot.warehouse_id)], reason="lost", actor=KEEPER)

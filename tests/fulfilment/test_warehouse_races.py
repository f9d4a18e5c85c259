"""The warehouse against the same moment: two waves, a cancellation, two packers, the last small gift."""

from __future__ import annotations

import time

import pytest

from tests.factories.shop import goods
from tests.factories.warehouse import ANN, BOB, FOREMAN, close, orders_in, pack, reviewed, scan_all, wave
from tests.support.races import run_together
from zhanggui.fulfilment import locks, selectors, services
from zhanggui.fulfilment.types import InsertRuleDraft
from zhanggui.kernel import db, invariants
from zhanggui.kernel.actor import GUEST
from zhanggui.kernel.problems import Problem
from zhanggui.orders import locks as order_locks
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services

pytestmark = pytest.mark.django_db(transaction=True)


def unexpected(outcomes) -> list:
    return [o.error for o in outcomes if o.error and not isinstance(o.error, Problem)]


def status(number: str) -> str:
    return orders.find(number)["status"]


def test_two_waves_share_what_there_is_and_no_order_is_in_both():
    (tea,) = goods(1000)
    for _ in range(2):
        numbers = {reviewed((tea, 1)) for _ in range(6)}
        outcomes = run_together([lambda: wave(limit=3)] * 2)
        assert [o.error for o in outcomes if o.error] == []
        chosen = [orders_in(o.value) for o in outcomes]
        assert sorted(map(len, chosen)) == [3, 3]
        assert set(chosen[0]) | set(chosen[1]) == numbers
    assert invariants.check() == []


def test_without_skipping_the_second_wave_wants_the_orders_of_the_first(monkeypatch):
    """The naive twin: both choose the same three, and half of the orders are in no wave."""
    (tea,) = goods(1000)
    for _ in range(6):
        reviewed((tea, 1))

    def unlocked(warehouse_id, kind, paid_until, due_until, limit):
        rows = db.rows(
            "select id, order_number, bundle, parts from fulfilment_review where state = 'passed' order by due_at, id limit %s",
            (limit,),
        )
        time.sleep(0.3)
        return rows

    monkeypatch.setattr(locks, "take_passed", unlocked)
    outcomes = run_together([lambda: wave(limit=3)] * 2)
    assert sum(o.ok for o in outcomes) == 1
    assert selectors.warehouse.review_counts()["passed"] == 3


def test_of_a_wave_and_a_cancellation_one_wins():
    (tea,) = goods(1000)
    for _ in range(3):
        number, other = reviewed((tea, 1)), reviewed((tea, 1))
        made, gone = run_together([wave, lambda n=number: order_services.cancel(n, actor=GUEST)])
        assert unexpected([made, gone]) == []
        assert made.ok
        assert (number in orders_in(made.value)) != gone.ok
        assert other in orders_in(made.value)
        assert status(number) == ("cancelled" if gone.ok else "fulfilling")
        assert invariants.check() == []


def test_a_claim_that_looks_first_and_writes_then_picks_a_cancelled_order(monkeypatch):
    """The naive twin: the order is cancelled between the look and the write, its money goes back, and it counts as being picked."""
    (tea,) = goods(1000)
    number, _ = reviewed((tea, 1)), reviewed((tea, 1))

    def looked(numbers):
        return {row["number"]: row["status"] for row in db.rows(
            "select number, status from orders_order where number = any(%s)", (list(numbers),))}  # fmt: skip

    def written(numbers):
        time.sleep(0.4)
        return db.rows(
            "update orders_order set status = 'fulfilling' where number = any(%s) returning id, number",
            (list(numbers),),
        )

    monkeypatch.setattr(order_locks, "hold_many", looked)
    monkeypatch.setattr(order_locks, "claim_many", written)

    def cancel():
        time.sleep(0.15)
        order_services.cancel(number, actor=GUEST)

    outcomes = run_together([wave, cancel])
    assert outcomes[1].ok
    assert status(number) == "fulfilling"  # though its money is on the way back and its stock is free


def test_two_packers_open_one_order_and_one_gets_it():
    (tea,) = goods(1000)
    for _ in range(2):
        number = reviewed((tea, 2))
        wave()
        outcomes = run_together([lambda n=number, p=p: services.open_box(n, actor=p) for p in (ANN, BOB)])
        assert sum(o.ok for o in outcomes) == 1
        assert unexpected(outcomes) == []


def test_a_double_scan_never_counts_more_than_is_wanted_and_a_box_leaves_once():
    (tea,) = goods(1000)
    number = reviewed((tea, 3))
    wave()
    task = services.open_box(number, actor=ANN)
    outcomes = run_together([lambda: services.scan(task, tea, actor=ANN)] * 5)
    assert (sum(o.ok for o in outcomes), unexpected(outcomes)) == (3, [])
    outcomes = run_together([lambda: close(task)] * 3)
    assert (sum(o.ok for o in outcomes), unexpected(outcomes)) == (1, [])
    assert len(selectors.parcels_of([number])[number]) == 1
    assert invariants.check() == []


def test_what_is_held_in_the_moment_of_a_wave_is_in_it_or_stays():
    (tea,) = goods(1000)
    for _ in range(2):
        number, other = reviewed((tea, 1)), reviewed((tea, 1))
        made, held = run_together(
            [wave, lambda n=number: services.hold_orders([n], reason="call first", actor=FOREMAN)]
        )
        assert (made.ok, held.ok) == (True, True)
        assert (number in orders_in(made.value)) != (held.value == [number])
        assert other in orders_in(made.value)
        services.pass_orders([number], actor=FOREMAN)
    assert invariants.check() == []


def test_the_last_small_gift_is_counted_once():
    (tea,) = goods(1000)
    services.save_insert_rule(InsertRuleDraft("试用装", most=1), actor=FOREMAN)
    boxes = []
    for packer in (ANN, BOB):
        number = reviewed((tea, 1))
        wave()
        boxes.append((services.open_box(number, actor=packer), packer))
        scan_all(*boxes[-1])
    outcomes = run_together([lambda t=task, p=packer: close(t, p) for task, packer in boxes])
    assert [o.error for o in outcomes if o.error] == []
    assert [rule.given for rule in selectors.insert_rules()] == [1]
    pack(reviewed((tea, 1)))
    assert invariants.check() == []

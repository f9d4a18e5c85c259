"""Buyers, payments and the warehouse at the same moment, on real connections (OWN-25: the ACIDRain set and more).

`TestAcidRain` is the set of attacks that twelve shops fell to in the paper of that name (doi:10.1145/3035918.3064037):
the last unit, the last coupon, a budget and a limit per person, taken in parallel. Each race runs several rounds with
other delays, and each has its careless twin that must lose (`racing.careless`).
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from tests.factories.accounts import member
from tests.factories.fulfilment import PACKER, ship
from tests.factories.inventory import KEEPER
from tests.factories.promotions import live, public_code
from tests.factories.shop import attempt, buy, goods, wants
from tests.orders.racing import (
    BUYERS,
    ROUNDS,
    books_are_right,
    bought,
    careless,
    count,
    free,
    kinds,
    loses,
    money_back,
    pay,
    scattered,
    settle,
    sku_id,
    status,
    stranger,
    submit,
    unpaid,
    wait_for_a_lock,
)
from tests.support.races import run_together
from zhanggui.inventory import services as shelf
from zhanggui.inventory.types import StockRow
from zhanggui.kernel import db, outbox
from zhanggui.kernel.actor import GUEST, SYSTEM
from zhanggui.kernel.problems import Problem
from zhanggui.orders import services as orders
from zhanggui.orders.errors import OrderWrongState, OutOfStock
from zhanggui.promotions import selectors as promotions

pytestmark = pytest.mark.django_db(transaction=True)


class TestAcidRain:
    """What is scarce, taken by sixteen buyers in sixteen batches at once."""

    @pytest.mark.parametrize("units", [1, 5])
    def test_last_unit_is_sold_once(self, units: int) -> None:
        for _ in range(ROUNDS):
            (a,) = goods(1000, stock=units)
            answers = submit(*(wants((a, 1)) for _ in range(BUYERS)))
            assert kinds(answers) == {"Purchase": units, "OutOfStock": BUYERS - units}
            assert {x.extra["available"] for x in answers if isinstance(x, OutOfStock)} == {0}
            assert free(a) == 0
        books_are_right()

    def test_careless_stock_is_oversold(self) -> None:
        def race() -> bool:
            (a,) = goods(1000, stock=1)
            sku = sku_id(a)
            once = careless(
                lambda: free(a) > 0,
                lambda: db.execute("update inventory_level set reserved = 1 where sku_id = %s", (sku,)),
            )
            return sum(bool(o.value) for o in run_together([once] * BUYERS)) > 1

        loses(race, "sold the last unit twice")

    def test_last_coupon_use_is_taken_once(self) -> None:
        (a,) = goods(10000, stock=1000)
        for turn in range(ROUNDS):
            coupon = public_code(f"LAST{turn}", {"off": 500}, max_uses=1)
            answers = submit(*(stranger((a, 1), coupons=(f"LAST{turn}",)) for _ in range(BUYERS)))
            assert kinds(answers) == {"Purchase": 1, "CouponNotApplicable": BUYERS - 1}
            assert promotions.codes(coupon)[0]["used"] == 1
        books_are_right()

    def test_careless_coupon_is_used_twice(self) -> None:
        turn = iter(range(1000))

        def race() -> bool:
            coupon = public_code(f"CARELESS{next(turn)}", {"off": 500}, max_uses=1)
            once = careless(
                lambda: promotions.codes(coupon)[0]["used"] < 1,
                lambda: db.execute("update promotions_couponcode set used = 1 where coupon_id = %s", (coupon,)),
            )
            return sum(bool(o.value) for o in run_together([once] * BUYERS)) > 1

        loses(race, "gave the last use twice")

    def test_promotion_budget_is_never_overspent(self) -> None:
        (a,) = goods(10000, stock=1000)
        for _ in range(ROUNDS):
            promotion = live(budget=3500)  # three orders of 10 off, and then no more
            answers = submit(*(stranger((a, 1)) for _ in range(BUYERS)))
            view = promotions.promotion(promotion)
            given = [x.order["discount_total"] for x in answers if bought([x]) and x.order]
            assert sum(given) == view.budget_used == 3000
            assert sorted(given) == [0] * (len(given) - 3) + [1000] * 3
            _end(promotion)
        books_are_right()

    def test_careless_budget_is_overspent(self) -> None:
        def race() -> bool:
            promotion = live(budget=1000)
            spent = careless(
                lambda: promotions.promotion(promotion).budget_used + 1000 <= 1000,
                lambda: db.execute("update promotions_promotion set budget_used = 1000 where id = %s", (promotion,)),
            )
            return sum(bool(o.value) for o in run_together([spent] * 4)) > 1

        loses(race, "spent the budget twice")

    def test_limit_per_person_holds_over_parallel_sessions(self) -> None:
        (a,) = goods(10000, stock=1000)
        for turn in range(ROUNDS):
            person = member()
            promotion = live(per_holder_limit=2, label_en=f"turn {turn}")
            answers = submit(*(wants((a, 1), member_id=person.id) for _ in range(BUYERS)))
            given = [x.order["discount_total"] for x in answers if bought([x]) and x.order]
            assert sorted(given, reverse=True)[:3] in ([1000, 1000, 0], [1000, 1000])
            assert (
                count("promotions_redemption where promotion_id = %s and holder = %s", promotion, f"m:{person.id}") == 2
            )
            _end(promotion)
        books_are_right()

    def test_careless_limit_per_person_is_passed(self) -> None:
        def race() -> bool:
            promotion = live(per_holder_limit=1)
            used = "promotions_redemption where promotion_id = %s and holder = 'm:1'"
            once = careless(
                lambda: count(used, promotion) < 1,
                lambda: db.execute(
                    "insert into promotions_redemption (promotion_id, holder, order_number, amount)"
                    " values (%s, 'm:1', gen_random_uuid()::text, 1)",
                    (promotion,),
                ),
            )
            return sum(bool(o.value) for o in run_together([once] * 8)) > 1

        loses(race, "passed the limit per person")


class TestOneOfTwo:
    """Two things that cannot both happen to an order."""

    def test_money_and_a_cancellation_at_once_leave_nobody_out_of_pocket(self) -> None:
        (a,) = goods(1000, stock=BUYERS * ROUNDS)
        for _ in range(ROUNDS * 3):
            number = unpaid((a, 2))
            paid, cancelled = scattered([lambda n=number: pay(n), lambda n=number: orders.cancel(n, actor=GUEST)])
            assert (paid.error, cancelled.error) == (None, None)
            assert paid.value in ("paid", "surplus")
            settle()
            assert status(number) == ("refunded" if paid.value == "paid" else "cancelled")
            assert money_back(number) == 2000
        assert free(a) == BUYERS * ROUNDS
        books_are_right()

    def test_a_cancellation_that_waited_for_the_payment_still_cancels(self) -> None:
        """It found the order unpaid and then locked; what it waited for made it paid, which can be cancelled as well."""
        (a,) = goods(1000)
        number = unpaid((a, 1))
        begun = threading.Event()

        def cancel() -> None:
            begun.wait(5)
            orders.cancel(number, actor=GUEST)

        def pay_slowly() -> str:
            with transaction.atomic():
                outcome = pay(number)
                begun.set()
                wait_for_a_lock()
            return outcome

        paid, cancelled = run_together([pay_slowly, cancel])
        assert (paid.error, paid.value, cancelled.error) == (None, "paid", None)
        settle()
        assert (status(number), money_back(number)) == ("refunded", 1000)

    def test_careless_payment_of_a_cancelled_order_keeps_both(self) -> None:
        (a,) = goods(1000, stock=1000)

        def race() -> bool:
            number = unpaid((a, 1))

            def write(new: str) -> Callable[[], bool]:
                return careless(
                    lambda: status(number) == "pending_payment",
                    lambda: db.execute("update orders_order set status = %s where number = %s", (new, number)),
                )

            return all(o.value for o in run_together([write("paid"), write("cancelled")]))

        loses(race, "both paid and cancelled an order")

    def test_an_order_that_expires_while_it_is_paid_is_one_or_the_other(self) -> None:
        (a,) = goods(1000, stock=1000)
        for _ in range(ROUNDS * 3):
            number = unpaid((a, 1))
            db.execute("update orders_order set expires_at = now() - interval '1 second' where number = %s", (number,))
            paid, expired = scattered([lambda n=number: pay(n), orders.expire_due])
            assert (paid.error, expired.error) == (None, None)
            assert (paid.value, expired.value, status(number)) in (("paid", 0, "paid"), ("surplus", 1, "cancelled"))
            settle()
            assert money_back(number) == (1000 if expired.value else 0)
        books_are_right()

    @pytest.mark.parametrize("other", ["claim", "ship"])
    def test_an_order_is_cancelled_or_on_its_way_never_both(self, other: str) -> None:
        (a,) = goods(1000, stock=1000)
        for _ in range(ROUNDS * 2):
            number = buy((a, 2))
            begin: Callable[[], Any] = {
                "claim": lambda n=number: orders.claim_for_fulfilment(n, actor=PACKER),
                "ship": lambda n=number: ship(n),
            }[other]
            cancelled, begun = scattered([lambda n=number: orders.cancel(n, actor=GUEST), begin])
            assert cancelled.ok != begun.ok
            assert isinstance(cancelled.error or begun.error, OrderWrongState)
            settle()
            assert status(number) == ("refunded" if cancelled.ok else {"claim": "fulfilling", "ship": "shipped"}[other])
            assert money_back(number) == (2000 if cancelled.ok else 0)
        books_are_right()

    def test_a_shelf_counted_down_and_a_sale_do_not_share_the_last_unit(self) -> None:
        for _ in range(ROUNDS):
            (a,) = goods(1000, stock=1)
            row = StockRow(sku_id(a), 1)
            buyers: list[Callable[[], Any]] = [lambda c=c: attempt(c)[0] for c in [wants((a, 1)) for _ in range(4)]]
            thieves: list[Callable[[], Any]] = [
                lambda r=row: shelf.write_off([r], actor=KEEPER, reason="broken") or "gone"
            ] * 4
            outcomes = scattered(buyers + thieves)
            taken = [o.value for o in outcomes if o.ok and (o.value == "gone" or bought([o.value]))]
            assert len(taken) == 1
            assert free(a) == 0
        books_are_right()


class TestNoDeadlock:
    """Everybody locks in the one order of docs/locking.md, whatever order he thinks in."""

    def test_opposite_lines_counters_and_cancellations_never_deadlock(self) -> None:
        codes = goods(*[5000] * 5, stock=10_000)
        for _ in range(2):
            live(use_limit=10_000, budget=100_000_000)
        public_code("MIX", {"off": 100}, max_uses=10_000)

        def session(seed: int) -> Callable[[], int]:
            rng = random.Random(seed)

            def run() -> int:
                done = 0
                mine: list[str] = []
                for _ in range(ROUNDS * 2):
                    lines = rng.sample(codes, 4)
                    mine.append(buy(*((sku, rng.randint(1, 2)) for sku in lines), coupons=("MIX",) * rng.randint(0, 1)))
                    done += 1
                    if rng.random() < 0.6:
                        orders.cancel(mine.pop(rng.randrange(len(mine))), actor=GUEST)
                return done

            return run

        outcomes = run_together([session(seed) for seed in range(8)], timeout=60)
        assert [o.error for o in outcomes if o.error] == []
        settle()
        books_are_right()

    def test_careless_lines_in_the_buyers_order_deadlock(self) -> None:
        a, b = goods(1000, 1000)

        def race() -> bool:
            def both(first: str, second: str) -> Callable[[], None]:
                def run() -> None:
                    with transaction.atomic():
                        for code in (first, second):
                            db.execute("update inventory_level set reserved = 0 where sku_id = %s", (sku_id(code),))
                            db.row("select pg_sleep(0.1)")

                return run

            return any("deadlock" in str(o.error) for o in run_together([both(a, b), both(b, a)]) if o.error)

        loses(race, "deadlocked")

    def test_everything_at_once_on_one_order(self) -> None:
        """Paid, cancelled, expired, claimed and shipped in the same moment: any winner, and right books."""
        (a,) = goods(1000, stock=10_000)
        live(use_limit=10_000, config={"steps": [{"threshold": 1000, "off": 100}]})
        for _ in range(ROUNDS * 2):
            number = unpaid((a, 2))
            db.execute("update orders_order set expires_at = now() where number = %s", (number,))
            racers: list[Callable[[], Any]] = [
                lambda n=number: pay(n),
                lambda n=number: pay(n),
                lambda n=number: orders.cancel(n, actor=GUEST),
                orders.expire_due,
                lambda n=number: orders.claim_for_fulfilment(n, actor=PACKER),
                lambda n=number: ship(n),
                outbox.drain,
            ]
            for outcome in scattered(racers):
                assert outcome.error is None or isinstance(outcome.error, Problem), outcome.error
            settle()
            captured = count("payments_intent where reference = %s and captured > 0", number)
            over = status(number) in ("cancelled", "refunded")
            assert money_back(number) == (1900 if captured and over else 0)
        books_are_right()


def _end(promotion: int) -> None:
    from zhanggui.promotions import services

    services.end(promotion, actor=SYSTEM)

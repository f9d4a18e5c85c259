"""Sixteen buyers at the same moment, on real connections; each race has a twin without the guard that oversells."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from itertools import count

import pytest
from django.db import connection, transaction

from tests.factories.accounts import member
from tests.factories.promotions import live, live_coupon, public_code
from tests.support.races import Outcome, repeat_together, run_together
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.invariants import check
from zhanggui.promotions import locks, selectors, services
from zhanggui.promotions.errors import CouponNotClaimable
from zhanggui.promotions.invariants import INVARIANTS
from zhanggui.promotions.types import CouponDraft

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS = 16
_numbers = count(1)


def buy(uses: list[dict[str, object]]) -> bool:
    """What placing an order does with the counters: admit and take in one transaction."""
    number = f"R{next(_numbers)}"
    batch = [{"draft": 0, "holder": "m:1", "amount": 100, "order_number": number, **use} for use in uses]
    with transaction.atomic():
        if locks.admit(batch):
            return False
        locks.take(batch)
    return True


def naive(read: str, write: str) -> Callable[[], bool]:
    """Read, decide, write: what shops with overselling reports did. `read` answers what is left."""

    def attempt() -> bool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(read)
            if cursor.fetchone()[0] <= 0:
                return False
            time.sleep(0.05)
            cursor.execute(write)
        return True

    return attempt


def won(outcomes: list[Outcome]) -> int:
    return sum(outcome.value is True for outcome in outcomes)


def unguarded(table: str, *constraints: str) -> None:
    """Take the CHECKs away for a naive twin (the table is truncated and rebuilt with them by `restored`)."""
    with connection.cursor() as cursor:
        for name in constraints:
            cursor.execute(f"alter table promotions_{table} drop constraint {name}")


@pytest.fixture
def restored() -> object:
    """Puts back every CHECK a twin dropped, whatever happened in between."""
    tables = ["promotion", "couponcode", "holderuse"]
    with connection.cursor() as cursor:
        cursor.execute(
            "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint"
            " where contype = 'c' and conrelid::regclass::text = any(%s)",
            [[f"promotions_{table}" for table in tables]],
        )
        before = cursor.fetchall()
    yield
    with connection.cursor() as cursor:
        cursor.execute("truncate promotions_promotion, promotions_couponcode, promotions_holderuse cascade")
        for table, name, definition in before:
            cursor.execute(f"alter table {table} drop constraint if exists {name}")
            cursor.execute(f"alter table {table} add constraint {name} {definition}")


@pytest.mark.parametrize("left", [1, 5])
def test_last_coupon_use_is_taken_once(left: int) -> None:
    coupon_id = public_code("last", max_uses=left)
    code_id = selectors.codes(coupon_id)[0]["id"]
    outcomes = repeat_together(
        BUYERS, lambda: buy([{"kind": "coupon", "id": code_id, "holder": f"m:{random.random()}"}])
    )
    assert all(outcome.ok for outcome in outcomes)
    assert won(outcomes) == left
    assert selectors.codes(coupon_id)[0]["used"] == left
    assert check(INVARIANTS) == []


def test_naive_coupon_use_oversells(restored: object) -> None:
    public_code("last", max_uses=1)
    unguarded("couponcode", "couponcode_used_within")
    sold = repeat_together(
        BUYERS,
        naive("select max_uses - used from promotions_couponcode", "update promotions_couponcode set used = used + 1"),
    )
    assert won(sold) > 1


def test_budget_is_never_overdrawn() -> None:
    promotion_id = live(budget=1050)
    outcomes = repeat_together(BUYERS, lambda: buy([{"kind": "promotion", "id": promotion_id, "amount": 100}]))
    assert all(outcome.ok for outcome in outcomes)
    assert won(outcomes) == 10
    assert selectors.promotion(promotion_id).budget_used == 1000
    assert buy([{"kind": "promotion", "id": promotion_id, "amount": 50}])
    assert not buy([{"kind": "promotion", "id": promotion_id, "amount": 1}])
    assert check(INVARIANTS) == []


def test_naive_budget_is_overdrawn(restored: object) -> None:
    promotion_id = live(budget=100)
    unguarded("promotion", "promotion_budget_within")
    spent = repeat_together(
        BUYERS,
        naive(
            f"select budget - budget_used from promotions_promotion where id = {promotion_id}",
            f"update promotions_promotion set budget_used = budget_used + 100 where id = {promotion_id}",
        ),
    )
    assert won(spent) > 1
    assert selectors.promotion(promotion_id).budget_used > 100


def test_parallel_sessions_of_one_holder_stay_within_the_limit() -> None:
    promotion_id = live(per_holder_limit=2)
    one = [lambda: buy([{"kind": "promotion", "id": promotion_id, "holder": "m:7"}])] * BUYERS
    other = [lambda: buy([{"kind": "promotion", "id": promotion_id, "holder": "p:8"}])] * 4
    outcomes = run_together([*one, *other])
    assert all(outcome.ok for outcome in outcomes)
    assert (won(outcomes[:BUYERS]), won(outcomes[BUYERS:])) == (2, 2)
    assert check(INVARIANTS) == []


def test_naive_holder_limit_is_passed() -> None:
    promotion_id = live(per_holder_limit=2)
    redeem = (
        "insert into promotions_redemption (promotion_id, holder, order_number, amount)"
        f" values ({promotion_id}, 'm:7', gen_random_uuid()::text, 1)"
    )
    taken = repeat_together(
        BUYERS,
        naive(f"select 2 - count(*) from promotions_redemption where promotion_id = {promotion_id}", redeem),
    )
    assert won(taken) > 2


def test_opposite_orders_and_cancellations_never_deadlock() -> None:
    """Every buyer names the counters in his own order, some cancel at once; the books agree afterwards."""
    promotions = [live(use_limit=60, budget=10_000, per_holder_limit=40) for _ in range(3)]
    coupon_id = public_code("mix", max_uses=40)
    code_id = selectors.codes(coupon_id)[0]["id"]
    rng = random.Random(20261111)

    def session(seed: int) -> Callable[[], int]:
        own = random.Random(seed)

        def run() -> int:
            bought = 0
            for turn in range(6):
                uses = [{"kind": "promotion", "id": i} for i in promotions] + [{"kind": "coupon", "id": code_id}]
                own.shuffle(uses)
                number = f"S{seed}-{turn}"
                bought += buy([{**use, "holder": f"m:{own.randint(1, 3)}", "order_number": number} for use in uses])
                if own.random() < 0.4:
                    locks.give_back([number, f"S{seed}-{turn - 1}"])
            return bought

        return run

    outcomes = run_together([session(rng.randrange(10**6)) for _ in range(BUYERS)])
    assert [outcome.error for outcome in outcomes if not outcome.ok] == []
    assert sum(outcome.value for outcome in outcomes) >= 40
    assert selectors.codes(coupon_id)[0]["used"] <= 40
    assert check(INVARIANTS) == []


def test_only_what_is_limited_is_locked() -> None:
    free, limited = live(), live(use_limit=5)
    open_id, code_id = (public_code("open"), public_code("shut", max_uses=5))
    codes = [selectors.codes(i)[0]["id"] for i in (open_id, code_id)]
    uses = [{"kind": "promotion", "id": i} for i in (free, limited)] + [{"kind": "coupon", "id": i} for i in codes]

    def touch(table: str, row: int) -> Callable[[], object]:
        return lambda: db.rows(f"select 1 from promotions_{table} where id = %s for update nowait", (row,))

    with transaction.atomic():
        assert buy(uses)
        rows = [("promotion", free), ("promotion", limited), ("couponcode", codes[0]), ("couponcode", codes[1])]
        assert [outcome.ok for outcome in run_together([touch(*row) for row in rows])] == [True, False, True, False]


def test_giving_back_twice_at_once_counts_once() -> None:
    promotion_id = live(use_limit=3, budget=300)
    for number in ("A", "B"):
        assert buy([{"kind": "promotion", "id": promotion_id, "order_number": number}])
    assert all(
        o.ok for o in run_together([lambda: locks.give_back(["B", "A"]), lambda: locks.give_back(["A", "B"])] * 8)
    )
    view = selectors.promotion(promotion_id)
    assert (view.used, view.budget_used) == (0, 0)
    assert check(INVARIANTS) == []


def test_last_coupon_to_claim_goes_to_one_member() -> None:
    people = [member() for _ in range(8)]
    coupon_id = live_coupon(coupon=CouponDraft(claimable=True, issue_limit=3))

    def claim(position: int) -> Callable[[], bool]:
        person = people[position % len(people)]

        def run() -> bool:
            try:
                services.claim(coupon_id, person.id or 0, actor=person)
            except CouponNotClaimable:
                return False
            return True

        return run

    outcomes = run_together([claim(n) for n in range(BUYERS)])
    assert all(outcome.ok for outcome in outcomes)
    assert won(outcomes) == 3
    held = db.rows("select member_id, count(*) as n from promotions_couponcode group by member_id")
    assert [row["n"] for row in held] == [1, 1, 1]
    assert check(INVARIANTS) == []


def test_parallel_sessions_of_one_member_claim_their_share_only() -> None:
    person, other = member(), member()
    coupon_id = live_coupon(coupon=CouponDraft(claimable=True, per_member_limit=2))
    services.generate_codes(coupon_id, 4, actor=SYSTEM)
    printed = [row["code"] for row in selectors.codes(coupon_id)]

    def take(step: Callable[[], object]) -> Callable[[], bool]:
        def run() -> bool:
            try:
                return bool(step() or True)
            except CouponNotClaimable:
                return False

        return run

    mine = person.id or 0
    claims = [take(lambda: services.claim(coupon_id, mine, actor=person)) for _ in range(8)]
    keeps = [take(lambda code=code: services.keep(code, mine, actor=person)) for code in printed]
    grants = [lambda: mine in services.grant(coupon_id, [other.id or 0, mine], actor=SYSTEM)] * 4
    outcomes = run_together([*claims, *keeps, *grants])
    assert [outcome.error for outcome in outcomes if not outcome.ok] == []
    assert won(outcomes) == 2
    held = db.rows("select member_id, held from promotions_couponholding order by member_id")
    assert {row["member_id"]: row["held"] for row in held}[mine] == 2
    assert check(INVARIANTS) == []


def test_naive_claims_pass_the_share_of_a_member() -> None:
    person = member()
    coupon_id = live_coupon(coupon=CouponDraft(claimable=True))
    count_mine = (
        f"select 1 - count(*) from promotions_couponcode where coupon_id = {coupon_id} and member_id = {person.id}"
    )
    give = (
        "insert into promotions_couponcode (coupon_id, code, origin, member_id, max_uses)"
        f" values ({coupon_id}, left(gen_random_uuid()::text, 30), 'claimed', {person.id}, 1)"
    )
    assert won(repeat_together(BUYERS, naive(count_mine, give))) > 1


def test_naive_claims_hand_out_more_than_there_are() -> None:
    coupon_id = live_coupon(coupon=CouponDraft(claimable=True, issue_limit=1))
    with connection.cursor() as cursor:
        cursor.execute("alter table promotions_coupon drop constraint coupon_issued_within")
    try:
        left = f"select issue_limit - issued from promotions_coupon where promotion_id = {coupon_id}"
        count_up = f"update promotions_coupon set issued = issued + 1 where promotion_id = {coupon_id}"
        assert won(repeat_together(BUYERS, naive(left, count_up))) > 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("truncate promotions_coupon cascade")
            cursor.execute(
                "alter table promotions_coupon add constraint coupon_issued_within"
                " check (issued >= 0 and (issue_limit is null or issued <= issue_limit))"
            )


def test_a_code_is_used_or_void_never_both() -> None:
    coupon_id = live_coupon()
    services.generate_codes(coupon_id, BUYERS, actor=SYSTEM)
    codes = [row["id"] for row in selectors.codes(coupon_id)]

    def use(code_id: int) -> Callable[[], bool]:
        return lambda: buy([{"kind": "coupon", "id": code_id, "holder": f"m:{code_id}"}])

    (batch,) = {row["batch"] for row in selectors.codes(coupon_id)}
    outcomes = run_together(
        [*(use(code_id) for code_id in codes), lambda: services.void_batch(coupon_id, batch, actor=SYSTEM)]
    )
    assert [outcome.error for outcome in outcomes if not outcome.ok] == []
    used = won(outcomes[:-1])
    assert used + outcomes[-1].value == BUYERS
    assert db.row("select count(*) as both from promotions_couponcode where used > 0 and voided_at is not null") == {
        "both": 0
    }
    assert check(INVARIANTS) == []


def test_two_editors_end_a_promotion_once() -> None:
    promotion_id = live()
    outcomes = repeat_together(8, lambda: services.end(promotion_id, actor=SYSTEM))
    assert sum(outcome.ok for outcome in outcomes) == 1
    ended = db.rows("select 1 from kernel_outboxevent where name = 'promotions.promotion_ended'")
    assert len(ended) == 1

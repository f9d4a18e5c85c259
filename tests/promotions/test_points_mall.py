"""Points for coupons: one transaction, once per key, never more coupons than there are nor more points than one has."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count

import pytest
from django.db import IntegrityError, transaction

from tests.factories import accounts as make
from tests.factories.promotions import draft, live_coupon
from tests.factories.shop import buy, goods, open_shop
from tests.support.races import run_together
from zhanggui.kernel import clock, db, invariants
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import IdempotencyConflict, NotFound, ValidationFailed, WrongState
from zhanggui.members import selectors as members
from zhanggui.members import services as member_services
from zhanggui.members.errors import NotEnough
from zhanggui.promotions import selectors, services
from zhanggui.promotions.errors import CouponNotClaimable, CouponNotExchangeable, PointsPriceChanged
from zhanggui.promotions.types import CouponDraft

pytestmark = pytest.mark.django_db
racing = pytest.mark.django_db(transaction=True)
_keys = count(1)


def member(points: int = 0) -> int:
    made = make.member().id
    assert made is not None
    if points:
        member_services.adjust(made, points, reason="opening", actor=SYSTEM)
    return made


def offer(price: int = 500, **more: object) -> int:
    return live_coupon(coupon=CouponDraft(points_price=price, **more))  # type: ignore[arg-type]


def take(coupon_id: int, member_id: int, *, points: int = 500, key: str = "") -> str:
    actor = Actor("member", member_id, "member")
    return services.exchange(coupon_id, member_id, points=points, key=key or f"k{next(_keys)}", actor=actor)


def held(member_id: int) -> int:
    return members.available([member_id]).get(member_id, 0)


def books_are_right() -> None:
    broken = [v for v in invariants.check() if v.invariant.name.startswith(("members.", "promotions."))]
    assert not broken


def test_points_become_a_coupon_of_the_wallet() -> None:
    buyer, coupon_id = member(1_200), offer()
    code = take(coupon_id, buyer)
    [mine] = selectors.wallet(buyer, clock.now())
    assert (mine.code, mine.state, held(buyer)) == (code, "usable", 700)
    line = members.postings(buyer).items[0]
    assert (line.kind, line.amount, line.reason) == ("exchange", -500, selectors.promotion(coupon_id).draft.label_zh)
    assert selectors.funnel(coupon_id).issued == 1
    books_are_right()


def test_the_same_key_is_the_same_coupon() -> None:
    buyer, coupon_id, other = member(2_000), offer(per_member_limit=5), offer()
    assert take(coupon_id, buyer, key="a") == take(coupon_id, buyer, key="a")
    assert held(buyer) == 1_500
    with pytest.raises(IdempotencyConflict):
        take(other, buyer, key="a")
    assert take(coupon_id, member(500), key="a")  # a key is its member's own
    books_are_right()


def test_too_few_points_get_nothing() -> None:
    buyer, coupon_id = member(499), offer(issue_limit=1)
    with pytest.raises(NotEnough):
        take(coupon_id, buyer)
    assert (held(buyer), selectors.wallet(buyer, clock.now()), selectors.funnel(coupon_id).issued) == (499, [], 0)
    books_are_right()


def test_what_is_refused_says_why_and_takes_nothing() -> None:
    buyer = member(10_000)
    scarce, one = offer(issue_limit=1), offer()
    take(scarce, member(500))
    take(one, buyer)
    free = live_coupon(coupon=CouponDraft(claimable=True))
    early = live_coupon(coupon=CouponDraft(points_price=500), starts_at=clock.now() + timedelta(days=1))
    paused, over = offer(), offer()
    services.pause(paused, actor=SYSTEM)
    services.end(over, actor=SYSTEM)
    wanted = {
        scarce: "all_exchanged", one: "exchanged_enough", free: "not_exchangeable", early: "exchange_not_started",
        paused: "not_exchangeable", over: "ended",
    }  # fmt: skip
    for coupon_id, reason in wanted.items():
        with pytest.raises(CouponNotExchangeable) as refused:
            take(coupon_id, buyer)
        assert refused.value.extra["reason"] == reason
    with pytest.raises(NotFound):
        take(10**12, buyer)
    with pytest.raises(CouponNotClaimable):
        services.claim(offer(), buyer, actor=Actor("member", buyer, "member"))
    assert held(buyer) == 9_500


def test_a_price_that_moved_is_shown_before_it_is_taken() -> None:
    buyer, coupon_id = member(1_000), offer()
    changed = draft("coupon", {"off": 1000}, coupon=CouponDraft(points_price=600))
    services.update_promotion(coupon_id, changed, actor=SYSTEM)
    with pytest.raises(PointsPriceChanged) as refused:
        take(coupon_id, buyer, points=500)
    assert (refused.value.extra, held(buyer)) == ({"points": 600}, 1_000)
    take(coupon_id, buyer, points=600)
    assert held(buyer) == 400


@pytest.mark.parametrize(
    ("terms", "code"), [({"points_price": 0}, "range"), ({"points_price": 5, "claimable": True}, "claimable")]
)
def test_terms_that_make_no_sense_are_told_at_their_field(terms: dict[str, object], code: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        services.create_promotion(draft("coupon", {"off": 1}, coupon=CouponDraft(**terms)), actor=SYSTEM)  # type: ignore[arg-type]
    assert ("coupon.points_price", code) in [(fault.loc, fault.code) for fault in refused.value.errors]


def test_the_database_has_the_last_word() -> None:
    coupon_id = offer()
    for change in ("claimable = true", "points_price = 0"):
        with pytest.raises(IntegrityError), transaction.atomic():
            db.execute(f"update promotions_coupon set {change} where promotion_id = %s", (coupon_id,))


def test_the_mall_lists_the_cheapest_first_and_what_is_gone_last() -> None:
    buyer = member(5_000)
    dear, cheap, gone, had = offer(900), offer(100), offer(issue_limit=1), offer()
    live_coupon(coupon=CouponDraft(claimable=True))
    take(gone, member(500))
    take(had, buyer)
    found = selectors.points_mall(clock.now(), buyer)
    assert [(one.view.id, one.state) for one in found] == [
        (cheap, "open"), (dear, "open"), (had, "had"), (gone, "gone"),
    ]  # fmt: skip


@racing
def test_the_last_coupon_goes_to_one_and_the_others_keep_their_points() -> None:
    for _ in range(2):
        coupon_id, people = offer(issue_limit=1), [member(500) for _ in range(4)]
        outcomes = run_together([partial(take, coupon_id, person) for person in people])
        assert sum(o.ok for o in outcomes) == 1
        assert {type(o.error) for o in outcomes if not o.ok} == {CouponNotExchangeable}
        assert sorted(map(held, people)) == [0, 500, 500, 500]
    books_are_right()


@racing
def test_points_are_not_spent_twice_and_a_double_click_is_one_coupon() -> None:
    buyer, both = member(500), [offer(), offer()]
    outcomes = run_together([partial(take, coupon_id, buyer) for coupon_id in both])
    assert [type(o.error) for o in outcomes if not o.ok] == [NotEnough]
    clicker, coupon_id = member(2_000), offer(per_member_limit=9)
    clicks = run_together([partial(take, coupon_id, clicker, key="click")] * 4)
    assert len({o.value for o in clicks}) == 1
    assert (held(buyer), held(clicker)) == (0, 1_500)
    books_are_right()


def naive(read: str, write: str) -> Callable[[], bool]:
    """Read, decide, write, without holding coupon or purse."""

    def attempt() -> bool:
        with transaction.atomic():
            left = db.row(read)
            if left is None or left["n"] <= 0:
                return False
            time.sleep(0.05)
            db.execute(write)
        return True

    return attempt


@racing
def test_naively_the_last_coupon_and_the_same_points_go_twice() -> None:
    coupon_id, buyer = offer(issue_limit=1), member(500)
    give = (
        "insert into promotions_couponcode (coupon_id, code, origin, max_uses)"
        f" values ({coupon_id}, left(gen_random_uuid()::text, 30), 'exchanged', 1)"
    )
    left = f"select 1 - count(*) as n from promotions_couponcode where coupon_id = {coupon_id}"
    assert [o.value for o in run_together([naive(left, give)] * 2)] == [True, True]
    pay = (
        "insert into members_posting (asset, kind, key, member_id, source, target, amount, actor_kind)"
        f" values ('points', 'exchange', gen_random_uuid()::text, {buyer}, 'member', 'redeemed', 500, 'system')"
    )
    enough = (
        "select sum(case when target = 'member' then amount else -amount end) - 499 as n from members_posting"
        f" where member_id = {buyer}"
    )
    assert [o.value for o in run_together([naive(enough, pay)] * 2)] == [True, True]


# --- made void by staff -------------------------------------------------------------------------------------------------


def code_id(code: str) -> int:
    row = db.row("select id from promotions_couponcode where code = %s", (code,))
    assert row is not None
    return int(row["id"])


def test_points_come_back_once_when_staff_make_an_unused_coupon_void() -> None:
    buyer, coupon_id = member(1_200), offer(issue_limit=1)
    first = code_id(take(coupon_id, buyer))
    services.void_code(coupon_id, first, actor=SYSTEM)
    assert held(buyer) == 1_200
    line = members.postings(buyer).items[0]
    assert (line.kind, line.amount, line.reason) == ("give_back", 500, selectors.promotion(coupon_id).draft.label_zh)
    with pytest.raises(WrongState):
        services.void_code(coupon_id, first, actor=SYSTEM)
    assert held(buyer) == 1_200
    assert take(coupon_id, buyer)  # there is one again, and he may have it again
    assert held(buyer) == 700
    books_are_right()


def test_points_of_a_coupon_an_order_stands_on_stay_spent() -> None:
    open_shop()
    buyer, coupon_id = member(500), offer()
    code = take(coupon_id, buyer)
    buy((goods(5_000)[0], 1), coupons=(code,), member_id=buyer)
    with pytest.raises(WrongState):
        services.void_code(coupon_id, code_id(code), actor=SYSTEM)
    assert held(buyer) == 0
    books_are_right()


def test_points_that_come_back_live_as_long_as_before_or_some_days_more() -> None:
    buyer, coupon_id = member(500), offer()
    made = code_id(take(coupon_id, buyer))
    db.execute("update members_lot set expires_at = kernel_now() + interval '1 hour' where member_id = %s", (buyer,))
    services.void_code(coupon_id, made, actor=SYSTEM)
    row = db.row(
        "select expires_at > kernel_now() + interval '1 day' as later from members_lot where member_id = %s and remaining > 0",
        (buyer,),
    )
    assert row is not None
    assert row["later"]
    books_are_right()


@racing
def test_making_it_void_at_the_same_moment_gives_the_points_back_once() -> None:
    buyer, coupon_id = member(500), offer()
    made = code_id(take(coupon_id, buyer))
    outcomes = run_together([lambda: services.void_code(coupon_id, made, actor=SYSTEM)] * 3)
    assert sum(outcome.ok for outcome in outcomes) == 1
    assert held(buyer) == 500
    books_are_right()

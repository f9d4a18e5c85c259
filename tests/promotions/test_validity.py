"""How long a code is good: dates of the coupon, days from when a member has it, what comes back too late, what is void."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.factories.accounts import member
from tests.factories.promotions import draft, live, live_coupon, public_code
from zhanggui.kernel import audit, db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.clock import local, now
from zhanggui.kernel.invariants import check
from zhanggui.kernel.problems import NotFound, ValidationFailed, WrongState
from zhanggui.promotions import locks, selectors, services
from zhanggui.promotions.errors import CouponNotClaimable
from zhanggui.promotions.invariants import INVARIANTS
from zhanggui.promotions.types import (
    CartLine,
    CartSnapshot,
    CouponDraft,
    Explanation,
    HeldCoupon,
    WalletCoupon,
    evaluate,
    say,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _books_are_right() -> Any:
    yield
    assert check(INVARIANTS) == []


def ask(code: str, at: datetime, holder: str = "p:x") -> HeldCoupon | Explanation:
    return selectors.coupon_rules([(code, holder)], at)[code, holder]


def held_by(person: int, at: datetime | None = None) -> list[WalletCoupon]:
    return selectors.wallet(person, at or now())


def bought(code_id: int, number: str, *, holder: str = "p:x") -> list[dict[str, Any]]:
    """An order takes the code; what kept it from it."""
    use = [{"draft": 0, "kind": "coupon", "id": code_id, "holder": holder, "amount": 500, "order_number": number}]
    refused = locks.admit(use)
    if not refused:
        locks.take(use)
    return refused


def passes(code_id: int, days: int) -> None:
    """So many days go by for this code."""
    db.execute(
        "update promotions_couponcode set valid_from = valid_from - make_interval(days => %s),"
        " valid_until = valid_until - make_interval(days => %s) where id = %s",
        (days, days, code_id),
    )


def test_days_begin_when_a_member_has_the_code() -> None:
    claims, granted, keeps = member(), member(), member()
    coupon_id = live_coupon(coupon=CouponDraft(claimable=True, valid_days=7))
    services.generate_codes(coupon_id, 1, actor=SYSTEM)
    printed = selectors.codes(coupon_id)[0]["code"]
    assert isinstance(ask(printed, now() + 300 * DAY), HeldCoupon)  # in nobody's hands its days have not begun
    services.claim(coupon_id, claims.id or 0, actor=claims)
    services.grant(coupon_id, [granted.id or 0], actor=SYSTEM)
    services.keep(printed, keeps.id or 0, actor=keeps)
    for person in (claims, granted, keeps):
        (coupon,) = held_by(person.id or 0)
        assert coupon.ends_at is not None
        assert abs(coupon.ends_at - now() - 7 * DAY) < timedelta(minutes=1)
        holder = f"m:{person.id}"
        assert isinstance(ask(coupon.code, coupon.ends_at - timedelta(seconds=1), holder), HeldCoupon)
        late = ask(coupon.code, coupon.ends_at, holder)
        assert isinstance(late, Explanation)
        assert (late.code, say(late)) == ("expired", f"这张优惠券已于 {local(coupon.ends_at):%Y-%m-%d %H:%M} 过期")
        assert held_by(person.id or 0, coupon.ends_at)[0].state == "expired"


def test_the_coupon_itself_ends_before_the_days_are_over() -> None:
    person, ends = member(), now() + 3 * DAY
    coupon_id = live_coupon(coupon=CouponDraft(valid_days=7), ends_at=ends)
    services.grant(coupon_id, [person.id or 0], actor=SYSTEM)
    (coupon,) = held_by(person.id or 0)
    assert coupon.ends_at == ends
    late = ask(coupon.code, ends, f"m:{person.id}")
    assert isinstance(late, Explanation)
    assert (late.code, late.params) == ("expired", {"until": ends})


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_days_are_bounded(days: int) -> None:
    with pytest.raises(ValidationFailed) as caught:
        services.create_promotion(draft("coupon", {"off": 1}, coupon=CouponDraft(valid_days=days)), actor=SYSTEM)
    assert [(e.loc, e.code) for e in caught.value.errors] == [("coupon.valid_days", "range")]


def test_days_are_part_of_the_terms() -> None:
    coupon_id = live_coupon(coupon=CouponDraft(valid_days=7))
    assert selectors.promotion(coupon_id).draft.coupon == CouponDraft(valid_days=7)
    services.update_promotion(coupon_id, draft("coupon", {"off": 1}, coupon=CouponDraft(valid_days=9)), actor=SYSTEM)
    assert selectors.promotion(coupon_id).draft.coupon == CouponDraft(valid_days=9)


def test_the_wallet_begins_with_what_runs_out_first() -> None:
    person = member().id or 0
    ends = {"long": None, "soon": 2, "later": 20}
    for label, days in ends.items():
        coupon_id = live_coupon(label_zh=label, coupon=CouponDraft(valid_days=days))
        services.grant(coupon_id, [person], actor=SYSTEM)
    services.grant(live_coupon(label_zh="next", starts_at=now() + DAY, ends_at=now() + 2 * DAY), [person], actor=SYSTEM)
    assert [coupon.label.zh for coupon in held_by(person)] == ["soon", "later", "long", "next"]


def test_an_order_cannot_take_a_code_whose_time_ran_out_since_the_quote() -> None:
    person = member().id or 0
    coupon_id = live_coupon(coupon=CouponDraft(valid_days=7))
    services.grant(coupon_id, [person], actor=SYSTEM)
    code = selectors.codes(coupon_id)[0]
    passes(code["id"], 8)
    assert bought(code["id"], "A1") == [{"draft": 0, "code": "out_of_time", "ref": f"coupon:{code['code']}"}]


def test_a_code_that_comes_back_in_time_keeps_its_time() -> None:
    person = member().id or 0
    coupon_id = live_coupon(coupon=CouponDraft(valid_days=7))
    services.grant(coupon_id, [person], actor=SYSTEM)
    before = held_by(person)
    assert bought(selectors.codes(coupon_id)[0]["id"], "A1") == []
    locks.give_back(["A1"], 5)
    assert held_by(person) == before


@pytest.mark.parametrize("grace", [0, 5])
def test_a_code_that_ran_out_in_the_order_is_good_for_the_days_of_grace(grace: int) -> None:
    person = member().id or 0
    coupon_id = live_coupon(coupon=CouponDraft(valid_days=7))
    services.grant(coupon_id, [person], actor=SYSTEM)
    code_id = selectors.codes(coupon_id)[0]["id"]
    assert bought(code_id, "A1") == []
    passes(code_id, 30)
    locks.give_back(["A1"], grace)
    (coupon,) = held_by(person)
    assert coupon.state == ("usable" if grace else "expired")
    if grace:
        assert coupon.ends_at is not None
        assert abs(coupon.ends_at - now() - grace * DAY) < timedelta(minutes=1)
        assert bought(code_id, "A2") == []
        locks.give_back(["A1"], 90)  # again: the order has nothing any more
        assert held_by(person)[0].ends_at == coupon.ends_at
        locks.give_back(["A2"], 90)  # it had not run out
        assert held_by(person)[0].ends_at == coupon.ends_at


def test_grace_reaches_beyond_the_end_of_the_coupon_but_not_beyond_its_ending() -> None:
    person = member().id or 0
    coupon_id = live_coupon(ends_at=now() + timedelta(minutes=5))
    services.grant(coupon_id, [person], actor=SYSTEM)
    code = selectors.codes(coupon_id)[0]
    assert bought(code["id"], "A1") == []
    db.execute(
        "update promotions_promotion set starts_at = starts_at - interval '1 day', ends_at = kernel_now() - interval '1 s'"
    )
    locks.give_back(["A1"], 5)
    selectors.forget()
    found = ask(code["code"], now(), f"m:{person}")
    assert isinstance(found, HeldCoupon)
    line = CartLine("1", 1, 1, (), None, 1, 5000, 5000)
    verdict = evaluate(selectors.live_rules(now()), CartSnapshot((line,), now()), (found,))
    assert verdict.discount_total == 1000
    services.end(coupon_id, actor=SYSTEM)
    ended = ask(code["code"], now(), f"m:{person}")
    assert isinstance(ended, Explanation)
    assert ended.code == "ended"


def test_a_shared_code_gets_no_grace_for_one_order() -> None:
    coupon_id = public_code("many", max_uses=5, ends_at=now() + timedelta(minutes=5))
    code_id = selectors.codes(coupon_id)[0]["id"]
    assert bought(code_id, "A1") == []
    db.execute(
        "update promotions_promotion set starts_at = starts_at - interval '1 day', ends_at = kernel_now() - interval '1 s'"
    )
    locks.give_back(["A1"], 5)
    assert db.row("select used, grace_until from promotions_couponcode") == {"used": 0, "grace_until": None}


def test_a_void_code_is_good_for_nothing_and_its_place_is_free() -> None:
    person = member()
    coupon_id = live_coupon(coupon=CouponDraft(claimable=True, issue_limit=1))
    services.claim(coupon_id, person.id or 0, actor=person)
    first = selectors.codes(coupon_id)[0]
    services.void_code(coupon_id, first["id"], actor=SYSTEM, reason="发错了")
    found = ask(first["code"], now(), f"m:{person.id}")
    assert isinstance(found, Explanation)
    assert (found.code, say(found)) == ("void", "这张优惠券已作废")
    assert bought(first["id"], "A1", holder=f"m:{person.id}")[0]["code"] == "void"
    with pytest.raises(CouponNotClaimable):
        services.keep(first["code"], person.id or 0, actor=person)
    services.claim(coupon_id, person.id or 0, actor=person)
    assert [coupon.state for coupon in held_by(person.id or 0)] == ["usable", "void"]
    with pytest.raises(WrongState):
        services.void_code(coupon_id, first["id"], actor=SYSTEM)
    (entry,) = audit.history(action="coupons.void")
    assert (entry["reason"], entry["after"]) == ("发错了", {"code": first["code"]})


def test_a_used_code_stays() -> None:
    coupon_id = public_code("gone", max_uses=1)
    code_id = selectors.codes(coupon_id)[0]["id"]
    assert bought(code_id, "A1") == []
    with pytest.raises(WrongState):
        services.void_code(coupon_id, code_id, actor=SYSTEM)
    for wrong in ((coupon_id, 10**9), (live(), code_id)):
        with pytest.raises(NotFound):
            services.void_code(*wrong, actor=SYSTEM)


def test_a_batch_is_void_as_far_as_it_is_unused() -> None:
    person = member()
    coupon_id = live_coupon()
    first, second = (services.generate_codes(coupon_id, 3, actor=SYSTEM, note="地铁海报") for _ in range(2))
    used, kept, free = selectors.codes(coupon_id, batch=first)
    assert bought(used["id"], "A1") == []
    services.keep(kept["code"], person.id or 0, actor=person)
    assert services.void_batch(coupon_id, first, actor=SYSTEM) == 2
    assert services.void_batch(coupon_id, first, actor=SYSTEM) == 0
    assert [row["voided_at"] is not None for row in selectors.codes(coupon_id, batch=first)] == [False, True, True]
    assert all(row["voided_at"] is None for row in selectors.codes(coupon_id, batch=second))
    assert selectors.funnel(coupon_id).issued == 4
    assert isinstance(ask(free["code"], now()), Explanation)
    with pytest.raises(NotFound):
        services.void_batch(coupon_id, "C-nothing", actor=SYSTEM)

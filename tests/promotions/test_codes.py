"""Coupon codes: made, claimed, granted, looked up."""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter
from typing import Any

import pytest

from tests.factories.accounts import member
from tests.factories.promotions import draft, live_coupon, public_code
from zhanggui.kernel import db, mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.clock import now
from zhanggui.kernel.problems import NotFound, ValidationFailed, WrongState
from zhanggui.promotions import locks, selectors, services
from zhanggui.promotions.errors import CouponNotClaimable, not_applicable
from zhanggui.promotions.types import CouponDraft, Explanation, HeldCoupon

pytestmark = pytest.mark.django_db


def ask(code: str, holder: str = "p:x") -> HeldCoupon | Explanation:
    return selectors.coupon_rules([(code, holder)], now())[code, holder]


def reason(code: str, holder: str = "p:x") -> str:
    found = ask(code, holder)
    return found.code if isinstance(found, Explanation) else "held"


def test_public_code_is_found_however_it_is_typed(django_assert_num_queries: Any) -> None:
    public_code("Summer-18")
    for typed in ("SUMMER-18", " summer-18 ", "ｓｕｍｍｅｒ-18"):
        found = ask(typed)
        assert isinstance(found, HeldCoupon)
        assert found.code == "SUMMER-18"
    asks = [("summer-18", f"p:{n}") for n in range(20)] + [("nothing", "p:1"), ("\x00'; drop", "p:1"), ("", "p:1")]
    with django_assert_num_queries(2):  # the version row, and all the codes
        found_all = selectors.coupon_rules(asks, now())
    assert [isinstance(found_all[a], HeldCoupon) for a in asks] == [True] * 20 + [False] * 3


def test_reasons_why_a_code_cannot_be_used() -> None:
    owner, other = member(), member()
    coupon_id = live_coupon(use_limit=1)
    services.grant(coupon_id, [owner.id or 0], actor=SYSTEM)
    code = selectors.wallet(owner.id or 0, now())[0].code
    assert reason(code, f"m:{owner.id}") == "held"
    assert reason(code, f"m:{other.id}") == "not_yours"
    assert reason(code) == "sign_in"
    assert reason("nope") == "unknown"
    use = {"draft": 0, "kind": "coupon", "id": selectors.codes(coupon_id)[0]["id"], "holder": f"m:{owner.id}"}
    locks.take([{**use, "amount": 500, "order_number": "A1"}])
    assert reason(code, f"m:{owner.id}") == "used"
    locks.give_back(["A1"])
    assert reason(code, f"m:{owner.id}") == "held"
    services.pause(coupon_id, actor=SYSTEM)
    assert reason(code, f"m:{owner.id}") == "paused"
    services.end(coupon_id, actor=SYSTEM)
    assert reason(code, f"m:{owner.id}") == "ended"


def test_draft_coupon_does_not_exist_for_buyers() -> None:
    coupon_id = services.create_promotion(draft("coupon", {"off": 100}, coupon=CouponDraft()), actor=SYSTEM)
    services.add_code(coupon_id, "soon", actor=SYSTEM)
    assert reason("soon") == "unknown"


def test_limits_of_the_coupon_are_told_before_checkout() -> None:
    public_code("twice", max_uses=2, per_holder_limit=1)
    code_id = ask("twice").code_id
    use = {"draft": 0, "kind": "coupon", "id": code_id, "amount": 500}
    locks.take([{**use, "holder": "p:a", "order_number": "A"}])
    assert (reason("twice", "p:a"), reason("twice", "p:b")) == ("holder_limit", "held")
    locks.take([{**use, "holder": "p:b", "order_number": "B"}])
    assert reason("twice", "p:c") == "used_up"
    public_code("purse", budget=700)
    assert ask("purse").budget_left == 700


def test_the_problem_says_why_in_words() -> None:
    found = ask("nope")
    assert isinstance(found, Explanation)
    problem = not_applicable(found)
    assert problem.detail("zh-Hans") == "优惠券“NOPE”不可用：没有这个优惠码，请检查是否输入有误"
    assert problem.body("en")["code"] == "coupon_not_applicable"
    assert problem.body("en")["reason"] == "unknown"


def test_a_changed_coupon_is_read_anew() -> None:
    coupon_id = public_code("less", {"off": 500})
    assert ask("less").rule.rule.terms.off == 500
    services.update_promotion(coupon_id, draft("coupon", {"off": 300}, coupon=CouponDraft()), actor=SYSTEM)
    assert ask("less").rule.rule.terms.off == 300


@pytest.mark.parametrize("code", ["", "ab", "x" * 33, "a b c", "a\x00bc", "💥💥💥"])
def test_unfit_codes_are_refused(code: str) -> None:
    with pytest.raises(ValidationFailed):
        services.add_code(live_coupon(), code, actor=SYSTEM)


def test_a_code_exists_once_in_the_mall() -> None:
    public_code("once")
    other = live_coupon(coupon=CouponDraft(issue_limit=1))
    with pytest.raises(ValidationFailed) as caught:
        services.add_code(other, "ONCE", actor=SYSTEM)
    assert [(e.loc, e.code) for e in caught.value.errors] == [("code", "taken")]
    assert selectors.funnel(other).issued == 0
    services.add_code(other, "新年快乐", actor=SYSTEM)
    assert reason("新年快乐") == "held"
    with pytest.raises(ValidationFailed) as caught:
        services.add_code(other, "third", actor=SYSTEM)
    assert [error.code for error in caught.value.errors] == ["above_issue_limit"]


def test_a_hundred_thousand_codes_take_seconds_and_repeat_nothing() -> None:
    coupon_id = live_coupon()
    start = perf_counter()
    batch = services.generate_codes(coupon_id, 100_000, actor=SYSTEM)
    seconds = perf_counter() - start
    row = db.row(
        "select count(*) as n, count(distinct code) as codes, min(length(code)) as short, bool_and(max_uses = 1) as once"
        " from promotions_couponcode where coupon_id = %s and batch = %s",
        (coupon_id, batch),
    )
    assert row == {"n": 100_000, "codes": 100_000, "short": 12, "once": True}
    assert selectors.funnel(coupon_id).issued == 100_000
    assert seconds < 30
    first = selectors.codes(coupon_id, batch=batch, limit=3)
    assert [code["id"] for code in selectors.codes(coupon_id, after_id=first[0]["id"], limit=2)] == [
        c["id"] for c in first[1:]
    ]


def test_clashing_codes_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from zhanggui.promotions.services import codes

    drawn = iter([["AAAAAAAAAAAA", "AAAAAAAAAAAA", "BBBBBBBBBBBB"], ["BBBBBBBBBBBB"], ["CCCCCCCCCCCC"]])
    monkeypatch.setattr(codes, "new_codes", lambda count: next(drawn))
    coupon_id = live_coupon()
    services.generate_codes(coupon_id, 3, actor=SYSTEM)
    assert {c["code"] for c in selectors.codes(coupon_id)} == {"AAAAAAAAAAAA", "BBBBBBBBBBBB", "CCCCCCCCCCCC"}


def test_a_batch_beyond_the_issue_limit_makes_no_code() -> None:
    coupon_id = live_coupon(coupon=CouponDraft(issue_limit=10))
    with pytest.raises(ValidationFailed) as caught:
        services.generate_codes(coupon_id, 11, actor=SYSTEM)
    assert [(e.loc, e.code) for e in caught.value.errors] == [("count", "above_issue_limit")]
    assert selectors.codes(coupon_id) == []
    mall_settings.put("promotions.codes_per_batch", 9, actor=SYSTEM)
    with pytest.raises(ValidationFailed) as caught:
        services.generate_codes(coupon_id, 10, actor=SYSTEM)
    assert [(e.loc, e.code) for e in caught.value.errors] == [("count", "range")]
    for count in (0, -1, 500_001):
        with pytest.raises(ValidationFailed):
            services.generate_codes(coupon_id, count, actor=SYSTEM)
    services.end(coupon_id, actor=SYSTEM)
    with pytest.raises(WrongState):
        services.generate_codes(coupon_id, 1, actor=SYSTEM)
    with pytest.raises(NotFound):
        services.generate_codes(10**9, 1, actor=SYSTEM)


def test_granting_reaches_each_member_once() -> None:
    people = [member().id or 0 for _ in range(3)]
    coupon_id = live_coupon()
    assert services.grant(coupon_id, people[:2], actor=SYSTEM) == people[:2]
    assert services.grant(coupon_id, people, actor=SYSTEM) == people[2:]
    assert [len(selectors.wallet(person, now())) for person in people] == [1, 1, 1]
    events = db.rows("select payload from kernel_outboxevent where name = 'promotions.coupon_granted' order by id")
    assert [(e["payload"]["member_id"], e["payload"]["origin"]) for e in events] == [(p, "granted") for p in people]
    with pytest.raises(ValidationFailed) as caught:
        services.grant(coupon_id, [*people, 10**9], actor=SYSTEM)
    assert [(e.loc, e.code) for e in caught.value.errors] == [("member_ids", "unknown")]
    assert selectors.funnel(coupon_id) == (selectors.CouponFunnel(3, 3, 0, 0))


def test_claiming_into_the_wallet() -> None:
    one, two = member(), member()
    coupon_id = live_coupon(coupon=CouponDraft(claimable=True, issue_limit=1))
    assert [view.id for view in selectors.claimable(now())] == [coupon_id]
    services.claim(coupon_id, one.id or 0, actor=one)
    for claimer, why in ((one, "claimed_enough"), (two, "all_claimed")):
        with pytest.raises(CouponNotClaimable) as caught:
            services.claim(coupon_id, claimer.id or 0, actor=claimer)
        assert caught.value.extra == {"reason": why}
    assert selectors.claimable(now()) == []
    assert [c.state for c in selectors.wallet(one.id or 0, now())] == ["usable"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"coupon": CouponDraft()}, "not_claimable"),
        ({"starts_at": now() + timedelta(days=1)}, "not_started"),
    ],
)
def test_what_is_not_open_is_not_claimed(change: dict[str, Any], why: str) -> None:
    someone = member()
    coupon_id = live_coupon(**{"coupon": CouponDraft(claimable=True), **change})
    with pytest.raises(CouponNotClaimable) as caught:
        services.claim(coupon_id, someone.id or 0, actor=someone)
    assert caught.value.extra == {"reason": why}
    assert selectors.wallet(someone.id or 0, now()) == []


def test_a_printed_code_kept_in_a_wallet_is_nobody_elses() -> None:
    one, two = member(), member()
    coupon_id = live_coupon()
    services.generate_codes(coupon_id, 1, actor=SYSTEM)
    code = selectors.codes(coupon_id)[0]["code"]
    services.keep(code.lower(), one.id or 0, actor=one)
    assert (reason(code, f"m:{one.id}"), reason(code, f"m:{two.id}")) == ("held", "not_yours")
    for unusable in (code, "nothing", "", "\x00"):
        with pytest.raises(CouponNotClaimable):
            services.keep(unusable, two.id or 0, actor=two)
    public_code("forall")
    with pytest.raises(CouponNotClaimable):
        services.keep("forall", one.id or 0, actor=one)


def test_wallet_states() -> None:
    someone = member()
    at = now()

    def granted(**more: Any) -> int:
        coupon_id = live_coupon(**more)
        services.grant(coupon_id, [someone.id or 0], actor=SYSTEM)
        return coupon_id

    granted(starts_at=at + timedelta(days=1))
    services.pause(granted(), actor=SYSTEM)
    granted(ends_at=at + timedelta(days=3))
    granted()
    states = [coupon.state for coupon in selectors.wallet(someone.id or 0, at)]
    assert states == ["usable", "usable", "upcoming", "paused"]
    assert [c.state for c in selectors.wallet(someone.id or 0, at + timedelta(days=3))] == [
        "usable", "usable", "expired", "paused",
    ]  # fmt: skip

"""The counters as a batch of orders takes them: first come first served, never above a limit, given back once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories.promotions import live, public_code
from zhanggui.kernel.invariants import check
from zhanggui.promotions import locks, selectors
from zhanggui.promotions.errors import CouponNotApplicable, PromotionChangedMeanwhile, PurchaseLimit, refusal
from zhanggui.promotions.invariants import INVARIANTS

pytestmark = pytest.mark.django_db


def use(
    draft: int, promotion_id: int, *, kind: str = "promotion", holder: str = "", amount: int = 100
) -> dict[str, Any]:
    return {
        "draft": draft, "kind": kind, "id": promotion_id, "holder": holder or f"p:{draft}", "amount": amount,
        "order_number": f"O{draft}",
    }  # fmt: skip


def refused(uses: list[dict[str, Any]]) -> list[tuple[int, str, str]]:
    return [(row["draft"], row["code"], row["ref"]) for row in locks.admit(uses)]


def counters(promotion_id: int) -> tuple[int, int]:
    view = selectors.promotion(promotion_id)
    return view.used, view.budget_used


@pytest.fixture(autouse=True)
def _books_are_right() -> Any:
    yield
    assert check(INVARIANTS) == []


def test_uses_go_to_the_first_of_a_batch() -> None:
    promotion_id = live(use_limit=2)
    batch = [use(n, promotion_id) for n in range(4)]
    assert refused(batch) == [(2, "used_up", f"promotion:{promotion_id}"), (3, "used_up", f"promotion:{promotion_id}")]
    locks.take(batch[:2])
    assert counters(promotion_id) == (2, 200)
    assert refused([use(9, promotion_id)]) == [(9, "used_up", f"promotion:{promotion_id}")]


def test_budget_is_spent_to_the_last_fen() -> None:
    promotion_id = live(budget=1000)
    batch = [use(0, promotion_id, amount=600), use(1, promotion_id, amount=400), use(2, promotion_id, amount=1)]
    assert refused(batch) == [(2, "budget_spent", f"promotion:{promotion_id}")]
    locks.take(batch[:2])
    assert counters(promotion_id) == (2, 1000)


def test_per_holder_limit_counts_each_holder_alone() -> None:
    promotion_id = live(per_holder_limit=1)
    batch = [use(0, promotion_id, holder="m:1"), use(1, promotion_id, holder="m:2"), use(2, promotion_id, holder="m:1")]
    assert refused(batch) == [(2, "holder_limit", f"promotion:{promotion_id}")]
    locks.take(batch[:2])
    assert refused([use(3, promotion_id, holder="m:1"), use(4, promotion_id, holder="m:3")]) == [
        (3, "holder_limit", f"promotion:{promotion_id}")
    ]


def test_coupon_code_and_its_coupon_both_count() -> None:
    coupon_id = public_code("pair", max_uses=2, use_limit=3)
    code_id = selectors.codes(coupon_id)[0]["id"]
    batch = [use(n, code_id, kind="coupon") for n in range(3)]
    assert refused(batch) == [(2, "used_up", "coupon:PAIR")]
    locks.take(batch[:2])
    assert counters(coupon_id) == (2, 200)
    assert selectors.codes(coupon_id)[0]["used"] == 2
    assert selectors.funnel(coupon_id) == selectors.CouponFunnel(1, 0, 2, 200)


def test_a_draft_is_refused_once_with_its_first_reason() -> None:
    first, second = live(use_limit=1), live(budget=50)
    assert refused([use(0, second, amount=60), use(0, first), use(1, first)]) == [
        (0, "budget_spent", f"promotion:{second}"), (1, "used_up", f"promotion:{first}"),
    ]  # fmt: skip
    assert refused([]) == []


def test_what_was_paused_or_never_was_is_refused() -> None:
    promotion_id = live(use_limit=5)
    with connection.cursor() as cursor:
        cursor.execute("update promotions_promotion set state = 'paused' where id = %s", [promotion_id])
    assert refused([use(0, promotion_id), use(1, 10**9), use(2, 10**9, kind="coupon")]) == [
        (0, "ended", f"promotion:{promotion_id}"), (1, "unknown", "promotion:1000000000"), (2, "unknown", "promotion:"),
    ]  # fmt: skip


def test_cancelled_orders_give_everything_back_once() -> None:
    """Vendure #1466, litemall #397: uses and coupons lost with the cancelled order."""
    promotion_id = live(use_limit=5, budget=1000, per_holder_limit=2)
    coupon_id = public_code("back", max_uses=1)
    code_id = selectors.codes(coupon_id)[0]["id"]
    batch = [
        use(0, promotion_id, holder="m:1"),
        use(0, code_id, kind="coupon", holder="m:1"),
        use(1, promotion_id, holder="m:1"),
    ]
    assert refused(batch) == []
    locks.take(batch)
    assert counters(promotion_id) == (2, 200)
    for _ in range(3):
        locks.give_back(["O0", "never"])
    assert counters(promotion_id) == (1, 100)
    assert selectors.codes(coupon_id)[0]["used"] == 0
    assert refused([use(7, promotion_id, holder="m:1"), use(7, code_id, kind="coupon", holder="m:1")]) == []
    assert selectors.funnel(coupon_id).used == 0
    locks.give_back(["O0", "O1"])
    assert counters(promotion_id) == (0, 0)


def test_a_promotion_without_limits_leaves_no_row() -> None:
    promotion_id = live()
    locks.admit([use(0, promotion_id)])
    locks.take([use(0, promotion_id)])
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from promotions_redemption")
        assert cursor.fetchone()[0] == 0
    coupon_id = public_code("open")
    code_id = selectors.codes(coupon_id)[0]["id"]
    locks.take([use(1, code_id, kind="coupon")])
    assert selectors.codes(coupon_id)[0]["used"] == 0
    assert selectors.funnel(coupon_id).used == 1


def test_the_database_has_the_last_word() -> None:
    promotion_id = live(use_limit=1, per_holder_limit=1)
    coupon_id = public_code("last", max_uses=1)
    code_id = selectors.codes(coupon_id)[0]["id"]
    locks.take([use(0, promotion_id, holder="m:1"), use(0, code_id, kind="coupon")])
    for overdraft in (use(1, promotion_id), use(1, code_id, kind="coupon")):
        with pytest.raises(IntegrityError), transaction.atomic():
            locks.take([overdraft])
    for table, column in (
        ("promotion", "used"), ("promotion", "budget_used"), ("couponcode", "used"), ("coupon", "issued"), ("holderuse", "used"),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"update promotions_{table} set {column} = -1")


def test_an_order_takes_a_promotion_once() -> None:
    promotion_id = live(use_limit=5)
    locks.take([use(0, promotion_id)])
    with pytest.raises(IntegrityError), transaction.atomic():
        locks.take([use(0, promotion_id)])


@pytest.mark.parametrize(
    ("code", "ref", "problem", "zh"),
    [
        ("used_up", "coupon:SUMMER", CouponNotApplicable, "优惠券“SUMMER”不可用：优惠券已被抢光"),
        ("holder_limit", "promotion:7", PurchaseLimit, "已达到限购次数：您已达到此优惠的使用次数上限"),
        ("budget_spent", "promotion:7", PromotionChangedMeanwhile, "优惠已变化：活动优惠额度已用完，请确认新的价格"),
        ("new_reason", "promotion:7", PromotionChangedMeanwhile, "优惠已变化：活动已结束，请确认新的价格"),
    ],
)
def test_refusals_are_problems_a_buyer_understands(code: str, ref: str, problem: type, zh: str) -> None:
    raised = refusal(code, ref)
    assert type(raised) is problem
    assert raised.detail("zh-Hans") == zh
    assert raised.extra["reason"] == code


def test_invariants_notice_a_bent_counter() -> None:
    promotion_id = live(use_limit=5)
    coupon_id = public_code("bent", max_uses=3)
    locks.take([use(0, promotion_id)])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update promotions_promotion set used = 3 where id = %s", [promotion_id])
        cursor.execute("update promotions_couponcode set used = 1")
        cursor.execute("update promotions_coupon set issued = 9 where promotion_id = %s", [coupon_id])
        names = [violation.invariant.name for violation in check(INVARIANTS)]
        transaction.set_rollback(True)
    assert names == [
        "promotions.used_is_redeemed", "promotions.code_used_is_redeemed", "promotions.coupon_issued_is_codes",
    ]  # fmt: skip

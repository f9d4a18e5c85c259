"""The ledger of points: earned, taken back, used the first to expire first, expired, given on birthdays; always balanced."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import accounts as make
from tests.factories.aftersales import ask, delivered, grant, money_arrives
from tests.factories.shop import goods, open_shop
from tests.support.races import repeat_together
from zhanggui.kernel import audit, clock, db, invariants, mall_settings, outbox
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed
from zhanggui.members import selectors, services
from zhanggui.members.errors import NotEnough
from zhanggui.members.ledger import month_ends
from zhanggui.members.types import Earned, TierDraft
from zhanggui.orders import services as orders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop() -> None:
    open_shop()
    services.save_tier("basic", TierDraft("会员", 0, points_bp=10_000, birthday_points=88), actor=SYSTEM)
    services.save_tier("gold", TierDraft("金卡", 1, points_bp=15_000, birthday_points=188), actor=SYSTEM)


def member(points: int = 0) -> int:
    made = make.member().id
    assert made is not None
    if points:
        services.adjust(made, points, reason="opening", actor=SYSTEM)
    return made


def held(member_id: int) -> int:
    return selectors.holding(member_id).available


def books_are_right() -> None:
    broken = [v for v in invariants.check() if v.invariant.name.startswith(("members.", "orders.points"))]
    assert not broken
    assert sum(selectors.accounts().values()) == 0


def lapse(member_id: int, days: int = 1) -> None:
    db.execute(
        "update members_lot set expires_at = kernel_now() - %s * interval '1 day' where member_id = %s",
        (days, member_id),
    )


def completed(member_id: int, *prices: int) -> str:
    number = delivered(*((code, 1) for code in goods(*prices)), member_id=member_id)
    orders.complete(number, actor=SYSTEM)
    outbox.drain()
    return number


def test_a_completed_order_earns_at_the_rate_of_the_tier() -> None:
    buyer, gold = member(), member()
    services.grant_tier(gold, "gold", until=clock.business_date(), reason="x", actor=SYSTEM)
    completed(buyer, 19_990)
    completed(gold, 19_990)
    assert (held(buyer), held(gold)) == (199, 299)
    [line] = selectors.postings(buyer).items
    assert (line.kind, line.amount) == ("earn", 199)
    books_are_right()


def test_the_same_order_earns_once() -> None:
    buyer = member()
    for _ in range(2):
        services.earn_points([Earned(buyer, "A1", 10_000)], actor=SYSTEM)
    assert held(buyer) == 100


@pytest.mark.django_db(transaction=True)
def test_told_by_many_at_once_an_order_earns_once() -> None:
    buyer = member()
    services.save_tier("basic", TierDraft("会员", 0, points_bp=10_000), actor=SYSTEM)
    repeat_together(6, lambda: services.earn_points([Earned(buyer, "A1", 10_000)], actor=SYSTEM))
    assert held(buyer) == 100
    books_are_right()


def test_refunds_take_points_back_in_proportion() -> None:
    buyer = member()
    number = completed(buyer, 10_000, 5_000)
    assert held(buyer) == 150
    grant(ask(number, (2, 1)))
    money_arrives()
    assert held(buyer) == 100
    grant(ask(number, (1, 1)))
    money_arrives()
    assert held(buyer) == 0
    assert selectors.accounts()["issued"] == 0
    books_are_right()


def test_points_spent_before_the_refund_are_owed_and_paid_by_the_next() -> None:
    buyer = member()
    services.earn_points([Earned(buyer, "A1", 10_000)], actor=SYSTEM)
    services.adjust(buyer, -70, reason="spent elsewhere", actor=SYSTEM)
    services.take_back_points([("A1", 0)], actor=SYSTEM)
    assert (held(buyer), selectors.holding(buyer).owed) == (0, 70)
    services.take_back_points([("A1", 0)], actor=SYSTEM)
    services.earn_points([Earned(buyer, "A2", 5_000)], actor=SYSTEM)
    assert (held(buyer), selectors.holding(buyer).owed) == (0, 20)
    services.earn_points([Earned(buyer, "A3", 5_000)], actor=SYSTEM)
    assert (held(buyer), selectors.holding(buyer).owed) == (30, 0)
    books_are_right()


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=6))
def test_whatever_the_steps_a_full_refund_takes_back_all(steps: list[int]) -> None:
    with transaction.atomic():
        buyer = member()
        services.earn_points([Earned(buyer, f"P{buyer}", 9_999)], actor=SYSTEM)
        for kept in sorted(steps, reverse=True):
            services.take_back_points([(f"P{buyer}", kept)], actor=SYSTEM)
            assert held(buyer) == 99 * min(kept, 9_999) // 9_999
        services.take_back_points([(f"P{buyer}", 0)], actor=SYSTEM)
        assert held(buyer) == 0
        transaction.set_rollback(True)


def test_what_expires_first_is_used_first() -> None:
    buyer = member(100)
    db.execute("update members_lot set expires_at = kernel_now() + interval '90 days' where member_id = %s", (buyer,))
    services.adjust(buyer, 100, reason="later", actor=SYSTEM)
    services.adjust(buyer, -130, reason="spent", actor=SYSTEM)
    lots = db.rows("select remaining from members_lot where member_id = %s order by id", (buyer,))
    assert [lot["remaining"] for lot in lots] == [0, 70]
    books_are_right()


def test_expired_points_are_gone_and_cannot_be_spent_before_the_job_runs() -> None:
    buyer = member(100)
    lapse(buyer)
    services.adjust(buyer, 50, reason="later", actor=SYSTEM)
    assert held(buyer) == 50
    with pytest.raises(NotEnough) as refused:
        services.adjust(buyer, -51, reason="x", actor=SYSTEM)
    assert refused.value.extra["available"] == 50
    assert services.expire_points(actor=SYSTEM) == 1
    assert services.expire_points(actor=SYSTEM) == 0
    last = selectors.postings(buyer).items[0]
    assert (last.kind, last.amount) == ("expire", -100)
    assert selectors.accounts()["expired"] == 100
    books_are_right()


def test_the_database_has_the_last_word() -> None:
    buyer = member(100)
    with pytest.raises(IntegrityError), transaction.atomic():
        db.execute("update members_purse set balance = -1 where member_id = %s", (buyer,))
    with pytest.raises(IntegrityError), transaction.atomic():
        db.execute("update members_posting set source = 'issued', target = 'expired'")
    with pytest.raises(IntegrityError), transaction.atomic():
        db.execute("update members_lot set remaining = amount + 1")


@pytest.mark.django_db(transaction=True)
def test_nobody_takes_more_than_there_is_at_the_same_moment() -> None:
    buyer = member(100)
    outcomes = repeat_together(8, lambda: services.adjust(buyer, -60, reason="x", actor=SYSTEM))
    assert sum(o.ok for o in outcomes) == 1
    assert {type(o.error) for o in outcomes if not o.ok} == {NotEnough}
    books_are_right()


def test_by_hand_only_with_permission_and_reason_and_on_the_record() -> None:
    buyer, boss = member(), make.staff()
    services.adjust(buyer, 30, reason="补偿", key="ticket-7", actor=boss)
    services.adjust(buyer, 30, reason="补偿", key="ticket-7", actor=boss)
    assert held(buyer) == 30
    [row] = audit.history(target_type="member", target_id=str(buyer), action="members.adjust_points")
    assert (row["after"], row["reason"]) == ({"amount": 30}, "补偿")
    with pytest.raises(PermissionDenied):
        services.adjust(buyer, 30, reason="x", actor=make.staff("service"))
    for amount, reason in ((0, "x"), (1, " "), (10**15, "x")):
        with pytest.raises(ValidationFailed):
            services.adjust(buyer, amount, reason=reason, actor=boss)
    with pytest.raises(NotFound):
        services.adjust(10**15, 1, reason="x", actor=boss)


def test_a_birthday_is_given_once_a_year_at_the_tiers_size() -> None:
    buyer, gold, other = member(), member(), member()
    today = clock.business_date()
    for each in (buyer, gold):
        services.update_profile(each, birthday=date(1988, today.month, today.day), actor=SYSTEM)
    services.update_profile(other, birthday=date(1990, 1, 1) if today.month != 1 else date(1990, 2, 1), actor=SYSTEM)
    services.grant_tier(gold, "gold", until=today, reason="x", actor=SYSTEM)
    assert services.gift_birthdays(actor=SYSTEM) == 2
    assert services.gift_birthdays(actor=SYSTEM) == 0
    assert (held(buyer), held(gold), held(other)) == (88, 188, 0)
    books_are_right()


def test_the_liability_is_what_members_hold_by_month() -> None:
    mall_settings.put("members.points_per_yuan", 50, actor=SYSTEM)
    a, b = member(100), member(1_000)
    services.adjust(a, -40, reason="x", actor=SYSTEM)
    [row] = selectors.liability()
    assert (row.points, row.value, row.members) == (1_060, 2_120, 2)
    last = month_ends(12) - timedelta(seconds=1)
    assert row.month == clock.local(last).date().replace(day=1)
    assert -selectors.accounts().get("adjusted", 0) == 1_060 == held(a) + held(b)


@pytest.mark.parametrize(
    ("today", "months", "end"),
    [
        (date(2026, 11, 27), 12, "2027-12-01"),
        (date(2026, 12, 1), 1, "2027-02-01"),
        (date(2026, 1, 31), 1, "2026-03-01"),
    ],
)
def test_points_live_to_the_end_of_a_month(today: date, months: int, end: str) -> None:
    assert clock.local(month_ends(months, today)).isoformat().startswith(end + "T00:00")


def test_a_balance_is_a_ledger_of_the_same_kind() -> None:
    buyer, boss = member(), make.staff()
    services.adjust(buyer, 10_000, asset="balance", reason="充值", actor=boss)
    services.adjust(buyer, -2_500, asset="balance", reason="退卡", actor=boss)
    held_now: Any = selectors.holding(buyer, "balance")
    assert (held_now.available, held_now.expiring, held(buyer)) == (7_500, (), 0)
    assert [p.kind for p in selectors.postings(buyer, "balance").items] == ["adjust", "top_up"]
    assert sum(selectors.accounts("balance").values()) == 0
    books_are_right()

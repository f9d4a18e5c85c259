"""Tiers follow what was paid and kept, open at once with a large order, and fall again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import accounts as make
from tests.factories.aftersales import ask, grant, money_arrives
from tests.factories.shop import buy, goods, open_shop
from zhanggui.kernel import audit, clock, db, outbox
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed
from zhanggui.members import selectors, services
from zhanggui.members.errors import TierInUse
from zhanggui.members.types import TierDraft
from zhanggui.orders import services as orders

pytestmark = pytest.mark.django_db
SILVER = TierDraft("银卡", 1, "Silver", growth_threshold=10_000, discount_bp=9_800)
GOLD = TierDraft("金卡", 2, "Gold", growth_threshold=50_000, entry_amount=20_000, discount_bp=9_500)


@pytest.fixture(autouse=True)
def _shop() -> None:
    open_shop()
    services.save_tier("silver", SILVER, actor=SYSTEM)
    services.save_tier("gold", GOLD, actor=SYSTEM)


def member() -> int:
    made = make.member().id
    assert made is not None
    return made


def tier_of(member_id: int) -> str:
    return selectors.buyer_facts([member_id])[member_id].tier


def spend(member_id: int, *prices: int) -> list[str]:
    numbers = [buy((goods(price)[0], 1), member_id=member_id) for price in prices]
    outbox.drain()
    return numbers


def test_spending_within_the_window_lifts_a_member() -> None:
    buyer = member()
    spend(buyer, 6_000)
    assert tier_of(buyer) == "basic"
    standing = selectors.standing(buyer)
    assert (standing.spent, standing.missing, standing.next and standing.next.code) == (6_000, 4_000, "silver")
    (number,) = spend(buyer, 4_000)
    assert tier_of(buyer) == "silver"
    [change] = selectors.tier_history(buyer).items
    assert (change.before, change.after, change.cause) == ("basic", "silver", number)
    assert db.rows("select 1 from kernel_outboxevent where name = 'members.member_tier_changed'")


def test_one_large_order_opens_a_tier_at_once() -> None:
    buyer = member()
    spend(buyer, 19_999)
    assert tier_of(buyer) == "silver"
    spend(buyer, 20_408)  # silver pays 98 % of it: 199.9984, which is 200.00
    assert tier_of(buyer) == "gold"


def test_what_is_given_back_no_longer_counts() -> None:
    buyer = member()
    (number,) = spend(buyer, 20_000)
    assert tier_of(buyer) == "gold"
    grant(ask(number, kind="cancel"))
    money_arrives()
    assert tier_of(buyer) == "basic"
    (number,) = spend(buyer, 20_000)
    orders.cancel(number, actor=SYSTEM)
    outbox.drain()
    assert tier_of(buyer) == "basic"


def test_in_the_night_old_spending_falls_out() -> None:
    buyer, other = member(), member()
    spend(buyer, 10_000)
    assert services.judge_all_tiers(actor=SYSTEM) == 0
    db.execute(
        "update orders_order set paid_at = paid_at - interval '366 days', placed_at = placed_at - interval '366 days'"
    )
    assert services.judge_all_tiers(actor=SYSTEM) == 1
    assert (tier_of(buyer), tier_of(other)) == ("basic", "basic")
    assert selectors.tier_history(buyer).items[0].cause == "night"


def test_a_grant_holds_until_its_day() -> None:
    buyer, staff = member(), make.staff()
    today = clock.business_date()
    assert services.grant_tier(buyer, "gold", until=today, reason="周年客户", actor=staff) == "gold"
    assert audit.history(target_type="member", target_id=str(buyer))[0]["reason"] == "周年客户"
    db.execute("update members_member set granted_until = granted_until - 1")
    services.judge_all_tiers(actor=SYSTEM)
    assert tier_of(buyer) == "basic"
    assert services.grant_tier(buyer, "gold", until=today, reason="again", actor=staff) == "gold"
    assert services.grant_tier(buyer, "", until=None, reason="taken back", actor=staff) == "basic"
    for wrong in ({"tier": "none"}, {"until": None}, {"until": today - timedelta(days=1)}, {"reason": " "}):
        asked: dict[str, Any] = {"tier": "gold", "until": today, "reason": "x"} | wrong
        with pytest.raises(ValidationFailed):
            services.grant_tier(buyer, asked.pop("tier"), actor=staff, **asked)
    with pytest.raises(NotFound):
        services.grant_tier(10**15, "gold", until=today, reason="x", actor=staff)


def test_facts_of_many_buyers_are_one_statement() -> None:
    a, b = member(), member()
    services.update_profile(a, birthday=date(1990, 2, 28), actor=SYSTEM)
    services.set_tags(a, ["vip"], actor=SYSTEM)
    services.set_employee(b, True, reason="入职", actor=make.staff())
    with CaptureQueriesContext(connection) as seen:
        facts = selectors.buyer_facts([a, b, 10**15])
    assert len(seen) == 1
    assert set(facts) == {a, b}
    assert (facts[a].birthday, facts[a].tags, facts[a].employee) == ((2, 28), ("vip",), False)
    assert (facts[b].birthday, facts[b].employee, facts[b].tier) == (None, True, "basic")


def test_only_who_may_edits_tiers_and_names_employees() -> None:
    clerk, buyer = make.staff("service"), member()
    with pytest.raises(PermissionDenied):
        services.save_tier("silver", SILVER, actor=clerk)
    with pytest.raises(PermissionDenied):
        services.grant_tier(buyer, "gold", until=clock.business_date(), reason="x", actor=clerk)
    with pytest.raises(PermissionDenied):
        services.set_employee(buyer, True, reason="x", actor=clerk)


@pytest.mark.parametrize(
    ("code", "draft", "loc"),
    [
        ("Silver!", TierDraft("银卡", 3), "code"),
        ("bronze", TierDraft("", 3), "name_zh"),
        ("bronze", TierDraft("铜卡", 2), "rank"),
        ("bronze", TierDraft("铜卡", 0), "rank"),
        ("bronze", TierDraft("铜卡", 3, growth_threshold=40_000), "growth_threshold"),
        ("bronze", TierDraft("铜卡", 3, entry_amount=0), "entry_amount"),
        ("bronze", TierDraft("铜卡", 3, discount_bp=10_001), "discount_bp"),
        ("bronze", TierDraft("铜卡", 3, discount_bp=98), "discount_bp"),
        ("bronze", TierDraft("铜卡", 3, points_bp=-1), "points_bp"),
        ("bronze", TierDraft("铜卡", 3, birthday_points=-1), "birthday_points"),
        ("basic", TierDraft("会员", 0, growth_threshold=1), "growth_threshold"),
    ],
)
def test_a_tier_that_makes_no_sense_is_refused_by_field(code: str, draft: TierDraft, loc: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        services.save_tier(code, draft, actor=SYSTEM)
    assert [error.loc for error in refused.value.errors] == [loc]


def test_tiers_are_changed_and_removed_on_the_record() -> None:
    buyer = member()
    spend(buyer, 10_000)
    with pytest.raises(TierInUse):
        services.remove_tier("silver", actor=SYSTEM)
    services.remove_tier("gold", actor=SYSTEM)
    assert [each.code for each in selectors.tiers()] == ["basic", "silver"]
    services.save_tier("basic", TierDraft("会员", 0, points_bp=10_000), actor=SYSTEM)
    assert selectors.tier("gone").points_bp == 10_000
    assert audit.history(target_type="tier", target_id="basic")[0]["after"]["points_bp"] == 10_000

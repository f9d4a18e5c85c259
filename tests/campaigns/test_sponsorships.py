"""Sponsorships: what may be agreed, who may, what the clock shows and finishes, what the shop marks, and what they come to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.factories import shop
from tests.factories.campaigns import campaign, resource, sku_id
from zhanggui.campaigns import selectors, services
from zhanggui.campaigns.types import SponsorshipDraft
from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import SearchFilters
from zhanggui.kernel import clock, db, fresh
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.invariants import check
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed, WrongState
from zhanggui.promotions import selectors as promotions
from zhanggui.showcase import selectors as showcase

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2026-06-10T12:00:00+08:00")


def draft(**more: Any) -> SponsorshipDraft:
    """武夷茶场 pays 3 000 yuan for three days from tomorrow."""
    start = clock.now() + timedelta(days=1)
    asked: dict[str, Any] = {
        "sponsor": "武夷茶场", "starts_at": start, "ends_at": start + timedelta(days=3), "fee": 300_000, "spot": "/#hero",
    } | more  # fmt: skip
    return SponsorshipDraft(**asked)


def faults(of: pytest.ExceptionInfo[ValidationFailed]) -> set[tuple[str, str]]:
    return {(error.loc, error.code) for error in of.value.errors}


def told() -> list[str]:
    rows = db.rows("select name from kernel_outboxevent where name like 'campaigns.sponsorship%%' order by id")
    return [row["name"].removeprefix("campaigns.sponsorship_") for row in rows]


def test_what_was_agreed_is_kept_and_can_be_changed_until_it_is_over() -> None:
    (tea,) = shop.goods(10_000)
    made = campaign(tea, resources=(resource(),))
    placed = selectors.campaign(made).resources[0].id
    terms = draft(
        sku_id=sku_id(tea),
        campaign_id=made,
        resource_id=placed,
        goods="茶样 200 份",
        goods_value=80_000,
        note="合同 26-11",
    )
    one = services.agree_sponsorship(terms, actor=SYSTEM)
    view = selectors.sponsorship(one)
    assert (view.draft, view.state, view.theme.zh, view.position) == (terms, "agreed", "双十二", "首页第一屏")
    services.change_sponsorship(one, draft(fee=500_000), actor=SYSTEM)
    assert selectors.sponsorship(one).draft.fee == 500_000
    services.cancel_sponsorship(one, actor=SYSTEM, reason="供应商缺货")
    for act in (
        lambda: services.change_sponsorship(one, draft(), actor=SYSTEM),
        lambda: services.cancel_sponsorship(one, actor=SYSTEM, reason="又一次"),
    ):
        with pytest.raises(WrongState):
            act()
    assert told() == ["agreed", "agreed", "over"]
    assert {row["action"] for row in db.rows("select action from kernel_auditrow where target_type = 'sponsorship'")} == {
        "campaigns.sponsorship_agree", "campaigns.sponsorship_change", "campaigns.sponsorship_cancel",
    }  # fmt: skip


def test_what_makes_no_sense_is_said_at_its_field() -> None:
    wrong: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"sponsor": " "}, ("sponsor", "required")),
        ({"spot": ""}, ("sku", "required")),
        ({"spot": "首页"}, ("spot", "pattern")),
        ({"fee": 0}, ("fee", "required")),
        ({"fee": -1}, ("fee", "range")),
        ({"goods_value": 100}, ("goods", "required")),
        ({"goods": "茶" * 201}, ("goods", "length")),
        ({"sku_id": 987_654}, ("sku", "unknown")),
        ({"resource_id": 1}, ("campaign", "required")),
        ({"campaign_id": 987_654}, ("campaign", "unknown")),
        ({"campaign_id": campaign(), "resource_id": 987_654}, ("resource", "unknown")),
        ({"ends_at": clock.now()}, ("ends_at", "before_start")),
        ({"ends_at": clock.now() + timedelta(days=400)}, ("ends_at", "range")),
    ]
    for more, fault in wrong:
        with pytest.raises(ValidationFailed) as refused:
            services.agree_sponsorship(draft(**more), actor=SYSTEM)
        assert fault in faults(refused), more
    with pytest.raises(ValidationFailed):
        services.cancel_sponsorship(services.agree_sponsorship(draft(), actor=SYSTEM), actor=SYSTEM, reason=" ")
    with pytest.raises(NotFound):
        selectors.sponsorship(987_654)
    for column in ("fee = 0", "spot = ''", "ends_at = starts_at", "state = 'lost'", "goods_value = 1"):
        with pytest.raises(IntegrityError), transaction.atomic():
            db.execute(f"update campaigns_sponsorship set {column}")


def test_only_who_may_agrees() -> None:
    nobody = Actor("staff", 1, "clerk", permissions=frozenset({"campaigns.view", "campaigns.manage"}))
    one = services.agree_sponsorship(draft(), actor=SYSTEM)
    for act in (
        lambda: services.agree_sponsorship(draft(), actor=nobody),
        lambda: services.change_sponsorship(one, draft(), actor=nobody),
        lambda: services.cancel_sponsorship(one, actor=nobody, reason="x"),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_sponsored_placement_stays() -> None:
    made = campaign(resources=(resource(),))
    placed = selectors.campaign(made).resources[0].id
    services.agree_sponsorship(draft(campaign_id=made, resource_id=placed), actor=SYSTEM)
    with pytest.raises(ValidationFailed) as refused:
        services.drop_resource(made, placed, actor=SYSTEM)
    assert faults(refused) == {("resource", "sponsored")}


def test_the_shop_marks_what_is_paid_for_as_long_as_it_is() -> None:
    """On the tile, on the product's page and at the block; nothing before its time, and nothing after it."""
    tea, cup = shop.goods(10_000, 5_000)
    with clock.at(NOON) as move:
        one = services.agree_sponsorship(draft(sku_id=sku_id(tea)), actor=SYSTEM)

        def marked() -> tuple[set[str], bool]:
            fresh.forget()
            fresh.refresh()
            rules = promotions.live_rules(clock.now())
            tiles = showcase.shelf(SearchFilters(), rules, "zh-Hans").tiles
            for tile in tiles:
                assert showcase.exhibit(tile.slug, rules, "zh-Hans").sponsored == tile.sponsored
            codes = catalog.sku_codes([tile.sku_ids[0] for tile in tiles if tile.sponsored] or [0])
            return set(codes.values()), "/#hero" in showcase.sponsored_spots()

        assert marked() == (set(), False)
        move(NOON + timedelta(days=1))
        assert services.advance(actor=SYSTEM) == 1
        assert marked() == ({tea}, True)
        services.change_sponsorship(
            one, draft(sku_id=sku_id(cup), spot="", starts_at=NOON, ends_at=NOON + timedelta(days=2)), actor=SYSTEM
        )
        assert marked() == ({cup}, False)
        move(NOON + timedelta(days=2))
        assert services.advance(actor=SYSTEM) == 1
        assert services.advance(actor=SYSTEM) == 0
        assert (marked(), selectors.sponsorship(one).state) == ((set(), False), "over")
    assert told() == ["agreed", "shown", "agreed", "over"]


def test_one_that_runs_is_marked_at_once_and_one_that_is_over_is_only_counted() -> None:
    now = clock.now()
    services.agree_sponsorship(draft(starts_at=now - timedelta(hours=1)), actor=SYSTEM)
    past = services.agree_sponsorship(
        draft(spot="/#old", starts_at=now - timedelta(days=9), ends_at=now - timedelta(days=8)), actor=SYSTEM
    )
    fresh.forget()
    fresh.refresh()
    assert showcase.sponsored_spots() == {"/#hero"}
    assert selectors.sponsorship(past).state == "over"


def test_what_is_marked_costs_no_statement_while_nothing_changes(django_assert_num_queries: Any) -> None:
    services.agree_sponsorship(draft(starts_at=clock.now() - timedelta(hours=1)), actor=SYSTEM)
    fresh.forget()
    fresh.refresh()
    first = selectors.sponsored()
    with django_assert_num_queries(0):
        assert selectors.sponsored() is first


def test_fees_are_summed_by_campaign_and_by_the_period_they_begin_in() -> None:
    made = campaign()
    first = draft(campaign_id=made, fee=100_000)
    services.agree_sponsorship(first, actor=SYSTEM)
    services.agree_sponsorship(draft(campaign_id=made, fee=0, goods="茶样", goods_value=5_000), actor=SYSTEM)
    services.agree_sponsorship(
        draft(sponsor="青瓷坊", fee=70_000, starts_at=clock.now() + timedelta(days=2)), actor=SYSTEM
    )
    services.cancel_sponsorship(services.agree_sponsorship(draft(), actor=SYSTEM), actor=SYSTEM, reason="不做了")
    sums = [(each.campaign_id, each.number, each.fee, each.goods_value) for each in selectors.sponsorship_sums()]
    assert sums == [(made, 2, 100_000, 5_000), (None, 1, 70_000, 0)]
    later = selectors.sponsorship_sums(start=first.starts_at + timedelta(hours=1))
    assert [(each.campaign_id, each.fee) for each in later] == [(None, 70_000)]
    assert [each.draft.sponsor for each in selectors.sponsorships(q="青瓷").items] == ["青瓷坊"]
    assert len(selectors.sponsorships(campaign_id=made).items) == 2
    assert len(selectors.sponsorships(state="cancelled").items) == 1
    page = selectors.sponsorships(limit=3)
    assert len(page.items) == 3
    assert len(selectors.sponsorships(cursor=page.next_cursor or "", limit=3).items) == 1


def test_what_doctor_holds_can_fail() -> None:
    ours = ("campaigns.sponsorships_follow_the_clock", "campaigns.sponsorships_placed")
    one, other = campaign(resources=(resource(),)), campaign(theme_zh="年终购")
    placed = selectors.campaign(one).resources[0].id
    services.agree_sponsorship(draft(campaign_id=one, resource_id=placed), actor=SYSTEM)
    assert not [each for each in check() if each.invariant.name in ours]
    db.execute("update campaigns_sponsorship set campaign_id = %s", (other,))
    with clock.at(clock.now() + timedelta(days=9)):
        assert {each.invariant.name for each in check() if each.invariant.name in ours} == set(ours)

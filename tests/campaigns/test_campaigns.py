"""Campaigns: what a plan may be, dates that stand once announced, what is in its way, reviews in time, and the clock."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.factories import groups, presales, promotions, shop
from tests.factories.campaigns import campaign, good, head, resource, sku_id
from tests.factories.pricing import PRICER
from tests.support.races import run_together
from zhanggui.campaigns import locks, rules, selectors, services
from zhanggui.campaigns.errors import CampaignsMeet
from zhanggui.campaigns.services import life
from zhanggui.campaigns.types import CampaignDraft, Offer
from zhanggui.kernel import clock, db, mall_settings, workdays
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.invariants import check
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed, WrongState
from zhanggui.pricing import services as pricing

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2026-06-10T12:00:00+08:00")  # a Wednesday


def faults(of: pytest.ExceptionInfo[ValidationFailed]) -> set[tuple[str, str]]:
    return {(error.loc, error.code) for error in of.value.errors}


def test_a_plan_is_kept_as_it_was_made() -> None:
    tea, cup = shop.goods(10_000, 5_000)
    offer = Offer("promotion", promotions.live())
    placed = resource()
    made = campaign(tea, cup, offers=(offer,), resources=(placed,), form="full_reduction", note="去年的加强版")
    found = selectors.campaign(made)
    assert [each.sku_id for each in found.goods] == [sku_id(tea), sku_id(cup)]
    assert (found.state, found.offers, found.budget, found.head.note) == ("draft", (offer,), 200_000, "去年的加强版")
    assert found.resources[0].plan == placed
    assert [row.goods for row in selectors.campaigns().items] == [2]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"theme_zh": " "}, {("theme_zh", "required")}),
        ({"ends_at": NOON - timedelta(days=1)}, {("ends_at", "before_start")}),
        ({"starts_at": NOON.replace(tzinfo=None)}, {("starts_at", "offset")}),
        ({"ends_at": NOON + timedelta(days=400)}, {("ends_at", "range")}),
        ({"form": "magic"}, {("form", "unknown")}),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_at_its_field(
    change: dict[str, Any], wrong: set[tuple[str, str]]
) -> None:
    asked = {"starts_at": NOON, "ends_at": NOON + timedelta(days=1)} | change
    with pytest.raises(ValidationFailed) as refused:
        services.create_campaign(CampaignDraft(head(**asked)), actor=SYSTEM)
    assert faults(refused) == wrong


def test_every_part_of_a_plan_names_its_fault() -> None:
    (tea,) = shop.goods(10_000)
    draft = CampaignDraft(
        head(),
        (good(tea), good(tea, 0), replace(good(tea), sku_id=99, role="hero")),
        (Offer("promotion", 99), Offer("draw", 1)),
        (resource(form="skywriting", quantity=0, budget=-1),),
    )
    with pytest.raises(ValidationFailed) as refused:
        services.create_campaign(draft, actor=SYSTEM)
    assert faults(refused) == {
        ("goods.1.price", "range"), ("goods.1.sku", "twice"), ("goods.2.role", "unknown"), ("goods.2.sku", "unknown"),
        ("offers.0.id", "unknown"), ("offers.1.kind", "unknown"), ("offers.1.id", "unknown"),
        ("resources.0.form", "unknown"), ("resources.0.quantity", "range"), ("resources.0.budget", "range"),
    }  # fmt: skip


def test_goods_offers_and_placements_are_planned_one_by_one() -> None:
    tea, cup = shop.goods(10_000, 5_000)
    made = campaign(tea)
    services.put_good(made, good(cup, 4_000, role="image"), actor=SYSTEM)
    services.put_good(made, good(tea, 8_000), actor=SYSTEM)
    services.drop_good(made, sku_id(cup), actor=SYSTEM)
    offer = Offer("group", groups.offer((tea, 7_000)))
    services.add_offer(made, offer, actor=SYSTEM)
    services.add_offer(made, offer, actor=SYSTEM)
    placed = services.put_resource(made, resource(), actor=SYSTEM)
    services.submit_resource(made, placed, actor=SYSTEM)
    found = selectors.campaign(made)
    assert [(each.price, each.role) for each in found.goods] == [(8_000, "traffic")]
    assert found.offers == (offer,)
    assert found.resources[0].review == "in_time"
    services.put_resource(made, resource(position="首页第二屏"), resource_id=placed, actor=SYSTEM)
    changed = selectors.campaign(made).resources
    assert [(each.id, each.plan.position, each.submitted_at) for each in changed] == [(placed, "首页第二屏", None)]
    services.drop_resource(made, placed, actor=SYSTEM)
    services.drop_offer(made, offer, actor=SYSTEM)
    assert (selectors.campaign(made).resources, selectors.campaign(made).offers) == ((), ())
    with pytest.raises(ValidationFailed) as refused:
        services.submit_resource(
            made, services.put_resource(made, resource(needs_review=False), actor=SYSTEM), actor=SYSTEM
        )
    assert faults(refused) == {("needs_review", "no_review")}


def test_dates_are_fixed_once_announced() -> None:
    """By a sentence that says what to do, and by the database whoever writes."""
    (tea,) = shop.goods(10_000)
    made = campaign(tea)
    planned = selectors.campaign(made).head
    later = replace(planned, ends_at=planned.ends_at + timedelta(days=1))
    services.change_campaign(made, later, actor=SYSTEM)
    services.announce(made, actor=SYSTEM)
    with pytest.raises(ValidationFailed) as refused:
        services.change_campaign(made, planned, actor=SYSTEM)
    assert faults(refused) == {("ends_at", "fixed")}
    assert "请结束它并新建活动" in str(refused.value.errors[0].message)
    with pytest.raises(IntegrityError, match="fixed"), transaction.atomic():
        db.execute("update campaigns_campaign set starts_at = starts_at + interval '1 hour'")
    services.change_campaign(made, replace(later, theme_zh="年终购"), actor=SYSTEM)
    assert selectors.campaign(made).theme.zh == "年终购"


def test_nothing_empty_or_over_is_announced() -> None:
    (tea,) = shop.goods(10_000)
    with pytest.raises(ValidationFailed) as refused:
        services.announce(campaign(), actor=SYSTEM)
    assert faults(refused) == {("sku", "required")}
    past: dict[str, Any] = {"starts_at": clock.now() - timedelta(days=3), "ends_at": clock.now() - timedelta(days=1)}
    with pytest.raises(ValidationFailed) as refused:
        services.announce(campaign(tea, **past), actor=SYSTEM)
    assert faults(refused) == {("ends_at", "already_over")}


def test_the_clock_starts_and_ends_it() -> None:
    (tea,) = shop.goods(10_000)
    with clock.at(NOON) as move:
        made = campaign(tea, starts_at=NOON + timedelta(hours=1), ends_at=NOON + timedelta(days=1))
        draft = campaign(tea, theme_zh="草稿", starts_at=NOON + timedelta(hours=1), ends_at=NOON + timedelta(days=1))
        services.announce(made, actor=SYSTEM, reason="同场")
        assert services.advance(actor=SYSTEM) == 0
        move(NOON + timedelta(hours=1))
        assert services.advance(actor=SYSTEM) == 1
        assert selectors.campaign(made).state == "running"
        move(NOON + timedelta(days=1))
        assert services.advance(actor=SYSTEM) == 1
        assert services.advance(actor=SYSTEM) == 0
        assert (selectors.campaign(made).state, selectors.campaign(draft).state) == ("ended", "draft")
        with pytest.raises(WrongState):
            services.put_good(made, good(tea), actor=SYSTEM)
        with pytest.raises(WrongState):
            services.announce(made, actor=SYSTEM)
    told = [
        row["name"] for row in db.rows("select name from kernel_outboxevent where name like 'campaigns.%%' order by id")
    ]
    assert told == ["campaigns.announced", "campaigns.started", "campaigns.ended"]


def test_what_sells_the_same_goods_in_the_same_time_is_in_the_way() -> None:
    tea, cup, pot = shop.goods(10_000, 5_000, 8_000)
    start, end = head().starts_at, head().ends_at
    own = promotions.live(
        "limited_discount", {"off_basis_points": 1000}, label_zh="自己的", scope={"skus": [sku_id(tea)]}
    )
    made = campaign(tea, cup, starts_at=start, ends_at=end, offers=(Offer("promotion", own),))
    rival = campaign(tea, pot, theme_zh="年终购", starts_at=end - timedelta(hours=1), ends_at=end + timedelta(days=2))
    campaign(tea, theme_zh="下一场", starts_at=end, ends_at=end + timedelta(days=2))
    campaign(pot, theme_zh="别的货", starts_at=start, ends_at=end)
    named = promotions.live(
        "limited_discount", {"off_basis_points": 2000}, label_zh="杯子八折", scope={"skus": [sku_id(cup)]}
    )
    everything = promotions.live(label_zh="满百减十")
    promotions.live("free_shipping", {"threshold": 1000}, label_zh="包邮")
    promotions.live("limited_discount", {"off_basis_points": 500}, label_zh="早就完了", ends_at=start)
    group = groups.offer((tea, 7_000))
    sold_ahead = presales.offer({cup: presales.article(price=4_000)}, **presales.times(start))
    presales.offer({pot: presales.article()})  # other goods
    pricing.schedule_price(
        sku_id(tea), sale_price=8_500, starts_at=start, ends_at=end, reason="预告", actor=PRICER
    )  # not the price that is planned: 9 000
    found = {(each.kind, each.id): each for each in selectors.conflicts([made])[made]}
    assert set(found) == {
        ("campaign", rival), ("promotion", named), ("promotion", everything), ("group", group), ("presale", sold_ahead),
        ("price", sku_id(tea)),
    }  # fmt: skip
    assert found["campaign", rival].sku_ids == (sku_id(tea),)
    assert not found["campaign", rival].serious
    services.announce(rival, actor=SYSTEM)
    assert next(each for each in selectors.conflicts([made])[made] if each.kind == "campaign").serious
    assert found["promotion", everything].everything
    assert not found["promotion", named].everything
    services.end(rival, actor=SYSTEM)
    assert ("campaign", rival) not in {(each.kind, each.id) for each in selectors.conflicts([made])[made]}


def test_announcing_over_another_campaign_needs_a_reason() -> None:
    (tea,) = shop.goods(10_000)
    first, second = campaign(tea, theme_zh="双十二"), campaign(tea, theme_zh="年终购")
    services.announce(second, actor=SYSTEM)  # what is only drafted is in nobody's way
    with pytest.raises(CampaignsMeet) as refused:
        services.announce(first, actor=SYSTEM)
    assert refused.value.extra["campaigns"] == [second]
    assert "年终购" in refused.value.text.render("zh-Hans", **refused.value.params)
    services.announce(first, actor=SYSTEM, reason="合办")
    told = db.rows("select reason from kernel_auditrow where action = 'campaigns.announce' order by id")
    assert [row["reason"] for row in told] == ["", "合办"]


@pytest.mark.parametrize(
    ("begins", "days", "last"),
    [
        ("2026-06-10", 1, "2026-06-09"),
        ("2026-06-10", 3, "2026-06-05"),  # the weekend does not count
        ("2026-06-10", 5, "2026-06-03"),
        ("2026-06-14", 1, "2026-06-12"),  # begins on a Sunday
        ("2026-10-09", 2, "2026-09-30"),  # the holiday does not count
        ("2026-10-12", 1, "2026-10-10"),  # a Saturday that is worked
    ],
)
def test_a_review_is_due_so_many_working_days_before(begins: str, days: int, last: str) -> None:
    at = datetime.fromisoformat(f"{begins}T10:00:00+08:00")
    assert rules.due(at, days, workdays.calendar()) == date.fromisoformat(last)


def test_a_review_that_is_late_is_told() -> None:
    (tea,) = shop.goods(10_000)
    starts = NOON + timedelta(days=14)  # Wednesday the 24th; five working days before is the 16th
    placed = resource(starts_at=starts, ends_at=starts + timedelta(days=1))
    with clock.at(NOON) as move:
        made = campaign(tea, starts_at=starts, ends_at=starts + timedelta(days=2), resources=(placed,))

        def review() -> str:
            return selectors.campaign(made).resources[0].review

        assert (review(), selectors.reviews_pressing()) == ("waiting", 0)
        move(NOON + timedelta(days=6))
        assert (review(), selectors.reviews_pressing()) == ("due", 1)
        move(NOON + timedelta(days=7))
        assert (review(), selectors.campaigns().items[0].overdue) == ("overdue", 1)
        assert any("已过提交审核" in words.zh for words in selectors.warnings(selectors.campaign(made), {}))
        mall_settings.put("campaigns.review_days", 3, actor=SYSTEM)
        assert review() == "waiting"
        mall_settings.put("campaigns.review_days", 5, actor=SYSTEM)
        services.submit_resource(made, selectors.campaign(made).resources[0].id, actor=SYSTEM)
        assert (review(), selectors.reviews_pressing()) == ("late", 0)


def test_warnings_forbid_nothing() -> None:
    (tea,) = shop.goods(10_000, stock=3)
    view = selectors.campaign(campaign(tea, theme_zh="金秋超级大促销"))
    said = "".join(words.zh for words in selectors.warnings(view, {sku_id(tea): 3}))
    for part in ("主题有 7 个字", "还没有基本款、形象款", "1 个 SKU 的计划库存多于"):
        assert part in said
    short = selectors.campaign(campaign(tea, theme_zh="双十二"))
    assert "主题" not in "".join(words.zh for words in selectors.warnings(short, {sku_id(tea): 99}))


def test_only_who_may_plans() -> None:
    nobody = Actor("staff", 1, "clerk", permissions=frozenset({"campaigns.view"}))
    made = campaign()
    for act in (
        lambda: services.create_campaign(CampaignDraft(head()), actor=nobody),
        lambda: services.announce(made, actor=nobody),
        lambda: services.end(made, actor=nobody),
        lambda: services.change_campaign(made, head(), actor=nobody),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_conflicts_cost_the_same_for_one_and_for_many(django_assert_num_queries: Any) -> None:
    codes = shop.goods(*(10_000,) * 6)
    promotions.live()
    made = [campaign(*codes[:1], theme_zh="一")]
    with django_assert_num_queries(7):
        selectors.conflicts(made)
    made += [campaign(*codes, theme_zh=f"第{n}") for n in range(4)]
    promotions.live("limited_discount", {"off_basis_points": 500}, scope={"skus": [sku_id(codes[0])]})
    with django_assert_num_queries(7):
        assert all(selectors.conflicts(made).values())


def test_what_doctor_holds_can_fail() -> None:
    (tea,) = shop.goods(10_000)
    made = campaign(tea)
    services.announce(made, actor=SYSTEM)
    ours = ("campaigns.offers_exist", "campaigns.follow_the_clock")
    assert not [each for each in check() if each.invariant.name in ours]
    db.execute("insert into campaigns_offer (campaign_id, kind, target) values (%s, 'group', 99)", (made,))
    with clock.at(head().ends_at + timedelta(days=1)):
        assert {each.invariant.name for each in check() if each.invariant.name in ours} == set(ours)


@pytest.mark.django_db(transaction=True)
def test_two_announced_at_once_see_each_other() -> None:
    (tea,) = shop.goods(10_000)
    for n in range(2):
        pair = [campaign(tea, theme_zh=f"甲{n}"), campaign(tea, theme_zh=f"乙{n}")]
        outcomes = run_together([partial(services.announce, each, actor=SYSTEM) for each in pair])
        assert [type(each.error) for each in outcomes if each.error] == [CampaignsMeet]
        for each in pair:
            services.end(each, actor=SYSTEM)


@pytest.mark.django_db(transaction=True)
def test_who_does_not_wait_does_not_see_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The naive twin: both look, then both announce."""
    (tea,) = shop.goods(10_000)
    pair = [campaign(tea, theme_zh="甲"), campaign(tea, theme_zh="乙")]
    looked = threading.Barrier(2)

    def look(campaign_ids: list[int]) -> Any:
        found = selectors.conflicts(campaign_ids)
        looked.wait(20)
        return found

    monkeypatch.setattr(life, "conflicts", look)
    monkeypatch.setattr(locks, "hold_announcing", lambda: None)
    outcomes = run_together([partial(services.announce, each, actor=SYSTEM) for each in pair])
    assert [each.error for each in outcomes] == [None, None]
    assert [each.serious for each in selectors.conflicts(pair)[pair[0]]] == [True]

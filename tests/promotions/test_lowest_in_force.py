"""Nothing goes live that brings goods below their floor in some cart; what is reached is known for the whole mall."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.pricing import PRICER, priced
from tests.factories.promotions import draft, live
from tests.support.races import Outcome, run_together
from zhanggui.kernel import db, outbox
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import ValidationFailed
from zhanggui.members import selectors as member_reads
from zhanggui.members import services as members
from zhanggui.members.types import TierDraft
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import FloorRow, PriceRow
from zhanggui.promotions import locks, lowest, services

pytestmark = pytest.mark.django_db
CLERK = Actor("staff", 4, "clerk", frozenset({"promotions.manage", "coupons.manage"}))
DARING = Actor("staff", 5, "daring clerk", frozenset({"promotions.manage", "coupons.manage", "pricing.below_floor"}))


def floor(sku: int, amount: int) -> None:
    pricing.set_floors([FloorRow(sku, amount, None)], reason="守住底价", actor=PRICER)


def made(config: dict[str, object], **more: object) -> int:
    return services.create_promotion(draft("limited_discount", config, **more), actor=SYSTEM)


def test_a_promotion_below_the_floor_is_refused_with_the_sku_the_price_and_the_cart() -> None:
    [sku] = priced(10000)
    floor(sku, 8500)
    offer = made({"off_basis_points": 2000}, label_zh="大促")
    with pytest.raises(ValidationFailed) as refusal:
        services.publish(offer, actor=CLERK)
    [error] = refusal.value.errors
    assert error.code == "below_floor"
    said = str(error.message.zh)
    for part in ("最低到手价 80.00，低于底价 85.00", "× 1", "大促"):
        assert part in said
    services.publish(made({"off_basis_points": 1500}), actor=CLERK)


def test_two_promotions_that_are_right_alone_are_refused_together() -> None:
    [sku] = priced(10000)
    floor(sku, 8500)
    live("limited_discount", {"off_basis_points": 1000})
    second = services.create_promotion(
        draft("full_reduction", {"steps": [{"threshold": 9000, "off": 900}]}), actor=SYSTEM
    )
    with pytest.raises(ValidationFailed):
        services.publish(second, actor=CLERK)


def test_who_may_go_below_says_why_and_that_is_written_down() -> None:
    [sku] = priced(10000)
    floor(sku, 8500)
    offer = made({"off_basis_points": 2000})
    with pytest.raises(ValidationFailed) as refusal:
        services.publish(offer, actor=DARING)
    assert "reason" in [error.loc for error in refusal.value.errors]
    services.publish(offer, actor=DARING, reason="清仓，老板同意")
    [row] = db.rows("select reason, after from kernel_auditrow where action = 'promotions.below_floor'")
    assert (row["reason"], row["after"]["price"], row["after"]["floor"]) == ("清仓，老板同意", 8000, 8500)


def test_what_was_below_before_and_does_not_fall_further_is_no_obstacle() -> None:
    [cheap] = priced(5000)
    live("limited_discount", {"price": 4000})
    floor(cheap, 4500)
    services.publish(made({"price": 4200}), actor=CLERK)


def test_a_live_promotion_is_not_made_deeper_than_the_floor() -> None:
    [sku] = priced(10000)
    floor(sku, 8500)
    offer = live("limited_discount", {"off_basis_points": 1000})
    with pytest.raises(ValidationFailed):
        services.update_promotion(offer, draft("limited_discount", {"off_basis_points": 2000}), actor=CLERK)


def test_a_price_that_offers_would_bring_below_the_floor_is_refused() -> None:
    [sku] = priced(10000)
    live("limited_discount", {"off_basis_points": 1000})
    floor(sku, 8500)
    with pytest.raises(ValidationFailed) as refusal:
        pricing.set_prices([PriceRow(sku, 10000, 9000)], reason="降价", actor=PRICER)
    assert [(e.loc, e.code) for e in refusal.value.errors] == [("rows.0.sale_price", "below_floor")]
    pricing.set_prices([PriceRow(sku, 10000, 9500)], reason="降价", actor=PRICER)


def test_the_table_follows_what_changes() -> None:
    tea, cup = priced(10000, 5000)
    services.refresh(actor=SYSTEM)
    assert {v.sku_id: v.price for v in lowest.lowest_page().items} == {tea: 10000, cup: 5000}
    offer = live("limited_discount", {"off_basis_points": 2000}, scope={"skus": [tea]})
    outbox.drain()
    assert services.refresh(actor=SYSTEM) == 1
    assert {v.sku_id: v.price for v in lowest.lowest_page().items} == {tea: 8000, cup: 5000}
    assert [v.sku_id for v in lowest.lowest_page(rule=offer).items] == [tea]
    services.end(offer, actor=SYSTEM)
    outbox.drain()
    assert services.refresh(actor=SYSTEM) == 1
    pricing.set_price(cup, list_price=6000, reason="涨价", actor=PRICER)
    assert lowest.lowest_counts(1000)["stale"] == 1
    services.refresh(actor=SYSTEM)
    assert {v.sku_id: v.price for v in lowest.lowest_page().items} == {tea: 10000, cup: 6000}


def test_the_number_of_statements_does_not_grow_with_the_mall() -> None:
    live("limited_discount", {"off_basis_points": 1000})

    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            services.refresh(actor=SYSTEM, everything=True)
        return len(seen)

    priced(1000)
    few = statements()
    priced(*range(1000, 1020))
    assert statements() == few


def right_alone() -> tuple[int, int, int]:
    """A SKU with a floor, and two promotions that reach it only together."""
    [sku] = priced(10000)
    floor(sku, 8500)
    steps = {"steps": [{"threshold": 9000, "off": 900}]}
    return (
        sku,
        made({"off_basis_points": 1000}),
        services.create_promotion(draft("full_reduction", steps), actor=SYSTEM),
    )


def published(*promotion_ids: int) -> list[Outcome]:
    return run_together([partial(services.publish, each, actor=CLERK) for each in promotion_ids])


@pytest.mark.django_db(transaction=True)
def test_two_promotions_published_at_once_do_not_both_go_live() -> None:
    _, first, second = right_alone()
    assert [type(o.error) for o in published(first, second) if not o.ok] == [ValidationFailed]


@pytest.mark.django_db(transaction=True)
def test_naively_two_promotions_published_at_once_go_below_the_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where neither waits for the other each is looked at alone."""
    sku, first, second = right_alone()
    rules_in_force, both_have_looked = lowest.rules_in_force, threading.Barrier(2)

    def look(*args: Any, **kwargs: Any) -> Any:
        found = rules_in_force(*args, **kwargs)
        both_have_looked.wait(5)
        return found

    monkeypatch.setattr(locks, "hold_lowest", lambda: None)
    monkeypatch.setattr(lowest, "rules_in_force", look)
    assert [o.error for o in published(first, second)] == [None, None]
    monkeypatch.undo()
    services.refresh(actor=SYSTEM, everything=True)
    (row,) = lowest.lowest_page(part="below").items
    assert (row.sku_id, row.price < 8500) == (sku, True)


@pytest.mark.django_db(transaction=True)
def test_a_promotion_and_a_price_at_once_do_not_both_go_below_the_floor() -> None:
    for _ in range(2):
        [sku] = priced(10000)
        floor(sku, 8500)
        offer = made({"off_basis_points": 1000}, scope={"skus": [sku]})
        outcomes = run_together(
            [
                partial(services.publish, offer, actor=CLERK),
                lambda sku=sku: pricing.set_prices([PriceRow(sku, 9000)], actor=PRICER, reason="活动价"),
            ]
        )
        services.refresh(actor=SYSTEM, everything=True)
        assert [type(o.error) for o in outcomes if not o.ok] == [ValidationFailed]
        assert lowest.lowest_page(part="below").items == []


@pytest.mark.django_db(transaction=True)
def test_the_first_promotion_waits_for_prices_that_are_being_set() -> None:
    """Nothing runs yet, so the price is not judged; the promotion is, by the price that comes."""
    [sku] = priced(10000)
    floor(sku, 8500)
    offer = made({"off_basis_points": 1000})

    def impatient() -> None:
        with transaction.atomic():
            db.execute("set local lock_timeout = '100ms'")
            services.publish(offer, actor=CLERK)

    with transaction.atomic():
        pricing.set_prices([PriceRow(sku, 9000)], actor=PRICER, reason="活动价")
        (outcome,) = run_together([impatient])
        assert isinstance(outcome.error, OperationalError)
    (outcome,) = published(offer)
    assert isinstance(outcome.error, ValidationFailed)


def test_what_a_tier_pays_of_all_prices_does_not_go_below_floors() -> None:
    """A floor of 97.50: gold may pay 98 of 100, not 97; whoever may go below says why."""
    (sku,) = priced(10000)
    floor(sku, 9750)
    editor = Actor("staff", 6, "editor", frozenset({"loyalty.tiers"}))
    daring = Actor("staff", 7, "daring editor", frozenset({"loyalty.tiers", "pricing.below_floor"}))
    members.save_tier("gold", TierDraft("金卡", 1, discount_bp=9_800), actor=editor)
    services.refresh(actor=SYSTEM)
    [view] = lowest.lowest_page().items
    assert (view.price, view.exact, view.cart["buyer"]["tier"]) == (9800, True, "gold")
    with pytest.raises(ValidationFailed) as refusal:
        members.save_tier("gold", TierDraft("金卡", 1, discount_bp=9_700), actor=editor)
    [error] = refusal.value.errors
    assert (error.loc, error.code) == ("discount_bp", "below_floor")
    assert "最低到手价 97.00，低于底价 97.50" in str(error.message.zh)
    assert [tier.discount_bp for tier in member_reads.tiers()] == [10_000, 9_800]
    with pytest.raises(ValidationFailed) as refusal:
        members.save_tier("gold", TierDraft("金卡", 1, discount_bp=9_700), actor=daring)
    assert "reason" in [each.loc for each in refusal.value.errors]
    members.save_tier("gold", TierDraft("金卡", 1, discount_bp=9_700), reason="店庆", actor=daring)
    members.save_tier("gold", TierDraft("金卡", 1, discount_bp=9_720), actor=editor)  # higher than before
    assert lowest.lowest_counts(1000)["stale"] == 1


def test_a_price_is_held_against_what_tiers_make_of_it_also_where_no_promotion_runs() -> None:
    (sku,) = priced(10000)
    floor(sku, 8800)
    members.save_tier("gold", TierDraft("金卡", 1, discount_bp=9_500), actor=SYSTEM)
    services.refresh(actor=SYSTEM)
    with pytest.raises(ValidationFailed) as refusal:
        pricing.set_prices([PriceRow(sku, 10000, 9_200)], reason="降价", actor=PRICER)
    assert [(e.loc, e.code) for e in refusal.value.errors] == [("rows.0.sale_price", "below_floor")]
    pricing.set_prices([PriceRow(sku, 10000, 9_264)], reason="降价", actor=PRICER)  # gold pays 88.008, which is 88.01


def test_a_promotion_is_held_against_the_members_price() -> None:
    (sku,) = priced(10000)
    floor(sku, 8800)
    members.save_tier("gold", TierDraft("金卡", 1, discount_bp=9_800), actor=SYSTEM)
    with pytest.raises(ValidationFailed):
        services.publish(made({"off_basis_points": 1100}), actor=CLERK)
    services.publish(made({"off_basis_points": 1000}), actor=CLERK)

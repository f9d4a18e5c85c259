"""Nothing goes live that brings goods below their floor in some cart; what is reached is known for the whole mall."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from tests.factories.pricing import PRICER, priced
from tests.factories.promotions import draft, live
from zhanggui.kernel import db, outbox
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import ValidationFailed
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import FloorRow, PriceRow
from zhanggui.promotions import lowest, services

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


@pytest.mark.django_db(transaction=True)
def test_two_promotions_published_at_once_do_not_both_go_live() -> None:
    [sku] = priced(10000)
    floor(sku, 8500)
    first = made({"off_basis_points": 1000})
    second = services.create_promotion(
        draft("full_reduction", {"steps": [{"threshold": 9000, "off": 900}]}), actor=SYSTEM
    )
    start, refused = threading.Barrier(2), []

    def publish(promotion_id: int) -> None:
        try:
            start.wait()
            services.publish(promotion_id, actor=CLERK)
        except ValidationFailed:
            refused.append(promotion_id)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=publish, args=(each,)) for each in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1

"""Words and deeds: every kind of difference is seeded and found where it stands, and a mall that keeps its word has none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import content, promotions, shop
from tests.factories.pricing import PRICER
from zhanggui.api.store import listing
from zhanggui.api.store import product as detail
from zhanggui.catalog import services as catalog
from zhanggui.checkout import quote
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.clock import now
from zhanggui.pledges import selectors, services, truth
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow
from zhanggui.promotions.types import CouponDraft
from zhanggui.showcase import offers
from zhanggui.storefront.browse import said, schema
from zhanggui.storefront.browse.cards import Prices

pytestmark = pytest.mark.django_db


def set_price(sku_id: int, sale: int, listed: int | None = None) -> None:
    row = PriceRow(sku_id, list_price=listed or sale, sale_price=sale)
    pricing.set_prices([row], reason="test", actor=PRICER)


def test_a_mall_that_keeps_its_word_has_no_difference(mall, product):
    """Prices, a struck one, a window, sold out goods, promotions and pages: all of it true."""
    _, sku_id, _, slug = product
    set_price(sku_id, 8000, 10000)
    shop.goods(5000, stock=0)
    pricing.schedule_price(
        sku_id,
        sale_price=7000,
        starts_at=now() - timedelta(hours=1),
        ends_at=now() + timedelta(days=1),
        reason="test",
        actor=PRICER,
    )
    promotions.live()
    promotions.live("limited_discount", {"off_basis_points": 1000})
    promotions.live("multi_discount", {"steps": [{"pieces": 3, "off_basis_points": 1000}]})
    promotions.live("full_reduction", {"steps": [{"threshold": 10_000_000, "off": 1000}]})
    coupon = promotions.live_coupon(coupon=CouponDraft(claimable=True))
    banner = {"image": content.PICTURE, "title": content.words("茶"), "link": f"/p/{slug}", "price": "70"}
    content.make_page(
        content.banners(1, items=[banner]),
        {"type": "shelf", "rule": "picked", "product_ids": [product[0]]},
        {"type": "coupons", "promotion_ids": [coupon]},
        kind="activity", published=True,
    )  # fmt: skip
    check = mall.check()
    assert (check.found, [(d.place, d.what, d.says, d.holds, d.said, d.true) for d in mall.open()]) == (0, [])
    assert check.done == check.total == 2


def test_a_copy_in_the_lists_that_lags_behind(mall, product):
    db.execute("update catalog_listing set price = 9900, list_price = 12000 where product_id = %s", (product[0],))
    mall.check()
    assert mall.told() == {("list_copy", "price"), ("list_copy", "list_price")}
    price = next(each for each in mall.open() if each.what == "price")
    assert (price.said, price.true, price.path) == (9900, 10000, f"/p/{product[3]}")


def test_a_window_that_opened_a_moment_ago_is_no_lie(mall, product):
    """Copies for lists follow within a minute."""
    soon, end = now() + timedelta(seconds=0.2), now() + timedelta(days=1)
    pricing.schedule_price(product[1], sale_price=7000, starts_at=soon, ends_at=end, reason="test", actor=PRICER)
    db.row("select pg_sleep(0.3)")
    db.execute("update catalog_listing set price = 10000 where product_id = %s", (product[0],))
    mall.check()
    assert mall.told() == set()


def test_tiles_and_pages_that_show_another_price(mall, product, monkeypatch):
    ordinary = Prices.offer
    monkeypatch.setattr(Prices, "offer", lambda self, ids: ordinary(self, ids)._replace(price=9500))
    mall.check()
    assert mall.told() == {("tile", "price"), ("page", "price"), ("json_ld", "price")}


def test_structured_data_that_says_something_else(mall, product, monkeypatch):
    ordinary = schema.offer
    monkeypatch.setattr(schema, "offer", lambda *args: {**ordinary(*args), "price": "1.00"})
    mall.check()
    assert mall.told() == {("json_ld", "price")}


def test_the_api_list_and_detail(mall, product, monkeypatch):
    for module in (listing, detail):
        monkeypatch.setattr(module, "cheapest", lambda sku_ids, prices: (4200, 4200))
    mall.check()
    assert mall.told() == {
        ("api_list", "price"), ("api_list", "list_price"), ("api_detail", "price"), ("api_detail", "list_price"),
    }  # fmt: skip


def test_checkout_that_charges_more_than_everything_shows(mall, product, monkeypatch):
    """The other side may be the one that is wrong."""
    ordinary = quote._his_price
    monkeypatch.setattr(
        quote, "_his_price", lambda *args: (ordinary(*args)[0]._replace(price=11000), ordinary(*args)[1])
    )
    mall.check()
    assert ("page", "price") in mall.told()
    assert {each.true for each in mall.open()} == {11000}


def test_a_struck_price_that_was_never_asked(mall, product, monkeypatch):
    set_price(product[1], 8000, 50000)
    monkeypatch.setattr(offers.pricing, "struck_prices", lambda sku_ids, at: dict.fromkeys(sku_ids, 50000))
    mall.check()
    assert mall.told() == {("tile", "struck"), ("page", "struck")}
    assert {(each.said, each.true) for each in mall.open()} == {(50000, 10000)}


def test_goods_shown_as_sold_that_checkout_refuses(mall, product, monkeypatch):
    monkeypatch.setattr(quote, "_plan", lambda levels, quantity: ())
    mall.check()
    assert mall.told() == {("page", "stock"), ("json_ld", "stock"), ("api_list", "stock"), ("api_detail", "stock")}


def test_a_badge_whose_uses_are_gone_is_one_difference(mall, product):
    shop.goods(20000, 30000)
    promotion = promotions.live("limited_discount", {"off_basis_points": 1000}, budget=1)
    db.execute("update promotions_promotion set budget_used = budget where id = %s", (promotion,))
    mall.check()
    assert [(each.place, each.promotion_id) for each in mall.open()] == [("badge", promotion)]


def test_a_badge_with_a_price_above_the_price(mall, product):
    promotion = promotions.live("limited_discount", {"price": 12000}, scope={"products": [product[0]]})
    mall.check()
    (found,) = mall.open()
    assert (found.place, found.promotion_id, found.says.zh) == ("badge", promotion, "限时价 120 元")


def test_a_threshold_that_gives_less_than_its_badge(mall, product, monkeypatch):
    """满 300 减 50 is tried with as many pieces as it asks for."""
    promotions.live("full_reduction", {"steps": [{"threshold": 30000, "off": 5000}]})
    ordinary = quote.evaluate
    seen = []

    def stingy(rules, cart, *more):
        verdict = ordinary(rules, cart, *more)
        seen.append(cart.lines[0].quantity if cart.lines else 0)
        told = tuple(e._replace(amount=min(e.amount, 10)) for e in verdict.explanation)
        return verdict._replace(explanation=told)

    monkeypatch.setattr(quote, "evaluate", stingy)
    mall.check()
    assert max(seen) == 3
    assert [(each.place, each.holds.zh) for each in mall.open()] == [("badge", "达到门槛只减 0.10")]


def test_blocks_that_name_what_is_gone(mall, product):
    page = content.make_page(
        content.banners(1, items=[{"image": content.PICTURE, "title": content.words("茶"), "link": "/p/nothing"}]),
        {"type": "shelf", "rule": "picked", "product_ids": [product[0]]},
        {"type": "notice", "text": content.words("去看看"), "link": f"/p/{product[3]}"},
        kind="activity", published=True,
    )  # fmt: skip
    catalog.delist_product(product[0], reason="test", actor=SYSTEM)
    mall.check()
    assert {(each.what, each.page_id) for each in mall.open()} == {("goods", page.id), ("link", page.id)}
    assert len(mall.open()) == 3


def test_a_coupon_of_a_block_that_has_ended(mall):
    coupon = promotions.live_coupon()
    page = content.make_page({"type": "coupons", "promotion_ids": [coupon]}, kind="activity", published=True)
    mall.check()
    assert [(e.what, e.page_id, e.promotion_id) for e in mall.open()] == [("coupon", page.id, coupon)]


def test_a_price_in_a_banner(mall, product):
    banner = {"image": content.PICTURE, "title": content.words("茶"), "link": f"/p/{product[3]}", "price": "99.00"}
    content.make_page(content.banners(1, items=[banner]), kind="activity", published=True)
    mall.check()
    assert [(e.place, e.what, e.said, e.true) for e in mall.open()] == [("block", "price", 9900, 10000)]
    set_price(product[1], 9900)
    assert mall.check().gone == 1


def test_delivery_that_costs_what_is_not_said(mall, product, monkeypatch):
    pricing.save_freight_rule(method="express", fee=1000, free_over=9900, actor=PRICER)
    mall.check()
    assert mall.told() == set()
    monkeypatch.setattr(said, "freight_fee", lambda: 800)
    monkeypatch.setattr(said, "freight_free_over", lambda: 5000)
    mall.check()
    assert {(e.what, e.said, e.true) for e in mall.open()} == {("freight", 800, 1000), ("freight", 0, 1000)}


def test_a_difference_has_a_life(mall, product):
    """Seen first and last, gone when it is mended, and told as new when it comes back."""
    db.execute("update catalog_listing set price = 9900 where product_id = %s", (product[0],))
    first = mall.check()
    assert (first.found, first.new, first.gone) == (1, 1, 0)
    (seen,) = mall.open()
    second = mall.check()
    assert (second.found, second.new) == (1, 0)
    again = mall.open()[0]
    assert (again.id, again.first_seen) == (seen.id, seen.first_seen)
    assert again.last_seen >= seen.last_seen
    db.execute("update catalog_listing set price = 10000 where product_id = %s", (product[0],))
    assert mall.check().gone == 1
    assert mall.open() == []
    gone = selectors.differences(state="gone").items[0]
    assert gone.gone_at is not None
    db.execute("update catalog_listing set price = 9900 where product_id = %s", (product[0],))
    assert mall.check().new == 1
    assert mall.open()[0].id == seen.id
    last = db.rows("select payload from kernel_outboxevent where name = 'pledges.check_finished' order by id")[-1]
    assert last["payload"]["new"] == 1


def test_a_failed_check_takes_nothing_for_gone(mall, product, monkeypatch):
    db.execute("update catalog_listing set price = 9900 where product_id = %s", (product[0],))
    mall.check()

    def broken(*args):
        raise RuntimeError("no quotes today")

    monkeypatch.setattr(truth.checkout, "quotes", broken)
    services.start_check(actor=SYSTEM)
    services.run_waiting()
    last = selectors.last_check()
    assert last is not None
    assert (last.status, last.failure) == ("failed", "RuntimeError")
    assert len(mall.open()) == 1


def test_who_asks_while_one_runs_is_shown_that_one(mall):
    assert services.start_check(actor=SYSTEM) == services.start_check(actor=SYSTEM)


def test_a_handful_costs_the_same_number_of_statements(mall):
    """Statements follow handfuls of products, not products."""
    promotions.live()
    shop.goods(*range(1000, 1010))
    counts = []
    for _ in range(2):
        mall.check()
        services.start_check(actor=SYSTEM)
        with CaptureQueriesContext(connection) as few:
            services.run_waiting()
        counts.append(len(few))
        shop.goods(*range(2000, 2030))
    assert counts[0] == counts[1]

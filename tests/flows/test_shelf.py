"""What stands on the shelf: listed by the clock when priced and stocked, off it when the last unit is sold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import procurement as bought
from tests.factories.catalog import make_product
from tests.factories.content import make_page
from tests.factories.inventory import put
from tests.factories.shop import buy, open_shop
from tests.support.pages import at_the_desk, statements
from zhanggui.catalog import selectors, services
from zhanggui.catalog.types import SearchFilters
from zhanggui.kernel import clock, db, mall_settings, outbox
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import PermissionDenied
from zhanggui.pricing import services as pricing

pytestmark = pytest.mark.django_db


def scheduled() -> tuple[int, int, str]:
    product = make_product("绿萝", listed=False)
    services.submit_review(product.id, actor=SYSTEM)
    services.approve(product.id, actor=SYSTEM)
    services.schedule(product.id, list_at=clock.now() - timedelta(minutes=1), delist_at=None, actor=SYSTEM)
    return product.id, product.skus[0].id, product.skus[0].code


def test_the_clock_lists_what_has_a_price_and_stock_and_nothing_else() -> None:
    open_shop()
    ready, sku_id, _ = scheduled()
    unready, _, _ = scheduled()
    pricing.set_price(sku_id, list_price=2500, sale_price=1900, reason="new", actor=SYSTEM)
    put({sku_id: 3})
    assert services.run_schedule(actor=SYSTEM) == (1, 0)
    item = selectors.search(SearchFilters(q="lvluo", in_stock=True)).items[0]
    assert (item.id, item.price, item.list_price) == (ready, 1900, 2500)
    assert selectors.product(unready).schedule_problem


def test_the_last_unit_sold_marks_the_list_and_delists_where_the_mall_wants_it() -> None:
    open_shop()
    _, sku_id, code = scheduled()
    pricing.set_price(sku_id, list_price=1900, reason="new", actor=SYSTEM)
    put({sku_id: 2})
    services.run_schedule(actor=SYSTEM)
    mall_settings.put("catalog.delist_sold_out", True, actor=SYSTEM)
    buy((code, 1))
    outbox.drain()
    assert selectors.search(SearchFilters(in_stock=True)).items
    buy((code, 1))
    outbox.drain()
    assert selectors.search(SearchFilters()).items == []
    assert selectors.sellable_by_code([code])[0].reason == "not_listed"


def test_what_is_sold_out_is_told_to_the_editor_and_comes_back_by_itself_once_there_is_stock() -> None:
    open_shop()
    mall_settings.put("catalog.delist_sold_out", True, actor=SYSTEM)
    product_id, sku_id, code = scheduled()
    pricing.set_price(sku_id, list_price=1900, reason="new", actor=SYSTEM)
    put({sku_id: 1})
    services.run_schedule(actor=SYSTEM)
    seller = bought.supplier()
    number = bought.order(seller, [(sku_id, 6, 900)], to="confirmed")
    desk = at_the_desk("editor")
    assert "没有缺货的在售商品" in desk.get("/office/outages").content.decode()
    make_page({"type": "shelf", "rule": "picked", "product_ids": [product_id]}, title="春日专题")

    buy((code, 1))
    outbox.drain()
    (open_now,) = selectors.outages().items
    assert (open_now.product_id, open_now.state, open_now.delisted) == (product_id, "delisted", True)
    assert selectors.outages_waiting(10) == 1
    assert "缺货商品待编辑处理" in desk.get("/office").content.decode()
    listed = desk.get("/office/outages").content.decode()
    assert "已自动下架" in listed
    assert "起 6 件" in listed
    seen = desk.get(f"/office/outages/{open_now.id}").content.decode()
    assert number in seen
    assert "春日专题" in seen
    assert statements(desk, "/office/outages") <= 8
    assert desk.post(f"/office/outages/{open_now.id}", {"note": ""}).status_code == 422
    assert desk.post(f"/office/outages/{open_now.id}", {"note": "首页已换"}).status_code == 303
    assert selectors.outages_waiting(10) == 0

    bought.receive(number, (1, 6))
    outbox.drain()
    assert selectors.sellable_by_code([code])[0].reason == ""
    assert selectors.outages().items == []
    (over,) = selectors.outages(over=True).items
    assert (over.outcome, over.note, over.state) == ("relisted", "首页已换", "listed")
    told = [
        row["name"]
        for row in db.rows("select name from kernel_outboxevent where name like 'catalog.product_%%' order by id")
    ]
    assert [name for name in told if "stock" in name or "sold" in name] == [
        "catalog.product_sold_out",
        "catalog.product_back_in_stock",
    ]


def test_news_that_come_late_change_nothing_and_what_is_not_ready_or_not_wanted_stays_off() -> None:
    open_shop()
    mall_settings.put("catalog.delist_sold_out", True, actor=SYSTEM)
    product_id, sku_id, code = scheduled()
    pricing.set_price(sku_id, list_price=1900, reason="new", actor=SYSTEM)
    put({sku_id: 1})
    services.run_schedule(actor=SYSTEM)
    buy((code, 1))
    put({sku_id: 2})  # sold out and back before anybody heard of it; one of the two is promised
    outbox.drain()
    assert selectors.product(product_id).state == "listed"
    assert selectors.outages().items == selectors.outages(over=True).items == []

    buy((code, 1))
    outbox.drain()
    mall_settings.put("catalog.relist_in_stock", False, actor=SYSTEM)
    put({sku_id: 5})
    outbox.drain()
    (held,) = selectors.outages().items
    assert (held.state, bool(held.problem)) == ("delisted", True)
    services.handle_outage(
        held.id, note="不再销售", keep_off=True, actor=Actor("staff", 7, "editor", frozenset({"catalog.edit"}))
    )
    mall_settings.put("catalog.relist_in_stock", True, actor=SYSTEM)
    assert services.end_outages([sku_id], actor=SYSTEM) == []
    assert selectors.product(product_id).state == "delisted"
    assert selectors.outages(over=True).items[0].outcome == "ended"
    with pytest.raises(PermissionDenied):
        services.handle_outage(held.id, note="?", actor=Actor("staff", 8, "nobody"))

"""The warehouse's pages: a day from review to parcel by forms alone, and what they cost."""

from __future__ import annotations

import pytest

from tests.factories.catalog import make_category
from tests.factories.shop import goods, open_shop
from tests.factories.warehouse import FOREMAN, paid, reviewed, warehouse
from tests.support.pages import at_the_desk, statements
from zhanggui.fulfilment import selectors, services
from zhanggui.orders import selectors as orders

pytestmark = pytest.mark.django_db
read = selectors.warehouse


@pytest.fixture(autouse=True)
def _open() -> None:
    open_shop()


def test_a_day_in_the_warehouse_without_scripts():
    tea, cup = goods(1000, 2000, title="龙井茶")
    number = paid((tea, 1), (cup, 1), note="请轻放")
    services.review([number])
    desk = at_the_desk("warehouse")
    page = desk.get("/office/review").content.decode()
    assert number in page
    assert "买家留言" in page
    assert desk.get(f"/office/review/{number}").status_code == 200
    assert desk.post("/office/review/do", {"action": "pass", "ids": number}).status_code == 303
    made = desk.post("/office/waves/new", {"warehouse_id": warehouse(), "kind": "mixed", "limit": "10", "cut_off": ""})
    assert made.status_code == 303
    wave = desk.follow(made).content.decode()
    assert "龙井茶" in wave
    assert desk.get(f"{made['Location']}?scan={tea}").content.decode().count("data-here") == 1
    opened = desk.post("/office/packing", {"code": number})
    box = opened["Location"]
    assert "请轻放" in desk.get(box).content.decode()
    stopped = desk.post(box, {"code": "WRONG-1", "article": "1"})
    assert stopped.status_code == 409
    assert 'data-stop="wrong_item"' in stopped.content.decode()
    for sku in (tea, cup):
        assert desk.post(box, {"code": sku, "article": "1"}).status_code == 303
    missing = desk.post(box, {"code": "SF0000000001", "carrier": ""})
    assert missing.status_code == 422
    sent = desk.post(box, {"code": "SF0000000001", "carrier": "SF", "weight_g": "abc"})
    assert sent.status_code == 422
    assert desk.post(box, {"code": "SF0000000001", "carrier": "SF"}).status_code == 303
    assert orders.find(number)["status"] == "shipped"
    assert desk.post("/office/packing", {"code": number}).status_code == 409


def test_service_reviews_and_does_not_pack():
    (tea,) = goods(1000)
    number = reviewed((tea, 3))
    desk = at_the_desk("service")
    assert desk.post("/office/review/do", {"action": "hold", "ids": number, "reason": "等买家回电"}).status_code == 303
    assert "等买家回电" in desk.get("/office/review").content.decode()
    assert desk.post(f"/office/review/{number}/split", {"second-1": "9"}).status_code == 422
    assert desk.post(f"/office/review/{number}/split", {"second-1": "1"}).status_code == 303
    assert read.reviews_of([number])[number].parts == ({1: 2}, {1: 1})
    wrong = desk.post(f"/office/review/{number}/receiver", {"contact_name": ""})
    assert wrong.status_code == 422
    assert desk.get("/office/packing").status_code == 403
    assert desk.post("/office/waves/new", {}).status_code == 403


def test_the_pages_cost_the_same_at_any_length():
    (tea,) = goods(1000)
    desk = at_the_desk("manager")
    pages = ("/office/review?state=passed", "/office/waves", "/office/inserts", "/office/packing")
    reviewed((tea, 1))
    services.make_wave(warehouse_id=warehouse(), actor=FOREMAN)
    reviewed((tea, 1))
    before = {page: statements(desk, page) for page in pages}
    for _ in range(4):
        reviewed((tea, 1))
    services.make_wave(warehouse_id=warehouse(), limit=3, actor=FOREMAN)
    assert {page: statements(desk, page) for page in pages} == before
    assert max(before.values()) <= 10


def test_a_small_gift_is_set_up_on_its_page():
    desk = at_the_desk("warehouse")
    kind = make_category()
    given = {"label": "试用装", "min_amount": "99", "active": "1", "category_id": str(kind.id)}
    assert desk.post("/office/inserts", given).status_code == 303
    [rule] = selectors.insert_rules()
    assert (rule.label, rule.min_amount, rule.active) == ("试用装", 9900, True)
    assert desk.post("/office/inserts", {"label": "", "min_amount": "x"}).status_code == 422
    assert "试用装" in desk.get(f"/office/inserts?rule={rule.id}").content.decode()
    assert desk.post("/office/inserts", {"rule": str(rule.id), "label": "小样"}).status_code == 303
    assert [(r.label, r.active) for r in selectors.insert_rules()] == [("小样", False)]

"""Programs run the assortment: roles, hits without margins, shelves, decisions, reviews, what goes along."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import accounts as make
from tests.factories import shop
from tests.factories.assortment import give, product_of, products
from tests.factories.sales import Line, sell
from tests.support.api import Caller, ok, refused
from zhanggui.kernel import clock

pytestmark = pytest.mark.django_db
PATH = "ops/v1/assortment"


def test_roles_hits_and_what_goes_along() -> None:
    tea, cup = products(10_000, 10_000, cost=9_500)
    sell(clock.now() - timedelta(days=1), Line(10_000, 30, product_id=tea))
    desk, service = Caller(make.staff_token("marketing")), Caller(make.staff_token("service"))
    asked = {"products": [tea], "role": "hit", "reason": "crowd"}
    refused(service.post(f"{PATH}/roles", asked), 403, "permission_denied")
    assert ok(desk.post(f"{PATH}/roles", asked)) == {"products": [tea]}
    (row,) = ok(service.get(f"{PATH}/roles?role=hit"))["items"]
    assert (row["product_id"], row["roles"], row["reason"]) == (tea, ["hit"], "crowd")
    (change,) = ok(service.get(f"{PATH}/products/{tea}/roles"))["items"]
    assert (change["role"], change["given"]) == ("hit", True)
    margins = [ok(who.get(f"{PATH}/hits"))["hits"][0]["verdicts"][2] for who in (desk, service)]
    assert [(each["met"], each["value"]) for each in margins] == [(True, 500), (True, None)]
    put = desk.put(f"{PATH}/products/{tea}/matches/{cup}", {"reason_zh": "好搭", "script": "问一句"})
    assert [(m["other_id"], m["reason_zh"]) for m in ok(put)["items"]] == [(cup, "好搭")]
    assert desk.delete(f"{PATH}/products/{tea}/matches/{cup}").status_code == 204
    assert ok(service.get(f"{PATH}/products/{tea}/matches"))["items"] == []
    refused(service.get(f"{PATH}/products/999999/matches"), 404, "not_found")


def test_more_main_pushes_than_allowed_are_refused_by_code() -> None:
    desk = Caller(make.staff_token("marketing"))
    wish = {"products": products(*[10_000] * 6), "role": "main", "reason": "all"}
    assert refused(desk.post(f"{PATH}/roles", wish), 409, "too_many_main")["most"] == 5


def test_shelves_are_planned() -> None:
    products(5_000, 20_000)
    desk = Caller(make.staff_token("marketing"))
    bands = [{"low": 0, "high": 10_000, "share": 5_000}, {"low": 10_000, "share": 5_000}]
    shelf = ok(desk.put(f"{PATH}/shelves/0/plan", {"breadth": 5, "bands": bands}))
    assert (shelf["plan"]["breadth"], shelf["products"], [band["share"] for band in shelf["bands"]]) == (
        5,
        2,
        [5_000, 5_000],
    )
    wrong = refused(desk.put(f"{PATH}/shelves/0/plan", {"bands": bands[:1]}), 409, "validation_error")
    assert wrong["errors"][0]["loc"] == "bands.0.high"
    assert ok(desk.get(f"{PATH}/shelves"))["items"][0]["products"] == 2
    assert desk.delete(f"{PATH}/shelves/0/plan").status_code == 204
    assert ok(desk.get(f"{PATH}/shelves/0"))["plan"] is None


def test_slow_sellers_are_decided_about() -> None:
    with clock.at(clock.now() - timedelta(days=100)):
        idle, rest = products(10_000, 10_000)
    desk, editor = Caller(make.staff_token("marketing")), Caller(make.staff_token("editor"))
    assert {row["product_id"] for row in ok(desk.get(f"{PATH}/renewal"))["slow"]} == {idle, rest}
    gone = {"products": [rest], "kind": "delist", "reason": "nobody wants it"}
    refused(desk.post(f"{PATH}/decisions", gone), 403, "permission_denied")
    assert ok(editor.post(f"{PATH}/decisions", gone)) == {"products": [rest]}
    refused(desk.post(f"{PATH}/decisions", gone | {"products": [idle], "kind": "keep"}), 409, "validation_error")
    (told,) = ok(desk.get(f"{PATH}/products/{rest}/decisions"))["items"]
    assert (told["kind"], told["until"], told["on_hand"]) == ("delist", None, 100)
    made = ok(desk.post(f"{PATH}/reviews", {"note": "one is left"}), 201)
    assert (made["slow"], made["undecided"]) == (1, 1)
    assert [row["id"] for row in ok(desk.get(f"{PATH}/reviews"))["items"]] == [made["id"]]


def test_goods_of_a_campaign_without_a_role_take_their_products() -> None:
    codes = shop.goods(10_000, 5_000)
    give("image", product_of(codes[0]))
    times = {"starts_at": "2030-12-10T00:00:00+08:00", "ends_at": "2030-12-13T00:00:00+08:00"}
    goods = [{"sku": code, "price": 4_000, "stock": 1} for code in codes]
    desk = Caller(make.staff_token("marketing"))
    made = ok(desk.post("ops/v1/campaigns", {"theme_zh": "双十二", "goods": goods, **times}), 201)
    assert [good["role"] for good in made["goods"]] == ["basic", "image"]

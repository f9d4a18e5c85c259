"""Campaigns by API: made whole, read with what is in their way, announced and ended."""

from __future__ import annotations

import pytest

from tests.factories import accounts as make
from tests.factories import groups, shop
from tests.support.api import Caller, ok, refused
from zhanggui.groupbuy import selectors as groupbuy

pytestmark = pytest.mark.django_db
PATH = "ops/v1/campaigns"


def body(*skus: str, **more: object) -> dict[str, object]:
    times = {"starts_at": "2030-12-10T00:00:00+08:00", "ends_at": "2030-12-13T00:00:00+08:00"}
    return {
        "theme_zh": "双十二", "goods": [{"sku": sku, "role": "traffic", "price": 9_000, "stock": 10} for sku in skus],
        "resources": [{"form": "home", "position": "首页第一屏", "budget": 200_000, "needs_review": True, **times}],
        **times, **more,
    }  # fmt: skip


def test_from_the_plan_to_its_end() -> None:
    groupbuy.forget()
    (tea,) = shop.goods(10_000)
    offer = groups.offer((tea, 7_000))
    desk, reader = Caller(make.staff_token("marketing")), Caller(make.staff_token("analyst"))
    made = ok(desk.post(PATH, body(tea, offers=[{"kind": "group", "id": offer}])), 201)
    here = f"{PATH}/{made['id']}"
    assert (made["state"], made["goods"][0]["role"], made["resources"][0]["due"]) == ("draft", "traffic", "2030-12-03")
    other = ok(desk.post(PATH, body(tea, theme_zh="年终购")), 201)
    assert {each["kind"] for each in ok(reader.get(f"{here}/conflicts"))["items"]} == {"campaign"}
    ok(desk.post(f"{PATH}/{other['id']}/announce", {}))
    wrong = refused(desk.post(f"{here}/announce", {}), 409, "campaigns_meet")
    assert wrong["campaigns"] == [other["id"]]
    assert ok(desk.post(f"{here}/announce", {"reason": "合办"}))["state"] == "announced"
    assert [row["state"] for row in ok(reader.get(f"{PATH}?state=announced"))["items"]] == ["announced"] * 2
    assert ok(desk.post(f"{here}/end", {}))["state"] == "ended"
    refused(desk.post(f"{here}/announce", {}), 409, "wrong_state")
    refused(reader.post(PATH, body(tea)), 403, "permission_denied")
    refused(reader.get(f"{PATH}/99999"), 404, "not_found")


def test_what_is_wrong_is_named() -> None:
    (tea,) = shop.goods(10_000)
    desk = Caller(make.staff_token("marketing"))
    for change, loc, status in (
        ({"goods": [{"sku": "NOPE", "role": "basic", "price": 1, "stock": 1}]}, "goods.0.sku", 409),
        ({"goods": [{"sku": tea, "role": "hero", "price": 1, "stock": 1}]}, "goods.0.role", 422),
        ({"offers": [{"kind": "promotion", "id": 99}]}, "offers.0.id", 409),
        ({"ends_at": "2030-12-01T00:00:00+08:00"}, "ends_at", 409),
        ({"form": "magic"}, "form", 409),
        ({"theme_zh": ""}, "theme_zh", 422),
    ):
        wrong = refused(desk.post(PATH, body(tea) | change), status, "validation_error")
        assert loc in {e["loc"] for e in wrong["errors"]}, change

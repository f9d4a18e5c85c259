"""Promotions at the desk: drafted, published, stopped; the sentence buyers read; codes; nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import shop
from tests.support.pages import at_the_desk
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock
from zhanggui.promotions import selectors
from zhanggui.promotions.types import KINDS

pytestmark = pytest.mark.django_db
TERMS = {"label_zh": "秋茶节", "threshold-1": "100", "off-1": "20", "starts_at": "2026-01-01T00:00", "scope": "all"}


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def test_a_full_reduction_from_draft_to_its_end() -> None:
    shop.open_shop()
    desk = at_the_desk("marketing")
    refused = desk.post("/office/promotions/new/full_reduction", {**TERMS, "off-1": "二十"})
    assert refused.status_code == 422
    assert "二十" in words(refused)
    too_much = desk.post("/office/promotions/new/full_reduction", {**TERMS, "off-1": "200"})
    assert too_much.status_code == 422
    assert "减免不能超过门槛" in words(too_much)
    where = desk.post("/office/promotions/new/full_reduction", TERMS).headers["Location"]
    assert "满100减20" in words(desk.get(where)).replace(" ", "")
    desk.follow(desk.post(f"{where}/do/publish"))
    found = selectors.promotion(int(where.rpartition("/")[2]))
    assert (found.state, found.draft.config) == ("live", {"steps": [{"threshold": 10000, "off": 2000}]})
    for name, state in (("pause", "paused"), ("resume", "live"), ("end", "ended")):
        desk.follow(desk.post(f"{where}/do/{name}", {"reason": "测试"}))
        assert selectors.promotion(found.id).state == state
    assert desk.post(f"{where}/do/publish").status_code == 409
    assert at_the_desk("service").post(f"{where}/do/publish").status_code == 403


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_coupon_with_codes(language: str) -> None:
    desk = at_the_desk("marketing", language=language)
    terms = {
        **TERMS,
        "label_zh": "<i>新客</i>券",
        "claimable": "1",
        "per_member_limit": "2",
        "percent": "15",
        "cap": "30",
    }
    where = desk.post("/office/promotions/new/coupon", {**terms, "off-1": ""}).headers["Location"]
    found = selectors.promotion(int(where.rpartition("/")[2]))
    assert found.draft.config == {"threshold": 10000, "off_basis_points": 1500, "cap": 3000}
    assert found.draft.coupon.claimable
    desk.follow(desk.post(f"{where}/do/publish"))
    assert desk.post(f"{where}/codes", {}).status_code == 422
    desk.follow(desk.post(f"{where}/codes", {"code": "TEA15"}))
    page = words(desk.follow(desk.post(f"{where}/codes", {"count": "3"})))
    assert "TEA15" in page
    assert "<i>新客" not in page
    text = b"".join(desk.get(f"{where}/codes/file").streaming_content).decode()
    assert text.count("\n") == 5  # the head, the public code, three single-use ones


def test_a_price_in_points_is_kept_and_told_at_its_field_where_it_makes_no_sense() -> None:
    desk = at_the_desk("marketing")
    terms = {**TERMS, "per_member_limit": "1", "issue_limit": "50", "points_price": "500"}
    for wrong, words_of_it in (
        ({"points_price": "0"}, "应在 1 到 1000000000 之间"),
        ({"points_price": "很多"}, "请填写不小于 0 的整数"),
        ({"claimable": "1"}, "公开领取的优惠券不收积分"),
    ):
        answer = desk.post("/office/promotions/new/coupon", terms | wrong)
        assert (answer.status_code, words_of_it in words(answer)) == (422, True)
    where = desk.post("/office/promotions/new/coupon", terms).headers["Location"]
    assert 'name="points_price"' in desk.get(where).content.decode()
    promotion_id = int(where.rpartition("/")[2])
    coupon = selectors.promotion(promotion_id).draft.coupon
    assert coupon is not None
    assert (coupon.points_price, coupon.issue_limit) == (500, 50)
    desk.post(f"{where}/save", terms | {"points_price": ""})
    changed = selectors.promotion(promotion_id).draft.coupon
    assert changed is not None
    assert changed.points_price is None


def test_the_list_tells_by_state_and_window_where_each_stands() -> None:
    """Published is not yet running: what is to come or over is found, and marked, as that."""
    shop.open_shop()
    desk, soon = at_the_desk("marketing"), clock.now() + timedelta(days=1)
    windows = {
        "scheduled": {"starts_at": "2190-01-01T00:00"},
        "running": {"starts_at": "2026-01-01T00:00", "ends_at": "2190-01-01T00:00"},
        "ended": {"starts_at": "2026-01-01T00:00", "ends_at": f"{clock.local(soon):%Y-%m-%dT%H:%M}"},
    }
    badges = {"draft": "草稿", "scheduled": "未开始", "running": "进行中", "paused": "已暂停", "ended": "已结束"}
    made = {}
    for name, window in windows.items():
        made[name] = desk.post("/office/promotions/new/full_reduction", {**TERMS, **window}).headers["Location"]
        desk.follow(desk.post(f"{made[name]}/do/publish"))
    for name, its in (("draft", "ended"), ("paused", "running")):
        made[name] = desk.post("/office/promotions/new/full_reduction", {**TERMS, **windows[its]}).headers["Location"]
    for name in ("publish", "pause"):
        desk.follow(desk.post(f"{made['paused']}/do/{name}"))
    with clock.at(soon + timedelta(hours=1)):
        for stage, badge in badges.items():
            rows = words(desk.get(f"/office/promotions?stage={stage}")).partition("<tbody>")[2]
            assert [each for each in made.values() if f'href="{each}"' in rows] == [made[stage]], stage
            assert badge in rows
            assert badge in words(desk.get(made[stage]))


def test_what_stands_in_the_form_is_what_is_stored() -> None:
    desk = at_the_desk("marketing")
    where = desk.post("/office/promotions/new/full_reduction", {**TERMS, "threshold-2": "200", "off-2": "50"}).headers[
        "Location"
    ]
    desk.follow(desk.post(f"{where}/save", {**TERMS, "every": "1", "cap": "60", "budget": "5000"}))
    found = selectors.promotion(int(where.rpartition("/")[2])).draft
    assert found.config == {"every": {"threshold": 10000, "off": 2000, "cap": 6000}}
    assert found.budget == 500_000
    page = words(desk.get(where))
    assert 'value="60.00"' in page
    assert 'value="5000.00"' in page
    assert "office/promotions/" in words(desk.get("/office/promotions?stage=draft&kind=full_reduction"))


def sku_id(code: str) -> int:
    return catalog.sellable_by_code([code])[0].sku_id


def kind_forms() -> dict[str, tuple[dict[str, str], dict[str, object]]]:
    """For each kind what is typed, and the configuration it means; needs the goods tea and cup."""
    tea, cup = shop.goods(10000, 3000)
    one, two = sku_id(tea), sku_id(cup)
    return {
        "full_reduction": ({"threshold-1": "100", "off-1": "20"}, {"steps": [{"threshold": 10000, "off": 2000}]}),
        "full_discount": (
            {"threshold-1": "100", "percent-1": "10", "threshold-2": "200", "percent-2": "15", "cap": "50"},
            {
                "steps": [
                    {"threshold": 10000, "off_basis_points": 1000},
                    {"threshold": 20000, "off_basis_points": 1500},
                ],
                "cap": 5000,
            },
        ),
        "full_gift": (
            {
                "threshold-1": "100",
                "choose-1": "1",
                "sku-1-1": cup,
                "value-1-1": "30",
                "sku-1-2": tea,
                "quantity-1-2": "2",
            },
            {
                "steps": [
                    {
                        "threshold": 10000,
                        "choose": 1,
                        "gifts": [{"sku": two, "value": 3000}, {"sku": one, "quantity": 2}],
                    }
                ]
            },
        ),
        "multi_discount": ({"pieces-1": "2", "percent-1": "10"}, {"steps": [{"pieces": 2, "off_basis_points": 1000}]}),
        "nth_discount": (
            {"nth": "2", "percent": "50", "same": "1"},
            {"nth": 2, "off_basis_points": 5000, "same": True},
        ),
        "any_n_for": ({"pieces": "3", "price": "99", "times": "2"}, {"pieces": 3, "price": 9900, "times": 2}),
        "package": (
            {"sku-1": tea, "sku-2": cup, "quantity-2": "2", "price": "119"},
            {"items": [{"sku": one}, {"sku": two, "quantity": 2}], "price": 11900},
        ),
        "add_on": (
            {"threshold-1": "99", "sku-1": cup, "price-1": "9.9"},
            {"threshold": 9900, "goods": [{"sku": two, "price": 990}]},
        ),
        "limited_discount": ({"off-1": "5"}, {"off": 500}),
        "flash_sale": (
            {"sku-1": tea, "price-1": "9.9", "stock-1": "50", "per_buyer": "2"},
            {"goods": [{"sku": one, "price": 990, "stock": 50}], "per_buyer": 2},
        ),
        "free_shipping": ({"threshold-1": "99"}, {"threshold": 9900}),
        "coupon": ({"threshold-1": "100", "off-1": "20"}, {"threshold": 10000, "off": 2000}),
        "exchange_coupon": ({"price": "1"}, {"price": 100}),
        "freight_coupon": ({"off-1": "5"}, {"off": 500}),
    }


def test_every_kind_has_a_form_that_means_what_is_typed_shows_it_again_and_tries_it() -> None:
    shop.open_shop()
    desk = at_the_desk("marketing")
    forms = kind_forms()
    assert set(forms) == set(KINDS)
    common = {"label_zh": "秋茶节", "starts_at": "2026-01-01T00:00", "scope": "all", "per_member_limit": "1"}
    for kind, (typed, config) in forms.items():
        assert "<form" in words(desk.get(f"/office/promotions/new/{kind}"))
        tried = desk.post(f"/office/promotions/preview/{kind}", {**common, **typed})
        assert (tried.status_code, "一件" in words(tried)) == (200, True), (kind, words(tried))
        answer = desk.post(f"/office/promotions/new/{kind}", {**common, **typed})
        assert answer.status_code == 303, (kind, words(answer))
        where = answer.headers["Location"]
        found = selectors.promotion(int(where.rpartition("/")[2])).draft
        assert found.config == config
        page = words(desk.get(where))
        for name, value in typed.items():
            assert f'name="{name}"' in page, (kind, name)
            assert value == "1" or f'value="{value}' in page, (kind, name, value)
        saved = desk.post(f"{where}/save", {**common, **typed, "priority": "5"})
        assert saved.status_code == 303, (kind, words(saved))
        assert selectors.promotion(int(where.rpartition("/")[2])).draft.config == config


def test_faults_of_a_kind_stand_at_the_field_that_was_typed_into() -> None:
    shop.open_shop()
    (tea,) = shop.goods(10000)
    desk = at_the_desk("marketing")
    common = {"label_zh": "秋茶节", "starts_at": "2026-01-01T00:00", "scope": "all"}
    cases = [
        ("full_gift", {"threshold-1": "100", "sku-1-1": "NO-SUCH"}, "没有这个货号"),
        ("multi_discount", {"pieces-1": "3", "percent-1": "10", "pieces-3": "2", "percent-3": "20"}, "必须逐级增加"),
        ("nth_discount", {"nth": "2", "percent": "101"}, "不超过 100"),
        ("flash_sale", {"sku-1": tea, "price-1": "1", "stock-1": "0"}, "应在 1 到"),
        ("full_reduction", {"threshold-1": "-5", "off-1": "1"}, "金额不能小于 0"),
        ("limited_discount", {"percent": "10", "ends_at": "2025-01-01T00:00"}, "结束时间必须晚于开始时间"),
        ("limited_discount", {"percent": "10", "new": "new"}, "新客活动必须限制每人次数"),
        ("limited_discount", {"percent": "10", "apart": "item"}, "不能与自己同类的优惠互斥"),
    ]
    for kind, typed, wrong in cases:
        answer = desk.post(f"/office/promotions/new/{kind}", {**common, **typed})
        assert (answer.status_code, wrong in words(answer)) == (422, True), (kind, typed)


def test_audience_hours_and_stacking_are_kept_by_the_form() -> None:
    desk = at_the_desk("marketing")
    terms = {
        **TERMS, "new": "new", "per_holder_limit": "1", "tags": "vip 老友", "regions": "浙江省", "members": "1",
        "daily-from-1": "10:00", "daily-to-1": "12:00", "apart": ["item", "coupon"],
    }  # fmt: skip
    where = desk.post("/office/promotions/new/full_reduction", terms).headers["Location"]
    draft = selectors.promotion(int(where.rpartition("/")[2])).draft
    assert draft.audience == {"members": True, "new": True, "regions": ["浙江省"], "tags": ["vip", "老友"]}
    assert (draft.apart, draft.daily) == (("item", "coupon"), [{"from": "10:00", "to": "12:00"}])
    desk.follow(desk.post(f"{where}/save", {**terms, "priority": "3"}))
    again = selectors.promotion(int(where.rpartition("/")[2])).draft
    assert (again.audience, again.apart, again.daily) == (draft.audience, draft.apart, draft.daily)


def test_goods_are_found_by_code_and_title() -> None:
    (tea,) = shop.goods(10000, title="西湖龙井")
    desk = at_the_desk("marketing")
    assert f'value="{tea}"' in words(desk.get("/office/promotions/goods?sku-1=龙井"))
    assert words(desk.get("/office/promotions/goods")).strip() == ""


def test_a_price_no_lower_than_the_ordinary_one_is_not_published() -> None:
    shop.open_shop()
    (tea,) = shop.goods(100_00)
    desk = at_the_desk("marketing")
    form = {
        "label_zh": "秒杀",
        "starts_at": "2026-01-01T00:00",
        "scope": "all",
        "sku-1": tea,
        "price-1": "100",
        "stock-1": "5",
    }
    made = desk.post("/office/promotions/new/flash_sale", form).headers["Location"]
    answer = desk.post(f"{made}/do/publish", {})
    assert answer.status_code == 422
    assert f"{tea} 的活动价不低于售价 100.00，永远不会生效" in words(answer)
    assert desk.post(f"{made}/save", {**form, "price-1": "99.99"}).status_code == 303
    assert desk.post(f"{made}/do/publish", {}).status_code == 303
    assert desk.post(f"{made}/save", {**form, "price-1": "101"}).status_code == 422  # nor once it is live


def test_nought_pieces_for_each_member_is_a_fault_not_a_one() -> None:
    desk = at_the_desk("marketing")
    form = {
        "label_zh": "券",
        "starts_at": "2026-01-01T00:00",
        "scope": "all",
        "off-1": "5",
        "threshold-1": "9",
        "per_member_limit": "0",
    }
    answer = desk.post("/office/promotions/new/coupon", form)
    assert (answer.status_code, "应在 1 到 1000 之间" in words(answer)) == (422, True)

"""Draws at the desk: made, refused at their fields, published, watched, exported, ended."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook

from tests.factories.draws import coupon, draw, nothing, outlive, player, points, take
from tests.factories.promotions import live_coupon
from tests.factories.shop import open_shop
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.draws import selectors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(db: None) -> None:
    open_shop()


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def terms(**over: str) -> dict[str, str]:
    return {
        "label_zh": "新春抽奖", "slug": "new-year", "starts_at": "2026-01-01T00:00", "ends_at": "2030-01-01T00:00", "per_day": "3",
        "price": "0", "kind-1": "points", "label_zh-1": "100 积分", "odds-1": "12.5", "pieces-1": "50", "points-1": "100",
        "kind-3": "thanks", "label_zh-3": "谢谢参与", "odds-3": "87.5", **over,
    }  # fmt: skip


def test_a_draw_is_made_published_watched_and_ended() -> None:
    coupon_id = live_coupon()
    desk = at_the_desk("marketing")
    assert "新建抽奖" in words(desk.get("/office/draws"))
    made = desk.post("/office/draws/new", terms())
    assert made.status_code == 303, words(made)
    page = made.headers["Location"]
    prize = {
        "kind-2": "coupon",
        "label_zh-2": "10 元券",
        "odds-2": ".5",
        "pieces-2": "9",
        "promotion_id-2": str(coupon_id),
    }
    changed = desk.post(f"{page}/save", terms(**prize, **{"value-2": "10", "odds-3": "87", "tiers": "basic"}))
    assert changed.status_code == 303, words(changed)
    draw_id = int(page.rsplit("/", 1)[1])
    assert [(p.odds, p.value) for p in selectors.draw(draw_id).prizes] == [(1250, 100), (50, 1000), (8700, 0)]
    assert desk.post(f"{page}/do/publish").status_code == 303
    assert desk.post(f"{page}/save", terms()).status_code == 409
    view = selectors.draw(draw_id)
    for i in range(3):
        take(view, player(), nonce=f"word{i}")
    seen = words(desk.get(page))
    assert "word2" in seen
    assert view.commitment in seen
    assert "138****" in seen
    assert desk.post(f"{page}/do/end").status_code == 422
    assert desk.post(f"{page}/do/end", {"reason": "奖品有误"}).status_code == 303
    seen = words(desk.get(page))
    assert "奖品有误" in seen
    assert selectors.draw(draw_id).seed in seen
    assert "已结束" in words(desk.get("/office/draws"))
    trail = words(at_the_desk("manager").get(f"/office/audit?kind=draw&id={draw_id}"))
    for said in ("新建抽奖", "修改抽奖", "发布抽奖", "结束抽奖"):
        assert said in trail


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"slug": "A B"}, "3 到 60 个小写字母"),
        ({"odds-1": "12.555"}, "最多两位小数"),
        ({"odds-1": "12"}, "现在是 99.5%"),
        ({"odds-1": "", "odds-3": "100"}, "最多两位小数"),
        ({"points-1": "x"}, "请填写不小于 0 的整数"),
        ({"points-1": "6000000"}, "不得超过 50000 元"),
        ({"kind-1": "coupon"}, "请选择优惠券"),
        ({"kind-1": ""}, "请选择奖品类型"),
        ({"kind-3": "points", "pieces-3": "1", "points-3": "1"}, "须有且只有一行"),
        ({"ends_at": ""}, "请填写此项"),
        ({"ends_at": "2025-01-01T00:00"}, "结束时间必须晚于开始时间"),
        ({"per_day": ""}, "请填写每天次数或总次数"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(over: dict[str, str], said: str) -> None:
    answer = at_the_desk("marketing").post("/office/draws/new", terms() | over)
    assert answer.status_code == 422
    assert said in words(answer)
    assert "field-error" in words(answer)


def test_a_draft_that_cannot_be_published_says_why_and_can_be_discarded() -> None:
    desk = at_the_desk("marketing")
    page = desk.post("/office/draws/new", terms(ends_at="2026-01-02T00:00")).headers["Location"]
    refused = desk.post(f"{page}/do/publish")
    assert refused.status_code == 422
    assert "结束时间已过" in words(refused)
    assert desk.post(f"{page}/do/discard").headers["Location"] == "/office/draws"
    assert desk.get(page).status_code == 404


def test_the_record_is_a_workbook() -> None:
    view = draw(points(5000, pieces=1), coupon(4999, pieces=1), nothing(1))
    who = player()
    for i in range(6):
        take(view, who, nonce=f"w{i}")
    desk = at_the_desk("marketing")
    answer = desk.get(f"/office/draws/{view.id}?export=xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["序号", "会员编号", "会员"]
    assert [(row[0], row[3]) for row in rows[1:]] == [(6 - i, f"w{5 - i}") for i in range(6)]
    assert sum(row[6] != "谢谢参与" for row in rows[1:]) == sum(p.given for p in selectors.draw(view.id).prizes[:2])
    won = words_of(desk, f"/office/draws/{view.id}?export=csv&won=1")
    assert len(won.splitlines()) == 1 + sum(p.given for p in selectors.draw(view.id).prizes[:2])


def words_of(desk: Browser, address: str) -> str:
    return b"".join(desk.get(address).streaming_content).decode()


def test_who_may_not_change_draws_only_looks() -> None:
    view = draw()
    assert at_the_desk("analyst").get(f"/office/draws/{view.id}").status_code == 200
    assert at_the_desk("analyst").post("/office/draws/new", terms()).status_code == 403
    assert at_the_desk("analyst").post(f"/office/draws/{view.id}/do/end", {"reason": "x"}).status_code == 403
    assert at_the_desk("warehouse").get("/office/draws").status_code == 403
    assert at_the_desk("service").get(f"/office/members/{player().id}").status_code == 200


def test_the_calendar_has_them() -> None:
    view = draw()
    desk = at_the_desk("marketing")
    assert f"/office/draws/{view.id}" in words(desk.get("/office/promotions/calendar"))
    assert f"/office/draws/{view.id}" not in words(desk.get("/office/promotions/calendar?show=coupons"))
    outlive(view)
    assert desk.get("/office/promotions/calendar").status_code == 200


def test_a_full_record_costs_no_more_than_a_short_one() -> None:
    view = draw()
    desk = at_the_desk("marketing")
    take(view, player())
    few = statements(desk, f"/office/draws/{view.id}")
    for _ in range(10):
        take(view, player())
    assert statements(desk, f"/office/draws/{view.id}") == few

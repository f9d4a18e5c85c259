"""Promotions at the desk: drafted, published, stopped; the sentence buyers read; codes; nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import shop
from tests.support.pages import at_the_desk
from zhanggui.kernel import clock
from zhanggui.promotions import selectors

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
        made[name] = desk.post("/office/promotions/new/full_reduction", {**TERMS, **windows[its]}).headers[
            "Location"
        ]
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

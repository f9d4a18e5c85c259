"""Trials at the desk: made, refused at their fields, published, chosen, reported on, called off."""

from __future__ import annotations

import pytest

from tests.factories.shop import goods, open_shop
from tests.factories.trials import arrive, ask, choosing, drawn, outlive, trial
from tests.support.pages import at_the_desk, statements
from zhanggui.kernel import outbox
from zhanggui.trials import selectors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(db: None) -> None:
    open_shop()


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def terms(**over: str) -> dict[str, str]:
    return {
        "label_zh": "新茶试喝", "slug": "new-tea", "sku": goods(10_000)[0], "pieces": "3", "freight": "0", "starts_at": "2026-01-01T00:00",
        "ends_at": "2030-01-01T00:00", "selection": "draw", "audience": "", "min_points": "0", "report_days": "14",
        "question-2": "多久喝一次茶？", **over,
    }  # fmt: skip


def test_a_trial_is_made_changed_published_and_called_off() -> None:
    desk = at_the_desk("marketing")
    assert "新建试用" in words(desk.get("/office/trials"))
    made = desk.post("/office/trials/new", terms())
    assert made.status_code == 303, words(made)
    page = made.headers["Location"]
    assert desk.post(f"{page}/save", terms(pieces="2", freight="8.50", tiers="basic")).status_code == 303
    view = selectors.trial(int(page.rsplit("/", 1)[1]))
    assert (view.pieces, view.freight, view.tiers, view.questions) == (2, 850, ("basic",), ("多久喝一次茶？",))
    assert desk.post(f"{page}/do/publish").status_code == 303
    assert desk.post(f"{page}/save", terms()).status_code == 409
    ask(selectors.trial(view.id))
    seen = words(desk.get(page))
    assert "每天" in seen
    assert "138****" in seen
    assert desk.post(f"{page}/do/call_off").status_code == 422
    assert desk.post(f"{page}/do/call_off", {"reason": "批次有问题"}).status_code == 303
    assert "批次有问题" in words(desk.get(page))
    trail = words(at_the_desk("manager").get(f"/office/audit?kind=trial&id={view.id}"))
    for said in ("新建试用", "修改试用", "发布试用", "取消试用"):
        assert said in trail


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"slug": "A B"}, "3 到 60 个小写字母"),
        ({"sku": "none"}, "没有这个 SKU 编码"),
        ({"pieces": "0"}, "应在 1 到 500 之间"),
        ({"pieces": "x"}, "请填写不小于 0 的整数"),
        ({"report_days": "1"}, "应在 3 到 90 之间"),
        ({"ends_at": ""}, "请填写此项"),
        ({"ends_at": "2025-01-01T00:00"}, "结束时间必须晚于开始时间"),
        ({"question-2": "问" * 101}, "100"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(over: dict[str, str], said: str) -> None:
    answer = at_the_desk("marketing").post("/office/trials/new", terms() | over)
    assert answer.status_code == 422
    assert said in words(answer)
    assert "field-error" in words(answer)


def test_choosing_and_letting_off_a_report() -> None:
    view = choosing(pieces=1)
    one, two = ask(view), ask(view)
    outlive(view)
    desk = at_the_desk("marketing")
    page = f"/office/trials/{view.id}"
    assert "待挑选" in words(desk.get("/office/trials"))
    assert desk.post(f"{page}/applications/{one.id}/choose", {"reason": ""}).status_code == 422
    assert desk.post(f"{page}/applications/{one.id}/choose", {"reason": "回答认真"}).status_code == 303
    assert desk.post(f"{page}/applications/{two.id}/choose", {"reason": "也好"}).status_code == 409
    assert desk.post(f"{page}/do/finish").status_code == 303
    assert "回答认真" in words(desk.get(f"{page}?only=won"))
    arrive(one)
    while outbox.relay_once():
        pass
    assert "待写" in words(desk.get(page))
    assert desk.post(f"{page}/applications/{one.id}/waive", {"reason": "压坏了"}).status_code == 303
    assert "已免写" in words(desk.get(page))
    assert desk.post(f"/office/trials/{view.id + 1}/applications/{one.id}/waive", {"reason": "x"}).status_code == 404


def test_who_may_not_change_trials_only_looks() -> None:
    view = trial()
    assert at_the_desk("analyst").get(f"/office/trials/{view.id}").status_code == 200
    assert at_the_desk("analyst").post("/office/trials/new", terms()).status_code == 403
    assert at_the_desk("analyst").post(f"/office/trials/{view.id}/do/call_off", {"reason": "x"}).status_code == 403
    assert at_the_desk("warehouse").get("/office/trials").status_code == 403


def test_a_full_page_costs_no_more_than_a_short_one() -> None:
    view = trial()
    desk = at_the_desk("marketing")
    ask(view)
    few = statements(desk, f"/office/trials/{view.id}")
    for _ in range(4):
        ask(view)
    assert statements(desk, f"/office/trials/{view.id}") == few
    drawn(view)
    assert "没有逾期的报告" in words(desk.get("/office/trials/reports"))

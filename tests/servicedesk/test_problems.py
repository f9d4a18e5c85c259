"""A problem item's day, and the desk's: recorded by a scan, due, handed over, ended in words, counted and signed off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import accounts as people
from tests.factories.aftersales import ask, delivered
from tests.factories.pictures import picture
from tests.factories.shop import goods, open_shop
from tests.support.pages import at_the_desk, statements
from zhanggui.kernel import clock, db, invariants
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed
from zhanggui.servicedesk import selectors, services
from zhanggui.servicedesk.errors import DaySigned, ProblemWrongState
from zhanggui.servicedesk.types import ProblemDraft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open() -> None:
    open_shop()


def test_an_items_day_from_the_scan_to_the_figures():
    (tea,) = goods(1000)
    number = delivered((tea, 1))
    case = ask(number, (1, 1), reason="quality")
    today = clock.business_date()
    ann, bob = people.staff("service"), people.staff("service")
    item = services.open_problem(ProblemDraft("photo", "买家要实拍", case_number=case.number, due_on=today), actor=ann)
    assert (item.order_number, item.owner_id, item.state) == (number, ann.id, "open")
    for wrong in (
        ProblemDraft("x", "words"), ProblemDraft("photo", ""), ProblemDraft("photo", "w", order_number="nope"),
        ProblemDraft("photo", "w", due_on=today - timedelta(days=1)),
    ):  # fmt: skip
        with pytest.raises(ValidationFailed):
            services.open_problem(wrong, actor=ann)
    with pytest.raises(PermissionDenied):
        services.solve(item.number, "x", actor=people.staff("warehouse"))
    name = services.add_photo(item.number, picture("JPEG"), actor=ann)
    shown = selectors.problem(item.number)
    assert shown is not None
    assert selectors.problem_photo(shown, name) is not None
    assert selectors.problem_photo(shown, "../x.jpg") is None
    assert ann.id is not None
    assert bob.id is not None
    assert {each.question: each.good for each in selectors.day_answers(ann.id)}["due"] is False
    with pytest.raises(ValidationFailed):
        services.sign_day({"said_plan": True, "said_goods": True}, actor=ann)
    services.hand_over(item.number, bob.id, bob.label, actor=ann)
    assert [p.number for p in selectors.problems(due="pressing", owner_id=bob.id).items] == [item.number]
    late = services.open_problem(ProblemDraft("urge", "催", order_number=number, due_on=today), actor=ann)
    db.execute("update servicedesk_problemitem set due_on = due_on - 1 where number = %s", (late.number,))
    assert selectors.problem_counts() == {"overdue": 1, "today": 1, "unsolved": 2}
    assert [p.number for p in selectors.problems(state="unsolved").items] == [late.number, item.number]
    services.wait(late.number, "等承运商", until=today + timedelta(days=2), actor=ann)
    services.solve(item.number, "照片已发", actor=bob)
    with pytest.raises(ProblemWrongState):
        services.give_up(item.number, "x", actor=bob)
    done = services.give_up(late.number, "买家不再需要", actor=ann)
    assert (done.state, done.outcome) == ("given_up", "买家不再需要")
    found = selectors.problem_figures(today, today)
    assert (found[""][0].opened, found[""][0].closed, found[""][0].in_time) == (2, 2, 2)
    assert {each.key: (each.opened, each.closed) for each in found["person"]} == {ann.label: (2, 1), bob.label: (0, 1)}
    assert [p.number for p in selectors.problems(ended=True).items] == [late.number, item.number]
    assert [e.action for e in selectors.entries(item.number)] == ["open", "photo", "hand", "solved"]
    once = [services.open_problem(ProblemDraft("complaint", "低分"), source="rating:1", actor=SYSTEM) for _ in range(2)]
    assert once[0].number == once[1].number
    signed = services.sign_day({"said_plan": True}, note="明早补库存知识", actor=ann)
    assert (signed.day, [a["good"] for a in signed.answers if a["question"] == "said_goods"]) == (today, [False])
    with pytest.raises(DaySigned):
        services.sign_day({}, note="x", actor=ann)
    assert invariants.check() == []


def test_by_forms_alone_and_the_pages_cost_the_same_however_many_there_are():
    (tea,) = goods(1000)
    number = delivered((tea, 1))
    desk = at_the_desk("service")
    wrong = desk.post("/office/problems", {"code": "nope", "kind": "photo", "words": "x"})
    assert wrong.status_code == 422
    assert "没有这个订单" in wrong.content.decode()
    assert (
        desk.post("/office/problems", {"code": number.lower(), "kind": "photo", "words": "要实拍"}).status_code == 303
    )
    [item] = selectors.problems().items
    assert item.order_number == number
    page = f"/office/problems/{item.number}"
    assert "要实拍" in desk.get(page).content.decode()
    assert desk.post(f"{page}/wait", {"words": "等", "until": "x"}).status_code == 422
    assert desk.post(f"{page}/solve", {"words": "好了"}).status_code == 303
    assert desk.post(f"{page}/solve", {"words": "好了"}).status_code == 409
    assert desk.post(f"{page}/nothing", {}).status_code == 404
    places = ("/office/problems", "/office/problems/figures", "/office/daily-check")
    before = [statements(desk, path) for path in places]
    for _ in range(3):
        services.open_problem(ProblemDraft("urge", "催", order_number=number), actor=SYSTEM)
    assert [statements(desk, path) for path in places] == before
    assert desk.post("/office/daily-check", {"said_plan": "1", "said_goods": "1", "note": "都好"}).status_code == 303
    assert at_the_desk("marketing").get("/office/problems").status_code == 403

"""Ship or tell: its pages by forms alone, what they cost, and the buyer's choice on his order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories.fulfilment import age
from tests.factories.promises import short
from tests.factories.shop import goods, open_shop
from tests.factories.warehouse import reviewed
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.kernel import clock
from zhanggui.orders import selectors as orders
from zhanggui.promises import selectors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open() -> None:
    open_shop()


def test_from_the_board_to_the_buyers_choice_without_scripts():
    tea, _cup = goods(1000, 2000, title="龙井茶")
    number = reviewed((tea, 2))
    age(number, 49)
    desk = at_the_desk("service")
    board = desk.get("/office/promises?urgency=overdue").content.decode()
    assert number in board
    assert f"/office/orders/{number}/cannot-ship" in board
    assert "龙井茶" in desk.get(f"/office/orders/{number}/cannot-ship").content.decode()
    until = (clock.business_date() + timedelta(days=2)).isoformat()
    told = desk.post(
        f"/office/orders/{number}/cannot-ship",
        {"units-1": "1", "reason": "damaged", "wait_until": until, "words": "十分抱歉"},
    )
    assert told.status_code == 303
    [asked] = selectors.shortages_of(number)
    assert [(line.line, line.quantity) for line in asked.lines] == [(1, 1)]
    token = orders.access_token(number)
    buyer = Browser()
    page = buyer.get(f"/orders/{number}?token={token}").content.decode()
    assert "十分抱歉" in page
    assert "继续等待" in page
    chosen = buyer.post(f"/orders/{number}/shortages/{asked.number}?token={token}", {"choice": "refund"})
    assert chosen.status_code == 303
    assert selectors.shortage(asked.number).answer == "refund"
    again = buyer.post(f"/orders/{number}/shortages/{asked.number}?token={token}", {"choice": "wait"})
    assert again.status_code == 409
    assert "已经选择了" in again.content.decode()


def test_who_has_no_link_of_the_order_cannot_answer():
    (tea,) = goods(1000)
    asked = short((tea, 1))
    other = short((tea, 1))
    token = orders.access_token(other.order_number)
    for number in (asked.order_number, other.order_number):
        answer = Browser().post(f"/orders/{number}/shortages/{asked.number}?token={token}", {"choice": "refund"})
        assert answer.status_code == 404
    assert selectors.shortage(asked.number).state == "asked"


def test_service_answers_and_withdraws_and_bad_input_is_said_at_its_field():
    (tea,) = goods(1000)
    asked = short((tea, 1))
    desk = at_the_desk("service")
    where = f"/office/shortages/{asked.number}"
    assert desk.post(f"{where}/answer", {"choice": "refund"}).status_code == 422
    assert desk.post(f"{where}/withdraw", {"found": ""}).status_code == 422
    assert desk.post(f"{where}/answer", {"choice": "wait", "note": "电话"}).status_code == 303
    number = reviewed((tea, 1))
    wrong = desk.post(
        f"/office/orders/{number}/cannot-ship", {"units-1": "9", "reason": "damaged", "wait_until": "soon"}
    )
    assert wrong.status_code == 422
    assert selectors.shortages_of(number) == []


def test_the_warehouse_tells_and_does_not_answer():
    (tea,) = goods(1000)
    asked = short((tea, 1))
    hands = at_the_desk("warehouse")
    assert hands.get("/office/promises").status_code == 200
    assert hands.post(f"/office/shortages/{asked.number}/answer", {"choice": "refund", "note": "x"}).status_code == 403


def test_the_pages_cost_the_same_however_many_orders_there_are():
    (tea,) = goods(1000)
    desk = at_the_desk("service")
    reviewed((tea, 1))
    before = [statements(desk, path) for path in ("/office/promises", "/office/promises/kept")]
    for _ in range(4):
        reviewed((tea, 1))
    assert [statements(desk, path) for path in ("/office/promises", "/office/promises/kept")] == before


def test_how_promises_were_kept_can_be_taken_along():
    (tea,) = goods(1000)
    reviewed((tea, 1))
    desk = at_the_desk("service")
    assert "发货履约率" in desk.get("/office/promises/kept").content.decode()
    assert desk.get("/office/promises/kept?export=csv").status_code == 200
    assert desk.get("/office/promises/kept?from=x&to=9999-99-99").status_code == 200

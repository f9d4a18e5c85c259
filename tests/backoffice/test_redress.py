"""Amends by forms alone: the playbook beside an order, a chase to its claim, who answers, the figures; and a buyer's rating."""

from __future__ import annotations

import pytest

from tests.factories.accounts import member
from tests.factories.aftersales import ask, delivered, grant, money_arrives
from tests.factories.fulfilment import ship
from tests.factories.shop import buy, goods, open_shop
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders import selectors as orders
from zhanggui.redress import selectors, services

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open() -> None:
    open_shop()


def test_from_the_playbook_to_the_claim_without_scripts():
    (tea,) = goods(10000)
    assert services.start_playbook(actor=SYSTEM) == services.start_playbook(actor=SYSTEM) + 11
    who = member()
    number = buy((tea, 1), member_id=who.id)
    parcel = ship(number)
    desk, boss = at_the_desk("service"), at_the_desk("manager")
    care = f"/office/orders/{number}/care"
    assert "破损" in desk.get(f"{care}?scenario=damaged").content.decode()
    given = {"key": "k", "play": "damaged-arrival", "kind": "refund", "amount": "40"}
    assert desk.post(f"{care}/grant", given | {"amount": "x"}).status_code == 422
    assert desk.post(f"{care}/grant", given).status_code == 422  # more than 30 % of what was paid
    assert desk.post(f"{care}/grant", given | {"amount": "20"}).status_code == 303
    [waits] = selectors.grants_of(number)
    assert desk.post(f"/office/grants/{waits.number}/decide", {"answer": "yes"}).status_code == 403
    assert waits.number in boss.get("/office/grants").content.decode()
    assert boss.post(f"/office/grants/{waits.number}/decide", {"answer": "yes"}).status_code == 303
    assert desk.post("/office/chases", {"waybill": "nope"}).status_code == 422
    assert desk.post("/office/chases", {"waybill": parcel.waybill_no}).status_code == 303
    [chase] = selectors.chases_of([number])[number]
    page = f"/office/chases/{chase.number}"
    assert desk.post(f"{page}/lost", {"words": ""}).status_code == 422
    assert desk.post(f"{page}/lost", {"words": "丢了"}).status_code == 303
    assert desk.post(f"{page}/claim", {"amount": "80"}).status_code == 303
    [claim] = selectors.claims_on(chase=chase.number)
    money = f"/office/claims/{claim.number}"
    assert desk.post(f"{money}/file", {"amount": "80"}).status_code == 303
    assert desk.post(f"{money}/agree", {"amount": "81"}).status_code == 422
    assert desk.post(f"{money}/agree", {"amount": "60"}).status_code == 303
    assert desk.post(f"{money}/recover", {"amount": "60", "key": "k"}).status_code == 303
    assert selectors.claim(claim.number).state == "recovered"
    found = selectors.liability_about("parcel", parcel.number)
    shares = {f"share-{party}": "0" for party in selectors.PARTIES} | {
        "share-carrier": "70",
        "amount": "80",
        "loss": "lost",
        "ground": "x",
    }
    fault = f"/office/liabilities/{found.number}"
    assert desk.post(fault, shares).status_code == 422
    assert desk.post(fault, shares | {"share-mall": "30", "carrier": parcel.carrier}).status_code == 303
    for place in (
        care,
        page,
        money,
        fault,
        "/office/playbook",
        "/office/playbook/late-sorry",
        "/office/playbook/new",
        "/office/liabilities",
    ):
        assert boss.get(place).status_code == 200, place
    edit = {
        "scenario": "late",
        "title_zh": "晚了",
        "words_zh": "抱歉",
        "points_on": "1",
        "points_usual": "9",
        "points_free": "5",
        "points_most": "3",
    }
    assert boss.post("/office/playbook/late-sorry", edit).status_code == 422
    assert boss.post("/office/playbook/late-sorry", edit | {"points_free": "9", "points_most": "9"}).status_code == 303
    assert desk.post("/office/playbook/late-sorry", edit).status_code == 403


def test_a_buyer_rates_by_link_once_and_the_figures_can_be_taken_along():
    (tea,) = goods(1000)
    number = delivered((tea, 1))
    case = ask(number, (1, 1), reason="quality")
    token = orders.access_token(number)
    page = f"/orders/{number}/cases/{case.number}"
    buyer = Browser()
    assert "处理得怎么样" not in buyer.get(f"{page}?token={token}").content.decode()
    assert buyer.post(f"{page}/rate?token={token}", {"score": "5"}).status_code == 409
    grant(case)
    money_arrives()
    assert "处理得怎么样" in buyer.get(f"{page}?token={token}").content.decode()
    link = services.rating_link(case.number)
    assert buyer.get(link).status_code == 200
    assert buyer.get(f"/rate/{case.number}/wrong").status_code == 404
    assert buyer.post(link, {"score": "9"}).status_code == 422
    assert buyer.post(link, {"score": "4", "words": "很快"}).status_code == 303
    assert buyer.post(f"{page}/rate?token={token}", {"score": "1"}).status_code == 409
    desk = at_the_desk("service")
    assert "很快" in desk.get("/office/ratings").content.decode()
    assert desk.post(f"/office/ratings/{case.number}", {"noted": "继续保持"}).status_code == 303
    places = [
        "/office/service-figures",
        "/office/ratings",
        "/office/chases",
        "/office/claims",
        "/office/grants",
        "/office/liabilities",
    ]
    before = [statements(desk, place) for place in places]
    for _ in range(2):
        services.propose("order", delivered((tea, 1)), actor=SYSTEM)
    assert [statements(desk, place) for place in places] == before
    for by in selectors.BY:
        assert desk.get(f"/office/service-figures?by={by}").status_code == 200
        assert desk.get(f"/office/service-figures?by={by}&export=csv").status_code == 200
    for place in (
        "/office/claims?export=csv",
        "/office/grants?export=csv",
        "/office/ratings?export=csv",
        "/office/service-figures?from=x&to=9999-99-99",
    ):
        assert desk.get(place).status_code == 200

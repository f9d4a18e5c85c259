"""Orders over the store API: followed by their owner alone, cancelled while they can be, asked back afterwards."""

from typing import Any

import pytest
from django.test import Client
from pydantic import ValidationError

from tests.factories.aftersales import ask, delivered, grant, money_arrives
from tests.factories.pricing import PRICER
from tests.factories.shop import buy, goods, open_shop
from zhanggui.aftersales import selectors as aftersales
from zhanggui.api.store.carts import CheckoutIn
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders import services
from zhanggui.orders.selectors import access_token
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(client: Client) -> str:
    open_shop()
    (sku,) = goods(1000)
    number = buy((sku, 2))
    return f"/api/store/v1/orders/{number}?token={access_token(number)}"


def at(url: str, what: str) -> str:
    path, _, query = url.partition("?")
    return f"{path}/{what}?{query}"


def test_an_order_is_shown_to_whoever_holds_its_token_and_to_nobody_else(client: Client, paid: str) -> None:
    shown = client.get(paid).json()
    assert (shown["status"], shown["totals"]["total"]) == ("paid", {"amount": 2000, "currency": "CNY"})
    assert [entry["kind"] for entry in shown["timeline"]] == ["placed", "paid"]
    for wrong in (paid.partition("?")[0], paid[:-1] + "x", "/api/store/v1/orders/1?token=x"):
        assert client.get(wrong).json()["code"] == "not_found"


def test_a_paid_order_is_cancelled_and_its_money_goes_back(client: Client, paid: str) -> None:
    assert client.post(at(paid, "cancel")).json()["status"] == "cancelled"
    again = client.post(at(paid, "cancel"))
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_once_picking_has_begun_cancelling_asks_for_the_money_back(client: Client, paid: str) -> None:
    number = client.get(paid).json()["number"]
    services.claim_for_fulfilment(number, actor=SYSTEM)
    for _ in range(2):  # asking twice is asking once
        answer = client.post(at(paid, "cancel"))
        assert (answer.status_code, answer.json()["status"]) == (200, "fulfilling")
    (case,) = aftersales.cases_of([number])[number]
    assert (case.kind, case.amount) == ("cancel", 2000)


def test_what_happened_to_an_order_is_said_in_words(client: Client, paid: str) -> None:
    grant(ask(client.get(paid).json()["number"], (1, 1), kind="cancel", reason="ordered_wrong"))
    money_arrives()
    told = client.get(paid, headers={"Accept-Language": "en"}).json()["timeline"]
    assert ("given_up", "Part of the goods was cancelled") in [(entry["kind"], entry["text"]) for entry in told]
    assert all(entry["text"] != entry["kind"] for entry in told)


@pytest.mark.parametrize(
    ("sent", "understood"),
    [
        ({"amount": 2000, "currency": "CNY"}, (2000, "CNY")),
        (2000, (2000, "")),
        (0, (0, "")),
        (None, None),
        ({"amount": 2000}, "currency"),
        ({"amount": 2000, "currency": "yuan"}, "currency"),
        ({"amount": -1, "currency": "CNY"}, "amount"),
        (-1, "expected_total"),
        ("2000", "expected_total"),
        (True, "expected_total"),
    ],
    ids=str,
)
def test_the_expected_total_is_money_or_its_bare_amount(sent: object, understood: object) -> None:
    try:
        body = CheckoutIn.model_validate({"payment_provider": "simulator", "expected_total": sent})
    except ValidationError as error:
        (only,) = error.errors()
        assert only["loc"][-1] == understood
    else:
        money = body.expected_total
        assert understood == (money and (money.amount, money.currency))


def test_what_became_cheaper_is_told_and_had_back(client: Client) -> None:
    open_shop()
    mall_settings.put("pledges.guarantee", True, actor=SYSTEM)
    (sku,) = goods(10000)
    number = delivered((sku, 2))
    order = f"/api/store/v1/orders/{number}?token={access_token(number)}"
    row = PriceRow(catalog.sellable_by_code([sku])[0].sku_id, list_price=10000, sale_price=8000)
    pricing.set_prices([row], reason="sale", actor=PRICER)
    told = client.get(at(order, "guarantee")).json()
    assert (told["amount"], told["days"], told["elsewhere"]) == (4000, 7, True)
    assert told["lines"] == [{"line": 1, "state": "due", "kept": 2, "paid": 20000, "price": 8000, "amount": 4000}]

    def post(what: str, body: dict[str, object]) -> Any:
        return client.post(at(order, what), body, content_type="application/json").json()

    moved = post("guarantee", {"expected": 1})
    assert (moved["code"], moved["amount"]) == ("aftersales_difference_moved", 4000)
    case = post("guarantee", {"expected": 4000})
    assert (case["kind"], case["state"], case["goods_amount"]) == ("price_guarantee", "refunding", 4000)
    assert post("guarantee", {})["code"] == "aftersales_no_difference"
    claim = {"line": 1, "price": 7000, "place": "某店", "link": "https://a.example"}
    assert post("guarantee/elsewhere", {**claim, "link": "x"})["errors"][0]["loc"] == "link"
    assert post("guarantee/elsewhere", claim)["state"] == "requested"
    mall_settings.put("pledges.guarantee", False, actor=SYSTEM)
    assert client.get(at(order, "guarantee")).json()["code"] == "not_guaranteed"

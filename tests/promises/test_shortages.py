"""Units that cannot be sent: their buyer is asked once, and his first answer is carried out."""

from datetime import timedelta

import pytest

from tests.factories.aftersales import delivered, money_arrives
from tests.factories.catalog import make_product
from tests.factories.fulfilment import ship
from tests.factories.inventory import put
from tests.factories.pricing import PRICER
from tests.factories.promises import DESK, short, tell
from tests.factories.shop import buy, goods
from tests.factories.warehouse import orders_in, pack, reviewed, wave
from zhanggui.aftersales import selectors as cases
from zhanggui.aftersales import services as aftersales
from zhanggui.aftersales.types import Received, Wish
from zhanggui.fulfilment import selectors as fulfilment
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock, db, invariants, mall_settings, outbox
from zhanggui.kernel.actor import GUEST, SYSTEM, Actor
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow
from zhanggui.promises import selectors, services
from zhanggui.promises.errors import AlreadyAnswered, NothingShort, NothingToAnswer
from zhanggui.promises.settings import SILENCE

pytestmark = pytest.mark.django_db


def events(name: str) -> list[dict]:
    return [
        row["payload"] for row in db.rows("select payload from kernel_outboxevent where name = %s order by id", (name,))
    ]


def test_who_waits_is_promised_the_day_he_agreed_to_and_waves_take_his_order_by_it():
    (tea,) = goods(1000)
    asked = short((tea, 2), days=3)
    until = clock.day_bounds(clock.business_date() + timedelta(days=3))[1]
    done = services.answer(asked.number, "wait", actor=GUEST)
    order = orders.find(asked.order_number)
    assert (done.state, done.answer) == ("answered", "wait")
    assert (order["dispatch_due_at"], order["dispatch_latest_at"]) == (until, until)
    assert fulfilment.warehouse.reviews_of([order["number"]])[order["number"]].due_at == until
    assert {"cannot_ship", "promise_moved"} < {entry["kind"] for entry in order["timeline"] if entry["public"]}
    assert invariants.check() == []


def test_who_wants_his_money_gets_it_with_the_freight_and_the_stock_is_free():
    (tea,) = goods(1000, stock=5)
    asked = short((tea, 2))
    sku = asked.lines[0].sku_id
    assert sku is not None
    assert inventory.available([sku]) == {sku: 3}
    done = services.answer(asked.number, "refund", actor=GUEST)
    money_arrives()
    order = orders.find(asked.order_number)
    assert order["status"] == "refunded"
    assert order["refunded_total"] == order["paid_total"]
    assert inventory.available([sku]) == {sku: 5}
    [case] = cases.cases_of([order["number"]])[order["number"]]
    assert (case.number, case.reason, case.state) == (done.case_number, "out_of_stock", "closed")
    assert invariants.check() == []


def test_only_the_units_that_are_short_are_given_back_and_the_rest_is_sent():
    tea, cup = goods(1000, 700)
    asked = short((tea, 2), (cup, 1), units={1: 1})
    services.answer(asked.number, "refund", actor=GUEST)
    money_arrives()
    order = orders.find(asked.order_number)
    assert [line["refunded_quantity"] for line in order["lines"]] == [1, 0]
    assert order["refunded_total"] == 1000
    wave()
    ship(order["number"])
    assert orders.find(order["number"])["status"] == "shipped"


def test_the_first_answer_counts_and_the_same_again_changes_nothing():
    (tea,) = goods(1000)
    asked = short((tea, 1))
    first = services.answer(asked.number, "refund", actor=GUEST)
    assert services.answer(asked.number, "refund", actor=GUEST) == first
    with pytest.raises(AlreadyAnswered):
        services.answer(asked.number, "wait", actor=GUEST)
    assert len(cases.cases_of([asked.order_number])[asked.order_number]) == 1


def test_saying_it_again_while_he_is_asked_asks_him_once():
    (tea,) = goods(1000)
    asked = short((tea, 1))
    assert tell(asked.order_number, reason="damaged", days=None) == asked
    assert [event["shortage"] for event in events("promises.buyer_asked")] == [asked.number]


def test_without_a_day_to_wait_for_he_is_offered_his_money_only():
    (tea,) = goods(1000)
    asked = short((tea, 1), days=None)
    assert asked.choices == ("refund",)
    with pytest.raises(ValidationFailed):
        services.answer(asked.number, "wait", actor=GUEST)


def test_what_left_meanwhile_is_neither_refunded_nor_waited_for():
    (tea,) = goods(1000)
    asked = short((tea, 2))
    ship(asked.order_number)
    with pytest.raises(NothingToAnswer):
        services.answer(asked.number, "refund", actor=GUEST)
    assert selectors.shortage(asked.number).state == "over"
    assert orders.find(asked.order_number)["status"] == "shipped"
    assert cases.cases_of([asked.order_number])[asked.order_number] == []


def test_of_units_that_left_in_part_the_rest_is_refunded():
    (tea,) = goods(1000)
    asked = short((tea, 3))
    ship(asked.order_number, (1, 2))
    services.answer(asked.number, "refund", actor=GUEST)
    money_arrives()
    order = orders.find(asked.order_number)
    assert (order["refunded_total"], order["status"]) == (1000, "shipped")


def test_when_all_has_left_the_question_ends_by_itself():
    (tea,) = goods(1000)
    asked = short((tea, 1))
    ship(asked.order_number)
    outbox.drain()
    assert selectors.shortage(asked.number).state == "over"


def test_units_picked_short_in_a_wave_can_be_given_back():
    (tea,) = goods(1000)
    number = reviewed((tea, 1))
    assert orders_in(wave()) == [number]
    services.answer(tell(number, reason="not_found").number, "refund", actor=GUEST)
    money_arrives()
    assert orders.find(number)["status"] == "refunded"


def test_staff_answers_for_a_buyer_with_a_note_of_it():
    (tea,) = goods(1000)
    asked = short((tea, 1))
    with pytest.raises(ValidationFailed):
        services.answer(asked.number, "refund", actor=DESK)
    done = services.answer(asked.number, "refund", note="called him at ten", actor=DESK)
    assert (done.answered_by, done.answer_note) == ("desk", "called him at ten")


def test_only_who_may_says_so():
    (tea,) = goods(1000)
    number = reviewed((tea, 1))
    nobody = Actor("staff", 6, "nobody", frozenset())
    with pytest.raises(PermissionDenied):
        tell(number, actor=nobody)
    asked = tell(number)
    with pytest.raises(PermissionDenied):
        services.answer(asked.number, "refund", note="x", actor=nobody)
    with pytest.raises(PermissionDenied):
        services.withdraw(asked.number, reason="found", actor=nobody)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": "x"}, "reason"),
        ({"words": "x" * 501}, "words"),
        ({"days": 0}, "wait_until"),
        ({"units": {1: 3}}, "lines.1"),
        ({"units": {9: 1}}, "lines.9"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(given, field):
    (tea,) = goods(1000)
    with pytest.raises(ValidationFailed) as refused:
        short((tea, 2), **given)
    assert [error.loc for error in refused.value.errors] == [field]


def test_of_an_order_that_left_nothing_can_be_short():
    (tea,) = goods(1000)
    number = buy((tea, 1))
    ship(number)
    with pytest.raises(NothingShort):
        tell(number)


def test_found_after_all_ends_it():
    (tea,) = goods(1000)
    asked = short((tea, 1))
    assert services.withdraw(asked.number, reason="found behind the shelf", actor=DESK).state == "over"
    with pytest.raises(NothingToAnswer):
        services.answer(asked.number, "refund", actor=GUEST)


def test_variants_in_stock_that_cost_no_more_are_offered():
    product = make_product(skus=4)
    for sku, price, stock in zip(product.skus, (1000, 900, 1100, 800), (1, 5, 5, 0), strict=True):
        pricing.set_prices([PriceRow(sku.id, list_price=price, sale_price=price)], reason="opening", actor=PRICER)
        put({sku.id: stock})
    asked = short((product.skus[0].code, 1))
    assert [(each.sku, each.price, each.same) for each in asked.alternatives] == [(product.skus[1].code, 900, True)]


def test_silence_is_told_once_and_refunds_only_where_the_mall_says_so():
    (tea,) = goods(1000)
    asked = short((tea, 1))
    assert services.end_silence() == 0
    with clock.at(clock.now() + timedelta(hours=25)):
        assert (services.end_silence(), services.end_silence()) == (1, 0)
        assert selectors.attention(1000) == {"silent": 1, "asked": 0}
        mall_settings.put(SILENCE, "refund", actor=SYSTEM)
        assert services.end_silence() == 1
    assert selectors.shortage(asked.number).answer == "refund"


def two_variants(*prices: int, stock: tuple[int, int] = (1, 5)) -> tuple[str, str]:
    """The codes of two variants of one product, at these prices."""
    product = make_product(skus=2)
    for sku, price, units in zip(product.skus, prices, stock, strict=True):
        pricing.set_prices([PriceRow(sku.id, list_price=price, sale_price=price)], reason="opening", actor=PRICER)
        put({sku.id: units})
    return product.skus[0].code, product.skus[1].code


def test_who_takes_another_article_gets_it_on_the_same_promise_and_the_difference_back():
    red, blue = two_variants(1000, 900, stock=(3, 5))
    other = reviewed((red, 1))
    asked = short((red, 2), units={1: 1}, days=None)
    assert asked.choices == ("exchange", "refund")
    before = orders.find(asked.order_number)
    for sku in ("nothing", red):
        with pytest.raises(ValidationFailed):
            services.answer(asked.number, "exchange", sku=sku, actor=GUEST)
    done = services.answer(asked.number, "exchange", sku=blue, actor=GUEST)
    assert services.answer(asked.number, "exchange", sku=blue, actor=GUEST) == done  # the same again changes nothing
    with pytest.raises(AlreadyAnswered):
        services.answer(asked.number, "refund", actor=GUEST)
    money_arrives()
    order = orders.find(asked.order_number)
    assert [(line["sku"], line["quantity"], line["payable"], line["refunded_amount"]) for line in order["lines"]] == [
        (red, 1, 1000, 0), (blue, 1, 1000, 100),
    ]  # fmt: skip
    assert (order["status"], order["dispatch_due_at"]) == ("paid", before["dispatch_due_at"])
    assert cases.case(done.case_number).state == "closed"
    assert invariants.check() == []
    ship(order["number"])
    ship(other)
    assert orders.find(order["number"])["status"] == "shipped"
    assert invariants.check() == []


def test_what_was_picked_of_it_is_put_back_and_the_other_is_packed():
    red, blue = two_variants(1000, 1000)
    number = reviewed((red, 1))
    wave()
    asked = tell(number, days=None)
    services.answer(asked.number, "exchange", sku=blue, actor=GUEST)
    pack(number)
    order = orders.find(number)
    assert (order["status"], [line["sku"] for line in order["lines"]]) == ("shipped", [blue])
    assert invariants.check() == []


def test_a_replacement_that_cannot_be_sent_gives_back_what_it_was_to_replace():
    (tea,) = goods(1000, stock=3)
    first = delivered((tea, 1))
    case = aftersales.request(first, kind="exchange", reason="quality", lines=[Wish(1, 1)], actor=GUEST)
    aftersales.approve(case.number, actor=DESK)
    case = aftersales.receive_return(case.number, [Received(1, 1)], actor=DESK)
    outbox.drain()
    asked = tell(case.replacement, days=None)
    done = services.answer(asked.number, "refund", actor=GUEST)
    money_arrives()
    assert done.case_number == case.number
    assert [orders.find(each)["status"] for each in (first, case.replacement)] == ["refunded", "refunded"]
    assert invariants.check() == []

"""Cases from the wish to the money."""

from datetime import timedelta

import pytest
import time_machine

from tests.factories.aftersales import SERVICE, ask, delivered, grant, money_arrives
from tests.factories.fulfilment import deliver, ship
from tests.factories.pictures import picture
from tests.factories.pricing import PRICER
from tests.factories.promotions import live_coupon
from tests.factories.shop import buy, goods
from zhanggui.aftersales import selectors, services
from zhanggui.aftersales.errors import CaseWrongState, NotEligible, TooManyUnits
from zhanggui.aftersales.types import Received, Refundable, Wish
from zhanggui.catalog import selectors as catalog
from zhanggui.fulfilment import services as fulfilment
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import audit, clock, db, invariants, mall_settings
from zhanggui.kernel.actor import GUEST, SYSTEM
from zhanggui.kernel.problems import NotFound, Problem, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.orders.errors import NothingToShip, OrderWrongState
from zhanggui.payments import selectors as payments
from zhanggui.pricing import services as pricing
from zhanggui.promotions import services as promotions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books_are_right():
    yield
    money_arrives()
    assert invariants.check() == []


@pytest.fixture
def _freight():
    pricing.save_freight_rule(method="express", fee=1000, actor=PRICER)


def level(sku: str) -> tuple[int, int]:
    (found,) = catalog.sellable_by_code([sku])
    (view,) = inventory.levels([found.sku_id])
    return view.on_hand, view.reserved


def order(number: str) -> dict:
    found = orders.find(number)
    assert found is not None
    return found


def refunds(number: str) -> list[tuple[int, str]]:
    return [(view.amount, view.state) for view in payments.refunds_of(number)]


def test_a_return_from_wish_to_money(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    tea, cup = goods(1000, 250)
    number = delivered((tea, 3), (cup, 2))
    photo = services.keep_photo(picture(), actor=GUEST)
    case = ask(number, (1, 2), (2, 1), note=" 不合适 ", photos=[photo])
    assert (case.state, case.goods_amount, case.freight_amount, case.reserved) == ("requested", 2250, 0, False)
    assert (case.note, case.photos) == ("不合适", (photo,))
    assert services.approve(case.number, note="请寄回", actor=SERVICE).state == "awaiting_return"
    back = services.send_back(case.number, carrier="sf", waybill_no="SF 998877", actor=GUEST)
    assert (back.return_carrier, back.return_waybill) == ("SF", "SF998877")
    received = services.receive_return(case.number, [Received(1, 1, 1), Received(2, 1)], actor=SERVICE)
    assert received.state == "received"
    assert (level(tea), level(cup)) == ((98, 0), (99, 0))
    moves = inventory.movements(reference=case.number).items
    assert sorted((m.kind, m.delta) for m in moves) == [("damage", -1), ("return", 1), ("return", 1), ("return", 1)]
    assert services.refund(case.number, actor=SERVICE).state == "refunding"
    assert refunds(number) == [(2250, "pending")]
    money_arrives()
    done = selectors.case(case.number)
    assert (done.state, done.refunded_amount, done.amount) == ("closed", 2250, 2250)
    assert (order(number)["status"], order(number)["refunded_total"]) == ("delivered", 2250)
    assert [e["action"] for e in audit.history(target_type="case", target_id=case.number)][::-1] == [
        "aftersales.request", "aftersales.approve", "aftersales.send_back", "aftersales.receive_return",
        "aftersales.refund", "aftersales.close",
    ]  # fmt: skip
    told = db.rows("select payload from kernel_outboxevent where name = 'aftersales.case_moved' order by id")
    assert [t["payload"]["state"] for t in told] == ["requested", "awaiting_return", "received", "refunding", "closed"]


def test_an_order_whose_money_all_went_back_is_refunded():
    tea, cup = goods(1000, 250)
    number = delivered((tea, 3), (cup, 1))
    for wishes in ([(1, 1)], [(2, 1)], [(1, 2)]):
        grant(ask(number, *wishes))
        money_arrives()
    assert (order(number)["status"], order(number)["refunded_total"]) == ("refunded", 3250)
    assert selectors.refundable(number) == []


def test_partial_returns_of_a_discounted_line_add_up_to_what_was_paid():
    (tea,) = goods(1000)
    coupon = live_coupon({"off": 1000})
    promotions.add_code(coupon, "ONCE", actor=SYSTEM)
    number = delivered((tea, 3), coupons=("ONCE",))
    assert order(number)["total"] == 2000
    assert [grant(ask(number, (1, 1))).amount for _ in range(3)] == [666, 667, 667]
    money_arrives()
    assert order(number)["status"] == "refunded"


def test_estimates_count_the_cases_before_them():
    (tea,) = goods(1000)
    coupon = live_coupon({"off": 1000})
    promotions.add_code(coupon, "ONCE", actor=SYSTEM)
    number = delivered((tea, 3), coupons=("ONCE",))
    assert selectors.refundable(number) == [Refundable(1, "return_refund", 3, 2000)]
    first, second = ask(number, (1, 1)), ask(number, (1, 1))
    assert [first.amount, second.amount] == [666, 667]
    assert selectors.refundable(number) == [Refundable(1, "return_refund", 1, 667)]
    assert [grant(second).amount, grant(first).amount] == [666, 667]


def test_units_are_asked_for_once():
    tea, cup = goods(1000, 250)
    number = delivered((tea, 2), (cup, 1))
    first = ask(number, (1, 2))
    with pytest.raises(TooManyUnits) as refusal:
        ask(number, (2, 1), (1, 1))
    assert [error.loc for error in refusal.value.errors] == ["lines.1.quantity"]
    services.withdraw(first.number, actor=GUEST)
    again = ask(number)
    assert [(line.line, line.quantity) for line in again.lines] == [(1, 2), (2, 1)]
    with pytest.raises(TooManyUnits):
        ask(number)
    services.reject(again.number, reason="影响二次销售", actor=SERVICE)
    with pytest.raises(TooManyUnits):
        ask(number, (1, 1), (1, 2))
    assert selectors.case(again.number).decision == "影响二次销售"


def test_fewer_units_than_asked_for_shrink_the_case():
    tea, cup = goods(1000, 250)
    number = delivered((tea, 3), (cup, 1))
    case = ask(number)
    services.approve(case.number, actor=SERVICE)
    received = services.receive_return(case.number, [Received(1, 2)], actor=SERVICE)
    assert (received.amount, [line.quantity for line in received.lines]) == (2000, [2, 0])
    assert services.refund(case.number, actor=SERVICE).amount == 2000
    assert [(r.line, r.quantity, r.amount) for r in selectors.refundable(number)] == [(1, 1, 1000), (2, 1, 250)]


@pytest.mark.parametrize(
    "received",
    [
        [],
        [Received(1, 0)],
        [Received(1, 4)],
        [Received(1, -1)],
        [Received(1, 2, 2)],
        [Received(9, 1)],
        [Received(1, 1)] * 2,
    ],
)
def test_a_wrong_receipt_changes_nothing(received):
    (tea,) = goods(1000)
    number = delivered((tea, 3))
    case = ask(number)
    services.approve(case.number, actor=SERVICE)
    with pytest.raises(ValidationFailed):
        services.receive_return(case.number, received, actor=SERVICE)
    assert selectors.case(case.number).state == "awaiting_return"
    assert level(tea) == (97, 0)


@pytest.mark.usefixtures("_freight")
def test_cancelling_what_has_not_left_frees_stock_and_returns_all():
    tea, cup = goods(1000, 250)
    number = buy((tea, 2), (cup, 1))
    fulfilment.start_picking([number], actor=SERVICE)
    case = ask(number, kind="cancel", reason="ordered_wrong")
    assert (case.goods_amount, case.freight_amount) == (2250, 1000)
    approved = services.approve(case.number, actor=SERVICE)
    assert (approved.state, approved.reserved) == ("approved", True)
    assert (level(tea), level(cup)) == ((100, 0), (100, 0))
    with pytest.raises(ValidationFailed):
        ship(number)
    with pytest.raises(NothingToShip):
        ship(number, (1, 1))
    assert services.refund(case.number, actor=SERVICE).amount == 3250
    money_arrives()
    assert order(number)["status"] == "refunded"


@pytest.mark.usefixtures("_freight")
def test_cancelling_the_rest_of_an_order_lets_it_be_delivered():
    tea, cup = goods(1000, 250)
    number = buy((tea, 2), (cup, 1))
    first = ship(number, (1, 1))
    case = ask(number, kind="cancel", reason="out_of_stock")
    assert [(line.line, line.quantity) for line in case.lines] == [(1, 1), (2, 1)]
    assert services.approve(case.number, actor=SERVICE).freight_amount == 0
    assert order(number)["status"] == "shipped"
    assert level(tea) == (99, 0)
    deliver([first])
    assert order(number)["status"] == "delivered"
    services.refund(case.number, actor=SERVICE)
    grant(ask(number, kind="refund_only", reason="quality"))
    money_arrives()
    assert (order(number)["status"], order(number)["refunded_total"]) == ("refunded", 3250)


def test_cancelling_the_rest_after_the_first_parcel_arrived_delivers_at_once():
    tea, cup = goods(1000, 250)
    number = buy((tea, 1), (cup, 1))
    deliver([ship(number, (1, 1))])
    assert order(number)["status"] == "fulfilling"
    grant(ask(number, kind="cancel", reason="late"))
    assert order(number)["status"] == "delivered"


def test_part_of_an_order_can_be_cancelled_and_the_rest_shipped():
    tea, cup = goods(1000, 250)
    number = buy((tea, 2), (cup, 1))
    grant(ask(number, (1, 1), kind="cancel", reason="ordered_wrong"))
    parcel = ship(number)
    assert [(line.line, line.quantity) for line in parcel.lines] == [(1, 1), (2, 1)]
    assert order(number)["status"] == "shipped"
    money_arrives()
    assert order(number)["refunded_total"] == 1000


def test_an_order_of_which_part_was_given_up_is_cancelled_as_a_case():
    tea, cup = goods(1000, 250)
    number = buy((tea, 2), (cup, 1))
    case = ask(number, (1, 1), kind="cancel", reason="ordered_wrong")
    services.approve(case.number, actor=SERVICE)
    with pytest.raises(OrderWrongState):
        order_services.cancel(number, actor=GUEST)
    services.refund(case.number, actor=SERVICE)
    grant(ask(number, kind="cancel", reason="ordered_wrong"))
    money_arrives()
    assert order(number)["status"] == "refunded"
    assert (level(tea), level(cup)) == ((100, 0), (100, 0))


def test_a_cancelled_order_gives_the_coupon_back():
    (tea,) = goods(1000)
    promotions.add_code(live_coupon({"off": 500}), "ONCE", actor=SYSTEM, max_uses=1)
    number = buy((tea, 1), coupons=("ONCE",))
    with pytest.raises(Problem):
        buy((tea, 1), coupons=("ONCE",))
    fulfilment.start_picking([number], actor=SERVICE)
    grant(ask(number, kind="cancel", reason="ordered_wrong"))
    money_arrives()
    assert order(number)["status"] == "refunded"
    buy((tea, 1), coupons=("ONCE",))


@pytest.mark.parametrize("back", [False, True])
def test_a_full_refund_after_delivery_gives_the_coupon_back_where_the_mall_wants_it(back):
    mall_settings.put("promotions.coupons_back_after_refund", back, actor=SYSTEM)
    (tea,) = goods(1000)
    promotions.add_code(live_coupon({"off": 500}), "ONCE", actor=SYSTEM, max_uses=1)
    number = delivered((tea, 2), coupons=("ONCE",))
    grant(ask(number, (1, 1)))
    money_arrives()
    with pytest.raises(Problem):
        buy((tea, 1), coupons=("ONCE",))  # the other half of the order still stands on it
    grant(ask(number, (1, 1)))
    money_arrives()
    assert order(number)["status"] == "refunded"
    if back:
        buy((tea, 1), coupons=("ONCE",))
    else:
        with pytest.raises(Problem):
            buy((tea, 1), coupons=("ONCE",))


def test_goods_that_left_meanwhile_cannot_be_cancelled():
    (tea,) = goods(1000)
    number = buy((tea, 2))
    case = ask(number, kind="cancel", reason="ordered_wrong")
    ship(number, (1, 1))
    with pytest.raises(NothingToShip):
        services.approve(case.number, actor=SERVICE)
    assert selectors.case(case.number).state == "requested"
    ship(number)
    with pytest.raises(Problem):
        services.approve(case.number, actor=SERVICE)
    services.reject(case.number, reason="已发货", actor=SERVICE)


def test_each_kind_has_its_time():
    (tea,) = goods(1000)
    unpaid, paid, arrived = buy((tea, 1), provider="bank_transfer"), buy((tea, 1)), delivered((tea, 1))
    for number, kind in ((unpaid, "cancel"), (unpaid, "return_refund"), (paid, "return_refund"), (arrived, "cancel")):
        with pytest.raises(NotEligible):
            ask(number, kind=kind)
    with pytest.raises(NotFound):
        ask("no-such-order")


def test_seven_days_without_a_reason_and_thirty_for_a_fault():
    (tea,) = goods(1000)
    number = delivered((tea, 4))
    now = clock.now()
    minute = timedelta(minutes=1)
    with time_machine.travel(now + timedelta(days=7) - minute):
        ask(number, (1, 1))
    with time_machine.travel(now + timedelta(days=7) + minute):
        with pytest.raises(NotEligible) as refusal:
            ask(number, (1, 1))
        assert refusal.value.detail("zh-Hans") == "已超过签收后 7 天的售后期限"
        ask(number, (1, 1), reason="quality")
        ask(number, (1, 1), actor=SERVICE)
    with time_machine.travel(now + timedelta(days=30) + minute), pytest.raises(NotEligible):
        ask(number, (1, 1), reason="quality")
    mall_settings.put("aftersales.no_reason_days", 15, actor=SYSTEM)
    with time_machine.travel(now + timedelta(days=8)):
        ask(number, (1, 1))
    mall_settings.forget()


@pytest.mark.parametrize(
    ("wrong", "loc"),
    [
        ({"kind": "barter"}, "kind"), ({"reason": "whim"}, "reason"), ({"note": "x" * 1001}, "note"),
        ({"photos": ["a"] * 10}, "photos"),
        ({"lines": []}, "lines"), ({"lines": [Wish(1, 0)]}, "lines.0.quantity"), ({"lines": [Wish(1, -1)]}, "lines.0.quantity"),
    ],
)  # fmt: skip
def test_wrong_wishes_are_refused_by_field(wrong, loc):
    (tea,) = goods(1000)
    number = delivered((tea, 1))
    with pytest.raises(ValidationFailed) as refusal:
        services.request(number, **({"kind": "refund_only", "reason": "quality", "actor": GUEST} | wrong))
    assert [error.loc for error in refusal.value.errors] == [loc]


def test_a_decision_is_made_once():
    (tea,) = goods(1000)
    number = delivered((tea, 1))
    case = ask(number, kind="refund_only", reason="missing")
    services.approve(case.number, actor=SERVICE)
    for step in (
        lambda: services.approve(case.number, actor=SERVICE),
        lambda: services.reject(case.number, reason="no", actor=SERVICE),
        lambda: services.withdraw(case.number, actor=GUEST),
        lambda: services.receive_return(case.number, [Received(1, 1)], actor=SERVICE),
        lambda: services.send_back(case.number, carrier="SF", waybill_no="SF12345", actor=GUEST),
    ):
        with pytest.raises(CaseWrongState):
            step()
    services.refund(case.number, actor=SERVICE)
    with pytest.raises(CaseWrongState):
        services.refund(case.number, actor=SERVICE)
    assert refunds(number) == [(1000, "pending")]
    for unknown in (services.approve, services.refund, services.withdraw):
        with pytest.raises(NotFound):
            unknown("none", actor=SERVICE)
    other = ask(delivered((tea, 1)))
    with pytest.raises(ValidationFailed):
        services.reject(other.number, reason=" ", actor=SERVICE)


@pytest.mark.usefixtures("_freight")
def test_freight_stays_with_a_change_of_mind_and_goes_back_with_a_fault():
    (tea,) = goods(1000)
    mind, fault = delivered((tea, 1)), delivered((tea, 1))
    assert grant(ask(mind)).amount == 1000
    assert grant(ask(fault, reason="wrong_item")).amount == 2000
    money_arrives()
    assert (order(mind)["status"], order(fault)["status"]) == ("delivered", "refunded")


def test_goods_that_cost_nothing_close_at_once():
    (tea,) = goods(1000)
    promotions.add_code(live_coupon({"off": 1000}), "FREE", actor=SYSTEM)
    number = delivered((tea, 1), coupons=("FREE",))
    done = grant(ask(number))
    assert (done.state, done.amount) == ("closed", 0)
    assert refunds(number) == []
    assert order(number)["status"] == "refunded"


def test_a_refund_the_gateway_refused_is_told_on_the_case():
    (tea,) = goods(1000)
    number = delivered((tea, 1))
    case = grant(ask(number, kind="refund_only", reason="quality"))
    services.note_failed_refund(f"case:{case.number}", "balance too low", actor=SYSTEM)
    assert selectors.case(case.number).problem == "balance too low"
    services.settle_refund("somebody else's", 5, actor=SYSTEM)
    money_arrives()
    assert (selectors.case(case.number).state, selectors.case(case.number).problem) == ("closed", "")


def test_cases_are_listed_and_found_in_one_statement(django_assert_num_queries):
    (tea,) = goods(1000)
    number = delivered((tea, 3))
    made = [ask(number, (1, 1)) for _ in range(3)]
    with django_assert_num_queries(1):
        page = selectors.cases(limit=2)
    assert page.items == made[:0:-1]
    assert selectors.cases(limit=2, cursor=page.next_cursor or "").items == [made[0]]
    assert selectors.cases(state="closed").items == []
    assert len(selectors.cases(kind="return_refund").items) == 3
    with django_assert_num_queries(1):
        assert selectors.cases_of([number, "none"]) == {number: made, "none": []}
    assert selectors.case("none") is None
    assert selectors.refundable("none") == []

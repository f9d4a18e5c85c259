"""Prices lowered for a buyer after he bought: paid once down to each price, and every fen of it in the books."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.aftersales import SERVICE, ask, delivered, grant, money_arrives
from tests.factories.pictures import picture
from tests.factories.shop import buy, goods
from zhanggui.aftersales import selectors, services
from zhanggui.aftersales.errors import CaseWrongState, DifferenceMoved, NoDifference, NotEligible
from zhanggui.kernel import audit, db, invariants
from zhanggui.kernel.actor import GUEST, Actor
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.payments import selectors as payments

pytestmark = pytest.mark.django_db
JUDGE = Actor("staff", 5, "judge", frozenset({"aftersales.guarantee"}))


@pytest.fixture(autouse=True)
def _books_are_right():
    yield
    money_arrives()
    assert invariants.check() == []


def pay(number: str, **prices: int) -> int:
    """The prices of lines fall, as `_1=8000`; what goes back."""
    lowered = {int(line.strip("_")): price for line, price in prices.items()}
    return services.pay_differences(number, lowered, actor=GUEST).amount


def refunds(number: str) -> list[int]:
    return sorted(view.amount for view in payments.refunds_of(number))


def claim(number: str, price: int = 8000, **more):
    given: dict[str, Any] = {"line": 1, "place": "街角的店", "link": "https://shop.example/tea", "actor": GUEST} | more
    return services.claim_elsewhere(number, price=price, **given)


def fields(caught) -> list[tuple[str, str]]:
    return [(error.loc, error.code) for error in caught.value.errors]


def test_a_difference_is_money_back_for_goods_that_stay():
    (tea,) = goods(10000)
    number = delivered((tea, 2))
    case = services.pay_differences(number, {1: 8000}, expected=4000, actor=GUEST)
    assert (case.kind, case.reason, case.state, case.amount, case.reserved) == (
        *("price_guarantee", "price_dropped", "refunding", 4000, True),
    )
    [line] = case.lines
    assert (line.quantity, line.kept, line.before, line.price, line.amount) == (0, 2, 20000, 8000, 4000)
    money_arrives()
    closed = selectors.case(case.number)
    assert closed is not None
    assert (closed.state, closed.refunded_amount) == ("closed", 4000)
    order = orders.find(number)
    assert order is not None
    assert (order["status"], order["refunded_total"]) == ("delivered", 4000)
    [told] = [entry for entry in order["timeline"] if entry["kind"] == "price_guaranteed"]
    assert (told["public"], told["data"]) == (True, {"amount": 4000, "case": case.number})
    assert (order["lines"][0]["refunded_quantity"], order["lines"][0]["refunded_amount"]) == (0, 4000)
    actions = [entry["action"] for entry in audit.history(target_type="case", target_id=case.number)]
    assert actions[::-1] == ["aftersales.guarantee", "aftersales.refund", "aftersales.close"]


def test_it_is_paid_once_and_a_deeper_fall_pays_what_is_between():
    (tea,) = goods(10000)
    number = delivered((tea, 2))
    assert pay(number, _1=8000) == 4000
    for again in (8000, 9000):
        with pytest.raises(NoDifference):
            pay(number, _1=again)
    assert pay(number, _1=7500) == 1000
    assert [(d.price, d.amount) for d in selectors.paid_differences(number)] == [(8000, 4000), (7500, 1000)]


def test_what_the_buyer_was_shown_is_what_he_gets_or_he_is_asked_again():
    (tea,) = goods(10000)
    number = delivered((tea, 1))
    with pytest.raises(DifferenceMoved) as caught:
        services.pay_differences(number, {1: 8000}, expected=1000, actor=GUEST)
    assert caught.value.extra == {"amount": 2000}
    assert payments.refunds_of(number) == []


def test_goods_that_come_back_later_give_back_what_they_cost_by_then():
    tea, cup = goods(10000, 3000)
    number = delivered((tea, 3), (cup, 1))
    grant(ask(number, (1, 1)))  # at the full price
    assert pay(number, _1=8000, _2=2900) == 4100
    money_arrives()
    (line,) = [each for each in selectors.refundable(number) if each.line == 1]
    assert (line.quantity, line.amount) == (2, 16000)
    grant(ask(number, (1, 1)))
    grant(ask(number))
    money_arrives()
    order = orders.find(number)
    assert order is not None
    assert (order["status"], order["refunded_total"]) == ("refunded", 33000)
    assert sorted(refunds(number)) == sorted([10000, 4100, 8000, 10900])


def test_units_in_an_open_case_wait_for_its_end():
    (tea,) = goods(10000)
    number = delivered((tea, 2))
    case = ask(number, (1, 1))
    with pytest.raises(NoDifference):
        pay(number, _1=8000)
    with pytest.raises(NotEligible):
        claim(number)
    services.withdraw(case.number, actor=GUEST)
    assert pay(number, _1=8000) == 4000


def test_before_all_has_left_nothing_is_due():
    (tea,) = goods(10000)
    with pytest.raises(NotEligible):
        pay(buy((tea, 1)), _1=8000)


def test_the_last_fen_of_a_line_stays_so_that_the_order_goes_on():
    (tea,) = goods(10000)
    number = delivered((tea, 1))
    assert pay(number, _1=0) == 9999
    money_arrives()
    order = orders.find(number)
    assert order is not None
    assert order["status"] == "delivered"


def test_the_database_itself_pays_down_to_a_price_once():
    (tea,) = goods(10000)
    number = delivered((tea, 1))
    case = services.pay_differences(number, {1: 8000}, actor=GUEST).number
    for more in (", 1, 10000, 8000, 1, 5, 0, 5", ", 2, 10000, 7000, 1, 0, 0, 5", ", 2, 10000, 7000, 0, 5, 0, 5"):
        with pytest.raises(IntegrityError), transaction.atomic():
            db.execute(
                "insert into aftersales_guarantee (case_id, order_number, line, before, price, units, amount, base_quantity,"
                f" base_amount) select id, order_number{more} from aftersales_case where number = %s",
                (case,),
            )


# --- cheaper elsewhere ----------------------------------------------------------------------------------------------


def test_staff_decide_about_a_price_seen_elsewhere():
    (tea,) = goods(10000)
    number = delivered((tea, 2))
    case = claim(number, 7000, note="同款")
    assert (case.state, case.reason, case.amount, case.claimed_price, case.elsewhere, case.link, case.note) == (
        *("requested", "price_elsewhere", 6000, 7000, "街角的店", "https://shop.example/tea", "同款"),
    )
    with pytest.raises(NotEligible):  # one at a time
        claim(number, 6000)
    with pytest.raises(PermissionDenied):
        services.approve(case.number, actor=SERVICE)
    agreed = services.approve(case.number, price=9000, note="对方含运费", actor=JUDGE)
    assert (agreed.state, agreed.amount, agreed.claimed_price, agreed.lines[0].price) == ("approved", 2000, 7000, 9000)
    assert services.refund(case.number, actor=SERVICE).amount == 2000
    money_arrives()
    assert refunds(number) == [2000]
    with pytest.raises(CaseWrongState):
        services.reject(case.number, reason="no", actor=JUDGE)


def test_a_claim_can_be_refused_with_a_reason_and_asked_again():
    (tea,) = goods(10000)
    number = delivered((tea, 1))
    first = services.reject(claim(number).number, reason="不是同款", actor=JUDGE)
    assert (first.state, first.decision) == ("rejected", "不是同款")
    again = services.approve(claim(number).number, actor=JUDGE)
    assert pay(number, _1=8000) == 2000  # our own price fell to the same meanwhile
    assert services.refund(again.number, actor=SERVICE).state == "closed"  # and nothing is paid twice
    money_arrives()
    assert refunds(number) == [2000]


def test_a_claim_says_where_and_shows_it(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tea,) = goods(10000)
    number = delivered((tea, 1))
    with pytest.raises(ValidationFailed) as caught:
        claim(number, 0, place=" ", link="")
    assert fields(caught) == [("price", "range"), ("place", "required"), ("link", "required")]
    for link in ("ftp://a.example", "https://", "javascript:alert(1)", "https://a.example/" + "x" * 500, "http://[x"):
        with pytest.raises(ValidationFailed) as caught:
            claim(number, link=link)
        assert fields(caught) == [("link", "invalid")]
    with pytest.raises(ValidationFailed) as caught:
        claim(number, 10000)
    assert fields(caught) == [("price", "not_lower")]
    with pytest.raises(ValidationFailed) as caught:
        claim(number, line=2)
    assert fields(caught) == [("line", "unknown")]
    with pytest.raises(ValidationFailed) as caught:
        services.approve(claim(number).number, price=10001, actor=JUDGE)
    assert fields(caught) == [("price", "not_lower")]
    other = delivered((tea, 1))
    shown = services.keep_photo(picture(), actor=GUEST)
    assert claim(other, link="", photos=[shown]).photos == (shown,)


@settings(max_examples=6)
@given(
    st.integers(1, 4),
    st.lists(st.tuples(st.booleans(), st.integers(1, 2000)), min_size=1, max_size=5),
)
def test_whatever_happens_all_returned_gives_back_exactly_what_was_paid(quantity, steps):
    (tea,) = goods(1999, stock=quantity)
    number = delivered((tea, quantity))
    for is_return, value in steps:
        if is_return and selectors.refundable(number):
            grant(ask(number, (1, 1)))
        elif not is_return:
            try:
                pay(number, _1=value)
            except NoDifference:
                continue
        money_arrives()
        order = orders.find(number)
        assert order is not None
        assert order["refunded_total"] == sum(refunds(number)) <= order["paid_total"]
        if order["status"] == "refunded":
            break
    if selectors.refundable(number):
        grant(ask(number))
        money_arrives()
    assert sum(refunds(number)) == 1999 * quantity

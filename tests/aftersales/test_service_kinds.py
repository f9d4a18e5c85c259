"""Exchange, repair, what was missing: units the buyer keeps, and no money that was not paid."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.aftersales import SERVICE, ask, delivered, money_arrives
from tests.factories.catalog import make_category
from tests.factories.fulfilment import deliver, ship
from tests.factories.inventory import put
from tests.factories.shop import goods
from zhanggui.aftersales import policy, selectors, services
from zhanggui.aftersales.errors import (
    CaseWrongState,
    ExchangeDearer,
    NoReplacement,
    NotEligible,
    ReplacementLeft,
    TooManyUnits,
)
from zhanggui.aftersales.types import Received, Wish
from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock, db, invariants, mall_settings
from zhanggui.kernel.actor import GUEST, SYSTEM, Actor
from zhanggui.kernel.problems import PermissionDenied, Problem, ValidationFailed
from zhanggui.orders import facts
from zhanggui.orders import selectors as orders
from zhanggui.payments import selectors as payments

pytestmark = pytest.mark.django_db
KEEPER = Actor("staff", 6, "policy keeper", frozenset({"aftersales.policy"}))


@pytest.fixture(autouse=True)
def _books_are_right():
    yield
    money_arrives()
    assert invariants.check() == []


def sku_id(code: str) -> int:
    return catalog.sellable_by_code([code])[0].sku_id


def states(code: str) -> tuple[int, int, int]:
    """(on hand, reserved, damaged)."""
    (found,) = inventory.states([sku_id(code)])
    return found.on_hand, found.reserved, found.damaged


def exchange(number: str, line: int, units: int, sku: str = "", reason: str = "quality"):
    return services.request(number, kind="exchange", reason=reason, lines=[Wish(line, units, sku)], actor=GUEST)


def arrive(case) -> None:
    """The replacement is packed, travels and arrives; everybody hears of it."""
    deliver([ship(selectors.case(case.number).replacement)])
    money_arrives()


def test_an_exchange_for_something_cheaper_from_asking_to_delivery_and_back_again():
    tea, cup = goods(1000, 900, stock=10)
    number = delivered((tea, 3))
    before = facts.period_totals(clock.now() - timedelta(days=1), clock.now() + timedelta(days=1))
    case = exchange(number, 1, 1, cup)
    assert (case.goods_amount, case.lines[0].wanted, case.lines[0].difference) == (100, cup, 100)
    with pytest.raises(TooManyUnits):
        ask(number, (1, 3))  # one of them is spoken for

    case = services.approve(case.number, actor=SERVICE)
    assert case.state == "awaiting_return"
    assert states(cup) == (10, 1, 0)  # put aside
    case = services.send_back(case.number, carrier="SF", waybill_no="SF12345678", actor=GUEST)
    case = services.receive_return(case.number, [Received(1, 1)], actor=SERVICE)
    assert case.state == "replacing"
    sent = orders.find(case.replacement)
    assert sent is not None
    assert (sent["kind"], sent["status"], sent["total"], sent["lines"][0]["sku"]) == ("replacement", "paid", 0, cup)
    assert (states(tea), states(cup)) == ((8, 0, 0), (10, 1, 0))
    with pytest.raises(CaseWrongState):
        services.refund(case.number, actor=SERVICE)
    with pytest.raises(NotEligible) as refusal:
        ask(case.replacement, kind="cancel")
    assert refusal.value.extra["order"] == number

    arrive(case)
    case = selectors.case(case.number)
    assert (case.state, case.refunded_amount) == ("closed", 100)
    first, second = orders.find(number)["lines"]
    assert (first["quantity"], first["payable"], first["sku"]) == (2, 2000, tea)
    assert (second["quantity"], second["payable"], second["refunded_amount"], second["sku"]) == (1, 1000, 100, cup)
    assert facts.period_totals(clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)) == before

    # The cup may be claimed like anything: for what it cost, and the rest of the tea for what that did.
    back = ask(number, (2, 1), reason="quality")
    assert (back.amount, back.lines[0].sku_code) == (900, cup)
    assert ask(number, (1, 2)).amount == 2000
    assert sum(each.amount for each in selectors.cases_of([number])[number]) == 3000


def test_the_same_article_again_changes_nothing_of_the_order():
    (tea,) = goods(1000, stock=3)
    number = delivered((tea, 2))
    case = services.approve(exchange(number, 1, 1).number, actor=SERVICE)
    case = services.receive_return(case.number, [Received(1, 0, kept=1)], actor=SERVICE)
    assert states(tea) == (2, 1, 1)  # what came is kept as damaged
    arrive(case)
    assert selectors.case(case.number).state == "closed"
    assert payments.refunds_of(number) == []
    assert ask(number, (1, 2), reason="quality").amount == 2000
    assert [(step.state, step.left_by) for step in selectors.steps(case.number)] == [
        ("requested", "staff"), ("awaiting_return", "staff"), ("received", "staff"), ("replacing", "system"), ("closed", ""),
    ]  # fmt: skip


def test_what_is_dearer_or_not_there_is_refused_and_money_may_come_instead():
    tea, cup, pot = goods(1000, 1001, 900, stock=1)
    number = delivered((tea, 1))
    with pytest.raises(ExchangeDearer) as dearer:
        exchange(number, 1, 1, cup)
    assert [error.loc for error in dearer.value.errors] == ["lines.0.sku"]
    with pytest.raises(ValidationFailed):
        services.request(number, kind="repair", reason="no_reason", lines=[Wish(1, 1)], actor=GUEST)
    case = exchange(number, 1, 1, pot)
    put({sku_id(pot): 0})
    with pytest.raises(NoReplacement):
        services.approve(case.number, actor=SERVICE)
    case = services.refund_instead(case.number, actor=GUEST)
    assert (case.kind, case.asked_kind, case.state, case.amount) == ("return_refund", "exchange", "requested", 1000)
    services.approve(case.number, actor=SERVICE)
    services.receive_return(case.number, [Received(1, 1)], actor=SERVICE)
    services.refund(case.number, actor=SERVICE)
    money_arrives()
    assert orders.find(number)["status"] == "refunded"


def test_a_replacement_that_cannot_be_sent_is_given_up_for_money_while_it_has_not_left():
    tea, cup = goods(1000, 1000, stock=5)
    first, second = delivered((tea, 1)), delivered((tea, 1))
    cases = []
    for number in (first, second):
        case = services.approve(exchange(number, 1, 1, cup).number, actor=SERVICE)
        cases.append(services.receive_return(case.number, [Received(1, 1)], actor=SERVICE))
    with pytest.raises(PermissionDenied):
        services.refund_instead(cases[0].number, actor=GUEST)
    back = services.refund_instead(cases[0].number, actor=SERVICE)
    assert (back.state, back.amount, orders.find(back.replacement)["status"]) == ("received", 1000, "refunded")
    services.refund(back.number, actor=SERVICE)
    ship(cases[1].replacement)
    with pytest.raises(ReplacementLeft):
        services.refund_instead(cases[1].number, actor=SERVICE)


def test_repair_goes_there_and_back_and_books_no_stock():
    (tea,) = goods(1000, stock=5)
    number = delivered((tea, 2))
    case = ask(number, (1, 1), kind="repair", reason="quality")
    services.approve(case.number, actor=SERVICE)
    services.receive_return(case.number, [Received(1, 1)], actor=SERVICE)
    assert states(tea) == (3, 0, 0)
    case = services.send_on(
        case.number, carrier="SF", waybill_no="SF7654321", words="换了壶盖", repaired=True, actor=SERVICE
    )
    assert (case.state, case.verdict) == ("returning", "repaired")
    assert services.confirm_back(case.number, actor=GUEST).state == "closed"
    # And where it cannot be repaired, it stays with the mall and money comes.
    case = ask(number, (1, 1), kind="repair", reason="quality")
    services.approve(case.number, actor=SERVICE)
    services.receive_return(case.number, [Received(1, 1)], actor=SERVICE)
    case = services.refund_instead(case.number, note="修不好", actor=SERVICE)
    assert (case.kind, case.amount, states(tea)) == ("return_refund", 1000, (4, 0, 1))
    services.refund(case.number, actor=SERVICE)


def test_what_was_missing_is_sent_and_what_came_wrong_goes_back():
    tea, lid = goods(1000, 50, stock=9)
    number = delivered((tea, 2))
    case = ask(number, (1, 1), kind="resend", reason="missing")
    case = services.approve(case.number, parts={1: lid}, actor=SERVICE)
    assert (case.state, orders.find(case.replacement)["lines"][0]["sku"]) == ("replacing", lid)
    arrive(case)
    assert selectors.case(case.number).state == "closed"
    case = services.approve(ask(number, (1, 2)).number, actor=SERVICE)
    with pytest.raises(ValidationFailed):
        services.receive_return(case.number, [Received(1, 2, kept=1)], actor=SERVICE)  # more than asked for
    case = services.send_on(case.number, carrier="SF", waybill_no="SF999999", words="寄来的是别家的茶", actor=SERVICE)
    assert (case.state, case.verdict) == ("returning", "refused")
    case = services.confirm_back(case.number, actor=GUEST)
    assert (case.state, case.amount, case.refunded_amount) == ("rejected", 0, 0)
    assert ask(number, (1, 2)).amount == 2000  # nothing is spoken for any more


def test_what_comes_back_is_sold_again_kept_scrapped_or_for_its_supplier():
    (tea,) = goods(1000, stock=10)
    case = services.approve(ask(delivered((tea, 6))).number, actor=SERVICE)
    services.note_arrival(case.number, actor=SERVICE)
    with time_machine.travel(clock.now() + timedelta(hours=5), tick=False):
        case = services.receive_return(
            case.number, [Received(1, 2, damaged=1, kept=1, supplier=2)], note="两只有裂纹", actor=SERVICE
        )
    (line,) = case.lines
    assert (line.good, line.damaged, line.held, line.supplier) == (2, 4, 1, 2)
    assert states(tea) == (9, 0, 3)  # 4 left, 2 good, 3 kept as damaged, 1 written off
    assert selectors.inspection_hours(clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)) == 5.0
    assert [remark.text for remark in selectors.thread(case.number, internal=True)] == ["两只有裂纹"]
    assert selectors.thread(case.number, internal=False) == []


def test_words_and_photos_are_written_once_and_end_with_the_case():
    (tea,) = goods(1000)
    case = ask(delivered((tea, 1)))
    services.remark(case.number, text="外包装也裂了", actor=GUEST)
    services.remark(case.number, text="请他拍照", internal=True, actor=SERVICE)
    services.remark(case.number, text="请补一张照片", actor=SERVICE)
    assert [each.text for each in selectors.thread(case.number, internal=False)] == ["外包装也裂了", "请补一张照片"]
    assert len(selectors.thread(case.number, internal=True)) == 3
    with pytest.raises(PermissionDenied):
        services.remark(case.number, text="x", internal=True, actor=GUEST)
    services.withdraw(case.number, actor=GUEST)
    with pytest.raises(CaseWrongState):
        services.remark(case.number, text="还有", actor=GUEST)
    for statement in ("update aftersales_remark set text = 'x'", "delete from aftersales_remark"):
        with pytest.raises(Exception, match="written once"), transaction.atomic():
            db.execute(statement)


def test_silence_has_its_consequence_once():
    (tea,) = goods(1000, stock=50)
    asked = ask(delivered((tea, 1)), kind="refund_only", reason="quality")
    unsent = services.approve(ask(delivered((tea, 1))).number, actor=SERVICE)
    sent = services.approve(ask(delivered((tea, 1))).number, actor=SERVICE)
    swap = services.approve(exchange(delivered((tea, 1)), 1, 1).number, actor=SERVICE)
    repair = services.approve(ask(delivered((tea, 1)), kind="repair", reason="quality").number, actor=SERVICE)
    for case in (sent, swap, repair):
        services.send_back(case.number, carrier="SF", waybill_no="SF12345678", actor=GUEST)
    services.note_arrival(sent.number, actor=SERVICE)
    assert services.lapse_due() == 0
    assert asked.due_at == asked.requested_at + timedelta(hours=48)
    late = clock.now() + timedelta(days=11)
    with time_machine.travel(late, tick=False):
        assert selectors.cases(overdue=True).items[0].number == asked.number  # longest overdue first
        assert services.lapse_due() == 4
        assert services.lapse_due() == 0
    found = {case.number: selectors.case(case.number) for case in (asked, unsent, sent, swap, repair)}
    assert [found[case.number].state for case in (asked, unsent, sent, swap, repair)] == [
        "refunding", "withdrawn", "refunding", "replacing", "awaiting_return",
    ]  # fmt: skip
    assert found[repair.number].overdue_at is not None  # nobody can repair by himself
    assert found[asked.number].decision
    # What comes after all is booked, and changes nothing else.
    services.receive_return(sent.number, [Received(1, 1)], actor=SERVICE)
    services.receive_return(swap.number, [Received(1, 1)], actor=SERVICE)
    with pytest.raises(CaseWrongState):
        services.receive_return(sent.number, [Received(1, 1)], actor=SERVICE)
    times = {
        time.state: time for time in selectors.step_times(clock.now() - timedelta(days=1), late + timedelta(days=1))
    }
    assert (times["requested"].left, times["requested"].by_itself) == (5, 1)


def test_rules_of_a_category_hold_below_it_and_for_what_is_ordered_after():
    mall_settings.put(policy.KINDS_OFFERED, ["return_refund", "refund_only", "exchange"], actor=SYSTEM)
    above = make_category()
    below = make_category(parent=above)
    parent, child = above.id, below.id
    (tea,) = goods(1000, category=below)
    old = delivered((tea, 1))
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        services.save_policy(
            parent, no_reason_days=0, claim_days=2, kinds=["refund_only"], zh="生鲜易腐", en="fresh food", actor=KEEPER
        )
    with pytest.raises(PermissionDenied):
        services.save_policy(parent, no_reason_days=1, actor=SERVICE)
    with pytest.raises(ValidationFailed):
        services.save_policy(parent, no_reason_days=0, actor=KEEPER)
    assert ask(old).state == "requested"  # sold under the terms of before
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        new = delivered((tea, 1))
        for kind, reason in (
            ("return_refund", "no_reason"),
            ("refund_only", "no_reason"),
            ("return_refund", "quality"),
        ):
            with pytest.raises(NotEligible):
                ask(new, kind=kind, reason=reason)
        assert ask(new, kind="refund_only", reason="quality").state == "requested"
    terms = policy.of(catalog.category_path(child), clock.now() + timedelta(minutes=2))
    assert (terms.no_reason_days, terms.kinds, terms.words.en) == (0, ("refund_only",), "fresh food")


STEP = st.tuples(
    st.sampled_from(("ask", "swap", "approve", "receive", "refund", "arrive", "instead", "withdraw")), st.integers(0, 7)
)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=8, max_size=14), price=st.integers(300, 999))
def test_in_any_order_of_cases_no_more_goes_back_than_was_paid(steps, price):
    """Units are kept, exchanged or given back; and giving back the rest gives back exactly the rest."""
    with transaction.atomic():
        tea, cup = goods(price, price - 7, stock=40)
        number = delivered((tea, 3))
        numbers: list[str] = []
        for verb, pick in steps:
            try:
                with transaction.atomic():
                    _step(verb, pick, number, cup, numbers)
            except Problem:
                continue
            money_arrives()
            order = orders.find(number)
            assert order["refunded_total"] <= order["paid_total"]
        assert invariants.check() == []
        for each in selectors.cases_of([number])[number]:
            if each.state in ("requested", "awaiting_return"):
                services.withdraw(each.number, actor=GUEST)
            elif each.kind != "return_refund" and each.state == "replacing":
                arrive(each)
            elif each.state in ("approved", "received"):
                services.refund(each.number, actor=SERVICE)
        money_arrives()
        for line in orders.find(number)["lines"]:
            if left := line["quantity"] - line["refunded_quantity"]:
                case = ask(number, (line["line"], left), actor=SERVICE)
                services.approve(case.number, actor=SERVICE)
                services.receive_return(case.number, [Received(line["line"], left)], actor=SERVICE)
                services.refund(case.number, actor=SERVICE)
        money_arrives()
        order = orders.find(number)
        assert (order["status"], order["refunded_total"]) == ("refunded", order["paid_total"])
        assert invariants.check() == []
        transaction.set_rollback(True)


def _step(verb: str, pick: int, number: str, cup: str, numbers: list[str]) -> None:
    lines = orders.find(number)["lines"]
    line = lines[pick % len(lines)]["line"]
    if verb == "ask":
        numbers.append(ask(number, (line, 1 + pick % 2)).number)
        return
    if verb == "swap":
        numbers.append(exchange(number, line, 1 + pick % 2, cup if pick % 3 else "").number)
        return
    if not numbers:
        return
    case = selectors.case(numbers[pick % len(numbers)])
    if verb == "approve":
        services.approve(case.number, actor=SERVICE)
    elif verb == "receive":
        services.receive_return(case.number, [Received(each.line, each.quantity) for each in case.lines], actor=SERVICE)
    elif verb == "refund":
        services.refund(case.number, actor=SERVICE)
    elif verb == "arrive" and case.state == "replacing":
        arrive(case)
    elif verb == "instead":
        services.refund_instead(case.number, actor=SERVICE)
    elif verb == "withdraw":
        services.withdraw(case.number, actor=GUEST)

"""Another price for an unpaid order (PRC-11): exact to the fen, inside limits, and never two truths about what is due."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import promotions, shop
from tests.orders.racing import ROUNDS, books_are_right, money_back, scattered, settle, status, unpaid, waiting
from zhanggui.kernel import audit, db
from zhanggui.kernel.actor import GUEST, SYSTEM, Actor
from zhanggui.kernel.problems import PermissionDenied, Problem, ValidationFailed
from zhanggui.orders import selectors
from zhanggui.orders import services as orders
from zhanggui.orders.errors import OrderWrongState, PriceMoved, PriceTooLow
from zhanggui.orders.repricing import repriced
from zhanggui.payments import selectors as payments
from zhanggui.payments import services as payment_services

CLERK = Actor("staff", None, "clerk", frozenset({"orders.change_price"}))
CHIEF = Actor("staff", None, "chief", frozenset({"orders.change_price", "pricing.below_floor"}))


def found(number: str) -> dict[str, Any]:
    order = selectors.find(number)
    assert order is not None
    return order


def open_intents(number: str) -> list[tuple[str, int]]:
    return [(one.provider, one.amount) for one in payments.intents_of([number]) if one.state == "pending"]


@settings(max_examples=300)
@given(
    quantity=st.integers(1, 200),
    unit_price=st.integers(0, 10**6),
    off=st.integers(0, 10**6),
    steps=st.lists(st.integers(0, 10**8), min_size=1, max_size=4),
)
def test_a_line_comes_to_what_is_asked_for_however_often(
    quantity: int, unit_price: int, off: int, steps: list[int]
) -> None:
    off = min(off, quantity * unit_price)
    promised = [{"ref": 7, "coupon": "", "amount": off}] if off else []
    line = {"position": 1, "quantity": quantity, "unit_price": unit_price, "discounts": promised}
    for payable in steps:
        new = repriced(line, payable)
        assert new.payable == payable == quantity * new.unit_price - new.discount
        assert new.discount == sum(share["amount"] for share in new.discounts)
        assert min([share["amount"] for share in new.discounts], default=0) >= 0
        assert new.placed == quantity * unit_price - off
        line |= {"unit_price": new.unit_price, "discounts": new.discounts}
    back = repriced(line, quantity * unit_price - off)
    assert (back.unit_price, back.discounts) == (unit_price, promised)


@pytest.mark.django_db
class TestChangePrice:
    def test_cheaper_lines_and_freight(self) -> None:
        a, b = shop.goods(1000, 333)
        number = waiting((a, 3), (b, 2))
        before = found(number)
        total = orders.change_price(number, lines={1: 2999, 2: 600}, shipping=0, reason="老客户", actor=CLERK)
        order = found(number)
        assert order["total"] == total == 3599
        assert [line["payable"] for line in order["lines"]] == [2999, 600]
        assert [line["unit_price"] for line in order["lines"]] == [1000, 333]
        assert order["explanation"][-1]["amount"] == order["discount_total"] == 67
        (told,) = [entry for entry in order["timeline"] if entry["kind"] == "price_changed"]
        assert told["public"]
        assert (told["data"]["from"], told["data"]["to"], told["data"]["reason"]) == (before["total"], 3599, "老客户")
        (noted,) = audit.history(action="orders.change_price")
        assert (noted["before"]["total"], noted["after"]["total"], noted["reason"]) == (before["total"], 3599, "老客户")
        (event,) = db.rows("select payload from kernel_outboxevent where name = 'orders.order_price_changed'")
        assert (event["payload"]["total_before"], event["payload"]["total"]) == (before["total"], 3599)
        books_are_right()

    def test_the_sum_of_the_goods_is_spread_to_the_fen(self) -> None:
        number = waiting(*((code, 1) for code in shop.goods(1000, 1000, 1000)))
        orders.change_price(number, goods=2500, shipping=0, reason="议价", actor=CLERK)
        assert [line["payable"] for line in found(number)["lines"]] == [834, 833, 833]
        books_are_right()

    def test_dearer_by_an_amount_that_does_not_divide(self) -> None:
        (a,) = shop.goods(1000)
        number = waiting((a, 3))
        orders.change_price(number, lines={1: 3100}, reason="加急包装", actor=CLERK)
        (line,) = found(number)["lines"]
        assert (line["unit_price"], line["discount"], line["payable"]) == (1034, 2, 3100)
        books_are_right()

    def test_what_promotions_gave_stays(self) -> None:
        promotions.live(budget=100_000)
        (a,) = shop.goods(10_000)
        number = waiting((a, 1))
        given_by_promotion = found(number)["discount_total"]
        assert given_by_promotion
        orders.change_price(number, lines={1: 8000}, reason="议价", actor=CLERK)
        order = found(number)
        assert [e["amount"] for e in order["explanation"]] == [given_by_promotion, 2000 - given_by_promotion]
        orders.change_price(number, lines={1: 9000}, reason="改回", actor=CLERK)
        assert [e["amount"] for e in found(number)["explanation"]] == [given_by_promotion]
        books_are_right()

    def test_attempts_for_the_old_amount_are_void_and_one_for_the_new_is_open(self) -> None:
        (a,) = shop.goods(1000)
        number = waiting((a, 2))
        due = found(number)["total"]
        assert open_intents(number) == [("bank_transfer", due)]
        orders.change_price(number, lines={1: 1500}, shipping=0, reason="议价", actor=CLERK)
        assert open_intents(number) == [("bank_transfer", 1500)]
        with pytest.raises(ValidationFailed):
            payment_services.confirm_bank_transfer(number, actor=SYSTEM, amount=due, bank_reference="B-1")
        payment_services.confirm_bank_transfer(number, actor=SYSTEM, amount=1500, bank_reference="B-2")
        assert (status(number), found(number)["paid_total"]) == ("paid", 1500)
        books_are_right()

    def test_money_for_the_old_amount_goes_back_and_the_new_one_pays(self) -> None:
        (a,) = shop.goods(1000)
        number = unpaid((a, 2))
        order = found(number)
        late = payment_services.simulate([(number, order["total"], order["currency"])])
        orders.change_price(number, lines={1: 1500}, shipping=0, reason="议价", actor=CLERK)
        (received,) = payment_services.receive(late)
        assert orders.apply_payments([received.id])[0].outcome == "surplus"  # type: ignore[list-item]
        settle()
        assert (status(number), money_back(number)) == ("pending_payment", order["total"])
        orders.start_payment(number, "simulator", actor=GUEST)
        assert (status(number), found(number)["paid_total"]) == ("paid", 1500)
        books_are_right()

    def test_only_while_it_is_unpaid(self) -> None:
        (a,) = shop.goods(1000)
        for number in (shop.buy((a, 1)), waiting((a, 1))):
            if status(number) == "pending_payment":
                orders.cancel(number, actor=SYSTEM)
            with pytest.raises(OrderWrongState):
                orders.change_price(number, lines={1: 900}, reason="议价", actor=CHIEF)

    def test_only_with_the_permission(self) -> None:
        (a,) = shop.goods(1000)
        number = waiting((a, 1))
        with pytest.raises(PermissionDenied):
            orders.change_price(number, lines={1: 900}, reason="议价", actor=Actor("staff", None, "packer"))

    def test_never_below_one_fen(self) -> None:
        (a,) = shop.goods(1000)
        number = waiting((a, 1))
        with pytest.raises(ValidationFailed):
            orders.change_price(number, lines={1: 0}, shipping=0, reason="免单", actor=CHIEF)
        assert orders.change_price(number, lines={1: 1}, shipping=0, reason="一分钱", actor=CHIEF) == 1
        books_are_right()

    def test_below_cost_and_below_the_limit_need_a_permission_of_their_own(self) -> None:
        (a,) = shop.goods(1000)
        number = waiting((a, 2))
        cost = db.row("select cost from orders_orderline where sku_code = %s", (a,))
        assert cost is not None
        floor = 1400 if cost["cost"] is None else max(1400, 2 * cost["cost"])
        with pytest.raises(PriceTooLow):
            orders.change_price(number, lines={1: floor - 1}, reason="议价", actor=CLERK)
        orders.change_price(number, lines={1: floor}, reason="议价", actor=CLERK)
        db.execute("update orders_orderline set cost = %s where sku_code = %s", (floor // 2, a))
        with pytest.raises(PriceTooLow) as low:
            orders.change_price(number, lines={1: floor - 2}, reason="议价", actor=CLERK)
        assert low.value.errors[0].code == "below_cost"
        orders.change_price(number, lines={1: 1600}, reason="涨回", actor=CLERK)
        assert orders.change_price(number, lines={1: 1000}, shipping=0, reason="店长同意", actor=CHIEF) == 1000

    def test_two_clerks_do_not_overwrite_one_another(self) -> None:
        (a,) = shop.goods(1000)
        number = waiting((a, 2))
        seen = found(number)["total"]
        orders.change_price(number, lines={1: 1900}, reason="议价", expected_total=seen, actor=CLERK)
        with pytest.raises(PriceMoved):
            orders.change_price(number, lines={1: 1800}, reason="议价", expected_total=seen, actor=CLERK)

    @pytest.mark.parametrize(
        "asked",
        [
            {"lines": {1: 900}, "reason": " "},
            {"lines": {1: 900}, "reason": "x" * 201},
            {"lines": {1: -1}, "reason": "议价"},
            {"lines": {9: 900}, "reason": "议价"},
            {"lines": {1: 900}, "goods": 900, "reason": "议价"},
            {"shipping": -1, "reason": "议价"},
            {"reason": "议价"},
        ],
    )
    def test_what_makes_no_sense_is_refused_in_words(self, asked: dict[str, Any]) -> None:
        (a,) = shop.goods(1000)
        number = waiting((a, 1))
        with pytest.raises(ValidationFailed) as refused:
            orders.change_price(number, actor=CHIEF, **asked)
        assert refused.value.errors[0].code in ("required", "range", "unknown", "ambiguous", "unchanged")


@pytest.mark.django_db(transaction=True)
def test_payment_and_price_change_at_the_same_moment() -> None:
    """Whoever is first, the order is paid with what was due at that moment, or the old money goes back."""
    seen = set()
    for _ in range(ROUNDS * 2):
        (a,) = shop.goods(1000)
        number = unpaid((a, 2))
        order = found(number)
        due = order["total"]
        news = payment_services.simulate([(number, due, order["currency"])])
        (received,) = payment_services.receive(news)

        def change(number: str = number) -> str:
            try:
                orders.change_price(number, lines={1: 1500}, shipping=0, reason="议价", actor=CLERK)
            except Problem as refused:
                return refused.code
            return "changed"

        outcomes = scattered([lambda r=received: orders.apply_payments([r.id])[0].outcome, change])
        assert [o.error for o in outcomes if o.error] == []
        answer = tuple(o.value for o in outcomes)
        seen.add(answer)
        settle()
        if answer == ("paid", "wrong_state"):
            assert (status(number), found(number)["paid_total"], money_back(number)) == ("paid", due, 0)
        else:
            assert answer == ("surplus", "changed")
            assert (status(number), found(number)["total"], money_back(number)) == ("pending_payment", 1500, due)
            assert open_intents(number) == [("simulator", 1500)]
    books_are_right()

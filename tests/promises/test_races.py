"""The buyer answers while he answers elsewhere, and while the warehouse ships."""

import pytest

from tests.factories.aftersales import money_arrives
from tests.factories.fulfilment import ship
from tests.factories.promises import short
from tests.factories.shop import goods
from tests.support.races import run_together
from zhanggui.aftersales import selectors as cases
from zhanggui.aftersales import services as aftersales
from zhanggui.kernel import invariants
from zhanggui.kernel.actor import GUEST, SYSTEM
from zhanggui.kernel.problems import Problem
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.promises import selectors, services

pytestmark = pytest.mark.django_db(transaction=True)


def outcome_of(number: str) -> tuple[bool, bool]:
    """Whether its promise was moved, and whether its money goes back."""
    order = orders.find(number)
    moved = any(entry["kind"] == "promise_moved" for entry in order["timeline"])
    return moved, bool(cases.cases_of([number])[number])


def test_of_two_answers_one_is_carried_out():
    (tea,) = goods(1000)
    for _ in range(2):
        asked = short((tea, 2))
        outcomes = run_together(
            [
                lambda c=choice, n=asked.number: services.answer(n, c, actor=GUEST)
                for choice in ("wait", "refund", "refund")
            ]
        )
        assert not [each.error for each in outcomes if each.error and not isinstance(each.error, Problem)]
        assert sum(outcome_of(asked.order_number)) == 1
    money_arrives()
    assert invariants.check() == []


def test_looked_at_first_and_carried_out_then_both_answers_are():
    """The naive twin: who reads that nobody has answered, and then acts, acts beside the other."""
    (tea,) = goods(1000)
    asked = short((tea, 2))
    until = asked.wait_until
    assert until is not None

    def naive(choice: str) -> None:
        if choice == "wait":
            from django.db import transaction

            with transaction.atomic():
                order_services.move_promise(asked.order_number, until, actor=GUEST)
        else:
            case = aftersales.request(asked.order_number, kind="cancel", reason="out_of_stock", actor=GUEST)
            aftersales.approve(case.number, actor=SYSTEM)

    seen = [selectors.shortage(asked.number).state for _ in range(2)]  # both look before either acts
    assert seen == ["asked", "asked"]
    for choice in ("wait", "refund"):
        naive(choice)
    assert outcome_of(asked.order_number) == (True, True)


def test_units_are_shipped_or_refunded_and_never_both():
    (tea,) = goods(1000)
    for _ in range(3):
        asked = short((tea, 1))
        outcomes = run_together(
            [lambda n=asked.number: services.answer(n, "refund", actor=GUEST), lambda n=asked.order_number: ship(n)]
        )
        assert not [each.error for each in outcomes if each.error and not isinstance(each.error, Problem)]
        [line] = orders.find(asked.order_number)["lines"]
        assert line["shipped_quantity"] + line["refunded_quantity"] == 1
        assert selectors.shortage(asked.number).state == ("answered" if line["refunded_quantity"] else "over")
    money_arrives()
    assert invariants.check() == []

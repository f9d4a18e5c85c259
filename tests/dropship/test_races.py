"""Who is first with a supplier order: the buyer who cancels or the supplier who sends, and two who tell him at once."""

import pytest

from tests.factories.dropship import holds, lying, ordered, partner, secret, sends, view
from tests.factories.shop import attempt, wants
from tests.factories.warehouse import paid, somewhere
from tests.support.races import repeat_together, run_together
from zhanggui.dropship import selectors, services
from zhanggui.dropship.errors import BuyerGone
from zhanggui.fulfilment import services as fulfilment
from zhanggui.kernel import db, invariants
from zhanggui.kernel.actor import GUEST, SYSTEM
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.orders.errors import OrderWrongState

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("round_", range(2))
def test_of_a_buyer_who_cancels_and_a_supplier_who_sends_one_wins(round_: int):
    who = partner()
    (tea,) = sends(who, 10_000)
    number, told = ordered((tea, 2))
    key = secret(who)
    cancelled, sent = run_together(
        [
            lambda: order_services.cancel(number, actor=SYSTEM, reason="changed_mind"),
            lambda: services.ship(told.number, carrier="SF", waybill_no=f"SF90000000{round_}", actor=GUEST, secret=key),
        ]
    )
    assert cancelled.ok != sent.ok
    assert isinstance(cancelled.error, OrderWrongState) or isinstance(sent.error, BuyerGone)
    services.follow([number])
    assert (orders.find(number)["status"], view(told.number).state, lying(tea)) in (
        ("shipped", "shipped", (8, 0)),
        ("cancelled", "cancelled", (10, 0)),
    )
    assert invariants.check() == []


def test_told_by_several_at_once_while_the_buyer_cancels_a_supplier_has_it_once_or_not_at_all():
    who = partner()
    (tea,) = sends(who, 10_000)
    number = paid((tea, 1))
    tell = lambda: services.follow([number])  # noqa: E731
    run_together([tell, tell, lambda: order_services.cancel(number, actor=SYSTEM, reason="changed_mind"), tell])
    services.follow([number])
    assert [each.state for each in selectors.of_order(number)] in ([], ["cancelled"])
    assert invariants.check() == []


def test_without_the_order_held_a_supplier_is_told_of_what_was_cancelled_meanwhile():
    """The naive way: look at what the order holds, then tell. Between the two it is cancelled, and nobody follows any more."""
    who = partner()
    (tea,) = sends(who, 10_000)
    number = paid((tea, 1))
    fulfilment.review([number])
    looked = orders.find(number)["status"]
    order_services.cancel(number, actor=SYSTEM, reason="changed_mind")
    services.follow([number])  # what the cancellation makes happen: nothing is there to withdraw
    assert looked == "paid"
    db.execute(
        "insert into dropship_supplierorder (number, order_number, partner_id, currency, due_at)"
        " select 'NAIVE', %s, id, 'CNY', kernel_now() from dropship_partner where supplier_id = %s",
        (number, who),
    )
    assert [each.state for each in selectors.of_order(number)] == ["sent"]  # he sends what nobody wants


def test_the_last_unit_of_a_supplier_is_sold_once_whatever_he_states_meanwhile():
    who = partner()
    (tea,) = sends(who, 10_000, stock=1)
    commands = [wants((tea, 1), delivery=somewhere()) for _ in range(3)]
    buyers = [lambda command=command: attempt(command)[0] for command in commands]
    outcomes = run_together([*buyers, lambda: holds(who, [tea], 1)])
    sold = [each.value for each in outcomes[:3] if each.ok and not isinstance(each.value, BaseException)]
    assert len(sold) == 1
    assert lying(tea) == (1, 1)
    number = sold[0].number
    assert (
        len(
            {
                tuple(o.number for o in selectors.of_order(number))
                for _ in repeat_together(2, lambda: services.follow([number]))
            }
        )
        == 1
    )
    assert len(selectors.of_order(number)) == 1

"""The invariants of presales can fail: a row put wrong is named by the rule that speaks of it."""

from __future__ import annotations

import pytest

from tests.factories.presales import article, deposited, offer, open_balance, order, reserve
from tests.factories.shop import goods
from tests.orders.racing import books_are_right, settle
from zhanggui.kernel import db, invariants
from zhanggui.kernel.actor import SYSTEM
from zhanggui.presale import invariants as rules
from zhanggui.presale import services

pytestmark = pytest.mark.django_db

BROKEN = {
    "presale.pieces_count": "update presale_article set taken = taken + 1",
    "presale.buyers_within": "update presale_holding set taken = taken + 1 where taken > 0",
    "presale.freed_when_over": "update presale_reservation set freed_at = null where state = 'refunded'",
    "presale.deposit_agrees_with_payments": "update presale_reservation set state = 'refunded', ended_at = now(), freed_at = now()"
    " where state = 'forfeited'",
    "presale.stock_is_held": "update inventory_reservation set released = released + 1 where released = 0",
    "presale.nothing_lingers": "update presale_reservation set expires_at = now() - interval '2 hours' where state = 'waiting'",
}


def a_busy_day() -> None:
    """Reservations in every state."""
    (tea,) = goods(9000, stock=20)
    offer_id = offer({tea: article()})
    reserve(offer_id, tea)
    deposited(offer_id, tea)
    bought = deposited(offer_id, tea)
    open_balance(bought)
    order(bought, tea)
    services.cancel_reservation(deposited(offer_id, tea), actor=SYSTEM)
    kept = deposited(offer_id, tea)
    db.execute(
        "update presale_reservation set balance_from = now() - interval '1 hour', balance_until = now() where number = %s",
        (kept,),
    )
    assert services.end_unpaid() == 1
    settle()


def test_every_rule_has_a_way_to_be_broken() -> None:
    assert set(BROKEN) == {rule.name for rule in rules.INVARIANTS}


@pytest.mark.parametrize("name", BROKEN)
def test_a_row_put_wrong_is_named(name: str) -> None:
    a_busy_day()
    books_are_right()
    assert db.execute(BROKEN[name])
    assert name in {broken.invariant.name for broken in invariants.check()}

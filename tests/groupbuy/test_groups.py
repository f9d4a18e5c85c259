"""A group from its first payment to its end: what each buyer pays, when goods go, and when money goes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.factories.fulfilment import PACKER, ship
from tests.factories.groups import buy_in, command, group_of, offer, sku_id
from tests.factories.promotions import live, public_code
from tests.factories.shop import attempt, goods
from tests.orders.racing import money_back, pay, settle
from zhanggui.fulfilment import selectors as fulfilment
from zhanggui.fulfilment import services as warehouse
from zhanggui.groupbuy import selectors, services
from zhanggui.groupbuy.errors import GroupGoesAlone, NotInGroupOffer, SeatNotAvailable
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock, db, outbox
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.invariants import check, registered
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.orders.errors import OrderHeld, OutOfStock
from zhanggui.orders.services import groups

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea() -> str:
    return goods(10000, title="龙井", stock=10)[0]


def order(number: str) -> dict[str, Any]:
    found = orders.find(number)
    assert found is not None
    return found


def kinds(number: str) -> list[str]:
    return [entry["kind"] for entry in order(number)["timeline"]]


def waiting() -> set[str]:
    return {row.order["number"] for row in fulfilment.waiting().items}


def free(sku: str) -> int:
    return inventory.available([sku_id(sku)])[sku_id(sku)]


def run_out(number: str) -> None:
    """The time of the order's group is over."""
    db.execute("update groupbuy_group set expires_at = opened_at where id = %s", (group_of(number).id,))


def test_a_group_fills_and_its_orders_go_on(tea: str) -> None:
    offer_id = offer((tea, 7000))
    first = buy_in(tea, offer_id, buyer=1)
    group = group_of(first)
    assert (group.state, group.left, order(first)["hold"]) == ("open", 2, "group")
    assert group.expires_at is not None
    assert group.opened_at is not None
    assert group.expires_at - group.opened_at == timedelta(hours=24)
    second = buy_in(tea, offer_id, group.token, buyer=2)
    assert waiting() == set()
    third = buy_in(tea, offer_id, group.token, buyer=3)
    assert group_of(first).state == "full"
    assert waiting() == {first, second, third}
    for number in (first, second, third):
        placed = order(number)
        assert (placed["hold"], placed["items_total"], placed["discount_total"]) == ("", 10000, 3000)
        assert [(e["kind"], e["amount"]) for e in placed["explanation"]] == [("group", 3000)]
        assert placed["lines"][0]["discounts"] == [{"ref": 0, "coupon": "", "amount": 3000, "kind": "group"}]
        assert placed["dispatch_due_at"] > clock.now() + timedelta(hours=1)
        assert "group_filled" in kinds(number)
    ship(first)
    told = {row["name"] for row in db.rows("select name from kernel_outboxevent where name like 'groupbuy.group%%'")}
    assert told == {"groupbuy.group_opened", "groupbuy.group_filled"}
    outbox.drain()
    assert check(registered()) == []


def test_an_order_of_a_group_that_is_not_full_is_not_shipped(tea: str) -> None:
    number = buy_in(tea, offer((tea, 7000)))
    assert warehouse.start_picking([number], actor=PACKER) == []
    with pytest.raises(OrderHeld):
        ship(number)
    with pytest.raises(OrderHeld):
        order_services.claim_for_fulfilment(number, actor=PACKER)
    with pytest.raises(OrderHeld):
        order_services.reserve_refund(number, {1: (1, 7000)}, actor=SYSTEM)
    assert order(number)["status"] == "paid"


def test_a_group_out_of_time_gives_everything_back_once(tea: str) -> None:
    offer_id = offer((tea, 7000), group_limit=1)
    first = buy_in(tea, offer_id, buyer=1)
    second = buy_in(tea, offer_id, group_of(first).token, buyer=2)
    assert free(tea) == 8
    with pytest.raises(SeatNotAvailable):
        buy_in(tea, offer_id, buyer=9)
    assert order_services.end_groups() == 0
    run_out(first)
    assert order_services.end_groups() == 1
    assert order_services.end_groups() == 0
    settle()
    group = group_of(first)
    assert (group.state, [seat.order_number for seat in group.seats]) == ("failed", [first, second])
    for number in (first, second):
        undone = order(number)
        assert (undone["status"], undone["cancel_reason"]) == ("refunded", "group_failed")
        assert undone["refunded_total"] == undone["paid_total"] == undone["total"]
        assert kinds(number).count("cancelled") == 1
    assert free(tea) == 10
    assert check(registered()) == []
    assert buy_in(tea, offer_id, buyer=1)  # the failed group counts for no limit


def test_a_job_that_died_between_its_steps_is_carried_on(tea: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The group has failed and the process died before its orders were undone."""
    number = buy_in(tea, offer((tea, 7000)))
    run_out(number)
    with monkeypatch.context() as died:
        died.setattr(groups, "undo_failed", lambda **_: 0)
        assert order_services.end_groups() == 1
    assert order(number)["status"] == "paid"
    assert order_services.end_groups() == 0
    assert order(number)["status"] == "cancelled"


def test_who_leaves_a_running_group_frees_his_seat(tea: str) -> None:
    offer_id = offer((tea, 7000), size=2, buyer_limit=1)
    first = buy_in(tea, offer_id, buyer=1)
    token = group_of(first).token
    second = buy_in(tea, offer_id, token, buyer=2)
    assert group_of(first).state == "full"
    order_services.cancel(second, actor=SYSTEM)  # a full group stays full
    assert (group_of(first).state, group_of(first).left) == ("full", 0)
    with pytest.raises(SeatNotAvailable) as refused:
        buy_in(tea, offer_id, token, buyer=3)
    assert refused.value.extra["reason"] == "group_full"
    other = buy_in(tea, offer_id, buyer=4)
    order_services.cancel(other, actor=SYSTEM)
    assert (group_of(other).state, group_of(other).left) == ("open", 2)
    again = buy_in(tea, offer_id, group_of(other).token, buyer=4)
    assert again != other
    assert check(registered()) == []


def test_one_buyer_has_one_seat_of_a_group_and_no_more_groups_than_allowed(tea: str) -> None:
    offer_id = offer((tea, 7000), buyer_limit=2)
    first = buy_in(tea, offer_id, buyer=1)
    with pytest.raises(SeatNotAvailable) as refused:
        buy_in(tea, offer_id, group_of(first).token, buyer=1)
    assert refused.value.extra["reason"] == "joined_already"
    buy_in(tea, offer_id, buyer=1)
    with pytest.raises(SeatNotAvailable) as refused:
        buy_in(tea, offer_id, buyer=1)
    assert refused.value.extra["reason"] == "buyer_limit"
    two = attempt(command(tea, offer_id, buyer=5), command(tea, offer_id, buyer=5), command(tea, offer_id, buyer=5))
    assert [isinstance(answer, BaseException) for answer in two] == [False, False, True]


def test_a_batch_larger_than_the_group_is_first_come_first_served(tea: str) -> None:
    offer_id = offer((tea, 7000))
    token = group_of(buy_in(tea, offer_id)).token
    answers = attempt(*(command(tea, offer_id, token, buyer=i) for i in range(1, 6)))
    assert [isinstance(answer, SeatNotAvailable) for answer in answers] == [False, False, True, True, True]
    assert check(registered()) == []


def test_refused_by_stock_nobody_has_a_seat() -> None:
    (tea,) = goods(10000, stock=1)
    offer_id = offer((tea, 7000))
    token = group_of(buy_in(tea, offer_id)).token
    with pytest.raises(OutOfStock):
        buy_in(tea, offer_id, token, buyer=2)
    assert selectors.group(token).left == 2


def test_a_group_price_goes_alone(tea: str) -> None:
    offer_id = offer((tea, 7000), most=2)
    live(config={"steps": [{"threshold": 100, "off": 50}]})
    public_code("TEN")
    placed = order(buy_in(tea, offer_id, quantity=2))
    assert placed["total"] - placed["shipping_total"] == 14000
    (answer,) = attempt(command(tea, offer_id, buyer=2, coupons=("TEN",)))
    assert isinstance(answer, GroupGoesAlone)
    (answer,) = attempt(command(tea, offer_id, buyer=2, quantity=3))
    assert isinstance(answer, NotInGroupOffer)
    (other,) = goods(500)
    (answer,) = attempt(command(other, offer_id, buyer=2))
    assert isinstance(answer, NotInGroupOffer)


def test_an_ended_offer_opens_no_group_and_lets_running_ones_go_on(tea: str) -> None:
    offer_id = offer((tea, 7000), size=2)
    token = group_of(buy_in(tea, offer_id)).token
    services.end_offer(offer_id, actor=SYSTEM)
    with pytest.raises(SeatNotAvailable) as refused:
        buy_in(tea, offer_id, buyer=2)
    assert refused.value.extra["reason"] == "offer_over"
    buy_in(tea, offer_id, token, buyer=2)
    assert selectors.group(token).state == "full"


def test_a_group_of_another_offer_is_unknown(tea: str) -> None:
    token = group_of(buy_in(tea, offer((tea, 7000)))).token
    with pytest.raises(SeatNotAvailable) as refused:
        buy_in(tea, offer((tea, 6000)), token, buyer=2)
    assert refused.value.extra["reason"] == "unknown_group"


def test_an_opener_who_never_pays_opens_nothing(tea: str) -> None:
    offer_id = offer((tea, 7000), group_limit=1)
    number = buy_in(tea, offer_id, later=True)
    group = group_of(number)
    assert (group.state, group.expires_at, order(number)["status"]) == ("waiting", None, "pending_payment")
    with pytest.raises(SeatNotAvailable) as refused:
        buy_in(tea, offer_id, group.token, buyer=2)
    assert refused.value.extra["reason"] == "group_over"
    db.execute("update orders_order set expires_at = placed_at - interval '1 hour' where number = %s", (number,))
    assert order_services.expire_due() == 1
    assert group_of(number).state == "failed"
    assert buy_in(tea, offer_id, buyer=2)  # the place among the offer's groups is free again
    assert check(registered()) == []


def test_a_seat_is_held_until_its_order_runs_out(tea: str) -> None:
    offer_id = offer((tea, 7000), size=2)
    first = buy_in(tea, offer_id, buyer=1)
    token = group_of(first).token
    slow = buy_in(tea, offer_id, token, buyer=2, later=True)
    with pytest.raises(SeatNotAvailable):
        buy_in(tea, offer_id, token, buyer=3)
    assert pay(slow) == "paid"
    outbox.drain()
    assert group_of(first).state == "full"
    assert order(slow)["dispatch_due_at"] is not None
    assert check(registered()) == []


def test_money_that_comes_after_the_group_failed_goes_back(tea: str) -> None:
    offer_id = offer((tea, 7000))
    first = buy_in(tea, offer_id, buyer=1)
    slow = buy_in(tea, offer_id, group_of(first).token, buyer=2, later=True)
    run_out(first)
    assert order_services.end_groups() == 1
    assert (order(slow)["status"], order(slow)["cancel_reason"]) == ("cancelled", "group_failed")
    assert pay(slow) == "surplus"
    settle()
    assert money_back(slow) == order(slow)["total"]
    assert check(registered()) == []


def test_the_last_payment_beats_the_clock_when_only_its_news_was_late(tea: str) -> None:
    offer_id = offer((tea, 7000), size=2)
    first = buy_in(tea, offer_id, buyer=1)
    slow = buy_in(tea, offer_id, group_of(first).token, buyer=2, later=True)
    assert pay(slow) == "paid"
    run_out(first)
    assert order_services.end_groups() == 0
    assert group_of(first).state == "full"

"""Goods that are fetched: packed for their point, handed over once, for the code their buyer alone knows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories.shop import goods
from tests.factories.warehouse import ANN, paid, scan_all, warehouse, wave
from tests.support.races import run_together
from zhanggui.checkout.types import PICKUP as FETCHED
from zhanggui.checkout.types import Delivery
from zhanggui.fulfilment import selectors, services
from zhanggui.fulfilment.errors import CodeNeeded, NotHere, NotThere, OtherPoint, WrongCode
from zhanggui.kernel import clock, db, invariants
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import PermissionDenied, Problem, RateLimited, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.pickup import services as pickup
from zhanggui.pickup.types import PointDraft

CLERK = Actor("staff", 71, "clerk of the lake shop", frozenset({"fulfilment.hand_over"}))
OTHER = Actor("staff", 72, "clerk of the river shop", frozenset({"fulfilment.hand_over"}))
SHIFT = Actor("staff", 73, "shift", frozenset({"fulfilment.ship", "fulfilment.hand_over"}))


def a_point(code: str = "lake", **more) -> str:
    pickup.save_point(code, PointDraft(f"{code} 店", "浙江省", "杭州市", "延安路 1 号", **more), actor=SYSTEM)
    return code


def bought(point: str, *lines: tuple[str, int]) -> str:
    number = paid(*lines, delivery=Delivery(FETCHED, "韩梅梅", "13900139000", point=point))
    services.review([number])
    return number


def packed(number: str) -> None:
    task = services.open_box(number, actor=ANN)
    scan_all(task)
    services.close_box(task, carrier="PICKUP", waybill_no="", actor=ANN)


def code_of(number: str) -> str:
    return db.row("select code from fulfilment_collection where order_number = %s", (number,))["code"]


@pytest.mark.django_db
def test_an_order_is_packed_for_its_point_comes_there_and_is_handed_over_once_for_its_code():
    (tea,) = goods(1000)
    lake, river = a_point(staff=(71, 73)), a_point("river")
    number = bought(lake, (tea, 2))
    order = orders.find(number)
    assert (order["address_line"], order["delivery"]["point"]["code"]) == ("lake 店 延安路 1 号", lake)
    wave()
    with pytest.raises(CodeNeeded):
        services.hand_over(number, actor=SHIFT)
    packed(number)
    assert orders.find(number)["status"] == "shipped"

    # on its way: no code is shown and none is taken
    assert (selectors.own_collection(number).state, selectors.own_collection(number).code) == ("coming", "")
    with pytest.raises(NotThere):
        services.look_up(code_of(number), point=lake, actor=CLERK)
    with pytest.raises(NotHere):
        services.pickup_arrived([number], point=lake, actor=OTHER)
    with pytest.raises(PermissionDenied):
        services.pickup_arrived([number], point=lake, actor=ANN)
    assert services.pickup_arrived([number], point=lake, actor=CLERK) == [number]
    assert services.pickup_arrived([number], point=lake, actor=CLERK) == []

    # waiting: the buyer sees his code, lists do not
    code = selectors.own_collection(number).code
    assert code == code_of(number)
    (shown,) = selectors.collections_at(lake, states=["ready"])
    assert (shown.order_number, shown.name, shown.units) == (number, "韩梅梅", 2)
    assert code not in repr(shown)
    with pytest.raises(OtherPoint):
        services.look_up(selectors.qr_text(number, code), point=river, actor=OTHER)
    with pytest.raises(ValidationFailed):
        services.look_up("12345", point=lake, actor=CLERK)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        with pytest.raises(WrongCode):
            services.look_up(wrong, point=lake, actor=CLERK)
    with pytest.raises(RateLimited):
        services.look_up(code, point=lake, actor=CLERK)  # also the right one has to wait now

    assert services.look_up(selectors.qr_text(number, code), point=lake, actor=SHIFT).state == "ready"
    assert services.give_out(code, point=lake, actor=SHIFT).state == "handed"
    assert orders.find(number)["status"] == "delivered"
    with pytest.raises(NotThere) as again:
        services.give_out(code, point=lake, actor=SHIFT)
    assert again.value.extra["state"] == "handed"
    assert selectors.own_collection(number).code == ""
    assert invariants.check() == []


@pytest.mark.django_db
def test_goods_nobody_fetches_are_reminded_of_once_kept_longer_or_taken_back():
    (tea,) = goods(1000)
    home = a_point("home", warehouse_id=warehouse(), keep_days=2)
    first, second = bought(home, (tea, 1)), bought(home, (tea, 1))
    services.set_ready(first, actor=SHIFT)  # in the warehouse's own house they are there at once
    packed(second)
    assert {view.state for view in selectors.collections_of([first, second]).values()} == {"ready"}
    assert services.remind() == 0
    db.execute("update fulfilment_collection set keep_until = %s", (clock.now() + timedelta(hours=20),))
    assert (services.remind(), services.remind()) == (2, 0)
    db.execute("update fulfilment_collection set keep_until = %s", (clock.now() - timedelta(hours=1),))
    assert selectors.collection_counts()[home] == {"coming": 0, "ready": 2, "overdue": 2}
    with pytest.raises(NotThere):
        services.give_out(code_of(first), point=home, actor=CLERK)
    services.keep_longer(first, 3, actor=CLERK)
    services.give_out(code_of(first), point=home, actor=CLERK)

    with pytest.raises(PermissionDenied):
        services.take_back(second, reason="没人取", actor=CLERK)
    services.take_back(second, reason="没人取", actor=SHIFT)
    (parcel,) = selectors.parcels_of([second])[second]
    assert (parcel.state, orders.find(second)["status"]) == ("returned", "shipped")
    with pytest.raises(NotThere):
        services.give_out(code_of(second), point=home, actor=CLERK)
    assert invariants.check() == []


@pytest.mark.django_db(transaction=True)
def test_two_clerks_with_one_code_hand_over_once(monkeypatch):
    (tea,) = goods(1000)
    home = a_point("home", warehouse_id=warehouse())
    for _ in range(2):
        number = bought(home, (tea, 1))
        services.set_ready(number, actor=SHIFT)
        code = code_of(number)
        outcomes = run_together([lambda c=code: services.give_out(c, point=home, actor=CLERK)] * 2)
        assert sorted(o.ok for o in outcomes) == [False, True]
        assert all(isinstance(o.error, Problem) for o in outcomes if o.error)
        assert orders.find(number)["status"] == "delivered"
    assert invariants.check() == []
    handed = db.row("select count(*)::int as n from kernel_auditrow where action = 'fulfilment.pickup_handed'")
    assert handed["n"] == 2

    # the naive twin: who looks without holding the row hands over twice
    from zhanggui.fulfilment import locks

    seen = locks.hold_collections

    def unheld(numbers):
        rows = db.rows(
            "select order_number, point, code, 'ready' as state, keep_until from fulfilment_collection where order_number = any(%s)",
            (numbers,),
        )
        return {row["order_number"]: row for row in rows}

    number = bought(home, (tea, 1))
    services.set_ready(number, actor=SHIFT)
    monkeypatch.setattr(locks, "hold_collections", unheld)
    code = code_of(number)
    found = services.look_up(code, point=home, actor=CLERK)
    monkeypatch.setattr("zhanggui.fulfilment.services.collecting.look_up", lambda *_args, **_more: found)
    services.give_out(code, point=home, actor=CLERK)
    services.give_out(code, point=home, actor=CLERK)
    monkeypatch.setattr(locks, "hold_collections", seen)
    handed = db.row("select count(*)::int as n from kernel_auditrow where action = 'fulfilment.pickup_handed'")
    assert handed["n"] == 4

"""Stock against sales by hand-computed figures; ways to clear become real things and are measured; seasons end as planned."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from tests.factories import procurement as bought
from tests.factories.inventory import KEEPER, main_warehouse, make_warehouse, put, stocked, wish
from tests.factories.pricing import PRICER
from tests.factories.sales import Line, sell
from zhanggui.clearance import selectors, services
from zhanggui.clearance.invariants import INVARIANTS
from zhanggui.clearance.types import PlanDraft
from zhanggui.inventory import selectors as stock
from zhanggui.inventory import services as inventory
from zhanggui.inventory.types import ShipLine, StockRow
from zhanggui.kernel import clock, db, invariants
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed, WrongState
from zhanggui.pricing import selectors as prices
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import FloorRow, PriceRow
from zhanggui.promotions import selectors as promotions

pytestmark = pytest.mark.django_db
PLANNER = Actor("staff", 21, "planner", frozenset({"clearance.decide"}))
CHIEF = Actor(
    "staff", 22, "chief", frozenset({"clearance.decide", "promotions.manage", "pricing.change", "inventory.transfer"})
)


@pytest.fixture(autouse=True)
def _right():
    yield
    assert invariants.check(INVARIANTS) == []


def ago(days: float):
    return clock.now() - timedelta(days=days)


def priced(sku: int, price: int, cost: int | None) -> None:
    pricing.set_prices([PriceRow(sku, price, price, cost)], reason="opening", actor=PRICER)


def each_week(sku: int, units: list[int], price: int = 1_000, cost: int = 600) -> None:
    """So many units in each of the latest weeks, the latest first."""
    for week, count in enumerate(units):
        if count:
            sell(ago(week * 7 + 3), Line(price, count, cost=cost, sku_id=sku))


def figure(sku: int):
    found = selectors.figure(sku)
    assert found is not None
    return found


def test_classes_cover_turnover_and_ages_follow_their_definitions():
    with clock.at(ago(120)):
        steady, lumpy, dead = stocked(0, 0, 0)
        inventory.receive([StockRow(steady, 30), StockRow(lumpy, 40), StockRow(dead, 12)], actor=KEEPER)
    with clock.at(ago(20)):
        inventory.receive([StockRow(steady, 50)], actor=KEEPER)
        inventory.reserve([wish("T1", steady, 20)], actor=SYSTEM)
        with transaction.atomic():
            inventory.ship([ShipLine("T1", 1, 20, "parcel")], actor=KEEPER)
    priced(steady, 1_000, 600)
    priced(lumpy, 1_000, 500)
    priced(dead, 2_000, 900)
    each_week(steady, [10] * 13)  # 130 units, 1 300.00
    each_week(lumpy, [26])  # 26 units in one week of thirteen, 260.00: 83.3 % and 16.7 % of sales
    services.refresh(actor=PLANNER)

    one, two, three = figure(steady), figure(lumpy), figure(dead)
    assert (one.on_hand, one.free, one.units, one.sales, one.sold_cost) == (60, 60, 130, 130_000, 78_000)
    assert (one.abc, one.xyz, one.variation) == ("A", "X", 0)
    assert one.cover == 60 * 91 // 130 == 42
    assert (one.value, one.retail, one.opening) == (36_000, 60_000, 30)  # 30 lay there 91 days ago, + 50 - 20 since
    assert one.aged == (50, 0, 0, 10, 0)  # what came last lies there still: 50 of 20 days, 10 of 120 days
    # one week of 26, twelve of none: mean 2, deviation sqrt(26² / 13 - 4) = sqrt(48)
    assert (two.abc, two.xyz, two.variation, two.cover) == ("B", "Z", 346, 40 * 91 // 26)
    assert (three.abc, three.xyz, three.cover, three.last_sold_at, three.aged) == (
        "C",
        "Z",
        None,
        None,
        (0, 0, 0, 12, 0),
    )

    seen = selectors.overview()
    whole = seen.whole
    assert (whole.value, whole.on_hand, whole.stocked, whole.moved) == (36_000 + 20_000 + 10_800, 112, 3, 2)
    assert whole.sell_through == 6_666  # two of three sold
    opening = 30 * 600 + 40 * 500 + 12 * 900
    assert whole.turnover == pytest.approx((78_000 + 26 * 600) / ((opening + whole.value) / 2))
    assert (whole.slow, whole.slow_value, whole.over) == (1, 10_800, 0)
    assert whole.aged == (50 * 600, 0, 0, 10 * 600 + 40 * 500 + 12 * 900, 0)
    assert seen.cells["A", "X"].value == 36_000
    assert [row.sku_id for row in selectors.figures(view="slow").items] == [dead]
    assert [row.sku_id for row in selectors.figures(cell="BZ").items] == [lumpy]
    latest = selectors.latest_round()
    assert latest is not None
    assert latest.houses == ((main_warehouse(), 3, 112, 66_800, 124_000, 20),)
    with pytest.raises(PermissionDenied):
        services.refresh(actor=Actor("staff", 9, "nobody"))


def test_what_became_of_bought_goods_counts_what_came_last_as_still_there():
    (sku,) = bought.goods(1, stock=0)
    seller = bought.supplier()
    first = bought.received(seller, sku, 40, price=500)
    second = bought.received(seller, sku, 20, price=600)
    inventory.reserve([wish("T2", sku, 45)], actor=SYSTEM)
    with transaction.atomic():
        inventory.ship([ShipLine("T2", 1, 45, "parcel")], actor=KEEPER)
    by_order, by_supplier = selectors.bought()
    assert {one.key: (one.came, one.left, one.sold_share, one.value) for one in by_order} == {
        first: (40, 0, 10_000, 0), second: (20, 15, 2_500, 9_000),
    }  # fmt: skip
    assert [(one.came, one.left, one.sold_share) for one in by_supplier] == [(60, 15, 7_500)]


def test_a_way_to_clear_becomes_a_draft_or_a_price_and_is_measured_afterwards():
    # what others did at 20 % off in this mall: twice their usual weeks
    (other,) = stocked(500)
    each_week(other, [0, 0, 10, 10, 10, 10])
    for week in (7, 8, 9, 10):
        sell(ago(week * 7 + 3), Line(1_000, 20, discount=4_000, sku_id=other))
    with clock.at(ago(100)):
        (slow,) = stocked(0)
        inventory.receive([StockRow(slow, 10)], actor=KEEPER)
    each_week(slow, [0] * 11 + [13])
    priced(slow, 2_000, 1_000)
    pricing.set_floors([FloorRow(slow, 1_500, None)], reason="floor", actor=PRICER)
    services.refresh(actor=PLANNER)

    offered, usual = selectors.proposal(figure(slow))
    assert usual == 4  # 13 in 91 days, for 28 days
    cuts = {one.step: one for one in offered if one.kind == "markdown"}
    assert [(cuts[step].price, cuts[step].approval) for step in (1_000, 2_000, 3_000)] == [
        (1_800, False),
        (1_600, False),
        (1_400, True),
    ]
    assert (cuts[2_000].units, cuts[2_000].money, cuts[2_000].learned) == (8, 8 * 1_600, True)  # twice as many
    assert (cuts[1_000].units, cuts[1_000].learned) == (5, False)  # 4 × 1.2: assumed
    assert cuts[2_000].best  # nothing above the floor clears all ten; this brings most
    staff = next(one for one in offered if one.kind == "staff")
    assert (staff.price, staff.units) == (1_500, None)

    with pytest.raises(PermissionDenied):
        services.decide(slow, "markdown", step=2_000, actor=PLANNER)  # promotions are not his
    with pytest.raises(ValidationFailed):
        services.decide(slow, "keep", actor=CHIEF)
    with pytest.raises(ValidationFailed):
        services.decide(slow, "transfer", actor=CHIEF)  # it sells nowhere else
    with pytest.raises(ValidationFailed):
        services.decide(slow, "price", step=3_000, actor=CHIEF)  # below the floor
    assert selectors.decisions().items == []
    made = services.decide(slow, "markdown", step=2_000, actor=CHIEF)
    draft = promotions.promotion(int(made.split(":")[1]))
    assert (draft.state, draft.draft.kind, draft.draft.config["off_basis_points"]) == (
        "draft",
        "limited_discount",
        2_000,
    )
    assert services.decide(slow, "price", step=2_000, actor=CHIEF) == f"price:{slow}"
    assert prices.base_prices([slow])[slow].sale_price == 1_600
    sell(clock.now() + timedelta(hours=1), Line(1_600, 3, sku_id=slow))
    with clock.at(clock.now() + timedelta(days=2)):
        latest = selectors.decisions().items[0]
    assert (latest.sold, latest.brought, latest.expected_units, latest.usual) == (3, 4_800, 8, 4)
    assert selectors.standing_decisions([slow, other]) == {slow: "price"}


def test_it_moves_to_where_it_sells_and_goes_back_to_who_sold_it():
    (sku,) = bought.goods(1, stock=0)
    number = bought.received(bought.supplier(), sku, 12, price=700)
    south = make_warehouse("SOUTH")
    put({sku: 3}, warehouse_id=south)
    inventory.reserve([wish("T3", sku, 2, warehouse_id=south)], actor=SYSTEM)
    with transaction.atomic():
        inventory.ship([ShipLine("T3", 1, 2, "parcel")], actor=KEEPER)
    services.refresh(actor=PLANNER)
    offered, _ = selectors.proposal(figure(sku))
    back = next(one for one in offered if one.kind == "return")
    assert (back.target, back.units, back.money, back.best) == (
        number,
        10,
        10 * 700,
        True,
    )  # of 13 here, the 3 that came last are others
    moved = services.decide(sku, "transfer", actor=CHIEF)
    transfer = stock.transfer(moved.split(":")[1])
    assert transfer is not None
    assert (transfer.target_id, [line.quantity for line in transfer.lines]) == (south, [12])
    assert services.decide(sku, "return", actor=PLANNER) == f"purchase:{number}"


def test_a_season_ends_along_its_path():
    one, two = stocked(60, 40)
    start = clock.now()
    end = clock.business_date() + timedelta(days=28)
    made = services.create_plan(PlanDraft("冬装", end, ((one, 10), (two, 0)), "王芳"), actor=PLANNER)
    step = services.add_step(made, clock.business_date() + timedelta(days=8), "第二件半价", owner="王芳", actor=PLANNER)
    with pytest.raises(ValidationFailed):
        services.add_step(made, end + timedelta(days=30), "太晚", actor=PLANNER)
    with clock.at(start + timedelta(days=10)):
        put({one: 30})
        services.finish_step(made, step, result="卖出 30 件", actor=PLANNER)
    with clock.at(start + timedelta(days=15)):
        seen = selectors.plan(made)
        assert [(planned, there) for _, planned, there in seen.path] == [
            (100, 100), (77, 100), (55, 70), (51, 70), (32, None), (10, None),
        ]  # fmt: skip
        assert (seen.start, seen.target, seen.now, seen.steps[0].result) == (100, 10, 70, "卖出 30 件")
        services.close_plan(made, result="剩余转年货", actor=PLANNER)
        put({one: 5})
        assert selectors.plan(made).now == 70
        with pytest.raises(WrongState):
            services.add_step(made, end, "再来", actor=PLANNER)
    wrong = PlanDraft("", clock.business_date(), ((one, 1), (one, -1)))
    with pytest.raises(ValidationFailed) as refused:
        services.create_plan(wrong, actor=PLANNER)
    assert {error.loc for error in refused.value.errors} == {"title", "ends_on", "targets"}
    assert len(db.rows("select 1 from clearance_plan")) == 1

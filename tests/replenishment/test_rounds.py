"""A round of forecasts from sales to proposals, and proposals that become orders once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from tests.factories import procurement as bought
from tests.factories.sales import Line, sell
from tests.support.races import run_together
from zhanggui.inventory import services as inventory
from zhanggui.inventory.types import StockRow
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed, WrongState
from zhanggui.procurement import selectors as procurement
from zhanggui.procurement import services as purchasing
from zhanggui.procurement.types import OfferingDraft
from zhanggui.replenishment import selectors, services
from zhanggui.replenishment.core.demand import monday_of
from zhanggui.replenishment.errors import RoundUnderWay
from zhanggui.replenishment.services import carrying_out
from zhanggui.replenishment.services.proposing import propose

#: This one starts the real process.
REAL = "test_what_sells_is_proposed_with_the_figures_it_was_made_from"
PLANNER = Actor("staff", 1_000_009, "planner", frozenset({"replenishment.plan", "procurement.manage"}))


def quick(series, weights, horizon, told):
    """The mean of eight weeks in the place of the forecasting process, which takes seconds to start."""
    told(len(series))
    means = [sum(weeks[-8:]) / max(1, len(weeks[-8:])) for weeks in series]
    return [
        {"kind": "smooth", "model": "window", "weeks": [mean] * horizon, "deviation": mean / 2, "trials": 3, "errors": {},
         "tested": {"chosen": 1.0, "naive": 2.0, "moving_average": 1.5, "sold": 10.0}}
        for mean in means
    ]  # fmt: skip


@pytest.fixture(autouse=True)
def _quick(request, monkeypatch):
    if request.node.name != REAL:
        monkeypatch.setattr(carrying_out, "choose", quick)


def _offers(seller: int, sku_id: int, *breaks: tuple[int, int], pack: int = 1, least: int = 1) -> None:
    """He sells it, at an agreed price."""
    purchasing.put_offering(seller, OfferingDraft(sku_id, "X-1", pack, least, None), actor=SYSTEM)
    bought.agree(seller, sku_id, *breaks)


def _sold(sku_id: int, per_week: int, weeks: int = 16, skip: range = range(0)) -> None:
    monday = monday_of(clock.business_date())
    for back in range(1, weeks + 1):
        if back not in skip:
            day = monday - timedelta(weeks=back) + timedelta(days=2)
            at = datetime.combine(day, datetime.min.time(), clock.zone()) + timedelta(hours=10)
            sell(at, Line(10_000, per_week, sku_id=sku_id))


def _round(actor: Actor = SYSTEM) -> int:
    number = services.start_round(actor=actor)
    assert carrying_out.run_waiting()
    return number


@pytest.mark.django_db
def test_what_sells_is_proposed_with_the_figures_it_was_made_from():
    steady, idle = bought.goods(2, stock=5)
    seller = bought.supplier(lead_days=14)
    _offers(seller, steady, (1, 4_000), (50, 3_500), pack=12, least=24)
    _sold(steady, 20)
    number = _round()

    latest = selectors.latest_round()
    assert latest is not None
    assert (latest.id, latest.status, latest.total, latest.done, latest.proposals) == (number, "finished", 1, 1, 1)
    forecast = selectors.forecast(steady)
    assert forecast is not None
    assert forecast.kind == "smooth"
    assert sum(forecast.weeks) == pytest.approx(80, rel=0.05)
    assert selectors.forecast(idle) is None
    found = selectors.proposal_of(steady)
    assert found is not None
    why = found.reason
    assert (why.lead, why.learned, why.free, why.coming, why.pack, why.least) == (14, 0, 5, 0, 12, 24)
    assert why.expected == pytest.approx(60, rel=0.05)  # two weeks on the way, one until the next round
    assert found.quantity % 12 == 0
    assert 5 + found.quantity >= why.target
    assert (found.supplier_id, found.price) == (seller, 3_500)


@pytest.mark.django_db
def test_what_is_coming_counts_and_what_is_enough_is_not_proposed():
    sku = bought.goods(1, stock=30)[0]
    seller = bought.supplier(lead_days=7)
    _offers(seller, sku)
    _sold(sku, 10)
    bought.order(seller, [(sku, 200, 4_000)])
    _round()
    assert selectors.proposal_of(sku) is None


@pytest.mark.django_db
def test_weeks_without_stock_do_not_teach_that_nobody_buys():
    sku = bought.goods(1, stock=0)[0]
    monday = monday_of(clock.business_date())
    place = bought.warehouse()
    with clock.at(datetime.combine(monday - timedelta(weeks=20), datetime.min.time(), clock.zone())) as move:
        inventory.receive([StockRow(sku, 1_000, place)], reference="in", actor=SYSTEM)
        move(datetime.combine(monday - timedelta(weeks=6), datetime.min.time(), clock.zone()) - timedelta(hours=5))
        inventory.set_on_hand([StockRow(sku, 0, place)], reason="gone", actor=SYSTEM)
    _sold(sku, 20, 18, skip=range(1, 7))
    _round()
    forecast = selectors.forecast(sku)
    assert forecast is not None
    assert len(forecast.filled) == 6
    assert sum(forecast.weeks) == pytest.approx(80, rel=0.1)


@pytest.mark.django_db
def test_a_proposal_becomes_an_order_once():
    skus = bought.goods(3)
    first, second = bought.supplier(), bought.supplier()
    _offers(first, skus[0], (1, 4_000))
    _offers(first, skus[1], (1, 4_000))
    _offers(second, skus[2], (1, 5_000))
    for sku in skus:
        _sold(sku, 10)
    _round()
    found = selectors.proposals().items
    assert len(found) == 3
    numbers = services.order_proposals([each.id for each in found], actor=PLANNER, quantities={found[0].id: 77})
    assert len(numbers) == 2
    lines = [line for number in numbers for line in procurement.order(number).lines]
    assert {line.sku_id for line in lines} == set(skus)
    assert next(line.quantity for line in lines if line.sku_id == found[0].sku_id) == 77
    assert all(procurement.order(number).state == "draft" for number in numbers)
    with pytest.raises(WrongState):
        services.order_proposals([found[0].id], actor=PLANNER)
    assert selectors.proposals().items == []
    assert len(selectors.proposals(state="ordered").items) == 3


@pytest.mark.django_db
def test_what_nobody_sells_is_shown_and_not_ordered():
    sku = bought.goods(1)[0]
    _sold(sku, 10)
    _round()
    found = selectors.proposal_of(sku)
    assert found is not None
    assert found.supplier_id is None
    with pytest.raises(ValidationFailed) as told:
        services.order_proposals([found.id], actor=PLANNER)
    assert told.value.errors[0].loc == f"quantity-{found.id}"


@pytest.mark.django_db
def test_bad_wishes_are_told():
    with pytest.raises(ValidationFailed):
        services.order_proposals([], actor=PLANNER)
    with pytest.raises(NotFound):
        services.order_proposals([10**12], actor=PLANNER)
    sku = bought.goods(1)[0]
    _offers(bought.supplier(), sku)
    _sold(sku, 10)
    _round()
    found = selectors.proposal_of(sku)
    assert found is not None
    for quantity in (0, -3, 10**9):
        with pytest.raises(ValidationFailed):
            services.order_proposals([found.id], actor=PLANNER, quantities={found.id: quantity})
    with pytest.raises(ValidationFailed):
        services.dismiss([found.id], reason=" ", actor=PLANNER)
    assert services.dismiss([found.id], reason="season over", actor=PLANNER) == 1
    assert selectors.proposal_of(sku) is None


@pytest.mark.django_db
def test_only_who_may():
    nobody = Actor("staff", 5, "nobody", frozenset({"replenishment.view"}))
    for act in (
        lambda: services.start_round(actor=nobody),
        lambda: services.order_proposals([1], actor=nobody),
        lambda: services.dismiss([1], reason="x", actor=nobody),
    ):
        with pytest.raises(PermissionDenied):
            act()
    only_planner = Actor("staff", 6, "half", frozenset({"replenishment.plan"}))
    sku = bought.goods(1)[0]
    _offers(bought.supplier(), sku)
    _sold(sku, 10)
    _round()
    found = selectors.proposal_of(sku)
    assert found is not None
    with pytest.raises(PermissionDenied):
        services.order_proposals([found.id], actor=only_planner)
    assert selectors.proposal_of(sku) is not None


@pytest.mark.django_db
def test_one_round_at_a_time_and_a_failure_is_told(monkeypatch):
    sku = bought.goods(1)[0]
    _sold(sku, 10)
    number = services.start_round(actor=SYSTEM)
    with pytest.raises(RoundUnderWay):
        services.start_round(actor=SYSTEM)

    def breaks(*args, **kwargs):
        raise carrying_out.ForecastFailed(reason="out of memory")

    monkeypatch.setattr(carrying_out, "choose", breaks)
    carrying_out.run_waiting()
    latest = selectors.latest_round()
    assert latest is not None
    assert (latest.id, latest.status) == (number, "failed")
    assert latest.failure is not None
    assert "out of memory" in latest.failure.en
    services.start_round(actor=SYSTEM)


@pytest.mark.django_db
def test_a_mall_without_sales_has_a_round_with_nothing_in_it():
    _round()
    latest = selectors.latest_round()
    assert latest is not None
    assert (latest.status, latest.total, latest.proposals) == ("finished", 0, 0)


@pytest.mark.django_db
def test_proposing_takes_as_many_statements_for_many_as_for_one(django_assert_max_num_queries):
    skus = bought.goods(12)
    seller = bought.supplier()
    for sku in skus:
        _offers(seller, sku)
        _sold(sku, 5, 4)
    _round()
    with django_assert_max_num_queries(20):
        services.start_round(actor=SYSTEM)
    db.execute("update replenishment_round set status = 'running' where status = 'waiting'")
    latest = selectors.latest_round()
    assert latest is not None
    with transaction.atomic(), django_assert_max_num_queries(12):
        assert propose(latest.id) == 12


@pytest.mark.django_db(transaction=True)
def test_two_buyers_order_a_proposal_once():
    sku = bought.goods(1)[0]
    _offers(bought.supplier(), sku)
    _sold(sku, 10)
    _round()
    found = selectors.proposal_of(sku)
    assert found is not None
    outcomes = run_together([lambda: services.order_proposals([found.id], actor=PLANNER)] * 2)
    assert sorted(type(each.error).__name__ for each in outcomes) == ["NoneType", "WrongState"]
    assert db.one("select count(*) from procurement_order")[0] == 1

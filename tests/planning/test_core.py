"""The core over sales made at will: figures add up, limits hold, the order of lines changes nothing; and over a real retailer."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.planning import complete_journey as journey
from tests.support.shared import shared_data
from zhanggui.planning.core import GoodsFact, Proposed, Sale, SoldLine, Tally, Till
from zhanggui.planning.types import Figures
from zhanggui.promotions.types import BuyerFacts, CartLine

START = datetime(2026, 3, 1, tzinfo=UTC)
GOODS = {sku: GoodsFact(floor=sku * 300, cost=sku * 250) for sku in range(1, 5)}

sold_lines = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(0, 20_000), st.integers(0, 5000), st.booleans()),
    min_size=1,
    max_size=5,
)


@st.composite
def past_sales(draw: st.DrawFn) -> list[Sale]:
    found = []
    for n, lines in enumerate(draw(st.lists(sold_lines, min_size=1, max_size=8))):
        sold = []
        for i, (sku, quantity, price, taken, known) in enumerate(lines):
            cart = CartLine(str(i), sku, sku, (), None, quantity, price, price)
            taken = min(taken, quantity * price)
            sold.append(SoldLine(cart, sku * 250 if known else None, ((7, taken),) if taken else ()))
        at = START + timedelta(hours=n)
        holder = draw(st.sampled_from(["m:1", "m:2"]))
        found.append(Sale(f"N{n}", at, at.date(), BuyerFacts(int(holder[2:]), n == 0), tuple(sold), holder))
    return found


def rules(budget: int | None, per_holder: int | None) -> list[Proposed]:
    limited = {"budget": budget, "per_holder_limit": per_holder}
    return [
        journey.proposal("full_reduction", {"steps": [{"threshold": 5000, "off": 900}]}, 10, **limited),
        journey.proposal("limited_discount", {"off_basis_points": 1500}, 11, scope={"skus": [1, 2]}),
    ]


def replayed(sales: list[Sale], proposed: list[Proposed]) -> Figures:
    till, tally = Till(proposed, UTC), Tally(GOODS)
    for sale in sales:
        tally.add(sale, till.judge(sale))
    return tally.figures()


@given(past_sales(), st.none() | st.integers(1, 3000), st.none() | st.integers(1, 2))
def test_figures_add_up_and_limits_hold(sales: list[Sale], budget: int | None, per_holder: int | None) -> None:
    found = replayed(sales, rules(budget, per_holder))
    for side in (found.real, found.proposed):
        assert side.goods == sum(line.cart.quantity * line.cart.unit_price for s in sales for line in s.lines)
        assert side.sales == side.goods - side.discount - side.other >= 0
    assert found.cheaper + found.dearer + found.same == found.real.orders == len(sales)
    assert found.gain - found.loss == found.proposed.discount - found.real.discount
    for name in ("orders", "goods", "discount", "sales", "profit"):
        for which in ("real", "proposed"):
            days = sum(getattr(getattr(day, which), name) for day in found.days)
            assert days == getattr(getattr(found, which), name), (which, name)
    assert sum(row.amount for row in found.promotions) == found.proposed.discount
    assert sum(row.real_amount for row in found.promotions) == found.real.discount
    for dimension in ("tier", "age", "region"):
        of_all = [row for row in found.segments if row.promotion_id == 0 and row.dimension == dimension]
        assert sum(row.orders for row in of_all) == len(sales)
        assert sum(row.proposed for row in of_all) == found.proposed.discount
    assert sum(pair[1] for pair in found.bands) == found.proposed.known_orders
    limited = next((row for row in found.promotions if row.id == 10), None)
    if limited is not None:
        assert budget is None or limited.amount <= budget
        assert per_holder is None or limited.orders <= 2 * per_holder
    assert Figures.of(asdict(found) | {"days": [asdict(d) | {"day": d.day.isoformat()} for d in found.days]}) == found


@given(past_sales())
def test_the_order_of_lines_changes_nothing(sales: list[Sale]) -> None:
    turned = [sale._replace(lines=sale.lines[::-1]) for sale in sales]
    assert replayed(sales, rules(None, None)) == replayed(turned, rules(None, None))


@given(past_sales())
def test_nothing_proposed_takes_nothing_off(sales: list[Sale]) -> None:
    found = replayed(sales, [])
    assert (found.proposed.discount, found.proposed.relief, found.cheaper) == (0, 0, 0)


def test_a_real_retailer_without_and_with_an_offer() -> None:
    """The first two weeks of Complete Journey: coupons cost what the data says, an offer what its arithmetic says."""
    folder = shared_data("complete-journey")
    sales = list(journey.sales(folder, weeks=2))
    paid = [sum(line.cart.quantity * line.cart.unit_price for line in sale.lines) for sale in sales]
    found = replayed(sales, [journey.proposal("full_reduction", {"steps": [{"threshold": 5000, "off": 500}]})])
    assert found.real.orders == len(sales) > 5000
    assert found.real.goods == sum(paid)
    assert found.real.discount == sum(amount for sale in sales for line in sale.lines for _, amount in line.taken)
    assert found.proposed.discount == 500 * sum(1 for each in paid if each >= 5000)
    assert found.bounded == 0
    assert len(journey.campaign_coupons(folder)) == 18

"""Real orders replayed: the promotions that ran give back each discount to the fen; other ones are told beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.accounts import member, staff
from tests.factories.promotions import draft, live, public_code
from tests.factories.shop import buy, goods, open_shop
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed, WrongState
from zhanggui.orders import services as orders
from zhanggui.planning import selectors, services
from zhanggui.planning.core import Till
from zhanggui.planning.past import Goods, sales
from zhanggui.planning.proposals import frozen, proposed
from zhanggui.planning.services import carrying_out
from zhanggui.planning.types import EntryDraft, Figures, ReplayDraft
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import FloorRow
from zhanggui.promotions import services as promotions

pytestmark = pytest.mark.django_db


def today(*entries: EntryDraft, days: int = 0, note: str = "") -> ReplayDraft:
    day = clock.business_date()
    return ReplayDraft(day - timedelta(days=days), day, entries, note)


def ran(*promotion_ids: int) -> list[EntryDraft]:
    return [EntryDraft(promotion_id) for promotion_id in promotion_ids]


def replayed(*entries: EntryDraft) -> Figures:
    replay_id = services.start_replay(today(*entries), actor=SYSTEM)
    assert carrying_out.run_waiting() == 1
    found = selectors.replay(replay_id)
    assert found.status == "finished", found.failure
    assert found.figures is not None
    return found.figures


def judged(entries: Sequence[EntryDraft]) -> dict[str, tuple[int, int]]:
    """(what was really taken off, what the replay takes off) of each order, goods and freight."""
    asked = today(*entries)
    start, end = clock.day_bounds(asked.first)[0], clock.day_bounds(asked.last)[1]
    till, found = Till(proposed(frozen(asked), start), clock.zone()), {}
    for batch in sales(start, end, "CNY", Goods(), size=3):
        for sale in batch:
            judgement = till.judge(sale)
            real = sum(amount for line in sale.lines for _, amount in line.taken)
            shares = {line.key: {s.promotion_id: s.amount for s in line.shares} for line in judgement.verdict.lines}
            if real == judgement.verdict.discount_total:
                assert shares == {line.cart.key: dict(line.taken) for line in sale.lines}
            found[sale.number] = (real, judgement.verdict.discount_total)
    return found


@pytest.fixture(autouse=True)
def _shop() -> None:
    open_shop()


def test_what_ran_gives_back_every_discount_to_the_fen() -> None:
    tea, cup, pot = goods(12990, 3333, 9900)
    ids = [
        live(config={"steps": [{"threshold": 10000, "off": 1000}, {"threshold": 30000, "off": 4500}]}),
        live("limited_discount", {"off_basis_points": 1500}, scope={"products": [_product(cup)]}),
        live(config={"steps": [{"threshold": 8000, "off": 700}]}, exclusive_group="g", use_limit=2),
        public_code("SAVE10", {"threshold": 9000, "off_basis_points": 1000, "cap": 2000}),
        live("limited_discount", {"price": 9000}, scope={"products": [_product(pot)]}, budget=1500),
    ]
    numbers = [
        buy((tea, 1)),
        buy((tea, 2), (cup, 3)),
        buy((cup, 1)),
        buy((pot, 1)),
        buy((pot, 1), (cup, 2)),
        buy((tea, 3), (pot, 2), (cup, 1), coupons=("SAVE10",)),
        buy((pot, 5), coupons=("SAVE10",)),
    ]
    found = judged(ran(*ids))
    assert found.keys() == set(numbers)
    assert {number: pair for number, pair in found.items() if pair[0] != pair[1]} == {}
    assert sum(real for real, _ in found.values()) > 10_000, "there is something to give back"
    figures = replayed(*ran(*ids))
    assert (figures.same, figures.cheaper, figures.dearer) == (len(numbers), 0, 0)
    assert figures.real == figures.proposed
    assert {row.id: (row.real_orders, row.real_amount) for row in figures.promotions} == {
        row.id: (row.orders, row.amount) for row in figures.promotions
    }


def _later(move: Callable[[datetime], None]) -> None:
    """A second passes, for SQL as well, which in a test's one transaction would stand still."""
    move(clock.now() + timedelta(seconds=1))


def _product(sku: str) -> int:
    row = db.row("select product_id from catalog_sku where code = %s", (sku,))
    assert row is not None
    return int(row["product_id"])


def test_a_pause_is_a_pause_in_the_replay_too() -> None:
    (tea,) = goods(12000)
    with clock.at(clock.now()) as move:
        sale = live()
        for step in (promotions.pause, promotions.resume, promotions.end, None):
            _later(move)
            buy((tea, 1))
            _later(move)
            if step:
                step(sale, actor=SYSTEM)
    assert sorted(judged(ran(sale)).values()) == [(0, 0), (0, 0), (1000, 1000), (1000, 1000)]
    throughout = replayed(EntryDraft(sale, throughout=True))
    assert (throughout.real.discount, throughout.proposed.discount, throughout.cheaper) == (2000, 4000, 2)


def test_uses_of_a_cancelled_order_come_back_when_they_did() -> None:
    (tea,) = goods(12000)
    with clock.at(clock.now()) as move:
        sale = live(use_limit=1)
        first = buy((tea, 1))
        _later(move)
        buy((tea, 1))
        _later(move)
        orders.cancel(first, actor=SYSTEM)
        _later(move)
        buy((tea, 1))
    assert sorted(judged(ran(sale)).values()) == [(0, 0), (1000, 1000), (1000, 1000)]
    figures = replayed(*ran(sale))
    assert figures.real.orders == 2, "the cancelled one is not among the figures"
    assert figures.same == 2


def test_a_draft_of_the_future_beside_what_was() -> None:
    tea, cup = goods(12000, 5000, cost=4000)
    sale = live()
    new = promotions.create_promotion(
        draft(config={"steps": [{"threshold": 5000, "off": 3000}]}, starts_at=clock.now() + timedelta(days=9)),
        actor=SYSTEM,
    )
    pricing.set_floors([FloorRow(_sku(cup), 4500, None)], reason="floor", actor=SYSTEM)
    dear, cheap = buy((tea, 1)), buy((cup, 1))
    figures = replayed(EntryDraft(new, throughout=True))
    assert (figures.real.discount, figures.proposed.discount) == (1000, 6000)
    assert (figures.real.sales, figures.proposed.sales) == (16000, 11000)
    assert (figures.real.profit, figures.proposed.profit) == (8000, 3000)
    assert figures.real.margin == 5000
    assert figures.proposed.cost_rate == 6000 * 10_000 // 11_000
    rows = {row.id: row for row in figures.promotions}
    assert (rows[sale].real_amount, rows[sale].amount, rows[sale].lost) == (1000, 0, 1)
    assert (rows[new].orders, rows[new].amount, rows[new].won) == (2, 6000, 2)
    assert [(row.number, row.short) for row in figures.worst] == [(cheap, 2500)]
    assert figures.newly_below == 1
    assert [(row.sku_id, row.proposed.floor_gap, row.proposed.cost_gap) for row in figures.skus] == [
        (_sku(cup), 2500, 2000)
    ]
    assert [(row.number, row.proposed_off - row.real_off) for row in figures.gains] == [(cheap, 3000), (dear, 2000)]


def _sku(code: str) -> int:
    row = db.row("select id from catalog_sku where code = %s", (code,))
    assert row is not None
    return int(row["id"])


def test_what_is_wrong_is_said_at_the_field() -> None:
    sale, day = live(), clock.business_date()
    far = promotions.create_promotion(draft(starts_at=clock.now() + timedelta(days=5)), actor=SYSTEM)
    wrong = draft(config={"steps": [{"threshold": -1, "off": 0}]})
    asked = ReplayDraft(
        day,
        day - timedelta(days=1),
        [
            EntryDraft(sale),
            EntryDraft(sale),
            EntryDraft(10**12),
            EntryDraft(),
            EntryDraft(sale, draft("limited_discount", {"price": 1})),
            EntryDraft(draft=wrong, throughout=True),
            EntryDraft(sale, everybody=True),
        ],
        note="x" * 201,
    )
    with pytest.raises(ValidationFailed) as refusal:
        services.start_replay(asked, actor=SYSTEM)
    assert {(error.loc, error.code) for error in refusal.value.errors} >= {
        ("last", "before_first"),
        ("promotions.1.promotion_id", "twice"),
        ("promotions.2.promotion_id", "unknown"),
        ("promotions.3.promotion_id", "nothing"),
        ("promotions.4.draft.kind", "fixed"),
        ("promotions.5.draft.config.steps.0.threshold", "range"),
        ("promotions.6.everybody", "not_a_coupon"),
        ("note", "too_long"),
    }
    for entry, code in ((EntryDraft(far), "outside"), (EntryDraft(_never_published()), "never_on")):
        with pytest.raises(ValidationFailed) as refusal:
            services.start_replay(today(entry), actor=SYSTEM)
        assert [(error.loc, error.code) for error in refusal.value.errors] == [("promotions.0.throughout", code)]
    for first, last, loc in ((day, day + timedelta(days=1), "last"), (day - timedelta(days=400), day, "first")):
        with pytest.raises(ValidationFailed) as refusal:
            services.start_replay(ReplayDraft(first, last, []), actor=SYSTEM)
        assert [error.loc for error in refusal.value.errors] == [loc]


def _never_published() -> int:
    return promotions.create_promotion(draft(), actor=SYSTEM)


def test_only_who_may_asks_and_stops() -> None:
    warehouse, marketing = staff("warehouse"), staff("marketing")
    with pytest.raises(PermissionDenied):
        services.start_replay(today(), actor=warehouse)
    replay_id = services.start_replay(today(), actor=marketing)
    with pytest.raises(PermissionDenied):
        services.stop_replay(replay_id, actor=warehouse)
    with pytest.raises(NotFound):
        services.stop_replay(10**12, actor=marketing)
    services.stop_replay(replay_id, actor=marketing)
    carrying_out.run_waiting()
    stopped = selectors.replay(replay_id)
    assert (stopped.status, stopped.figures, stopped.actor_label) == ("stopped", None, marketing.label)
    with pytest.raises(WrongState):
        services.stop_replay(replay_id, actor=marketing)


def test_begun_again_after_its_worker_died_it_gives_the_same_and_not_for_ever() -> None:
    (tea,) = goods(12000)
    sale = live()
    buy((tea, 1))
    replay_id = services.start_replay(today(EntryDraft(sale)), actor=SYSTEM)
    carrying_out.run_waiting()
    first = selectors.replay(replay_id)
    db.execute("update planning_replay set status = 'running', done = 1 where id = %s", (replay_id,))
    carrying_out.run_waiting()
    again = selectors.replay(replay_id)
    assert (again.figures, again.attempts, again.done) == (first.figures, 2, 1)
    db.execute("update planning_replay set status = 'running', attempts = 5 where id = %s", (replay_id,))
    carrying_out.run_waiting()
    given_up = selectors.replay(replay_id)
    assert given_up.status == "failed"
    assert given_up.failure is not None
    assert "5" in given_up.failure.zh


def test_the_promotions_are_those_of_the_asking() -> None:
    (tea,) = goods(12000)
    sale = live()
    buy((tea, 1))
    replay_id = services.start_replay(today(EntryDraft(sale)), actor=SYSTEM)
    promotions.update_promotion(sale, draft(config={"steps": [{"threshold": 10000, "off": 9000}]}), actor=SYSTEM)
    carrying_out.run_waiting()
    found = selectors.replay(replay_id)
    assert found.figures is not None
    assert found.figures.proposed.discount == 1000
    assert found.promotions[0].config == {"steps": [{"threshold": 10000, "off": 1000}]}


def test_first_purchases_and_tiers_are_those_of_then() -> None:
    (tea,) = goods(12000)
    buyer = member()
    assert buyer.id is not None
    with clock.at(clock.now()) as move:
        numbers = []
        for tier in (None, "gold", None):
            if tier:
                db.execute(
                    "insert into members_tierchange (member_id, before, after, cause, actor_kind)"
                    " values (%s, 'basic', %s, 'grant', 'system')",
                    (buyer.id, tier),
                )
                db.execute("update members_member set tier = %s where id = %s", (tier, buyer.id))
            _later(move)
            numbers.append(buy((tea, 1), member_id=buyer.id))
            _later(move)
        day = clock.business_date()
    start, end = clock.day_bounds(day)
    found = {sale.number: sale.buyer for batch in sales(start, end, "CNY", Goods(), size=2) for sale in batch}
    assert [(found[n].is_new, found[n].tier) for n in numbers] == [(True, "basic"), (False, "gold"), (False, "gold")]


#: Taking and leaving the lock, finding twice, beginning, what was used before (2), counting and noting it, the cursor; of the
#: one batch orders, goods (2), buyers (2) and progress; the end with its audit line, in a savepoint of the test's transaction.
STATEMENTS = 20


@pytest.mark.parametrize("orders_placed", [2, 5])
def test_statements_do_not_grow_with_the_orders(orders_placed: int) -> None:
    (tea,) = goods(12000)
    sale = live(per_holder_limit=100)
    buyer = member().id
    for _ in range(orders_placed):
        buy((tea, 1), member_id=buyer)
    replay_id = services.start_replay(today(EntryDraft(sale)), actor=SYSTEM)
    with CaptureQueriesContext(connection) as seen:
        carrying_out.run_waiting()
    assert selectors.replay(replay_id).status == "finished"
    assert len(seen.captured_queries) == STATEMENTS


def test_gifts_are_no_goods_of_the_order_but_cost_what_they_cost() -> None:
    tea, cup = goods(12000, 3000, cost=1000)
    sale = live("full_gift", {"steps": [{"threshold": 10000, "gifts": [{"sku": _sku(cup), "quantity": 2}]}]})
    buy((tea, 1))
    figures = replayed(*ran(sale))
    assert figures.real == figures.proposed
    assert (figures.real.goods, figures.real.gift_cost, figures.real.cost) == (12000, 2000, 2000)
    assert figures.real.profit == 12000 - 1000 - 2000
    assert [(row.real_orders, row.orders, row.gifts, row.gift_cost) for row in figures.promotions] == [(1, 1, 2, 2000)]
    without = replayed()
    assert (without.real.gift_cost, without.proposed.gift_cost) == (2000, 0)


def test_free_delivery_and_first_purchases_are_given_back() -> None:
    (tea,) = goods(9000)
    pricing.save_freight_rule(method="express", fee=800, actor=SYSTEM)
    free = live("free_shipping", {"threshold": 9000}, per_holder_limit=1, audience={"new": True})
    buyer = member().id
    buy((tea, 1), member_id=buyer)
    with clock.at(clock.now()) as move:
        _later(move)
        buy((tea, 1), member_id=buyer)
    figures = replayed(*ran(free))
    assert figures.real == figures.proposed
    assert (figures.real.relief, figures.same) == (800, 2)

"""Floors, margins and the rules of categories; changes that one person may not make alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.factories.catalog import make_category, make_product
from tests.factories.pricing import PRICER, priced
from tests.support.races import run_together
from zhanggui.kernel import audit, clock, db, invariants
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import NotFound, ValidationFailed
from zhanggui.pricing import selectors, services
from zhanggui.pricing.errors import ApprovalNeeded, OwnRequest, PriceChangedMeanwhile, RequestDecided
from zhanggui.pricing.invariants import INVARIANTS
from zhanggui.pricing.types import FloorRow, PolicyView, PriceRow, Proposed, SpecialRow

pytestmark = pytest.mark.django_db
DARING = Actor("staff", 3, "daring clerk", frozenset({"pricing.below_floor"}))
CHIEF = Actor("staff", 9, "chief", frozenset({"pricing.approve"}))


@pytest.fixture(autouse=True)
def _books_are_right():
    yield
    assert invariants.check(INVARIANTS) == []


def guard(sku: int, floor: int | None = None, min_margin: int | None = None) -> None:
    services.set_floors([FloorRow(sku, floor, min_margin)], reason="守住毛利", actor=PRICER)


def policy(category: int = 0, **rules) -> None:
    services.save_policy(PolicyView(category, **rules), reason="年度规则", actor=PRICER)


def put(sku: int, price: int, *, actor: Actor = PRICER, reason: str = "清仓", **more) -> int:
    return services.set_prices([PriceRow(sku, max(price, 20_000), price, **more)], reason=reason, actor=actor)


def sale(sku: int) -> int:
    return selectors.base_prices([sku])[sku].sale_price


@pytest.mark.parametrize(
    ("cost", "own_floor", "own_margin", "category_margin", "floor", "source"),
    [
        (None, None, None, None, None, None),
        (6_000, None, None, None, None, None),  # a cost alone forbids nothing
        (None, None, 2_000, 2_000, None, None),  # a margin of an unknown cost neither
        (6_000, 7_000, None, None, 7_000, "floor"),
        (6_000, None, 2_500, None, 8_000, "margin"),
        (6_000, None, None, 4_000, 10_000, "category"),
        (6_000, 7_999, 2_500, None, 8_000, "margin"),
        (6_000, 8_000, 2_500, None, 8_000, "floor"),
        (6_000, 7_000, 1_000, 4_000, 10_000, "category"),  # a SKU's own margin does not soften its category's
        (6_000, None, 0, None, 6_000, "margin"),
        (1, None, 3_333, None, 2, "margin"),  # the fen that keeps the margin
        (100, None, 9_999, None, 1_000_000, "margin"),
    ],
)
def test_the_floor_is_the_highest_of_what_forbids(cost, own_floor, own_margin, category_margin, floor, source) -> None:
    (sku,) = priced(10_000, cost=cost)
    guard(sku, own_floor, own_margin)
    policy(min_margin=category_margin)
    found = selectors.floors([sku])[sku]
    assert (found.floor, found.source) == (floor, source)
    if floor and cost and source in ("margin", "category"):
        margin = own_margin if source == "margin" else category_margin
        assert (floor - cost) * 10_000 >= margin * floor
        assert (floor - 1 - cost) * 10_000 < margin * (floor - 1)


def test_of_each_rule_the_nearest_category_has_the_word() -> None:
    top = make_category()
    leaf = make_category(parent=top)
    sku = make_product(category=leaf).skus[0].id
    other = make_product().skus[0].id
    services.set_prices([PriceRow(sku, 10_000, cost=5_000), PriceRow(other, 10_000, cost=5_000)], actor=SYSTEM)
    policy(min_margin=1_000, max_change=3_000, spend_low=500, spend_high=900, steps=(990, 1_990))
    policy(top.id, min_margin=2_000, band_low=1_000, band_high=9_000)
    policy(leaf.id, band_high=12_000, steps=(5_990,))
    found = selectors.floors([sku, other])
    mine, theirs = found[sku], found[other]
    assert (mine.min_margin, mine.margin_category, mine.floor) == (2_000, top.id, 6_250)
    assert (mine.band_low, mine.band_high, mine.max_change, mine.steps) == (1_000, 12_000, 3_000, [5_990])
    assert (mine.spend_low, mine.spend_high) == (500, 900)
    assert (theirs.min_margin, theirs.margin_category, theirs.band_low, theirs.steps) == (1_000, 0, None, [990, 1_990])
    path = selectors.policy_of([top.id, leaf.id])
    assert (path.category_id, path.min_margin, path.band_low, path.steps) == (leaf.id, 2_000, 1_000, (5_990,))
    services.delete_policy(top.id, reason="x", actor=PRICER)
    assert selectors.floors([sku])[sku].min_margin == 1_000
    with pytest.raises(NotFound):
        services.delete_policy(top.id, reason="x", actor=PRICER)


def test_without_rules_the_corridor_is_eight_to_fifteen_percent() -> None:
    (sku,) = priced(10_000)
    found = selectors.floors([sku])[sku]
    assert (found.spend_low, found.spend_high) == (800, 1_500)


def test_floors_are_read_in_one_statement(django_assert_num_queries) -> None:
    skus = priced(*[1_000] * 20, cost=900)
    policy(min_margin=1_000)
    with django_assert_num_queries(1):
        assert {floor.floor for floor in selectors.floors([*skus, 2**40]).values()} == {1_000}


def test_no_price_goes_below_the_floor_without_permission_and_reason() -> None:
    (sku,) = priced(10_000, list_price=20_000)
    guard(sku, 8_000)
    assert put(sku, 8_000) == 1
    with pytest.raises(ValidationFailed) as refusal:
        put(sku, 7_999)
    assert [(e.loc, e.code) for e in refusal.value.errors] == [("rows.0.sale_price", "below_floor")]
    assert "80.00" in refusal.value.errors[0].as_dict("zh-CN")["message"]
    now = clock.now()
    with pytest.raises(ValidationFailed) as refusal:
        services.schedule_price(
            sku, sale_price=7_000, starts_at=now, ends_at=now + timedelta(hours=1), reason="x", actor=PRICER
        )
    assert [(e.loc, e.code) for e in refusal.value.errors] == [("sale_price", "below_floor")]
    with pytest.raises(ValidationFailed) as refusal:
        services.set_specials([SpecialRow(sku, "employee", "", 1, 7_000)], reason="x", actor=PRICER)
    assert [(e.loc, e.code) for e in refusal.value.errors] == [("rows.0.price", "below_floor")]
    with pytest.raises(ValidationFailed) as refusal:
        put(sku, 7_000, actor=DARING, reason="")
    assert refusal.value.errors[0].loc == "reason"
    assert sale(sku) == 8_000
    assert put(sku, 7_000, actor=DARING, reason="清理尾货") == 1
    assert services.set_specials([SpecialRow(sku, "employee", "", 1, 6_000)], reason="福利", actor=DARING) == 1
    assert selectors.history(sku).items[1].reason == "清理尾货"


def test_who_raises_a_price_that_lies_too_low_is_not_stopped() -> None:
    (sku,) = priced(5_000, list_price=20_000)
    guard(sku, 8_000)
    assert put(sku, 6_000) == 1
    assert put(sku, 6_000, cost=7_000) == 1
    with pytest.raises(ValidationFailed):
        put(sku, 5_999)


def test_the_cost_that_comes_with_a_price_counts_at_once() -> None:
    (sku,) = priced(10_000, list_price=20_000, cost=4_000)
    guard(sku, None, 2_000)
    with pytest.raises(ValidationFailed):
        put(sku, 9_000, cost=8_000)
    assert put(sku, 9_000) == 1
    assert selectors.base_prices([sku])[sku].cost == 4_000


@pytest.mark.parametrize(
    ("floor", "margin", "loc"),
    [(-1, None, "floor"), (10**12, None, "floor"), (None, 10_000, "min_margin"), (None, -1, "min_margin")],
)
def test_floors_that_cannot_be_are_refused(floor, margin, loc) -> None:
    (sku,) = priced(100)
    with pytest.raises(ValidationFailed) as refusal:
        services.set_floors([FloorRow(sku, floor, margin)], reason="x", actor=PRICER)
    assert [(e.loc, e.code) for e in refusal.value.errors] == [(f"rows.0.{loc}", "range")]
    with pytest.raises(ValidationFailed) as refusal:
        services.set_floors([FloorRow(sku, 1, 1)], reason=" ", actor=PRICER)
    assert refusal.value.errors[0].loc == "reason"


def test_floors_are_on_record() -> None:
    (sku,) = priced(100)
    guard(sku, 80, 500)
    guard(sku, 80, 500)
    newest, first = selectors.history(sku).items
    assert (newest.kind, newest.details, newest.reason) == (
        "floor",
        {"floor": 80, "old_floor": None, "min_margin": 500, "old_min_margin": None},
        "守住毛利",
    )
    assert first.kind == "set"
    entry = audit.history(target_type="sku", target_id=str(sku), action="pricing.set_floor")[0]
    assert entry["after"] == {"floor": 80, "min_margin": 500}


@pytest.mark.parametrize(
    ("rules", "loc"),
    [
        ({"band_low": 200, "band_high": 100}, "band_high"),
        ({"band_low": -1}, "band_low"),
        ({"steps": (200, 100)}, "steps"),
        ({"steps": (-1,)}, "steps"),
        ({"min_margin": 10_000}, "min_margin"),
        ({"spend_low": 800}, "spend_high"),
        ({"spend_low": 1_500, "spend_high": 800}, "spend_high"),
        ({"spend_low": 0, "spend_high": 10_001}, "spend_high"),
        ({"max_change": 0}, "max_change"),
    ],
)
def test_rules_that_cannot_be_are_refused_by_field(rules, loc) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        policy(**rules)
    assert [e.loc for e in refusal.value.errors] == [loc]
    with pytest.raises(ValidationFailed) as refusal:
        policy(2**40)
    assert refusal.value.errors[0].loc == "category_id"


# --- approval


@pytest.fixture
def sku() -> int:
    (found,) = priced(10_000, list_price=20_000)
    policy(max_change=2_000)
    return found


def ask(sku: int, price: int, **more) -> Proposed:
    return services.propose_prices([PriceRow(sku, 20_000, price, **more)], reason="大促", actor=PRICER)


def test_a_change_within_the_band_is_made_and_a_larger_one_waits(sku: int) -> None:
    assert ask(sku, 8_000) == Proposed(1)
    with pytest.raises(ApprovalNeeded) as refusal:
        put(sku, 6_399)
    assert refusal.value.errors[0].loc == "rows.0.sale_price"
    asked = ask(sku, 6_399)
    assert (asked.changed, len(asked.requests)) == (0, 1)
    assert sale(sku) == 8_000
    (waits,) = selectors.requests().items
    assert (waits.old_sale_price, waits.sale_price, waits.asked_by, waits.reason) == (
        8_000,
        6_399,
        "pricing clerk",
        "大促",
    )
    with pytest.raises(ValidationFailed) as refused:
        ask(sku, 5_000)
    assert refused.value.errors[0].code == "waits"
    told = db.rows("select payload from kernel_outboxevent where name = 'pricing.change_requested'")
    assert [e["payload"]["request_id"] for e in told] == [waits.id]


def test_dearer_counts_like_cheaper_and_the_system_is_free(sku: int) -> None:
    assert ask(sku, 12_000) == Proposed(1)
    assert ask(sku, 14_401).changed == 0
    assert put(sku, 1_000, actor=SYSTEM) == 1


def test_of_a_bulk_the_small_changes_are_made_and_the_others_asked_for(sku: int) -> None:
    (other,) = priced(10_000, list_price=20_000)
    rows = [PriceRow(sku, 20_000, 5_000), PriceRow(other, 20_000, 9_000)]
    done = services.propose_prices(rows, reason="大促", actor=PRICER)
    assert (done.changed, len(done.requests)) == (1, 1)
    assert (sale(sku), sale(other)) == (10_000, 9_000)
    guard(other, 8_900)
    (third,) = priced(10_000, list_price=20_000)
    with pytest.raises(ValidationFailed) as refusal:
        services.propose_prices(
            [PriceRow(third, 20_000, 5_000), PriceRow(other, 20_000, 8_800)], reason="x", actor=PRICER
        )
    assert [(e.loc, e.code) for e in refusal.value.errors] == [("rows.1.sale_price", "below_floor")]
    assert selectors.waiting() == 1  # all or none: nothing was asked for either


def test_what_somebody_changed_meanwhile_is_not_asked_for_and_places_are_those_of_the_call(sku: int) -> None:
    (other,) = priced(10_000, list_price=20_000)
    rows = [PriceRow(sku, 20_000, 5_000), PriceRow(other, 20_000, 9_000, seen=(20_000, 9_900))]
    with pytest.raises(PriceChangedMeanwhile) as refusal:
        services.propose_prices(rows, reason="x", actor=PRICER)
    assert refusal.value.errors[0].loc == "rows.1.sale_price"
    with pytest.raises(PriceChangedMeanwhile) as refusal:
        ask(sku, 5_000, seen=(20_000, 9_900))
    assert refusal.value.extra["now"] == {str(sku): [20_000, 10_000]}
    assert selectors.waiting() == 0


def test_another_person_accepts_and_both_are_on_record(sku: int) -> None:
    (request,) = ask(sku, 5_000, cost=3_000).requests
    for own in (services.accept_request, services.reject_request):
        with pytest.raises(OwnRequest):
            own(request, reason="好", actor=PRICER)
    services.accept_request(request, reason="同意", actor=CHIEF)
    assert selectors.base_prices([sku])[sku].cost == 3_000
    assert sale(sku) == 5_000
    newest = selectors.history(sku).items[0]
    assert (newest.actor_label, newest.reason, newest.details) == (
        "chief",
        "大促",
        {"request": request, "asked_by": "pricing clerk"},
    )
    seen = selectors.request(request)
    assert (seen.status, seen.decided_by, seen.decision) == ("accepted", "chief", "同意")
    with pytest.raises(RequestDecided):
        services.accept_request(request, actor=CHIEF)
    assert [r.id for r in selectors.requests(pending=False).items] == [request]


def test_another_person_rejects_with_a_reason_and_whoever_asked_withdraws(sku: int) -> None:
    (request,) = ask(sku, 5_000).requests
    with pytest.raises(ValidationFailed):
        services.reject_request(request, reason=" ", actor=CHIEF)
    services.reject_request(request, reason="太低", actor=CHIEF)
    (again,) = ask(sku, 6_000).requests
    with pytest.raises(OwnRequest):
        services.withdraw_request(again, actor=CHIEF)
    services.withdraw_request(again, actor=PRICER)
    assert sale(sku) == 10_000
    assert [(r.status, r.decision) for r in selectors.requests(pending=False).items] == [
        ("withdrawn", ""),
        ("rejected", "太低"),
    ]
    with pytest.raises(NotFound):
        services.accept_request(2**40, actor=CHIEF)


def test_what_is_accepted_is_what_was_seen(sku: int) -> None:
    (request,) = ask(sku, 5_000).requests
    put(sku, 9_000)
    with pytest.raises(PriceChangedMeanwhile):
        services.accept_request(request, actor=CHIEF)
    assert selectors.request(request).status == "pending"


def test_whoever_accepts_keeps_the_floor(sku: int) -> None:
    guard(sku, 6_000)
    (request,) = ask(sku, 5_000).requests
    with pytest.raises(ValidationFailed) as refusal:
        services.accept_request(request, actor=CHIEF)
    assert refusal.value.errors[0].code == "below_floor"
    bold = Actor("staff", 10, "owner", frozenset({"*"}))
    services.accept_request(request, actor=bold)
    assert sale(sku) == 5_000


def test_a_planned_price_far_away_waits_too(sku: int) -> None:
    now = clock.now()

    def plan(price: int, start: timedelta, end: timedelta | None) -> Proposed:
        ends_at = now + end if end else None
        return services.propose_schedule(
            sku, sale_price=price, starts_at=now + start, ends_at=ends_at, reason="周年", actor=PRICER
        )

    near = plan(9_000, timedelta(hours=1), timedelta(hours=2))
    assert (near.changed, near.requests) == (1, ())
    (request,) = plan(4_000, timedelta(hours=3), None).requests
    services.accept_request(request, actor=CHIEF)
    assert [w.sale_price for w in selectors.schedule([sku], ending_after=now)] == [9_000, 4_000]
    assert selectors.history(sku).items[0].details == {"request": request, "asked_by": "pricing clerk"}


def test_the_database_lets_nobody_approve_his_own(sku: int) -> None:
    (request,) = ask(sku, 5_000).requests
    with pytest.raises(IntegrityError), transaction.atomic():
        db.execute(
            "update pricing_pricerequest set status = 'accepted', decided_by_id = asked_by_id, decided_at = kernel_now()"
            " where id = %s",
            (request,),
        )


@pytest.mark.django_db(transaction=True)
def test_of_several_who_decide_at_once_one_does() -> None:
    (sku,) = priced(10_000, list_price=20_000)
    policy(max_change=2_000)
    (request,) = ask(sku, 5_000).requests
    chiefs = [Actor("staff", 20 + n, f"chief {n}") for n in range(6)]
    outcomes = run_together(
        [
            (lambda c=chief: services.accept_request(request, actor=c))
            if n % 2
            else (lambda c=chief: services.reject_request(request, reason="不", actor=c))
            for n, chief in enumerate(chiefs)
        ]
    )
    assert sum(o.ok for o in outcomes) == 1, outcomes
    assert {type(o.error) for o in outcomes if o.error} == {RequestDecided}
    assert sale(sku) == (5_000 if selectors.request(request).status == "accepted" else 10_000)


@pytest.mark.django_db(transaction=True)
def test_of_several_clerks_who_ask_at_once_one_request_waits() -> None:
    (sku,) = priced(10_000, list_price=20_000)
    policy(max_change=2_000)
    outcomes = run_together([lambda to=to: ask(sku, to) for to in (1_000, 2_000, 3_000, 4_000)])
    assert sum(o.ok for o in outcomes) == 1, outcomes
    assert selectors.waiting() == 1

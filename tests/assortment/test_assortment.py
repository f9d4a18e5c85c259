"""The assortment: roles and their limit, what makes a hit, shelves beside their plan, slow sellers, what goes along."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories import shop
from tests.factories.accounts import staff
from tests.factories.assortment import give, match, plan, product_of, products
from tests.factories.catalog import make_category
from tests.factories.pricing import PRICER
from tests.factories.sales import Line, sell
from tests.support.races import run_together
from zhanggui.assortment import locks, rules, selectors, services
from zhanggui.assortment.errors import TooManyMain
from zhanggui.assortment.types import DELIST, HIT, KEEP, MAIN, PROMOTE, Band, Match, ShelfPlan
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, db, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.invariants import check
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PolicyView
from zhanggui.showcase import selectors as showcase

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2026-06-10T12:00:00+08:00")


def faults(of: pytest.ExceptionInfo[ValidationFailed]) -> set[tuple[str, str]]:
    return {(error.loc, error.code) for error in of.value.errors}


def put(key: str, value: int) -> None:
    mall_settings.put(key, value, actor=SYSTEM)


# Roles


def test_a_role_says_since_when_by_whom_and_why() -> None:
    tea, cup = products(10_000, 5_000)
    assert give("traffic", tea, cup) == [tea, cup]
    assert give("traffic", tea) == []
    give(MAIN, tea, reason="主推龙井")
    (one,) = selectors.roles(role=MAIN).items
    assert (one.product_id, one.roles, one.by, one.reason) == (tea, (MAIN, "traffic"), "system", "主推龙井")
    assert selectors.role_counts() == {MAIN: 1, "traffic": 2, "basic": 0, "image": 0, HIT: 0}
    services.set_role([tea, cup], MAIN, given=False, reason="换季", actor=SYSTEM)
    assert [(c.role, c.given, c.reason) for c in selectors.changes(tea)] == [
        (MAIN, False, "换季"), (MAIN, True, "主推龙井"), ("traffic", True, "开季")
    ]  # fmt: skip


def test_a_product_plays_one_part() -> None:
    """Another takes its place, in the history too; the database has the last word."""
    (tea,) = products(10_000)
    give("traffic", tea)
    give("image", tea)
    assert selectors.roles_of([tea])[tea].roles == ("image",)
    assert [(c.role, c.given) for c in selectors.changes(tea)] == [
        ("image", True), ("traffic", False), ("traffic", True)
    ]  # fmt: skip
    assert not check()
    with pytest.raises(IntegrityError), transaction.atomic():
        db.execute(
            "insert into assortment_role (product_id, role, reason, actor_label) values (%s, 'basic', '', '')", (tea,)
        )


def test_no_more_main_pushes_than_the_mall_allows() -> None:
    many = products(*[10_000] * 6)
    give(MAIN, *many[:5])
    with pytest.raises(TooManyMain) as refused:
        give(MAIN, many[5])
    assert refused.value.extra == {"most": 5, "count": 6}
    give(MAIN, *many[:5])  # who is one already takes no place
    put("assortment.main_most", 6)
    assert give(MAIN, many[5]) == [many[5]]


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"role": "hero"}, {("role", "unknown")}),
        ({"reason": " "}, {("reason", "required")}),
        ({"product_ids": []}, {("products", "required")}),
        ({"product_ids": [99]}, {("products.0", "unknown")}),
    ],
)
def test_a_wish_for_a_role_names_its_fault(asked: dict[str, Any], wrong: set[tuple[str, str]]) -> None:
    wish: dict[str, Any] = {
        "product_ids": products(10_000),
        "role": MAIN,
        "given": True,
        "reason": "因为",
        "actor": SYSTEM,
    } | asked
    with pytest.raises(ValidationFailed) as refused:
        services.set_role(**wish)
    assert faults(refused) == wrong


def test_history_is_written_once() -> None:
    (tea,) = products(10_000)
    give(HIT, tea)
    for statement in ("update assortment_rolechange set reason = 'x'", "delete from assortment_rolechange"):
        with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
            db.execute(statement)


def test_goods_of_a_campaign_take_over_the_part_of_their_product() -> None:
    codes = shop.goods(10_000, 10_000, 10_000, 10_000)
    image, hit, main, none = [product_of(code) for code in codes]
    give("image", image)
    give(MAIN, image, main)
    give(HIT, hit)
    sku = {product: catalog.skus_of([product])[product][0] for product in (image, hit, main, none)}
    assert selectors.parts_of(list(sku.values())) == {sku[image]: "image", sku[hit]: "traffic", sku[main]: "basic"}


@pytest.mark.django_db(transaction=True)
def test_the_last_place_among_the_main_pushes_is_given_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two colleagues at once, each with the last product there is room for. Without the lock both find room: the naive twin."""
    one, two, *rest = products(*[10_000] * 6)
    give(MAIN, *rest)
    tries = [lambda: give(MAIN, one), lambda: give(MAIN, two)]
    for _ in range(2):
        outcomes = run_together(tries)
        assert [type(each.error) for each in outcomes if each.error] == [TooManyMain]
        services.set_role([one, two], MAIN, given=False, reason="再来", actor=SYSTEM)
    meet = threading.Barrier(2, timeout=10)
    monkeypatch.setattr(locks, "hold_roles", lambda: None)
    monkeypatch.setattr("zhanggui.assortment.services.roles._write", _after(meet))
    run_together(tries)
    assert selectors.role_counts()[MAIN] == 6


def _after(meet: threading.Barrier) -> Any:
    from zhanggui.assortment.services import roles

    write = roles._write

    def both_have_looked(*args: Any) -> None:
        meet.wait()
        write(*args)

    return both_have_looked


# Hits


def sold(product: int, units: int, at: datetime | None = None, **more: Any) -> None:
    sku = catalog.skus_of([product])[product][0]
    sell(at or clock.now() - timedelta(days=1), Line(10_000, units, product_id=product, sku=str(sku)), **more)


def test_a_hit_is_deliverable_sells_well_and_earns_little() -> None:
    tea, dear, still = products(10_000, cost=9_500) + products(10_000, cost=5_000) + products(10_000, cost=9_500)
    sold(tea, 30)
    sold(dear, 40)
    board = selectors.hit_board()
    assert [row.product_id for row in board.candidates] == [tea]
    (row,) = board.candidates
    assert [(v.name, v.met, v.value, v.limit) for v in row.verdicts] == [
        ("deliverable", True, 0, 3), ("selling", True, 30, 20), ("margin", True, 500, 1_000)
    ]  # fmt: skip
    assert (row.rank, row.free) == (2, 100)
    assert [(r.product_id, r.verdicts[2].value) for r in board.near] == [(dear, 5_000)]
    give(HIT, tea, still)
    board = selectors.hit_board()
    assert [(r.product_id, r.fits) for r in board.hits] == [(still, False), (tea, True)]
    assert not board.candidates


def test_who_earns_more_or_is_not_delivered_is_a_hit_no_longer() -> None:
    (tea,) = products(10_000, cost=10_000)
    sold(tea, 30)
    give(HIT, tea)
    assert selectors.hit_board().hits[0].fits
    put("assortment.hit_weight_g", 50)  # it weighs 100 g
    assert [v.met for v in selectors.hit_board().hits[0].verdicts] == [False, True, True]
    put("assortment.hit_weight_g", 100)
    put("assortment.hit_excluded", 0)
    pricing.save_freight_rule(method="express", province="西藏自治区", deliverable=False, actor=PRICER)
    assert [v.met for v in selectors.hit_board().hits[0].verdicts] == [False, True, True]


@pytest.mark.parametrize(
    ("costs", "expected"),
    [((9_000, 9_500), 1_000), ((10_000,), 0), ((10_100, 5_000), -100), ((None, 9_000), None), ((), None)],
)
def test_the_margin_of_a_product_is_its_dearest_or_its_loss(
    costs: tuple[int | None, ...], expected: int | None
) -> None:
    from zhanggui.pricing.types import Price

    assert rules.margin([Price(10_000, 10_000, cost) for cost in costs]) == expected


# Shelves


def test_a_shelf_stands_beside_its_plan() -> None:
    drinks = make_category("茶饮")
    tea = make_category("茶", parent=drinks)
    products(5_000, 9_999, 10_000, category=tea, stock=10)
    products(20_000, category=drinks, stock=30)
    products(1_000)
    plan(drinks.id)
    found = selectors.shelf(drinks.id)
    assert (found.products, found.skus, found.depth, found.stock, found.per_sku) == (4, 4, 10, 60, 15)
    assert [(b.planned, b.products, b.share) for b in found.bands] == [(5_000, 2, 5_000), (5_000, 2, 5_000)]
    by_id = {each.category_id: each for each in selectors.shelves()}
    assert [(by_id[i].products, by_id[i].plan is not None) for i in (0, drinks.id, tea.id)] == [
        (5, False), (4, True), (3, False)
    ]  # fmt: skip
    services.drop_plan(drinks.id, actor=SYSTEM)
    assert selectors.shelf(drinks.id).plan is None


def test_bands_without_a_plan_are_those_of_the_price_rules() -> None:
    tea = make_category("茶")
    pricing.save_policy(PolicyView(tea.id, 2_000, 30_000, (10_000,)), reason="定位", actor=PRICER)
    assert [(b.low, b.high) for b in selectors.shelf(tea.id).bands] == [
        (0, 2_000), (2_000, 10_000), (10_000, 30_000), (30_000, None)
    ]  # fmt: skip
    assert [b.low for b in selectors.shelf(0).bands] == list(rules.USUAL)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"breadth": 0}, {("breadth", "range")}),
        ({"bands": (Band(0, 100, 4_000), Band(100, None, 5_000))}, {("bands", "sum")}),
        ({"bands": (Band(0, 100, 5_000), Band(200, None, 5_000))}, {("bands.1.low", "gap")}),
        ({"bands": (Band(0, 100, 10_000),)}, {("bands.0.high", "open")}),
        ({"bands": (Band(100, 50, 5_000), Band(50, None, 5_000))}, {("bands.0.low", "range")}),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_at_its_field(
    change: dict[str, Any], wrong: set[tuple[str, str]]
) -> None:
    with pytest.raises(ValidationFailed) as refused:
        plan(0, **change)
    assert faults(refused) == wrong
    with pytest.raises(NotFound):
        plan(99)


# Renewal


def test_what_sells_slowly_is_listed_with_a_proposal() -> None:
    with clock.at(NOON - timedelta(days=100)):
        idle, rest, some, good = products(10_000, stock=50) + products(10_000, stock=3) + products(10_000, 10_000)
    with clock.at(NOON - timedelta(days=40)):
        (young,) = products(10_000)
    with clock.at(NOON - timedelta(days=5)):
        (new,) = products(10_000)
    with clock.at(NOON):
        sold(some, 2)
        sold(good, 50)
        found = selectors.renewal()
        assert {(s.product_id, s.proposal.kind, s.units, s.on_hand) for s in found.slow} == {
            (idle, PROMOTE, 0, 50), (rest, DELIST, 0, 3), (some, PROMOTE, 2, 100), (young, KEEP, 0, 100)
        }  # fmt: skip
        by_id = {s.product_id: s for s in found.slow}
        assert by_id[young].proposal.until == date(2026, 6, 30)
        assert by_id[some].sell_through == 196
        assert [(n.product_id, n.units) for n in found.new] == [(new, 0)]
        assert found.due == date(2026, 6, 10)


def test_a_decision_holds_until_its_day_and_delisting_is_done_at_once() -> None:
    with clock.at(NOON - timedelta(days=100)):
        idle, rest, kept = products(10_000, 10_000, 10_000)
    with clock.at(NOON) as move:
        services.decide([kept], KEEP, until=date(2026, 6, 20), reason="等新包装", actor=SYSTEM)
        services.decide([rest], DELIST, reason="没有人买", actor=SYSTEM)
        found = {s.product_id: s for s in selectors.renewal().slow}
        assert set(found) == {idle, kept}
        assert (found[kept].open, found[idle].open) == (False, True)
        assert catalog.product(rest).state == "delisted"
        (told,) = selectors.decisions(kept)
        assert (told.kind, told.reason, told.on_hand, told.actor) == (KEEP, "等新包装", 100, "system")
        with pytest.raises(ValidationFailed) as refused:
            services.decide([rest], PROMOTE, until=date(2026, 6, 20), reason="再试", actor=SYSTEM)
        assert faults(refused) == {("products.0", "not_listed")}
        move(NOON + timedelta(days=11))
        assert {s.product_id for s in selectors.renewal().slow if s.open} == {idle, kept}


@pytest.mark.parametrize(
    ("kind", "until", "wrong"),
    [
        ("burn", None, {("kind", "unknown")}),
        (KEEP, None, {("until", "required")}),
        (KEEP, date(2026, 6, 9), {("until", "range")}),
        (PROMOTE, date(2028, 6, 9), {("until", "range")}),
    ],
)
def test_a_decision_names_its_fault(kind: str, until: date | None, wrong: set[tuple[str, str]]) -> None:
    with clock.at(NOON):
        with pytest.raises(ValidationFailed) as refused:
            services.decide(products(10_000), kind, until=until, reason="因为", actor=SYSTEM)
        assert faults(refused) == wrong


def test_a_review_is_due_after_its_days_and_says_why_it_leaves_something_open() -> None:
    with clock.at(NOON - timedelta(days=100)):
        (idle,) = products(10_000)
    with clock.at(NOON) as move:
        give("basic", idle)
        assert selectors.review_due()
        with pytest.raises(ValidationFailed) as refused:
            services.finish_review(actor=SYSTEM)
        assert faults(refused) == {("note", "required")}
        services.finish_review(note="等盘点", actor=SYSTEM)
        (done,) = selectors.reviews()
        assert (done.slow, done.undecided, done.new, done.note) == (1, 1, 0, "等盘点")
        assert selectors.renewal().due == date(2026, 7, 10)
        assert not selectors.review_due()
        move(NOON + timedelta(days=30))
        assert selectors.review_due()


# What goes along


def test_what_goes_along_by_hand_comes_first_and_what_is_bought_together_follows() -> None:
    tea, cup, pot, fan = products(10_000, 5_000, 8_000, 2_000)
    with transaction.atomic():
        db.execute("insert into showcase_together (product_id, others) values (%s, %s)", (tea, [fan, cup]))
        from zhanggui.kernel import versions

        versions.bump("showcase")
    match(tea, pot, "泡茶正好", "问一句：家里有壶吗？", "Made for it")
    match(tea, cup)
    assert [(c.product_id, c.reason.zh) for c in showcase.goes_with(tea, 5)] == [
        (pot, "泡茶正好"),
        (cup, ""),
        (fan, ""),
    ]
    services.move_match(tea, cup, 0, actor=SYSTEM)
    assert [m.other_id for m in selectors.matches(tea)] == [cup, pot]
    services.drop_match(tea, cup, actor=SYSTEM)
    assert [c.product_id for c in showcase.goes_with(tea, 5)] == [pot, fan, cup]
    assert showcase.goes_with(pot, 5) == []


def test_a_match_names_its_fault() -> None:
    (tea,) = products(10_000)
    for other, loc in ((tea, "itself"), (99, "unknown")):
        with pytest.raises(ValidationFailed) as refused:
            match(tea, other)
        assert faults(refused) == {("other", loc)}
    with pytest.raises(NotFound):
        match(99, tea)
    for other in products(*[5_000] * rules.MOST_MATCHES):
        match(tea, other)
    (more,) = products(5_000)
    with pytest.raises(ValidationFailed) as refused:
        match(tea, more)
    assert faults(refused) == {("other", "length")}


# All of it


def test_who_may_do_what() -> None:
    (tea,) = products(10_000)
    reader = staff("service")
    acts = (
        lambda who: services.set_role([tea], MAIN, given=True, reason="x", actor=who),
        lambda who: services.save_plan(ShelfPlan(0, 3), actor=who),
        lambda who: services.drop_plan(0, actor=who),
        lambda who: services.decide([tea], DELIST, reason="x", actor=who),
        lambda who: services.finish_review(actor=who),
        lambda who: services.put_match(tea, Match(tea), actor=who),
        lambda who: services.drop_match(tea, tea, actor=who),
        lambda who: services.move_match(tea, tea, 0, actor=who),
    )
    assert "assortment.view" in reader.permissions
    for act in acts:
        with pytest.raises(PermissionDenied):
            act(reader)
    marketing = Actor("staff", 1, "m", frozenset({"assortment.decide"}))
    with pytest.raises(PermissionDenied) as refused:  # taking goods off sale is not given along
        services.decide([tea], DELIST, reason="x", actor=marketing)
    assert refused.value.extra == {"permission": "catalog.list"}


def test_the_same_number_of_statements_in_a_mall_of_any_size() -> None:
    def counts() -> list[int]:
        found = []
        for read in (
            selectors.hit_board,
            selectors.renewal,
            selectors.shelves,
            lambda: selectors.shelf(0),
            selectors.roles,
        ):
            with CaptureQueriesContext(
                connection,
            ) as seen:
                read()
            found.append(len(seen))
        return found

    def fill(n: int) -> None:
        with clock.at(clock.now() - timedelta(days=100)):
            made = products(*[10_000] * n, cost=9_500)
        for product in made[::2]:
            sold(product, 25)
        give(HIT, *made)

    fill(2)
    counts()
    few = counts()
    fill(6)
    assert counts() == few
    assert max(few) <= 9, few

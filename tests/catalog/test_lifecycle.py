"""From draft to shelf and off it, by hand and by the clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from tests.catalog.books import assert_in_order
from tests.factories.catalog import make_category, make_product
from zhanggui.catalog import selectors, services, states
from zhanggui.catalog.errors import NotReadyToList
from zhanggui.catalog.services import lifecycle
from zhanggui.catalog.types import ListingFacts, ProductFields, ProductSales, SearchFilters, SkuDraft, SkuStock
from zhanggui.kernel import audit, clock, db, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import NotFound, ValidationFailed, WrongState

pytestmark = pytest.mark.django_db
CHECKER = Actor("staff", 8, "checker")
NOTHING = ListingFacts(frozenset(), frozenset())


def all_facts(sku_ids: Sequence[int]) -> ListingFacts:
    return ListingFacts(frozenset(sku_ids), frozenset(sku_ids))


def approved(**fields: object) -> tuple[int, ListingFacts]:
    product = make_product(listed=False, **fields)  # type: ignore[arg-type]
    services.submit_review(product.id, actor=SYSTEM)
    services.approve(product.id, actor=CHECKER)
    return product.id, all_facts([sku.id for sku in product.skus])


def state(product_id: int) -> str:
    return selectors.product(product_id).state


STEPS: dict[str, Callable[[int], object]] = {
    "submit": lambda i: services.submit_review(i, actor=SYSTEM),
    "approve": lambda i: services.approve(i, actor=CHECKER),
    "reject": lambda i: services.reject(i, reason="图不清", actor=CHECKER),
    "list": lambda i: services.list_product(
        i, facts=all_facts([s.id for s in selectors.product(i).skus]), actor=SYSTEM
    ),
    "delist": lambda i: services.delist_product(i, reason="换季", actor=SYSTEM),
}
WAY_TO = {
    "draft": [], "in_review": ["submit"], "approved": ["submit", "approve"], "listed": ["submit", "approve", "list"],
    "delisted": ["submit", "approve", "list", "delist"],
}  # fmt: skip


@pytest.mark.parametrize("start", states.STATES)
@pytest.mark.parametrize("step", STEPS)
def test_only_the_steps_of_the_table_are_possible(start: str, step: str) -> None:
    product = make_product(listed=False)
    for before in WAY_TO[start]:
        STEPS[before](product.id)
    expected = states.PRODUCT.table.get((start, step))
    if expected:
        STEPS[step](product.id)
    else:
        with pytest.raises(WrongState) as error:
            STEPS[step](product.id)
        assert error.value.params["state"] == start
    assert state(product.id) == (expected or start)
    assert (step in selectors.actions(start)) == bool(expected)
    assert_in_order()


def test_nothing_is_listed_without_price_and_stock() -> None:
    product_id, facts = approved(skus=2)
    first, second = sorted(facts.priced_sku_ids)
    for known, codes in [
        (NOTHING, {"no_price", "no_stock"}),
        (ListingFacts(frozenset({first}), frozenset({first})), {"no_price"}),
        (ListingFacts(facts.priced_sku_ids, frozenset({999})), {"no_stock"}),
    ]:
        with pytest.raises(NotReadyToList) as error:
            services.list_product(product_id, facts=known, actor=SYSTEM)
        assert {e.code for e in error.value.errors} == codes
    assert state(product_id) == "approved"
    services.list_product(product_id, facts=ListingFacts(facts.priced_sku_ids, frozenset({second})), actor=SYSTEM)
    assert selectors.search(SearchFilters(in_stock=True)).total == 1


def test_required_attributes_are_asked_for_at_review() -> None:
    category = make_category("植物")
    services.define_attribute(
        name="产地", label_zh="产地", kind="text", required=True, category_id=category.id, actor=SYSTEM
    )
    product = make_product(listed=False, category=category)
    with pytest.raises(NotReadyToList) as error:
        services.submit_review(product.id, actor=SYSTEM)
    assert [e.loc for e in error.value.errors] == ["attributes.产地"]
    assert state(product.id) == "draft"


def test_an_edit_after_approval_must_be_looked_at_again() -> None:
    product_id, _ = approved()
    services.update_product(product_id, ProductFields("换了"), expected_version=1, actor=SYSTEM)
    assert state(product_id) == "draft"


def test_many_are_listed_at_once_and_each_gets_its_answer() -> None:
    ready, facts = approved()
    unready, _ = approved()
    draft = make_product(listed=False).id
    results = services.list_products([draft, ready, 999, unready, ready], facts=facts, actor=SYSTEM)
    assert [(r.product_id, r.listed, [e.code for e in r.errors]) for r in results] == [
        (draft, False, ["wrong_state"]), (ready, True, []), (999, False, ["not_found"]),
        (unready, False, ["no_price", "no_stock"]),
    ]  # fmt: skip
    assert [i.id for i in selectors.search(SearchFilters()).items] == [ready]
    assert_in_order()


def test_listing_many_costs_the_same_few_statements(django_assert_max_num_queries) -> None:
    made = [approved() for _ in range(20)]
    skus = [sku for _, facts in made for sku in facts.priced_sku_ids]
    with django_assert_max_num_queries(16):
        services.list_products([i for i, _ in made], facts=all_facts(skus), actor=SYSTEM)


def test_what_is_sold_out_is_delisted_where_the_mall_wants_it() -> None:
    product, other = make_product(skus=2), make_product()
    first, second = (sku.id for sku in product.skus)
    services.set_listing_stock([SkuStock(first, False)], actor=SYSTEM)
    mall_settings.put("catalog.delist_sold_out", True, actor=SYSTEM)
    assert services.delist_sold_out([first], actor=SYSTEM) == []
    services.set_listing_stock([SkuStock(second, False), SkuStock(other.skus[0].id, False)], actor=SYSTEM)
    mall_settings.put("catalog.delist_sold_out", False, actor=SYSTEM)
    assert services.delist_sold_out([second], actor=SYSTEM) == []
    mall_settings.put("catalog.delist_sold_out", True, actor=SYSTEM)
    assert services.delist_sold_out([second], actor=SYSTEM) == [product.id]
    assert [i.id for i in selectors.search(SearchFilters()).items] == [other.id]


def test_products_taken_off_leave_the_lists() -> None:
    product = make_product(skus=2)
    services.set_listing_stock([SkuStock(sku.id, False) for sku in product.skus], actor=SYSTEM)
    assert services.delist_products([product.id, product.id, 999], reason="sold_out", actor=SYSTEM) == [product.id]
    assert services.delist_products([product.id], reason="sold_out", actor=SYSTEM) == []
    assert selectors.search(SearchFilters()).total == 0
    row = audit.history(target_type="product", target_id=str(product.id), action="catalog.delist")[0]
    assert (row["before"], row["after"], row["reason"]) == ({"state": "listed"}, {"state": "delisted"}, "sold_out")
    event = db.row("select payload from kernel_outboxevent where name = 'catalog.product_delisted'")
    assert event is not None
    assert event["payload"]["reason"] == "sold_out"


def test_the_schedule_lists_and_delists_when_the_time_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "_facts_source", all_facts)
    now = clock.now()
    due, _ = approved()
    later, _ = approved()
    ending = make_product().id
    services.schedule(due, list_at=now - timedelta(minutes=1), delist_at=now + timedelta(days=1), actor=SYSTEM)
    services.schedule(later, list_at=now + timedelta(hours=1), delist_at=None, actor=SYSTEM)
    services.schedule(ending, list_at=None, delist_at=now - timedelta(seconds=1), actor=SYSTEM)
    assert services.run_schedule(actor=SYSTEM) == (1, 1)
    assert services.run_schedule(actor=SYSTEM) == (0, 0)
    assert [state(i) for i in (due, later, ending)] == ["listed", "approved", "delisted"]
    product = selectors.product(due)
    assert (product.list_at, product.delist_at) == (None, now + timedelta(days=1))
    assert selectors.product(ending).delist_at is None


def test_what_is_due_and_not_ready_stays_off_sale_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "_facts_source", lambda sku_ids: NOTHING)
    product_id, facts = approved()
    services.schedule(product_id, list_at=clock.now(), delist_at=None, actor=SYSTEM)
    assert services.run_schedule(actor=SYSTEM) == (0, 0)
    product = selectors.product(product_id)
    assert (product.state, product.list_at) == ("approved", None)
    assert "库存" in product.schedule_problem
    assert db.row("select 1 from kernel_outboxevent where name = 'catalog.scheduled_listing_refused'")
    services.list_product(product_id, facts=facts, actor=SYSTEM)
    assert selectors.product(product_id).schedule_problem == ""


def test_a_schedule_that_cannot_be_is_refused() -> None:
    now = clock.now()
    product = make_product()
    for list_at, delist_at in [(now, now), (now, now - timedelta(1)), (now, None)]:
        with pytest.raises(ValidationFailed):
            services.schedule(product.id, list_at=list_at, delist_at=delist_at, actor=SYSTEM)
    with pytest.raises(NotFound):
        services.schedule(999, list_at=now, delist_at=None, actor=SYSTEM)


def test_relisting_makes_a_product_new_again_and_keeps_its_sales() -> None:
    product, other = make_product("旧"), make_product("新")
    services.add_sales([ProductSales(product.id, 4)], actor=SYSTEM)
    services.delist_product(product.id, reason="", actor=SYSTEM)
    STEPS["list"](product.id)
    items = selectors.search(SearchFilters(sort="new")).items
    assert {i.id for i in items} == {product.id, other.id}
    assert next(i.sales for i in items if i.id == product.id) == 4
    assert_in_order()


def test_a_product_without_active_variants_is_not_offered() -> None:
    product = make_product(skus=[SkuDraft("A", active=False)], listed=False)
    with pytest.raises(NotReadyToList) as error:
        services.submit_review(product.id, actor=SYSTEM)
    assert [e.code for e in error.value.errors] == ["none_active"]

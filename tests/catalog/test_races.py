"""Two at the same moment: codes, slugs, editors, imports, prices against edits; and what goes wrong without the guard."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, transaction

from tests.catalog.books import assert_in_order
from tests.factories.catalog import make_category, make_product
from tests.support.races import repeat_together, run_together
from zhanggui.catalog import locks, selectors, services, writing
from zhanggui.catalog.errors import EditedMeanwhile
from zhanggui.catalog.types import ListingFacts, ProductDraft, ProductFields, SearchFilters, SkuDraft, SkuPrice
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import Conflict, ValidationFailed

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_two_products_get_the_same_code_or_slug() -> None:
    category = make_category("植物")
    fields = ProductFields("绿萝", category_id=category.id)
    outcomes = repeat_together(8, lambda: services.create_product(fields, [SkuDraft()], actor=SYSTEM))
    made = [outcome.value for outcome in outcomes]
    assert [outcome.error for outcome in outcomes] == [None] * 8
    assert sorted(p.code for p in made) == [f"01-{n:06d}" for n in range(1, 9)]
    assert len({p.slug for p in made}) == 8
    assert_in_order()


def test_a_naive_serial_gives_the_same_code_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: reading the highest serial and adding one, as it is often done, collides."""
    make_product(listed=False)

    def naive(wanted):
        found = {
            prefix: db.row("select max(split_part(code, '-', 2)::bigint) as n from catalog_product")
            for prefix in wanted
        }
        db.execute("select pg_sleep(0.2)")
        return {prefix: (row["n"] if row else 0) + 1 for prefix, row in found.items()}

    monkeypatch.setattr(locks, "next_serials", naive)
    taken: list[str] = []

    def create() -> None:
        row = writing.ProductRowData("绿萝", "", "", None, None, {}, [], slug=f"s{len(taken)}")
        taken.append("")
        try:
            with transaction.atomic():
                writing.give_codes([row], {})
                writing.insert([row])
        except IntegrityError:
            taken.append(row.code)

    repeat_together(4, create)
    assert any(taken)


def test_one_of_two_editors_wins_and_the_other_is_told() -> None:
    product = make_product()
    outcomes = run_together(
        [
            lambda n=n: services.update_product(product.id, ProductFields(f"第 {n}"), expected_version=1, actor=SYSTEM)
            for n in range(6)
        ]
    )
    assert sum(outcome.ok for outcome in outcomes) == 1
    assert all(isinstance(outcome.error, EditedMeanwhile) for outcome in outcomes if not outcome.ok)
    winner = next(n for n, outcome in enumerate(outcomes) if outcome.ok)
    assert selectors.product(product.id).title == f"第 {winner}"
    assert_in_order()


def test_editors_without_a_version_lose_what_the_other_wrote() -> None:
    """The twin: read the row, change a field, write the row back. The first writer's field is gone."""
    product = make_product("原")
    both_have_read = threading.Barrier(2)

    def write(**changed: str) -> None:
        seen = db.row("select title, subtitle from catalog_product where id = %s", (product.id,)) or {}
        both_have_read.wait(10)
        seen |= changed
        db.execute(
            "update catalog_product set title = %s, subtitle = %s where id = %s",
            (seen["title"], seen["subtitle"], product.id),
        )

    run_together([lambda: write(title="甲"), lambda: write(subtitle="乙")])
    after = selectors.product(product.id)
    assert (after.title, after.subtitle) != ("甲", "乙")


def test_one_sku_code_goes_to_one_product() -> None:
    outcomes = repeat_together(
        6, lambda: services.create_product(ProductFields("绿萝"), [SkuDraft("ONLY")], actor=SYSTEM)
    )
    assert sum(outcome.ok for outcome in outcomes) == 1
    assert all(isinstance(outcome.error, ValidationFailed | Conflict) for outcome in outcomes if not outcome.ok)
    assert db.row("select count(*) as n from catalog_product") == {"n": 1}


def test_the_same_file_imported_twice_at_once_is_imported_once() -> None:
    drafts = [
        ProductDraft(
            "file",
            f"p{n}",
            f"绿萝 {n}",
            (SkuDraft(f"S{n}"),),
            category_path=("植物", f"类 {n % 3}"),
            brand=f"牌 {n % 2}",
        )
        for n in range(30)
    ]
    outcomes = repeat_together(4, lambda: services.import_products(drafts, actor=SYSTEM))
    assert [outcome.error for outcome in outcomes] == [None] * 4
    results = [[r.outcome for r in outcome.value] for outcome in outcomes]
    assert sorted(results)[0] == ["created"] * 30
    assert sorted(results)[1:] == [["unchanged"] * 30] * 3
    assert db.row("select count(*) as n from catalog_product") == {"n": 30}
    assert len(selectors.categories()) == 4
    assert_in_order()


def test_prices_edits_and_listing_at_once_leave_the_lists_right() -> None:
    products = [make_product(price=100) for _ in range(4)]
    skus = [sku.id for product in products for sku in product.skus]
    facts = ListingFacts(frozenset(skus), frozenset(skus))

    def price(amount: int) -> None:
        services.set_listing_prices([SkuPrice(sku, amount, amount) for sku in reversed(skus)], actor=SYSTEM)

    def edit() -> None:
        for product in products:
            current = selectors.product(product.id)
            services.update_product(product.id, ProductFields("改"), expected_version=current.version, actor=SYSTEM)

    def shelf() -> None:
        ids = [product.id for product in products]
        services.delist_products(ids, reason="", actor=SYSTEM)
        services.list_products(list(reversed(ids)), facts=facts, actor=SYSTEM)

    outcomes = run_together([lambda: price(200), edit, shelf, lambda: price(300), shelf])
    assert [outcome.error for outcome in outcomes] == [None] * 5
    found = selectors.search(SearchFilters())
    assert found.total == 4
    assert len({item.price for item in found.items}) == 1
    assert {item.title for item in found.items} == {"改"}
    assert_in_order()

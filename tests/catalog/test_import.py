"""Taking over products from elsewhere: once is enough, what is wrong is named, what is right goes in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.catalog.books import assert_in_order
from tests.factories.catalog import list_product, make_category, make_product
from zhanggui.catalog import selectors, services
from zhanggui.catalog.types import ListingFacts, MediaDraft, ProductDraft, SearchFilters, SkuDraft
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db


def draft(number: int = 1, **fields: object) -> ProductDraft:
    plain: dict[str, object] = {
        "source": "test",
        "external_id": f"p{number}",
        "title": f"绿萝 {number}",
        "skus": (SkuDraft(f"S{number}-A", {"盆": "大"}, weight_g=500), SkuDraft(f"S{number}-B", {"盆": "小"})),
        "category_path": ("植物", "绿植"),
        "brand": "花匠",
        "tags": ("新品",),
        "attributes": {"产地": "云南"},
    }
    return ProductDraft(**(plain | fields))  # type: ignore[arg-type]


def run(*drafts: ProductDraft) -> list[str]:
    return [result.outcome for result in services.import_products(drafts, actor=SYSTEM)]


def rows() -> list[dict[str, object]]:
    return db.rows("select id, code, slug, title, version, state, attributes from catalog_product order by id")


def test_a_draft_becomes_a_product_with_all_it_names() -> None:
    result = services.import_products([draft(description_html="<p>好</p><script>x</script>")], actor=SYSTEM)[0]
    assert (result.index, result.outcome, result.errors) == (0, "created", ())
    product = selectors.product(result.product_id or 0)
    assert (product.state, product.title, product.description_html) == ("approved", "绿萝 1", "<p>好</p>")
    assert [c.name_zh for c in product.breadcrumbs] == ["植物", "绿植"]
    assert product.code == result.product_code == "0101-000001"
    assert product.brand is not None
    assert product.brand.name == "花匠"
    assert {s.code: s.id for s in product.skus} == dict(result.skus)
    assert [s.id for s in product.skus] == list(result.sku_ids)
    assert product.skus[0].weight_g == 500
    assert [(a.name, a.value) for a in product.attributes] == [("产地", "云南")]
    assert product.tags == ("新品",)
    assert_in_order()


def test_the_same_again_changes_nothing() -> None:
    batch = [draft(n) for n in range(5)]
    first = services.import_products(batch, actor=SYSTEM)
    before = rows()
    again = services.import_products(batch, actor=SYSTEM)
    assert [r.outcome for r in again] == ["unchanged"] * 5
    assert [(r.product_id, r.sku_ids, r.skus) for r in again] == [(r.product_id, r.sku_ids, r.skus) for r in first]
    assert rows() == before


def test_what_has_changed_is_updated_and_keeps_its_place_in_the_shop() -> None:
    product_id = services.import_products([draft()], actor=SYSTEM)[0].product_id or 0
    facts = frozenset(s.id for s in selectors.product(product_id).skus)
    services.list_product(product_id, facts=ListingFacts(facts, facts), actor=SYSTEM)
    changed = draft(title="吊兰", skus=(SkuDraft("S1-A", {"盆": "特大"}), SkuDraft("S1-C", {"盆": "中"})), brand="园丁")
    assert run(changed) == ["updated"]
    product = selectors.product(product_id)
    assert (product.state, product.version, product.title) == ("listed", 2, "吊兰")
    assert [(s.code, s.options_text) for s in product.skus] == [("S1-A", "特大"), ("S1-B", "小"), ("S1-C", "中")]
    assert selectors.search(SearchFilters(q="diaolan")).total == 1
    assert selectors.search(SearchFilters(q="yuanding")).total == 1
    assert_in_order()


def test_a_product_taken_off_sale_stays_off_sale() -> None:
    product_id = services.import_products([draft()], actor=SYSTEM)[0].product_id or 0
    facts = frozenset(s.id for s in selectors.product(product_id).skus)
    services.list_product(product_id, facts=ListingFacts(facts, facts), actor=SYSTEM)
    services.delist_product(product_id, reason="x", actor=SYSTEM)
    assert run(draft(title="吊兰")) == ["updated"]
    assert selectors.product(product_id).state == "delisted"


def test_unpublished_drafts_stay_drafts() -> None:
    product_id = services.import_products([draft(published=False)], actor=SYSTEM)[0].product_id or 0
    assert selectors.product(product_id).state == "draft"


def test_a_code_of_another_product_rejects_the_draft_and_nothing_else() -> None:
    make_product(skus=["S1-A"])
    results = services.import_products([draft(1), draft(2), draft(3, skus=(SkuDraft("S2-B"),))], actor=SYSTEM)
    assert [r.outcome for r in results] == ["rejected", "created", "rejected"]
    assert [(e.loc, e.code) for e in results[0].errors] == [("skus", "duplicate_sku")]
    assert "S1-A" in results[0].errors[0].message.en
    assert "S2-B" in results[2].errors[0].message.en
    assert len(rows()) == 2


def test_the_same_record_twice_in_a_batch_is_taken_once() -> None:
    results = services.import_products(
        [draft(1), draft(1, title="别的", skus=(SkuDraft("X"),)), draft(1)], actor=SYSTEM
    )
    assert [r.outcome for r in results] == ["created", "rejected", "rejected"]
    assert {e.code for e in results[1].errors} == {"duplicate_external_id"}
    assert run(draft(1), draft(1)) == ["unchanged", "rejected"]


def test_the_same_record_of_another_source_is_another_product() -> None:
    assert run(draft(1), draft(1, source="other", skus=(SkuDraft("O"),))) == ["created", "created"]


def test_variants_without_codes_keep_theirs_when_they_come_again() -> None:
    bare = draft(skus=(SkuDraft("", {"盆": "大"}), SkuDraft("", {"盆": "小"})))
    first = services.import_products([bare], actor=SYSTEM)[0]
    assert list(first.skus) == ["0101-000001-01", "0101-000001-02"]
    turned = replace(bare, skus=tuple(reversed(bare.skus)))
    again = services.import_products([turned], actor=SYSTEM)[0]
    assert again.outcome == "updated"
    assert again.sku_ids == tuple(reversed(first.sku_ids))
    more = replace(bare, skus=(*bare.skus, SkuDraft("", {"盆": "中"})))
    assert list(services.import_products([more], actor=SYSTEM)[0].skus)[2] == "0101-000001-03"


def test_attribute_values_that_do_not_fit_are_remarked_and_left_out() -> None:
    services.define_attribute(name="高度", label_zh="高度", kind="number", actor=SYSTEM)
    result = services.import_products([draft(attributes={"高度": "很高", "产地": "云南"})], actor=SYSTEM)[0]
    assert result.outcome == "created"
    assert [(e.loc, e.code) for e in result.errors] == [("attributes.高度", "invalid")]
    assert [a.name for a in selectors.product(result.product_id or 0).attributes] == ["产地"]
    fitting = draft(2, attributes={"高度": "35.5"})
    assert (
        selectors.product(services.import_products([fitting], actor=SYSTEM)[0].product_id or 0).attributes[0].value
        == 35.5
    )


def test_existing_categories_and_brands_are_used_by_either_name() -> None:
    plants = make_category("植物", name_en="Plants")
    make_category("绿植", plants)
    services.create_brand(name="FLORIST", actor=SYSTEM)
    run(
        draft(category_path=("Plants", "绿植"), brand="florist"),
        draft(2, category_path=(" 植物 ", ""), brand=" Florist "),
    )
    assert len(selectors.categories()) == 2
    assert len(selectors.brands()) == 1


def test_pictures_that_have_no_address_are_remarked() -> None:
    media = (
        MediaDraft("ftp://x/a.jpg"),
        MediaDraft("https://example.com/a.jpg"),
        MediaDraft("https://example.com/" + "x" * 2000),
    )
    result = services.import_products([draft(media=media)], actor=SYSTEM)[0]
    assert [e.loc for e in result.errors] == ["media.0", "media.2"]
    assert [m.source_url for m in selectors.product(result.product_id or 0).media] == ["https://example.com/a.jpg"]


def test_what_cannot_be_is_rejected_with_its_field() -> None:
    bad = [
        draft(1, title=" \0 "),
        draft(2, title="长" * 10_000),
        draft(3, skus=()),
        draft(4, skus=(SkuDraft("A", {"盆": "大"}), SkuDraft("A2", {"盆": "大"}))),
        draft(5, external_id=""),
        draft(6, category_path=("长" * 101,)),
        draft(7, skus=(SkuDraft("A", active=False),)),
        draft(8, description_html="x" * 2_000_000),
        draft(9, skus=(SkuDraft("A", weight_g=-1),)),
    ]
    results = services.import_products([*bad, draft(10)], actor=SYSTEM)
    assert [r.outcome for r in results] == ["rejected"] * len(bad) + ["created"]
    assert [sorted({e.loc for e in r.errors}) for r in results[:-1]] == [
        ["title"], ["title"], ["skus"], ["skus.1.options"], ["external_id"], ["category_path"], ["skus"],
        ["description_html"], ["skus.0.weight_g"],
    ]  # fmt: skip


TEXT = st.text(st.characters(), max_size=60)


@given(st.lists(st.tuples(TEXT, TEXT, TEXT, TEXT), min_size=1, max_size=6))
def test_any_text_is_taken_or_rejected_and_the_second_time_changes_nothing(
    parts: list[tuple[str, str, str, str]],
) -> None:
    batch = [
        ProductDraft(
            "test", key, title, (SkuDraft(code, {code: title}),), category_path=(title, code), brand=other, slug=other,
            attributes={other: code}, tags=(other,), description_html=other, media=(MediaDraft(other, title),),
        )
        for key, title, code, other in parts
    ]  # fmt: skip
    first = services.import_products(batch, actor=SYSTEM)
    before = rows()
    again = services.import_products(batch, actor=SYSTEM)
    assert [r.outcome == "rejected" for r in again] == [r.outcome == "rejected" for r in first]
    assert {r.outcome for r in again} <= {"rejected", "unchanged"}
    assert rows() == before
    assert_in_order()


def test_a_name_may_read_like_what_another_without_letters_would_get() -> None:
    # The second and the third have no address of their own and are counted.
    for number, brand in enumerate(("3", "！", "？")):
        assert run(draft(number, brand=brand)) == ["created"]
    slugs = [row["slug"] for row in db.rows("select slug from catalog_brand order by id")]
    assert slugs == ["3", "2", "3-2"]


def test_a_batch_costs_a_dozen_and_some_statements_whatever_its_size(django_assert_max_num_queries) -> None:
    run(draft(0))
    with django_assert_max_num_queries(22):
        assert set(run(*(draft(n, media=(MediaDraft("https://example.com/a.jpg"),)) for n in range(1, 200)))) == {
            "created"
        }
    with django_assert_max_num_queries(4):
        assert set(run(*(draft(n, media=(MediaDraft("https://example.com/a.jpg"),)) for n in range(1, 200)))) == {
            "unchanged"
        }


def test_an_empty_batch_is_no_work() -> None:
    assert services.import_products([], actor=SYSTEM) == []


def test_listing_helper_walks_the_whole_way() -> None:
    product_id = services.import_products([draft(published=False)], actor=SYSTEM)[0].product_id or 0
    list_product(product_id)
    assert selectors.search(SearchFilters(q="lvluo")).total == 1

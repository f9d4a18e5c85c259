"""What the catalogue says to English readers, and that nothing is lost where nobody has translated."""

from __future__ import annotations

import pytest

from tests.catalog.books import assert_in_order
from tests.factories.catalog import list_product, make_category, make_product
from zhanggui.catalog import selectors, services
from zhanggui.catalog.types import ProductDraft, ProductFields, SearchFilters, SkuDraft
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import ValidationFailed

pytestmark = pytest.mark.django_db


def vocabulary(category_id: int) -> None:
    services.define_attribute(
        name="颜色", label_zh="颜色", label_en="Colour", kind="text", category_id=category_id, variant_axis=True,
        choices_en={"月白": "Moon white"}, actor=SYSTEM,
    )  # fmt: skip
    services.define_attribute(
        name="用途", label_zh="用途", label_en="Use", kind="multi", category_id=category_id, filterable=True,
        choices=["泡茶", "送礼"], choices_en={"泡茶": "Brewing", "送礼": "Gifts"}, actor=SYSTEM,
    )  # fmt: skip


def teapot() -> int:
    category = make_category("茶具", name_en="Tea ware")
    vocabulary(category.id)
    made = services.create_product(
        ProductFields(
            "圆肚茶壶", "一人一壶", "<p>三百毫升。</p>", category.id, None,
            {"用途": ["泡茶", "送礼"], "材质": "白瓷"}, (), "",
            "Round teapot", "One pot, one person", "<p>Three hundred millilitres.</p>", {"材质": "White porcelain"},
        ),
        [SkuDraft("T1", {"颜色": "月白"}), SkuDraft("T2", {"颜色": "松绿"})],
        actor=SYSTEM,
    )  # fmt: skip
    list_product(made.id)
    return made.id


def test_a_product_is_said_in_english() -> None:
    product = selectors.product(teapot()).said_in("en")
    assert (product.title, product.subtitle) == ("Round teapot", "One pot, one person")
    assert product.description_html == "<p>Three hundred millilitres.</p>"
    assert {shown.name: shown.value for shown in product.attributes} == {
        "用途": ["Brewing", "Gifts"],
        "材质": "White porcelain",
    }
    assert [sku.options_text for sku in product.skus] == ["Moon white", "松绿"]
    assert product.skus[0].options == {"颜色": "月白"}
    assert product.skus[0].options_en == {"Colour": "Moon white"}


def test_in_chinese_nothing_changes() -> None:
    product = selectors.product(teapot())
    assert product.said_in("zh-Hans") is product
    assert product.skus[0].options_text == "月白"


def test_lists_facets_and_suggestions_have_the_words() -> None:
    teapot()
    page = selectors.search(SearchFilters())
    assert page.items[0].said_in("en").title == "Round teapot"
    use = next(facet for facet in page.facets.attributes if facet.name == "用途")
    assert {value.label_en for value in use.values} == {"Brewing", "Gifts"}
    assert selectors.suggest("Round")[0].text_in("en") == "Round teapot"
    assert selectors.suggest("tea ware")[0].text_in("en") == "Tea ware"


@pytest.mark.parametrize("words", ["teapot", "porcelain", "moon white", "brewing", "圆肚", "tea ware"])
def test_english_words_find_it(words: str) -> None:
    found = teapot()
    assert [item.id for item in selectors.search(SearchFilters(q=words)).items] == [found]
    assert_in_order()


def test_carts_and_orders_can_name_it() -> None:
    product = selectors.product(teapot())
    names = selectors.english_names([sku.id for sku in product.skus])
    assert [names[sku.id] for sku in product.skus] == [("Round teapot", "Moon white"), ("Round teapot", "松绿")]


def test_what_is_not_translated_stays_chinese() -> None:
    product = make_product("绿萝").said_in("en")
    assert product.title == "绿萝"
    assert selectors.search(SearchFilters()).items[0].said_in("en").title == "绿萝"


def test_a_brand_has_two_names() -> None:
    brand = services.create_brand(
        name="半山窑", name_en="Banshan Kiln", description="烧瓷。", description_en="Porcelain.", actor=SYSTEM
    )
    assert brand.said_in("en")[2:4] == ("Banshan Kiln", "Porcelain.")
    assert brand.said_in("zh-Hans").name == "半山窑"
    kept = services.update_brand(brand.id, name="半山窑", name_en="Banshan", actor=SYSTEM)
    assert (kept.name_en, kept.description_en) == ("Banshan", "")


def test_an_import_brings_both_languages_and_is_unchanged_the_second_time() -> None:
    draft = ProductDraft("t", "1", "绿萝", (SkuDraft("G"),), title_en="Pothos", attributes_en={"光照": "Shade"})
    made = services.import_products([draft], actor=SYSTEM)[0]
    assert services.import_products([draft], actor=SYSTEM)[0].outcome == "unchanged"
    assert made.product_id
    assert selectors.product(made.product_id).title_en == "Pothos"


def test_too_long_english_is_named_at_its_field() -> None:
    with pytest.raises(ValidationFailed) as refused:
        services.create_product(
            ProductFields("绿萝", title_en="x" * 301, attributes_en={"光照": "y" * 2001}), [SkuDraft("G")], actor=SYSTEM
        )
    assert {error.loc for error in refused.value.errors} == {"title_en", "attributes_en.光照"}


def test_updating_a_definition_keeps_its_english_words() -> None:
    category = make_category("茶具")
    vocabulary(category.id)
    definition = next(d for d in selectors.attribute_definitions(category.id) if d.name == "颜色")
    kept = services.update_attribute(definition.id, label_zh="颜色", label_en="Color", actor=SYSTEM)
    assert kept.choices_en == {"月白": "Moon white"}

"""Creating and changing products."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.catalog.books import assert_in_order
from tests.factories.catalog import make_brand, make_category, make_product
from zhanggui.catalog import selectors, services
from zhanggui.catalog.errors import EditedMeanwhile
from zhanggui.catalog.types import ProductFields, SearchFilters, SkuDraft
from zhanggui.kernel import audit, db, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import NotFound, ValidationFailed

pytestmark = pytest.mark.django_db
EDITOR = Actor("staff", 7, "editor")


def create(title: str = "绿萝", skus: list[SkuDraft] | None = None, **fields: object) -> int:
    made = services.create_product(ProductFields(title, **fields), skus or [SkuDraft()], actor=EDITOR)  # type: ignore[arg-type]
    return made.id


def codes_of(error: pytest.ExceptionInfo[ValidationFailed]) -> set[tuple[str, str]]:
    return {(e.loc, e.code) for e in error.value.errors}


def test_a_product_code_is_its_categorys_code_and_a_serial() -> None:
    plants = make_category("植物", code="ZW")
    green = make_category("绿植", plants)
    assert green.code == "ZW01"
    assert make_category("多肉", plants).code == "ZW02"
    codes = [make_product(category=category).code for category in (green, green, plants, None)]
    assert codes == ["ZW01-000001", "ZW01-000002", "ZW-000001", "SP-000001"]
    mall_settings.put("catalog.code_digits", 4, actor=SYSTEM)
    assert make_product(category=green).code == "ZW01-0003"


def test_skus_without_a_code_get_one_from_the_product() -> None:
    drafts = [SkuDraft(options={"盆": "大"}), SkuDraft("MINE", {"盆": "小"}), SkuDraft(options={"盆": "中"})]
    product = selectors.product(create(skus=drafts))
    assert [sku.code for sku in product.skus] == ["SP-000001-01", "MINE", "SP-000001-02"]


def test_slugs_are_pinyin_and_never_shared() -> None:
    first, second, bare = make_product("绿萝盆栽"), make_product("绿萝盆栽"), make_product("🌿")
    assert first.slug == "lv-luo-pen-zai"
    assert second.slug == "lv-luo-pen-zai-sp-000002"
    assert bare.slug == "sp-000003"
    with pytest.raises(ValidationFailed) as error:
        create(slug=first.slug)
    assert codes_of(error) == {("slug", "duplicate")}
    with pytest.raises(ValidationFailed):
        create(slug="Not A Slug")


def test_descriptions_keep_their_form_and_lose_what_runs() -> None:
    dirty = (
        '<h2 onclick="x()">养护</h2><p style="position:fixed">浇<b>水</b></p><script>alert(1)</script>'
        '<a href="javascript:alert(1)">坏</a><a href="https://example.com/a">好</a><img src="data:x" onerror="x()">'
        '<img src="https://example.com/a.jpg" alt="叶"><iframe src="https://example.com"></iframe><svg><a></svg>'
    )
    clean = selectors.product(create(description_html=dirty)).description_html
    for kept in (
        "<h2>养护</h2>",
        "<p>浇<b>水</b></p>",
        'href="https://example.com/a"',
        'src="https://example.com/a.jpg"',
    ):
        assert kept in clean
    for lost in ("script", "onclick", "onerror", "style", "iframe", "svg", "data:x"):
        assert lost not in clean


def test_texts_are_freed_of_what_cannot_be_seen() -> None:
    product = selectors.product(create("  绿\0萝\u202e 盆\ud800栽\n 大 ", tags=(" 新 品 ", "新 品", "\0")))
    assert product.title == "绿萝 盆栽 大"
    assert product.tags == ("新 品",)


@given(st.text(max_size=400), st.text(max_size=400), st.text(max_size=100))
def test_any_text_is_taken_or_refused_with_its_field(title: str, html: str, value: str) -> None:
    fields: set[str] = set()
    try:
        create(title, description_html=html, attributes={value: value}, skus=[SkuDraft(value, {value: value})])
    except ValidationFailed as refused:
        fields = {e.loc.split(".")[0] for e in refused.errors}
    assert fields <= {"title", "attributes", "skus"}


def test_what_is_wrong_is_said_field_by_field() -> None:
    with pytest.raises(ValidationFailed) as error:
        services.create_product(
            ProductFields("", subtitle="长" * 301, category_id=99, brand_id=99, description_html="x" * 1_000_001),
            [
                SkuDraft("A" * 65, {"盆": "大"}),
                SkuDraft("B", {"盆": "大"}),
                SkuDraft("B", {"盆": "小"}, weight_g=-1),
            ],
            actor=EDITOR,
        )
    assert codes_of(error) == {
        ("title", "required"), ("subtitle", "too_long"), ("category_id", "not_found"), ("brand_id", "not_found"),
        ("description_html", "too_long"), ("skus.0.code", "too_long"), ("skus.1.options", "duplicate_variant"),
        ("skus.2.code", "duplicate_sku"), ("skus.2.weight_g", "range"),
    }  # fmt: skip
    with pytest.raises(ValidationFailed) as error:
        services.create_product(ProductFields("绿萝"), [], actor=EDITOR)
    assert codes_of(error) == {("skus", "required")}


def test_a_sku_code_belongs_to_one_product() -> None:
    make_product(skus=["TAKEN"])
    with pytest.raises(ValidationFailed) as error:
        create(skus=[SkuDraft("FREE", {"盆": "大"}), SkuDraft("TAKEN", {"盆": "小"})])
    assert codes_of(error) == {("skus.1.code", "duplicate_sku")}


def test_attributes_take_the_type_of_their_definition() -> None:
    plants = make_category("植物")
    green = make_category("绿植", plants)
    define = services.define_attribute
    define(name="高度", label_zh="高度", kind="number", unit="cm", category_id=plants.id, actor=SYSTEM)
    define(name="光照", label_zh="光照", kind="choice", choices=["喜阴", "喜阳"], category_id=plants.id, actor=SYSTEM)
    define(name="功效", label_zh="功效", kind="multi", choices=["净化", "观赏"], actor=SYSTEM)
    define(name="有毒", label_zh="有毒", label_en="Toxic", kind="bool", actor=SYSTEM)
    given_values = {"高度": "35.50", "光照": "喜阴", "功效": "净化、观赏", "有毒": "否", "产地": "云南"}
    product = selectors.product(create(category_id=green.id, attributes=given_values))
    assert {a.name: a.value for a in product.attributes} == {
        "高度": 35.5, "光照": "喜阴", "功效": ["净化", "观赏"], "有毒": False, "产地": "云南",
    }  # fmt: skip
    assert next(a.unit for a in product.attributes if a.name == "高度") == "cm"
    wrong = {"高度": "高", "光照": "全日照", "功效": ["净化", "好吃"], "有毒": "也许"}
    with pytest.raises(ValidationFailed) as error:
        create(category_id=green.id, attributes=wrong)
    assert codes_of(error) == {(f"attributes.{name}", "invalid") for name in wrong}
    # in another branch of the tree the same name means nothing special
    pots = make_category("花盆")
    assert selectors.product(create(category_id=pots.id, attributes={"高度": "高"})).attributes[0].value == "高"


def test_the_nearest_definition_of_a_name_holds() -> None:
    plants = make_category("植物")
    green = make_category("绿植", plants)
    services.define_attribute(name="尺寸", label_zh="尺寸", kind="text", actor=SYSTEM)
    services.define_attribute(name="尺寸", label_zh="尺寸", kind="number", category_id=green.id, actor=SYSTEM)
    assert [d.kind for d in selectors.attribute_definitions(green.id)] == ["number"]
    assert [d.kind for d in selectors.attribute_definitions(plants.id)] == ["text"]


def test_the_second_of_two_editors_is_told() -> None:
    product = make_product("绿萝")
    first = services.update_product(
        product.id, ProductFields("绿萝 大"), expected_version=product.version, actor=EDITOR
    )
    assert first.version == product.version + 1
    with pytest.raises(EditedMeanwhile) as error:
        services.update_product(product.id, ProductFields("绿萝 小"), expected_version=product.version, actor=EDITOR)
    assert error.value.extra == {"version": first.version}
    assert selectors.product(product.id).title == "绿萝 大"


def test_a_change_reaches_the_lists_in_the_same_breath() -> None:
    product = make_product("绿萝", brand=make_brand("花匠"), price=100)
    services.update_product(product.id, ProductFields("吊兰", slug="diao"), expected_version=1, actor=EDITOR)
    assert selectors.search(SearchFilters(q="绿萝")).total == 0
    found = selectors.search(SearchFilters(q="diaolan")).items[0]
    assert (found.title, found.slug, found.brand_id, found.price) == ("吊兰", "diao", None, 100)
    assert_in_order()


def test_variants_named_again_keep_their_identity() -> None:
    product = make_product(skus=[SkuDraft("A", {"盆": "大"}), SkuDraft("B", {"盆": "小"})])
    services.update_product(
        product.id,
        ProductFields("绿萝"),
        expected_version=1,
        skus=[SkuDraft("", {"盆": "小"}, weight_g=5), SkuDraft("C", {"盆": "中"})],
        actor=EDITOR,
    )
    after = {sku.code: sku for sku in selectors.product(product.id).skus}
    before = {sku.code: sku.id for sku in product.skus}
    assert after["B"].id == before["B"]
    assert after["B"].weight_g == 5
    assert [after[code].active for code in "ABC"] == [False, True, True]
    assert_in_order()


def test_options_keep_the_order_of_their_editor() -> None:
    drafts = [SkuDraft("A", {"颜色 (色号)": "红", "码": "S"}), SkuDraft("B", {"颜色 (色号)": "红", "码": "M"})]
    product = make_product(skus=drafts)
    assert [list(sku.options) for sku in product.skus] == [["颜色 (色号)", "码"]] * 2
    assert product.skus[0].options_text == "红 / S"


def test_who_changed_what_is_kept() -> None:
    product_id = create("绿萝")
    services.update_product(product_id, ProductFields("吊兰"), expected_version=1, actor=EDITOR)
    rows = audit.history(target_type="product", target_id=str(product_id))
    assert [(r["action"], r["actor_id"]) for r in rows] == [
        ("catalog.update_product", 7),
        ("catalog.create_product", 7),
    ]
    assert rows[0]["before"]["title"] == "绿萝"
    assert rows[0]["after"]["title"] == "吊兰"
    names = [r["name"] for r in db.rows("select name from kernel_outboxevent order by id")]
    assert names == ["catalog.product_created", "catalog.product_changed"]


def test_what_is_not_there_cannot_be_changed() -> None:
    with pytest.raises(NotFound):
        services.update_product(99, ProductFields("x"), expected_version=1, actor=EDITOR)
    with pytest.raises(NotFound):
        selectors.product(99)


def test_one_field_is_amended_and_the_others_are_whoevers_they_are() -> None:
    product_id = create(subtitle="旧", title_en="Pothos", tags=("a", "b"))
    seen = {"title": "绿萝"}
    services.update_product(
        product_id, ProductFields("绿萝", subtitle="新", tags=("c",)), expected_version=1, actor=EDITOR
    )
    services.amend_product(product_id, {"title": "大绿萝"}, seen=seen, actor=EDITOR)
    after = selectors.product(product_id)
    assert (after.title, after.subtitle, after.tags) == ("大绿萝", "新", ("c",))
    with pytest.raises(EditedMeanwhile) as told:
        services.amend_product(product_id, {"title": "我的"}, seen=seen, actor=EDITOR)
    assert told.value.extra["now"] == {"title": "大绿萝"}
    with pytest.raises(ValidationFailed):
        services.amend_product(product_id, {"category_id": 999_999}, actor=EDITOR)
    with pytest.raises(NotFound):
        services.amend_product(999_999, {"title": "x"}, actor=EDITOR)
    assert selectors.product(product_id).title == "大绿萝"

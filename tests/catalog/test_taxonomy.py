"""The tree, the brands, the definitions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.catalog.books import assert_in_order
from tests.factories.catalog import make_brand, make_category, make_product
from zhanggui.catalog import selectors, services
from zhanggui.catalog.types import SearchFilters
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import NotFound, ValidationFailed

pytestmark = pytest.mark.django_db


def test_the_tree_is_read_parents_first_by_position() -> None:
    pots = make_category("花盆", position=2)
    plants = make_category("植物", position=1)
    make_category("多肉", plants, position=2)
    make_category("绿植", plants, position=1)
    assert [c.name_zh for c in selectors.categories()] == ["植物", "绿植", "多肉", "花盆"]
    assert pots.slug == "hua-pen"


def test_a_moved_branch_takes_its_products_along() -> None:
    home, garden = make_category("居家"), make_category("园艺")
    plants = make_category("植物", home)
    green = make_category("绿植", plants)
    make_product("绿萝", category=green)
    moved = services.update_category(plants.id, name_zh="植物", parent_id=garden.id, actor=SYSTEM)
    assert moved.ancestors == [garden.id, plants.id]
    assert selectors.search(SearchFilters(category=garden.slug)).total == 1
    assert selectors.search(SearchFilters(category=home.slug)).total == 0
    assert selectors.search(SearchFilters(q="yuanyi")).total == 1
    assert_in_order()


def test_a_branch_cannot_hang_on_itself() -> None:
    top = make_category("甲")
    below = make_category("乙", make_category("丙", top))
    for parent_id in (top.id, below.id):
        with pytest.raises(ValidationFailed) as error:
            services.update_category(top.id, name_zh="甲", parent_id=parent_id, actor=SYSTEM)
        assert [e.code for e in error.value.errors] == ["circle"]


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(-1, 5)), max_size=8))
def test_whatever_is_moved_where_every_path_stays_right(moves: list[tuple[int, int]]) -> None:
    nodes = [make_category()]
    for _ in range(5):
        nodes.append(make_category("", nodes[len(nodes) // 2]))
    circles = []
    for child, parent in moves:
        node = nodes[child]
        try:
            services.update_category(
                node.id, name_zh=node.name_zh, parent_id=nodes[parent].id if parent >= 0 else None, actor=SYSTEM
            )
        except ValidationFailed as refused:
            circles.append([e.code for e in refused.errors])
    assert circles == [["circle"]] * len(circles)
    assert_in_order()


def test_names_codes_and_slugs_are_used_once() -> None:
    plants = make_category("植物", code="ZW", slug="plants")
    for fields, code in [
        ({"name_zh": "植物"}, "duplicate"),
        ({"name_zh": "新", "code": "ZW"}, "duplicate"),
        ({"name_zh": "新", "code": "z w"}, "invalid"),
        ({"name_zh": "新", "slug": "plants"}, "duplicate"),
        ({"name_zh": "新", "slug": "A B"}, "duplicate"),
        ({"name_zh": ""}, "required"),
        ({"name_zh": "长" * 101}, "too_long"),
        ({"name_zh": "新", "parent_id": 999}, "not_found"),
    ]:
        with pytest.raises(ValidationFailed) as error:
            services.create_category(**fields, actor=SYSTEM)  # type: ignore[arg-type]
        assert code in {e.code for e in error.value.errors}, fields
    assert make_category("植物", plants).slug == "zhi-wu"  # elsewhere in the tree the name is free
    with pytest.raises(NotFound):
        services.update_category(999, name_zh="x", parent_id=None, actor=SYSTEM)


def test_a_brand_is_one_however_it_is_written() -> None:
    brand = make_brand("Nike 耐克")
    for name in ("ＮＩＫＥ 耐克", "nike耐克", "Nike  耐克 "):
        with pytest.raises(ValidationFailed):
            make_brand(name)
    assert services.update_brand(brand.id, name="NIKE 耐克", actor=SYSTEM).slug == brand.slug
    with pytest.raises(NotFound):
        services.update_brand(999, name="x", actor=SYSTEM)


@pytest.mark.parametrize(
    ("fields", "loc"),
    [
        ({"kind": "colour"}, "kind"),
        ({"kind": "choice"}, "choices"),
        ({"name": ""}, "name"),
        ({"name": "a=b"}, "name"),
        ({"label_zh": ""}, "label_zh"),
        ({"category_id": 999}, "category_id"),
        ({"kind": "multi", "choices": ["长" * 101]}, "choices.0"),
    ],
)
def test_a_definition_must_make_sense(fields: dict[str, object], loc: str) -> None:
    with pytest.raises(ValidationFailed) as error:
        services.define_attribute(**{"name": "光照", "label_zh": "光照", "kind": "text", **fields}, actor=SYSTEM)  # type: ignore[arg-type]
    assert loc in {e.loc for e in error.value.errors}


def test_a_name_is_defined_once_per_category() -> None:
    services.define_attribute(name="光照", label_zh="光照", kind="text", actor=SYSTEM)
    with pytest.raises(ValidationFailed):
        services.define_attribute(name="光照", label_zh="光", kind="bool", actor=SYSTEM)
    with pytest.raises(NotFound):
        services.update_attribute(999, label_zh="光", actor=SYSTEM)
    with pytest.raises(NotFound):
        selectors.attribute_definitions(999)

"""Categories, brands and attributes at the desk: made, renamed, moved, ordered; deleted only when nothing depends on them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.catalog import make_brand, make_category, make_product
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.catalog import selectors, services
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db


def words(response: Any) -> str:
    return response.content.decode()


@pytest.fixture
def desk() -> Browser:
    return at_the_desk("editor")


def names() -> list[str]:
    return [each.name_zh for each in selectors.categories()]


def test_a_tree_is_made_renamed_moved_and_ordered(desk: Browser) -> None:
    desk.follow(desk.post("/office/categories/new", {"name_zh": "家居 <b>", "name_en": "Home"}))
    home = selectors.categories()[0]
    assert home.code == "01"
    again = desk.post(
        "/office/categories/new", {"name_zh": "灯具", "parent_id": home.id, "code": "dj", "then": "again"}
    )
    assert again.headers["Location"] == f"/office/categories/new?parent={home.id}"
    desk.post("/office/categories/new", {"name_zh": "收纳", "parent_id": home.id})
    page = words(desk.get("/office/categories"))
    assert "家居 &lt;b&gt;" in page
    assert "DJ" in page
    lamps, boxes = selectors.categories()[1:]
    desk.follow(desk.post(f"/office/categories/{boxes.id}/move", {"to": "up"}))
    assert names() == ["家居 <b>", "收纳", "灯具"]
    desk.follow(desk.post(f"/office/categories/{boxes.id}/move", {"to": "up"}))  # it is the first already
    assert names() == ["家居 <b>", "收纳", "灯具"]
    desk.follow(desk.post(f"/office/categories/{lamps.id}", {"name_zh": "灯", "name_en": "Lamps", "slug": "lamps"}))
    moved = selectors.category(lamps.id)
    assert (moved.name_zh, moved.name_en, moved.slug, moved.parent_id, moved.code) == (
        "灯",
        "Lamps",
        "lamps",
        None,
        "DJ",
    )
    assert names() == ["家居 <b>", "收纳", "灯"]


def test_what_is_wrong_with_a_category_is_said_at_its_field(desk: Browser) -> None:
    top = make_category("甲", code="A1")
    below = make_category("乙", top)
    for address, given, word in [
        ("new", {"name_zh": ""}, "name_zh"),
        ("new", {"name_zh": "甲"}, "同级已有同名分类"),
        ("new", {"name_zh": "丙", "code": "A1"}, "分类编码已被使用"),
        ("new", {"name_zh": "丙", "slug": "A B"}, "网址名无效"),
        ("new", {"name_zh": "丙", "parent_id": "999999"}, "没有这个上级分类"),
        (str(top.id), {"name_zh": "甲", "parent_id": str(below.id)}, "不能移到自己的下级"),
    ]:
        told = desk.post(f"/office/categories/{address}", given)
        assert told.status_code == 422, word
        assert "field-error" in words(told)
        assert word in words(told)
    assert len(names()) == 2


def test_a_category_is_deleted_only_when_nothing_stands_in_it(desk: Browser) -> None:
    top = make_category("甲")
    below = make_category("乙", top)
    make_product("灯", category=below)
    told = desk.post(f"/office/categories/{top.id}/delete")
    assert told.status_code == 409
    assert "1 个子分类、0 件商品" in words(told)
    assert "1 件商品" in words(desk.post(f"/office/categories/{below.id}/delete"))
    assert "清空后才能删除" in words(desk.get(f"/office/categories/{top.id}"))
    empty = make_category("空")
    services.define_attribute(name="材质", label_zh="材质", kind="text", category_id=empty.id, actor=SYSTEM)
    assert "1 个属性" in words(desk.post(f"/office/categories/{empty.id}/delete"))
    services.delete_attribute(selectors.attribute_definitions(empty.id)[0].id, actor=SYSTEM)
    assert "已删除「空」" in words(desk.follow(desk.post(f"/office/categories/{empty.id}/delete")))
    assert names() == ["甲", "乙"]


def test_a_large_tree_is_opened_branch_by_branch(desk: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhanggui.backoffice.views.categories.WHOLE", 3)
    top = make_category("甲")
    below = make_category("乙", top)
    make_category("丙", below)
    make_category("丁", below)
    page = words(desk.get("/office/categories"))
    assert "丙" not in page
    assert f"/office/categories?at={below.id}" in page
    opened = words(desk.get(f"/office/categories?at={below.id}"))
    assert "丙" in opened
    assert "甲" in opened
    assert desk.get("/office/categories?at=nonsense").status_code == 200


def test_brands_are_found_made_changed_and_deleted(desk: Browser) -> None:
    desk.follow(desk.post("/office/brands/new", {"name": "Émile Henry", "name_en": "Emile Henry", "position": "5"}))
    told = desk.post("/office/brands/new", {"name": "emile henry", "position": "5"})
    assert told.status_code == 422
    assert "已有这个品牌" in words(told)
    assert "整数" in words(desk.post("/office/brands/new", {"name": "乙", "position": "第一"}))
    brand = selectors.brands()[0]
    page = f"/office/brands/{brand.id}"
    desk.follow(
        desk.post(
            page, {"name": "艾美", "name_en": "Emile", "slug": "emile", "description": "<p>陶</p><script>x</script>"}
        )
    )
    changed, goods = selectors.brand(brand.id)
    assert (changed.name, changed.slug, changed.position, goods) == ("艾美", "emile", 0, 0)
    assert "script" not in changed.description
    make_product("锅", brand=changed)
    assert f"/office/products?brand={brand.id}" in words(desk.get("/office/brands?q=EMILE"))
    assert "没有符合条件" in words(desk.get("/office/brands?q=别的"))
    assert "1 件商品" in words(desk.post(f"{page}/delete"))
    unused = make_brand("空牌")
    desk.follow(desk.post(f"/office/brands/{unused.id}/delete"))
    assert [each.name for each in selectors.brands()] == ["艾美"]


def test_an_attribute_has_a_type_values_in_two_languages_and_uses(desk: Browser) -> None:
    home = make_category("家居")
    given = {"label_zh": "颜色", "label_en": "Colour", "kind": "choice", "category_id": home.id, "filterable": "1"}
    told = desk.post("/office/attributes/new", given)
    assert told.status_code == 422
    assert "请列出可选值" in words(told)
    desk.follow(desk.post("/office/attributes/new", {**given, "values": "红色 = Red\n\n蓝色\n红色 = Red"}))
    made = selectors.attribute_definitions(home.id)[0]
    assert (made.name, made.choices, made.choices_en, made.filterable) == (
        "颜色",
        ["红色", "蓝色"],
        {"红色": "Red"},
        True,
    )
    page = words(desk.get(f"/office/attributes/{made.id}"))
    assert "红色 = Red\n蓝色" in page
    assert "颜色" in words(desk.get(f"/office/categories/{home.id}"))
    change = {"label_zh": "颜色", "values": "绿色 = Green", "variant_axis": "1", "position": "3"}
    desk.follow(desk.post(f"/office/attributes/{made.id}", change))
    changed = selectors.attribute(made.id)
    assert (changed.choices, changed.choices_en, changed.filterable, changed.variant_axis) == (
        ["绿色"], {"绿色": "Green"}, False, True,
    )  # fmt: skip
    long = desk.post(f"/office/attributes/{made.id}", {"label_zh": "颜色", "values": "长" * 300})
    assert long.status_code == 422
    assert "field-error" in words(long)
    assert "颜色" in words(desk.get(f"/office/attributes?category={home.id}&kind=choice&q=颜"))
    assert "颜色" not in words(desk.get("/office/attributes?kind=text")).partition("<table")[2]
    desk.follow(desk.post(f"/office/attributes/{made.id}/delete"))
    assert not selectors.attribute_definitions()
    assert desk.get(f"/office/attributes/{made.id}").status_code == 404


def test_values_stay_when_their_attribute_goes(desk: Browser) -> None:
    home = make_category("家居")
    made = services.define_attribute(name="重量", label_zh="重量", kind="number", category_id=home.id, actor=SYSTEM)
    product = make_product("灯", category=home, attributes={"重量": "3"})
    desk.follow(desk.post(f"/office/attributes/{made.id}/delete"))
    assert [(each.name, each.value) for each in selectors.product(product.id).attributes] == [("重量", 3)]


def test_reading_is_not_changing() -> None:
    home, brand = make_category("家居"), make_brand("甲牌")
    clerk = at_the_desk("service")
    for path in ("categories", f"categories/{home.id}", "brands", f"brands/{brand.id}", "attributes"):
        page = clerk.get(f"/office/{path}")
        assert page.status_code == 200
        assert "保存</span>" not in words(page)
        assert "trash-2" not in words(page)
    for path in (
        "categories/new",
        f"categories/{home.id}",
        f"categories/{home.id}/delete",
        f"brands/{brand.id}/delete",
    ):
        assert clerk.post(f"/office/{path}", {"name_zh": "乙"}).status_code == 403
    assert names() == ["家居"]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_pages_cost_the_same_at_any_size(language: str) -> None:
    desk = at_the_desk("manager", language=language)
    counts = []
    for size in (2, 55):
        top = make_category()
        for _ in range(size):
            below = make_category("", top)
            brand = make_brand()
            made = services.define_attribute(
                name=f"属性{below.id}", label_zh="属性", kind="text", category_id=top.id, actor=SYSTEM
            )
        make_product("灯", category=below, brand=brand)
        paths = [
            "categories",
            f"categories/{below.id}",
            "categories/new",
            "brands",
            f"brands/{brand.id}",
            "attributes",
            f"attributes/{made.id}",
        ]
        counts.append([statements(desk, f"/office/{path}") for path in paths])
    assert counts[0] == counts[1]
    for path in ("brands", "attributes"):
        first = words(desk.get(f"/office/{path}"))
        assert 'rel="next"' in first
        assert desk.get(f"/office/{path}?cursor=bent").status_code == 404

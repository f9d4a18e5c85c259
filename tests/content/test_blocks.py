"""What blocks take: texts in pairs, cleaned; faults named at their field; strange data refused without a crash."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.catalog import make_brand, make_category, make_product
from tests.factories.content import PICTURE, hero, make_page, rich_text, words, written
from zhanggui.content import rules, selectors, services
from zhanggui.content.types import BLOCKS, SITE_PARTS
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import Conflict, NotFound, ValidationFailed


def faults(data: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(ValidationFailed) as refused:
        rules.content(data)
    return {error.loc: error.code for error in refused.value.errors}


def test_every_kind_of_block_begins_empty_and_says_what_it_lacks() -> None:
    page = rules.content(written(*({"type": kind} for kind in BLOCKS)))
    assert [type(block) for block in page.blocks] == list(BLOCKS.values())
    assert len({block.id for block in page.blocks}) == len(BLOCKS)
    for block in page.blocks:
        assert type(block).LABEL.zh
        assert type(block).LABEL.en
        assert all(text.zh and text.en for _, text in block.gaps())


def test_scripts_are_taken_out_and_words_stay() -> None:
    page = rules.content(
        written(
            rich_text('<p onclick="x()">好<script>alert(1)</script></p><a href="javascript:x()">茶</a>', "<b>tea</b>"),
            {"type": "notice", "text": words("  <script>\x00不是\u202e标签</script> ", "a\nb")},
        )
    )
    html, notice = page.blocks[0].html, page.blocks[1].text  # type: ignore[attr-defined]
    assert html.zh == '<p>好</p><a rel="noopener noreferrer">茶</a>'
    assert (notice.zh, notice.en) == ("<script>不是标签</script>", "a b")


@pytest.mark.parametrize(
    "link", ["/c/tea", "/search?q=茶", "https://example.com/a?b=1", "tel:400-800-1234", "mailto:a@b.cn"]
)
def test_links_lead_within_the_shop_or_to_the_web(link: str) -> None:
    page = rules.content(written({"type": "notice", "text": words("看"), "link": link}))
    assert page.blocks[0].link == link  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "//evil.example", "/\\evil.example", "data:text/html,x", "c/tea"]
)
def test_other_links_are_refused_at_their_field(link: Any) -> None:
    assert faults(written(rich_text(), {"type": "notice", "link": link})) == {"blocks.1.link": "link"}


def test_faults_are_named_at_their_fields_all_at_once() -> None:
    found = faults(
        {
            "title": words("x" * 121),
            "blocks": [
                hero(9),
                {
                    "type": "hero",
                    "slides": [{"image": {"url": "https://evil.example/a.png"}, "title": words("长" * 41)}],
                },
                {"type": "shelf", "limit": 0, "rule": "cheap"},
                {"type": "nothing"},
                "text",
                {"type": "faq", "colour": "red"},
            ],
        }
    )
    assert found == {
        "title.zh": "too_long",
        "blocks.0.slides": "length",
        "blocks.1.slides.0.image.url": "picture",
        "blocks.1.slides.0.title.zh": "too_long",
        "blocks.2.limit": "range",
        "blocks.2.rule": "choice",
        "blocks.3.type": "unknown",
        "blocks.4.type": "unknown",
        "blocks.5.colour": "unknown_field",
    }
    assert faults({"blocks": []}) == {"title.zh": "required"}
    assert faults({"title": words("标题"), "blocks": [{"type": "faq", "id": "a"}, {"type": "faq", "id": "a"}]}) == {
        "blocks": "duplicate"
    }


FIELDS = ["type", "id", "title", "zh", "en", "slides", "items", "image", "url", "link", "html", "limit", "product_ids"]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=20,
)
strange_blocks = st.builds(
    lambda kind, more: {**more, "type": kind},
    st.sampled_from([*BLOCKS, "x"]),
    st.dictionaries(st.sampled_from(FIELDS[1:]), json_values, max_size=4),
)


@given(st.lists(strange_blocks, max_size=4))
def test_whatever_is_given_is_a_page_or_refused(blocks: list[Any]) -> None:
    try:
        page = rules.content(written(*blocks))
    except ValidationFailed as refusal:
        page, problem = None, refusal
    if page is None:
        assert all(error.loc and error.as_dict("zh-Hans")["message"] for error in problem.errors)
    else:
        assert rules.stored(page.data()) == page
        assert rules.content(page.data()) == page


def test_differences_follow_blocks_wherever_they_stand() -> None:
    one = rules.content(written(hero(2, id="a"), rich_text() | {"id": "b"}))
    assert rules.differences(one, one) == []
    other = rules.content(written(rich_text() | {"id": "b"}, hero(3, id="a"), {"type": "notice", "id": "c"}))
    found = {d.loc: (d.mine, d.theirs) for d in rules.differences(one, other)}
    assert found.keys() == {"blocks", "blocks.a.slides", "blocks.c"}
    assert found["blocks.a.slides"] == ("2", "3")


@pytest.mark.parametrize(("units", "shown"), [(0, 0), (7, 7), (99, 99), (100, 100), (2134, 2000), (19_999, 10_000)])
def test_sold_over_is_round_and_true(units: int, shown: int) -> None:
    assert rules.sold_over(units) == shown <= units


@pytest.mark.django_db
def test_goods_that_do_not_exist_are_refused_at_their_field() -> None:
    category, brand, product = make_category(), make_brand(), make_product(listed=False)
    blocks: list[dict[str, Any]] = [
        {"type": "shelf", "rule": "picked", "product_ids": [product.id, 10**9], "category_id": category.id},
        {"type": "categories", "items": [{"category_id": 10**9}]},
        {"type": "brands", "brand_ids": [brand.id, 10**9]},
    ]
    with pytest.raises(ValidationFailed) as refused:
        make_page(*blocks)
    assert [e.loc for e in refused.value.errors] == [
        "blocks.0.product_ids", "blocks.1.items.0.category_id", "blocks.2.brand_ids",
    ]  # fmt: skip


def test_the_parts_of_the_site_begin_usable() -> None:
    for kind in SITE_PARTS.values():
        assert kind()


@pytest.mark.django_db
def test_style_and_menus_are_put_in_force_and_guarded() -> None:
    style = {
        "name": words("山野茶行", "Hill Tea"),
        "main_colour": "#B5321F",
        "other_colours": ["#1f6feb", ""],
        "logo": PICTURE,
    }
    assert services.put_site_part("style", style, expected_version=0, actor=SYSTEM) == 1
    seen = selectors.site().style
    assert (seen.name.en, seen.main_colour, seen.other_colours) == ("Hill Tea", "#b5321f", ("#1f6feb",))
    with pytest.raises(Conflict):
        services.put_site_part("style", style, expected_version=0, actor=SYSTEM)
    for bad, loc in (
        ({"main_colour": "#ffd0c0"}, "main_colour"),
        ({"main_colour": "red"}, "main_colour"),
        ({"other_colours": ["#111111", "#222222", "#333333", "#444444"]}, "other_colours"),
    ):
        with pytest.raises(ValidationFailed) as refused:
            services.put_site_part("style", bad, expected_version=1, actor=SYSTEM)
        assert refused.value.errors[0].loc == loc
    below = {"label": words("配送"), "link": ""}
    menu = {"items": [{"label": words("茶"), "link": "/c/tea"}, {"label": words("帮助"), "items": [below]}]}
    with pytest.raises(ValidationFailed) as refused:
        services.put_site_part("main_menu", menu, expected_version=0, actor=SYSTEM)
    assert [e.loc for e in refused.value.errors] == ["items.1.items.0.link"]
    below["link"] = "/help/shipping"
    services.put_site_part("main_menu", menu, expected_version=0, actor=SYSTEM)
    assert selectors.site().main_menu.items[1].items[0].link == "/help/shipping"
    with pytest.raises(NotFound):
        services.put_site_part("sidebar", {}, expected_version=0, actor=SYSTEM)

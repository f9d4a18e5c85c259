"""Words of the index and of queries: what is typed finds what was meant, and nothing typed is an error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from zhanggui.catalog import words
from zhanggui.kernel import db

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=30)
COMMON = st.text(
    st.sampled_from("绿萝盆栽净化空气大型客厅植物女装连衣裙夏季新款手机智能表重庆银行长行乐旅略虐"),
    min_size=2,
    max_size=20,
)
ANYTHING = st.text(st.characters(), max_size=300)
SYNTAX = st.text(st.sampled_from("ab绿'\"\\&|!():*<->  \t\0%_;{}$v"), max_size=60)

pytestmark = pytest.mark.django_db


def found(title: str, typed: str) -> bool:
    query = words.query(typed)
    row = db.row("select %s::tsvector @@ %s::tsquery as hit", (words.document(title, []), query))
    return bool(query and row and row["hit"])


@pytest.mark.parametrize(
    "typed",
    [
        "绿萝",
        "萝盆",
        "lüluo",
        "lvluo",
        "luluo",
        "LVLUO",
        "lǜluó",
        "ｌｖｌｕｏ",
        "lv luo",
        "lvl",
        "luopen",
        "llp",
        "绿luo",
    ],
)
def test_the_same_plant_is_found_however_it_is_typed(typed: str) -> None:
    assert found("桌面绿萝盆栽", typed)


@pytest.mark.parametrize("typed", ["绿箩", "hongluo", "盆桌", "", "   ", "🌿", "'", "!!!", "\0"])
def test_what_is_not_in_the_title_does_not_find_it(typed: str) -> None:
    assert not found("桌面绿萝盆栽", typed)


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Apple iPhone 15 Pro", "iphone15"),
        ("Apple iPhone15Pro 手机", "iphone 15"),
        ("Women's Café Racer", "womens cafe"),
        ("Women’s Café Racer", "women's café"),
        ("纯棉Ｔ恤 ＸＸＬ", "t恤"),
        ("纯棉T恤", "txu"),
        ("5号电池", "5hao"),
        ("重庆小面", "chongqing"),
        ("重庆小面", "zhongqing"),
        ("女士长裙", "nvshi"),
        ("女士长裙", "nushi"),
        ("サンダル 夏", "サンダ"),
        ("MH01-XS-Black", "mh01 xs"),
    ],
)
def test_spelling_width_case_and_script_do_not_matter(title: str, typed: str) -> None:
    assert found(title, typed)


@given(COMMON | HAN, st.data())
def test_every_part_of_a_title_finds_it(title: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(title) - 2))
    end = data.draw(st.integers(start + 2, len(title)))
    assert found(title, title[start:end])


@given(COMMON, st.data())
def test_the_pinyin_of_every_part_of_a_title_finds_it(title: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(title) - 2))
    end = data.draw(st.integers(start + 2, len(title)))
    syllables = lazy_pinyin(title)[start:end]
    assert found(title, "".join(syllables))
    assert found(title, " ".join(syllables))
    assert found(title, "".join(s[0] for s in syllables))
    assert found(title, "".join(syllables)[:3])


@given(ANYTHING | SYNTAX | ANYTHING.map(lambda text: text * 40))
def test_whatever_is_typed_is_a_query(text: str) -> None:
    db.row("select %s::tsquery as q", (words.query(text),))


@given(ANYTHING | SYNTAX)
def test_whatever_a_title_holds_can_be_indexed(text: str) -> None:
    db.row("select %s::tsvector as v", (words.document(text, [text], [text]),))


def test_a_query_is_bounded() -> None:
    assert len(words.query("绿萝盆栽" * 2500)) < 1000
    assert len(words.query("a" * 10_000)) < 200
    assert len(words.query("a b c d e f g " * 700)) < 1000


def test_a_word_of_the_title_weighs_more_than_letters_across_words() -> None:
    title = words.document("智能手表", [])
    assert "'手表':" in title
    assert title.split("'手表':")[1].split(" ")[0].endswith("A")
    assert title.split("'能手':")[1].split(" ")[0].endswith("B")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("绿萝盆栽", "lv-luo-pen-zai"),
        ("Women's T-Shirt", "womens-t-shirt"),
        ("🌿", ""),
        ("<script>alert(1)</script>", "script-alert-1-script"),
        ("Ünïcödé", "unicode"),
    ],
)
def test_slugs_are_readable(text: str, slug: str) -> None:
    assert words.slug(text) == slug


@given(ANYTHING)
def test_a_slug_is_always_fit_for_a_url(text: str) -> None:
    slug = words.slug(text)
    assert len(slug) <= 80
    assert all(part.isascii() and part.isalnum() for part in slug.split("-") if slug)
    assert words.slug(slug) == slug

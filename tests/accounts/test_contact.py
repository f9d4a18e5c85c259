"""Mobile numbers and mail addresses in one normal form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.kernel.contact import clean_text, mask_email, mask_mobile, mask_name, normal_email, normal_mobile
from zhanggui.kernel.problems import ValidationFailed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800138000", "13800138000"),
        ("+8613800138000", "13800138000"),
        (" 138 0013 8000 ", "13800138000"),
        ("0086-138-0013-8000", "13800138000"),
        ("+852 9123 4567", "+85291234567"),
        ("+1 (415) 555-0100", "+14155550100"),
    ],
)
def test_mobile_numbers(typed: str, kept: str) -> None:
    assert normal_mobile(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1",
        "12800138000",
        "138001380001",
        "1380013800",
        "+86 21 6123 4567",
        "+0123456789",
        "abc",
        "一三八",
        "１３８００１３８０００",
        "+",
        "1" * 10_000,
        "\0",
    ],
)
def test_what_is_no_mobile_number(typed: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        normal_mobile(typed)
    assert [(e.loc, e.code) for e in refused.value.errors] == [("mobile", "mobile")]


@given(st.text())
def test_any_text_is_a_number_or_a_clear_refusal(typed: str) -> None:
    try:
        kept = normal_mobile(typed)
    except ValidationFailed:
        return
    assert normal_mobile(kept) == kept


@given(st.text())
def test_any_text_is_an_address_or_a_clear_refusal(typed: str) -> None:
    try:
        kept = normal_email(typed)
    except ValidationFailed:
        return
    assert normal_email(kept) == kept == kept.lower()


def test_masks_keep_only_what_helps_to_recognise() -> None:
    assert mask_mobile("13812345678") == "138****5678"
    assert mask_mobile(None) == ""
    assert mask_email("zhang@example.com") == "z***@example.com"
    assert mask_email("") == ""
    assert mask_name("王小明") == "王**"


@pytest.mark.parametrize("text", ["😀 emoji", "‏عربى", "<script>alert(1)</script>", "'; drop table x; --"])
def test_text_of_any_kind_is_text(text: str) -> None:
    assert clean_text(f" {text} ", "name", 80) == text


@pytest.mark.parametrize("text", ["", "  ", "a\0b", "a\nb", "x" * 81, "\ud800"])
def test_what_is_no_line_of_text(text: str) -> None:
    with pytest.raises(ValidationFailed):
        clean_text(text, "name", 80)

"""What people type into forms is read once, and nothing they can type is more than a message at the field."""

from __future__ import annotations

import pytest

from zhanggui.kernel.problems import FieldError
from zhanggui.ui import forms


@pytest.mark.parametrize(
    ("typed", "minor"),
    [("12", 1200), (" ¥1,234.5 ", 123450), ("１２．０５", 1205), ("0", 0), ("-0", 0), ("1e3", 100_000), ("", None)],
)
def test_amounts_are_read_as_people_write_them(typed: str, minor: int | None) -> None:
    errors: list[FieldError] = []
    assert forms.amount(typed, "price", "CNY", errors) == minor
    assert not errors


@pytest.mark.parametrize(
    "typed", ["abc", "1.005", "NaN", "-NaN", "sNaN", "Infinity", "1e999999", "-1e999999", "1e99999999999999999999",
              "1e-999999", "9" * 5000, "%", "²", "1 2 x"],
)  # fmt: skip
def test_what_is_no_amount_is_a_message_at_its_field(typed: str) -> None:
    errors: list[FieldError] = []
    assert forms.amount(typed, "price", "CNY", errors) is None
    assert [(error.loc, error.code) for error in errors] == [("price", "type")]


def test_an_amount_below_nothing_says_so() -> None:
    errors: list[FieldError] = []
    assert forms.amount("-0.01", "price", "CNY", errors) is None
    assert [(error.loc, error.code) for error in errors] == [("price", "range")]


def test_a_share_has_as_many_decimals_as_it_is_said_to_have() -> None:
    assert forms.scaled("12.34", 2) == 1234
    assert forms.scaled("-1.5", 4) == -15_000
    assert forms.scaled("12.345", 2) is None
    assert forms.scaled("9e999999", 2) is None

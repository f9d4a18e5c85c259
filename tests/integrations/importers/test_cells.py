"""Money and numbers out of cells: exact, or refused with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.integrations.importers import cells
from zhanggui.integrations.importers.drafts import MESSAGES, CellError


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("12", 1200),
        ("12.5", 1250),
        (".5", 50),
        ("12.", 1200),
        ("0.00", 0),
        ("10.0000", 1000),
        ("1,234.56", 123456),
        ("1.234,56", 123456),
        ("1 234,56", 123456),
        ("1\u00a0234,56", 123456),
        ("1'234.56", 123456),
        ("1,234", 123400),
        ("1.234.567", 123456700),
        ("1,23,456.78", 12345678),
        ("1,2345", None),
        ("0,500", 50),
        ("39,99", 3999),
        ("¥12", 1200),
        ("￥12.5", 1250),
        ("１２．５０", 1250),
        ("12元", 1200),
        ("R$ 39,99", 3999),
        ("USD 5", 500),
        ("€1.234.567,89", 123456789),
        ("-5", -500),
        ("(5.00)", -500),
        ("$-5", -500),
        ("\u22125", -500),
    ],
)
def test_an_amount_is_read_exactly(text: str, minor: int | None) -> None:
    if minor is None:
        with pytest.raises(CellError):
            cells.amount(text)
    else:
        assert cells.amount(text) == minor


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "amount_unreadable"),
        ("abc", "amount_unreadable"),
        ("1e5", "amount_unreadable"),
        ("NaN", "amount_unreadable"),
        ("Infinity", "amount_unreadable"),
        ("--5", "amount_unreadable"),
        ("1,,2", "amount_unreadable"),
        ("12,34.5", "amount_unreadable"),
        ("12 34", "amount_unreadable"),
        ("1.234.56", "amount_unreadable"),
        ("5 kg", "amount_unreadable"),
        ("0x10", "amount_unreadable"),
        ("1" * 5000, "amount_unreadable"),
        ("1.234", "amount_too_precise"),
        ("0.001", "amount_too_precise"),
        ("99999999999", "amount_absurd"),
        ("9" * 30, "amount_absurd"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(CellError) as refused:
        cells.amount(text)
    assert refused.value.code == code
    assert code in MESSAGES


def test_currencies_have_their_own_decimals() -> None:
    assert cells.amount("1234", 0) == 1234
    assert cells.amount("1.234", 3) == 1234
    with pytest.raises(CellError):
        cells.amount("12.5", 0)


def test_a_price_is_never_negative() -> None:
    assert cells.price("", "price", 2) is None
    with pytest.raises(CellError) as refused:
        cells.price("-1.00", "price", 2)
    assert (refused.value.code, refused.value.field) == ("amount_negative", "price")


def _grouped(digits: str, mark: str) -> str:
    head = len(digits) % 3 or 3
    return mark.join([digits[:head], *(digits[i : i + 3] for i in range(head, len(digits), 3))])


@given(
    minor=st.integers(0, 10**10),
    style=st.sampled_from([(",", "."), (".", ","), ("", "."), ("", ","), (" ", ","), ("'", ".")]),
    sign=st.sampled_from(["", "-"]),
    dress=st.sampled_from(["{}", "¥{}", "{} 元", "EUR {}", "  {} "]),
)
def test_every_way_to_write_an_amount_gives_it_back(minor: int, style: tuple[str, str], sign: str, dress: str) -> None:
    group, mark = style
    whole, part = divmod(minor, 100)
    text = dress.format(f"{sign}{_grouped(str(whole), group) if group else whole}{mark}{part:02d}")
    assert cells.amount(text) == (-minor if sign else minor)


def _code(parse: Callable[[], object]) -> str:
    """The code of a refusal; that of a missing cell where there is none."""
    try:
        parse()
    except CellError as error:
        return error.code
    return "missing"


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_clear_refusal(text: str) -> None:
    assert _code(lambda: cells.amount(text)) in MESSAGES


@given(st.text(max_size=30))
def test_any_text_is_a_number_weight_and_time_or_a_clear_refusal(text: str) -> None:
    for parse in (
        lambda: cells.whole(text, "n"),
        lambda: cells.grams(text, "w", "kg"),
        lambda: cells.flag(text, "f", blank=False),
        lambda: cells.moment(text, "t", ZoneInfo("Asia/Shanghai")),
    ):
        assert _code(parse) in MESSAGES


def test_weights_are_whole_grams() -> None:
    assert cells.grams("0.5", "w", "kg") == 500
    assert cells.grams("1", "w", "lb") == 454
    assert cells.grams("1,5", "w", "oz") == 43
    assert cells.grams("0.0", "w") is None
    assert cells.grams("", "w") is None
    with pytest.raises(CellError):
        cells.grams("-1", "w")


def test_times_without_a_zone_are_the_malls_wall_clock() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    expected = datetime(2018, 2, 26, 19, 58, tzinfo=shanghai)
    for text in ("2018-02-26 19:58:00", "2018-02-26T19:58", "2/26/2018 19:58", "26-02-2018 19:58", "26.02.2018 19:58"):
        assert cells.moment(text, "at", shanghai) == expected
    assert cells.moment("20180226", "at", shanghai) == datetime(2018, 2, 26, tzinfo=shanghai)
    own = cells.moment("2018-02-26T19:58:00-03:00", "at", shanghai)
    assert own == datetime(2018, 2, 26, 19, 58, tzinfo=timezone(timedelta(hours=-3)))

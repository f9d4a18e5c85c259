"""How figures and times are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from zhanggui.kernel.i18n import EN, ZH, Text
from zhanggui.kernel.money import Money
from zhanggui.ui import formatting, language

NOW = datetime(2026, 11, 26, 7, 4, 5, tzinfo=UTC)  # 15:04 in Shanghai


@pytest.fixture(autouse=True)
def _chinese():
    language.use(ZH)
    yield
    language.use(ZH)


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (12900, "CNY", "¥129.00"),
        (129900, "CNY", "¥1,299.00"),
        (5, "CNY", "¥0.05"),
        (-12345, "CNY", "-¥123.45"),
        (0, "CNY", "¥0.00"),
        (1500, "JPY", "JP¥1,500"),
        (1234567, "KWD", "KWD 1,234.567"),
        (None, "CNY", "–"),
    ],
)
def test_money(amount, currency, written):
    assert formatting.money(amount, currency) == written


def test_money_as_such():
    assert formatting.money(Money(999, "USD")) == "$9.99"


@pytest.mark.parametrize(
    ("n", "written"), [(12345, "12,345"), (Decimal("1.50"), "1.5"), (1000.0, "1,000"), (0.005, "0.01"), (None, "–")]
)
def test_quantity(n, written):
    assert formatting.quantity(n) == written


@pytest.mark.parametrize(("ratio", "written"), [(0.1234, "12.3%"), (Decimal("0.00055"), "0.1%"), (1, "100.0%")])
def test_percent(ratio, written):
    assert formatting.percent(ratio) == written


def test_times_are_the_malls():
    assert formatting.date(NOW) == "2026-11-26"
    assert formatting.date("2026-11-25T16:30:00+00:00") == "2026-11-26"
    assert formatting.date(date(2026, 1, 2)) == "2026-01-02"
    assert formatting.datetime(NOW) == "2026-11-26 15:04"
    assert formatting.time(NOW) == "15:04"
    assert formatting.iso(NOW) == "2026-11-26T07:04:05+00:00"
    assert [f(None) for f in (formatting.date, formatting.datetime, formatting.time, formatting.ago)] == ["–"] * 4


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("back", "zh", "en"),
    [
        (timedelta(seconds=5), "刚刚", "just now"),
        (timedelta(minutes=3), "3 分钟前", "3 min ago"),
        (timedelta(hours=5), "5 小时前", "5 h ago"),
        (timedelta(days=2), "2 天前", "2 d ago"),
        (timedelta(days=9), "2026-11-17", "2026-11-17"),
        (timedelta(hours=-1), "2026-11-26", "2026-11-26"),
    ],
)
def test_ago(back, zh, en):
    assert formatting.ago(NOW - back) == zh
    language.use(EN)
    assert formatting.ago(NOW - back) == en


@time_machine.travel(NOW, tick=False)
def test_left():
    assert formatting.left(NOW + timedelta(days=1, hours=2)) == "1 天 2 小时"
    assert formatting.left(NOW + timedelta(hours=3, minutes=20)) == "3 小时 20 分"
    assert formatting.left(NOW + timedelta(seconds=10)) == "1 分钟"
    assert formatting.left(NOW) == "已到时"


def test_words_in_the_language_of_the_page():
    assert language.t("购物车", "Cart") == "购物车"
    language.use(EN)
    assert language.t("购物车", "Cart") == "Cart"
    assert language.say(Text("还剩 {n} 件", "{n} left"), n=3) == "3 left"
    assert language.say({"zh": "茶", "en": ""}) == "茶"
    assert language.say(None) == ""


@pytest.mark.parametrize(
    ("cookie", "header", "chosen"),
    [
        (None, None, ZH),
        (None, "en-GB,en;q=0.9", EN),
        (None, "zh-CN,zh;q=0.9,en;q=0.8", ZH),
        ("en", "zh-CN", EN),
        ("klingon", "en", EN),
    ],
)
def test_the_choice_of_language(cookie, header, chosen):
    assert language.choose(cookie, header) == chosen

"""A week with something of everything, as the command prints it: read the files in `golden/` as a manager would.

After a change that is meant: `ZHANGGUI_GOLDEN=write ./zhanggui test tests/analytics/test_golden.py`, and read the difference.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.factories.sales import Line, sell
from tests.factories.visits import event
from zhanggui.analytics import services
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parent / "golden"
PROVINCES = ("浙江省", "广东省", "四川省", "")
GOODS = (("POT", "陶盆", 59_00, 21_00), ("TEA", "龙井茶 100g", 128_00, 60_00), ("CUP", "手绘茶杯", 89_00, 30_00))
WAYS = (("", ""), ("https://www.baidu.com/s", ""), ("", "spring"), ("https://weibo.com/", ""))
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0"


def at(day: int, minute: int) -> datetime:
    return datetime(2026, 11, 1, tzinfo=UTC) - timedelta(hours=8) + timedelta(days=day - 1, minutes=minute)


@pytest.fixture(autouse=True)
def _fortnight(time_machine: Any) -> None:
    """9 to 22 November, by rules without chance: the second week has dearer baskets, more discounts, fewer orders a visitor."""
    time_machine.move_to(datetime(2026, 11, 24, 3, tzinfo=UTC), tick=False)
    for day in range(9, 23):
        second = day > 15
        for n in range(day % 3 + (8 if second else 7)):
            _visit(day, n, ordered=n % (4 if second else 3) == 0)
            if n % (4 if second else 3) == 0:
                _order(day, n, second)
    for day, amount in ((10, 200_00), (17, 300_00), (18, -20_00)):
        services.record_spend(day=date(2026, 11, day), source="ad:spring", amount=amount, actor=SYSTEM)


def _visit(day: int, n: int, *, ordered: bool) -> None:
    referrer, campaign = WAYS[n % 4]
    kinds = ["home", "product", *(["cart", "checkout", "ordered"] if ordered else ["category"] * (n % 3))]
    way = {"referrer": referrer, "utm_source": campaign, "utm_medium": "cpc" if campaign else ""}
    who, visit = f"v{(day * 5 + n) % 23}", f"{day}-{n}"
    pages = [
        event(who, visit, f"{visit}-{place}", kind, seconds=20 + n * place, **(way if place == 0 else {}))
        for place, kind in enumerate(kinds)
    ]
    services.collect(pages, address=f"203.0.113.{n}", user_agent=BROWSER, now=at(day, 540 + n * 47))


def _order(day: int, n: int, second: bool) -> None:
    code, title, price, cost = GOODS[n % 3]
    lines = [Line(price, 2 if second else 1, cost=cost, discount=(15_00 if second else 0), sku=code, title=title)]
    if second:
        lines.append(Line(19_00, cost=9_00, sku="SPOON", title="茶匙", refunded=1 if n == 4 else 0))
    status = "pending_payment" if (day + n) % 7 == 0 else "completed"
    sell(at(day, 560 + n * 47), *lines, status=status, province=PROVINCES[(day + n) % 4], holder=f"g{n}", shipping=8_00,
         source="search:baidu" if n % 4 == 1 else "")  # fmt: skip


@pytest.mark.parametrize(
    ("period", "lang", "name"),
    [("weekly", "zh-Hans", "week.zh.txt"), ("weekly", "en", "week.en.txt"), ("daily", "zh-Hans", "day.zh.txt")],
)
def test_a_week_reads_as_it_did(period: str, lang: str, name: str) -> None:
    found = services.report(period, date(2026, 11, 18), "text", lang)
    assert isinstance(found, str)
    if os.environ.get("ZHANGGUI_GOLDEN") == "write":
        (GOLDEN / name).write_text(found, encoding="utf-8")
    assert found == (GOLDEN / name).read_text(encoding="utf-8")

"""The first page: what waits, for whom, at a constant cost; and the daily report's own numbers."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.factories import accounts as make
from tests.factories import shop
from tests.factories.aftersales import ask, delivered
from tests.factories.fulfilment import age
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.analytics import selectors as analytics
from zhanggui.backoffice.attention import tasks
from zhanggui.backoffice.views.dashboard import SHOWN, figures, written
from zhanggui.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open() -> None:
    shop.open_shop()


def waits(*roles: str) -> dict[str, int]:
    return {task.label.en: task.count for task in tasks(make.staff(*roles))}


def test_a_mall_where_nothing_waits_says_so() -> None:
    page = at_the_desk("manager").get("/office").content.decode()
    assert "都处理完了" in page


def test_orders_wait_by_how_late_they_are() -> None:
    [sku] = shop.goods(12_900)
    for hours in (0, 21, 30, 50):
        age(shop.buy((sku, 1)), hours)
    found = waits("warehouse")
    assert found["Others to ship"] == 1
    assert found["To ship within 4 hours"] == 1
    assert found["Past the promised hour"] == 1
    assert found["Past the last hour to ship"] == 1
    page = at_the_desk("warehouse").get("/office").content.decode()
    assert page.index("超过最晚发货时间") < page.index("超过承诺发货时间") < page.index("其余待发货")


def test_each_sees_what_their_roles_have_to_do_and_several_roles_see_all_of_it() -> None:
    [sku, gone] = shop.goods(12_900, 5_000, stock=6)
    ask(delivered((sku, 1)), reason="no_reason")
    shop.buy((gone, 6))
    editor, service = waits("editor"), waits("service")
    assert editor == {"Sold out": 1, "Fewer than 6 left": 1}
    assert service["Cases to decide"] == 1
    assert set(waits("editor", "service")) == {*editor, *service}


def test_the_cost_is_the_same_with_more_to_do() -> None:
    browser = at_the_desk("manager")
    [sku] = shop.goods(12_900)
    ask(delivered((sku, 1)))
    few = statements(browser)
    for _ in range(4):
        ask(delivered((sku, 1)))
        age(shop.buy((sku, 1)), 50)
    assert statements(browser) == few
    assert few <= 41
    assert statements(browser, "/office/keys") <= 2


def test_the_numbers_are_those_of_the_daily_report() -> None:
    [sku] = shop.goods(12_900, cost=5_000)
    for _ in range(3):
        shop.buy((sku, 1))
    today = clock.business_date()
    said = analytics.report("daily", today).as_dict("en")["metrics"]
    kinds = {each["name"]: each["kind"] for each in analytics.definitions()}
    shown = {figure.name: figure for figure in figures(make.staff("manager"), today)}
    assert set(shown) == set(SHOWN)
    for name, figure in shown.items():
        assert figure.value == written(kinds[name], said[name]["value"], "CNY"), name
        assert figure.yesterday == written(kinds[name], said[name]["previous"], "CNY"), name
        assert figure.definition.en == said[name]["definition"]
    page = at_the_desk("manager").get("/office").content.decode()
    assert re.search(r"figure-value num\">.*?¥387\.00", page)


def test_numbers_are_for_those_who_may_see_them() -> None:
    today = clock.business_date()
    assert figures(make.staff("warehouse"), today) == []
    assert "gross_profit" not in {figure.name for figure in figures(make.staff("analyst"), today)} or make.staff(
        "analyst"
    ).may("pricing.view_cost")


def hits(browser: Browser, q: str) -> Any:
    return browser.client.get("/office/search", {"q": q, "part": "1"}, headers=browser.headers).content.decode()


def test_the_search_finds_by_anything_and_shows_only_what_one_may_see() -> None:
    [sku] = shop.goods(12_900)
    number = shop.buy((sku, 1))
    manager, editor = at_the_desk("manager"), at_the_desk("editor")
    assert number in hits(manager, number)
    assert number in hits(manager, " +86 138-0013-8000 ")
    assert "138****8000" in hits(manager, number)
    assert "13800138000" not in hits(manager, number)
    assert sku in hits(manager, sku) or "found-item" in hits(manager, sku)
    assert "没有找到" in hits(editor, number)
    assert "found-item" in hits(editor, sku)
    few = statements(manager, f"/office/search?q={sku}&part=1")
    shop.goods(*[100] * 5)
    assert statements(manager, f"/office/search?q={sku}&part=1") == few
    for q in ("%", "_", "'", "\\", "<script>", "😀" * 200, "0" * 100):
        assert "<script>" not in hits(manager, q)

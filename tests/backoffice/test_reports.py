"""The reports' pages: one number everywhere, every number to its rows, at a cost that does not grow."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.factories import shop
from tests.factories.accounts import staff_token
from tests.factories.sales import Line, sell
from tests.factories.visits import visit
from tests.support.pages import Browser, at_the_desk
from zhanggui.analytics import selectors, services
from zhanggui.analytics.metrics import METRICS
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ui import formatting

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
TODAY, WEEK = date(2026, 11, 24), date(2026, 11, 17)
PAGES = (
    "daily", "weekly", "funnel", "sellers", "sellers?list=slow", "hours", "hours?show=sales&weeks=12", "regions", "spend",
    "metrics/sales?period=weekly", "metrics/uv", "metrics/new_customer_cost", "metrics/members",
)  # fmt: skip
ABSURD = "day=2026-02-31&weeks=-1&show=%27&list=%22&period=x&cursor=&trail=~~&sort=drop&source=%F0%9F%98%80&province="


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def fill(times: int = 1) -> None:
    """Two weeks and today: orders of several kinds, visits of several sources, a record of spend."""
    for day in (*range(9, 23), 23, 24):
        for n in range(times * (day % 3 + 1)):
            sell(
                at(day, 9 + n % 6, n % 60), Line(30_00 + day, n % 2 + 1, cost=12_00, sku=f"S{n}", title=f"绿萝 {n}"),
                province=("浙江省", "广东省")[n % 2], source="search:baidu" if n % 2 else "",
            )  # fmt: skip
            visit(
                f"v{n}", n % 4 + 1, at=at(day, 9, n % 60), kind="product", ref="vase", referrer="https://www.baidu.com/"
            )
        sell(at(day, 15), Line(99_00, cost=50_00), status="pending_payment")
        visit("ann", 2, at=at(day, 15), kind="ordered")
    services.record_spend(day=WEEK, source="ad:spring", amount=50_00, actor=SYSTEM)


def shown(page: str) -> dict[str, set[str]]:
    """`data-value` of every metric on a page."""
    found: dict[str, set[str]] = {}
    for name, value in re.findall(r'data-metric="(\w+)" data-value="([^"]*)"', page):
        found.setdefault(name, set()).add(value)
    return found


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_answers_with_something_and_with_nothing(language: str) -> None:
    desk = at_the_desk("analyst", language=language)
    for filled in (False, True):
        if filled:
            fill()
        for address in PAGES:
            answer = desk.get(f"/office/reports/{address}")
            assert answer.status_code == 200, (address, answer.content.decode()[-3000:])
    assert desk.get("/office/reports").headers["Location"] == "/office/reports/daily?day=2026-11-24"
    to_metric = desk.get("/office/reports?metric=sales&day=2026-11-17")
    assert to_metric.headers["Location"] == "/office/reports/metrics/sales?period=daily&day=2026-11-17"


def test_absurd_addresses_are_answered() -> None:
    desk = at_the_desk("analyst")
    for address in PAGES:
        assert desk.get(f"/office/reports/{address.partition('?')[0]}?{ABSURD}").status_code == 200, address
    for address in ("metrics/sales?cursor=x", "metrics/nothing", "metrics/uv?cursor=W10", "spend?cursor=zz"):
        assert desk.get(f"/office/reports/{address}").status_code == 404, address
    assert desk.get("/office/reports/daily?day=9999-12-31").status_code == 200


def test_only_those_who_may_see_reports() -> None:
    warehouse = at_the_desk("warehouse")
    assert {warehouse.get(f"/office/reports/{a}").status_code for a in PAGES} == {403}
    assert Browser().get("/office/reports/weekly").status_code == 401


@pytest.mark.parametrize("kept", [False, True])
def test_the_number_is_the_same_everywhere(kept: bool) -> None:
    """Report page, metric page, workbook, operations API, command line; and the dashboard for today."""
    fill()
    if kept:
        services.roll_up()
        services.sum_orders()
    desk, headers = at_the_desk("manager"), {"Authorization": f"Bearer {staff_token('analyst')}"}
    for period, day in (("daily", TODAY), ("daily", WEEK), ("weekly", WEEK)):
        said = json.loads(services.report(period, day, "json"))["metrics"]
        page = shown(desk.get(f"/office/reports/{period}?day={day}").content.decode())
        assert set(page) == set(said)
        api = Client().get(f"/api/ops/v1/reports/{period}?day={day}", headers=headers).json()["metrics"]
        book = desk.get(f"/office/reports/{period}?day={day}&form=xlsx")
        sheet = CalamineWorkbook.from_filelike(BytesIO(book.content)).get_sheet_by_name("指标").to_python()[4:]
        cells = {row[0]: row[2] for row in sheet}
        for metric in (m for m in METRICS if m.name in said):
            value = said[metric.name]["value"]
            text = "" if value is None else str(value)
            assert page[metric.name] == {text}, metric.name
            assert api[metric.name]["value"] == value, metric.name
            assert cells[metric.name] == ("" if value is None else value / 100 if metric.kind == "money" else value)
            own = desk.get(f"/office/reports/metrics/{metric.name}?period={period}&day={day}").content.decode()
            assert shown(own)[metric.name] == {text}, metric.name
    dashboard = desk.get("/office").content.decode()
    today = {m.name: m.value for m in selectors.figures("daily", TODAY)}
    for name in ("sales", "average_order_value", "gross_profit"):
        assert formatting.money(int(today[name] or 0)) in dashboard, name
    for name in ("order_conversion_rate",):
        assert formatting.percent(today[name]) in dashboard


def test_what_goods_cost_is_told_only_to_those_who_may_know() -> None:
    """Customer service sees the reports without gross profit: a dash, the reason, and no way round; all else the same."""
    fill()
    desk, headers = at_the_desk("service"), {"Authorization": f"Bearer {staff_token('service')}"}
    full = {m.name: m.value for m in selectors.figures("weekly", WEEK)}
    assert full["gross_profit"]
    page = desk.get(f"/office/reports/weekly?day={WEEK}").content.decode()
    found = shown(page)
    for name, value in full.items():
        hidden = name in selectors.OF_COST
        assert found[name] == {"" if hidden or value is None else str(value)}, name
    assert "需要「查看成本价」权限" in page
    assert "毛利只对有「查看成本价」权限的人显示" in page
    assert "way-profit_split" not in page
    book = desk.get(f"/office/reports/weekly?day={WEEK}&form=xlsx")
    sheets = CalamineWorkbook.from_filelike(BytesIO(book.content))
    cells = {row[0]: row[2] for row in sheets.get_sheet_by_name("指标").to_python()[4:]}
    assert cells["gross_profit"] == cells["gross_margin_rate"] == ""
    assert any("查看成本价" in str(row) for row in sheets.get_sheet_by_name("说明").to_python())
    said = Client().get(f"/api/ops/v1/reports/weekly?day={WEEK}", headers=headers).json()
    assert said["metrics"]["gross_profit"]["value"] is None
    assert said["metrics"]["sales"]["value"] == full["sales"]
    assert {row["gross_profit"] for row in said["rows"]["products"]} == {None}
    assert {"metric": "gross_profit", "note": "cost_hidden"} in said["rows"]["notes"]
    for metric in selectors.OF_COST:
        assert desk.get(f"/office/reports/metrics/{metric}?day={WEEK}").status_code == 403
        assert Client().get(f"/api/ops/v1/reports/metrics/{metric}/series", headers=headers).status_code == 403
        assert Client().get(f"/api/ops/v1/reports/weekly/behind/{metric}", headers=headers).status_code == 403
    assert "毛利" not in desk.get(f"/office/reports/metrics/sales?day={WEEK}").content.decode().partition("h-behind")[2]
    rows = Client().get(f"/api/ops/v1/reports/weekly/behind/sales?day={WEEK}", headers=headers).json()["items"]
    assert {row["cost"] for row in rows} == {None}
    assert "库存成本" not in desk.get(f"/office/reports/sellers?day={WEEK}").content.decode()
    shop.open_shop()
    shop.buy((shop.goods(10_00, cost=3_00, stock=5)[0], 1))
    asked = f"/api/ops/v1/reports/sellers?until={TODAY}&weeks=1"
    for role, value in (("service", None), ("finance", 5 * 3_00)):
        rows = Client().get(asked, headers={"Authorization": f"Bearer {staff_token(role)}"}).json()["best"]
        assert [row["stock_value"] for row in rows if row["on_hand"] == 5] == [value]
    assert "库存成本" in at_the_desk("finance").get(f"/office/reports/sellers?day={WEEK}").content.decode()


def test_a_number_is_followed_to_its_orders() -> None:
    """From the week's sales to the orders, page by page, and they add up."""
    fill(8)
    desk = at_the_desk("analyst")
    week = desk.get(f"/office/reports/weekly?day={WEEK}").content.decode()
    href = html.unescape(re.findall(r'href="(/office/reports/metrics/sales[^"]*)"', week)[0])
    total, numbers = 0, []
    while href:
        page = desk.get(href).content.decode()
        rows = re.findall(r"(H\d{8}).*?data-label=\"计入销售额\">(.*?)</td>", page, re.DOTALL)
        numbers += [number for number, _ in rows]
        total += sum(round(100 * float(re.sub(r"[^\d.]", "", cell))) for _, cell in rows)  # noqa: RUF100
        following = re.findall(r'rel="next" href="(/office/reports/metrics[^"]*)"', page)
        href = html.unescape(following[0]) if following and "cursor" in following[0] else ""
    assert len(numbers) == len(set(numbers)) > 100
    assert {str(total)} == shown(week)["sales"]
    book = desk.get(f"/office/reports/metrics/sales?period=weekly&day={WEEK}&export=xlsx")
    content = b"".join(book.streaming_content) if book.streaming else book.content
    assert len(CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()) == len(numbers) + 1


def test_a_region_leads_to_its_orders() -> None:
    fill()
    desk = at_the_desk("analyst")
    regions = desk.get(f"/office/reports/regions?day={WEEK}").content.decode()
    href = html.unescape(re.findall(r'href="([^"]*)">广东省', regions)[0])
    page = desk.get(href).content.decode()
    row = next(r for r in selectors.report("weekly", WEEK).rows["regions"] if r["region"] == "广东省")
    assert len(re.findall(r"<tr data-row", page)) == row["orders"]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_takes_the_same_statements_at_any_size(address: str, django_assert_max_num_queries: Any) -> None:
    desk, taken = at_the_desk("analyst"), []
    for times in (1, 6):
        fill(times)
        desk.get(f"/office/reports/{address}")  # so that what a process remembers is remembered
        with django_assert_max_num_queries(150) as asked:
            assert desk.get(f"/office/reports/{address}").status_code == 200
        taken.append(len(asked.captured_queries))
    # a session and the versions of what is kept in memory are read again now and then
    assert taken[1] <= taken[0] + 2


def test_spend_is_recorded_on_the_page() -> None:
    desk = at_the_desk("marketing")
    answer = desk.post(
        "/office/reports/spend", {"day": "2026-11-17", "source": "ad:spring", "amount": "120.50", "note": "搜索"}
    )
    assert answer.status_code == 303
    page = desk.follow(answer).content.decode()
    assert "¥120.50" in page
    assert db.rows("select source, amount from analytics_spend") == [{"source": "ad:spring", "amount": 120_50}]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "十二"),
        ("amount", "1.005"),
        ("amount", "NaN"),
        ("amount", "1e99"),
        ("amount", "0"),
        ("day", "gestern"),
        ("source", ""),
    ],
)
def test_what_is_wrong_stands_at_the_field_and_nothing_is_lost(field: str, value: str) -> None:
    desk = at_the_desk("marketing")
    typed = {"day": "2026-11-17", "source": "ad:<b>", "amount": "5", "note": "二 & 三", field: value}
    answer = desk.post("/office/reports/spend", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', page), page[-4000:]
    assert "二 &amp; 三" in page
    assert db.rows("select 1 from analytics_spend") == []


def test_who_may_only_look_cannot_record() -> None:
    desk = at_the_desk("service")
    page = desk.get("/office/reports/spend")
    assert (page.status_code, "登记一笔" in page.content.decode()) == (200, False)
    assert desk.post("/office/reports/spend", {"day": "2026-11-17"}).status_code == 403
    assert "登记一笔" in at_the_desk("finance").get("/office/reports/spend").content.decode()


def test_exports_hold_what_the_page_shows() -> None:
    fill()
    desk = at_the_desk("analyst")
    for address in ("funnel", "regions", "hours", "sellers", "metrics/uv?period=weekly"):
        for form in ("xlsx", "csv"):
            answer = desk.get(f"/office/reports/{address}{'&' if '?' in address else '?'}day={WEEK}&export={form}")
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code == 200
            assert content[:2] == b"PK" or content[:3] == b"\xef\xbb\xbf", (address, form)

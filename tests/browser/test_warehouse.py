"""The warehouse ships: what is late stands first, a waybill is checked in words, goods leave once, the buyer sees it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visit
from tests.browser.live import LiveMall
from tests.support.live_calls import staff_call

AGES = (0, 30, 50)  # hours: in time, past the promise of 24, past the limit of 48


@pytest.fixture(scope="module")
def numbers(live: LiveMall) -> list[str]:
    return list(json.loads(staff_call(live, "orders", mobile=live.member, ages=[*AGES, 0])))


@pytest.fixture
def desk(visit: Visit, sign_in: Callable[..., Page]) -> Page:
    return sign_in(visit("/office/sign-in"), "warehouse")


def waiting(page: Page) -> list[str]:
    """The numbers of the orders to ship, over all pages of the list."""
    found: list[str] = []
    while True:
        found += page.locator("[data-row] a.list-link").all_inner_texts()
        following = page.locator("a[rel=next]")
        if not following.count():
            return found
        following.first.click()
        page.wait_for_load_state()


def test_the_warehouse_sees_its_own_work_and_no_other(desk: Page) -> None:
    menu = desk.locator(".shell-nav a").all_inner_texts()
    assert menu == [
        "工作台", "订单", "审单", "发货时限",
        "波次与拣货", "制作单", "打包台", "发货", "运单", "取货核销", "承运商", "承运商评分", "承运商账单", "自提点", "随单小礼",
        "售后", "退货验收", "售后规则", "商品", "缺货与下架", "库存", "分类", "品牌", "属性", "库存分析", "到货收货",
    ]  # fmt: skip
    answer = desk.goto("/office/reports/weekly")
    assert answer.status == 403
    expect(desk.locator("main")).to_contain_text("权限")


def test_what_is_latest_stands_first(desk: Page, numbers: list[str]) -> None:
    desk.locator(".shell-nav").get_by_role("link", name="发货", exact=True).click()
    shown = waiting(desk)
    places = [shown.index(number) for number in numbers[:3]]
    assert places == sorted(places, reverse=True)
    for words, hidden in (("已超承诺", numbers[:1]), ("已超最晚", numbers[:2])):
        desk.locator(".tabs a", has_text=words).click()
        late = waiting(desk)
        assert numbers[2] in late
        assert not set(hidden) & set(late)
        desk.goto("/office/dispatch")


def test_goods_leave_once_and_the_buyer_follows_them(
    desk: Page, visit: Visit, sign_in_member: Callable[[Page], Page], numbers: list[str]
) -> None:
    number = numbers[2]
    desk.goto("/office/dispatch?stage=overdue")
    desk.get_by_role("link", name=number).click()
    expect(desk.locator("h1")).to_contain_text(number)
    ship = desk.locator("form[action$='/ship']")
    ship.locator("[name=carrier]").select_option("SF")
    ship.locator("[name=waybill_no]").fill("SF 12!")
    ship.get_by_role("button", name="确认发货").click()
    wrong = desk.locator("[name=waybill_no]")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_value("SF 12!")
    expect(desk.locator(".alert-bad")).to_be_focused()
    expect(desk.locator(".field-error")).to_contain_text("运单号应为")
    waybill = f"SF{number}"
    wrong.fill(waybill)
    desk.get_by_role("button", name="确认发货").dblclick()
    expect(desk.locator(".toast")).to_contain_text("已发货")
    expect(desk.locator(".order-parcel")).to_have_count(1)
    expect(desk.locator(".order-parcel")).to_contain_text(waybill)
    expect(desk.locator(".shell-actions")).to_contain_text("已发货")
    desk.goto("/office/dispatch")
    assert number not in waiting(desk)
    buyer = sign_in_member(visit("/sign-in", device="phone"))
    buyer.goto(f"/orders/{number}")
    expect(buyer.locator("h1")).to_contain_text("已发货")
    expect(buyer.get_by_role("region", name=re.compile("包裹"))).to_contain_text(waybill)


def test_two_colleagues_at_the_same_instant_make_one_parcel(desk: Page, numbers: list[str]) -> None:
    number = numbers[3]
    desk.goto(f"/office/orders/{number}")
    answers: Any = desk.evaluate(
        """async (path) => Promise.all(["A", "B"].map(async (each) => {
            const body = new URLSearchParams({carrier: "SF", waybill_no: `SF${each}${Date.now()}`});
            const answer = await fetch(path, {method: "POST", body});
            return [answer.redirected, answer.status];
        }))""",
        f"/office/orders/{number}/ship",
    )
    assert sorted(gone for gone, _ in answers) == [False, True]
    assert {status for gone, status in answers if not gone} <= {409, 422}
    desk.reload()
    expect(desk.locator(".order-parcel")).to_have_count(1)


def test_labels_are_a_file_to_print(desk: Page, numbers: list[str]) -> None:
    papers: list[bytes] = []

    def look(route: Route) -> None:
        answer = route.fetch()
        papers.append(answer.body())
        route.fulfill(response=answer)

    desk.context.route("**/office/orders/labels", look)
    desk.goto(f"/office/orders/{numbers[1]}")
    with desk.context.expect_page():
        desk.get_by_role("button", name="面单", exact=True).click()
    desk.goto("/office/dispatch")
    for number in numbers[:2]:
        desk.locator(f"[data-pick][value='{number}']").check()
    with desk.context.expect_page():
        desk.get_by_role("button", name="打印面单").click()
    desk.wait_for_timeout(100)
    assert [paper[:5] for paper in papers] == [b"%PDF-"] * 2
    assert len(papers[1]) > len(papers[0])

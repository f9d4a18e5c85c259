"""A buyer exchanges what he got, on the phone; the desk agrees, scans what came back, and the other piece leaves and arrives."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.live import LiveMall
from tests.support.live_calls import staff_call


def test_another_piece_comes_for_what_went_back(
    visit: Visit, live: LiveMall, sign_in: Callable[..., Page], sign_in_member: Callable[[Page], Page]
) -> None:
    number = staff_call(live, "delivered", mobile=live.member)
    buyer = sign_in_member(visit("/sign-in", device="phone"))
    buyer.goto(f"/orders/{number}/return?line=1")
    buyer.check("[name=kind][value=exchange]")
    buyer.select_option("[name=reason]", "quality")
    buyer.get_by_role("button", name="提交申请").click()
    expect(buyer.locator("h1")).to_contain_text("等待商家处理")
    expect(buyer.locator(".case-due")).to_contain_text("还剩")
    address = buyer.url.partition("?")[0]
    case = address.rpartition("/")[2]

    desk = sign_in(visit("/office/sign-in"), "manager")
    desk.goto(f"/office/cases/{case}")
    desk.get_by_role("button", name="同意").click()
    expect(desk.locator(".shell-actions")).to_contain_text("等待寄回")

    buyer.goto(address)
    buyer.select_option("[name=carrier]", "SF")
    buyer.fill("[name=waybill_no]", f"SF{number}")
    buyer.get_by_role("button", name="提交退货物流").click()
    expect(buyer.locator("main")).to_contain_text(f"SF{number}")

    desk.goto("/office/returns")
    expect(desk.locator("#f-code")).to_be_focused()
    desk.keyboard.type(f"sf{number}\n")  # as a scanner does
    desk.wait_for_url(f"**/office/cases/{case}*")
    desk.fill("[name=good-1]", "1")
    desk.get_by_role("button", name="确认收到").click()
    expect(desk.locator(".shell-actions")).to_contain_text("换货、补发中")

    replacement = desk.locator("dd a", has_text="26").last.inner_text()
    desk.goto(f"/office/orders/{replacement}")
    expect(desk.locator(".shell-actions")).to_contain_text("不计销售")
    staff_call(live, "deliver", number=replacement)
    buyer.goto(address)
    done = buyer.locator("h1", has_text="已完成")
    for _ in range(40):
        if done.count():
            break
        buyer.wait_for_timeout(250)
        buyer.reload()
    expect(done).to_be_visible()

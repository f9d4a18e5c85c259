"""A buyer asks for the money with photos; customer service looks, agrees and refunds; the gateway pays, the buyer reads it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.live import LiveMall
from tests.browser.test_buying import choose_goods, number_of, pay_at_the_cashier, place
from tests.factories.pictures import picture
from tests.support.live_calls import staff_call


def bought(page: Page, live: LiveMall) -> str:
    """An order the member has paid at the gateway and got; its number."""
    choose_goods(page)
    page.locator("#buy button", has_text="立即购买").click()
    page.check("[name=provider][value=alipay]")
    place(page)
    pay_at_the_cashier(page)
    page.wait_for_url("**/pay/**", timeout=20_000)
    expect(page.locator("h1")).to_contain_text("付款成功", timeout=40_000)
    number = number_of(page)
    staff_call(live, "deliver", number=number)
    return number


def ask_for_the_money(page: Page, number: str, folder: Path) -> str:
    """With two photos; the number of the case."""
    page.goto(f"/orders/{number}/return")
    page.locator("input.stepper-input").first.fill("1")
    page.check("[name=kind][value=refund_only]")
    page.select_option("[name=reason]", "quality")
    page.fill("[name=note]", "壶盖有缺口")
    photos = [folder / "lid.png", folder / "box.png"]
    for photo in photos:
        photo.write_bytes(picture(size=(640, 480)))
    page.set_input_files("[name=photos]", [str(photo) for photo in photos])
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator("h1")).to_contain_text("等待商家处理")
    return page.url.partition("?")[0].rpartition("/")[2]


def test_money_goes_back(
    visit: Visit, live: LiveMall, sign_in: Callable[..., Page], sign_in_member: Callable[[Page], Page], tmp_path: Path
) -> None:
    buyer = sign_in_member(visit("/sign-in", device="desktop"))
    number = bought(buyer, live)
    case = ask_for_the_money(buyer, number, tmp_path)
    address = f"/office/cases/{case}"

    # who may look only
    warehouse = sign_in(visit("/office/sign-in"), "warehouse")
    warehouse.goto(address)
    expect(warehouse.locator("main")).to_contain_text("壶盖有缺口")
    for words in ("同意", "退款"):
        expect(warehouse.locator("main").get_by_role("button", name=re.compile(words))).to_have_count(0)
    for act in ("approve", "refund"):
        forged = "path => fetch(path, {method: 'POST', body: new URLSearchParams()}).then(answer => answer.status)"
        assert warehouse.evaluate(forged, f"{address}/{act}") == 403

    service = sign_in(visit("/office/sign-in"), "service")
    service.goto("/office/cases?state=requested")
    service.get_by_role("link", name=case).click()
    expect(service.locator("main")).to_contain_text("壶盖有缺口")
    photos = service.locator(".review-photos img")
    expect(photos).to_have_count(2)
    for photo in photos.all():
        photo.scroll_into_view_if_needed()
        expect(photo).to_have_js_property("complete", True)
        assert photo.evaluate("image => image.naturalWidth > 0")
    service.locator("form[action$='/approve'] [name=note]").fill("已核实，给您退款")
    service.get_by_role("button", name="同意").click()
    expect(service.locator(".shell-actions")).to_contain_text("待退款")
    refund = service.get_by_role("button", name=re.compile("^退款"))
    amount = refund.inner_text().split()[-1]
    refund.click()
    service.locator("dialog[open]").get_by_role("button", name="确定").click()
    expect(service.locator(".shell-actions")).to_contain_text("退款中")
    staff_call(live, "send_money")
    done = service.locator(".shell-actions .badge", has_text="已完成")
    for _ in range(40):
        if done.count():
            break
        service.wait_for_timeout(250)
        service.reload()
    expect(done).to_be_visible()
    expect(service.locator("main")).to_contain_text("已退到买家")

    buyer.goto(f"/orders/{number}/cases/{case}")
    expect(buyer.locator("h1")).to_contain_text("退款完成")
    expect(buyer.locator("main")).to_contain_text("已核实，给您退款")
    expect(buyer.locator("main")).to_contain_text(amount)
    buyer.goto(f"/orders/{number}")
    expect(buyer.locator(".totals")).to_contain_text("已退款")

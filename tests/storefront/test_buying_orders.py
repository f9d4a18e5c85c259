"""Paying, following, cancelling, returning: what happens after the button was pressed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.aftersales import SERVICE, delivered
from tests.factories.fulfilment import deliver, news, ship, tell
from tests.factories.inventory import put
from tests.factories.pictures import bomb, picture
from tests.factories.promotions import live
from tests.factories.shop import buy, goods, open_shop
from tests.storefront.buying import form_at, number_in, place, put_in, signed_in, text
from tests.support.pages import Browser
from zhanggui.aftersales import selectors as cases
from zhanggui.aftersales import services as aftersales
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import db, mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.orders.selectors import access_token
from zhanggui.payments.types import Payable

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    open_shop()


def link(number: str, path: str = "") -> str:
    return f"/orders/{number}{path}?token={access_token(number)}"


def pay_link(number: str) -> str:
    return f"/pay/{number}?token={access_token(number)}"


def upload(data: bytes, name: str = "photo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/png")


def unpaid() -> str:
    (code,) = goods(12900, title="绿萝")
    return buy((code, 1), provider="bank_transfer")


# --- whose order it is ---------------------------------------------------------------------------------------------


PAGES = ("/orders/{}", "/orders/{}/return", "/pay/{}", "/pay/{}/state")


@pytest.mark.parametrize("path", PAGES)
def test_anybody_elses_order_does_not_exist(path: str) -> None:
    (code,) = goods(1000)
    mine, member_id = signed_in()
    number = buy((code, 1), member_id=member_id)
    other, _ = signed_in()
    assert mine.get(path.format(number)).status_code == 200
    assert other.get(path.format(number)).status_code == 404
    assert other.get(path.format("0000")).status_code == 404
    assert Browser().get(path.format(number) + "?token=x").status_code == 404
    asked = Browser().get(path.format(number)).headers["Location"]
    assert asked.startswith("/sign-in?next=")
    assert (
        "完整订单链接" in Browser().get(asked).content.decode()
    )  # whoever bought without an account is told what is missing


@pytest.mark.parametrize("action", ["cancel", "confirm", "again", "return"])
def test_nobody_acts_on_anybody_elses_order(action: str) -> None:
    number = unpaid()
    other, _ = signed_in()
    assert other.post(f"/orders/{number}/{action}", {"reason": "other"}).status_code == 404
    order = orders.find(number)
    assert order is not None
    assert order["status"] == "pending_payment"


# --- paying --------------------------------------------------------------------------------------------------------


def test_the_page_waits_counts_down_and_offers_every_way() -> None:
    page = text(Browser().get(pay_link(unpaid())))
    assert "等待付款" in page
    assert "<zg-countdown>" in page
    assert re.search(r'<button[^>]*type="submit">立即付款', page)
    for way in ("支付宝", "微信支付", "银联", "银行转账", "模拟支付"):
        assert way in page


def test_the_simulator_pays_at_once_and_going_back_is_safe() -> None:
    number, browser = unpaid(), Browser()
    answer = browser.post(pay_link(number), {"provider": "simulator"})
    assert "付款成功" in text(browser.follow(answer))
    again = browser.post(pay_link(number), {"provider": "simulator"})
    assert "付款成功" in text(browser.follow(again))
    row = db.row("select sum(captured)::int as paid from payments_intent where reference = %s", (number,))
    assert row == {"paid": 12900}


def test_a_code_is_shown_and_stays_without_asking_the_gateway_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def start(number: str, provider: str, **_: Any) -> Payable:
        asked.append(provider)
        return Payable(provider, "P1", 12900, "CNY", "qr", qr_text="weixin://wxpay/bizpayurl?pr=abc")

    monkeypatch.setattr(order_services, "start_payment", start)
    number, browser = unpaid(), Browser()
    answer = browser.post(pay_link(number), {"provider": "wechat"})
    for _ in range(3):
        page = text(browser.follow(answer))
        assert "<svg" in page
        assert 'http-equiv="refresh"' in page
    assert asked == ["wechat"]
    bent = answer.headers["Location"].replace("code=", "code=x")
    assert "付款二维码" not in text(browser.get(bent))
    order_services.change_price(number, lines={1: 12000}, reason="议价", actor=SYSTEM)
    cheaper = text(browser.follow(answer))  # the code was for another amount
    assert "付款二维码" not in cheaper
    assert "¥120.00" in cheaper


def test_a_gateway_with_a_form_is_reached_by_a_button(monkeypatch: pytest.MonkeyPatch) -> None:
    payable = Payable("unionpay", "P1", 12900, "CNY", "form", url="https://gateway.example/pay", fields={"a": '"<b>'})
    monkeypatch.setattr(order_services, "start_payment", lambda *_, **__: payable)
    page = text(Browser().post(pay_link(unpaid()), {"provider": "unionpay"}))
    assert 'action="https://gateway.example/pay"' in page
    assert "&lt;b&gt;" in page


def test_a_gateway_that_is_away_is_told_and_the_order_is_safe() -> None:
    number = unpaid()
    answer = Browser().post(pay_link(number), {"provider": "alipay"})
    assert answer.status_code == 402
    assert "等待付款" in text(answer)


@pytest.mark.parametrize("provider", ["", "gold", "simulator; drop table"])
def test_a_way_that_is_not_offered_is_told(provider: str) -> None:
    answer = Browser().post(pay_link(unpaid()), {"provider": provider})
    assert answer.status_code == 422
    assert "请选择支付方式" in text(answer)


def test_a_transfer_shows_where_to_and_the_reference() -> None:
    account = {"holder": "掌柜商城", "bank": "中国银行", "number": "6222000000000000"}
    mall_settings.put("payments.bank_account", account, actor=SYSTEM)
    number = unpaid()
    page = text(Browser().get(pay_link(number)))
    assert "6222000000000000" in page
    assert "转账附言" in page


def test_an_expired_order_offers_to_order_again() -> None:
    number, browser = unpaid(), Browser()
    db.execute("update orders_order set expires_at = now() - interval '1 minute' where number = %s", (number,))
    assert "付款时间已过" in text(browser.get(pay_link(number)))
    order_services.expire_due(actor=SYSTEM)
    assert "付款时间已过" in text(browser.get(pay_link(number)))
    page = browser.follow(browser.post(link(number, "/again")))
    assert "绿萝" in text(page)


def test_the_state_is_told_to_the_page_that_waits() -> None:
    number, browser = unpaid(), Browser()
    address = f"/pay/{number}/state?token={access_token(number)}"
    assert browser.get(address).json() == {"status": "pending_payment", "total": 12900}
    browser.post(pay_link(number), {"provider": "simulator"})
    assert browser.get(address).json() == {"status": "paid", "total": 12900}


# --- following -----------------------------------------------------------------------------------------------------


def test_the_order_shows_steps_promise_parcels_and_their_news() -> None:
    (code,) = goods(12900, title="绿萝")
    number, browser = buy((code, 1)), Browser()
    page = text(browser.get(link(number)))
    assert "我们承诺在" in page
    assert "<zg-countdown>" in page
    parcel = ship(number)
    tell(news(parcel, "in_transit", text="到达杭州转运中心"))
    page = text(browser.get(link(number)))
    for words in ("运输中", "顺丰", parcel.waybill_no, "到达杭州转运中心"):
        assert words in page
    deliver([parcel])
    assert "已签收" in text(browser.get(link(number)))
    assert "确认收货" in text(browser.get(link(number)))
    page = text(browser.follow(browser.post(link(number, "/confirm"))))
    assert "已完成" in page


def test_english_pages_are_english() -> None:
    number = delivered((goods(12900)[0], 1))
    page = text(Browser("en").get(link(number)))
    for words in ("Delivered", "Return or refund", "Buy again", "Amounts"):
        assert words in page


def test_an_unpaid_order_is_cancelled_with_a_reason() -> None:
    number, browser = unpaid(), Browser()
    answer = browser.post(link(number, "/cancel"), {})
    assert answer.status_code == 422
    assert "请选择原因" in text(answer)
    page = text(browser.follow(browser.post(link(number, "/cancel"), {"reason": "found_cheaper"})))
    assert "已取消" in page
    assert "别处更便宜" in page


def test_a_paid_order_being_packed_is_asked_about() -> None:
    number, browser = buy((goods(1000)[0], 1)), Browser()
    order_services.claim_for_fulfilment(number, actor=SERVICE)
    page = text(browser.follow(browser.post(link(number, "/cancel"), {"reason": "other"})))
    assert "取消未发出的商品" in page
    (case,) = cases.cases_of([number])[number]
    assert case.kind == "cancel"


def test_confirming_twice_or_too_early_is_no_error() -> None:
    number, browser = unpaid(), Browser()
    assert browser.post(link(number, "/confirm")).status_code == 409
    number = delivered((goods(1000)[0], 1))
    for _ in range(2):
        assert browser.post(link(number, "/confirm")).status_code == 303


def test_buying_again_leaves_out_what_is_gone() -> None:
    first, second = goods(1000, 300)
    number, browser = buy((first, 1), (second, 1)), Browser()
    put({catalog.sellable_by_code([first])[0].sku_id: 1})  # the one that is promised already
    page = text(browser.follow(browser.post(link(number, "/again"))))
    assert "部分商品已售完或下架" in page
    assert browser.cookies["zg_count"].value == "1"


# --- returns -------------------------------------------------------------------------------------------------------


def returning(browser: Browser, number: str, **over: Any) -> Any:
    page = browser.get(link(number, "/return"))
    form = form_at(page, link(number, "/return"))
    return browser.post(
        link(number, "/return"), form | {"kind": "return_refund", "reason": "quality", "units-1": 1} | over
    )


def test_a_buyer_returns_an_article_with_a_photo_and_follows_it() -> None:
    number, browser = delivered((goods(1000, title="瓷杯")[0], 2)), Browser()
    answer = returning(browser, number, note="杯口有裂", photos=[upload(picture(size=(60, 40)))])
    page = browser.follow(answer)
    assert "等待商家处理" in text(page)
    assert "杯口有裂" in text(page)
    (case,) = cases.cases_of([number])[number]
    assert (case.goods_amount, len(case.photos)) == (1000, 1)
    photo = f"/orders/{number}/cases/{case.number}/photos/{case.photos[0]}?token={access_token(number)}"
    assert browser.get(photo).headers["Content-Type"] == "image/jpeg"
    assert Browser().get(photo.partition("?")[0] + "?token=x").status_code == 404
    aftersales.approve(case.number, note="请寄回", actor=SERVICE)
    at = link(number, f"/cases/{case.number}")
    page = browser.get(at)
    assert "请寄回" in text(page)
    sent = link(number, f"/cases/{case.number}/sent")
    wrong = browser.post(sent, {"carrier": "SF", "waybill_no": "!"})
    assert wrong.status_code == 422
    assert "运单号应为" in text(wrong)
    page = browser.follow(browser.post(sent, {"carrier": "SF", "waybill_no": "SF1234567"}))
    assert "SF1234567" in text(page)
    assert "售后" in text(browser.get(link(number)))


def test_what_goes_back_is_shown_before_it_is_confirmed() -> None:
    mall_settings.put("orders.partial_return", "reprice", actor=SYSTEM)
    live(config={"steps": [{"threshold": 30000, "off": 6000}]}, label_zh="开业满减")
    number, browser = delivered((goods(10000, title="瓷杯")[0], 3)), Browser()
    assert "下一步：查看退款金额" in text(browser.get(link(number, "/return")))
    answer = returning(browser, number, reason="no_reason")
    page = text(answer)
    assert "优惠「开业满减」按留下的商品重算" in page
    assert "确认提交，退 ¥40.00" in page
    assert cases.cases_of([number])[number] == []
    form = form_at(answer, link(number, "/return"))
    moved = browser.post(link(number, "/return"), form | {"units-1": 2})  # another number than was shown: shown anew
    assert moved.status_code == 409
    assert "确认提交，退 ¥140.00" in text(moved)
    assert browser.post(link(number, "/return"), form | {"again": "1"}).status_code == 200
    page = text(browser.follow(browser.post(link(number, "/return"), form)))
    assert "优惠「开业满减」按留下的商品重算" in page
    (case,) = cases.cases_of([number])[number]
    assert case.amount == 4000


@pytest.mark.parametrize("data", [b"", b"<svg onload=alert(1)>", bomb()], ids=["empty", "svg", "bomb"])
def test_a_photo_that_is_none_is_told_at_its_field_and_sound_ones_are_kept(data: bytes) -> None:
    number, browser = delivered((goods(1000)[0], 1)), Browser()
    photos = [upload(picture(size=(60, 40))), upload(data, "坏<b>.png")]
    answer = returning(browser, number, note="看照片", photos=photos)
    page = text(answer)
    assert answer.status_code == 422
    assert 'id="f-photos-error"' in page
    assert "坏&lt;b&gt;.png" in page
    assert "看照片" in page
    assert "已上传 1 张照片" in page
    form = form_at(answer, link(number, "/return"))
    assert browser.post(link(number, "/return"), form | {"kind": "refund_only"}).status_code == 303
    (case,) = cases.cases_of([number])[number]
    assert len(case.photos) == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"units-1": 0}, "请选择商品"), ({"units-1": 9}, "还可以申请 2 件"), ({"reason": ""}, "没有这个售后原因"),
        ({"kind": "steal"}, "没有这种售后类型"), ({"note": "长" * 1001}, "最多 1000 个字"), ({"kept": "../x"}, "请先上传照片"),
    ],
    ids=str,
)  # fmt: skip
def test_wrong_wishes_are_told_and_open_no_case(wrong: dict[str, Any], told: str) -> None:
    number, browser = delivered((goods(1000)[0], 2)), Browser()
    answer = returning(browser, number, **wrong)
    assert answer.status_code in (409, 422)
    assert told in text(answer)
    assert cases.cases_of([number])[number] == []


def test_a_request_is_withdrawn() -> None:
    number, browser = delivered((goods(1000)[0], 1)), Browser()
    returning(browser, number)
    (case,) = cases.cases_of([number])[number]
    page = browser.follow(browser.post(link(number, f"/cases/{case.number}/withdraw")))
    assert "已撤销" in text(page)
    assert browser.post(link(number, f"/cases/{case.number}/withdraw")).status_code == 409


def test_a_case_of_another_order_is_not_found() -> None:
    first, second = delivered((goods(1000)[0], 1)), delivered((goods(1000)[0], 1))
    browser = Browser()
    returning(browser, first)
    (case,) = cases.cases_of([first])[first]
    assert browser.get(link(second, f"/cases/{case.number}")).status_code == 404


def test_before_anything_has_left_there_is_nothing_to_return() -> None:
    number = unpaid()
    assert "现在没有可以申请售后的商品" in text(Browser().get(link(number, "/return")))


def test_a_member_sees_his_cases_and_orders_by_where_they_stand() -> None:
    browser, member_id = signed_in()
    number = delivered((goods(1000, title="瓷杯")[0], 1), member_id=member_id)
    put_in(browser, goods(500)[0])
    other = number_in(place(browser).headers["Location"])
    page = browser.get(f"/orders/{number}/return")
    form = form_at(page, f"/orders/{number}/return") | {"kind": "refund_only", "reason": "quality", "units-1": 1}
    assert browser.post(f"/orders/{number}/return", form).status_code == 303
    assert "瓷杯" in text(browser.get("/account/returns"))
    assert number in text(browser.get("/account/orders?group=arrived"))
    assert other in text(browser.get("/account/orders?group=preparing"))
    assert other not in text(browser.get("/account/orders?group=arrived"))

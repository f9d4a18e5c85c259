"""Alipay: our provider, our simulator and the public SDK must understand each other in every pairing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import urlopen

import pytest
from alipay import AliPay
from alipay.exceptions import AliPayException

from tests.factories.payments import trade
from tests.payments.conftest import LetterBox, SimulatorProcess
from zhanggui.kernel import clock
from zhanggui.payments import crypto
from zhanggui.payments.errors import BadNotification, GatewayUnreachable, PaymentFailed
from zhanggui.payments.providers import alipay
from zhanggui.payments.types import RawNotification, RefundOrder, StartOptions, Trade

pytestmark = pytest.mark.usefixtures("shipped_settings")
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def sdk(merchant: SimulatorProcess) -> AliPay:
    """The public SDK as a second merchant program with the same keys."""
    keys = merchant.data / "gateway" / "merchant" / "alipay"
    client = AliPay(
        appid="2021000000000001",
        app_notify_url=None,
        app_private_key_string=(keys / "app_private_key.pem").read_text(),
        alipay_public_key_string=(keys / "alipay_public_key.pem").read_text(),
    )
    client._gateway = f"{merchant.url}/alipay/gateway.do"
    return client


def paid(merchant: SimulatorProcess, box: LetterBox, amount: int = 12_900) -> tuple[Trade, RawNotification]:
    """A trade that the buyer opened and paid, and its notification."""
    wanted = trade(amount=amount)
    urlopen(alipay.Alipay().start(wanted, StartOptions()).url, timeout=5).close()
    merchant.pay("alipay", wanted.out_trade_no)
    return wanted, box.next()


def refund_of(wanted: Trade, amount: int, number: str = "") -> RefundOrder:
    return RefundOrder(number or f"R{wanted.out_trade_no}", amount, "不想要了", clock.now())


def test_the_page_address_is_signed_as_the_sdk_signs_it(sdk: AliPay) -> None:
    wanted = trade()
    url = alipay.Alipay().start(wanted, StartOptions(return_url="http://127.0.0.1/back")).url
    params = dict(parse_qsl(urlsplit(url).query))
    unsigned = {name: value for name, value in params.items() if name != "sign"}
    assert sdk.sign_data(unsigned) == urlencode([*sorted(unsigned.items()), ("sign", params["sign"])])
    assert params["method"] == "alipay.trade.page.pay"
    assert '"total_amount":"129.00"' in params["biz_content"]


def test_the_buyers_page_shows_the_amount_and_takes_the_money(
    merchant: SimulatorProcess, letter_box: LetterBox
) -> None:
    wanted = trade(amount=8_850)
    url = alipay.Alipay().start(wanted, StartOptions()).url
    with urlopen(url, timeout=5) as page:
        html = page.read().decode()
    assert "¥88.50" in html
    form = html.split('action="')[1].split('"')[0]
    with urlopen(f"{merchant.url}{form}", data=b"do=fail", timeout=5) as page:
        assert "付款没有成功" in page.read().decode()
    assert alipay.Alipay().query(wanted).state == "pending"
    with urlopen(f"{merchant.url}{form}", data=b"do=pay", timeout=5) as page:
        assert "付款成功" in page.read().decode()
    facts = alipay.Alipay().verify_notification(letter_box.next())
    assert facts is not None
    assert (facts.kind, facts.out_trade_no, facts.amount, facts.currency) == (
        "payment",
        wanted.out_trade_no,
        8_850,
        "CNY",
    )


def test_the_sdk_finds_the_simulators_notification_genuine(
    merchant: SimulatorProcess, letter_box: LetterBox, sdk: AliPay
) -> None:
    _, raw = paid(merchant, letter_box)
    params = dict(parse_qsl(raw.body.decode()))
    sign = params.pop("sign")
    assert sdk.verify(dict(params), sign)
    assert not sdk.verify(params | {"total_amount": "1.00"}, sign)


def test_every_changed_field_makes_a_notification_false(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    _, raw = paid(merchant, letter_box)
    params = dict(parse_qsl(raw.body.decode()))
    for name in params:
        bent = urlencode(params | {name: params[name][:-1] + ("1" if params[name][-1] != "1" else "2")}).encode()
        with pytest.raises(BadNotification):
            alipay.Alipay().verify_notification(RawNotification("alipay", FORM, bent))
    for body in (b"", b"\xff\xfe", b"a=b", b"sign=x&sign_type=RSA2", b"%", b"{}"):
        with pytest.raises(BadNotification):
            alipay.Alipay().verify_notification(RawNotification("alipay", FORM, body))


def test_a_genuine_notification_for_another_merchant_is_refused(
    merchant: SimulatorProcess, letter_box: LetterBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, raw = paid(merchant, letter_box)
    monkeypatch.setattr(alipay.Alipay().keys(), "app_id", "2021999999999999")
    with pytest.raises(BadNotification, match="app_id"):
        alipay.Alipay().verify_notification(raw)


def test_query_close_refund_and_their_repeats(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    desk = alipay.Alipay()
    assert desk.query(trade()).state == "absent"
    wanted, _ = paid(merchant, letter_box)
    status = desk.query(wanted)
    assert status.state == "succeeded"
    assert status.facts is not None
    assert (status.facts.amount, status.facts.notice_id) == (12_900, f"query:{status.facts.gateway_no}")
    assert desk.close(wanted).state == "succeeded"  # paid meanwhile: no closing
    part = refund_of(wanted, 5_000)
    assert desk.query_refund(wanted, part).state == "absent"
    assert desk.refund(wanted, part).state == "succeeded"
    assert desk.refund(wanted, part).state == "processing"  # the same number again moves nothing
    assert desk.query_refund(wanted, part).state == "succeeded"
    assert desk.refund(wanted, refund_of(wanted, 7_901, "Rtoomuch01")).state == "failed"
    told = desk.verify_notification(letter_box.next())
    assert told is not None
    assert (told.kind, told.out_refund_no, told.amount) == ("refund_succeeded", part.out_refund_no, None)


def test_an_unpaid_trade_is_closed_and_cannot_be_paid(merchant: SimulatorProcess) -> None:
    desk, wanted = alipay.Alipay(), trade()
    payable = desk.start(wanted, StartOptions(channel="qr"))
    assert payable.kind == "qr"
    assert payable.qr_text
    assert desk.query(wanted).state == "pending"
    assert desk.close(wanted).state == "closed"
    assert desk.query(wanted).state == "closed"
    with pytest.raises(Exception, match="409"):
        merchant.pay("alipay", wanted.out_trade_no)


def test_the_bill_lists_payments_and_refunds(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    desk = alipay.Alipay()
    wanted, _ = paid(merchant, letter_box, 4_321)
    desk.refund(wanted, refund_of(wanted, 321))
    today = clock.now().astimezone(alipay.common.CHINA).date()
    lines = [line for line in desk.download_bill(today) if line.out_trade_no == wanted.out_trade_no]
    assert [(line.kind, line.amount, line.out_refund_no) for line in lines] == [
        ("payment", 4_321, ""),
        ("refund", 321, f"R{wanted.out_trade_no}"),
    ]
    assert desk.download_bill(today - timedelta(days=900)) == []


def test_the_sdk_as_merchant_agrees_with_the_simulator(merchant: SimulatorProcess, sdk: AliPay) -> None:
    number = trade().out_trade_no
    assert sdk.api_alipay_trade_precreate(subject="绿萝", out_trade_no=number, total_amount="19.90")["code"] == "10000"
    assert sdk.api_alipay_trade_query(out_trade_no=number)["trade_status"] == "WAIT_BUYER_PAY"
    merchant.pay("alipay", number)
    assert sdk.api_alipay_trade_query(out_trade_no=number)["total_amount"] == "19.90"
    back = sdk.api_alipay_trade_refund("9.90", out_trade_no=number, out_request_no=f"R{number}")
    assert (back["fund_change"], back["refund_fee"]) == ("Y", "9.90")
    asked = sdk.api_alipay_trade_fastpay_refund_query(f"R{number}", out_trade_no=number)
    assert asked["refund_status"] == "REFUND_SUCCESS"
    assert sdk.api_alipay_trade_close(out_trade_no=number)["sub_code"] == "ACQ.TRADE_STATUS_ERROR"


def test_the_simulator_refuses_a_merchant_with_another_key(merchant: SimulatorProcess, sdk: AliPay) -> None:
    foreign = (merchant.data / "gateway" / "merchant" / "wechat" / "apiclient_key.pem").read_text()
    sdk._app_private_key_string = foreign
    sdk._load_key()
    try:
        answer = sdk.api_alipay_trade_query(out_trade_no="X")
    except AliPayException as refused:
        answer = {"sub_code": str(refused)}
    assert "isv.invalid-signature" in answer["sub_code"]


def test_an_answer_nobody_signed_is_no_answer(merchant: SimulatorProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = alipay.http.Answer(
        200, {}, b'{"alipay_trade_query_response":{"code":"10000","trade_status":"TRADE_SUCCESS"},"sign":"AA"}'
    )
    monkeypatch.setattr(alipay.http, "call", lambda *_a, **_k: answer)
    with pytest.raises(GatewayUnreachable):
        alipay.Alipay().query(trade())


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"x_response":1}', '{"x_response":{"code":"1"}}', "<html>"])
def test_unreadable_answers_are_no_answers(text: str, merchant: SimulatorProcess) -> None:
    with pytest.raises(GatewayUnreachable):
        alipay.verified_answer(text, "x_response", alipay.Alipay().keys().public)


def test_only_yuan_is_taken(merchant: SimulatorProcess) -> None:
    dollars: dict[str, Any] = {"out_trade_no": "X", "reference": "X", "amount": 1, "currency": "USD"}
    now = clock.now()
    with pytest.raises(PaymentFailed):
        alipay.Alipay().start(Trade(**dollars, created_at=now, expires_at=now), StartOptions())


def test_the_signed_text_of_a_real_shaped_answer_is_found() -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048)
    node = '{"code":"10000","msg":"成功","fund":[{"a":"{}\\"x"}],"trade_status":"TRADE_SUCCESS"}'
    text = f'{{"alipay_trade_query_response": {node}, "sign": "{crypto.rsa_sign(key, node.encode())}"}}'
    assert alipay.verified_answer(text, "alipay_trade_query_response", key.public_key())["code"] == "10000"

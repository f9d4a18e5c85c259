"""WeChat Pay v3: our provider, our simulator and the public SDK must understand each other in every pairing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from urllib.request import urlopen

import pytest
from wechatpayv3 import WeChatPay as Sdk
from wechatpayv3 import WeChatPayType

from tests.factories.payments import trade
from tests.payments.conftest import LetterBox, SimulatorProcess
from zhanggui.kernel import clock
from zhanggui.payments import crypto
from zhanggui.payments.errors import BadNotification, GatewayRefused, GatewayUnreachable
from zhanggui.payments.providers import wechat
from zhanggui.payments.simulator.keys import WECHAT_PLATFORM
from zhanggui.payments.types import RawNotification, RefundOrder, StartOptions, Trade

pytestmark = pytest.mark.usefixtures("shipped_settings")


@pytest.fixture
def sdk(merchant: SimulatorProcess) -> Sdk:
    """The public SDK as a second merchant program with the same keys (public-key mode: no network to be built)."""
    keys = merchant.data / "gateway" / "merchant" / "wechat"
    values = json.loads((keys / "merchant.json").read_text())
    client = Sdk(
        wechatpay_type=WeChatPayType.NATIVE,
        mchid=values["mchid"],
        private_key=(keys / "apiclient_key.pem").read_text(),
        cert_serial_no=values["serial_no"],
        appid=values["appid"],
        apiv3_key=(keys / "apiv3_key.txt").read_text(),
        notify_url="http://127.0.0.1/api/payments/wechat/notify",
        public_key=(keys / "platform" / f"{WECHAT_PLATFORM}.pem").read_text(),
        public_key_id=WECHAT_PLATFORM,
    )
    client._core._gate_way = f"{merchant.url}/wechat"
    return client


def paid(merchant: SimulatorProcess, box: LetterBox, amount: int = 12_900) -> tuple[Trade, RawNotification]:
    wanted = trade(amount=amount)
    assert wechat.WeChatPay().start(wanted, StartOptions()).qr_text.startswith("weixin://wxpay/bizpayurl?pr=")
    merchant.pay("wechat", wanted.out_trade_no)
    return wanted, box.next()


def refund_of(wanted: Trade, amount: int, number: str = "") -> RefundOrder:
    return RefundOrder(number or f"R{wanted.out_trade_no}", amount, "不想要了", clock.now())


def test_a_payment_is_told_and_understood(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    wanted, raw = paid(merchant, letter_box, 8_850)
    facts = wechat.WeChatPay().verify_notification(raw)
    assert facts is not None
    assert (facts.kind, facts.out_trade_no, facts.amount, facts.currency) == (
        "payment",
        wanted.out_trade_no,
        8_850,
        "CNY",
    )
    assert facts.at is not None
    assert abs(facts.at - clock.now()) < timedelta(seconds=30)


def test_the_sdk_opens_the_simulators_notification(merchant: SimulatorProcess, letter_box: LetterBox, sdk: Sdk) -> None:
    wanted, raw = paid(merchant, letter_box)
    headers = {name.title(): value for name, value in raw.headers.items()}
    told = sdk.callback(headers, raw.body.decode())
    assert told["resource"]["out_trade_no"] == wanted.out_trade_no
    assert told["resource"]["amount"]["total"] == 12_900
    assert sdk.callback(headers, raw.body.decode().replace("TRANSACTION", "TRANSACTIOM")) is None


def test_a_changed_body_header_or_key_makes_a_notification_false(
    merchant: SimulatorProcess, letter_box: LetterBox
) -> None:
    _, raw = paid(merchant, letter_box)
    desk = wechat.WeChatPay()
    for name in ("timestamp", "nonce", "serial", "signature"):
        value = raw.headers[f"wechatpay-{name}"]
        bent = {**raw.headers, f"wechatpay-{name}": value[:-3] + ("111" if value[-3:] != "111" else "222")}
        with pytest.raises(BadNotification):
            desk.verify_notification(replace(raw, headers=bent))
        without = {k: v for k, v in raw.headers.items() if k != f"wechatpay-{name}"}
        with pytest.raises(BadNotification):
            desk.verify_notification(replace(raw, headers=without))
    for body in (raw.body + b" ", raw.body.replace(b"SUCCESS", b"SUCCESC"), b"", b"\xff", b"[]"):
        with pytest.raises(BadNotification):
            desk.verify_notification(replace(raw, body=body))


def test_an_old_notification_is_a_replay(
    merchant: SimulatorProcess, letter_box: LetterBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, raw = paid(merchant, letter_box)
    later = clock.now() + timedelta(seconds=301)
    monkeypatch.setattr(wechat.clock, "now", lambda: later)
    with pytest.raises(BadNotification, match="signature"):
        wechat.WeChatPay().verify_notification(raw)


def signed_by_gateway(merchant: SimulatorProcess, body: str) -> RawNotification:
    """A body that the gateway's own key signed just now."""
    gateway = merchant.data / "gateway" / "gateway" / "wechat"
    stamp = str(int(clock.now().timestamp()))
    key = crypto.private_key((gateway / "private.pem").read_text())
    signature = crypto.rsa_sign(key, crypto.wechat_answer_message(stamp, "n", body))
    headers = {"timestamp": stamp, "nonce": "n", "serial": WECHAT_PLATFORM, "signature": signature}
    return RawNotification("wechat", {f"wechatpay-{k}": v for k, v in headers.items()}, body.encode())


@pytest.mark.parametrize(
    "body", ["", "null", "{}", "[]", '{"resource": 1}', '{"id": 1, "resource": {"ciphertext": "AA"}}']
)
def test_signed_nonsense_is_refused_not_a_crash(merchant: SimulatorProcess, body: str) -> None:
    with pytest.raises(BadNotification):
        wechat.WeChatPay().verify_notification(signed_by_gateway(merchant, body))


def test_a_resource_sealed_with_another_key_or_for_another_merchant_is_refused(merchant: SimulatorProcess) -> None:
    api_key = (merchant.data / "gateway" / "gateway" / "wechat" / "apiv3_key.txt").read_bytes()
    inner = json.dumps({"mchid": "1999999999", "out_trade_no": "X", "transaction_id": "1", "amount": {"total": 1}})
    for key, reason in ((b"x" * 32, "sealed with another key"), (api_key, "mchid")):
        resource = {
            "algorithm": "AEAD_AES_256_GCM",
            "ciphertext": crypto.seal(key, inner.encode(), "nonce1234567", "transaction"),
            "nonce": "nonce1234567",
            "associated_data": "transaction",
        }
        body = json.dumps({"id": "1", "event_type": "TRANSACTION.SUCCESS", "resource": resource})
        with pytest.raises(BadNotification, match=reason):
            wechat.WeChatPay().verify_notification(signed_by_gateway(merchant, body))


def test_query_close_refund_and_their_repeats(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    desk = wechat.WeChatPay()
    assert desk.query(trade()).state == "absent"
    wanted, _ = paid(merchant, letter_box)
    status = desk.query(wanted)
    assert status.state == "succeeded"
    assert status.facts is not None
    assert status.facts.amount == 12_900
    assert desk.close(wanted).state == "succeeded"  # paid meanwhile: no closing
    part = refund_of(wanted, 5_000)
    assert desk.query_refund(wanted, part).state == "absent"
    assert desk.refund(wanted, part).state == "processing"
    assert desk.refund(wanted, part).state == "processing"  # the same number again moves nothing
    assert desk.query_refund(wanted, part).state == "succeeded"
    assert desk.refund(wanted, refund_of(wanted, 7_901, "Rtoomuch02")).state == "failed"
    told = desk.verify_notification(letter_box.next())
    assert told is not None
    assert (told.kind, told.out_refund_no, told.amount) == ("refund_succeeded", part.out_refund_no, 5_000)
    assert letter_box.empty()


def test_a_refund_that_fails_later_is_told(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    desk = wechat.WeChatPay()
    wanted, _ = paid(merchant, letter_box)
    merchant.order("refuse_refund", scope=wanted.out_trade_no)
    part = refund_of(wanted, 5_000)
    assert desk.refund(wanted, part).state == "processing"
    assert desk.query_refund(wanted, part).state == "failed"
    told = desk.verify_notification(letter_box.next())
    assert told is not None
    assert (told.kind, told.out_refund_no) == ("refund_failed", part.out_refund_no)


def test_an_unpaid_trade_is_closed(merchant: SimulatorProcess) -> None:
    desk, wanted = wechat.WeChatPay(), trade()
    desk.start(wanted, StartOptions())
    assert desk.query(wanted).state == "pending"
    assert desk.close(wanted).state == "closed"
    assert desk.query(wanted).state == "closed"
    with pytest.raises(GatewayRefused, match="ORDER_CLOSED"):
        desk.start(wanted, StartOptions())


@pytest.mark.parametrize(("channel", "kind"), [("wap", "url"), ("jsapi", "params"), ("app", "params"), ("web", "qr")])
def test_each_client_gets_what_it_needs(merchant: SimulatorProcess, channel: str, kind: str, sdk: Sdk) -> None:
    options = StartOptions(channel=channel, payer_id="oOpenId")  # type: ignore[arg-type]
    payable = wechat.WeChatPay().start(trade(), options)
    assert payable.kind == kind
    if channel == "jsapi":
        f = payable.fields
        assert sdk.sign([f["appId"], f["timeStamp"], f["nonceStr"], f["package"]]) == f["paySign"]
    if channel == "wap":
        with urlopen(payable.url, timeout=5) as page:
            assert "¥129.00" in page.read().decode()


def test_the_bill_lists_payments_and_refunds(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    desk = wechat.WeChatPay()
    wanted, _ = paid(merchant, letter_box, 4_321)
    desk.refund(wanted, refund_of(wanted, 321))
    today = clock.now().astimezone(wechat.common.CHINA).date()
    lines = [line for line in desk.download_bill(today) if line.out_trade_no == wanted.out_trade_no]
    assert [(line.kind, line.amount, line.out_refund_no) for line in lines] == [
        ("payment", 4_321, ""),
        ("refund", 321, f"R{wanted.out_trade_no}"),
    ]
    assert desk.download_bill(today - timedelta(days=900)) == []


def test_a_bill_is_read_by_the_names_of_its_columns() -> None:
    text = (
        "交易时间,商户订单号,微信订单号,交易状态,货币种类,订单金额,申请退款金额,微信退款单号,商户退款单号,退款状态,商品名称\r\n"
        "`2026-10-03 10:00:00,`W1,`42001,`SUCCESS,`CNY,`9.90,`0.00,`0,`0,`,`绿萝\\ 大盆\r\n"
        "`2026-10-03 11:00:00,`W1,`42001,`REFUND,`CNY,`9.90,`1.05,`50001,`R1,`SUCCESS,`绿萝\r\n"
        "`2026-10-03 11:00:00,`W1,`42001,`REFUND,`CNY,`9.90,`2.00,`50002,`R2,`FAIL,`绿萝\r\n"
        "`2026-10-03 12:00:00,`W2,`42002,`REVOKED,`CNY,`5.00,`0.00,`0,`0,`,`绿萝\r\n"
        "总交易单数,应结订单总金额\r\n`2,`9.90\r\n"
    )
    assert [(e.kind, e.out_trade_no, e.amount, e.gateway_no, e.out_refund_no) for e in wechat.read_bill(text)] == [
        ("payment", "W1", 990, "42001", ""),
        ("refund", "W1", 105, "50001", "R1"),
    ]
    assert wechat.read_bill("") == []


def test_the_sdk_as_merchant_agrees_with_the_simulator(merchant: SimulatorProcess, sdk: Sdk) -> None:
    number = trade().out_trade_no
    status, answer = sdk.pay(description="绿萝", out_trade_no=number, amount={"total": 1_990, "currency": "CNY"})
    assert (status, "code_url" in json.loads(answer)) == (200, True)
    merchant.pay("wechat", number)
    _, answer = sdk.query(out_trade_no=number)
    assert json.loads(answer)["trade_state"] == "SUCCESS"
    _, answer = sdk.refund(
        out_refund_no=f"R{number}", out_trade_no=number, amount={"refund": 990, "total": 1_990, "currency": "CNY"}
    )
    assert json.loads(answer)["status"] == "PROCESSING"
    _, answer = sdk.query_refund(f"R{number}")
    assert json.loads(answer)["status"] == "SUCCESS"
    status, answer = sdk.close(out_trade_no=number)
    assert (status, json.loads(answer)["code"]) == (400, "ORDERPAID")


def test_the_simulator_refuses_a_merchant_with_another_key(merchant: SimulatorProcess, sdk: Sdk) -> None:
    foreign = (merchant.data / "gateway" / "merchant" / "alipay" / "app_private_key.pem").read_text()
    sdk._core._private_key = crypto.private_key(foreign)
    status, answer = sdk.query(out_trade_no="X")
    assert (status, json.loads(answer)["code"]) == (401, "SIGN_ERROR")


def test_an_answer_nobody_signed_is_no_answer(merchant: SimulatorProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    for status in (200, 404):
        answer = wechat.http.Answer(status, {}, b'{"code":"ORDER_NOT_EXIST","trade_state":"SUCCESS"}')
        monkeypatch.setattr(wechat.http, "call", lambda *_a, answer=answer, **_k: answer)
        with pytest.raises(GatewayUnreachable):
            wechat.WeChatPay().query(trade())

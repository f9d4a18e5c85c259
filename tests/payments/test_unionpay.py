"""UnionPay 5.1.0: signatures over digests, certificates that must be UnionPay's own, and the fixed-width bill."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode
from urllib.request import urlopen

import pytest
from Cryptodome.Hash import SHA256
from Cryptodome.PublicKey import RSA
from Cryptodome.Signature import PKCS1_v1_5
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.factories.payments import trade
from tests.payments.conftest import LetterBox, SimulatorProcess
from zhanggui.kernel import clock
from zhanggui.payments import crypto
from zhanggui.payments.errors import BadNotification, GatewayUnreachable
from zhanggui.payments.providers import unionpay
from zhanggui.payments.simulator import keys as simulator_keys
from zhanggui.payments.types import RawNotification, RefundOrder, StartOptions, Trade

pytestmark = pytest.mark.usefixtures("shipped_settings")


def paid(merchant: SimulatorProcess, box: LetterBox, amount: int = 12_900) -> tuple[Trade, RawNotification]:
    """The buyer's browser posts the form, the buyer pays."""
    wanted = trade(amount=amount)
    form = unionpay.UnionPay().start(wanted, StartOptions())
    assert form.kind == "form"
    urlopen(form.url, data=urlencode(form.fields).encode(), timeout=5).close()
    merchant.pay("unionpay", wanted.out_trade_no)
    return wanted, box.next()


def captured(merchant: SimulatorProcess, box: LetterBox, amount: int = 12_900) -> Trade:
    wanted, raw = paid(merchant, box, amount)
    facts = unionpay.UnionPay().verify_notification(raw)
    assert facts is not None
    return replace(wanted, gateway_trade_no=facts.gateway_no)


def refund_of(wanted: Trade, amount: int, number: str = "") -> RefundOrder:
    return RefundOrder(number or f"R{wanted.out_trade_no}", amount, "不想要了", clock.now())


def test_a_payment_is_told_and_understood(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    wanted, raw = paid(merchant, letter_box, 8_850)
    facts = unionpay.UnionPay().verify_notification(raw)
    assert facts is not None
    assert (facts.kind, facts.out_trade_no, facts.amount, facts.currency) == (
        "payment",
        wanted.out_trade_no,
        8_850,
        "CNY",
    )
    assert facts.notice_id == f"01:{facts.gateway_no}:00:8850"


def test_another_library_finds_our_signature_right(merchant: SimulatorProcess) -> None:
    fields = dict(unionpay.UnionPay().start(trade(), StartOptions()).fields)
    signature = base64.b64decode(fields.pop("signature"))
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields))
    digest = hashlib.sha256(text.encode()).hexdigest()
    certificate = (merchant.data / "gateway" / "merchant" / "unionpay" / "merchant_cert.pem").read_text()
    assert PKCS1_v1_5.new(RSA.import_key(certificate)).verify(SHA256.new(digest.encode()), signature)
    serial = x509.load_pem_x509_certificate(certificate.encode()).serial_number
    assert fields["certId"] == str(serial)


def test_every_changed_field_makes_a_notification_false(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    _, raw = paid(merchant, letter_box)
    params = dict(parse_qsl(raw.body.decode()))
    for name in params:
        bent = urlencode(params | {name: params[name][:-3] + "111"}).encode()
        with pytest.raises(BadNotification):
            unionpay.UnionPay().verify_notification(replace(raw, body=bent))
    for body in (b"", b"\xff\xfe", b"a=b", b"%", urlencode({**params, "extra": "1"}).encode()):
        with pytest.raises(BadNotification):
            unionpay.UnionPay().verify_notification(replace(raw, body=body))


def forged_by(certificate: str, key: rsa.RSAPrivateKey, params: dict[str, str]) -> RawNotification:
    params = {**params, "signPubKeyCert": certificate}
    params.pop("signature", None)
    params["signature"] = crypto.rsa_sign(key, crypto.unionpay_digest(params))
    return RawNotification("unionpay", {}, urlencode(params).encode())


def test_only_unionpays_own_certificate_counts(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    _, raw = paid(merchant, letter_box)
    params = dict(parse_qsl(raw.body.decode()))
    key, other = rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048)
    name = simulator_keys._name(simulator_keys.UNIONPAY_SIGNER)
    issuer = simulator_keys._name("Simulated Financial Certification Authority")
    self_made = simulator_keys._pem(simulator_keys._certificate(name, key, issuer, other))
    with pytest.raises(BadNotification, match="signature"):
        unionpay.UnionPay().verify_notification(forged_by(self_made, key, params))
    # the merchant's own certificate has the right issuer, but is not UnionPay's
    folder = merchant.data / "gateway" / "merchant" / "unionpay"
    own = crypto.private_key((folder / "merchant_key.pem").read_text())
    with pytest.raises(BadNotification, match="signature"):
        unionpay.UnionPay().verify_notification(forged_by((folder / "merchant_cert.pem").read_text(), own, params))


def test_a_certificate_that_ran_out_counts_no_more(
    merchant: SimulatorProcess, letter_box: LetterBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, raw = paid(merchant, letter_box)
    monkeypatch.setattr(unionpay.clock, "now", lambda: datetime(2099, 1, 1, tzinfo=UTC))
    with pytest.raises(BadNotification, match="signature"):
        unionpay.UnionPay().verify_notification(raw)


def test_query_refund_and_their_repeats(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    desk = unionpay.UnionPay()
    assert desk.query(trade()).state == "absent"
    wanted = captured(merchant, letter_box)
    status = desk.query(wanted)
    assert status.state == "succeeded"
    assert status.facts is not None
    assert (status.facts.amount, status.facts.gateway_no) == (12_900, wanted.gateway_trade_no)
    part = refund_of(wanted, 5_000)
    assert desk.query_refund(wanted, part).state == "absent"
    assert desk.refund(wanted, part).state == "processing"
    assert desk.refund(wanted, part).state == "processing"  # the same number again moves nothing
    assert desk.query_refund(wanted, part).state == "succeeded"
    assert desk.refund(wanted, refund_of(wanted, 7_901, "Rtoomuch03")).state == "failed"
    told = desk.verify_notification(letter_box.next())
    assert told is not None
    assert (told.kind, told.out_refund_no, told.amount) == ("refund_succeeded", part.out_refund_no, 5_000)
    assert letter_box.empty()


def test_a_refused_refund_is_found_by_asking(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    wanted = captured(merchant, letter_box)
    merchant.order("refuse_refund", scope=wanted.out_trade_no)
    part = refund_of(wanted, 5_000)
    unionpay.UnionPay().refund(wanted, part)
    assert unionpay.UnionPay().query_refund(wanted, part).state == "failed"


def test_an_open_trade_is_pending_whether_asked_or_closed(merchant: SimulatorProcess) -> None:
    desk, wanted = unionpay.UnionPay(), trade()
    form = desk.start(wanted, StartOptions())
    urlopen(form.url, data=urlencode(form.fields).encode(), timeout=5).close()
    assert desk.query(wanted).state == "pending"
    assert desk.close(wanted).state == "pending"


def test_the_bill_lists_payments_and_refunds(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    desk = unionpay.UnionPay()
    wanted = captured(merchant, letter_box, 4_321)
    desk.refund(wanted, refund_of(wanted, 321))
    at = clock.now().astimezone(unionpay.common.CHINA)
    day = (at + timedelta(hours=1)).date()  # after 23:00 the next settlement day has begun
    start, end = desk.bill_window(day)
    assert start <= at < end
    lines = [
        line for line in desk.download_bill(day) if wanted.out_trade_no in (line.out_trade_no, line.out_refund_no[1:])
    ]
    assert [(line.kind, line.amount) for line in lines] == [("payment", 4_321), ("refund", 321)]
    assert lines[0].gateway_no == wanted.gateway_trade_no
    assert desk.download_bill(day - timedelta(days=200)) == []


def test_answers_with_braces_and_equals_signs_are_taken_apart() -> None:
    text = "respCode=00&reserved={a=1&b={c=2}}&signature=ab+c==&empty="
    assert unionpay.read_answer(text) == {
        "respCode": "00",
        "reserved": "{a=1&b={c=2}}",
        "signature": "ab+c==",
        "empty": "",
    }


def test_an_answer_nobody_signed_is_no_answer(merchant: SimulatorProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = unionpay.http.Answer(200, {}, b"respCode=00&origRespCode=00&queryId=1&txnAmt=1&orderId=X&signature=AA")
    monkeypatch.setattr(unionpay.http, "call", lambda *_a, **_k: answer)
    with pytest.raises(GatewayUnreachable):
        unionpay.UnionPay().query(trade())

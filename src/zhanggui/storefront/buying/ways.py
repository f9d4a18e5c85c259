"""The ways to pay as buyers see them."""

from __future__ import annotations

from typing import NamedTuple

from zhanggui.kernel.i18n import Text
from zhanggui.payments import selectors as payments


class Way(NamedTuple):
    """One way to pay."""

    name: str
    label: Text
    text: Text
    icon: str


WAYS = (
    Way("alipay", Text("支付宝", "Alipay"), Text("跳转到支付宝收银台", "On Alipay's page"), "wallet"),
    Way("wechat", Text("微信支付", "WeChat Pay"), Text("电脑上扫码，手机上打开微信", "Scan a code, or open WeChat"), "qr-code"),
    Way("unionpay", Text("银联 / 银行卡", "UnionPay / bank card"), Text("借记卡、信用卡、云闪付", "Debit and credit cards"), "credit-card"),
    Way("bank_transfer", Text("银行转账", "Bank transfer"), Text("到账后由我们确认", "Confirmed by hand"), "landmark"),
    Way("simulator", Text("模拟支付", "Simulated payment"), Text("演示用，不涉及真实资金", "For trying out only"), "flask-conical"),
)  # fmt: skip
LABELS = {way.name: way.label for way in WAYS}


def ways_to_pay() -> list[Way]:
    """Those the mall offers now. No statement."""
    offered = payments.usable_providers()
    return [way for way in WAYS if way.name in offered]


def first_way() -> str:
    """What is chosen before the buyer chooses."""
    ways = ways_to_pay()
    return ways[0].name if ways else ""

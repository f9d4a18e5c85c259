"""The ways to pay as buyers see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.members.types import BALANCE
from zhanggui.payments import selectors as payments
from zhanggui.ui.formatting import money


class Way(NamedTuple):
    """One way to pay."""

    name: str
    label: Text
    text: Text
    icon: str
    short: bool = False


BALANCE_WAY = Way("balance", Text("余额", "Balance"), Text("您在商城的余额", "What you keep with us"), "piggy-bank")
WAYS = (
    BALANCE_WAY,
    Way("alipay", Text("支付宝", "Alipay"), Text("跳转到支付宝收银台", "On Alipay's page"), "wallet"),
    Way("wechat", Text("微信支付", "WeChat Pay"), Text("电脑上扫码，手机上打开微信", "Scan a code, or open WeChat"), "qr-code"),
    Way("unionpay", Text("银联 / 银行卡", "UnionPay / bank card"), Text("借记卡、信用卡、云闪付", "Debit and credit cards"), "credit-card"),
    Way("bank_transfer", Text("银行转账", "Bank transfer"), Text("到账后由我们确认", "Confirmed by hand"), "landmark"),
    Way("simulator", Text("模拟支付", "Simulated payment"), Text("演示用，不涉及真实资金", "For trying out only"), "flask-conical"),
)  # fmt: skip
LABELS = {way.name: way.label for way in WAYS}


def ways_to_pay(member_id: int | None = None, due: int = 0) -> list[Way]:
    """Those the mall offers this buyer now for what is `due` (minor units). One statement where balances can pay.

    The balance is shown to the members who have one; `short` where it does not reach.
    """
    offered = payments.usable_providers()
    held = 0
    if member_id is not None and BALANCE_WAY.name in offered:
        held = members.available([member_id], BALANCE).get(member_id, 0)
    ways = [way for way in WAYS if way.name in offered and way is not BALANCE_WAY]
    return [_from_balance(held, due), *ways] if held else ways


def _from_balance(held: int, due: int) -> Way:
    currency = mall_settings.get("mall.currency")
    if held >= due:
        return BALANCE_WAY._replace(text=_words(Text("可用 {held}", "{held} available"), held=money(held, currency)))
    sums = {"held": money(held, currency), "missing": money(due - held, currency)}
    text = Text("可用 {held}，还差 {missing}", "{held} available, {missing} missing")
    return BALANCE_WAY._replace(text=_words(text, **sums), short=True)


def _words(text: Text, **sums: str) -> Text:
    return Text(text.render("zh-Hans", **sums), text.render("en", **sums))


def chosen_way(name: str, ways: Sequence[Way]) -> str:
    """The way to pay a form names. Raises ValidationFailed for none of these, and for a balance that does not reach."""
    way = next((each for each in ways if each.name == name), None)
    if way is None:
        raise ValidationFailed.one("provider", "required", "请选择支付方式", "choose how to pay")
    if way.short:
        raise ValidationFailed(
            errors=[
                FieldError(
                    "provider",
                    "balance_not_enough",
                    Text(f"余额不足：{way.text.zh}", f"Not enough balance: {way.text.en}"),
                )
            ]
        )
    return name


def first_way() -> str:
    """What is chosen before the buyer chooses."""
    ways = ways_to_pay()
    return ways[0].name if ways else ""

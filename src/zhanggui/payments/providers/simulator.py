"""The contract's `simulator`: pays at once, through a signed notification that walks the same way as a real gateway's.

Its HMAC key derives from the mall's secret key, so nobody outside can pay with it. Cheap on purpose: benchmarks pay with it.
"""

import hashlib
import hmac
from datetime import date, datetime
from functools import cache

import orjson
from django.conf import settings

from zhanggui.kernel import clock, mall_settings

from .. import crypto
from ..errors import BadNotification, ProviderOff
from ..types import (
    Acknowledgement,
    BillEntry,
    NoticeFacts,
    Payable,
    RawNotification,
    RefundOrder,
    RefundStatus,
    StartOptions,
    Trade,
    TradeStatus,
)
from . import common

NAME = "simulator"
SIGNATURE = "x-signature"


@cache
def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"zhanggui.payments.simulator", hashlib.sha256)


def notification(out_trade_no: str, amount: int, currency: str) -> RawNotification:
    """The notification this gateway sends for a paid trade."""
    body = orjson.dumps(
        {"id": out_trade_no, "out_trade_no": out_trade_no, "amount": amount, "currency": currency, "at": clock.now()}
    )
    return RawNotification(NAME, {SIGNATURE: crypto.hmac_sign(_key(settings.SECRET_KEY), body)}, body)


class Simulator:
    name = NAME
    manual = False

    def start(self, trade: Trade, _options: StartOptions) -> Payable:
        """Nothing to show: the caller hands `services.simulate` the trade and it is paid."""
        return common.payable(trade, self.name, "paid")

    def verify_notification(self, raw: RawNotification) -> NoticeFacts | None:
        if not mall_settings.get("payments.simulator_enabled"):
            raise ProviderOff(provider=self.name)
        if not crypto.hmac_verify(_key(settings.SECRET_KEY), raw.body, raw.headers.get(SIGNATURE, "")):
            raise BadNotification(reason="signature")
        content = orjson.loads(raw.body)  # signed by us, so well formed
        return NoticeFacts(
            notice_id=content["id"],
            kind="payment",
            out_trade_no=content["out_trade_no"],
            amount=content["amount"],
            currency=content["currency"],
            gateway_no=content["id"],
            at=datetime.fromisoformat(content["at"]),
        )

    def acknowledge(self, ok: bool) -> Acknowledgement:
        return Acknowledgement(200 if ok else 400, "text/plain; charset=utf-8", "success" if ok else "failure")

    def query(self, trade: Trade) -> TradeStatus:
        """A trade of the simulator is paid the moment it exists; a lost one is told again."""
        raw = notification(trade.out_trade_no, trade.amount, trade.currency)
        return TradeStatus("succeeded", self.verify_notification(raw), raw.body)

    def close(self, trade: Trade) -> TradeStatus:
        return TradeStatus("closed")

    def refund(self, trade: Trade, refund: RefundOrder) -> RefundStatus:
        return RefundStatus("succeeded", refund.out_refund_no)

    def query_refund(self, trade: Trade, refund: RefundOrder) -> RefundStatus:
        return RefundStatus("absent")

    def download_bill(self, day: date) -> list[BillEntry] | None:
        """None: it keeps no books of its own, so there is nothing to compare with."""
        return None

    def bill_window(self, day: date) -> tuple[datetime, datetime]:
        return common.calendar_day(day)

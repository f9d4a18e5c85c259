"""Bank transfer: the buyer sends money to the mall's account, finance staff confirm it by hand (`services.transfers`)."""

from datetime import date, datetime

from zhanggui.kernel import mall_settings

from ..errors import BadNotification
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


class BankTransfer:
    name = "bank_transfer"
    manual = True

    def start(self, trade: Trade, _options: StartOptions) -> Payable:
        """Where to send the money, and the text that lets staff find the order again."""
        account = mall_settings.get("payments.bank_account")
        return common.payable(trade, self.name, "transfer", fields={**account, "remark": trade.reference})

    def verify_notification(self, raw: RawNotification) -> NoticeFacts | None:
        raise BadNotification(reason="bank transfers are confirmed by staff")

    def acknowledge(self, ok: bool) -> Acknowledgement:
        return Acknowledgement(200 if ok else 400, "text/plain; charset=utf-8", "ok" if ok else "fail")

    def query(self, trade: Trade) -> TradeStatus:
        return TradeStatus("pending")

    def close(self, trade: Trade) -> TradeStatus:
        return TradeStatus("closed")

    def refund(self, trade: Trade, refund: RefundOrder) -> RefundStatus:
        """Staff send it back and confirm."""
        return RefundStatus("processing")

    def query_refund(self, trade: Trade, refund: RefundOrder) -> RefundStatus:
        return RefundStatus("processing")

    def download_bill(self, day: date) -> list[BillEntry] | None:
        """None: the bank's statement is handed in by staff."""
        return None

    def bill_window(self, day: date) -> tuple[datetime, datetime]:
        return common.calendar_day(day)

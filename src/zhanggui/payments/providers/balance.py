"""The balance a member keeps with the mall (余额): no gateway and no network, the ledger of balances is its bill.

It is drawn on in the transaction that marks what it pays as paid (`services.pay_from_balance`); refunds return to it. What the
ledger knows a draw as is the trade's `gateway_trade_no`: an order's deposit and its balance are draws of their own.
"""

from datetime import date, datetime

from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.ids import document_of

from ..errors import BadNotification, PaymentFailed
from ..types import (
    Acknowledgement,
    Balances,
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

NAME = "balance"
_owner: Balances | None = None


def bind_balances(owner: Balances) -> None:
    """Name the owner of the ledger of balances. Called once, when the mall is wired."""
    global _owner
    _owner = owner


def owner() -> Balances:
    if _owner is None:
        raise RuntimeError("payments.services.bind_balances was not called")
    return _owner


class Balance:
    name = NAME
    manual = False

    def start(self, trade: Trade, _options: StartOptions) -> Payable:
        raise PaymentFailed(reason="the balance is drawn on together with the order")

    def verify_notification(self, raw: RawNotification) -> NoticeFacts | None:
        raise BadNotification(reason="nobody tells of balances")

    def acknowledge(self, ok: bool) -> Acknowledgement:
        return Acknowledgement(200 if ok else 400, "text/plain; charset=utf-8", "ok" if ok else "fail")

    def query(self, trade: Trade) -> TradeStatus:
        return TradeStatus("pending")

    def close(self, trade: Trade) -> TradeStatus:
        return TradeStatus("closed")

    def refund(self, trade: Trade, refund: RefundOrder) -> RefundStatus:
        """Once per `out_refund_no`, whoever repeats it."""
        number = refund.out_refund_no
        if owner().give_back(trade.gateway_trade_no, refund.amount, key=number, actor=SYSTEM):
            return RefundStatus("succeeded", number)
        return RefundStatus("failed", reason="more than was taken from the balance")

    def query_refund(self, trade: Trade, refund: RefundOrder) -> RefundStatus:
        return RefundStatus("absent")  # asking again for the same number is safe, and says how it stands

    def download_bill(self, day: date) -> list[BillEntry] | None:
        """The day's lines of the ledger. One that no attempt stands behind is told by its reference, and so found."""
        moves = list(owner().moves(*self.bill_window(day)))
        trades = {
            row["gateway_trade_no"]: row
            for row in db.rows(
                "select gateway_trade_no, out_trade_no, currency from payments_intent where reference = any(%s)"
                " and provider = %s and captured > 0",
                (sorted({document_of(move.reference) for move in moves}), NAME),
            )
        }
        return [
            BillEntry(
                kind=move.kind,
                out_trade_no=trades[move.reference]["out_trade_no"] if move.reference in trades else move.reference,
                amount=move.amount,
                currency=trades[move.reference]["currency"] if move.reference in trades else "",
                gateway_no=move.number,
                out_refund_no=move.number if move.kind == "refund" else "",
                at=move.at,
            )
            for move in moves
        ]

    def bill_window(self, day: date) -> tuple[datetime, datetime]:
        return clock.day_bounds(day)

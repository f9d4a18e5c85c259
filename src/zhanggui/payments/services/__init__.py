"""What can be done with money. Each opens its own transaction unless it says that it needs one."""

from ..providers.balance import bind_balances
from .balance import pay_from_balance
from .follow_up import apply_stored, query_pending
from .notifications import apply_refund_notices, pay_at_once, receive, settle_notice, simulate, take_notification
from .ports import bind
from .practice import Practice, practise
from .reconciliation import reconcile, resolve_discrepancy
from .refunds import confirm_bank_refund, process_refunds, refund_surplus, request_refund, retry_refund
from .start import close_open_intents, restart, start_payment
from .transfers import confirm_bank_transfer

__all__ = [
    "Practice",
    "apply_refund_notices",
    "apply_stored",
    "bind",
    "bind_balances",
    "close_open_intents",
    "confirm_bank_refund",
    "confirm_bank_transfer",
    "pay_at_once",
    "pay_from_balance",
    "practise",
    "process_refunds",
    "query_pending",
    "receive",
    "reconcile",
    "refund_surplus",
    "request_refund",
    "resolve_discrepancy",
    "restart",
    "retry_refund",
    "settle_notice",
    "simulate",
    "start_payment",
    "take_notification",
]

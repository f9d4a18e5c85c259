"""What buyers ask for and staff decide."""

from .decide import approve, reject, withdraw
from .goodwill import pay_goodwill
from .guarantee import claim_elsewhere, pay_differences
from .instead import hold_cases, pay_exchange
from .lapse import lapse_due
from .policies import save_policy
from .refund import note_failed_refund, refund, settle_refund
from .remarks import remark
from .replace import finish_replacements, refund_instead
from .request import keep_photo, request
from .returns import confirm_back, note_arrival, receive_return, send_back, send_on

__all__ = [
    "approve",
    "claim_elsewhere",
    "confirm_back",
    "finish_replacements",
    "hold_cases",
    "keep_photo",
    "lapse_due",
    "note_arrival",
    "note_failed_refund",
    "pay_differences",
    "pay_goodwill",
    "pay_exchange",
    "receive_return",
    "refund",
    "refund_instead",
    "reject",
    "remark",
    "request",
    "save_policy",
    "send_back",
    "send_on",
    "settle_refund",
    "withdraw",
]

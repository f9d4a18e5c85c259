"""What buyers ask for and staff decide."""

from .decide import approve, reject, withdraw
from .goodwill import pay_goodwill
from .guarantee import claim_elsewhere, pay_differences
from .refund import note_failed_refund, refund, settle_refund
from .request import keep_photo, request
from .returns import receive_return, send_back

__all__ = [
    "approve",
    "claim_elsewhere",
    "keep_photo",
    "note_failed_refund",
    "pay_differences",
    "pay_goodwill",
    "receive_return",
    "refund",
    "reject",
    "request",
    "send_back",
    "settle_refund",
    "withdraw",
]

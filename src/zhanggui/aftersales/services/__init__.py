"""What buyers ask for and staff decide."""

from .decide import approve, reject, withdraw
from .refund import note_failed_refund, refund, settle_refund
from .request import keep_photo, request
from .returns import receive_return, send_back

__all__ = [
    "approve",
    "keep_photo",
    "note_failed_refund",
    "receive_return",
    "refund",
    "reject",
    "request",
    "send_back",
    "settle_refund",
    "withdraw",
]

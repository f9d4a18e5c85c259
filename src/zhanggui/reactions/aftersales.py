"""What after-sales does when something happened elsewhere."""

from zhanggui.aftersales import services
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.outbox import Delivered


def settle_refund(event: Delivered) -> None:
    """Money of a case went back."""
    services.settle_refund(event.payload["request_key"], event.payload["amount"], actor=SYSTEM)


def note_failed_refund(event: Delivered) -> None:
    """The gateway refused the money of a case for good."""
    services.note_failed_refund(event.payload["request_key"], event.payload["reason"], actor=SYSTEM)


def finish_replacements(events: list[Delivered]) -> None:
    """What was sent instead arrived."""
    services.finish_replacements([event.payload["number"] for event in events], actor=SYSTEM)

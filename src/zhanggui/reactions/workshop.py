"""What the workshop does when something happened elsewhere."""

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.outbox import Delivered
from zhanggui.workshop import services


def keep_benches(events: list[Delivered]) -> None:
    """Products may be made to order now, or not any more; new variants of them need their places."""
    services.keep_benches(sorted({sku for event in events for sku in event.payload["sku_ids"]}), actor=SYSTEM)

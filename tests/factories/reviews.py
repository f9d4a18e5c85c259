"""Delivered orders that can be reviewed."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image

from tests.factories import fulfilment, shop
from zhanggui.kernel.actor import GUEST
from zhanggui.servicedesk import services


def picture(colour: str = "#c0392b", size: tuple[int, int] = (40, 30)) -> bytes:
    """A small PNG."""
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def delivered(*skus: str, member_id: int | None = None, quantity: int = 1) -> str:
    """An order of these goods that has arrived; its number."""
    number = shop.buy(*((sku, quantity) for sku in skus), member_id=member_id)
    fulfilment.deliver([fulfilment.ship(number)])
    return number


def review(sku: str, rating: int = 5, text: str = "", **more: Any) -> int:
    """Buy, receive and review; the review's id."""
    return services.post_review(delivered(sku), 1, rating=rating, text=text, actor=GUEST, **more)

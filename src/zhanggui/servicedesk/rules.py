"""Pure decisions about reviews."""

import hashlib
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from zhanggui.kernel.contact import mask_name
from zhanggui.kernel.i18n import Text

TELLING_LENGTH = 10
RECEIVED = ("delivered", "completed")


def digest(text: str) -> str:
    """A mark of the words alone, without spaces, punctuation and width; empty for a text that many would write alike."""
    letters = "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()[:32] if len(letters) >= TELLING_LENGTH else ""


def rating(stars: tuple[int, ...]) -> int | None:
    """The mean in hundredths of a star, half up; None without reviews."""
    count = sum(stars)
    total = sum(value * number for value, number in enumerate(stars, 1))
    return (200 * total + count) // (2 * count) if count else None


def why_not(order: Mapping[str, Any], line: Mapping[str, Any], days: int, now: datetime) -> Text | None:
    """Why a line cannot be reviewed; None where it can."""
    if line["product_id"] is None:
        return Text("商品已不在商城中", "the product is no longer in the mall")
    if line["refunded_quantity"] >= line["quantity"]:
        return Text("商品已退款", "it was refunded")
    if order["status"] not in RECEIVED:
        return Text("签收后才能评价", "it has not been delivered yet")
    received = order["delivered_at"] or order["completed_at"]
    if received is not None and received + timedelta(days=days) < now:
        return Text(f"已超过签收后 {days} 天的评价期", f"the {days} days after delivery are over")
    return None


def author(nickname: str, anonymous: bool) -> str:
    """How the buyer is named to everybody: the first character, or nothing."""
    return "" if anonymous or not nickname else mask_name(nickname)

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
    if order["kind"] == "replacement":
        return Text("请在原订单评价", "it is reviewed on the order it was bought with")
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


# --- problem items ------------------------------------------------------------------------------------------------

PROBLEM_KINDS: dict[str, Text] = {
    "exchange": Text("退换货", "Return or exchange"),
    "photo": Text("需拍照", "Needs a photo"),
    "urge": Text("催单", "Urged"),
    "refund": Text("退款", "Refund"),
    "lost": Text("丢件", "Lost parcel"),
    "wrong": Text("错发漏发", "Wrong or missing"),
    "complaint": Text("投诉", "Complaint"),
    "other": Text("其他", "Other"),
}
OPEN, WAITING, SOLVED, GIVEN_UP = "open", "waiting", "solved", "given_up"
PROBLEM_STATES: dict[str, Text] = {
    OPEN: Text("处理中", "Open"),
    WAITING: Text("等待中", "Waiting"),
    SOLVED: Text("已解决", "Solved"),
    GIVEN_UP: Text("已放弃", "Given up"),
}
UNSOLVED = (OPEN, WAITING)

#: The questions of the daily check, in their order. What begins with `said_` a person answers; the others the mall does.
QUESTIONS: dict[str, Text] = {
    "recorded": Text("今天遇到的问题都登记进问题件了吗？", "Is every problem of today in the register?"),
    "exchange": Text("退换货都登记了吗？", "Are returns and exchanges recorded?"),
    "photo": Text("需拍照的都拍好、发给买家了吗？", "Are the photographs taken that were asked for?"),
    "due": Text("今天到期的问题件都解决了吗？", "Are the items solved that were due today?"),
    "refund": Text("该退的款都退了吗？", "Are the refunds made that are due?"),
    "urge": Text("催单都回复了吗？", "Are all buyers answered who asked for their parcels?"),
    "said_plan": Text("今天计划的其他工作都完成了吗？", "Is the rest of today's plan done?"),
    "said_goods": Text(
        "在售商品的库存和搭配商品都清楚吗？", "Do you know each item's stock and what goes along with it?"
    ),
}
SAID = tuple(name for name in QUESTIONS if name.startswith("said_"))

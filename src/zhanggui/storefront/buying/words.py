"""The states and steps of orders, parcels and cases, in the buyer's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zhanggui.kernel.i18n import Text

STATUS = {
    "pending_payment": Text("待付款", "Waiting for payment"),
    "paid": Text("已付款，备货中", "Paid, being prepared"),
    "fulfilling": Text("打包中", "Being packed"),
    "shipped": Text("已发货", "On its way"),
    "delivered": Text("已签收", "Delivered"),
    "completed": Text("已完成", "Completed"),
    "cancelled": Text("已取消", "Cancelled"),
    "refunded": Text("已退款", "Refunded"),
}
TONES = {
    "pending_payment": "warn", "paid": "info", "fulfilling": "info", "shipped": "info",
    "delivered": "good", "completed": "good", "cancelled": "neutral", "refunded": "neutral",
}  # fmt: skip
#: What happened, by the timeline's kinds.
EVENTS = {
    "placed": Text("提交订单", "Order placed"),
    "price_changed": Text("商家修改了价格", "The shop changed the price"),
    "paid": Text("付款成功", "Payment received"),
    "claimed": Text("仓库开始备货", "The warehouse began to pack"),
    "shipped": Text("全部商品已发出", "All goods have left"),
    "shipped_part": Text("部分商品已发出", "Part of the goods has left"),
    "delivered": Text("包裹已签收", "Delivered"),
    "completed": Text("订单完成", "Completed"),
    "group_filled": Text("拼团成功", "The group is full"),
    "group_failed": Text("拼团未成，款项原路退回", "The group did not fill; the money goes back the way it came"),
    "presale_called_off": Text(
        "预售取消，款项原路退回", "The presale was called off; the money goes back the way it came"
    ),
    "cancelled": Text("订单取消", "Cancelled"),
    "refunded": Text("款项已退回", "Money sent back"),
    "price_guaranteed": Text(
        "价保：买后降价，差价原路退回", "Price guarantee: the difference is on its way back to you"
    ),
    "cannot_ship": Text(
        "部分商品无法按时发出，请选择处理方式", "Part of the goods cannot be sent in time: please choose"
    ),
    "promise_moved": Text("约定了新的发货时间", "A later dispatch was agreed"),
    "pay_reminder": Text("商家提醒您付款", "The shop reminds you to pay"),
    "urged": Text("您催了发货", "You asked for your parcel"),
    "urge_answered": Text("商家回复了您", "The shop answered you"),
    "exchanged": Text("部分商品换成了另一件", "Part of the goods became another article"),
    "made": Text("定制商品已做好", "What is made for you is ready"),
    "given_up": Text("部分商品已取消", "Part of the goods was cancelled"),
}
CANCEL_REASONS = {
    "changed_mind": Text("不想买了", "I changed my mind"),
    "wrong_items": Text("商品选错、数量拍错", "Wrong goods or quantity"),
    "wrong_address": Text("收货信息填错", "Wrong address"),
    "found_cheaper": Text("别处更便宜", "Cheaper elsewhere"),
    "too_slow": Text("发货太慢", "It takes too long"),
    "other": Text("其他原因", "Another reason"),
}
CASE_KINDS = {
    "return_refund": Text("退货退款", "Return for a refund"),
    "refund_only": Text("仅退款（无需退货）", "Refund without a return"),
    "cancel": Text("取消未发出的商品", "Cancel what has not left"),
    "exchange": Text("换货", "Exchange"),
    "repair": Text("维修", "Repair"),
    "resend": Text("补发少件、漏件", "Send what was missing"),
    "price_guarantee": Text("价保退差价", "Price guarantee"),
}
#: What happens next, by kind.
NEXT = {
    "return_refund": Text("同意后寄回，验收后退款", "Send it back, then get your money"),
    "refund_only": Text("商品不用寄回", "Nothing to send back"),
    "exchange": Text("寄回后换一件，差价退您", "Send it back for another"),
    "repair": Text("寄来修好再寄回给您", "We mend it and send it back"),
    "resend": Text("少了的马上补寄", "What was missing is sent"),
    "cancel": Text("还没发出的不再发货", "What has not left stays here"),
}
CASE_STATES = {
    "requested": Text("等待商家处理", "Waiting for our answer"),
    "approved": Text("已同意", "Approved"),
    "awaiting_return": Text("已同意，等待您寄回", "Approved, waiting for the goods"),
    "received": Text("已收到，验收通过", "The goods arrived"),
    "replacing": Text("换货、补发商品正在路上", "Another piece is on its way"),
    "returning": Text("商品正寄回给您", "On its way back to you"),
    "refunding": Text("退款处理中", "The refund is on its way"),
    "closed": Text("已完成", "Done"),
    "rejected": Text("未通过", "Declined"),
    "withdrawn": Text("已撤销", "Withdrawn"),
}
CASE_TONES = {
    "requested": "warn", "approved": "info", "awaiting_return": "warn", "received": "info", "refunding": "info",
    "replacing": "info", "returning": "info", "closed": "good", "rejected": "bad", "withdrawn": "neutral",
}  # fmt: skip


def steps_of(order: Mapping[str, Any]) -> list[tuple[Text, str]]:
    """The way of an order with how far it has come; empty for one that ended otherwise."""
    pickup = order["delivery_method"] == "pickup"
    names = [
        Text("提交订单", "Placed"),
        Text("付款", "Paid"),
        Text("备好待提", "Ready") if pickup else Text("发货", "Shipped"),
        Text("提货", "Picked up") if pickup else Text("签收", "Delivered"),
        Text("完成", "Completed"),
    ]
    reached = {"pending_payment": 1, "paid": 2, "fulfilling": 2, "shipped": 3, "delivered": 4, "completed": 5}
    done = reached.get(order["status"])
    if done is None:
        return []
    return [(name, "done" if i < done else "current" if i == done else "todo") for i, name in enumerate(names)]


def told(timeline: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the buyer may read of what happened, the latest first; with the amount (minor units) where one was promised."""
    found = [
        {
            "at": entry["at"], "title": EVENTS[_kind(entry)], "kind": entry["kind"],
            "amount": entry["data"].get("amount") if entry["kind"] == "price_guaranteed" else None,
        }
        for entry in timeline
        if entry["public"] and entry["kind"] in EVENTS
    ]  # fmt: skip
    return found[::-1]


def _kind(entry: Mapping[str, Any]) -> str:
    """A cancellation says whose doing it was where the buyer would ask."""
    reason = str(entry["data"].get("reason", "")) if entry["kind"] == "cancelled" else ""
    return reason if reason in ("group_failed", "presale_called_off") else str(entry["kind"])


def price_change(order: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The last change of what is to be paid (`from` and `to` in minor units, `reason`), while it is to be paid."""
    if order["status"] != "pending_payment":
        return None
    changes = [entry["data"] for entry in order["timeline"] if entry["kind"] == "price_changed"]
    return changes[-1] if changes else None

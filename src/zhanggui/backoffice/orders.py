"""What the pages of orders share: who may see whom a parcel goes to, and the words of what happened to an order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhanggui.kernel.i18n import Text
from zhanggui.ui.formatting import money
from zhanggui.ui.language import say

PROVIDERS: dict[str, Text] = {
    "alipay": Text("支付宝", "Alipay"),
    "wechat": Text("微信支付", "WeChat Pay"),
    "unionpay": Text("银联", "UnionPay"),
    "bank_transfer": Text("银行转账", "Bank transfer"),
    "balance": Text("余额", "Balance"),
    "simulator": Text("模拟支付", "Simulator"),
    "": Text("无需付款", "Nothing to pay"),
}
METHODS = {"express": Text("快递", "Express"), "pickup": Text("自提", "Self-pickup")}
ORDER_KINDS: dict[str, Text] = {
    "trial": Text("试用订单，不计销售", "A trial, no sale"),
    "replacement": Text("换货、补发，不计销售", "A replacement, no sale"),
}
CASE_KINDS: dict[str, Text] = {
    "cancel": Text("发货前退款", "Before dispatch"),
    "refund_only": Text("仅退款", "Refund only"),
    "return_refund": Text("退货退款", "Return and refund"),
    "exchange": Text("换货", "Exchange"),
    "repair": Text("维修", "Repair"),
    "resend": Text("补发", "Send what was missing"),
    "price_guarantee": Text("价保退差价", "Price guarantee"),
}
CASE_STATES: dict[str, tuple[Text, str]] = {
    "requested": (Text("待处理", "To decide"), "warn"),
    "approved": (Text("待退款", "To refund"), "info"),
    "awaiting_return": (Text("等待寄回", "To come back"), "info"),
    "received": (Text("已验收，待处理", "Received, to act on"), "info"),
    "replacing": (Text("换货、补发中", "Replacement under way"), "info"),
    "returning": (Text("寄回买家中", "On its way to the buyer"), "info"),
    "refunding": (Text("退款中", "Refunding"), "info"),
    "closed": (Text("已完成", "Closed"), "good"),
    "rejected": (Text("已拒绝", "Refused"), "neutral"),
    "withdrawn": (Text("买家已撤销", "Withdrawn"), "neutral"),
}
REFUND_STATES: dict[str, tuple[Text, str]] = {
    "pending": (Text("待发出", "To be sent"), "info"),
    "processing": (Text("处理中", "Under way"), "info"),
    "succeeded": (Text("已退回", "Sent back"), "good"),
    "failed": (Text("失败", "Failed"), "bad"),
}
EVENTS: dict[str, tuple[Text, str]] = {
    "placed": (Text("下单", "Placed"), "brand"),
    "paid": (Text("付款成功", "Paid"), "good"),
    "price_changed": (Text("改价", "Price changed"), "warn"),
    "note": (Text("内部备注", "Note for staff"), ""),
    "claimed": (Text("开始配货", "Picking began"), "brand"),
    "receiver_changed": (Text("修改收货信息", "Address corrected"), "warn"),
    "shipped": (Text("全部发货", "Shipped"), "good"),
    "shipped_part": (Text("部分发货", "Shipped in part"), "good"),
    "delivered": (Text("送达", "Delivered"), "good"),
    "completed": (Text("完成", "Completed"), "good"),
    "group_filled": (Text("成团", "Group full"), "good"),
    "cancelled": (Text("取消", "Cancelled"), "bad"),
    "price_guaranteed": (Text("价保退差价", "Price guarantee"), "warn"),
    "exchanged": (Text("部分商品换成另一件", "Units became another article"), "warn"),
    "made": (Text("定制商品做好", "Made to order"), "good"),
    "given_up": (Text("部分商品取消", "Units given up"), "warn"),
    "cannot_ship": (Text("无法按时发货，询问买家", "Cannot be sent in time, buyer asked"), "bad"),
    "promise_moved": (Text("买家同意等待", "The buyer waits"), "warn"),
    "refunded": (Text("退款", "Refunded"), "warn"),
    "pay_reminder": (Text("催付款", "Reminded to pay"), "warn"),
    "urged": (Text("买家催单", "The buyer asks"), "warn"),
    "urge_answered": (Text("回复催单", "The buyer is answered"), "brand"),
    "imported": (Text("从其他系统导入", "Imported"), ""),
}
#: Whoever is no colleague, by the kind of actor or by what the payments put there.
ACTORS = {
    "guest": Text("访客", "Guest"),
    "member": Text("会员", "Member"),
    "system": Text("系统", "System"),
    "payments": Text("支付渠道", "Payment gateway"),
}
#: Why an order was cancelled, where the reason is a word of the program or one that buyers choose from.
REASONS = {
    "expired": Text("超时未付款", "Not paid in time"),
    "group_failed": Text("拼团未成", "Its group did not fill"),
    "presale_called_off": Text("预售取消", "The presale was called off"),
    "buyer": Text("买家取消", "By the buyer"),
    "staff": Text("员工取消", "By staff"),
    "changed_mind": Text("不想买了", "Changed their mind"),
    "wrong_items": Text("商品选错、数量拍错", "Wrong goods or quantity"),
    "wrong_address": Text("收货信息填错", "Wrong address"),
    "found_cheaper": Text("别处更便宜", "Cheaper elsewhere"),
    "too_slow": Text("发货太慢", "Takes too long"),
    "other": Text("其他原因", "Another reason"),
}


def refund_reason(reason: str) -> Text | str:
    """Why money goes back, in the reader's language where the mall itself said it; a person's words stay as they are."""
    said, _, why = reason.partition(": ")
    if said == "order cancelled":
        words = REASONS.get(why, Text(why, why))
        return Text(f"订单取消：{words.zh}", f"Order cancelled: {words.en}")
    if reason.startswith("after-sales "):
        number = reason.removeprefix("after-sales ")
        return Text(f"售后 {number}", f"After-sales {number}")
    return reason


def deadline(order: dict[str, Any], now: datetime) -> dict[str, Any] | None:
    """How an order stands against its promise (SHP-01): the instant that counts now, and how urgent it is."""
    if order["status"] not in ("paid", "fulfilling") or order["dispatch_due_at"] is None:
        return None
    due, latest = order["dispatch_due_at"], order["dispatch_latest_at"] or order["dispatch_due_at"]
    if now >= latest:
        return {"at": latest, "tone": "bad", "words": Text("已超最晚发货时间", "past the limit"), "late": True}
    if now >= due:
        return {
            "at": latest,
            "tone": "warn",
            "words": Text("已超承诺，最晚还剩", "past the promise; limit in"),
            "late": False,
        }
    soon = (due - now).total_seconds() < 4 * 3600
    return {"at": due, "tone": "warn" if soon else "info", "words": Text("发货还剩", "to ship within"), "late": False}


def events(order: dict[str, Any]) -> list[dict[str, Any]]:
    """The order's timeline, newest first, in words."""
    found = []
    for entry in order["timeline"]:
        words, tone = EVENTS.get(entry["kind"], (Text(entry["kind"], entry["kind"]), ""))
        data = entry["data"] or {}
        text = str(data.get("text") or data.get("reason") or data.get("parcel") or "")
        if entry["kind"] == "cancelled":
            text = say(REASONS.get(text, text))
        if entry["kind"] == "price_changed":
            amounts = (money(data[name], order["currency"]) for name in ("from", "to"))
            text = f"{' → '.join(amounts)} · {data['reason']}"
        if entry["kind"] == "price_guaranteed":
            text = money(data["amount"], order["currency"])
        at = entry["at"]
        found.append(
            {
                "at": datetime.fromisoformat(at) if isinstance(at, str) else at,
                "title": say(words),
                "text": text,
                "actor": say(ACTORS.get(entry["actor_label"]) or ACTORS.get(entry["actor"]) or entry["actor_label"]),
                "tone": tone,
            }
        )
    return found[::-1]

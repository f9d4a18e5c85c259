"""What the pages of orders share: who may see whom a parcel goes to, and the words of what happened to an order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.contact import mask_mobile, mask_name
from zhanggui.kernel.i18n import Text
from zhanggui.ui.language import say

PROVIDERS: dict[str, Text] = {
    "alipay": Text("支付宝", "Alipay"),
    "wechat": Text("微信支付", "WeChat Pay"),
    "unionpay": Text("银联", "UnionPay"),
    "bank_transfer": Text("银行转账", "Bank transfer"),
    "simulator": Text("模拟支付", "Simulator"),
    "": Text("无需付款", "Nothing to pay"),
}
METHODS = {"express": Text("快递", "Express"), "pickup": Text("自提", "Self-pickup")}
EVENTS: dict[str, tuple[Text, str]] = {
    "placed": (Text("下单", "Placed"), "brand"),
    "paid": (Text("付款成功", "Paid"), "good"),
    "note": (Text("内部备注", "Note for staff"), ""),
    "claimed": (Text("开始配货", "Picking began"), "brand"),
    "shipped": (Text("全部发货", "Shipped"), "good"),
    "shipped_part": (Text("部分发货", "Shipped in part"), "good"),
    "delivered": (Text("送达", "Delivered"), "good"),
    "completed": (Text("完成", "Completed"), "good"),
    "cancelled": (Text("取消", "Cancelled"), "bad"),
    "given_up": (Text("部分商品取消", "Units given up"), "warn"),
    "refunded": (Text("退款", "Refunded"), "warn"),
    "imported": (Text("从其他系统导入", "Imported"), ""),
}


def sees_buyers(who: Actor) -> bool:
    """Those who send the parcel must know whom it goes to; others see it once, on the record."""
    return who.may("fulfilment.ship")


def masked(order: dict[str, Any], who: Actor) -> dict[str, Any]:
    """An order, or its row in a list, as this colleague may see it without asking."""
    if sees_buyers(who):
        return order
    hidden = {"contact_name": mask_name(order["contact_name"]), "contact_mobile": mask_mobile(order["contact_mobile"])}
    if "address_line" in order:
        hidden["address_line"] = "***"
    return {**order, **hidden}


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
            "words": Text("已超承诺,最晚还剩", "past the promise; limit in"),
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
        if data.get("from") or data.get("to"):
            text = text or f"{data.get('from', '')} → {data.get('to', '')}"
        at = entry["at"]
        found.append(
            {
                "at": datetime.fromisoformat(at) if isinstance(at, str) else at,
                "title": say(words),
                "text": text,
                "actor": entry["actor_label"] or ACTORS.get(entry["actor"], ""),
                "tone": tone,
            }
        )
    return found[::-1]


ACTORS = {"guest": "guest", "system": ""}

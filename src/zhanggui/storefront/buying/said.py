"""What a page says about the step before it, named by `?said=` in its address: nothing to store, nothing to expire."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest

from zhanggui.kernel.i18n import Text


class Said(NamedTuple):
    text: Text
    tone: str = "good"


SAID = {
    "added": Said(Text("已加入购物车", "Added to the cart")),
    "remade": Said(Text("定制内容已更新", "It will be made as you say now")),
    "later": Said(Text("已移到“稍后再买”", "Moved to “saved for later”")),
    "back": Said(Text("已放回购物车", "Back in the cart")),
    "accepted": Said(Text("已按最新价格更新", "Updated to today's prices")),
    "coupon": Said(Text("优惠券已使用", "The coupon is in use")),
    "coupon-off": Said(Text("已取消使用优惠券", "The coupon was taken off")),
    "kept": Said(Text("已收藏", "Saved to favourites")),
    "unkept": Said(Text("已取消收藏", "Removed from favourites")),
    "exchanged": Said(Text("兑换成功，优惠券已放入您的账户", "Done: the coupon is in your account")),
    "claimed": Said(Text("优惠券已放入您的账户", "The coupon is in your account")),
    "cancelled": Said(Text("订单已取消；已付的款项将原路退回", "The order is cancelled; what was paid goes back the way it came")),
    "reservation-cancelled": Said(Text("预订已取消", "The reservation is cancelled")),
    "asked": Said(Text("已收到您的申请，我们会尽快处理", "We have received your request and will answer soon")),
    "guaranteed": Said(Text("差价正按原支付方式退回，到账时间以支付渠道为准", "The difference is on its way back, the way you paid")),
    "urged": Said(Text("已提醒商家尽快发货，回复会显示在这里", "The shop is told; its answer will stand here")),
    "shortage-wait": Said(Text("好的，我们会在约定的时间前发出", "Thank you: it leaves by the day agreed")),
    "shortage-refund": Said(Text("已为您退款，款项原路退回", "Done: your money goes back the way you paid")),
    "shortage-exchange": Said(Text("已换好，会按原来的时间发出", "Done: it leaves on the same promise")),
    "remarked": Said(Text("已发送，我们会尽快回复", "Sent; we will answer soon")),
    "confirmed": Said(Text("感谢确认，售后已结束", "Thank you; the case is over")),
    "instead": Said(Text("已改为退款申请", "It is a request for your money now")),
    "rated": Said(Text("谢谢您的评价", "Thank you for your rating")),
    "withdrawn": Said(Text("售后申请已撤销", "The request was withdrawn")),
    "sent-back": Said(Text("退货物流已登记，收到后我们会马上验收", "Noted; we will inspect the goods as soon as they arrive")),
    "received": Said(Text("已确认收货，感谢您的购买", "Thank you for confirming that the goods arrived")),
    "again": Said(Text("商品已重新放入购物车", "The goods are in the cart again")),
    "again-part": Said(Text("部分商品已售完或下架，其余已放入购物车", "Some goods are gone; the others are in the cart"), "warn"),
    "bought": Said(Text("这个购物车已经下过单，这就是那张订单", "This cart has been bought already; here is the order"), "info"),
    "saved": Said(Text("已保存", "Saved")),
    "removed": Said(Text("已删除", "Removed")),
    "password": Said(Text("密码已更新，请用新密码登录", "The password is changed; sign in with the new one")),
    "everywhere": Said(Text("其他设备上的登录已全部退出", "You are signed out on all other devices")),
    "whose-order": Said(
        Text(
            "登录后可以查看您的订单；没有注册就下单的，请打开当时保存的完整订单链接",
            "Sign in to see your order; if you bought without an account, open the whole link you kept",
        ),
        "info",
    ),
    "signed-out": Said(Text("您已退出登录", "You are signed out")),
    "welcome": Said(Text("注册成功，欢迎您", "Welcome! Your account is open")),
    "reviewed": Said(Text("感谢您的评价", "Thank you for your review")),
}  # fmt: skip


def said(request: HttpRequest) -> Said | None:
    """What to say at the head of the page."""
    return SAID.get(request.GET.get("said", ""))

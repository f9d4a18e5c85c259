"""What the pages of members show: which of the four types a member is (CRM-02), and what happened with them, in order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypedDict

from markupsafe import Markup

from zhanggui.aftersales.types import CaseView
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.members.types import CONTACT_KINDS, ContactView
from zhanggui.orders import selectors as orders
from zhanggui.servicedesk.types import StaffReview
from zhanggui.ui.formatting import money
from zhanggui.ui.language import say

from .links import to

ENQUIRING = (Text("咨询用户", "Enquiring"), "neutral")
BUYING = (Text("购买用户", "Bought once"), "info")
REPEATING = (Text("复购用户", "Buying again"), "good")
LOYAL = (Text("忠诚用户", "Loyal"), "sale")


class Event(TypedDict):
    """One line of a member's history, as the timeline shows it."""

    at: datetime
    title: Any
    text: str
    actor: str
    tone: str


def spending(member_ids: Iterable[int]) -> dict[int, orders.Spending]:
    """What members bought, with the span that makes a member loyal. One statement."""
    since = clock.now() - timedelta(days=mall_settings.get("analytics.loyal_days"))
    return orders.spending(member_ids, recent_since=since, currency=mall_settings.get("mall.currency"))


def kind(spent: orders.Spending) -> tuple[Text, str]:
    """Which of the four types: by valid orders, loyal as the reports count it."""
    if spent.recent_orders >= mall_settings.get("analytics.loyal_orders"):
        return LOYAL
    if spent.valid_orders > 1:
        return REPEATING
    return BUYING if spent.valid_orders else ENQUIRING


def history(
    contacts: Iterable[ContactView],
    bought: Iterable[dict[str, Any]],
    cases: Iterable[CaseView],
    said: Iterable[StaffReview],
    joined_at: datetime,
    statuses: dict[str, tuple[Text, str]],
) -> list[Event]:
    """Contacts, orders, cases and reviews of a member in one line of time, the newest first."""
    found = [
        Event(at=one.at, title=say(CONTACT_KINDS[one.kind]), text=one.text, actor=one.by, tone=_contact_tone(one.kind))
        for one in contacts
    ]
    for order in bought:
        title = _linked(say(Text("订单 ", "Order ")), order["number"], to("office-order", order["number"]))
        goods = say(Text("、", ", ")).join(line["title"] for line in order["lines"][:3])
        text = f"{say(statuses[order['status']][0])} · {money(order['total'], order['currency'])} · {goods}"
        found.append(Event(at=order["placed_at"], title=title, text=text, actor="", tone="brand"))
    for case in cases:
        title = _linked(say(Text("售后 ", "Case ")), case.number, to("office-case", case.number))
        found.append(Event(at=case.requested_at, title=title, text=case.note, actor="", tone="warn"))
    for review in said:
        title = _linked(
            say(Text("评价 ", "Review ")), "★" * review.rating, to("office-reviews", query=f"q={review.order_number}")
        )
        text = review.title + say(Text("：", ": ")) + (review.text or say(Text("没有写文字", "no words")))
        found.append(Event(at=review.created_at, title=title, text=text, actor="", tone="good"))
    found.append(Event(at=joined_at, title=say(Text("注册成为会员", "Became a member")), text="", actor="", tone=""))
    return sorted(found, key=lambda event: event["at"], reverse=True)


def _contact_tone(name: str) -> str:
    return "bad" if name == "complaint" else ""


def _linked(before: str, words: str, href: str) -> Markup:
    if not href:
        return Markup("{}{}").format(before, words)
    return Markup('{}<a class="link" href="{}">{}</a>').format(before, href, words)

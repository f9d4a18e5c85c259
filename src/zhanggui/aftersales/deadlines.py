"""By when a step has to be left, and what comes of it by itself when it is not. Reads the mall's settings; else pure."""

from datetime import datetime, timedelta

from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text

from .settings import ANSWER_HOURS, CONFIRM_DAYS, INSPECT_DAYS, MONEY_HOURS, REPAIR_DAYS, SEND_DAYS, TRAVEL_DAYS
from .states import (
    APPROVED,
    AWAITING_RETURN,
    EXCHANGE,
    PRICE_GUARANTEE,
    RECEIVED,
    REFUSED,
    REPAIR,
    REQUESTED,
    RESEND,
    RETURNING,
)  # fmt: skip
from .types import CaseView


def due_of(case: CaseView) -> datetime | None:
    """When the consequence of the case's step comes; None where nothing does."""
    if case.state == REQUESTED and case.kind != PRICE_GUARANTEE:
        return _after(case.requested_at, ANSWER_HOURS, hours=True)
    if case.state == APPROVED and case.kind != RESEND:
        return _after(case.decided_at, MONEY_HOURS, hours=True)
    if case.state == AWAITING_RETURN:
        if case.arrived_at is not None:
            return _after(case.arrived_at, INSPECT_DAYS)
        if case.sent_at is not None:
            return _after(case.sent_at, TRAVEL_DAYS)
        return _after(case.decided_at, SEND_DAYS)
    if case.state == RECEIVED and case.kind == REPAIR:
        return _after(case.received_at, REPAIR_DAYS)
    if case.state == RECEIVED:
        return _after(case.received_at, MONEY_HOURS, hours=True)
    if case.state == RETURNING:
        return _after(case.back_at, CONFIRM_DAYS)
    return None


def consequence(case: CaseView) -> Text | None:
    """What comes by itself when the time is over, in words for both sides; None where somebody has to act."""
    if case.state == REQUESTED:
        return (
            None
            if case.kind == PRICE_GUARANTEE
            else Text("商家逾期未处理，自动同意", "granted by itself if we do not answer")
        )
    if case.state == AWAITING_RETURN and case.sent_at is None:
        return Text("逾期未寄回，申请自动关闭", "closed by itself if the goods are not sent back")
    if case.state == AWAITING_RETURN and case.kind == REPAIR:
        return None
    if case.state == AWAITING_RETURN:
        if case.kind == EXCHANGE:
            return Text(
                "商家逾期未验收，自动发出换货商品", "the replacement is sent by itself if we do not inspect them"
            )
        return Text("商家逾期未验收，自动退款", "refunded by itself if we do not inspect them")
    if case.state == APPROVED or (case.state == RECEIVED and case.kind not in (REPAIR, EXCHANGE)):
        return Text("逾期自动退款", "refunded by itself")
    if case.state == RETURNING:
        ends = Text("逾期未确认，自动结束", "over by itself if you do not confirm")
        return (
            ends
            if case.verdict == REFUSED
            else Text("逾期未确认，自动完成", "completed by itself if you do not confirm")
        )
    return None


def whose_turn(case: CaseView) -> str:
    """Who has to act: `buyer`, `mall`, or nobody ("")."""
    if case.state in (REQUESTED, APPROVED, RECEIVED):
        return "mall"
    if case.state == AWAITING_RETURN:
        return "mall" if case.sent_at is not None else "buyer"
    return "buyer" if case.state == RETURNING else ""


def _after(start: datetime | None, key: str, *, hours: bool = False) -> datetime | None:
    span = mall_settings.get(key)
    if start is None or not span:
        return None
    return start + (timedelta(hours=span) if hours else timedelta(days=span))


def remaining(due: datetime) -> Text:
    """How long it is until then, or since, as people say it: in days and hours, at the end in minutes."""
    span = int((due - clock.now()).total_seconds())
    late = span < 0
    days, hours, minutes = abs(span) // 86_400, abs(span) // 3_600 % 24, abs(span) // 60 % 60
    if days:
        zh, en = f"{days} 天 {hours} 小时", f"{days} d {hours} h"
    elif hours:
        zh, en = f"{hours} 小时 {minutes} 分", f"{hours} h {minutes} min"
    else:
        zh, en = f"{max(minutes, 1)} 分钟", f"{max(minutes, 1)} min"
    return Text(f"已超过 {zh}", f"{en} late") if late else Text(f"还剩 {zh}", f"{en} left")

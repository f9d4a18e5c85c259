"""What redress does when something happened elsewhere, and what others do when it was told something."""

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.outbox import Delivered
from zhanggui.redress import services
from zhanggui.redress.selectors import LOW
from zhanggui.servicedesk import services as desk
from zhanggui.servicedesk.types import ProblemDraft

_SAID = Text("售后评价 {score} 分：{words}", "The handling of a case was rated {score}: {words}")


def note_delivered(events: list[Delivered]) -> None:
    """Parcels that arrived are chased no longer."""
    arrived = sorted({event.payload["parcel"] for event in events if event.payload["state"] == "delivered"})
    if arrived:
        services.note_delivered(arrived, actor=SYSTEM)


def look_into_low_rating(event: Delivered) -> None:
    """Whoever was served badly is called: a low mark becomes a problem item, once."""
    rated = event.payload
    if rated["score"] <= LOW:
        words = _SAID.render("zh-Hans", score=rated["score"], words=rated["words"] or "—")
        draft = ProblemDraft("complaint", words, order_number=rated["order_number"], case_number=rated["case"])
        desk.open_problem(draft, source=f"rating:{rated['case']}", actor=SYSTEM)

"""The lives of suppliers, tenders and purchase orders. Each write is made on a held row (locks.py)."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.states import Transitions

CANDIDATE, APPROVED, SUSPENDED, ENDED = "candidate", "approved", "suspended", "ended"
SUPPLIER_WORDS = {
    CANDIDATE: Text("候选", "candidate"),
    APPROVED: Text("合作中", "approved"),
    SUSPENDED: Text("已暂停", "suspended"),
    ENDED: Text("已终止", "ended"),
}
SUPPLIER_STATES = tuple(SUPPLIER_WORDS)
SUPPLIER = Transitions(
    {
        (CANDIDATE, "approve"): APPROVED,
        (SUSPENDED, "approve"): APPROVED,
        (ENDED, "approve"): APPROVED,
        (APPROVED, "suspend"): SUSPENDED,
        (CANDIDATE, "end"): ENDED,
        (APPROVED, "end"): ENDED,
        (SUSPENDED, "end"): ENDED,
    }
)

DRAFT, OPEN, AWARDED, CANCELLED = "draft", "open", "awarded", "cancelled"
TENDER_STATES = (DRAFT, OPEN, AWARDED, CANCELLED)
TENDER = Transitions(
    {
        (DRAFT, "publish"): OPEN,
        (DRAFT, "cancel"): CANCELLED,
        (OPEN, "award"): AWARDED,
        (OPEN, "cancel"): CANCELLED,
    }
)

SENT, CONFIRMED, PART, RECEIVED, CLOSED = "sent", "confirmed", "part", "received", "closed"
ORDER_WORDS = {
    DRAFT: Text("草稿", "a draft"),
    APPROVED: Text("已批准", "approved"),
    SENT: Text("已发出", "sent"),
    CONFIRMED: Text("供应商已确认", "confirmed"),
    PART: Text("部分到货", "received in part"),
    RECEIVED: Text("已到齐", "received"),
    CLOSED: Text("已关闭", "closed"),
    CANCELLED: Text("已取消", "cancelled"),
}
ORDER_STATES = tuple(ORDER_WORDS)
#: Goods of these are on their way.
UNDERWAY = (SENT, CONFIRMED, PART)
ORDER = Transitions(
    {
        (DRAFT, "approve"): APPROVED,
        (APPROVED, "revise"): DRAFT,
        (APPROVED, "send"): SENT,
        (SENT, "confirm"): CONFIRMED,
        (CONFIRMED, "confirm"): CONFIRMED,
        (SENT, "receive_part"): PART,
        (CONFIRMED, "receive_part"): PART,
        (PART, "receive_part"): PART,
        (SENT, "receive"): RECEIVED,
        (CONFIRMED, "receive"): RECEIVED,
        (PART, "receive"): RECEIVED,
        # what is missing does not come any more
        (PART, "close"): CLOSED,
        (RECEIVED, "close"): CLOSED,
        # nothing has come yet
        (DRAFT, "cancel"): CANCELLED,
        (APPROVED, "cancel"): CANCELLED,
        (SENT, "cancel"): CANCELLED,
        (CONFIRMED, "cancel"): CANCELLED,
    }
)

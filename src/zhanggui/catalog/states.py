"""The life of a product (CAT-01): drafted, checked by a second person, put on sale, taken off sale."""

from zhanggui.kernel.states import Transitions

DRAFT, IN_REVIEW, APPROVED, LISTED, DELISTED = "draft", "in_review", "approved", "listed", "delisted"
STATES = (DRAFT, IN_REVIEW, APPROVED, LISTED, DELISTED)

#: `edit` is a change of content: what a checker looked at must be looked at again.
PRODUCT = Transitions(
    {
        (DRAFT, "edit"): DRAFT,
        (IN_REVIEW, "edit"): DRAFT,
        (APPROVED, "edit"): DRAFT,
        (LISTED, "edit"): LISTED,
        (DELISTED, "edit"): DELISTED,
        (DRAFT, "submit"): IN_REVIEW,
        (IN_REVIEW, "reject"): DRAFT,
        (IN_REVIEW, "approve"): APPROVED,
        (APPROVED, "list"): LISTED,
        (DELISTED, "list"): LISTED,
        (LISTED, "delist"): DELISTED,
    }
)

PENDING, READY, FAILED = "pending", "ready", "failed"
MEDIA = Transitions(
    {
        (PENDING, "receive"): READY,
        (FAILED, "receive"): READY,
        (PENDING, "fail"): FAILED,
        (FAILED, "retry"): PENDING,
    }
)
